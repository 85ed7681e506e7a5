//! The distribution of one metric's values: a histogram fine enough to be exact on a decimal grid.

use serde::{Deserialize, Serialize};

use super::ticks::{Tick, Ticks};

/// Counts of values in equal cells.
///
/// On a decimal grid of at most 2^20 numbers a cell holds one number, and every statistic is exact.
/// Otherwise there are 2^16 cells, and quantiles are interpolated inside a cell. Either way all
/// counts and sums are whole numbers, so that the order of the values cannot show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    ticks: Ticks,
    /// Ticks of a cell, as a power of two.
    shift: u32,
    counts: Vec<u32>,
    /// What the coarse case needs on top.
    moments: Moments,
}

/// Sums over ticks, and their extremes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Moments {
    sum: u128,
    sum_of_squares: u128,
    min: u64,
    max: u64,
}

const COARSE_BITS: u32 = 16;

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
    /// An empty distribution of values in these ticks.
    pub fn new(ticks: Ticks) -> Self {
        let bits = u64::BITS - ticks.last().leading_zeros();
        let shift = if ticks.is_exact() { 0 } else { bits.saturating_sub(COARSE_BITS) };
        Self {
            shift,
            counts: vec![0; (ticks.last() >> shift) as usize + 1],
            moments: Moments { sum: 0, sum_of_squares: 0, min: u64::MAX, max: 0 },
            ticks,
        }
    }

    /// The ticks in which values are counted.
    pub fn ticks(&self) -> &Ticks {
        &self.ticks
    }

    /// Whether a cell holds one number.
    pub fn is_exact(&self) -> bool {
        self.ticks.is_exact()
    }

    /// Counts a value by its tick.
    #[inline]
    pub fn count(&mut self, tick: u64) {
        self.counts[(tick >> self.shift) as usize] += 1;
    }

    /// Counts values by their ticks.
    pub(super) fn count_all<T: Tick>(&mut self, ticks: &[T]) {
        let (counts, shift) = (self.counts.as_mut_slice(), self.shift);
        ticks.iter().for_each(|tick| counts[(tick.whole() >> shift) as usize] += 1);
    }

    /// Takes back what was counted.
    pub fn uncount(&mut self, tick: u64) {
        self.counts[(tick >> self.shift) as usize] -= 1;
    }

    /// Adds values that were counted, but for those at the places `absent`, to the sums that the
    /// coarse case needs.
    pub fn add_moments(&mut self, ticks: impl Iterator<Item = u64>, absent: &[usize]) {
        let mut absent = absent.iter().peekable();
        for (place, tick) in ticks.enumerate() {
            if absent.next_if(|&&next| next == place).is_none() {
                let wide = u128::from(tick);
                let Moments { sum, sum_of_squares, min, max } = &mut self.moments;
                *sum += wide;
                *sum_of_squares += wide * wide;
                *min = tick.min(*min);
                *max = tick.max(*max);
            }
        }
    }

    /// Adds the values of another distribution in the same ticks.
    pub fn merge(&mut self, other: &Self) {
        super::add_all(&mut self.counts, &other.counts);
        self.moments.sum += other.moments.sum;
        self.moments.sum_of_squares += other.moments.sum_of_squares;
        self.moments.min = self.moments.min.min(other.moments.min);
        self.moments.max = self.moments.max.max(other.moments.max);
    }

    /// Number of values.
    pub fn total(&self) -> u64 {
        self.counts.iter().copied().map(u64::from).sum()
    }

    /// The statistics of the values of the metric with this name and unit, of which `missing` more are missing.
    pub fn statistics(&self, name: &str, unit: &str, missing: u64) -> Statistics {
        let count = self.total();
        let (mean, std) = self.mean_and_std(count);
        let (min, max) = self.range();
        let [p05, p25, p50, p75, p95] = self.quantiles(count, [0.05, 0.25, 0.5, 0.75, 0.95]);
        let (name, unit) = (name.to_owned(), unit.to_owned());
        Statistics { name, unit, count, missing, mean, std, min, p05, p25, p50, p75, p95, max }
    }

    /// Counts in `bins` equal bins over the cells.
    pub fn histogram(&self, bins: usize) -> Vec<u64> {
        let mut histogram = vec![0; bins];
        for (cell, count) in self.counts.iter().enumerate() {
            histogram[cell * bins / self.counts.len()] += u64::from(*count);
        }
        histogram
    }

    /// Number of values above a limit: exact on a decimal grid, to a cell otherwise.
    pub fn above(&self, limit: f64) -> u64 {
        // Rounded, since a decimal limit lies beside its cell by a rounding error.
        let place = (self.ticks.place(limit) + 0.5).floor();
        let first = if place < 0.0 { 0 } else { (place as u64 >> self.shift) as usize + 1 };
        self.counts.iter().skip(first).copied().map(u64::from).sum()
    }

    /// Number of values below a limit, as exact.
    pub fn below(&self, limit: f64) -> u64 {
        let place = (self.ticks.place(limit) + 0.5).max(0.0) as u64;
        self.counts.iter().take((place >> self.shift) as usize).copied().map(u64::from).sum()
    }

    /// Smallest and largest value; NaN when there is none.
    pub fn range(&self) -> (f64, f64) {
        let first = self.counts.iter().position(|&count| count > 0);
        let last = self.counts.iter().rposition(|&count| count > 0);
        let (min, max) = match (first, last) {
            (Some(first), Some(last)) if self.is_exact() => (first as u64, last as u64),
            (Some(_), Some(_)) => (self.moments.min, self.moments.max),
            _ => return (f64::NAN, f64::NAN),
        };
        (self.ticks.value(min), self.ticks.value(max))
    }

    /// Mean and sample standard deviation of `n` values.
    fn mean_and_std(&self, n: u64) -> (f64, f64) {
        if n == 0 {
            return (f64::NAN, f64::NAN);
        }
        let (sum, sum_of_squares) = match self.is_exact() {
            true => self.sums_of_cells(n),
            false => (self.moments.sum, self.moments.sum_of_squares),
        };
        // Around a whole number near the mean, so that nothing is lost to rounding: exact so far.
        let (n, near) = (u128::from(n), sum / u128::from(n));
        let offset = (sum - near * n) as f64;
        let squares = (sum_of_squares + near * near * n - 2 * near * sum) as f64;
        let (n, mean) = (n as f64, near as f64 + offset / n as f64);
        let variance = (squares - offset * offset / n) / (n - 1.0);
        (self.ticks.sum(0, 1) + self.ticks.distance(mean), self.ticks.distance(variance.max(0.0).sqrt()))
    }

    /// Sum and sum of squares of `n` values' cells.
    fn sums_of_cells(&self, n: u64) -> (u128, u128) {
        let cells = self.counts.iter().zip(0u64..).filter(|(count, _)| **count > 0);
        let cells = cells.map(|(&count, cell)| (cell, u64::from(count)));
        let last = self.ticks.last();
        // Nearly always 64 bits hold both, which is much faster.
        if n.checked_mul(last * last).is_some() {
            let add = |(sum, squares), (cell, count)| (sum + cell * count, squares + cell * cell * count);
            let (sum, squares) = cells.fold((0, 0), add);
            return (sum.into(), squares.into());
        }
        cells.fold((0, 0), |(sum, squares), (cell, count)| {
            let (cell, count) = (u128::from(cell), u128::from(count));
            (sum + cell * count, squares + cell * cell * count)
        })
    }

    /// The quantiles for ascending `shares` of `count` values, interpolated linearly between order
    /// statistics as pandas does.
    fn quantiles<const N: usize>(&self, count: u64, shares: [f64; N]) -> [f64; N] {
        if count == 0 {
            return [f64::NAN; N];
        }
        let mut ascent = Ascent { distribution: self, cell: 0, below: 0 };
        shares.map(|share| {
            let place = (count - 1) as f64 * share;
            let rank = place as u64;
            let lower = ascent.order_statistic(rank);
            // By a walk of its own: the next share's rank may be this one again.
            let upper = ascent.clone().order_statistic((rank + 1).min(count - 1));
            lower + (upper - lower) * (place - rank as f64)
        })
    }
}

/// A walk through the cells for order statistics of ascending rank.
#[derive(Clone)]
struct Ascent<'d> {
    distribution: &'d Distribution,
    cell: usize,
    /// Values in the cells before `cell`.
    below: u64,
}

impl Ascent<'_> {
    /// The value with this 0-based rank, which is below the count.
    fn order_statistic(&mut self, rank: u64) -> f64 {
        let Distribution { ticks, shift, counts, moments } = self.distribution;
        let mut inside = u64::from(counts[self.cell]);
        while self.below + inside <= rank {
            self.below += inside;
            self.cell += 1;
            inside = u64::from(counts[self.cell]);
        }
        if ticks.is_exact() {
            return ticks.value(self.cell as u64);
        }
        let share = ((rank - self.below) as f64 + 0.5) / inside as f64;
        let tick = ((self.cell as f64 + share) * (1u64 << shift) as f64) as u64;
        ticks.value(tick.clamp(moments.min, moments.max))
    }
}
