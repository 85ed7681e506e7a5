//! Streaming aggregates: everything that the profile and the quality checks need to know of the
//! rows, gathered in one pass. Their size depends on days and metrics, never on servers.

pub mod distribution;

use crate::dataset::{Chunk, MetricColumn};
use crate::plan::{MetricPlan, Plan};
use distribution::Distribution;

/// Upper bound of the number of time bins: about the pixels of a wide chart.
pub const MAX_TIME_BINS: usize = 2048;

/// Bins of a time bin's histogram over the fleet.
pub const BAND_BINS: usize = 256;

/// What is known of the rows seen so far.
#[derive(Clone, Debug)]
pub struct Aggregates {
    /// Days per time bin of [`MetricAggregates::band`].
    pub days_per_bin: usize,
    /// The keys.
    pub keys: KeyAggregates,
    /// One entry per metric.
    pub metrics: Vec<MetricAggregates>,
}

/// What is known of the keys (server_id, timestamp).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyAggregates {
    /// Rows.
    pub rows: u64,
    /// Servers.
    pub servers: u64,
    /// Neighbouring servers whose ids are equal, and steps whose timestamps are.
    pub duplicates: u64,
    /// Neighbouring steps of a server that are not exactly one step apart.
    pub discontinuities: u64,
    /// Neighbouring rows that are out of order.
    pub unsorted: u64,
    /// Timestamp of the first row, in microseconds since 1970-01-01.
    pub first_timestamp: Option<i64>,
    /// Timestamp of the last row, in microseconds since 1970-01-01.
    pub last_timestamp: Option<i64>,
    last_server: Option<String>,
}

/// What is known of one metric.
#[derive(Clone, Debug)]
pub struct MetricAggregates {
    /// All values.
    pub distribution: Distribution,
    /// Missing values.
    pub missing: u64,
    /// Values outside the clips, and values that are not finite.
    pub out_of_range: u64,
    /// Per day the sum of the values that are there.
    pub day_sum: Vec<f64>,
    /// Per day the number of values that are there.
    pub day_count: Vec<u64>,
    /// Per time bin a histogram of [`BAND_BINS`] equal bins over the clips.
    pub band: Vec<u32>,
    /// Values above their server's own threshold of the day; see [`Thresholds`].
    pub exceedances: u64,
}

/// What a metric's values are held against to find its outliers, for servers of one level: a value
/// counts when it is above `excess[day]` plus the mean by which its server is above `mean[day]`.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// The level of the servers that these thresholds are for.
    pub level: f64,
    /// Expected mean per day of such a server without bias.
    pub mean: Vec<f64>,
    /// Threshold per day of such a server without bias.
    pub excess: Vec<f64>,
}

impl Thresholds {
    /// The thresholds for a server of this level.
    fn for_level(all: &[Self], level: f64) -> &Self {
        let distance = |thresholds: &&Self| (thresholds.level - level).abs();
        all.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).expect("a metric has a level")
    }
}

/// Microseconds of a step.
const STEP_MICROS: i64 = 86_400_000_000;

impl Aggregates {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let days_per_bin = plan.steps().div_ceil(MAX_TIME_BINS);
        let bins = plan.steps().div_ceil(days_per_bin);
        let metric = |metric: &MetricPlan| MetricAggregates {
            distribution: Distribution::new(metric, &plan.output),
            missing: 0,
            out_of_range: 0,
            day_sum: vec![0.0; plan.steps()],
            day_count: vec![0; plan.steps()],
            band: vec![0; bins * BAND_BINS],
            exceedances: 0,
        };
        Self {
            days_per_bin,
            keys: KeyAggregates::default(),
            metrics: plan.metrics.iter().map(metric).collect(),
        }
    }

    /// Takes in a chunk, which follows the chunks seen before. `thresholds` has a list per metric.
    pub fn add(&mut self, plan: &Plan, chunk: &Chunk, thresholds: &[Vec<Thresholds>]) {
        self.keys.add(chunk);
        let steps = chunk.steps();
        for (index, aggregates) in self.metrics.iter_mut().enumerate() {
            let column = &chunk.metrics[index];
            let metric = &plan.metrics[index];
            for (position, server) in chunk.servers.iter().enumerate() {
                let rows = position * steps..(position + 1) * steps;
                let thresholds = Thresholds::for_level(&thresholds[index], metric.level(&server.attributes));
                aggregates.add_server(metric, column, rows, self.days_per_bin, thresholds);
            }
        }
    }
}

impl KeyAggregates {
    fn add(&mut self, chunk: &Chunk) {
        let timestamps = chunk.timestamps();
        let count = |wrong: &dyn Fn(i64, i64) -> bool| {
            timestamps.windows(2).filter(|pair| wrong(pair[0], pair[1])).count() as u64
        };
        let equal = count(&|a, b| a == b);
        let apart = count(&|a, b| b - a != STEP_MICROS);
        let behind = count(&|a, b| b < a);
        for server in &chunk.servers {
            if let Some(last) = &self.last_server {
                self.duplicates += u64::from(*last == server.id) * timestamps.len() as u64;
                self.unsorted += u64::from(*last > server.id);
            }
            self.last_server = Some(server.id.clone());
            self.servers += 1;
            self.rows += timestamps.len() as u64;
            self.duplicates += equal;
            self.discontinuities += apart;
            self.unsorted += behind;
        }
        self.first_timestamp = self.first_timestamp.or(timestamps.first().copied());
        self.last_timestamp = timestamps.last().copied().or(self.last_timestamp);
    }
}

impl MetricAggregates {
    fn add_server(
        &mut self,
        metric: &MetricPlan,
        column: &MetricColumn,
        rows: std::ops::Range<usize>,
        days_per_bin: usize,
        thresholds: &Thresholds,
    ) {
        let first = rows.start;
        let length = rows.len();
        let per_unit = BAND_BINS as f64 / (metric.max_clip - metric.min_clip);
        let mut present = 0;
        let mut above_mean = 0.0;
        for run in column.present_runs(rows.clone()) {
            present += run.len();
            for row in run {
                let (day, value) = (row - first, column.values[row]);
                if !(metric.min_clip..=metric.max_clip).contains(&value) {
                    self.out_of_range += 1;
                    continue;
                }
                self.distribution.add(value);
                self.day_sum[day] += value;
                self.day_count[day] += 1;
                let bin = (((value - metric.min_clip) * per_unit) as usize).min(BAND_BINS - 1);
                self.band[day / days_per_bin * BAND_BINS + bin] += 1;
                above_mean += value - thresholds.mean[day];
            }
        }
        self.missing += (length - present) as u64;
        let bias = above_mean / present.max(1) as f64;
        for run in column.present_runs(rows) {
            let days = run.start - first..run.end - first;
            let above = column.values[run].iter().zip(&thresholds.excess[days]);
            self.exceedances += above.filter(|(value, excess)| **value > **excess + bias).count() as u64;
        }
    }
}
