//! A look at servers one by one: what the sums over the fleet cannot tell. The servers are spread
//! evenly over the fleet and looked at one after another, so that their number costs no memory.
//! Of hours it sees each day's P95.

use std::ops::Range;

use super::dynamics::Seen;
use super::stl::Decomposition;
use crate::aggregate::distribution::Distribution;
use crate::aggregate::ticks::Ticks;
use crate::dataset::daily::Daily;
use crate::dataset::{Generator, MetricColumn};
use crate::plan::{Attribute, Granularity, Plan};

/// The load beyond which a processor counts as busy, percent.
const BUSY: f64 = 80.0;
/// Days of a week.
const WEEK: usize = 7;

/// What was seen of the panel's servers.
pub(super) struct Panel {
    /// One entry per server, of those with enough values.
    pub(super) servers: Vec<ServerFigures>,
    /// What was seen of noise and gaps.
    pub(super) noise: Seen,
    /// All values of the first processor metric.
    pub(super) all: Moments,
    /// The same, counted; nothing without such a metric.
    pub(super) distribution: Option<Distribution>,
    /// How many of them are above [`BUSY`].
    pub(super) busy: u64,
    /// Share of the servers that are not there all the time.
    pub(super) partly: f64,
    /// Mean correlation of two servers.
    pub(super) between: f64,
    /// The same of two servers of one business unit.
    pub(super) within: f64,
}

/// Figures of one server; those that need what is not there are NaN.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerFigures {
    /// Number of values.
    pub(super) count: f64,
    pub(super) mean: f64,
    /// Mean squared distance from the mean.
    pub(super) variance: f64,
    /// Standard deviation over the mean.
    pub(super) variation: f64,
    /// Mean of Monday to Friday over the mean of the weekend.
    pub(super) weekday_ratio: f64,
    pub(super) lag_1: f64,
    pub(super) lag_7: f64,
    /// Strength of the weekly season.
    pub(super) weekly_strength: f64,
    /// Excess kurtosis.
    pub(super) kurtosis: f64,
    /// Share of values more than three standard deviations from the mean.
    pub(super) beyond_three: f64,
    /// Correlation with the same server's memory, disk and incoming traffic.
    pub(super) correlations: [f64; 3],
    /// Variation of the memory.
    pub(super) memory_variation: f64,
}

/// The metrics that the scorecard is about, as places in the plan's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subjects {
    pub(super) cpu: usize,
    /// Memory, disk and network, where there are any.
    pub(super) others: [Option<usize>; 3],
}

impl Subjects {
    /// The subjects among `plan`'s metrics, by how their names begin; nothing without a processor's.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let find = |prefix| plan.metrics.iter().position(|metric| metric.name.starts_with(prefix));
        Some(Self { cpu: find("cpu")?, others: ["mem", "disk", "net"].map(find) })
    }
}

/// The places of the panel's servers in the fleet: every n-th, so many of `servers` at most.
pub(super) fn places(servers: Range<u32>, panel: u32) -> impl Iterator<Item = u32> {
    let step = servers.len().div_ceil(panel.max(1) as usize).max(1);
    servers.step_by(step)
}

impl Panel {
    /// Looks at the panel of `plan`'s dataset, as `generator` makes it.
    pub(super) fn new(plan: &Plan, generator: &Generator) -> Self {
        let days = generator.days();
        let mut panel = Self {
            servers: Vec::new(),
            noise: Seen::new(plan, days),
            all: Moments::default(),
            distribution: None,
            busy: 0,
            partly: 0.0,
            between: f64::NAN,
            within: f64::NAN,
        };
        let subjects = Subjects::of(plan);
        let cpu = subjects.map(|subjects| &plan.metrics[subjects.cpu]);
        panel.distribution = cpu.map(|cpu| Distribution::new(Ticks::new(plan, cpu)));
        let daily = (plan.granularity == Granularity::Hourly).then(|| Daily::new(generator));
        let units = plan.fleet.business_units.len();
        let mut sums = vec![Sum::new(days.len()); units];
        let (mut looked_at, mut partly) = (0_u32, 0_u32);
        for index in places(plan.servers(), plan.quality.panel_servers) {
            let chunk = generator.chunk(index..index + 1);
            let chunk = match &daily {
                Some(daily) => daily.chunk(&chunk),
                None => chunk,
            };
            let there = chunk.steps_of(0);
            looked_at += 1;
            partly += u32::from(there.len() < days.len());
            let series = |column: &MetricColumn| {
                let mut values = vec![f64::NAN; days.len()];
                let own = &mut values[there.clone()];
                own.iter_mut().zip(column.values.iter()).for_each(|(place, value)| *place = value);
                column.missing.iter().for_each(|&row| own[row] = f64::NAN);
                values
            };
            let all: Vec<Vec<f64>> = chunk.metrics.iter().map(series).collect();
            let server = &chunk.servers[0];
            panel.noise.add(plan, days, server, there.clone(), &all);
            let Some(subjects) = subjects else { continue };
            let cpu = &all[subjects.cpu][there.clone()];
            panel.busy += cpu.iter().filter(|value| **value > BUSY).count() as u64;
            panel.all.add_all(cpu);
            panel.distribution.iter_mut().for_each(|distribution| {
                let ticks = *distribution.ticks();
                cpu.iter()
                    .filter(|value| !value.is_nan())
                    .for_each(|value| distribution.count(ticks.of(*value)));
            });
            let others = subjects.others.map(|metric| metric.map(|metric| &all[metric][there.clone()]));
            let weekend = &days.weekend[there];
            let Some((figures, standardized)) = ServerFigures::new(cpu, others, weekend) else { continue };
            panel.servers.push(figures);
            // Series of other lengths have no correlation with these.
            if standardized.len() < days.len() {
                continue;
            }
            sums[server.attributes[Attribute::BusinessUnit as usize]].add(&standardized);
        }
        panel.partly = f64::from(partly) / f64::from(looked_at);
        panel.within = mean_correlation(&sums);
        let mut all = Sum::new(days.len());
        sums.iter().for_each(|sum| all.merge(sum));
        panel.between = mean_correlation(&[all]);
        panel
    }

    /// The values of a figure over the servers, sorted, without those that are not there.
    pub(super) fn sorted(&self, figure: impl Fn(&ServerFigures) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> =
            self.servers.iter().map(figure).filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// The share of the variance that lies between servers.
    pub(super) fn share_between(&self) -> f64 {
        let count: f64 = self.servers.iter().map(|server| server.count).sum();
        let weighted = |f: &dyn Fn(&ServerFigures) -> f64| {
            self.servers.iter().map(|server| server.count * f(server)).sum::<f64>() / count
        };
        let mean = weighted(&|server| server.mean);
        let between = weighted(&|server| (server.mean - mean) * (server.mean - mean));
        between / (between + weighted(&|server| server.variance))
    }
}

impl ServerFigures {
    /// The figures of a server, and its series with mean 0 and variance 1; nothing for fewer than four
    /// weeks or a series that never changes.
    fn new(cpu: &[f64], others: [Option<&[f64]>; 3], weekend: &[bool]) -> Option<(Self, Vec<f64>)> {
        let moments = Moments::of(cpu);
        if moments.count < 4.0 * WEEK as f64 || moments.central(2) == 0.0 {
            return None;
        }
        let (mean, variance) = (moments.mean(), moments.central(2));
        let std = variance.sqrt();
        let filled = interpolated(cpu);
        let (mut weekends, mut weekdays) = (Moments::default(), Moments::default());
        for (value, is_weekend) in cpu.iter().zip(weekend) {
            if *is_weekend { weekends.add(*value) } else { weekdays.add(*value) }
        }
        let far = cpu.iter().filter(|value| (**value - mean).abs() > 3.0 * std).count() as f64;
        let figures = Self {
            count: moments.count,
            mean,
            variance,
            variation: std / mean,
            weekday_ratio: weekdays.mean() / weekends.mean(),
            lag_1: autocorrelation(&filled, 1),
            lag_7: autocorrelation(&filled, WEEK),
            weekly_strength: Decomposition::new(&filled, WEEK).map_or(f64::NAN, |parts| parts.strength()),
            kurtosis: moments.central(4) / (variance * variance) - 3.0,
            beyond_three: far / moments.count,
            correlations: others.map(|other| other.map_or(f64::NAN, |other| correlation(cpu, other))),
            memory_variation: others[0].map_or(f64::NAN, |memory| {
                let moments = Moments::of(memory);
                moments.central(2).sqrt() / moments.mean()
            }),
        };
        let own = Moments::of(&filled);
        let std = own.central(2).sqrt();
        Some((figures, filled.iter().map(|value| (value - own.mean()) / std).collect()))
    }
}

/// Sums of powers around a number near the mean.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    pub(super) count: f64,
    near: f64,
    powers: [f64; 4],
}

impl Moments {
    /// The moments of those values that are numbers.
    pub(super) fn of(values: &[f64]) -> Self {
        let mut moments = Self::default();
        moments.add_all(values);
        moments
    }

    fn add_all(&mut self, values: &[f64]) {
        values.iter().for_each(|value| self.add(*value));
    }

    /// Adds a value, if it is a number.
    #[inline]
    pub(super) fn add(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        if self.count == 0.0 {
            self.near = value;
        }
        let x = value - self.near;
        self.count += 1.0;
        self.powers[0] += x;
        self.powers[1] += x * x;
        self.powers[2] += x * x * x;
        self.powers[3] += x * x * x * x;
    }

    pub(super) fn mean(&self) -> f64 {
        self.near + self.powers[0] / self.count
    }

    /// The central moment of order 2, 3 or 4.
    pub(super) fn central(&self, order: usize) -> f64 {
        let [a, b, c, d] = self.powers.map(|sum| sum / self.count);
        match order {
            2 => b - a * a,
            3 => c - 3.0 * a * b + 2.0 * a * a * a,
            _ => d - 4.0 * a * c + 6.0 * a * a * b - 3.0 * a * a * a * a,
        }
    }

    /// Skewness.
    pub(super) fn skewness(&self) -> f64 {
        let variance = self.central(2);
        self.central(3) / (variance * variance.sqrt())
    }
}

/// A sum of standardized series.
#[derive(Clone, Debug)]
struct Sum {
    count: f64,
    values: Vec<f64>,
}

impl Sum {
    fn new(steps: usize) -> Self {
        Self { count: 0.0, values: vec![0.0; steps] }
    }

    fn add(&mut self, series: &[f64]) {
        self.count += 1.0;
        self.values.iter_mut().zip(series).for_each(|(sum, value)| *sum += value);
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.values.iter_mut().zip(&other.values).for_each(|(sum, value)| *sum += value);
    }
}

/// The mean correlation of two series of the same sum. The squared sum of n standardized series is
/// n + 2 * (sum of the correlations of all pairs).
fn mean_correlation(sums: &[Sum]) -> f64 {
    let (mut correlations, mut pairs) = (0.0, 0.0);
    for sum in sums {
        let square = sum.values.iter().map(|value| value * value).sum::<f64>() / sum.values.len() as f64;
        correlations += square - sum.count;
        pairs += sum.count * (sum.count - 1.0);
    }
    correlations / pairs
}

/// The series with its gaps filled: on a line between the neighbours, at the ends by the neighbour.
pub(super) fn interpolated(series: &[f64]) -> Vec<f64> {
    let mut filled = series.to_vec();
    let mut last: Option<usize> = None;
    for step in 0..series.len() {
        if series[step].is_nan() {
            continue;
        }
        let from = last.map_or(0, |last| last + 1);
        for (gap, value) in filled.iter_mut().enumerate().take(step).skip(from) {
            *value = match last {
                None => series[step],
                Some(last) => {
                    let share = (gap - last) as f64 / (step - last) as f64;
                    series[last] + share * (series[step] - series[last])
                }
            };
        }
        last = Some(step);
    }
    if let Some(last) = last {
        filled[last..].fill(series[last]);
    }
    filled
}

/// Correlation of a series without gaps with itself so many steps later, over the variance of the
/// whole series.
pub(super) fn autocorrelation(series: &[f64], lag: usize) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let product = |lag: usize| {
        series.iter().zip(&series[lag.min(series.len())..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>()
    };
    product(lag) / product(0)
}

/// Pearson's correlation over the steps at which both series have a value.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let both: Vec<(f64, f64)> =
        a.iter().copied().zip(b.iter().copied()).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
    let n = both.len() as f64;
    let (mean_a, mean_b) =
        (both.iter().map(|(a, _)| a).sum::<f64>() / n, both.iter().map(|(_, b)| b).sum::<f64>() / n);
    let product = |f: fn(f64, f64) -> f64| both.iter().map(|(a, b)| f(a - mean_a, b - mean_b)).sum::<f64>();
    product(|a, b| a * b) / (product(|a, _| a * a) * product(|_, b| b * b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_on_a_line_and_at_the_ends_by_their_neighbour() {
        let nan = f64::NAN;
        assert_eq!(interpolated(&[nan, 2.0, nan, nan, 5.0, nan]), [2.0, 2.0, 3.0, 4.0, 5.0, 5.0]);
    }

    #[test]
    fn moments_are_those_of_the_values() {
        let moments = Moments::of(&[1.0, 2.0, f64::NAN, 3.0, 10.0]);
        assert_eq!((moments.count, moments.mean()), (4.0, 4.0));
        assert_eq!([2, 3, 4].map(|order| moments.central(order)), [12.5, 45.0, 348.5]);
    }

    #[test]
    fn the_panel_is_spread_over_the_fleet() {
        assert_eq!(places(10..20, 5).collect::<Vec<_>>(), [10, 12, 14, 16, 18]);
        assert_eq!(places(0..7, 3).collect::<Vec<_>>(), [0, 3, 6]);
        assert_eq!(places(3..5, 100).collect::<Vec<_>>(), [3, 4]);
    }
}
