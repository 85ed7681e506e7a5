//! What charts are made of, and how it is drawn on a plotters area.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, ShapeStyle, TextStyle};

use super::pen::Point;
use super::style::{Medium, Style};
use crate::error::{Error, ErrorKind, Result};

/// A shape in device pixels.
pub(super) enum Mark {
    /// A filled rectangle between two corners.
    Rect { corners: [Point; 2], color: RGBAColor },
    /// A line.
    Path { points: Vec<Point>, width: u32, color: RGBAColor },
    /// A filled polygon.
    Polygon { points: Vec<Point>, color: RGBAColor },
    /// A filled circle.
    Circle { center: Point, radius: i32, color: RGBAColor },
    /// A line of text whose middle is at the height of `at`; `size` is that of the em.
    Text { text: String, align: HPos, at: Point, size: f64, color: RGBAColor },
}

impl Mark {
    /// Draws the mark.
    ///
    /// # Errors
    /// When the backend fails to draw.
    pub(super) fn draw<DB: DrawingBackend>(self, area: &DrawingArea<DB, Shift>, style: &Style) -> Result<()> {
        drawn(match self {
            Self::Rect { corners, color } => area.draw(&Rectangle::new(corners, color.filled())),
            Self::Path { points, width, color } => {
                area.draw(&PathElement::new(points, ShapeStyle::from(color).stroke_width(width)))
            }
            Self::Polygon { points, color } => area.draw(&Polygon::new(points, color)),
            Self::Circle { center, radius, color } => area.draw(&Circle::new(center, radius, color.filled())),
            Self::Text { text, align, at, size, color } => {
                let family = match style.medium {
                    Medium::Canvas => "system-ui, sans-serif",
                    Medium::Document => "sans-serif",
                };
                let style = TextStyle::from((family, style.font_size(size)))
                    .color(&color)
                    .pos(Pos::new(align, VPos::Center));
                area.draw_text(&text, &style, at)
            }
        })
    }
}

fn drawn<E: std::error::Error + Send + Sync>(result: Result<(), DrawingAreaErrorKind<E>>) -> Result<()> {
    result.map_err(|error| Error::new(ErrorKind::Internal, format!("The chart could not be drawn: {error}.")))
}
