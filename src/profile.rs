//! The fleet's profile: small streaming aggregates from which the charts are drawn,
//! so that no chart ever needs all the rows.

use serde::{Deserialize, Serialize};

pub use crate::aggregate::MAX_TIME_BINS;
use crate::aggregate::{Aggregates, BAND_BINS, MetricAggregates};
use crate::calendar::DayTable;
use crate::plan::{MetricPlan, Plan};

/// What the charts show of a dataset. Its size depends on days and metrics, never on servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetProfile {
    /// Days per time bin; 1 unless the range is longer than [`MAX_TIME_BINS`] days.
    pub days_per_bin: usize,
    /// Servers that are there per time bin: the mean of its days.
    pub servers: Vec<f64>,
    /// One entry per metric, in column order.
    pub metrics: Vec<MetricProfile>,
}

/// One metric's profile, in the metric's unit. A mean over nothing is NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricProfile {
    /// Fleet mean per time bin.
    pub mean: Vec<f64>,
    /// 5th percentile over the fleet per time bin, to 1/64 of the clip range.
    pub p05: Vec<f64>,
    /// 95th percentile over the fleet per time bin, to 1/64 of the clip range.
    pub p95: Vec<f64>,
    /// Share of missing values per time bin, 0..=1; NaN where no server is there.
    pub missing: Vec<f64>,
    /// Number of values in equal bins from the smallest to the largest clip.
    pub histogram: Vec<u64>,
    /// Mean per weekday, Monday first.
    pub weekday_mean: [f64; 7],
    /// Mean per month, January first.
    pub month_mean: [f64; 12],
}

/// Bins of [`MetricProfile::histogram`].
pub const HISTOGRAM_BINS: usize = 100;

impl FleetProfile {
    /// The profile of a dataset that has been seen whole.
    pub fn new(plan: &Plan, days: &DayTable, aggregates: &Aggregates) -> Self {
        let days_per_bin = aggregates.days_per_bin;
        let metrics = plan.metrics.iter().zip(&aggregates.metrics);
        let rows = aggregates.metrics.first().map(MetricAggregates::day_rows).unwrap_or_default();
        let servers =
            |bin: &[u64]| bin.iter().sum::<u64>() as f64 / (bin.len() * plan.steps_per_day()) as f64;
        Self {
            days_per_bin,
            servers: rows.chunks(days_per_bin).map(servers).collect(),
            metrics: metrics
                .map(|(metric, seen)| MetricProfile::new(metric, days, seen, days_per_bin))
                .collect(),
        }
    }
}

impl MetricProfile {
    fn new(metric: &MetricPlan, days: &DayTable, seen: &MetricAggregates, days_per_bin: usize) -> Self {
        let all: Vec<usize> = (0..days.len()).collect();
        let bins = || all.chunks(days_per_bin);
        let (sums, counts, rows) = (seen.day_sums(), seen.day_counts(), seen.day_rows());
        let mean = |days: &mut dyn Iterator<Item = usize>| {
            let (sum, count) =
                days.fold((0.0, 0), |(sum, count), day| (sum + sums[day], count + counts[day]));
            sum / count as f64
        };
        let (p05, p95) = seen.band.chunks_exact(BAND_BINS).map(|histogram| band(histogram, metric)).unzip();
        Self {
            mean: bins().map(|bin| mean(&mut bin.iter().copied())).collect(),
            p05,
            p95,
            missing: bins()
                .map(|bin| {
                    let sum = |of: &[u64]| bin.iter().map(|&day| of[day]).sum::<u64>() as f64;
                    1.0 - sum(&counts) / sum(&rows)
                })
                .collect(),
            histogram: seen.distribution.histogram(HISTOGRAM_BINS),
            weekday_mean: std::array::from_fn(|weekday| {
                mean(&mut all.iter().copied().filter(|&day| usize::from(days.weekday[day]) == weekday))
            }),
            month_mean: std::array::from_fn(|month| {
                mean(&mut all.iter().copied().filter(|&day| usize::from(days.month[day]) == month + 1))
            }),
        }
    }
}

/// The 5th and the 95th percentile from counts in equal bins over the clips, interpolated inside the bin.
fn band(histogram: &[u32], metric: &MetricPlan) -> (f64, f64) {
    let total: u32 = histogram.iter().sum();
    let place = |(bin, share): (usize, f64)| {
        let place = (bin as f64 + share) / histogram.len() as f64;
        metric.min_clip + place * (metric.max_clip - metric.min_clip)
    };
    let low = tail(histogram.iter(), total);
    let high = tail(histogram.iter().rev(), total);
    let from_above = |(bin, share)| (histogram.len() - 1 - bin, 1.0 - share);
    (low.map_or(f64::NAN, place), high.map(from_above).map_or(f64::NAN, place))
}

/// In which bin, and how far inside it, 5 % of the `total` lie behind; `None` when it is 0.
fn tail<'h>(bins: impl Iterator<Item = &'h u32>, total: u32) -> Option<(usize, f64)> {
    let target = 0.05 * f64::from(total);
    let mut passed = 0;
    for (bin, &count) in bins.enumerate() {
        let next = passed + count;
        if count > 0 && f64::from(next) >= target {
            return Some((bin, (target - f64::from(passed)) / f64::from(count)));
        }
        passed = next;
    }
    None
}
