//! The distribution of one metric's values: a histogram fine enough to be exact on a decimal grid.

use serde::Serialize;

use crate::plan::{MetricPlan, OutputPlan};
use crate::series::DecimalGrid;

/// Counts of values in equal cells.
///
/// On a decimal grid of at most a million numbers a cell holds one number, and every
/// statistic is exact whatever the order of the values. Otherwise there are 65,536 cells
/// and quantiles are interpolated inside a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    exact: bool,
    /// The smallest value that belongs to the first cell.
    low: f64,
    cells_per_unit: f64,
    counts: Vec<u64>,
    min: f64,
    max: f64,
    /// Sums of values and of their squares, relative to `centre`, for the coarse case.
    centre: f64,
    sum: f64,
    sum_of_squares: f64,
}

const MAX_EXACT_CELLS: f64 = 1_048_576.0;
const COARSE_CELLS: usize = 65_536;

/// Summary statistics of one metric, in its unit. NaN where there are too few values;
/// quantiles interpolate linearly between order statistics, the standard deviation has n - 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// The metric.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Values that are there.
    pub count: u64,
    /// Values that are missing.
    pub missing: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation.
    pub std: f64,
    /// Smallest value.
    pub min: f64,
    /// 5th percentile.
    pub p05: f64,
    /// 25th percentile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75th percentile.
    pub p75: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Largest value.
    pub max: f64,
}

impl Distribution {
    /// An empty distribution for values of `metric`, all of them inside its clips.
    pub fn new(metric: &MetricPlan, output: &OutputPlan) -> Self {
        let grid = DecimalGrid::new(output, metric).filter(|grid| grid.last - grid.first < MAX_EXACT_CELLS);
        let (low, cells_per_unit, cells) = match grid {
            Some(grid) => (grid.first / grid.scale, grid.scale, (grid.last - grid.first) as usize + 1),
            None => {
                let width = metric.max_clip - metric.min_clip;
                (metric.min_clip, COARSE_CELLS as f64 / width, COARSE_CELLS)
            }
        };
        Self {
            exact: grid.is_some(),
            low,
            cells_per_unit,
            counts: vec![0; cells],
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            centre: 0.5 * (metric.min_clip + metric.max_clip),
            sum: 0.0,
            sum_of_squares: 0.0,
        }
    }

    /// Takes in a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let place = (value - self.low) * self.cells_per_unit;
        if self.exact {
            self.counts[(place + 0.5) as usize] += 1;
        } else {
            let last = self.counts.len() - 1;
            self.counts[(place as usize).min(last)] += 1;
            let offset = value - self.centre;
            self.sum += offset;
            self.sum_of_squares += offset * offset;
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The statistics of the values of `metric`, of which `missing` more are missing.
    pub fn statistics(&self, metric: &MetricPlan, missing: u64) -> Statistics {
        let count = self.count();
        let (mean, std) = self.moments();
        let (min, max) = self.range();
        let [p05, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| self.quantile(share));
        let (name, unit) = (metric.name.clone(), metric.unit.clone());
        Statistics { name, unit, count, missing, mean, std, min, p05, p25, p50, p75, p95, max }
    }

    /// Counts in `bins` equal bins over the cells.
    pub fn histogram(&self, bins: usize) -> Vec<u64> {
        let mut histogram = vec![0; bins];
        for (cell, count) in self.counts.iter().enumerate() {
            histogram[cell * bins / self.counts.len()] += count;
        }
        histogram
    }

    /// Smallest and largest value; NaN when there is none.
    fn range(&self) -> (f64, f64) {
        let first = self.counts.iter().position(|&count| count > 0);
        let last = self.counts.iter().rposition(|&count| count > 0);
        match (first, last) {
            (Some(first), Some(last)) if self.exact => (self.grid_value(first), self.grid_value(last)),
            (Some(_), Some(_)) => (self.min, self.max),
            _ => (f64::NAN, f64::NAN),
        }
    }

    /// Mean and sample standard deviation.
    fn moments(&self) -> (f64, f64) {
        let n = self.count() as f64;
        if !self.exact {
            let offset = self.sum / n;
            let variance = (self.sum_of_squares - n * offset * offset) / (n - 1.0);
            return (self.centre + offset, variance.max(0.0).sqrt());
        }
        let cells = || self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        // Whole numbers, so the sum is exact and the order of the values cannot show.
        let sum: u128 = cells().map(|(cell, &count)| cell as u128 * u128::from(count)).sum();
        let mean = sum as f64 / n;
        let squares: f64 =
            cells().map(|(cell, &count)| (cell as f64 - mean) * (cell as f64 - mean) * count as f64).sum();
        (self.low + mean / self.cells_per_unit, (squares / (n - 1.0)).sqrt() / self.cells_per_unit)
    }

    /// The quantile for `share`, interpolated linearly between order statistics as pandas does.
    fn quantile(&self, share: f64) -> f64 {
        let count = self.count();
        if count == 0 {
            return f64::NAN;
        }
        let place = (count - 1) as f64 * share;
        let rank = place as u64;
        let lower = self.order_statistic(rank);
        let upper = self.order_statistic((rank + 1).min(count - 1));
        lower + (upper - lower) * (place - rank as f64)
    }

    /// The value with this 0-based rank.
    fn order_statistic(&self, rank: u64) -> f64 {
        let mut below = 0;
        let cell = self.counts.iter().position(|count| {
            below += count;
            below > rank
        });
        let cell = cell.expect("the rank is below the count");
        if self.exact {
            return self.grid_value(cell);
        }
        let inside = self.counts[cell];
        let share = ((rank + inside - below) as f64 + 0.5) / inside as f64;
        (self.low + (cell as f64 + share) / self.cells_per_unit).clamp(self.min, self.max)
    }

    /// The number on the decimal grid that a cell of the exact case holds.
    fn grid_value(&self, cell: usize) -> f64 {
        // Dividing whole numbers gives the very double that was written.
        ((self.low * self.cells_per_unit).round() + cell as f64) / self.cells_per_unit
    }
}
