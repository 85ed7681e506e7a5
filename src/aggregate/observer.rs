//! How the rows of a dataset are looked at.

use super::ticks::Ticks;
use super::{BAND_BINS, days_per_bin};
use crate::calendar::DayTable;
use crate::plan::{MetricPlan, Plan};
use crate::series::factors;

/// What a metric's values are held against to find its outliers, for servers of one level: a value
/// counts when it is above `excess[step]` plus the mean by which its server is above `mean[step]`.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// The level of the servers that these thresholds are for.
    pub level: f64,
    /// Expected mean per step of such a server without bias.
    pub mean: Vec<f64>,
    /// Threshold per step of such a server without bias.
    pub excess: Vec<f64>,
}

impl Thresholds {
    /// Thresholds that no value exceeds, for servers too different to be held against common ones.
    pub fn out_of_reach(steps: usize) -> Self {
        Self { level: 0.0, mean: vec![0.0; steps], excess: vec![f64::INFINITY; steps] }
    }
}

/// How to look at the rows of a dataset: what follows from its plan alone.
#[derive(Clone, Debug)]
pub struct Observer {
    pub(super) metrics: Vec<MetricObserver>,
}

#[derive(Clone, Debug)]
pub(super) struct MetricObserver {
    pub(super) plan: MetricPlan,
    pub(super) ticks: Ticks,
    /// Per day where the histogram of its time bin begins.
    pub(super) band_start: Vec<u32>,
    /// Per day whether people work.
    pub(super) workday: Vec<bool>,
    limits: Vec<Limits>,
}

/// [`Thresholds`] in ticks.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    level: f64,
    pub(super) mean: Vec<f64>,
    /// Sum of `mean` over all steps.
    pub(super) mean_sum: f64,
    pub(super) excess: Vec<f64>,
}

impl Observer {
    /// The observer of `plan`'s dataset on its days; `thresholds` has a list per metric, in its unit.
    pub fn new(plan: &Plan, days: &DayTable, thresholds: &[Vec<Thresholds>]) -> Self {
        let workday: Vec<bool> =
            (0..days.len()).map(|day| !factors::is_day_off(&plan.calendar, days, day)).collect();
        let days_per_bin = days_per_bin(plan.days());
        let band_start = |day: usize| (day / days_per_bin * BAND_BINS) as u32;
        let metric = |(metric, thresholds): (&MetricPlan, &Vec<Thresholds>)| {
            let ticks = Ticks::new(plan, metric);
            let in_ticks = |values: &[f64]| values.iter().map(|&value| ticks.place(value)).collect();
            let limits = |of: &Thresholds| {
                let mean: Vec<f64> = in_ticks(&of.mean);
                let excess = in_ticks(&of.excess);
                Limits { level: of.level, mean_sum: mean.iter().sum(), mean, excess }
            };
            MetricObserver {
                plan: metric.clone(),
                ticks,
                band_start: (0..plan.days()).map(band_start).collect(),
                workday: workday.clone(),
                limits: thresholds.iter().map(limits).collect(),
            }
        };
        Self { metrics: plan.metrics.iter().zip(thresholds).map(metric).collect() }
    }
}

impl MetricObserver {
    /// The limits for a server of this level.
    pub(super) fn limits(&self, level: f64) -> &Limits {
        let distance = |limits: &&Limits| (limits.level - level).abs();
        let nearest = self.limits.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.expect("a metric has a level")
    }
}
