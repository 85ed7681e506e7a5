//! The first look at all rows: what there is, and whether it is in order.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};

use super::layout::{Layout, Rows};
use crate::aggregate::ticks::Ticks;
use crate::series::grid::scale;

/// Most decimals that are looked for.
const MOST_DECIMALS: u32 = 6;

/// What there is.
#[derive(Debug)]
pub(super) struct Survey {
    /// Rows of the file.
    pub(super) read: u64,
    /// Rows with a server and a time.
    pub(super) rows: u64,
    /// Whether these are sorted by server, then time.
    pub(super) is_sorted: bool,
    pub(super) metrics: Vec<MetricSurvey>,
    last: Option<(String, i64)>,
}

/// What there is of a metric.
#[derive(Clone, Copy, Debug)]
pub(super) struct MetricSurvey {
    /// The column's place in a batch.
    pub(super) place: usize,
    /// Smallest finite value.
    pub(super) min: f64,
    /// Largest finite value.
    pub(super) max: f64,
    /// With how many decimals all values can be written; `None` when it takes more than six.
    pub(super) decimals: Option<u32>,
}

impl Survey {
    pub(super) fn new(layout: &Layout) -> Self {
        let metric = |(place, _)| MetricSurvey {
            place,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            decimals: Some(0),
        };
        Self {
            read: 0,
            rows: 0,
            is_sorted: true,
            metrics: layout.metrics().map(metric).collect(),
            last: None,
        }
    }

    pub(super) fn add(&mut self, Rows { batch, read }: &Rows) {
        self.read += *read as u64;
        self.rows += batch.num_rows() as u64;
        let servers = batch.column(0).as_string::<i32>();
        let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
        let mut last = self.last.as_ref().map(|(server, time)| (server.as_str(), *time));
        for row in 0..batch.num_rows() {
            let key = (servers.value(row), times.value(row));
            self.is_sorted &= last.is_none_or(|last| last <= key);
            last = Some(key);
        }
        self.last = last.map(|(server, time)| (server.to_owned(), time));
        for metric in &mut self.metrics {
            let values = batch.column(metric.place).as_primitive::<Float64Type>();
            for value in values.iter().flatten().filter(|value| value.is_finite()) {
                metric.add(value);
            }
        }
    }
}

impl MetricSurvey {
    /// The ticks in which its values can be counted.
    pub(super) fn ticks(&self) -> Ticks {
        // Half a step more on either side, so that no value at an end is lost to rounding.
        let margin = self.decimals.map_or(0.0, |decimals| 0.5 / scale(decimals));
        let (low, high) =
            if self.min <= self.max { (self.min - margin, self.max + margin) } else { (0.0, 1.0) };
        let high = if low < high { high } else { low + low.abs().max(1.0) };
        Ticks::between(self.decimals, low, high, 1)
    }

    fn add(&mut self, value: f64) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        while let Some(decimals) = self.decimals {
            let scale = scale(decimals);
            if (value * scale).round() / scale == value {
                break;
            }
            self.decimals = (decimals < MOST_DECIMALS).then_some(decimals + 1);
        }
    }
}
