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
    /// One entry per metric, in column order.
    pub metrics: Vec<MetricProfile>,
}

/// One metric's profile, in the metric's unit. A mean over nothing is NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricProfile {
    /// Fleet mean per time bin.
    pub mean: Vec<f64>,
    /// 5th percentile over the fleet per time bin, to 1/256 of the clip range.
    pub p05: Vec<f64>,
    /// 95th percentile over the fleet per time bin, to 1/256 of the clip range.
    pub p95: Vec<f64>,
    /// Share of missing values per time bin, 0..=1.
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
        Self {
            days_per_bin,
            metrics: metrics
                .map(|(metric, seen)| MetricProfile::new(plan, metric, days, seen, days_per_bin))
                .collect(),
        }
    }
}

impl MetricProfile {
    fn new(
        plan: &Plan,
        metric: &MetricPlan,
        days: &DayTable,
        seen: &MetricAggregates,
        days_per_bin: usize,
    ) -> Self {
        let all: Vec<usize> = (0..days.len()).collect();
        let bins = || all.chunks(days_per_bin);
        let servers = plan.servers().len() as u64;
        let (sums, counts) = (seen.day_sums(), seen.day_counts());
        let mean = |days: &mut dyn Iterator<Item = usize>| {
            let (sum, count) =
                days.fold((0.0, 0), |(sum, count), day| (sum + sums[day], count + counts[day]));
            sum / count as f64
        };
        let band = |share| {
            let histograms = seen.band.chunks_exact(BAND_BINS);
            histograms.map(|histogram| binned_quantile(histogram, metric, share)).collect()
        };
        Self {
            mean: bins().map(|bin| mean(&mut bin.iter().copied())).collect(),
            p05: band(0.05),
            p95: band(0.95),
            missing: bins()
                .map(|bin| {
                    let present: u64 = bin.iter().map(|&day| counts[day]).sum();
                    1.0 - present as f64 / (servers * bin.len() as u64) as f64
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

/// A quantile from counts in equal bins over the clips, interpolated inside the bin.
fn binned_quantile(histogram: &[u32], metric: &MetricPlan, share: f64) -> f64 {
    let total: f64 = histogram.iter().copied().map(f64::from).sum();
    let target = total * share;
    let mut below = 0.0;
    for (bin, count) in histogram.iter().copied().map(f64::from).enumerate() {
        if count > 0.0 && below + count >= target {
            let place = (bin as f64 + (target - below) / count) / histogram.len() as f64;
            return metric.min_clip + place * (metric.max_clip - metric.min_clip);
        }
        below += count;
    }
    f64::NAN
}
