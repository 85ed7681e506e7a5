//! How strongly business units feel the patterns, from servers one by one.

use super::{MIN_GROUP, Seen};
use crate::calendar::DayTable;
use crate::math;
use crate::plan::{MetricPlan, Pattern as Felt, Plan};
use crate::quality::Check;
use crate::quality::panel::Moments;
use crate::quality::recovery::Pattern;
use crate::quality::virtual_fleet::VirtualFleet;
use crate::series::factors;

/// Fewest values on either side of a contrast.
const MIN_VALUES: f64 = 8.0;

/// Which days show a pattern, and which do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    With,
    Without,
    Neither,
}

/// The contrasts that tell how strongly a server feels a pattern, where units differ in it.
pub(super) struct Contrasts(Vec<(Felt, Vec<Side>)>);

impl Contrasts {
    /// Those that `plan` asks for, in a metric.
    pub(super) fn new(plan: &Plan, metric: &MetricPlan, days: &DayTable) -> Self {
        let differ = |felt: &Felt| {
            let mut units = plan.fleet.sensitivities.iter().map(|unit| unit.to(*felt));
            let first = units.next();
            units.any(|unit| Some(unit) != first)
        };
        let sides = |felt| (0..days.len()).map(|day| side(felt, plan, metric, days, day)).collect();
        Self(Felt::ALL.into_iter().filter(differ).map(|felt| (felt, sides(felt))).collect())
    }

    /// How much higher the days with each pattern are than those without; NaN where that cannot be told.
    pub(super) fn of(&self, series: &[f64]) -> Vec<f64> {
        let contrast = |(_, sides): &(Felt, Vec<Side>)| {
            let [mut with, mut without] = [Moments::default(); 2];
            for (value, side) in series.iter().zip(sides) {
                match side {
                    Side::With => with.add(*value),
                    Side::Without => without.add(*value),
                    Side::Neither => {}
                }
            }
            let is_enough = with.count >= MIN_VALUES && without.count >= MIN_VALUES && without.mean() > 0.0;
            if is_enough { with.mean() / without.mean() } else { f64::NAN }
        };
        self.0.iter().map(contrast).collect()
    }
}

/// On which side of a pattern's contrast a day is.
fn side(felt: Felt, plan: &Plan, metric: &MetricPlan, days: &DayTable, day: usize) -> Side {
    let calendar = &plan.calendar;
    let is_holiday = factors::is_effective_holiday(calendar, days, day);
    let is_ordinary = factors::around_holiday(metric, calendar, days, day).is_none()
        && factors::around_month_end(metric, calendar, days, day).is_none();
    let (with, without) = match felt {
        Felt::Weekly => (is_ordinary && days.weekend[day], is_ordinary && !days.weekend[day]),
        Felt::Annual => {
            let wave = factors::annual_wave(days, day);
            (is_ordinary && wave > 0.5, is_ordinary && wave < -0.5)
        }
        Felt::Eoq => {
            let is_eoq = factors::is_effective_eoq(metric, calendar, days, day);
            (is_eoq && !days.weekend[day] && !is_holiday, is_ordinary && !days.weekend[day])
        }
        Felt::Holiday => (is_holiday && !days.weekend[day], is_ordinary && !days.weekend[day]),
    };
    match (with, without) {
        (true, _) => Side::With,
        (_, true) => Side::Without,
        _ => Side::Neither,
    }
}

impl Seen {
    /// How strongly each business unit that is configured otherwise feels each pattern.
    pub(super) fn units(&self, plan: &Plan, index: usize, fleet: &VirtualFleet) -> Vec<Check> {
        let contrasts = &self.contrasts[index];
        let expected: Vec<(usize, Vec<f64>)> = fleet
            .servers
            .iter()
            .zip(fleet.series())
            .map(|((character, _), series)| (character.business_unit, contrasts.of(&series)))
            .collect();
        let mut checks = Vec::new();
        for (place, (felt, _)) in contrasts.0.iter().enumerate() {
            for (unit, (name, _)) in plan.fleet.business_units.iter().enumerate() {
                if plan.fleet.sensitivities[unit].to(*felt) == 1.0 {
                    continue;
                }
                let of_unit = |all: &[(usize, Vec<f64>)]| {
                    let own = all.iter().filter(|(other, _)| *other == unit);
                    Moments::of(&own.map(|(_, contrasts)| contrasts[place]).collect::<Vec<f64>>())
                };
                let (expected, found) = (of_unit(&expected), of_unit(&self.felt[index]));
                if expected.count < MIN_GROUP as f64 || found.count < MIN_GROUP as f64 {
                    continue;
                }
                let variance = found.central(2).max(expected.central(2));
                let error = (variance * (1.0 / found.count + 1.0 / expected.count)).sqrt();
                // What all servers of the unit share on these days does not average out.
                let shared = math::square(plan.realism.variety.business_unit_shock)
                    + math::square(plan.realism.variety.region_shock);
                let phi = plan.realism.variety.shock_autocorrelation;
                let lasting = ((1.0 + phi) / (1.0 - phi)).max(1.0);
                let days = contrasts.0[place].1.iter().filter(|side| **side == Side::With).count();
                let common = shared * lasting / days.max(1) as f64;
                let pattern = Pattern {
                    id: title(*felt).0,
                    title: title(*felt).1,
                    configured: expected.mean(),
                    neutral: 1.0,
                };
                let estimate = (found.mean(), (error * error + common).sqrt());
                let mut check = pattern.check(&plan.metrics[index], (expected.mean(), estimate));
                check.note = format!("{name}. {}", check.note).trim_end().to_owned();
                checks.push(check);
            }
        }
        checks
    }
}

/// The identifier of a pattern's check, and what to call it.
fn title(felt: Felt) -> (&'static str, &'static str) {
    match felt {
        Felt::Weekly => ("unit_weekend", "Weekends of a business unit over its other days"),
        Felt::Annual => ("unit_season", "High season of a business unit over its low season"),
        Felt::Eoq => ("unit_eoq", "Quarter ends of a business unit over its ordinary days"),
        Felt::Holiday => ("unit_holiday", "Holidays of a business unit over its ordinary days"),
    }
}
