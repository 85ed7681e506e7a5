//! Values on a decimal grid: whole numbers of cells, so that everything behind the model counts and
//! adds exactly, in any order.

use crate::math;
use crate::plan::{MetricPlan, OutputPlan};

/// The decimal numbers to which a metric's values are rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecimalGrid {
    /// Grid cells per unit: a power of ten.
    pub scale: f64,
    /// The smallest grid number inside the clips, in cells.
    pub first: f64,
    /// The largest grid number inside the clips, in cells.
    pub last: f64,
}

/// Largest number of cells for which a table with an entry per cell is worth its place.
const MAX_CELLS: f64 = 1_048_576.0;

/// 2^52: above it every `f64` is a whole number, so that adding it rounds to one, and leaves that
/// number in the lower bits. Unlike `f64::round` and casts this takes no call and no branch.
const WHOLE: f64 = (1u64 << 52) as f64;

/// Grid cells per unit of numbers with so many decimals: a power of ten.
pub fn scale(decimals: u32) -> f64 {
    (0..decimals).fold(1.0, |scale, _| scale * 10.0)
}

impl DecimalGrid {
    /// The grid of `metric`; `None` when values keep their full precision.
    pub fn new(output: &OutputPlan, metric: &MetricPlan) -> Option<Self> {
        Some(Self::between(output.decimals?, metric.min_clip, metric.max_clip))
    }

    /// The grid of the numbers with so many decimals from `low` to `high`.
    pub fn between(decimals: u32, low: f64, high: f64) -> Self {
        let scale = scale(decimals);
        Self { scale, first: (low * scale).ceil(), last: (high * scale).floor() }
    }

    /// Number of cells, where it is small enough for a table.
    pub fn table_size(&self) -> Option<usize> {
        let cells = self.last - self.first + 1.0;
        (cells <= MAX_CELLS).then_some(cells as usize)
    }

    /// The cell of the nearest grid number inside the clips, half away from zero; the first cell is 0.
    /// Only for grids that have a [`DecimalGrid::table_size`].
    #[inline]
    pub fn cell(&self, value: f64) -> u32 {
        ((self.nearest(value) - self.first) + WHOLE).to_bits() as u32
    }

    /// The number in a cell.
    #[inline]
    pub fn value(&self, cell: u32) -> f64 {
        // Dividing whole numbers gives the double nearest to the decimal; adding zero turns -0 into 0.
        (self.first + f64::from(cell)) / self.scale + 0.0
    }

    /// The nearest grid number inside the clips, half away from zero.
    #[inline]
    pub fn round(&self, value: f64) -> f64 {
        self.nearest(value) / self.scale + 0.0
    }

    /// The nearest grid number in cells from zero.
    #[inline]
    fn nearest(&self, value: f64) -> f64 {
        let cells = value * self.scale;
        // The limits of the configuration keep cells below 2^51. Adding and subtracting rounds half
        // to even; a half that went the wrong way is moved.
        let even = (cells + 1.5 * WHOLE) - 1.5 * WHOLE;
        let rest = cells - even;
        let up = if (rest == 0.5) & (cells > 0.0) { 1.0 } else { 0.0 };
        let down = if (rest == -0.5) & (cells < 0.0) { 1.0 } else { 0.0 };
        math::clip(even + up - down, self.first, self.last)
    }
}

/// Values of one metric.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// By their cells on a decimal grid.
    Grid(DecimalGrid, Vec<u32>),
    /// As they are: full precision, or a grid of too many cells.
    Full(Vec<f64>),
}

impl Values {
    /// No values yet, of a metric with this grid, and room for so many.
    pub fn with_capacity(grid: Option<DecimalGrid>, values: usize) -> Self {
        match grid {
            Some(grid) if grid.table_size().is_some() => Self::Grid(grid, Vec::with_capacity(values)),
            _ => Self::Full(Vec::with_capacity(values)),
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Grid(_, cells) => cells.len(),
            Self::Full(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at a place.
    pub fn get(&self, place: usize) -> f64 {
        match self {
            Self::Grid(grid, cells) => grid.value(cells[place]),
            Self::Full(values) => values[place],
        }
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = f64> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// Appends values, rounded to the grid if there is one.
    pub fn extend(&mut self, more: &[f64], grid: Option<&DecimalGrid>) {
        match (self, grid) {
            (Self::Grid(grid, cells), _) => cells.extend(more.iter().map(|&value| grid.cell(value))),
            (Self::Full(values), Some(grid)) => values.extend(more.iter().map(|&value| grid.round(value))),
            (Self::Full(values), None) => values.extend_from_slice(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero_and_nothing_leaves_the_grid() {
        let grid = DecimalGrid { scale: 1.0, first: -10.0, last: 10.0 };
        for (value, rounded) in [
            (0.5, 1.0),
            (1.5, 2.0),
            (2.5, 3.0),
            (-0.5, -1.0),
            (-1.5, -2.0),
            (-2.5, -3.0),
            (0.499_999_999_999_999_94, 0.0),
            (2.4, 2.0),
            (-2.6, -3.0),
            (10.4, 10.0),
            (99.0, 10.0),
            (-99.0, -10.0),
            (-0.2, 0.0),
        ] {
            assert_eq!(grid.round(value), rounded, "{value}");
            assert_eq!(grid.value(grid.cell(value)), rounded, "{value}");
        }
        assert!(grid.round(-0.2).is_sign_positive());
    }

    #[test]
    fn a_cell_holds_the_double_nearest_to_its_decimal() {
        let grid = DecimalGrid { scale: 100.0, first: -5_000.0, last: 100_000.0 };
        for cell in 0..=105_000 {
            let text = format!("{:.2}", grid.value(cell));
            assert_eq!(text.parse::<f64>().unwrap(), grid.value(cell));
            assert_eq!(grid.cell(grid.value(cell)), cell);
        }
    }

    #[test]
    fn rounding_agrees_with_the_standard_library_on_either_side_of_zero() {
        let grid = DecimalGrid { scale: 1000.0, first: -1e15, last: 1e15 };
        for step in -400_000..400_000 {
            let value = f64::from(step) * 0.000_123_7;
            assert_eq!(grid.round(value), (value * 1000.0).round() / 1000.0 + 0.0, "{value}");
        }
    }
}
