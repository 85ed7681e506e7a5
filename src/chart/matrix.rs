//! How the metrics move together: Pearson's correlation of each pair.

use plotters::style::text_anchor::HPos;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{Key, Swatch};
use super::pen::{Pen, tint};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, Table, label, metric_label};

/// How the metrics move together.
pub(super) struct Matrix;

/// How opaque a correlation of 1 is: figures stay readable on it.
const FULL: f64 = 0.5;
/// A column narrower than that has no figure, CSS pixels.
const NARROWEST_FIGURE: f64 = 34.0;

/// The metrics' names, as short as they are without their percentile.
fn names(input: &ChartInput<'_>) -> Vec<String> {
    let short = |name: &str| match name.rsplit_once("_p") {
        Some((short, digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => metric_label(short),
        _ => metric_label(name),
    };
    input.plan.metrics.iter().map(|metric| short(&metric.name)).collect()
}

/// The correlation of two metrics; NaN where there is none.
fn correlation(input: &ChartInput<'_>, one: usize, other: usize) -> f64 {
    input.correlations.map_or(f64::NAN, |correlations| correlations.matrix[one][other])
}

/// "0.38", "−0.12".
fn figure(correlation: f64) -> String {
    if correlation.is_finite() { label::number(correlation, 2) } else { "\u{2013}".to_owned() }
}

impl Chart for Matrix {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(frame) = self.frame(pen, input) else { return };
        let names = names(input);
        let count = names.len();
        for row in 0..count {
            for (column, name) in names.iter().enumerate() {
                let (x, width) = frame.column(column, count);
                let one = correlation(input, count - 1 - row, column);
                let (low, high) = (frame.y.at(row as f64), frame.y.at(row as f64 + 1.0));
                let air = pen.px(1.0);
                let color = if one < 0.0 { pen.palette.outlier } else { pen.palette.accent };
                let strength = if one.is_finite() { one.abs() * FULL } else { 0.0 };
                let across = (x - width / 2.0 + air, x + width / 2.0 - air);
                pen.rect(across, (high + air, low - air), tint(color, strength));
                if pen.css(width) >= NARROWEST_FIGURE && pen.css(low - high) >= 14.0 {
                    pen.text(&figure(one), HPos::Center, x, (low + high) / 2.0, pen.palette.ink);
                }
                if row == 0 && pen.text_width(name) <= width {
                    frame.below(name, x, 0, pen.palette.muted);
                }
            }
        }
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        let names = names(input);
        let count = names.len();
        let keys = vec![
            Key::new(Swatch::Bar, pen.palette.accent, "Rise together"),
            Key::new(Swatch::Bar, pen.palette.outlier, "One falls as the other rises"),
        ];
        let around = Surroundings {
            y_label: "Correlation",
            keys,
            domain: Domain { lo: 0.0, hi: 1.0 },
            axis_rows: 1,
            columns: Columns::Equal(count),
        };
        // The first metric is the upper row.
        let labels = names.into_iter().enumerate().map(|(metric, name)| (count - 1 - metric, name)).collect();
        Frame::of_rows(pen, around, count, labels)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let frame = self.frame(pen, input)?;
        let (spot, count) = (frame.nearest(spot), input.plan.metrics.len());
        let metrics = (count - 1 - spot.row, spot.column);
        let name = |metric: usize| metric_label(&input.plan.metrics[metric].name);
        let mut out = frame.read_out(spot, format!("{} and {}", name(metrics.0), name(metrics.1)));
        let one = correlation(input, metrics.0, metrics.1);
        let color = if one < 0.0 { pen.palette.outlier } else { pen.palette.accent };
        out.rows.push(ReadOutRow::new(&Key::new(Swatch::Bar, color, "Correlation"), figure(one), None));
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let Some(correlations) = input.correlations else {
            return "The correlations are not known.".to_owned();
        };
        let count = input.plan.metrics.len();
        let pairs = (0..count).flat_map(|one| (0..one).map(move |other| (other, one)));
        let strongest = pairs
            .filter(|(one, other)| correlation(input, *one, *other).is_finite())
            .max_by(|a, b| correlation(input, a.0, a.1).abs().total_cmp(&correlation(input, b.0, b.1).abs()));
        let subject = format!(
            "Correlation of the metrics, over all rows of {} that are spread over the fleet",
            label::plural(u64::from(correlations.servers), "server")
        );
        match strongest {
            None => format!("{subject}: no two metrics to compare."),
            Some((one, other)) => {
                let name = |metric: usize| metric_label(&input.plan.metrics[metric].name);
                let figure = figure(correlation(input, one, other));
                format!("{subject}: strongest between {} and {}, with {figure}.", name(one), name(other))
            }
        }
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let names = names(input);
        let row = |(one, name): (usize, &String)| {
            let figures = (0..names.len()).map(|other| correlation(input, one, other));
            let cell = |one: f64| if one.is_finite() { label::number(one, 2) } else { String::new() };
            std::iter::once(name.clone()).chain(figures.map(cell)).collect()
        };
        Table {
            headers: std::iter::once("Metric".to_owned()).chain(names.iter().cloned()).collect(),
            rows: names.iter().enumerate().map(row).collect(),
        }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let names: Vec<String> = input.plan.metrics.iter().map(|metric| metric.name.clone()).collect();
        let row = |(one, name): (usize, &String)| {
            let figures = (0..names.len()).map(|other| label::plain(correlation(input, one, other)));
            std::iter::once(name.clone()).chain(figures).collect()
        };
        Table {
            headers: std::iter::once("metric".to_owned()).chain(names.iter().cloned()).collect(),
            rows: names.iter().enumerate().map(row).collect(),
        }
    }
}
