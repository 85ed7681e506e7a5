//! The legend: what each mark means, beside the label of the vertical axis or in rows below it.

use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::pen::{Pen, pixel, tint};
use crate::error::Result;

/// How opaque areas are.
pub(super) const AREA: f64 = 0.2;

/// How opaque bars are: lines in front of them stand out.
pub(super) const BAR: f64 = 0.75;

/// How opaque a line behind another one is.
pub(super) const FAINT: f64 = 0.55;

/// A mark and its meaning.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) swatch: Swatch,
    pub(super) color: RGBColor,
    pub(super) text: String,
}

/// What a mark looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Swatch {
    Line,
    Faint,
    Dashes,
    Dots,
    Area,
    Bar,
    Hollow,
    Tick,
    Dot,
    Ring,
}

/// Width of a mark and of the air behind a text, in CSS pixels.
const SWATCH: f64 = 16.0;
const GAP: f64 = 14.0;

impl Key {
    pub(super) fn new(swatch: Swatch, color: RGBColor, text: impl Into<String>) -> Self {
        Self { swatch, color, text: text.into() }
    }

    fn width<DB: DrawingBackend>(&self, pen: &Pen<'_, DB>) -> f64 {
        pen.px(SWATCH + 6.0) + pen.text_width(&self.text)
    }
}

/// The keys of each row. The first row has the label, and the keys too when there is room for all.
pub(super) fn rows<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    label: &str,
    keys: &[Key],
    width: f64,
) -> Vec<Vec<Key>> {
    let total: f64 = keys.iter().map(|key| key.width(pen) + pen.px(GAP)).sum();
    if pen.text_width(label) + pen.px(GAP) + total <= width {
        return vec![keys.to_vec()];
    }
    let mut rows = vec![vec![], vec![]];
    let mut used = 0.0;
    for key in keys {
        if used > 0.0 && used + key.width(pen) > width {
            rows.push(vec![]);
            used = 0.0;
        }
        used += key.width(pen) + pen.px(GAP);
        rows.last_mut().expect("there are rows").push(key.clone());
    }
    rows
}

/// Draws a row, at the right end of the area or from `left`.
pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    keys: &[Key],
    at_right: bool,
    left: f64,
    middle: f64,
) -> Result<()> {
    let total: f64 = keys.iter().map(|key| key.width(pen) + pen.px(GAP)).sum();
    let mut x = if at_right { pen.width - total } else { left };
    for key in keys {
        swatch(pen, key, x, middle)?;
        pen.text(&key.text, HPos::Left, x + pen.px(SWATCH + 6.0), middle, pen.palette.muted)?;
        x += key.width(pen) + pen.px(GAP);
    }
    Ok(())
}

fn swatch<DB: DrawingBackend>(pen: &Pen<'_, DB>, key: &Key, x: f64, y: f64) -> Result<()> {
    let across = (x, x + pen.px(SWATCH));
    let box_height = (y - pen.px(5.0), y + pen.px(5.0));
    let center = (pixel(x + pen.px(SWATCH / 2.0)), pixel(y));
    match key.swatch {
        Swatch::Line => pen.horizontal(across, y, 2.0, key.color),
        Swatch::Faint => pen.horizontal(across, y, 1.0, tint(key.color, FAINT)),
        Swatch::Dashes => pen.dashes(across, y, (6.0, 4.0), key.color),
        Swatch::Dots => pen.dashes(across, y, (2.0, 3.0), key.color),
        Swatch::Area => pen.rect(across, box_height, tint(key.color, AREA)),
        Swatch::Bar => pen.rect((x + pen.px(3.0), x + pen.px(13.0)), box_height, tint(key.color, BAR)),
        Swatch::Hollow => hollow(pen, (x + pen.px(3.0), x + pen.px(13.0)), box_height, key.color),
        Swatch::Tick => pen.vertical(f64::from(center.0), box_height, 1.5, key.color),
        Swatch::Dot => pen.dot(center, 3.5, key.color),
        Swatch::Ring => pen.ring(center, 3.5, key.color),
    }
}

/// A box with an outline and a light filling.
pub(super) fn hollow<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    x: (f64, f64),
    y: (f64, f64),
    color: RGBColor,
) -> Result<()> {
    pen.rect(x, y, tint(color, AREA))?;
    let line = pen.px(1.5).round().max(1.0);
    pen.rect(x, (y.0, y.0 + line), color)?;
    pen.rect(x, (y.1 - line, y.1), color)?;
    pen.rect((x.0, x.0 + line), y, color)?;
    pen.rect((x.1 - line, x.1), y, color)
}
