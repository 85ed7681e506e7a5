//! The legend: what each mark means, beside the label of the vertical axis or in rows below it.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::pen::{Pen, pixel, tint};
use super::style::Setting;
use super::view::View;

/// How opaque areas are.
pub(super) const AREA: f64 = 0.2;

/// How opaque bars are: lines in front of them stand out.
pub(super) const BAR: f64 = 0.75;

/// How opaque a line behind another one is.
pub(super) const FAINT: f64 = 0.55;

/// A mark and its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// What the series is called that can be hidden; `None` where nothing can.
    pub series: Option<String>,
    /// Whether it is drawn.
    pub shown: bool,
    /// What the mark looks like.
    pub swatch: Swatch,
    /// Its colour.
    pub color: RGBColor,
    /// What it means.
    pub text: String,
}

/// What a mark looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swatch {
    /// A line.
    Line,
    /// A thin line behind another one.
    Faint,
    /// A dashed line.
    Dashes,
    /// A dotted line.
    Dots,
    /// A line of dashes and dots.
    DashDots,
    /// A translucent area.
    Area,
    /// A bar.
    Bar,
    /// An opaque box.
    Cell,
    /// A bar with an outline and a light filling.
    Hollow,
    /// A short vertical line.
    Tick,
    /// A dot.
    Dot,
    /// A ring.
    Ring,
}

impl Swatch {
    /// A name that never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Faint => "faint",
            Self::Dashes => "dashes",
            Self::Dots => "dots",
            Self::DashDots => "dash-dots",
            Self::Area => "area",
            Self::Bar => "bar",
            Self::Cell => "cell",
            Self::Hollow => "hollow",
            Self::Tick => "tick",
            Self::Dot => "dot",
            Self::Ring => "ring",
        }
    }
}

/// Width of a mark and of the air behind a text, in CSS pixels.
const SWATCH: f64 = 16.0;
const GAP: f64 = 14.0;

impl Key {
    pub(super) fn new(swatch: Swatch, color: RGBColor, text: impl Into<String>) -> Self {
        Self { series: None, shown: true, swatch, color, text: text.into() }
    }

    /// The key of a series that can be hidden.
    pub(super) fn of(self, view: &View, series: &str) -> Self {
        Self { series: Some(series.to_owned()), shown: view.shows(series), ..self }
    }

    fn width(&self, pen: &Pen) -> f64 {
        pen.px(SWATCH + 6.0) + pen.text_width(&self.text)
    }
}

/// The key of a series that is drawn.
pub(super) fn shown<'k>(keys: &'k [Key], series: &str) -> Option<&'k Key> {
    keys.iter().find(|key| key.shown && key.series.as_deref() == Some(series))
}

/// The drawn keys of each row. The first row has the label, and the keys too when there is room for all.
pub(super) fn rows(pen: &Pen, label: &str, keys: &[Key], width: f64) -> Vec<Vec<Key>> {
    let keys: Vec<&Key> = keys.iter().filter(|key| key.shown).collect();
    let total: f64 = keys.iter().map(|key| key.width(pen) + pen.px(GAP)).sum();
    if pen.style.setting == Setting::Page {
        return vec![vec![]];
    }
    if pen.text_width(label) + pen.px(GAP) + total <= width {
        return vec![keys.into_iter().cloned().collect()];
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
pub(super) fn draw(pen: &Pen, keys: &[Key], at_right: bool, left: f64, middle: f64) {
    let total: f64 = keys.iter().map(|key| key.width(pen) + pen.px(GAP)).sum();
    let mut x = if at_right { pen.width - total } else { left };
    for key in keys {
        swatch(pen, key, x, middle);
        pen.text(&key.text, HPos::Left, x + pen.px(SWATCH + 6.0), middle, pen.palette.muted);
        x += key.width(pen) + pen.px(GAP);
    }
}

fn swatch(pen: &Pen, key: &Key, x: f64, y: f64) {
    let across = (x, x + pen.px(SWATCH));
    let box_height = (y - pen.px(5.0), y + pen.px(5.0));
    let center = (pixel(x + pen.px(SWATCH / 2.0)), pixel(y));
    match key.swatch {
        Swatch::Line => pen.horizontal(across, y, 2.0, key.color),
        Swatch::Faint => pen.horizontal(across, y, 1.0, tint(key.color, FAINT)),
        Swatch::Dashes => pen.dashes(across, y, (6.0, 4.0), key.color),
        Swatch::Dots => pen.dashes(across, y, (2.0, 3.0), key.color),
        Swatch::DashDots => {
            pen.dash_dots(&[(pixel(across.0), center.1), (pixel(across.1), center.1)], key.color)
        }
        Swatch::Area => pen.rect(across, box_height, tint(key.color, AREA)),
        Swatch::Bar => pen.rect((x + pen.px(3.0), x + pen.px(13.0)), box_height, tint(key.color, BAR)),
        Swatch::Cell => pen.rect((x + pen.px(3.0), x + pen.px(13.0)), box_height, key.color),
        Swatch::Hollow => hollow(pen, (x + pen.px(3.0), x + pen.px(13.0)), box_height, key.color),
        Swatch::Tick => pen.vertical(f64::from(center.0), box_height, 1.5, key.color),
        Swatch::Dot => pen.dot(center, 3.5, key.color),
        Swatch::Ring => pen.ring(center, 3.5, key.color),
    }
}

/// A box with an outline and a light filling.
pub(super) fn hollow(pen: &Pen, x: (f64, f64), y: (f64, f64), color: RGBColor) {
    pen.rect(x, y, tint(color, AREA));
    let line = pen.px(1.5).round().max(1.0);
    pen.rect(x, (y.0, y.0 + line), color);
    pen.rect(x, (y.1 - line, y.1), color);
    pen.rect((x.0, x.0 + line), y, color);
    pen.rect((x.1 - line, x.1), y, color)
}
