//! The fleet's profile: small streaming aggregates from which the charts are drawn,
//! so that no chart ever needs all the rows.

mod correlation;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

pub use crate::aggregate::MAX_TIME_BINS;
pub use crate::aggregate::groups::Facet;
use crate::aggregate::groups::GroupSums;
use crate::aggregate::heat::CellSums;
pub use crate::aggregate::heat::Cells;
pub use correlation::{CORRELATED_SERVERS, Correlations, Pairs};

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
    /// Per cell of the metrics' heat, band by band, the share of its server-days on which the server is there.
    pub there: Vec<f32>,
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
    /// The fleet's means by business unit, region, criticality level and kind.
    pub groups: Vec<GroupMeans>,
    /// The fleet by bands of servers and stretches of days.
    pub heat: HeatProfile,
    /// The latest quarters, each counted back from its end; at most [`MAX_QUARTERS`].
    pub quarters: Vec<Quarter>,
    /// How many values are low or high, of a metric in percent.
    pub load: Option<Load>,
}

/// The means of the groups of one facet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupMeans {
    /// What the servers are grouped by.
    pub facet: Facet,
    /// Names of the groups.
    pub names: Vec<String>,
    /// Per group the mean per time bin; NaN where there is no value.
    pub means: Vec<Vec<f32>>,
    /// Per group the number of values per time bin.
    pub values: Vec<Vec<u32>>,
}

/// The fleet by bands of servers and stretches of days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatProfile {
    /// Which servers and days a cell has.
    pub cells: Cells,
    /// Per cell, band by band, the mean; NaN where there is no value.
    pub mean: Vec<f32>,
    /// Per cell, band by band, the share of missing values; NaN where no server is there.
    pub missing: Vec<f32>,
}

/// One quarter's fleet means on business days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quarter {
    /// The year.
    pub year: i32,
    /// The quarter, 1..=4.
    pub quarter: u32,
    /// Means of its business days in the range, the last one first; NaN where there is no value.
    pub means: Vec<f64>,
}

/// Most quarters of [`MetricProfile::quarters`]: ten years.
pub const MAX_QUARTERS: usize = 40;

/// How many values, one per row, are low or high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// All values.
    pub total: u64,
    /// Those under 40 %.
    pub below_40: u64,
    /// Those above 80 %.
    pub above_80: u64,
    /// Those above 90 %.
    pub above_90: u64,
}

/// Bins of [`MetricProfile::histogram`].
pub const HISTOGRAM_BINS: usize = 100;

impl FleetProfile {
    /// The profile of a dataset that has been seen whole.
    pub fn new(plan: &Plan, days: &DayTable, aggregates: &Aggregates) -> Self {
        let days_per_bin = aggregates.days_per_bin;
        let metrics = plan.metrics.iter().zip(&aggregates.metrics);
        // Who is there is the same for all metrics.
        let first = aggregates.metrics.first();
        let servers = first.map(MetricAggregates::day_servers).unwrap_or_default();
        let mean = |bin: &[u64]| bin.iter().sum::<u64>() as f64 / bin.len() as f64;
        let there = |seen: &MetricAggregates| seen.heat.sums().map(|cell| cell.there() as f32).collect();
        Self {
            days_per_bin,
            servers: servers.chunks(days_per_bin).map(mean).collect(),
            there: first.map(there).unwrap_or_default(),
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
            groups: groups(plan, seen),
            heat: heat(seen),
            quarters: quarters(days, |day| sums[day] / counts[day] as f64),
            load: (metric.unit == "%").then(|| Load {
                total: seen.distribution.total(),
                below_40: seen.distribution.below(40.0),
                above_80: seen.distribution.above(80.0),
                above_90: seen.distribution.above(90.0),
            }),
        }
    }
}

fn groups(plan: &Plan, seen: &MetricAggregates) -> Vec<GroupMeans> {
    let ticks = seen.distribution.ticks();
    let low = ticks.value(0);
    let value = |mean: &f64| (low + ticks.distance(*mean)) as f32;
    let of_facet = |(facet, groups): (Facet, Vec<GroupSums>)| GroupMeans {
        facet,
        names: facet.groups(plan),
        means: groups.iter().map(|group| group.means.iter().map(value).collect()).collect(),
        values: groups.into_iter().map(|group| group.values).collect(),
    };
    seen.groups.sums().map(of_facet).collect()
}

fn heat(seen: &MetricAggregates) -> HeatProfile {
    let ticks = seen.distribution.ticks();
    let low = ticks.value(0);
    let value = |cell: CellSums| ((low + ticks.distance(cell.mean())) as f32, cell.missing() as f32);
    let (mean, missing) = seen.heat.sums().map(value).unzip();
    HeatProfile { cells: seen.heat.cells, mean, missing }
}

/// The latest quarters, in order, with `mean` of each business day.
fn quarters(days: &DayTable, mean: impl Fn(usize) -> f64) -> Vec<Quarter> {
    let mut quarters: Vec<Quarter> = Vec::new();
    let mut is_over = false;
    for day in (0..days.len()).filter(|&day| days.business_days_to_month_end[day] > 0) {
        let date = days.dates[day];
        let (year, quarter) = (date.year(), date.month0() / 3 + 1);
        match quarters.last_mut() {
            Some(last) if (last.year, last.quarter) == (year, quarter) => last.means.push(mean(day)),
            _ => quarters.push(Quarter { year, quarter, means: vec![mean(day)] }),
        }
        is_over = days.business_days_to_month_end[day] == 1 && date.month().is_multiple_of(3);
    }
    // One that the range ends within has no end to count back from.
    if !is_over {
        quarters.pop();
    }
    quarters.drain(..quarters.len().saturating_sub(MAX_QUARTERS));
    for quarter in &mut quarters {
        quarter.means.reverse();
    }
    quarters
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
