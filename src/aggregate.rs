//! Streaming aggregates: everything that the profile and the quality checks need to know of the
//! rows, gathered in one pass. Their size depends on days and metrics, never on servers.
//!
//! All sums are of whole numbers, so aggregates of parts of a dataset add up to the same aggregates
//! whatever the parts and their order: any number of workers gives the same report.

pub mod distribution;
pub mod groups;
pub mod heat;
pub mod hours;
pub mod keys;
pub mod stretches;
pub mod ticks;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::calendar::DayTable;
use crate::dataset::Chunk;
use crate::fleet::Server;
use crate::plan::{MetricPlan, Plan};
use crate::series::factors;
use crate::series::grid::Values;
use distribution::Distribution;
use groups::Groups;
use heat::Heat;
use hours::HourSums;
pub use keys::KeyAggregates;
use ticks::Ticks;

/// Upper bound of the number of time bins: about the pixels of a wide chart.
pub const MAX_TIME_BINS: usize = 2048;

/// Bins of a time bin's histogram over the fleet: interpolated inside, as fine as a chart shows, and few
/// enough that the histograms of four years stay in a processor's cache.
pub const BAND_BINS: usize = 64;

/// What is known of the values seen so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregates {
    /// Days per time bin of [`MetricAggregates::band`].
    pub days_per_bin: usize,
    /// One entry per metric.
    pub metrics: Vec<MetricAggregates>,
}

/// What is known of one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricAggregates {
    /// All values.
    pub distribution: Distribution,
    /// Missing values.
    pub missing: u64,
    /// Values outside the clips, and values that are not finite.
    pub out_of_range: u64,
    /// Servers seen.
    pub servers: u64,
    /// Rows of a server and day.
    steps_per_day: usize,
    /// Per day the sum of the values that are there, in ticks.
    day_ticks: Vec<u64>,
    /// Per day the number of rows without a value inside the clips.
    day_absent: Vec<u32>,
    /// Per day how many more servers are there than on the day before.
    day_changes: Vec<i64>,
    /// The hours of working days, of hourly rows.
    hours: HourSums,
    /// Per time bin a histogram of [`BAND_BINS`] equal bins over the clips.
    pub band: Vec<u32>,
    /// Values above their server's own threshold of the day; see [`Thresholds`].
    pub exceedances: u64,
    /// Sums by business unit, region, criticality level and kind.
    pub groups: Groups,
    /// Sums by bands of servers and stretches of days.
    pub heat: Heat,
}

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
    metrics: Vec<MetricObserver>,
}

#[derive(Clone, Debug)]
struct MetricObserver {
    plan: MetricPlan,
    ticks: Ticks,
    /// Per day where the histogram of its time bin begins.
    band_start: Vec<u32>,
    /// Per day whether people work.
    workday: Vec<bool>,
    limits: Vec<Limits>,
}

/// [`Thresholds`] in ticks.
#[derive(Clone, Debug)]
struct Limits {
    level: f64,
    mean: Vec<f64>,
    /// Sum of `mean` over all steps.
    mean_sum: f64,
    excess: Vec<f64>,
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
    fn limits(&self, level: f64) -> &Limits {
        let distance = |limits: &&Limits| (limits.level - level).abs();
        let nearest = self.limits.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.expect("a metric has a level")
    }
}

fn days_per_bin(days: usize) -> usize {
    days.div_ceil(MAX_TIME_BINS)
}

impl Aggregates {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let days = plan.days();
        let days_per_bin = days_per_bin(days);
        let metric = |metric: &MetricPlan| MetricAggregates {
            distribution: Distribution::new(Ticks::new(plan, metric)),
            missing: 0,
            out_of_range: 0,
            servers: 0,
            steps_per_day: plan.steps_per_day(),
            day_ticks: vec![0; days],
            day_absent: vec![0; days],
            day_changes: vec![0; days],
            hours: HourSums::default(),
            band: vec![0; days.div_ceil(days_per_bin) * BAND_BINS],
            exceedances: 0,
            groups: Groups::new(plan, days_per_bin),
            heat: Heat::new(plan),
        };
        Self { days_per_bin, metrics: plan.metrics.iter().map(metric).collect() }
    }

    /// Takes in the rows of a chunk.
    pub fn add(&mut self, observer: &Observer, chunk: &Chunk) {
        for (index, (aggregates, observer)) in self.metrics.iter_mut().zip(&observer.metrics).enumerate() {
            let column = &chunk.metrics[index];
            let mut missing = column.missing.as_slice();
            for (position, server) in chunk.servers.iter().enumerate() {
                let (rows, steps) = (chunk.rows_of(position), chunk.steps_of(position));
                let (mine, rest) = missing.split_at(missing.partition_point(|&row| row < rows.end));
                missing = rest;
                let absent: Vec<usize> = mine.iter().map(|row| row - rows.start).collect();
                let level = observer.plan.level(&server.attributes);
                aggregates.missing += absent.len() as u64;
                let seen = Seen { server, level, steps };
                match &column.values {
                    Values::Grid(grid, cells) if observer.ticks.counts_cells_of(grid) => {
                        aggregates.add_server(observer, seen, &cells[rows], &absent);
                    }
                    values => {
                        let (ticks, absent) =
                            aggregates.in_ticks(observer, rows.map(|row| values.get(row)), absent);
                        aggregates.add_server(observer, seen, &ticks, &absent);
                    }
                }
            }
        }
    }

    /// Takes in a server's series of one metric: a value per step at which it is there, NaN where that is missing.
    pub fn add_series(&mut self, observer: &Observer, metric: usize, server: &Server, values: &[f64]) {
        let (aggregates, observer) = (&mut self.metrics[metric], &observer.metrics[metric]);
        let missing: Vec<usize> = (0..values.len()).filter(|&place| values[place].is_nan()).collect();
        aggregates.missing += missing.len() as u64;
        let (ticks, absent) = aggregates.in_ticks(observer, values.iter().copied(), missing);
        let level = observer.plan.level(&server.attributes);
        let steps = server.life.steps(aggregates.steps_per_day);
        aggregates.add_server(observer, Seen { server, level, steps }, &ticks, &absent);
    }

    /// Adds what was seen of other rows of the same dataset.
    pub fn merge(&mut self, other: &Self) {
        for (mine, other) in self.metrics.iter_mut().zip(&other.metrics) {
            mine.distribution.merge(&other.distribution);
            mine.missing += other.missing;
            mine.out_of_range += other.out_of_range;
            mine.servers += other.servers;
            mine.exceedances += other.exceedances;
            mine.groups.merge(&other.groups);
            mine.heat.merge(&other.heat);
            mine.hours.merge(&other.hours);
            add_all(&mut mine.day_ticks, &other.day_ticks);
            add_all(&mut mine.day_absent, &other.day_absent);
            add_all(&mut mine.day_changes, &other.day_changes);
            add_all(&mut mine.band, &other.band);
        }
    }
}

/// Whose series is taken in, its level, and the steps at which it is there.
struct Seen<'s> {
    server: &'s Server,
    level: f64,
    steps: Range<usize>,
}

/// Adds numbers place by place.
fn add_all<T: Copy + std::ops::AddAssign>(sums: &mut [T], more: &[T]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += *more);
}

/// A value's place in whole ticks: a cell of a decimal grid, or a fine fraction of the clips' range.
trait Tick: Copy {
    fn whole(self) -> u64;
    fn real(self) -> f64;
}

impl Tick for u32 {
    fn whole(self) -> u64 {
        u64::from(self)
    }

    /// Only cells are so small, and there are at most 2^20 of them: a signed conversion is cheaper.
    fn real(self) -> f64 {
        f64::from(self as i32)
    }
}

impl Tick for u64 {
    fn whole(self) -> u64 {
        self
    }

    fn real(self) -> f64 {
        self as f64
    }
}

impl MetricAggregates {
    /// Number of servers that are there per day.
    pub fn day_servers(&self) -> Vec<u64> {
        let there = self.day_changes.iter().scan(0, |there, change| {
            *there += change;
            Some(*there as u64)
        });
        there.collect()
    }

    /// Number of rows per day.
    pub fn day_rows(&self) -> Vec<u64> {
        self.day_servers().iter().map(|servers| servers * self.steps_per_day as u64).collect()
    }

    /// Number of values per day.
    pub fn day_counts(&self) -> Vec<u64> {
        self.day_rows().iter().zip(&self.day_absent).map(|(rows, &absent)| rows - u64::from(absent)).collect()
    }

    /// Sum of the values per day, in the metric's unit.
    pub fn day_sums(&self) -> Vec<f64> {
        let ticks = self.distribution.ticks();
        let sum = |(&sum, count): (&u64, u64)| ticks.sum(u128::from(sum), count);
        self.day_ticks.iter().zip(self.day_counts()).map(sum).collect()
    }

    /// Number and sum of the values in business hours of working days, and of those at all hours of these, in the
    /// metric's unit; nothing of daily rows.
    pub fn workday_sums(&self) -> [(u64, f64); 2] {
        let ticks = self.distribution.ticks();
        self.hours.get(|sum, count| ticks.sum(sum, count))
    }

    /// The ticks of values that are there and inside the clips, and the places of the others.
    fn in_ticks(
        &mut self,
        observer: &MetricObserver,
        values: impl Iterator<Item = f64>,
        missing: Vec<usize>,
    ) -> (Vec<u64>, Vec<usize>) {
        let plan = &observer.plan;
        let mut next_missing = missing.iter().peekable();
        let mut absent = Vec::with_capacity(missing.len());
        let ticks = values.enumerate().map(|(day, value)| {
            let is_missing = next_missing.next_if(|&&next| next == day).is_some();
            let is_inside = (plan.min_clip..=plan.max_clip).contains(&value);
            self.out_of_range += u64::from(!is_missing && !is_inside);
            if is_missing || !is_inside {
                absent.push(day);
                return 0;
            }
            observer.ticks.of(value)
        });
        (ticks.collect(), absent)
    }

    /// Takes in the series of a server; `absent` counts from the first step at which it is there. All
    /// days are counted first, then those that are absent taken out again: they are few, and the loop
    /// over all has no branch.
    fn add_server<T: Tick>(
        &mut self,
        observer: &MetricObserver,
        Seen { server, level, steps }: Seen<'_>,
        ticks: &[T],
        absent: &[usize],
    ) {
        let limits = observer.limits(level);
        let days = steps.start / self.steps_per_day..steps.end / self.steps_per_day;
        self.day_changes[days.start] += 1;
        if let Some(next) = self.day_changes.get_mut(days.end) {
            *next -= 1;
        }
        self.groups.count(server, ticks);
        self.heat.count(server, ticks);
        let mut sum: u64 = 0;
        let Self { distribution, day_ticks, band, hours, .. } = self;
        let days_and_starts = day_ticks[days.clone()].iter_mut().zip(&observer.band_start[days.clone()]);
        let mut count = |tick: u64, start: u32| {
            sum += tick;
            distribution.count(tick);
            band[start as usize + observer.ticks.band_bin(tick)] += 1;
        };
        match self.steps_per_day {
            1 => {
                for (tick, (day_sum, &start)) in ticks.iter().zip(days_and_starts) {
                    *day_sum += tick.whole();
                    count(tick.whole(), start);
                }
            }
            per_day => {
                let workdays = &observer.workday[days];
                for ((ticks, (day_sum, &start)), is_workday) in
                    ticks.chunks_exact(per_day).zip(days_and_starts).zip(workdays)
                {
                    *day_sum += ticks.iter().map(|tick| tick.whole()).sum::<u64>();
                    ticks.iter().for_each(|tick| count(tick.whole(), start));
                    if *is_workday {
                        hours.add_day(ticks.iter().map(|tick| tick.whole()));
                    }
                }
            }
        }
        let is_whole = ticks.len() == limits.mean.len();
        let mut above_mean =
            -if is_whole { limits.mean_sum } else { limits.mean[steps.clone()].iter().sum::<f64>() };
        for &place in absent {
            let (tick, step) = (ticks[place].whole(), steps.start + place);
            let day = step / self.steps_per_day;
            if self.steps_per_day > 1 && observer.workday[day] {
                self.hours.take_out(step % self.steps_per_day, tick);
            }
            sum -= tick;
            self.day_ticks[day] -= tick;
            self.day_absent[day] += 1;
            self.distribution.uncount(tick);
            self.groups.uncount(server, day, tick);
            self.heat.uncount(server, day, tick);
            self.band[observer.band_start[day] as usize + observer.ticks.band_bin(tick)] -= 1;
            above_mean += limits.mean[step];
        }
        if !self.distribution.is_exact() {
            self.distribution.add_moments(ticks.iter().map(|tick| tick.whole()), absent);
        }
        self.servers += 1;

        let present = ticks.len() - absent.len();
        let bias = (above_mean + sum as f64) / present.max(1) as f64;
        let exceeds = |(tick, excess): (&T, &f64)| tick.real() > *excess + bias;
        let excess = &limits.excess[steps.start..];
        let all = ticks.iter().zip(excess).filter(|pair| exceeds(*pair)).count();
        let out = absent.iter().filter(|&&place| exceeds((&ticks[place], &excess[place]))).count();
        self.exceedances += (all - out) as u64;
    }
}
