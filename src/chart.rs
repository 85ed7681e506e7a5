//! The charts: drawn on any plotters backend, told as a sentence, and as the table behind them.
//!
//! They are drawn from the profile, whose size does not depend on the number of servers, and no
//! chart draws more points than its pixels can show.

mod curve;
mod dates;
mod distribution;
mod frame;
mod grouped;
mod heat;
mod input;
mod kind;
mod label;
mod legend;
mod mark;
mod matrix;
mod missing;
mod monthly;
mod over_time;
mod overview;
mod pen;
mod period;
mod picture;
mod pinned;
mod quarters;
mod read_out;
mod risk;
mod scale;
mod server;
mod style;
mod view;
mod weekly;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;

pub use input::{ChartInput, ServerSeries};
pub use kind::ChartKind;
pub use label::{day as day_label, metric_label};
pub use legend::{Key, Swatch};
pub use mark::Image;
pub use picture::{csv, file_name, size, svg};
pub use pinned::Pinned;
pub use read_out::{ReadOut, ReadOutRow, Spot};
pub use style::{Medium, Palette, Setting, Style, Theme};
pub use view::{Edge, View};

use crate::error::Result;
use frame::Frame;
use mark::Mark;
use pen::Pen;

/// What a chart makes of its input.
trait Chart {
    /// Draws it; nothing where there is no room.
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>);

    /// The frame that it is drawn in; `None` where there is no room.
    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>>;

    /// What it says of a spot, or of the nearest one in view; `None` when nothing is drawn.
    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut>;

    /// Says what it shows, with its figures, in a sentence or two.
    fn describe(&self, input: &ChartInput<'_>) -> String;

    /// The data behind it, in at most [`MAX_TABLE_ROWS`] rows.
    fn table(&self, input: &ChartInput<'_>) -> Table;

    /// All that it shows, for programs: plain numbers, ISO dates, every day in view.
    fn data(&self, input: &ChartInput<'_>) -> Table;
}

/// The chart of a kind. Whoever calls this brings in all of them.
fn chart<'a>(kind: ChartKind, input: &ChartInput<'a>) -> &'a dyn Chart {
    match kind {
        ChartKind::OverTime => match input.grouping() {
            Some(groups) => groups,
            None => &over_time::Fleet,
        },
        ChartKind::Server => &server::Server,
        ChartKind::Distribution => &distribution::Distribution,
        ChartKind::Weekly => &weekly::Weekly,
        ChartKind::Monthly => &monthly::Monthly,
        ChartKind::Missing => &missing::Missing,
        ChartKind::Quarters => &quarters::Quarters,
        ChartKind::Risk => &risk::Risk,
        ChartKind::Correlation => &matrix::Matrix,
        ChartKind::Heat => &heat::Shown::Utilisation,
        ChartKind::Gaps => &heat::Shown::Gaps,
    }
}

/// The data behind a chart, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the columns are.
    pub headers: Vec<String>,
    /// The cells; an empty one has no value.
    pub rows: Vec<Vec<String>>,
}

/// Most rows of a [`Table`].
pub const MAX_TABLE_ROWS: usize = 60;

/// What is left to be done when a chart is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// The legend.
    pub keys: Vec<Key>,
    /// On a canvas: images to be put where they belong.
    pub images: Vec<Image>,
}

/// Draws a chart over all of `root`. An area too small for it is left with its surface only.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    kind: ChartKind,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<Drawn> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    if style.setting == Setting::Alone {
        pen.heading(&input.heading(kind));
    }
    chart(kind, input).draw(&pen, input);
    let (marks, keys) = pen.finish();
    let mut images = Vec::new();
    for mark in marks {
        match (mark, style.medium) {
            (Mark::Cells { across, down, colors }, Medium::Canvas) => {
                images.extend(Image::of_cells(&across, &down, &colors));
            }
            (mark, _) => mark.draw(root, style)?,
        }
    }
    Ok(Drawn { keys, images })
}

/// Draws [`ChartKind::OverTime`] of the whole fleet, and gives its legend: what a page needs to show this
/// chart first, without bringing in the others.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw_fleet<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<Vec<Key>> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    over_time::Fleet.draw(&pen, input);
    let (marks, keys) = pen.finish();
    marks.into_iter().try_for_each(|mark| mark.draw(root, style))?;
    Ok(keys)
}

/// Says what [`draw_fleet`] shows.
pub fn describe_fleet(input: &ChartInput<'_>) -> String {
    over_time::Fleet.describe(input)
}

/// Draws the fleet's mean over all days from edge to edge of `root`, to choose the days in view from.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw_overview<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<()> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    let whole = View::whole(input.days.len());
    overview::draw(&pen, &ChartInput { view: &whole, ..*input });
    let (marks, _) = pen.finish();
    marks.into_iter().try_for_each(|mark| mark.draw(root, style))
}

/// What lies at a position in a chart that covers `size` device pixels, or nearest to it; `None` when
/// nothing is drawn.
pub fn spot_at(
    kind: ChartKind,
    input: &ChartInput<'_>,
    size: (u32, u32),
    style: &Style,
    at: (f64, f64),
) -> Option<Spot> {
    Some(chart(kind, input).frame(&Pen::new(size, *style), input)?.spot(at))
}

/// What a chart says of a spot: of the nearest one that is in view. `None` when nothing is drawn.
pub fn read_out(
    kind: ChartKind,
    input: &ChartInput<'_>,
    size: (u32, u32),
    style: &Style,
    spot: Spot,
) -> Option<ReadOut> {
    chart(kind, input).read_out(&Pen::new(size, *style), input, spot)
}

/// Says what a chart shows, with its figures, in a sentence or two.
pub fn describe(kind: ChartKind, input: &ChartInput<'_>) -> String {
    chart(kind, input).describe(input)
}

/// The data behind a chart, in at most [`MAX_TABLE_ROWS`] rows.
pub fn table(kind: ChartKind, input: &ChartInput<'_>) -> Table {
    chart(kind, input).table(input)
}

/// All that a chart shows, for programs: plain numbers, ISO dates, every day in view.
pub fn data(kind: ChartKind, input: &ChartInput<'_>) -> Table {
    chart(kind, input).data(input)
}
