//! The frame of every chart: label and legend on top, grid lines with their numbers at the left,
//! and the axis below.

use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::dates;
use super::legend::{self, Key};
use super::pen::Pen;
use super::scale::{Domain, Scale};
use crate::calendar::DayTable;
use crate::error::Result;

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
}

/// A chart's plot area, in device pixels, with everything around it.
pub(super) struct Frame<'p, 'a, DB: DrawingBackend> {
    pub(super) pen: &'p Pen<'a, DB>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) y: Scale,
}

impl<'p, 'a, DB: DrawingBackend> Frame<'p, 'a, DB> {
    /// Draws what is above the plot and the grid lines; `None` when there is no room for a chart.
    pub(super) fn new(pen: &'p Pen<'a, DB>, around: Surroundings<'_>) -> Result<Option<Self>> {
        let px = |css| pen.px(css);
        let rows = legend::rows(pen, around.y_label, &around.keys, pen.width - px(2.0 * MARGIN));
        let top = px(MARGIN + ROW * rows.len() as f64 + 10.0);
        let bottom = pen.height - px(MARGIN + ROW.min(16.0) * around.axis_rows as f64 + 4.0);
        let spacing = ((bottom - top) / 5.0).clamp(px(26.0), px(48.0));
        let y = Scale::new(around.domain, (bottom, top), spacing);
        let widest = y.ticks().iter().map(|(_, label)| pen.text_width(label)).fold(px(16.0), f64::max);
        let left = px(MARGIN + 8.0) + widest;
        let right = pen.width - px(MARGIN + 8.0);
        if right - left < px(48.0) || bottom - top < px(32.0) {
            return Ok(None);
        }

        let middle = |row: usize| px(MARGIN + ROW * (row as f64 + 0.5));
        pen.text(around.y_label, HPos::Left, px(MARGIN), middle(0), pen.palette.ink)?;
        for (row, keys) in rows.iter().enumerate() {
            legend::draw(pen, keys, row == 0, px(MARGIN), middle(row))?;
        }
        let frame = Self { pen, left, right, top, bottom, y };
        frame.grid()?;
        Ok(Some(frame))
    }

    fn grid(&self) -> Result<()> {
        for (tick, label) in self.y.ticks() {
            let at = self.y.at(tick);
            self.pen.horizontal((self.left, self.right), at, 1.0, self.pen.palette.grid)?;
            self.pen.text(&label, HPos::Right, self.left - self.pen.px(8.0), at, self.pen.palette.muted)?;
        }
        Ok(())
    }

    /// A line where bars begin, or along the bottom.
    pub(super) fn base_line(&self, at: f64) -> Result<()> {
        self.pen.horizontal((self.left, self.right), at, 1.0, self.pen.palette.muted)
    }

    /// Where a day lies; `day` may be a fraction, 0.5 is the middle of the first day.
    pub(super) fn day(&self, days: &DayTable, day: f64) -> f64 {
        self.left + day / days.len() as f64 * (self.right - self.left)
    }

    /// Width of a day in CSS pixels.
    pub(super) fn day_width(&self, days: &DayTable) -> f64 {
        self.pen.css(self.right - self.left) / days.len() as f64
    }

    /// The time axis.
    pub(super) fn dates(&self, days: &DayTable) -> Result<()> {
        let pen = self.pen;
        let ticks = dates::ticks(days, self.day_width(days));
        let mut next_below = f64::INFINITY;
        for tick in ticks.iter().rev() {
            let at = self.day(days, tick.day as f64 + 0.5);
            pen.vertical(at, (self.bottom, self.bottom + pen.px(4.0)), 1.0, pen.palette.muted)?;
            self.below(&tick.label, at, 0, pen.palette.muted)?;
            let half = pen.text_width(&tick.below) / 2.0;
            if !tick.below.is_empty() && at + half + pen.px(4.0) < next_below {
                self.below(&tick.below, at, 1, pen.palette.muted)?;
                next_below = at - half;
            }
        }
        Ok(())
    }

    /// Text below the plot, centred at `x` unless it would be cut off.
    pub(super) fn below(&self, text: &str, x: f64, row: usize, color: RGBColor) -> Result<()> {
        let half = self.pen.text_width(text) / 2.0 + self.pen.px(2.0);
        let x = x.min(self.pen.width - half).max(half);
        let y = self.bottom + self.pen.px(14.0 + 15.0 * row as f64);
        self.pen.text(text, HPos::Center, x, y, color)
    }

    /// A sentence in the middle of a plot that has nothing to show.
    pub(super) fn note(&self, text: &str) -> Result<()> {
        let (x, y) = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        self.pen.text(text, HPos::Center, x, y, self.pen.palette.muted)
    }

    /// The middle and the width of one of `count` equal columns.
    pub(super) fn column(&self, index: usize, count: usize) -> (f64, f64) {
        let width = (self.right - self.left) / count as f64;
        (self.left + width * (index as f64 + 0.5), width)
    }
}
