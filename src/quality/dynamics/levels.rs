//! How the levels of servers and of groups of them differ.

use super::{MIN_GROUP, Seen};
use crate::calendar::DayTable;
use crate::math;
use crate::plan::{Attribute, Effect, MetricPlan, Plan, Sensitivity, Traits};
use crate::quality::Check;
use crate::quality::panel::Moments;
use crate::quality::recovery::Pattern;
use crate::quality::virtual_fleet::VirtualFleet;
use crate::series::variety::{Character, PatternTable};

impl Seen {
    /// How differently high the servers' levels are.
    pub(super) fn level_spread(&self, plan: &Plan, index: usize, fleet: &VirtualFleet) -> Option<Check> {
        let expected: Vec<f64> = fleet.server_means.iter().map(|mean| math::ln(*mean)).collect();
        let found: Vec<f64> =
            self.means[index].iter().filter(|mean| **mean > 0.0).map(|mean| math::ln(*mean)).collect();
        let pattern = Pattern {
            id: "level_spread",
            title: "Spread of the servers' levels",
            configured: deviation(&expected),
            neutral: 0.0,
        };
        compare_deviations(plan, index, pattern, &expected, &found, 0.0)
    }

    /// How differently servers feel the weekend.
    pub(super) fn weekend_spread(
        &self,
        plan: &Plan,
        index: usize,
        days: &DayTable,
        fleet: &VirtualFleet,
    ) -> Option<Check> {
        let expected: Vec<f64> = fleet
            .series()
            .filter_map(|series| weekend_ratio(&series, days))
            .map(|(ratio, _)| ratio)
            .collect();
        let own = &self.weekends[index];
        let found: Vec<f64> = own.iter().map(|(ratio, _)| *ratio).collect();
        let noise = own.iter().map(|(_, noise)| noise).sum::<f64>() / own.len().max(1) as f64;
        let pattern = Pattern {
            id: "weekend_spread",
            title: "Spread of the servers' weekend ratios",
            configured: deviation(&expected),
            neutral: 0.0,
        };
        compare_deviations(plan, index, pattern, &expected, &found, noise)
    }

    /// How differently the servers' levels change, by growth of their own and by other capacities and
    /// regions.
    pub(super) fn change_spread(&self, plan: &Plan, index: usize, fleet: &VirtualFleet) -> Option<Check> {
        if plan.lifecycle.is_neutral() {
            return None;
        }
        let there =
            |series: Vec<f64>| series.into_iter().filter(|value| !value.is_nan()).collect::<Vec<f64>>();
        let expected: Vec<f64> =
            fleet.series().filter_map(|series| change(&there(series))).map(|(ratio, _)| ratio).collect();
        let own = &self.changes[index];
        let found: Vec<f64> = own.iter().map(|(ratio, _)| *ratio).collect();
        let phi = plan.metrics[index].autocorrelation;
        let lasting = ((1.0 + phi) / (1.0 - phi)).max(1.0);
        let noise = lasting * own.iter().map(|(_, noise)| noise).sum::<f64>() / own.len().max(1) as f64;
        let pattern = Pattern {
            id: "change_spread",
            title: "Spread of the changes of the servers' levels",
            configured: deviation(&expected),
            neutral: 0.0,
        };
        compare_deviations(plan, index, pattern, &expected, &found, noise)
    }

    /// The mean of some servers over the mean of the others, with its standard error.
    fn ratio(&self, plan: &Plan, index: usize, is_one: impl Fn(usize) -> bool) -> Option<(f64, f64)> {
        // The relative variance of a lognormal number.
        let least = math::exp(math::square(plan.metrics[index].level_spread)) - 1.0;
        let mut sides = [Vec::new(), Vec::new()];
        for (server, mean) in self.means[index].iter().enumerate().filter(|(_, mean)| mean.is_finite()) {
            sides[usize::from(is_one(server))].push(*mean);
        }
        if sides.iter().any(|side| side.len() < MIN_GROUP) {
            return None;
        }
        let [(others, error_of_others), (own, error)] = sides.map(|side| {
            let n = side.len() as f64;
            let mean = side.iter().sum::<f64>() / n;
            let variance = side.iter().map(|value| math::square(value - mean)).sum::<f64>() / (n - 1.0);
            // Few of many different levels may look more alike than they are.
            let relative = (variance / (mean * mean)).max(least);
            (mean, (relative / n).sqrt())
        });
        let ratio = own / others;
        Some((ratio, ratio * (error * error + error_of_others * error_of_others).sqrt()))
    }

    pub(super) fn effect(&self, plan: &Plan, index: usize, effect: &Effect) -> Option<Check> {
        let place = effect.attribute as usize;
        let estimate = self.ratio(plan, index, |server| self.servers[server].0[place] == effect.value)?;
        // The others may have effects of their own.
        let values = plan.fleet.values(effect.attribute);
        let of_value = |value: usize| {
            let own = plan.metrics[index].effects.iter();
            let own = own.filter(|e| e.attribute == effect.attribute && e.value == value);
            own.map(|e| e.multiplier).product::<f64>()
        };
        let others = (0..values.len()).filter(|value| *value != effect.value);
        let (sum, total) = others.fold((0.0, 0.0), |(sum, total), value| {
            (sum + of_value(value) * values[value].1, total + values[value].1)
        });
        let expected = of_value(effect.value) / (sum / total);
        let pattern = Pattern {
            id: "attribute_effect",
            title: "Level of a group over the others",
            configured: expected,
            neutral: 1.0,
        };
        let is_left = effect.attribute == Attribute::Region && plan.lifecycle.migrated_share > 0.0;
        let mut check = match is_left {
            true => pattern.skipped(&plan.metrics[index], "Servers that move belong to two groups."),
            false => pattern.check(&plan.metrics[index], (expected, estimate)),
        };
        let name = &values[effect.value].0;
        check.note = format!("{} {name}. {}", effect.attribute.name(), check.note).trim_end().to_owned();
        Some(check)
    }

    pub(super) fn kind(&self, plan: &Plan, index: usize, kind: usize, levels: &[f64]) -> Option<Check> {
        let estimate = self.ratio(plan, index, |server| self.servers[server].1 == Some(kind))?;
        let kinds = &plan.fleet.archetypes;
        let others = (0..kinds.len()).filter(|other| *other != kind);
        let (sum, total) = others.fold((0.0, 0.0), |(sum, total), other| {
            (sum + levels[other] * kinds[other].weight, total + kinds[other].weight)
        });
        let expected = levels[kind] / (sum / total);
        let pattern = Pattern {
            id: "kind_level",
            title: "Level of a kind over the others",
            configured: expected,
            neutral: 1.0,
        };
        let mut check = pattern.check(&plan.metrics[index], (expected, estimate));
        check.note = format!("{}. {}", kinds[kind].name, check.note).trim_end().to_owned();
        Some(check)
    }
}

/// The mean level of servers of a kind, patterns included, over the metric's own.
pub(super) fn level(metric: &MetricPlan, table: &PatternTable, traits: Traits) -> f64 {
    let character = Character {
        level: metric.base_mean,
        std: metric.base_std,
        sensitivity: Sensitivity::NEUTRAL,
        kind: None,
        traits,
        own_level: 1.0,
        business_unit: 0,
    };
    let mut of_days = Vec::new();
    table.fill_days(&character, &mut of_days);
    traits.level * of_days.iter().sum::<f64>() / of_days.len() as f64
}

/// Compares how far two samples of servers are spread; `noise` is a variance that only what was found has.
fn compare_deviations(
    plan: &Plan,
    index: usize,
    pattern: Pattern,
    expected: &[f64],
    found: &[f64],
    noise: f64,
) -> Option<Check> {
    if expected.len() < MIN_GROUP || found.len() < MIN_GROUP {
        return None;
    }
    let (of_expected, of_found) = (deviation(expected), deviation(found));
    let clean = (of_found * of_found - noise).max(0.0).sqrt();
    // The relative error of a variance is sqrt((kurtosis - 1) / n). What is expected comes from a sample
    // that is spread evenly, which is as good as a random one of several times its size.
    let moments = Moments::of(expected);
    let kurtosis = moments.central(4) / math::square(moments.central(2)).max(f64::MIN_POSITIVE);
    let n = 1.0 / (1.0 / found.len() as f64 + 0.25 / expected.len() as f64);
    let relative = (kurtosis.max(3.0) - 1.0).sqrt() / n.sqrt();
    let variance = of_expected * of_expected + noise;
    let error = relative * variance / (2.0 * of_expected.max(clean).max(1e-9)) + noise.sqrt() / 10.0;
    Some(pattern.check(&plan.metrics[index], (of_expected, (clean, error))))
}

/// Sample standard deviation.
fn deviation(values: &[f64]) -> f64 {
    let moments = Moments::of(values);
    (moments.central(2) * moments.count / (moments.count - 1.0)).max(0.0).sqrt()
}

/// The mean of weekends over that of the other days, and the variance that the noise of days that do
/// not depend on each other gives it.
pub(super) fn weekend_ratio(series: &[f64], days: &DayTable) -> Option<(f64, f64)> {
    let (mut weekend, mut rest) = (Moments::default(), Moments::default());
    for (value, is_weekend) in series.iter().zip(&days.weekend) {
        if *is_weekend { weekend.add(*value) } else { rest.add(*value) }
    }
    ratio_of_means(&weekend, &rest)
}

/// The mean of the second half over that of the first, and the variance that the noise of days that do not
/// depend on each other gives it; missing values are NaN.
pub(super) fn change(series: &[f64]) -> Option<(f64, f64)> {
    let (first, second) = series.split_at(series.len() / 2);
    ratio_of_means(&Moments::of(second), &Moments::of(first))
}

/// The ratio of two means, with its variance; nothing for few values.
fn ratio_of_means(over: &Moments, under: &Moments) -> Option<(f64, f64)> {
    if over.count < 8.0 || under.count < 8.0 || under.mean() <= 0.0 {
        return None;
    }
    let ratio = over.mean() / under.mean();
    let relative = |moments: &Moments| moments.central(2) / moments.count / math::square(moments.mean());
    Some((ratio, ratio * ratio * (relative(over) + relative(under))))
}
