//! The whole numbers in which values are counted and added.

use serde::{Deserialize, Serialize};

use super::BAND_BINS;
use crate::plan::{MetricPlan, Plan};
use crate::series::grid::DecimalGrid;

/// Turns a metric's values into whole numbers of ticks from the lowest one: the cells of its decimal
/// grid, or else a fine fraction of the range between its clips.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticks {
    /// The value at tick 0.
    low: f64,
    per_unit: f64,
    /// The largest tick.
    last: u64,
    /// Whether a tick is a number of the decimal grid.
    exact: bool,
    /// Band bins per tick, times 2^32.
    bins_per_tick: u64,
}

/// A value's place in whole ticks: a cell of a decimal grid, or a fine fraction of the clips' range.
pub(super) trait Tick: Copy {
    fn whole(self) -> u64;
    fn real(self) -> f64;
    /// The bin of [`BAND_BINS`] in which it lies.
    fn band_bin(self, ticks: &Ticks) -> usize;
}

impl Tick for u32 {
    fn whole(self) -> u64 {
        u64::from(self)
    }

    /// Only cells are so small, and there are at most 2^20 of them: a signed conversion is cheaper.
    fn real(self) -> f64 {
        f64::from(self as i32)
    }

    #[inline]
    fn band_bin(self, ticks: &Ticks) -> usize {
        ticks.band_bin_of_cell(self.whole())
    }
}

impl Tick for u64 {
    fn whole(self) -> u64 {
        self
    }

    fn real(self) -> f64 {
        self as f64
    }

    #[inline]
    fn band_bin(self, ticks: &Ticks) -> usize {
        match ticks.exact {
            true => ticks.band_bin_of_cell(self),
            false => ((u128::from(self) * BAND_BINS as u128) / (u128::from(ticks.last) + 1)) as usize,
        }
    }
}

/// Most bits of a tick that is no cell: sums of squares of a whole dataset fit into 127 bits.
const MAX_BITS: u32 = 48;

impl Ticks {
    /// The ticks of `metric`.
    pub fn new(plan: &Plan, metric: &MetricPlan) -> Self {
        // So many values a day has at most.
        let values = plan.fleet.num_servers.saturating_mul(plan.steps_per_day() as u32);
        Self::between(plan.output.decimals, metric.min_clip, metric.max_clip, values)
    }

    /// Ticks of values from `low` to `high` with so many decimals (`None`: any), of which sums over
    /// so many of them fit into 63 bits.
    pub fn between(decimals: Option<u32>, low: f64, high: f64, values: u32) -> Self {
        let grid = decimals.map(|decimals| DecimalGrid::between(decimals, low, high));
        let (low, per_unit, last) = match grid.and_then(|grid| Some((grid, grid.table_size()?))) {
            Some((grid, cells)) => (grid.first / grid.scale, grid.scale, cells as u64 - 1),
            None => {
                // The sum over all values of a day fits into 63 bits.
                let bits = MAX_BITS.min(63 - (u64::BITS - u64::from(values).leading_zeros()));
                let last = (1u64 << bits) - 1;
                (low, last as f64 / (high - low), last)
            }
        };
        let exact = grid.is_some_and(|grid| grid.table_size().is_some());
        Self { low, per_unit, last, exact, bins_per_tick: ((BAND_BINS as u64) << 32) / (last + 1) }
    }

    /// Whether every tick is a number of the decimal grid.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The largest tick.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Whether the cells of `grid` are these ticks.
    pub(super) fn counts_cells_of(&self, grid: &DecimalGrid) -> bool {
        self.exact
            && grid.scale == self.per_unit
            && grid.first / grid.scale == self.low
            && grid.last - grid.first == self.last as f64
    }

    /// Where a value stands, in ticks and fractions of one.
    pub fn place(&self, value: f64) -> f64 {
        (value - self.low) * self.per_unit
    }

    /// The tick of a value inside the clips.
    pub fn of(&self, value: f64) -> u64 {
        ((self.place(value) + 0.5) as u64).min(self.last)
    }

    /// The value at a tick.
    pub fn value(&self, tick: u64) -> f64 {
        if self.exact {
            // Dividing whole numbers gives the very double that was written.
            return ((self.low * self.per_unit).round() + tick as f64) / self.per_unit + 0.0;
        }
        self.low + tick as f64 / self.per_unit
    }

    /// The sum of `count` values whose ticks add up to `sum`.
    pub fn sum(&self, sum: u128, count: u64) -> f64 {
        count as f64 * self.low + sum as f64 / self.per_unit
    }

    /// A distance of ticks in the metric's unit.
    pub fn distance(&self, ticks: f64) -> f64 {
        ticks / self.per_unit
    }

    #[inline]
    fn band_bin_of_cell(&self, cell: u64) -> usize {
        ((cell * self.bins_per_tick) >> 32) as usize
    }
}
