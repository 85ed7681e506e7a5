//! A thin layer over a plotters area: CSS pixels in, device pixels out, and only what the charts need.
//!
//! Straight lines are filled rectangles, which every backend draws sharp at every density.
//! No text is ever measured by the backend, so that the layout is the same everywhere.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, ShapeStyle, TextStyle};

use super::style::{Medium, Palette, Style};
use crate::error::{Error, ErrorKind, Result};

/// Size of all text, in CSS pixels.
pub(super) const FONT_SIZE: f64 = 12.0;

/// A position in device pixels.
pub(super) type Point = (i32, i32);

/// Draws on an area, in device pixels.
pub(super) struct Pen<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    style: Style,
    /// Width of the area in device pixels.
    pub(super) width: f64,
    /// Height of the area in device pixels.
    pub(super) height: f64,
    /// The theme's colours.
    pub(super) palette: &'static Palette,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    pub(super) fn new(area: &'a DrawingArea<DB, Shift>, style: Style) -> Self {
        let (width, height) = area.dim_in_pixel();
        let scale = if style.scale.is_finite() { style.scale.clamp(0.25, 16.0) } else { 1.0 };
        Self {
            area,
            style: Style { scale, ..style },
            width: f64::from(width),
            height: f64::from(height),
            palette: style.palette(),
        }
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
    pub(super) fn clear(&self) -> Result<()> {
        drawn(self.area.fill(&self.palette.surface))
    }

    /// Fills a rectangle, at least one pixel in both directions.
    pub(super) fn rect(&self, x: (f64, f64), y: (f64, f64), color: impl Color) -> Result<()> {
        let (x0, x1) = (pixel(x.0.min(x.1)), pixel(x.0.max(x.1)));
        let (y0, y1) = (pixel(y.0.min(y.1)), pixel(y.0.max(y.1)));
        let corners = [(x0, y0), (x1.max(x0 + 1), y1.max(y0 + 1))];
        drawn(self.area.draw(&Rectangle::new(corners, color.to_rgba().filled())))
    }

    /// A horizontal line of `css` pixels thickness.
    pub(super) fn horizontal(&self, x: (f64, f64), y: f64, css: f64, color: impl Color) -> Result<()> {
        let top = f64::from(pixel(y - self.px(css) / 2.0));
        self.rect(x, (top, top + self.stroke(css)), color)
    }

    /// A vertical line of `css` pixels thickness.
    pub(super) fn vertical(&self, x: f64, y: (f64, f64), css: f64, color: impl Color) -> Result<()> {
        let left = f64::from(pixel(x - self.px(css) / 2.0));
        self.rect((left, left + self.stroke(css)), y, color)
    }

    /// A dashed horizontal line; `dash` is the length of dashes and spaces in CSS pixels.
    pub(super) fn dashes(&self, x: (f64, f64), y: f64, dash: (f64, f64), color: impl Color) -> Result<()> {
        let (on, off) = (self.px(dash.0), self.px(dash.1));
        let mut at = x.0;
        while at < x.1 {
            self.horizontal((at, (at + on).min(x.1)), y, 1.5, color.to_rgba())?;
            at += on + off;
        }
        Ok(())
    }

    /// A dashed vertical line; `dash` is the length of dashes and spaces in CSS pixels.
    pub(super) fn vertical_dashes(
        &self,
        x: f64,
        y: (f64, f64),
        dash: (f64, f64),
        color: impl Color,
    ) -> Result<()> {
        let (on, off) = (self.px(dash.0), self.px(dash.1));
        let mut at = y.1;
        while at > y.0 {
            self.vertical(x, ((at - on).max(y.0), at), 1.5, color.to_rgba())?;
            at -= on + off;
        }
        Ok(())
    }

    /// A line through `points`.
    pub(super) fn path(&self, points: Vec<Point>, css: f64, color: impl Color) -> Result<()> {
        let style = ShapeStyle::from(color.to_rgba()).stroke_width(self.stroke(css) as u32);
        drawn(self.area.draw(&PathElement::new(points, style)))
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, points: Vec<Point>, color: impl Color) -> Result<()> {
        drawn(self.area.draw(&Polygon::new(points, color.to_rgba())))
    }

    /// A filled circle with a radius of `css` pixels.
    pub(super) fn dot(&self, center: Point, css: f64, color: impl Color) -> Result<()> {
        let radius = self.px(css).round().max(1.0) as i32;
        drawn(self.area.draw(&Circle::new(center, radius, color.to_rgba().filled())))
    }

    /// A circle with a radius of `css` pixels and nothing inside.
    pub(super) fn ring(&self, center: Point, css: f64, color: impl Color) -> Result<()> {
        self.dot(center, css, color)?;
        self.dot(center, css - 1.5, self.palette.surface)
    }

    /// A line of text whose middle is at height `y`.
    pub(super) fn text(&self, text: &str, align: HPos, x: f64, y: f64, color: impl Color) -> Result<()> {
        let family = match self.style.medium {
            Medium::Canvas => "system-ui, sans-serif",
            Medium::Document => "sans-serif",
        };
        let color = color.to_rgba();
        let style = TextStyle::from((family, self.style.font_size(self.px(FONT_SIZE))))
            .color(&color)
            .pos(Pos::new(align, VPos::Center));
        drawn(self.area.draw_text(text, &style, (pixel(x), pixel(y))))
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

fn drawn<E: std::error::Error + Send + Sync>(result: Result<(), DrawingAreaErrorKind<E>>) -> Result<()> {
    result.map_err(|error| Error::new(ErrorKind::Internal, format!("The chart could not be drawn: {error}.")))
}
