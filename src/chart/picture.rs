//! A chart as a file: a picture that stands alone, or the data that it shows.

use plotters::drawing::IntoDrawingArea;
use plotters::prelude::SVGBackend;

use super::{ChartInput, ChartKind, Style, Theme, data, describe, draw};
use crate::error::Result;
use crate::export::csv;

/// Width and height of a chart's picture in CSS pixels.
pub fn size(kind: ChartKind) -> (u32, u32) {
    if kind.is_wide() { (1200, 480) } else { (800, 480) }
}

/// The chart as an SVG document with its title, its description as text, and its legend.
///
/// # Errors
/// None that a caller can cause.
pub fn svg(kind: ChartKind, input: &ChartInput<'_>) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size(kind)).into_drawing_area();
        draw(&root, kind, input, &Style::document(Theme::Light).alone())?;
    }
    let told = format!(
        "<title>{}</title>\n<desc>{}</desc>\n",
        escaped(&input.heading(kind)),
        escaped(&describe(kind, input))
    );
    // Behind the opening tag.
    let place = svg.find('\n').map_or(0, |end| end + 1);
    svg.insert_str(place, &told);
    Ok(svg.replace(is_unwritable, "\u{FFFD}"))
}

/// Whether XML has no way to write this letter (XML 1.0, production 2). Names from a file may hold any.
fn is_unwritable(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// What the chart shows as CSV.
///
/// # Errors
/// None that a caller can cause.
pub fn csv(kind: ChartKind, input: &ChartInput<'_>) -> Result<Vec<u8>> {
    let table = data(kind, input);
    csv::table(&table.headers, &table.rows)
}

/// A name for the chart's file: `fleetsynth_over-time_cpu_p95_20220101_to_20251231.svg`. Charts over
/// time are named after the days in view.
pub fn file_name(kind: ChartKind, input: &ChartInput<'_>, extension: &str) -> String {
    let days = if kind.is_over_time() { input.window() } else { 0..input.days.len() };
    let [first, last] = [days.start, days.end - 1].map(|day| input.days.dates[day].format("%Y%m%d"));
    let server = match (kind, input.series) {
        (ChartKind::Server, Some(series)) => format!("_{}", series.server_id),
        _ => String::new(),
    };
    let name = format!("fleetsynth_{}{server}_{}_{first}_to_{last}", kind.id(), input.metric_plan().name);
    let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let name: String = name.chars().map(|letter| if is_safe(letter) { letter } else { '_' }).collect();
    format!("{name}.{extension}")
}

/// Text as it may stand in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
