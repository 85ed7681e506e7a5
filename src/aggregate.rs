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
mod metric;
mod observer;
pub mod stretches;
pub mod ticks;

use serde::{Deserialize, Serialize};

use crate::dataset::Chunk;
use crate::fleet::Server;
use crate::plan::Plan;
use crate::series::grid::Values;
pub use keys::KeyAggregates;
pub use metric::MetricAggregates;
use metric::Seen;
pub use observer::{Observer, Thresholds};

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

fn days_per_bin(days: usize) -> usize {
    days.div_ceil(MAX_TIME_BINS)
}

impl Aggregates {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let days_per_bin = days_per_bin(plan.days());
        let metrics = plan.metrics.iter().map(|metric| MetricAggregates::new(plan, metric, days_per_bin));
        Self { days_per_bin, metrics: metrics.collect() }
    }

    /// Takes in the rows of a chunk.
    pub fn add(&mut self, observer: &Observer, chunk: &Chunk) {
        for ((aggregates, observer), column) in
            self.metrics.iter_mut().zip(&observer.metrics).zip(&chunk.metrics)
        {
            aggregates.missing += column.missing.len() as u64;
            let mut missing = column.missing.as_slice();
            let servers = chunk.servers.iter().enumerate().map(|(position, server)| {
                let rows = chunk.rows_of(position);
                let (mine, rest) = missing.split_at(missing.partition_point(|&row| row < rows.end));
                missing = rest;
                let absent: Vec<usize> = mine.iter().map(|row| row - rows.start).collect();
                (server, rows, absent)
            });
            match &column.values {
                Values::Grid(grid, cells) if observer.ticks.counts_cells_of(grid) => {
                    let seen = servers.map(|(server, rows, absent)| Seen {
                        server,
                        ticks: (&cells[rows]).into(),
                        absent,
                    });
                    let seen: Vec<Seen<'_, u32>> = seen.collect();
                    aggregates.add(observer, &seen);
                }
                values => {
                    let seen = servers.map(|(server, rows, missing)| {
                        aggregates.in_ticks(observer, server, rows.map(|row| values.get(row)), missing)
                    });
                    let seen: Vec<Seen<'_, u64>> = seen.collect();
                    aggregates.add(observer, &seen);
                }
            }
        }
    }

    /// Takes in a server's series of one metric: a value per step at which it is there, NaN where that is missing.
    pub fn add_series(&mut self, observer: &Observer, metric: usize, server: &Server, values: &[f64]) {
        let (aggregates, observer) = (&mut self.metrics[metric], &observer.metrics[metric]);
        let missing: Vec<usize> = (0..values.len()).filter(|&place| values[place].is_nan()).collect();
        aggregates.missing += missing.len() as u64;
        let seen = aggregates.in_ticks(observer, server, values.iter().copied(), missing);
        aggregates.add(observer, &[seen]);
    }

    /// Adds what was seen of other rows of the same dataset.
    pub fn merge(&mut self, other: &Self) {
        self.metrics.iter_mut().zip(&other.metrics).for_each(|(mine, other)| mine.merge(other));
    }
}

/// Adds numbers place by place.
fn add_all<T: Copy + std::ops::AddAssign>(sums: &mut [T], more: &[T]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += *more);
}
