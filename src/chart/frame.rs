//! The frame of every chart: label and legend on top, grid lines with their numbers at the left,
//! and the axis below.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use std::ops::Range;

use super::dates;
use super::legend::{self, Key};
use super::pen::Pen;
use super::read_out::{ReadOut, Spot};
use super::scale::{Domain, Scale};
use crate::calendar::DayTable;

/// Height of a row of text, in CSS pixels.
const ROW: f64 = 18.0;
/// Air around the chart, in CSS pixels.
const MARGIN: f64 = 4.0;

/// What stands around a chart's data.
pub(super) struct Surroundings<'a> {
    /// What the numbers at the left are, with their unit.
    pub(super) y_label: &'a str,
    /// The legend.
    pub(super) keys: Vec<Key>,
    /// The values to be shown.
    pub(super) domain: Domain,
    /// Rows of text below the plot.
    pub(super) axis_rows: usize,
    /// What lies along the plot.
    pub(super) columns: Columns,
}

/// What lies along a plot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Columns {
    /// These days.
    Days(Range<usize>),
    /// So many equal columns.
    Equal(usize),
    /// So many equal columns between two positions.
    Between(f64, f64, usize),
}

/// A chart's plot area, in device pixels, with everything around it.
pub(super) struct Frame<'p> {
    pub(super) pen: &'p Pen,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) y: Scale,
    pub(super) columns: Columns,
    /// Equal rows from the bottom to the top, in charts that have rows.
    pub(super) rows: usize,
}

impl<'p> Frame<'p> {
    /// Draws what is above the plot and the grid lines; `None` when there is no room for a chart.
    pub(super) fn new(pen: &'p Pen, around: Surroundings<'_>) -> Option<Self> {
        let (top, bottom) = heights(pen, &around);
        let spacing = ((bottom - top) / 5.0).clamp(pen.px(26.0), pen.px(48.0));
        let y = Scale::new(around.domain, (bottom, top), spacing);
        let labels = y.ticks().into_iter().map(|(_, label)| label);
        let frame = Self::around(pen, around, labels.collect(), (top, bottom), y)?;
        frame.grid();
        Some(frame)
    }

    /// The same for so many equal rows; `labels` has what stands beside some of them, counted from the
    /// bottom. The domain is not looked at.
    pub(super) fn of_rows(
        pen: &'p Pen,
        around: Surroundings<'_>,
        rows: usize,
        labels: Vec<(usize, String)>,
    ) -> Option<Self> {
        let (top, bottom) = heights(pen, &around);
        let y = Scale::new(Domain { lo: 0.0, hi: rows.max(1) as f64 }, (bottom, top), pen.px(26.0));
        let texts = labels.iter().map(|(_, label)| label.clone()).collect();
        let frame = Self { rows, ..Self::around(pen, around, texts, (top, bottom), y)? };
        for (row, label) in labels {
            let (x, at) = (frame.left - pen.px(8.0), frame.y.at(row as f64 + 0.5));
            pen.text(&label, HPos::Right, x, at, pen.palette.muted);
        }
        Some(frame)
    }

    /// Draws label and legend, and leaves room for such labels at the left.
    fn around(
        pen: &'p Pen,
        around: Surroundings<'_>,
        labels: Vec<String>,
        (top, bottom): (f64, f64),
        y: Scale,
    ) -> Option<Self> {
        let px = |css| pen.px(css);
        let widest = labels.iter().map(|label| pen.text_width(label)).fold(px(16.0), f64::max);
        let left = px(MARGIN + 8.0) + widest;
        let right = pen.width - px(MARGIN + 8.0);
        if right - left < px(48.0) || bottom - top < px(32.0) {
            return None;
        }
        let middle = |row: usize| pen.inset + px(MARGIN + ROW * (row as f64 + 0.5));
        pen.text(around.y_label, HPos::Left, px(MARGIN), middle(0), pen.palette.ink);
        let rows = legend::rows(pen, around.y_label, &around.keys, pen.width - px(2.0 * MARGIN));
        for (row, keys) in rows.iter().enumerate() {
            legend::draw(pen, keys, row == 0, px(MARGIN), middle(row));
        }
        pen.explain(around.keys);
        Some(Self { pen, left, right, top, bottom, y, columns: around.columns, rows: 0 })
    }

    fn grid(&self) {
        for (tick, label) in self.y.ticks() {
            let at = self.y.at(tick);
            self.pen.horizontal((self.left, self.right), at, 1.0, self.pen.palette.grid);
            self.pen.text(&label, HPos::Right, self.left - self.pen.px(8.0), at, self.pen.palette.muted);
        }
    }

    /// A line where bars begin, or along the bottom.
    pub(super) fn base_line(&self, at: f64) {
        self.pen.horizontal((self.left, self.right), at, 1.0, self.pen.palette.muted)
    }

    /// The days along the plot.
    fn days(&self) -> Range<usize> {
        match &self.columns {
            Columns::Days(days) => days.clone(),
            Columns::Equal(_) | Columns::Between(..) => 0..1,
        }
    }

    /// Where a day lies; `day` may be a fraction, half a day after the first one's index is its middle.
    pub(super) fn day(&self, day: f64) -> f64 {
        let days = self.days();
        self.left + (day - days.start as f64) / days.len() as f64 * (self.right - self.left)
    }

    /// Width of a day in CSS pixels.
    pub(super) fn day_width(&self) -> f64 {
        self.pen.css(self.right - self.left) / self.days().len() as f64
    }

    /// Where the columns begin and end, the first one's index, and how many there are.
    fn along(&self) -> (f64, f64, usize, usize) {
        match &self.columns {
            Columns::Days(days) => (self.left, self.right, days.start, days.len()),
            Columns::Equal(count) => (self.left, self.right, 0, (*count).max(1)),
            Columns::Between(left, right, count) => (*left, *right, 0, (*count).max(1)),
        }
    }

    /// What lies at a position, or nearest to it.
    pub(super) fn spot(&self, (x, y): (f64, f64)) -> Spot {
        let (left, right, first, count) = self.along();
        let place = (x - left) / (right - left) * count as f64;
        let row = (self.bottom - y) / (self.bottom - self.top) * self.rows as f64;
        let row = (row.max(0.0) as usize).min(self.rows.saturating_sub(1));
        Spot { column: first + (place.max(0.0) as usize).min(count - 1), row }
    }

    /// The spot, or the nearest one that is along the plot.
    pub(super) fn nearest(&self, spot: Spot) -> Spot {
        let (_, _, first, count) = self.along();
        let row = spot.row.min(self.rows.saturating_sub(1));
        Spot { column: spot.column.clamp(first, first + count - 1), row }
    }

    /// A read-out of a spot, without values so far.
    pub(super) fn read_out(&self, spot: Spot, title: String) -> ReadOut {
        let (plot, (_, _, first, count)) = ((self.top, self.bottom), self.along());
        let columns = (first, first + count - 1);
        let height = (self.bottom - self.top) / self.rows as f64;
        let y = (self.rows > 0).then_some(self.bottom - (spot.row as f64 + 0.5) * height);
        ReadOut { spot, columns, x: self.x(spot), y, plot, title, rows: Vec::new(), notes: Vec::new() }
    }

    /// Where a value lies from top to bottom, if it is one.
    pub(super) fn y_of(&self, value: f64) -> Option<f64> {
        value.is_finite().then(|| self.y.at(value))
    }

    /// Where the middle of a spot lies from left to right.
    fn x(&self, spot: Spot) -> f64 {
        let (left, right, first, count) = self.along();
        left + (spot.column - first) as f64 * (right - left) / count as f64
            + (right - left) / count as f64 / 2.0
    }

    /// The time axis.
    pub(super) fn dates(&self, days: &DayTable) {
        let pen = self.pen;
        let ticks = dates::ticks(days, self.days(), self.day_width());
        let mut next_below = f64::INFINITY;
        for tick in ticks.iter().rev() {
            let at = self.day(tick.day as f64 + 0.5);
            pen.vertical(at, (self.bottom, self.bottom + pen.px(4.0)), 1.0, pen.palette.muted);
            self.below(&tick.label, at, 0, pen.palette.muted);
            let half = pen.text_width(&tick.below) / 2.0;
            if !tick.below.is_empty() && at + half + pen.px(4.0) < next_below {
                self.below(&tick.below, at, 1, pen.palette.muted);
                next_below = at - half;
            }
        }
    }

    /// Text below the plot, centred at `x` unless it would be cut off; none where it has no room at all.
    pub(super) fn below(&self, text: &str, x: f64, row: usize, color: RGBColor) {
        let half = self.pen.text_width(text) / 2.0 + self.pen.px(2.0);
        if half * 2.0 > self.pen.width {
            return;
        }
        let x = x.min(self.pen.width - half).max(half);
        let y = self.bottom + self.pen.px(14.0 + 15.0 * row as f64);
        self.pen.text(text, HPos::Center, x, y, color)
    }

    /// A sentence in the middle of a plot that has nothing to show.
    pub(super) fn note(&self, text: &str) {
        let (x, y) = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        self.pen.text(text, HPos::Center, x, y, self.pen.palette.muted)
    }

    /// The middle and the width of one of `count` equal columns.
    pub(super) fn column(&self, index: usize, count: usize) -> (f64, f64) {
        let width = (self.right - self.left) / count as f64;
        (self.left + width * (index as f64 + 0.5), width)
    }
}

/// Where the plot begins and ends from top to bottom.
fn heights(pen: &Pen, around: &Surroundings<'_>) -> (f64, f64) {
    let rows = legend::rows(pen, around.y_label, &around.keys, pen.width - pen.px(2.0 * MARGIN));
    let top = pen.inset + pen.px(MARGIN + ROW * rows.len() as f64 + 10.0);
    (top, pen.height - pen.px(MARGIN + ROW.min(16.0) * around.axis_rows as f64 + 4.0))
}
