//! A thin layer over plotters' shapes: CSS pixels in, device pixels out, and only what the charts need.
//!
//! A pen collects marks, which are drawn on any backend afterwards: charts are compiled once, whatever
//! they are drawn on, and where things lie is known without drawing. Straight lines are filled
//! rectangles, which every backend draws sharp at every density. No text is ever measured by the
//! backend, so that the layout is the same everywhere.

use std::cell::RefCell;

use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBAColor, RGBColor};

use super::curve;
use super::legend::Key;
use super::mark::Mark;
use super::style::{Palette, Setting, Style};

/// Size of all text, in CSS pixels.
pub(super) const FONT_SIZE: f64 = 12.0;

/// Height of a heading, and size of its text, in CSS pixels.
const HEADING: f64 = 28.0;
const HEADING_SIZE: f64 = 15.0;

/// A dash, a space, a dot and a space, in CSS pixels: a swatch has one of each.
const DASH_DOT: [f64; 4] = [8.0, 3.0, 2.0, 3.0];

/// A position in device pixels.
pub(super) type Point = (i32, i32);

/// Collects the marks of an area, in device pixels.
pub(super) struct Pen {
    marks: RefCell<Vec<Mark>>,
    keys: RefCell<Vec<Key>>,
    /// How the chart looks.
    pub(super) style: Style,
    /// Width of the area in device pixels.
    pub(super) width: f64,
    /// Height of the area in device pixels.
    pub(super) height: f64,
    /// Height of the heading in device pixels, where there is one.
    pub(super) inset: f64,
    /// The theme's colours.
    pub(super) palette: &'static Palette,
}

impl Pen {
    /// A pen for an area of `size` device pixels.
    pub(super) fn new(size: (u32, u32), style: Style) -> Self {
        let scale = if style.scale.is_finite() { style.scale.clamp(0.25, 16.0) } else { 1.0 };
        Self {
            marks: RefCell::default(),
            keys: RefCell::default(),
            style: Style { scale, ..style },
            width: f64::from(size.0),
            height: f64::from(size.1),
            inset: if style.setting == Setting::Alone { HEADING * scale } else { 0.0 },
            palette: style.palette(),
        }
    }

    /// What was drawn, in order, and the legend.
    pub(super) fn finish(self) -> (Vec<Mark>, Vec<Key>) {
        (self.marks.into_inner(), self.keys.into_inner())
    }

    /// Says what the marks mean.
    pub(super) fn explain(&self, keys: Vec<Key>) {
        self.keys.replace(keys);
    }

    fn mark(&self, mark: Mark) {
        self.marks.borrow_mut().push(mark);
    }

    /// CSS pixels as device pixels.
    pub(super) fn px(&self, css: f64) -> f64 {
        css * self.style.scale
    }

    /// Device pixels as CSS pixels.
    pub(super) fn css(&self, px: f64) -> f64 {
        px / self.style.scale
    }

    /// Fills the whole area.
    pub(super) fn clear(&self) {
        self.rect((0.0, self.width), (0.0, self.height), self.palette.surface);
    }

    /// Fills a rectangle, at least one pixel in both directions.
    pub(super) fn rect(&self, x: (f64, f64), y: (f64, f64), color: impl Color) {
        let (x0, x1) = (pixel(x.0.min(x.1)), pixel(x.0.max(x.1)));
        let (y0, y1) = (pixel(y.0.min(y.1)), pixel(y.0.max(y.1)));
        let corners = [(x0, y0), (x1.max(x0 + 1), y1.max(y0 + 1))];
        self.mark(Mark::Rect { corners, color: color.to_rgba() });
    }

    /// A horizontal line of `css` pixels thickness.
    pub(super) fn horizontal(&self, x: (f64, f64), y: f64, css: f64, color: impl Color) {
        let top = f64::from(pixel(y - self.px(css) / 2.0));
        self.rect(x, (top, top + self.stroke(css)), color)
    }

    /// A vertical line of `css` pixels thickness.
    pub(super) fn vertical(&self, x: f64, y: (f64, f64), css: f64, color: impl Color) {
        let left = f64::from(pixel(x - self.px(css) / 2.0));
        self.rect((left, left + self.stroke(css)), y, color)
    }

    /// A dashed horizontal line; `dash` is the length of dashes and spaces in CSS pixels.
    pub(super) fn dashes(&self, x: (f64, f64), y: f64, dash: (f64, f64), color: impl Color) {
        let (on, off) = (self.px(dash.0), self.px(dash.1));
        let mut at = x.0;
        while at < x.1 {
            self.horizontal((at, (at + on).min(x.1)), y, 1.5, color.to_rgba());
            at += on + off;
        }
    }

    /// A dashed vertical line; `dash` is the length of dashes and spaces in CSS pixels.
    pub(super) fn vertical_dashes(&self, x: f64, y: (f64, f64), dash: (f64, f64), color: impl Color) {
        let (on, off) = (self.px(dash.0), self.px(dash.1));
        let mut at = y.1;
        while at > y.0 {
            self.vertical(x, ((at - on).max(y.0), at), 1.5, color.to_rgba());
            at -= on + off;
        }
    }

    /// A line through `points`.
    pub(super) fn path(&self, points: Vec<Point>, css: f64, color: impl Color) {
        self.mark(Mark::Path { points, width: self.stroke(css) as u32, color: color.to_rgba() });
    }

    /// A line of dashes and dots through `points`.
    pub(super) fn dash_dots(&self, points: &[Point], color: impl Color) {
        for dash in curve::dashes(points, &DASH_DOT.map(|css| self.px(css))) {
            self.path(dash, 2.0, color.to_rgba());
        }
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, points: Vec<Point>, color: impl Color) {
        self.mark(Mark::Polygon { points, color: color.to_rgba() });
    }

    /// Cells between these edges, with their colours row by row, the upper one first.
    pub(super) fn cells(&self, across: Vec<i32>, down: Vec<i32>, colors: Vec<RGBColor>) {
        self.mark(Mark::Cells { across, down, colors });
    }

    /// A filled circle with a radius of `css` pixels.
    pub(super) fn dot(&self, center: Point, css: f64, color: impl Color) {
        let radius = self.px(css).round().max(1.0) as i32;
        self.mark(Mark::Circle { center, radius, color: color.to_rgba() });
    }

    /// A circle with a radius of `css` pixels and nothing inside.
    pub(super) fn ring(&self, center: Point, css: f64, color: impl Color) {
        self.dot(center, css, color);
        self.dot(center, css - 1.5, self.palette.surface)
    }

    /// The heading of a picture that stands alone.
    pub(super) fn heading(&self, text: &str) {
        let at = (pixel(self.px(4.0)), pixel(self.inset / 2.0));
        let (size, color) = (self.px(HEADING_SIZE), self.palette.ink.to_rgba());
        self.mark(Mark::Text { text: text.to_owned(), align: HPos::Left, at, size, color });
    }

    /// A line of text whose middle is at height `y`.
    pub(super) fn text(&self, text: &str, align: HPos, x: f64, y: f64, color: impl Color) {
        let (text, at) = (text.to_owned(), (pixel(x), pixel(y)));
        self.mark(Mark::Text { text, align, at, size: self.px(FONT_SIZE), color: color.to_rgba() });
    }

    /// Width that `text` takes at most in any usual sans-serif font, in device pixels.
    pub(super) fn text_width(&self, text: &str) -> f64 {
        self.px(FONT_SIZE) * text.chars().map(advance).sum::<f64>()
    }

    fn stroke(&self, css: f64) -> f64 {
        self.px(css).round().max(1.0)
    }
}

/// A translucent colour.
pub(super) fn tint(color: impl Color, alpha: f64) -> RGBAColor {
    color.mix(alpha)
}

/// Rounds to a device pixel.
pub(super) fn pixel(position: f64) -> i32 {
    position.round() as i32
}

/// Advance of a character in em: that of a wide font.
fn advance(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | 'I' => 0.32,
        ' ' | 'f' | 'r' | 't' | '-' | '(' | ')' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' | '–' => 0.7,
        _ => 0.62,
    }
}
