//! What the model makes one expect of a metric, clipping and outliers included.
//!
//! Clipping pulls high means down, so a fleet that is configured to rise by 1.25 at the end of the
//! quarter rises by a little less. The checks compare with what is to be expected, not with the
//! configured number itself. All expectations are functions of the day's factor alone, so they are
//! tabulated over the range of factors.

use crate::aggregate::Thresholds;
use crate::aggregate::hours::BUSINESS_HOURS;
use crate::calendar::DayTable;
use crate::math::{normal_cdf, normal_density};
use crate::plan::{Attribute, Granularity, MetricPlan, Plan};
use crate::realism::{GapProcess, gaps};
use crate::series::factors;

/// A value is a possible outlier when it is so many standard deviations above its expectation.
const EXCESS_DEVIATIONS: f64 = 3.0;

/// Expectations of one metric.
#[derive(Clone, Debug)]
pub struct Expectation {
    steps_per_day: usize,
    /// The factor of each step.
    factors: Vec<f64>,
    std: f64,
    levels: Vec<LevelExpectation>,
    /// Variance of a value around its server's own expectation that outliers add, over the square
    /// of its mean.
    outlier_variance: f64,
    /// Share of the values that are missing, times how long gaps last.
    absence: f64,
    /// Variance that the daily means inherit from which servers happen to be missing.
    missing_bias_variance: f64,
    /// The same for the servers' levels, before factors.
    missing_level_variance: f64,
}

/// Expectations of the servers of one level.
#[derive(Clone, Debug)]
struct LevelExpectation {
    level: f64,
    /// Share of the servers.
    share: f64,
    /// Mean value by factor.
    mean: Table,
    /// Mean value by factor if the mean bias were one standard deviation higher.
    mean_biased: Table,
    /// Probability by factor that a value that is no outlier exceeds the threshold.
    clean_exceeds: Table,
    /// Probability by factor that an outlier exceeds the threshold.
    outlier_exceeds: Table,
    /// Probability by factor that a value that is no outlier lies on the upper clip.
    clipped: Table,
}

impl Expectation {
    /// The expectations of `metric` on the days of `plan`.
    pub fn new(plan: &Plan, metric: &MetricPlan, days: &DayTable) -> Self {
        let realism = &plan.realism;
        let daily = factors::daily(metric, &plan.calendar, days);
        let factors = factors::by_step(plan, metric, &plan.fleet.hours, days, daily);
        let levels: Vec<_> = levels(plan, metric)
            .into_iter()
            .map(|(level, share)| LevelExpectation::new(plan, metric, &factors, level, share))
            .collect();
        let average = |f: &dyn Fn(f64) -> f64| levels.iter().map(|of| of.share * f(of.level)).sum::<f64>();
        let mean_level = average(&|level| level);
        let spike = realism.outlier_multiplier - 1.0;
        // Hours of a day are often missing together.
        let absence = match plan.granularity {
            Granularity::Daily => realism.missing_rate,
            Granularity::Hourly => absence(plan),
        };
        Self {
            steps_per_day: plan.steps_per_day(),
            absence,
            outlier_variance: realism.outlier_rate * spike * spike,
            missing_bias_variance: absence * bias_variance(plan),
            missing_level_variance: absence * average(&|level| (level - mean_level) * (level - mean_level)),
            std: metric.base_std,
            levels,
            factors,
        }
    }

    /// Expected fleet mean of each day.
    pub fn daily_means(&self) -> Vec<f64> {
        self.daily(|level, factor| level.mean.at(factor))
    }

    /// Expected fleet mean of each day if the servers' mean bias were one standard deviation higher.
    pub fn daily_means_biased(&self) -> Vec<f64> {
        self.daily(|level, factor| level.mean_biased.at(factor))
    }

    /// Upper bound of the variance of a value around its expectation, as a mean over each day: clipping
    /// only makes it smaller. Which hours of a day are missing adds to it.
    pub fn daily_variances(&self) -> Vec<f64> {
        let mean_at = |factor: f64| self.levels.iter().map(|of| of.share * of.mean.at(factor)).sum::<f64>();
        let variance = |(factors, daily_mean): (&[f64], f64)| {
            let at = |&factor: &f64| {
                let mean = mean_at(factor);
                (self.std * self.std + self.missing_level_variance) * factor * factor
                    + self.outlier_variance * mean * mean
                    + self.missing_bias_variance
                    + self.absence * (mean - daily_mean) * (mean - daily_mean)
            };
            factors.iter().map(at).sum::<f64>() / factors.len() as f64
        };
        self.factors.chunks(self.steps_per_day).zip(self.daily_means()).map(variance).collect()
    }

    /// Expected mean of the values in business hours of working days, and of those at all hours of these, of
    /// hourly rows.
    pub fn workday_means(&self, workday: &[bool]) -> [f64; 2] {
        let mean_at = |factor: &f64| self.levels.iter().map(|of| of.share * of.mean.at(*factor)).sum::<f64>();
        let days = self.factors.chunks(self.steps_per_day).zip(workday);
        let (mut sums, mut count) = ([0.0; 2], 0.0);
        for (factors, _) in days.filter(|(_, is_workday)| **is_workday) {
            let means: Vec<f64> = factors.iter().map(mean_at).collect();
            sums[0] += mean(&means[BUSINESS_HOURS]);
            sums[1] += mean(&means);
            count += 1.0;
        }
        sums.map(|sum| sum / count)
    }

    /// What values are held against to count possible outliers, per level.
    pub fn thresholds(&self) -> Vec<Thresholds> {
        let thresholds = |of: &LevelExpectation| Thresholds {
            level: of.level,
            mean: self.factors.iter().map(|&factor| of.mean.at(factor)).collect(),
            excess: self.factors.iter().map(|&factor| threshold(of.level, self.std, factor)).collect(),
        };
        self.levels.iter().map(thresholds).collect()
    }

    /// Probabilities that a value exceeds its threshold, as means over days that weigh `weights`:
    /// for a value that is no outlier, and for an outlier.
    pub fn exceedance_probabilities(&self, weights: &[u64]) -> (f64, f64) {
        let total: f64 = weights.iter().map(|&weight| weight as f64).sum();
        let average = |daily: Vec<f64>| {
            daily.iter().zip(weights).map(|(share, &weight)| share * weight as f64).sum::<f64>() / total
        };
        (
            average(self.daily(|level, factor| level.clean_exceeds.probability_at(factor))),
            average(self.daily(|level, factor| level.outlier_exceeds.probability_at(factor))),
        )
    }

    /// Share of the values that lie on the upper clip without being outliers, as a mean over days that
    /// weigh `weights`.
    pub fn clipped_share(&self, weights: &[u64]) -> f64 {
        let daily = self.daily(|level, factor| level.clipped.probability_at(factor));
        let total: f64 = weights.iter().map(|&weight| weight as f64).sum();
        daily.iter().zip(weights).map(|(share, &weight)| share * weight as f64).sum::<f64>() / total
    }

    /// A figure of the fleet's values by their factors, as a mean over each day.
    fn daily(&self, f: impl Fn(&LevelExpectation, f64) -> f64) -> Vec<f64> {
        let fleet =
            |&factor: &f64| self.levels.iter().map(|level| level.share * f(level, factor)).sum::<f64>();
        let day = |factors: &[f64]| factors.iter().map(fleet).sum::<f64>() / factors.len() as f64;
        self.factors.chunks(self.steps_per_day).map(day).collect()
    }
}

impl LevelExpectation {
    fn new(plan: &Plan, metric: &MetricPlan, factors: &[f64], level: f64, share: f64) -> Self {
        let std = metric.base_std;
        let (rate, multiplier) = (plan.realism.outlier_rate, plan.realism.outlier_multiplier);
        let (low, high) = (metric.min_clip, metric.max_clip);
        let outlier_low = (low * multiplier).clamp(low, high);
        let outlier_high = (high * multiplier).clamp(low, high);
        let over_biases = |shift: f64, f: &dyn Fn(f64) -> f64| {
            biases(plan.realism.server_bias).map(|bias| f(bias + shift)).sum::<f64>() / BIASES as f64
        };
        let mean = |factor: f64, shift: f64| {
            over_biases(shift, &|bias| {
                let centre = level * factor + bias;
                let spread = std * factor.abs();
                let clean = clipped_normal_mean(centre, spread, low, high);
                let (centre, spread) = (centre * multiplier, spread * multiplier);
                clean + rate * (clipped_normal_mean(centre, spread, outlier_low, outlier_high) - clean)
            })
        };
        let exceeds = |factor: f64, multiplier: f64, residual_std: f64, high: f64| {
            over_biases(0.0, &|bias| {
                let spread = std * factor.abs();
                let threshold = threshold(level, std, factor) + bias;
                if threshold >= high || spread == 0.0 {
                    return 0.0;
                }
                let centre = (level * factor + bias) * multiplier;
                1.0 - normal_cdf((threshold - centre) / (spread * multiplier * residual_std))
            })
        };
        let clipped = |factor: f64| {
            over_biases(0.0, &|bias| {
                let (centre, spread) = (level * factor + bias, std * factor.abs());
                match spread == 0.0 {
                    true => f64::from(u8::from(centre >= high)),
                    false => 1.0 - normal_cdf((high - centre) / spread),
                }
            })
        };
        let mean_bias_error = (bias_variance(plan) / plan.servers().len() as f64).sqrt();
        // The residual of a value against the mean of its own series varies a little less.
        let residual_std = (1.0 - 1.0 / factors.len().max(2) as f64).sqrt();
        Self {
            level,
            share,
            mean: Table::new(factors, |factor| mean(factor, 0.0)),
            mean_biased: Table::new(factors, |factor| mean(factor, mean_bias_error)),
            clean_exceeds: Table::new(factors, |factor| exceeds(factor, 1.0, residual_std, high)),
            outlier_exceeds: Table::new(factors, |factor| exceeds(factor, multiplier, 1.0, outlier_high)),
            clipped: Table::new(factors, clipped),
        }
    }
}

fn threshold(level: f64, std: f64, factor: f64) -> f64 {
    level * factor + EXCESS_DEVIATIONS * std * factor.abs()
}

/// The share of values that are missing, times how long gaps last.
pub(super) fn absence(plan: &Plan) -> f64 {
    let [outage, burst, scattered, load] = gaps::rates(plan);
    let lasting = |rate: f64, mean: f64| {
        let correlation = GapProcess::new(rate, mean).autocorrelation().max(0.0);
        rate * (1.0 + correlation) / (1.0 - correlation)
    };
    lasting(outage, plan.realism.gaps.outage_mean)
        + lasting(burst, plan.realism.missing_burst_mean)
        + scattered
        + load
}

/// Variance of a server's bias: a uniform distribution of half width w has w^2 / 3.
fn bias_variance(plan: &Plan) -> f64 {
    plan.realism.server_bias * plan.realism.server_bias / 3.0
}

/// The distinct levels of a metric with the share of servers that have them.
fn levels(plan: &Plan, metric: &MetricPlan) -> Vec<(f64, f64)> {
    let mut levels = vec![(metric.base_mean, 1.0)];
    for attribute in Attribute::ALL {
        let values = plan.fleet.values(attribute);
        let total: f64 = values.iter().map(|(_, weight)| weight).sum();
        let effects: Vec<_> = metric.effects.iter().filter(|effect| effect.attribute == attribute).collect();
        if effects.is_empty() {
            continue;
        }
        let share = |value: usize| values[value].1 / total;
        let rest = 1.0 - effects.iter().map(|effect| share(effect.value)).sum::<f64>();
        let multipliers = effects.iter().map(|effect| (effect.multiplier, share(effect.value)));
        let multipliers: Vec<_> =
            multipliers.chain([(1.0, rest)]).filter(|(_, share)| *share > 1e-12).collect();
        levels = levels
            .iter()
            .flat_map(|&(level, share)| multipliers.iter().map(move |&(by, part)| (level * by, share * part)))
            .collect();
    }
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    levels.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    levels
}

/// The mean of some values.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Points that stand for the uniform distribution of the biases.
const BIASES: usize = 8;

fn biases(half_width: f64) -> impl Iterator<Item = f64> {
    (0..BIASES).map(move |i| half_width * ((2 * i + 1) as f64 / BIASES as f64 - 1.0))
}

/// Mean of a normal number that is clipped to `low..=high`.
pub(super) fn clipped_normal_mean(centre: f64, spread: f64, low: f64, high: f64) -> f64 {
    if spread == 0.0 {
        return centre.clamp(low, high);
    }
    let (a, b) = ((low - centre) / spread, (high - centre) / spread);
    // Far from both clips nothing is clipped, and the four functions need not be computed.
    if a < -9.0 && b > 9.0 {
        return centre;
    }
    let (below, above) = (normal_cdf(a), normal_cdf(-b));
    low * below + high * above + centre * (1.0 - below - above)
        - spread * (normal_density(b) - normal_density(a))
}

/// A smooth function of the factor, tabulated and interpolated by cubics.
#[derive(Clone, Debug)]
pub(super) struct Table {
    low: f64,
    per_unit: f64,
    values: Vec<f64>,
}

/// Points of a table, one beyond either end of the range included. Clipping bends a mean over about
/// a quarter of its level, which cubics follow to about 1e-5 of the level; each point costs hundreds
/// of calls of erfc and exp.
const POINTS: usize = 51;

impl Table {
    fn new(factors: &[f64], f: impl Fn(f64) -> f64) -> Self {
        Self::with_points(POINTS, factors, f)
    }

    pub(super) fn with_points(points: usize, factors: &[f64], f: impl Fn(f64) -> f64) -> Self {
        let low = factors.iter().copied().fold(f64::INFINITY, f64::min);
        let high = factors.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let step = (high - low) / (points - 3) as f64;
        if step <= 0.0 {
            return Self { low, per_unit: 0.0, values: vec![f(low); 4] };
        }
        let values = (0..points).map(|i| f(low + step * (i as f64 - 1.0))).collect();
        Self { low, per_unit: 1.0 / step, values }
    }

    /// The value at a factor of the range: on the cubic through the four points around it.
    pub(super) fn at(&self, factor: f64) -> f64 {
        let place = (factor - self.low) * self.per_unit;
        let left = (place as usize).min(self.values.len() - 4);
        let t = place - left as f64;
        let [a, b, c, d] = std::array::from_fn(|i| self.values[left + i]);
        let (before, after, beyond) = (t + 1.0, t - 1.0, t - 2.0);
        b * before * after * beyond / 2.0 - a * t * after * beyond / 6.0 - c * before * t * beyond / 2.0
            + d * before * t * after / 6.0
    }

    /// The same of a probability.
    fn probability_at(&self, factor: f64) -> f64 {
        self.at(factor).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_follows_a_clipped_mean() {
        let f = |factor: f64| clipped_normal_mean(70.0 * factor, 12.0 * factor, 0.0, 100.0);
        let factors: Vec<f64> = (0..1000).map(|i| 0.5 + f64::from(i) * 0.0015).collect();
        let table = Table::new(&factors, f);
        for factor in factors {
            assert!((table.at(factor) - f(factor)).abs() < 70.0 * 2e-5, "{factor}");
        }
        let constant = Table::new(&[1.25; 9], f);
        assert_eq!(constant.at(1.25), f(1.25));
    }

    #[test]
    fn the_mean_of_a_clipped_normal_number_is_its_integral() {
        // Midpoint rule over the density, 200,000 points on +-10 standard deviations.
        for (centre, spread, low, high) in
            [(50.0, 12.0, 0.0, 100.0), (95.0, 12.0, 0.0, 100.0), (10.0, 40.0, 20.0, 30.0)]
        {
            let points = 200_000;
            let width = 20.0 / f64::from(points);
            let integral: f64 = (0..points)
                .map(|i| {
                    let z = -10.0 + (f64::from(i) + 0.5) * width;
                    (centre + spread * z).clamp(low, high) * normal_density(z) * width
                })
                .sum();
            let mean = clipped_normal_mean(centre, spread, low, high);
            assert!((mean - integral).abs() < 1e-6, "{mean} {integral}");
        }
    }
}
