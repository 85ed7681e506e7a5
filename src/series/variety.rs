//! What makes servers differ: kinds of servers, own levels, own sensitivities, and what the servers
//! of a business unit or a region share.

use std::sync::Arc;

use super::factors;
use crate::calendar::DayTable;
use crate::fleet::Server;
use crate::math;
use crate::plan::{
    Attribute, Granularity, HOURS, MetricPlan, Pattern, Plan, Sensitivity, Traits, VarietyPlan,
};
use crate::rng::{NormalTable, Purpose, StreamKey};

/// Computes what is different about any server.
#[derive(Clone, Debug)]
pub struct Variety {
    plan: VarietyPlan,
    sensitivity_keys: [StreamKey; Pattern::ALL.len()],
    units: Vec<Sensitivity>,
    metrics: Vec<Arc<MetricVariety>>,
}

#[derive(Debug)]
struct MetricVariety {
    plan: MetricPlan,
    level_key: StreamKey,
    /// One per archetype.
    traits: Vec<Traits>,
    factors: PatternTable,
    /// For each attribute that has them and each of its values, the shocks of the days.
    shocks: Vec<(Attribute, Vec<Vec<f64>>)>,
}

/// The patterns of one metric by day, apart from each other, so that each server can feel them in
/// its own way.
#[derive(Clone, Debug)]
pub struct PatternTable {
    weekly_pattern: [f64; 7],
    growth_rate: f64,
    weekday: Vec<u8>,
    /// All seasons, as a share of the level.
    season: Vec<f64>,
    growth_time: Vec<f64>,
    /// Days with a multiplier around holidays or the ends of months, with what it adds to 1.
    special: Vec<(usize, Pattern, f64)>,
    /// Per business unit what everyone shares: level shifts and events.
    steady: Vec<Vec<f64>>,
    /// On an hourly grid whether a day is off, and per kind of servers the multipliers of the hours.
    hours: Option<(Vec<bool>, Vec<DayShapes>)>,
}

/// Multipliers of the hours of a working day, and of a day off.
type DayShapes = [[f64; HOURS]; 2];

/// One metric of one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Character {
    /// Level before factors, in the metric's unit.
    pub level: f64,
    /// Standard deviation of the noise before factors, in the metric's unit.
    pub std: f64,
    /// How strongly each pattern is felt.
    pub sensitivity: Sensitivity,
    /// Index of its kind, where there are kinds.
    pub kind: Option<usize>,
    /// What its kind makes different.
    pub traits: Traits,
    /// How much higher its own level is than that of its like.
    pub own_level: f64,
    /// Index of its business unit.
    pub business_unit: usize,
}

impl Character {
    /// The same character once the server has these attributes and its values are `scale` times as large.
    pub fn changed(
        &self,
        metric: &MetricPlan,
        attributes: &[usize; Attribute::ALL.len()],
        scale: f64,
    ) -> Self {
        let level = metric.level(attributes) * self.traits.level * self.own_level;
        Self { level: level * scale, std: self.std * scale, ..*self }
    }
}

impl Variety {
    /// The variety of `plan` on its days; nothing when its servers are all of one kind.
    pub fn new(plan: &Plan, days: &DayTable) -> Option<Self> {
        let metric = |(index, metric): (usize, &MetricPlan)| {
            Arc::new(MetricVariety {
                level_key: StreamKey::new(plan.seed, &metric.name, Purpose::Level),
                traits: plan.fleet.archetypes.iter().map(|archetype| archetype.traits[index]).collect(),
                factors: PatternTable::new(plan, metric, days),
                shocks: shocks(plan, metric, days.len()),
                plan: metric.clone(),
            })
        };
        plan.is_varied().then(|| Self {
            plan: plan.realism.variety,
            sensitivity_keys: Pattern::ALL
                .map(|pattern| StreamKey::new(plan.seed, pattern.name(), Purpose::Sensitivity)),
            units: plan.fleet.sensitivities.clone(),
            metrics: plan.metrics.iter().enumerate().map(metric).collect(),
        })
    }

    /// What is different about one metric of `server`.
    pub fn character(&self, server: &Server, metric: usize) -> Character {
        let of = &self.metrics[metric];
        let traits = server.archetype.map_or(Traits::NEUTRAL, |kind| of.traits[kind]);
        let normal = NormalTable::shared().sample(of.level_key.server(server.index).at(0));
        let own = own_level(of.plan.level_spread, normal);
        let business_unit = server.attributes[Attribute::BusinessUnit as usize];
        let draws = self.sensitivity_keys.map(|key| {
            let stream = key.server(server.index);
            [0, 1].map(|place| stream.unit_at(place))
        });
        Character {
            level: of.plan.level(&server.attributes) * traits.level * own,
            std: of.plan.base_std * traits.spread * own,
            sensitivity: sensitivity(&self.plan, self.units[business_unit], draws),
            kind: server.archetype,
            traits,
            own_level: own,
            business_unit,
        }
    }

    /// Multiplier of the outlier rate in a metric of `server`.
    pub fn outliers(&self, server: &Server, metric: usize) -> f64 {
        server.archetype.map_or(1.0, |kind| self.metrics[metric].traits[kind].outliers)
    }

    /// Writes the factors of a server of this character over `factors`.
    pub fn fill(&self, metric: usize, character: &Character, factors: &mut Vec<f64>) {
        self.metrics[metric].factors.fill(character, factors);
    }

    /// Turns standard normal noise of a server with these attributes, from the step `first` on, into values
    /// without bias: (level * (1 + shocks) + std * z) * factors.
    pub fn shape(
        &self,
        attributes: &[usize; Attribute::ALL.len()],
        metric: usize,
        character: &Character,
        first: usize,
        factors: &[f64],
        z: &mut [f64],
    ) {
        let (level, std) = (character.level, character.std);
        for value in z.iter_mut() {
            *value = level + std * *value;
        }
        for (attribute, groups) in &self.metrics[metric].shocks {
            let shocks = &groups[attributes[*attribute as usize]][first..];
            for (value, shock) in z.iter_mut().zip(shocks) {
                *value += level * shock;
            }
        }
        for (value, factor) in z.iter_mut().zip(factors) {
            *value *= factor;
        }
    }
}

impl PatternTable {
    /// The patterns of `metric` on the days of `plan`.
    pub fn new(plan: &Plan, metric: &MetricPlan, days: &DayTable) -> Self {
        let calendar = &plan.calendar;
        let mut special = Vec::new();
        for day in 0..days.len() {
            let holiday = factors::around_holiday(metric, calendar, days, day);
            let month_end = factors::around_month_end(metric, calendar, days, day);
            special.extend(holiday.map(|multiplier| (day, Pattern::Holiday, multiplier - 1.0)));
            special.extend(month_end.map(|multiplier| (day, Pattern::Eoq, multiplier - 1.0)));
        }
        let steady = |unit| {
            let day = |&date| {
                factors::level_shift(metric, date)
                    * factors::events(calendar, date, None)
                    * factors::events(calendar, date, Some(unit))
            };
            days.dates.iter().map(day).collect()
        };
        let season = |day| {
            metric.seasonality_amplitude * factors::annual_wave(days, day)
                + factors::further_seasons(metric, days.dates[day])
        };
        Self {
            weekly_pattern: metric.weekly_pattern,
            growth_rate: metric.growth_rate,
            weekday: days.weekday.clone(),
            season: (0..days.len()).map(season).collect(),
            growth_time: (0..days.len()).map(|day| factors::growth_time(metric, day)).collect(),
            special,
            steady: (0..plan.fleet.business_units.len()).map(steady).collect(),
            hours: (plan.granularity == Granularity::Hourly).then(|| {
                let is_off = |day| factors::is_day_off(calendar, days, day);
                let kinds = plan.fleet.archetypes.iter().map(|kind| &kind.hours);
                let all = kinds.chain(plan.fleet.archetypes.is_empty().then_some(&plan.fleet.hours));
                let shapes = all.map(|hours| hours.multipliers(metric.hours_amplitude));
                ((0..days.len()).map(is_off).collect(), shapes.collect())
            }),
        }
    }

    /// Writes the factors of a server of this character over `factors`, one per step.
    pub fn fill(&self, character: &Character, factors: &mut Vec<f64>) {
        self.fill_days(character, factors);
        if let Some((off, shapes)) = &self.hours {
            let shapes = shapes[character.kind.unwrap_or(0)];
            let daily = std::mem::take(factors);
            factors.extend(
                daily
                    .iter()
                    .zip(off)
                    .flat_map(|(factor, off)| shapes[usize::from(*off)].map(|hour| factor * hour)),
            );
        }
    }

    /// Writes the factors of a server of this character over `factors`, one per day.
    pub fn fill_days(&self, character: &Character, factors: &mut Vec<f64>) {
        let Character { sensitivity, traits, .. } = character;
        let pattern = match traits.weekend {
            Some(weekend) => [1.0, 1.0, 1.0, 1.0, 1.0, weekend, weekend],
            None => self.weekly_pattern,
        };
        let felt = |pattern: Pattern, lift: f64| (1.0 + sensitivity.to(pattern) * lift).max(0.0);
        let weekly = pattern.map(|multiplier| felt(Pattern::Weekly, multiplier - 1.0));
        let annual = sensitivity.to(Pattern::Annual);
        let growth = self.growth_rate * traits.growth;
        let days = self.weekday.iter().zip(&self.season).zip(&self.growth_time);
        factors.clear();
        factors.extend(days.zip(&self.steady[character.business_unit]).map(
            |(((&weekday, season), time), steady)| {
                let seasons = (1.0 + annual * season).max(0.0);
                weekly[usize::from(weekday)] * seasons * (1.0 + growth * time).max(0.0) * steady
            },
        ));
        for &(day, pattern, lift) in &self.special {
            factors[day] *= felt(pattern, lift);
        }
    }
}

/// A server's own level as a multiplier with mean 1: lognormal with this standard deviation of the
/// logarithm, from a standard normal number.
pub fn own_level(spread: f64, normal: f64) -> f64 {
    if spread == 0.0 { 1.0 } else { math::exp(spread * normal - 0.5 * spread * spread) }
}

/// A server's sensitivities, from two uniform numbers per pattern: how much, and whether at all.
pub fn sensitivity(
    plan: &VarietyPlan,
    unit: Sensitivity,
    draws: [[f64; 2]; Pattern::ALL.len()],
) -> Sensitivity {
    let mut own = unit;
    for (pattern, [how_much, whether]) in Pattern::ALL.into_iter().zip(draws) {
        let is_absent = pattern == Pattern::Weekly && whether < plan.no_weekly_share;
        own.0[pattern as usize] *= match is_absent {
            true => 0.0,
            false => 1.0 + plan.sensitivity_spread * (2.0 * how_much - 1.0),
        };
    }
    own
}

/// The shocks that groups of servers share: stationary AR(1) series from day to day, one per value of the
/// attribute. All steps of a day have the same.
fn shocks(plan: &Plan, metric: &MetricPlan, days: usize) -> Vec<(Attribute, Vec<Vec<f64>>)> {
    let variety = &plan.realism.variety;
    let key = StreamKey::new(plan.seed, &metric.name, Purpose::Shock);
    let normal = NormalTable::shared();
    let phi = variety.shock_autocorrelation;
    let fresh = (1.0 - phi * phi).sqrt();
    let series = |attribute: Attribute, name: &str, std: f64| {
        let stream = key.group(&format!("{}={name}", attribute.name()));
        let mut last = normal.sample(stream.at(0));
        let later = (1..days as u64).map(|day| {
            last = phi * last + fresh * normal.sample(stream.at(day));
            std * last
        });
        let all = [std * normal.sample(stream.at(0))].into_iter().chain(later);
        all.flat_map(|shock| std::iter::repeat_n(shock, plan.steps_per_day())).collect()
    };
    [(Attribute::BusinessUnit, variety.business_unit_shock), (Attribute::Region, variety.region_shock)]
        .into_iter()
        .filter(|(_, std)| *std > 0.0)
        .map(|(attribute, std)| {
            let values = plan.fleet.values(attribute).iter();
            (attribute, values.map(|(name, _)| series(attribute, name, std)).collect())
        })
        .collect()
}
