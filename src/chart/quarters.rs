//! The quarters laid over each other at their ends, by business days: what is special about these ends.

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{self, AREA, Key, Swatch};
use super::pen::{Pen, Point, pixel, tint};
use super::period::WeightedMean;
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, Table, curve, label};
use crate::profile::Quarter;

/// The quarters, laid over each other at their ends.
pub(super) struct Quarters;

/// The series that can be hidden.
const MEAN: &str = "quarters-mean";
const EACH: &str = "quarters-each";
const LATEST: &str = "quarters-latest";
const WINDOW: &str = "quarters-window";

fn name(quarter: &Quarter) -> String {
    format!("Q{} {}", quarter.quarter, quarter.year)
}

/// Business days of the window at the end.
fn window(input: &ChartInput<'_>) -> usize {
    input.plan.calendar.eoq_window_business_days as usize
}

/// Mean of all quarters per business day, the last one first.
fn means(quarters: &[Quarter]) -> Vec<f64> {
    let most = quarters.iter().map(|quarter| quarter.means.len()).max().unwrap_or(0);
    let mean = |day: usize| {
        let mut mean = WeightedMean::default();
        quarters.iter().filter_map(|quarter| quarter.means.get(day)).for_each(|value| mean.add(*value, 1.0));
        mean.get()
    };
    (0..most).map(mean).collect()
}

/// The means inside and before the window of these days, the last one first.
fn sides(means: &[f64], window: usize) -> (f64, f64) {
    let mean = |means: &[f64]| {
        let mut mean = WeightedMean::default();
        means.iter().for_each(|value| mean.add(*value, 1.0));
        mean.get()
    };
    let (inside, before) = means.split_at(window.min(means.len()));
    (mean(inside), mean(before))
}

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    keys: Vec<Key>,
    means: Vec<f64>,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let quarters = &input.metric_profile().quarters;
        let means = means(quarters);
        let mut keys = Vec::new();
        if let Some(latest) = quarters.last() {
            let key =
                |swatch, color, text: String, series| Key::new(swatch, color, text).of(input.view, series);
            let count = label::plural(quarters.len() as u64, "quarter");
            keys.push(key(Swatch::Line, pen.palette.accent, format!("Mean of {count}"), MEAN));
            keys.push(key(Swatch::Line, pen.palette.event, name(latest), LATEST));
            keys.push(key(Swatch::Faint, pen.palette.accent, "Each quarter".to_owned(), EACH));
            let text = format!("Last {}", label::plural(window(input) as u64, "business day"));
            keys.push(key(Swatch::Area, pen.palette.window, text, WINDOW));
        }
        let is_shown = |series| legend::shown(&keys, series).is_some();
        let each = quarters.iter().filter(|_| is_shown(EACH)).flat_map(|quarter| &quarter.means);
        let latest =
            quarters.last().filter(|_| is_shown(LATEST)).into_iter().flat_map(|quarter| &quarter.means);
        let mean = means.iter().filter(|_| is_shown(MEAN));
        let around = Surroundings {
            y_label: &input.axis_label(),
            domain: Domain::around(each.chain(latest).chain(mean).copied(), input.clips()),
            keys: keys.clone(),
            axis_rows: 2,
            columns: Columns::Equal(means.len()),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, means })
    }

    fn shown(&self, series: &str) -> Option<&Key> {
        legend::shown(&self.keys, series)
    }

    /// A curve of means, the last one at the right end.
    fn points(&self, means: &[f64]) -> Vec<Vec<Point>> {
        let count = self.means.len();
        let point = |(day, mean): (usize, &f64)| {
            let x = self.frame.column(count - 1 - day, count).0;
            mean.is_finite().then(|| (pixel(x), pixel(self.frame.y.at(*mean))))
        };
        curve::pieces(means.iter().enumerate().rev().map(point))
    }
}

impl Chart for Quarters {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let quarters = &input.metric_profile().quarters;
        let Some(layout) = Layout::new(pen, input) else { return };
        let (frame, count) = (&layout.frame, layout.means.len());
        if layout.shown(WINDOW).is_some() {
            let (x, width) = frame.column(count.saturating_sub(window(input)), count);
            pen.rect(
                (x - width / 2.0, frame.right),
                (frame.top, frame.bottom),
                tint(pen.palette.window, AREA),
            );
        }
        let draw = |means: &[f64], css: f64, color: plotters::style::RGBAColor| {
            layout.points(means).into_iter().for_each(|piece| pen.path(piece, css, color));
        };
        if layout.shown(EACH).is_some() {
            quarters.iter().for_each(|quarter| draw(&quarter.means, 1.0, tint(pen.palette.accent, 0.3)));
        }
        if let (Some(_), Some(latest)) = (layout.shown(LATEST), quarters.last()) {
            draw(&latest.means, 1.5, tint(pen.palette.event, 1.0));
        }
        if layout.shown(MEAN).is_some() {
            draw(&layout.means, 2.5, tint(pen.palette.accent, 1.0));
        }
        if quarters.is_empty() {
            frame.note("No quarter ends in the range");
        } else if layout.means.iter().all(|mean| mean.is_nan()) {
            frame.note("Every value is missing");
        }
        frame.base_line(frame.bottom);
        for day in (0..count).filter(|day| (day + 1).is_multiple_of(10) || *day == 0) {
            let x = frame.column(count - 1 - day, count).0;
            pen.vertical(x, (frame.bottom, frame.bottom + pen.px(4.0)), 1.0, pen.palette.muted);
            frame.below(&(day + 1).to_string(), x, 0, pen.palette.muted);
        }
        frame.below(
            "Business days to the end of the quarter",
            (frame.left + frame.right) / 2.0,
            1,
            pen.palette.ink,
        );
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let quarters = &input.metric_profile().quarters;
        let layout = Layout::new(pen, input)?;
        let (frame, spot) = (&layout.frame, layout.frame.nearest(spot));
        let day = layout.means.len().checked_sub(1 + spot.column)?;
        let title = match day {
            0 => "Last business day of the quarter".to_owned(),
            _ => format!("{} to the end of the quarter", label::plural(day as u64 + 1, "business day")),
        };
        let mut out = frame.read_out(spot, title);
        let mut row = |series, value: f64| {
            if let Some(key) = layout.shown(series) {
                out.rows.push(ReadOutRow::new(key, input.quantity(value), frame.y_of(value)));
            }
        };
        row(MEAN, layout.means[day]);
        if let Some(value) = quarters.last().and_then(|latest| latest.means.get(day)) {
            row(LATEST, *value);
        }
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let quarters = &input.metric_profile().quarters;
        let subject = format!(
            "{} on the business days of {}, laid over each other at their ends",
            input.label(),
            label::plural(quarters.len() as u64, "quarter")
        );
        if quarters.is_empty() {
            return format!("{}: no quarter ends in the range.", input.label());
        }
        let (inside, before) = sides(&means(quarters), window(input));
        if !inside.is_finite() {
            return format!("{subject}: every value is missing.");
        }
        let days = label::plural(window(input) as u64, "business day");
        let lift = match inside / before - 1.0 {
            lift if !lift.is_finite() => String::new(),
            lift if lift >= 0.0 => format!(", {} more than on the days before", label::percent(lift)),
            lift => format!(", {} less than on the days before", label::percent(-lift)),
        };
        format!("{subject}: on the last {days} the mean is {}{lift}.", input.quantity(inside))
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let row = |quarter: &Quarter| {
            let (inside, before) = sides(&quarter.means, window(input));
            let lift = label::figure((inside / before - 1.0) * 100.0);
            vec![name(quarter), label::figure(before), label::figure(inside), lift]
        };
        let heading = |name: &str| label::with_unit(name, input.unit());
        let inside = format!("Last {}", label::plural(window(input) as u64, "business day"));
        Table {
            headers: vec!["Quarter".into(), heading("Days before"), heading(&inside), "Lift, %".into()],
            rows: input.metric_profile().quarters.iter().map(row).collect(),
        }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let rows = input.metric_profile().quarters.iter().flat_map(|quarter| {
            let days = quarter.means.iter().enumerate().rev();
            days.map(|(day, mean)| {
                let cells = [quarter.year.to_string(), quarter.quarter.to_string(), (day + 1).to_string()];
                cells.into_iter().chain([label::plain(*mean)]).collect()
            })
        });
        let headers = ["year", "quarter", "business_day_from_end"].map(str::to_owned);
        Table { headers: headers.into_iter().chain([input.column("mean")]).collect(), rows: rows.collect() }
    }
}
