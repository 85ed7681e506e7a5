//! What charts are made of, and how it is drawn on a plotters area.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, RGBColor, ShapeStyle, TextStyle};

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
    /// Cells that fill a rectangle: the edges of columns and rows, ascending, and the colours row by row.
    Cells { across: Vec<i32>, down: Vec<i32>, colors: Vec<RGBColor> },
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
            Self::Cells { across, down, colors } => {
                let rows = colors.chunks(across.len() - 1).zip(down.windows(2));
                let mut runs = rows.flat_map(|(row, y)| runs(row, &across, (y[0], y[1])));
                runs.try_for_each(|(corners, color)| area.draw(&Rectangle::new(corners, color.filled())))
            }
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

/// An image in device pixels: what a backend would take too long to draw cell by cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its upper left corner.
    pub corner: Point,
    /// Its width.
    pub width: u32,
    /// Red, green, blue and opacity of each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl Image {
    /// The picture of cells; `None` when no pixel lies in them.
    pub(super) fn of_cells(across: &[i32], down: &[i32], colors: &[RGBColor]) -> Option<Self> {
        let (left, right) = (*across.first()?, *across.last()?);
        let width = usize::try_from(right - left).ok().filter(|width| *width > 0)?;
        let mut rgba = Vec::new();
        for (row, y) in colors.chunks(across.len() - 1).zip(down.windows(2)) {
            let start = rgba.len();
            for (color, x) in row.iter().zip(across.windows(2)) {
                let pixel = [color.0, color.1, color.2, u8::MAX];
                (x[0]..x[1]).for_each(|_| rgba.extend(pixel));
            }
            for _ in y[0] + 1..y[1] {
                rgba.extend_from_within(start..start + width * 4);
            }
            // A row without height.
            if y[0] >= y[1] {
                rgba.truncate(start);
            }
        }
        (!rgba.is_empty()).then_some(Self { corner: (left, down[0]), width: width as u32, rgba })
    }
}

/// The stretches of one colour in a row of cells.
fn runs(row: &[RGBColor], across: &[i32], y: (i32, i32)) -> Vec<([Point; 2], RGBColor)> {
    let mut column = 0;
    let runs = row.chunk_by(|one, other| one == other).map(|run| {
        let x = (across[column], across[column + run.len()]);
        column += run.len();
        ([(x.0, y.0), (x.1, y.1)], run[0])
    });
    runs.filter(|([from, to], _)| to.0 > from.0 && to.1 > from.1).collect()
}

fn drawn<E: std::error::Error + Send + Sync>(result: Result<(), DrawingAreaErrorKind<E>>) -> Result<()> {
    result.map_err(|error| Error::new(ErrorKind::Internal, format!("The chart could not be drawn: {error}.")))
}
