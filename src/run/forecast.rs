//! What making a dataset takes, as far as that is known before it is made.

use super::arrangement::{FILE_FROM, MAX_WORKERS};
use crate::dataset::servers_per_row_group;
use crate::export::size::parquet_bytes;
use crate::plan::Plan;

/// Bytes that a maker holds per value of a row group: on the decimal grid, and in full precision. This, the
/// sums and the process were measured at the command line, with 1 and 2 threads, 90 days to 40 years, and the
/// hours of 4 years.
const VALUE: (f64, f64) = (8.0, 30.0);
/// Bytes of the sums that it keeps of a metric, and how many more of each day.
const SUMS: (f64, f64) = (1.2e6, 45.0);
/// Bytes that the process of the command line takes besides, and how many more of each step.
const PROCESS: (f64, f64) = (9e6, 350.0);
/// Bytes that a page with its worker takes besides, charts and report included. This and what follows is fitted
/// to Chromium's renderer at 1, 10 and 100 times the servers of the default.
const PAGE: f64 = 120e6;
/// Bytes of what is on its way into a large file, and of a further worker besides what it makes.
const FILE: f64 = 20e6;
const WORKER: f64 = 17e6;
/// By how much more it costs to make a value where every server has factors of its own.
const VARIED: f64 = 1.7;
/// A pace is taken from no smaller a run, in values: its time would be that of starting.
const LEAST_WORK: f64 = 200_000.0;

/// Where a dataset is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// By the command line, with so many threads.
    Process(usize),
    /// In a browser tab with so many processors.
    Tab(usize),
}

/// An estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Size of the Parquet file.
    pub file_bytes: f64,
    /// Most memory that is in use at a time.
    pub memory_bytes: f64,
}

impl Forecast {
    /// The estimate for `plan`'s dataset.
    pub fn new(plan: &Plan, host: Host) -> Self {
        let file_bytes = parquet_bytes(plan);
        let servers = plan.servers().len();
        let per_group = servers_per_row_group(plan).min(servers);
        let groups = servers.div_ceil(per_group);
        let value = if plan.output.decimals.is_some() { VALUE.0 } else { VALUE.1 };
        let metrics = plan.metrics.len() as f64;
        let sums = metrics * (SUMS.0 + SUMS.1 * plan.days() as f64);
        let maker = per_group as f64 * values_of_server(plan) * value + sums;
        let memory_bytes = match host {
            Host::Process(threads) => {
                PROCESS.0 + PROCESS.1 * plan.steps() as f64 + threads.clamp(1, groups) as f64 * maker
            }
            Host::Tab(cores) => {
                let workers = cores.clamp(1, MAX_WORKERS).min(groups) as f64;
                // A larger file goes to the disk as it comes.
                let held = if file_bytes < FILE_FROM { file_bytes } else { FILE };
                let further = if groups > 1 { workers * WORKER } else { 0.0 };
                PAGE + workers * maker + further + held
            }
        };
        Self { file_bytes, memory_bytes }
    }
}

/// Most work that is begun unasked, as when a link is opened: some seconds.
const UNASKED: f64 = 50e6;

/// Whether `plan`'s dataset may be made without anybody having asked for it.
pub fn is_modest(plan: &Plan) -> bool {
    work(plan) <= UNASKED
}

/// How many values a server has in the mean.
fn values_of_server(plan: &Plan) -> f64 {
    plan.rows() as f64 / plan.servers().len() as f64 * plan.metrics.len() as f64
}

/// How much there is to do: values, those that cost more counted as more.
pub fn work(plan: &Plan) -> f64 {
    let per_server = values_of_server(plan);
    let factor = if plan.is_varied() { VARIED } else { 1.0 };
    // Servers that are looked at one by one cost about as much again.
    let panel = f64::from(plan.quality.panel_servers.min(plan.fleet.num_servers));
    per_server * (plan.servers().len() as f64 * factor + panel)
}

/// How quickly a run went, in work per millisecond; nothing for a run too small to tell.
pub fn pace(plan: &Plan, milliseconds: f64) -> Option<f64> {
    let work = work(plan);
    (work >= LEAST_WORK && milliseconds > 0.0).then(|| work / milliseconds)
}

/// How long `plan`'s dataset takes at a pace, in milliseconds.
pub fn time(plan: &Plan, pace: f64) -> f64 {
    work(plan) / pace
}
