//! What drawing on a canvas needs, and the legend beside it.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::style::RGBColor;
use plotters_canvas::CanvasBackend;
use serde::Serialize;
use web_sys::HtmlCanvasElement;

use super::convert::JsResult;
use crate::chart::{Key, Theme};
use crate::error::{Error, ErrorKind};

/// The area of a canvas.
pub(super) fn area(canvas: HtmlCanvasElement) -> JsResult<DrawingArea<CanvasBackend, Shift>> {
    let backend = CanvasBackend::with_canvas_object(canvas)
        .ok_or_else(|| Error::new(ErrorKind::Io, "The browser gives no canvas to draw on."))?;
    Ok(backend.into_drawing_area())
}

pub(super) fn theme(dark: bool) -> Theme {
    if dark { Theme::Dark } else { Theme::Light }
}

/// A colour as CSS takes it.
pub(super) fn css(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[derive(Serialize)]
pub(super) struct LegendEntry {
    series: Option<String>,
    shown: bool,
    swatch: &'static str,
    color: String,
    text: String,
}

impl LegendEntry {
    fn new(key: Key) -> Self {
        let Key { series, shown, swatch, color, text } = key;
        Self { series, shown, swatch: swatch.id(), color: css(color), text }
    }

    /// A whole legend.
    pub(super) fn all(keys: Vec<Key>) -> Vec<Self> {
        keys.into_iter().map(Self::new).collect()
    }
}
