//! One server's series: a line that breaks at gaps, and its outliers.

use std::collections::HashSet;
use std::ops::Range;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{self, BAR, Key, Swatch};
use super::pen::{Pen, pixel, tint};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, extent};
use super::{Chart, ChartInput, MAX_TABLE_ROWS, ServerSeries, Table, curve, label, period};
use crate::plan::Granularity;

/// One server's series.
pub(super) struct Server;

/// Radius of an outlier's mark, in CSS pixels.
const OUTLIER: f64 = 3.5;
/// Height of a gap's mark on the base line, in CSS pixels.
const GAP: f64 = 6.0;

/// The series that can be hidden.
const LINE: &str = "server-line";
const OUTLIERS: &str = "server-outliers";
const GAPS: &str = "server-gaps";

/// What is drawn, and where. Days are those of the whole range.
struct Layout<'p> {
    frame: Frame<'p>,
    keys: Vec<Key>,
    gaps: Vec<Range<usize>>,
    outliers: Vec<(usize, f64)>,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let series = in_view(input);
        let gaps = gaps(&series);
        let outliers = visible_outliers(&series);
        let mut keys = Vec::new();
        let key = |swatch, color, text: String, series| Key::new(swatch, color, text).of(input.view, series);
        if input.series.is_some() {
            keys.push(key(Swatch::Line, pen.palette.accent, series.server_id.to_owned(), LINE));
        }
        if !outliers.is_empty() {
            let text = label::plural(outliers.len() as u64, "outlier");
            keys.push(key(Swatch::Ring, pen.palette.outlier, text, OUTLIERS));
        }
        if !gaps.is_empty() {
            keys.push(key(Swatch::Bar, pen.palette.event, label::plural(gaps.len() as u64, "gap"), GAPS));
        }
        let around = Surroundings {
            y_label: &input.axis_label(),
            keys: keys.clone(),
            domain: Domain::around(series.values.iter().copied().flatten(), input.clips()),
            axis_rows: 2,
            columns: Columns::Days(input.window()),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, gaps, outliers })
    }

    fn shown(&self, series: &str) -> Option<&Key> {
        legend::shown(&self.keys, series)
    }
}

/// The part of a series that is in view.
struct InView<'a> {
    server_id: &'a str,
    /// The day of the first value.
    first: usize,
    values: &'a [Option<f64>],
    /// Those on which the server is there, of the whole range.
    there: Range<usize>,
    /// Days of the whole range.
    outliers: &'a [usize],
}

fn in_view<'a>(input: &ChartInput<'a>) -> InView<'a> {
    let series =
        input.series.unwrap_or(ServerSeries { server_id: "", values: &[], there: &(0..0), outliers: &[] });
    let window = input.window();
    let days = window.start.min(series.values.len())..window.end.min(series.values.len());
    let place = |day| series.outliers.partition_point(|&outlier| outlier < day);
    InView {
        server_id: series.server_id,
        first: days.start,
        values: &series.values[days.clone()],
        there: series.there.start.clamp(days.start, days.end)..series.there.end.clamp(days.start, days.end),
        outliers: &series.outliers[place(days.start)..place(days.end)],
    }
}

impl Chart for Server {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(layout) = Layout::new(pen, input) else { return };
        let (frame, series) = (&layout.frame, in_view(input));
        if layout.shown(GAPS).is_some() {
            mark_gaps(frame, &layout.gaps);
        }
        if layout.shown(LINE).is_some() {
            line(frame, &series);
        }
        frame.base_line(frame.bottom);
        if layout.shown(OUTLIERS).is_some() {
            mark_outliers(frame, &layout.outliers);
        }
        if input.series.is_none() {
            frame.note("No server is selected");
        } else if series.there.is_empty() {
            frame.note("The server is not there on these days");
        } else if series.values.iter().all(Option::is_none) {
            frame.note("Every value is missing");
        }
        frame.dates(input.days);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let layout = Layout::new(pen, input)?;
        let (frame, series) = (&layout.frame, in_view(input));
        let spot = frame.nearest(spot);
        let day = spot.column;
        let mut out = frame.read_out(spot, label::day(input.days.dates[day]));
        let value = series.values.get(day - series.first).copied().flatten();
        let key = layout.keys.first().filter(|_| input.series.is_some())?;
        let without = if series.there.contains(&day) { "missing" } else { "not there" };
        let text = value.map_or_else(|| without.to_owned(), |value| input.quantity(value));
        out.rows.push(ReadOutRow::new(key, text, value.and_then(|value| frame.y_of(value))));
        if series.outliers.binary_search(&day).is_ok() && value.is_some() {
            out.notes.push("Outlier".to_owned());
        }
        if let Some(gap) = layout.gaps.iter().find(|gap| gap.contains(&day)) {
            out.notes.push(format!("Gap of {}", label::plural(gap.len() as u64, "day")));
        }
        out.notes.extend(input.day_notes(day));
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        if input.series.is_none() {
            return "No server is selected.".to_owned();
        }
        let series = in_view(input);
        if series.there.is_empty() {
            let (label, id) = (input.label(), series.server_id);
            return format!("{label} of {id}, {}: the server is not there.", input.range());
        }
        let subject = format!("{} of {}, {}", input.label(), series.server_id, there(input, &series));
        let Some((low, high)) = extent(series.values.iter().copied().flatten()) else {
            return format!("{subject}: every value is missing.");
        };
        let (missing, days) = (missing(&series).count(), series.there.len());
        let gaps = match gaps(&series).len() as u64 {
            0 => "No value is missing".to_owned(),
            gaps => format!(
                "{} of {} values are missing ({}), in {}",
                label::count(missing as u64),
                label::count(days as u64),
                label::percent(missing as f64 / days as f64),
                label::plural(gaps, "gap"),
            ),
        };
        // Which values of a file are outliers, nobody has said.
        let outliers = match input.plan.is_of_file() {
            true => String::new(),
            false => format!("; {}", label::plural(visible_outliers(&series).len() as u64, "outlier")),
        };
        format!(
            "{subject}: {}mean {}, values {}. {gaps}{outliers}.",
            match input.plan.granularity {
                Granularity::Daily => "",
                Granularity::Hourly => "P95 of each day's hours, ",
            },
            input.quantity(mean(series.values)),
            input.between(low, high),
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let heading = |name| label::with_unit(name, input.unit());
        if input.series.is_none() {
            return Table { headers: Vec::new(), rows: Vec::new() };
        }
        let series = in_view(input);
        let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
        let outliers = visible_outliers(&series);
        let row = |period: period::Period| {
            let place = |day: usize| (day - series.first).min(series.values.len());
            let values = &series.values[place(period.days.start)..place(period.days.end)];
            let (low, high) = extent(values.iter().copied().flatten()).unwrap_or((f64::NAN, f64::NAN));
            let missing = missing(&series).filter(|day| period.days.contains(day)).count() as u64;
            let outliers = outliers.iter().filter(|(day, _)| period.days.contains(day)).count() as u64;
            let [mean, low, high] = [mean(values), low, high].map(label::figure);
            vec![period.label, mean, low, high, label::count(missing), label::count(outliers)]
        };
        let headers = vec![
            unit.heading(),
            heading("Mean"),
            heading("Lowest"),
            heading("Highest"),
            "Missing".into(),
            "Outliers".into(),
        ];
        known(input, Table { headers, rows: periods.into_iter().map(row).collect() })
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let series = in_view(input);
        let row = |(day, value): (usize, &Option<f64>)| {
            let outlier = series.outliers.binary_search(&day).is_ok();
            let value = label::plain(value.unwrap_or(f64::NAN));
            vec![input.days.dates[day].to_string(), series.server_id.to_owned(), value, outlier.to_string()]
        };
        let headers = ["date", "server_id", &input.metric_plan().name, "is_outlier"];
        // As in the dataset, there are no rows of days on which the server is not there.
        let there = (series.first..).zip(series.values).filter(|(day, _)| series.there.contains(day));
        known(input, Table { headers: headers.map(str::to_owned).into(), rows: there.map(row).collect() })
    }
}

/// The table without its last column, the outliers, where the rows are those of a file: nobody has said which are.
fn known(input: &ChartInput<'_>, Table { mut headers, mut rows }: Table) -> Table {
    if input.plan.is_of_file() {
        headers.pop();
        rows.iter_mut().for_each(|row| drop(row.pop()));
    }
    Table { headers, rows }
}

fn line(frame: &Frame<'_>, series: &InView<'_>) {
    let pen = frame.pen;
    // Lines closer than that would run together.
    let width = if frame.day_width() < 3.0 { 1.0 } else { 1.5 };
    let points = (series.first..).zip(series.values).map(|(day, value)| {
        value.map(|value| (pixel(frame.day(day as f64 + 0.5)), pixel(frame.y.at(value))))
    });
    for piece in curve::pieces(points) {
        match piece[..] {
            [point] => pen.dot(point, (frame.day_width() / 4.0).clamp(1.5, 4.0), pen.palette.accent),
            _ => pen.path(curve::thin(&piece), width, pen.palette.accent),
        }
    }
}

/// Marks on the base line, and a shade above those that are wide enough to see it.
fn mark_gaps(frame: &Frame<'_>, gaps: &[Range<usize>]) {
    let pen = frame.pen;
    let mut drawn_to = f64::NEG_INFINITY;
    for gap in gaps {
        let x = (frame.day(gap.start as f64), frame.day(gap.end as f64));
        let x = (x.0.max(drawn_to), x.1.max(x.0 + pen.px(1.0)));
        if x.1 - x.0 < 1.0 {
            continue;
        }
        drawn_to = x.1;
        if pen.css(x.1 - x.0) >= 2.0 {
            pen.rect(x, (frame.top, frame.bottom), tint(pen.palette.event, 0.12));
        }
        pen.rect(x, (frame.bottom - pen.px(GAP), frame.bottom), tint(pen.palette.event, BAR));
    }
}

/// Rings around the outliers; of those that cover each other, one.
fn mark_outliers(frame: &Frame<'_>, outliers: &[(usize, f64)]) {
    let cell = frame.pen.px(2.0).max(1.0) as i32;
    let mut taken = HashSet::new();
    for (day, value) in outliers {
        let point = (pixel(frame.day(*day as f64 + 0.5)), pixel(frame.y.at(*value)));
        if taken.insert((point.0 / cell, point.1 / cell)) {
            frame.pen.ring(point, OUTLIER, frame.pen.palette.outlier);
        }
    }
}

/// The days whose value is missing.
fn missing<'s>(series: &InView<'s>) -> impl Iterator<Item = usize> + use<'s> {
    let (first, values) = (series.first, series.values);
    series.there.clone().filter(move |&day| values[day - first].is_none())
}

/// The stretches of missing values.
fn gaps(series: &InView<'_>) -> Vec<Range<usize>> {
    let mut gaps: Vec<Range<usize>> = Vec::new();
    for day in missing(series) {
        match gaps.last_mut() {
            Some(gap) if gap.end == day => gap.end += 1,
            _ => gaps.push(day..day + 1),
        }
    }
    gaps
}

/// The outliers that are not missing.
fn visible_outliers(series: &InView<'_>) -> Vec<(usize, f64)> {
    let value = |day: usize| series.values.get(day - series.first).copied().flatten();
    series.outliers.iter().filter_map(|&day| Some((day, value(day)?))).collect()
}

/// The days in view on which the server is there: at least one.
fn there(input: &ChartInput<'_>, series: &InView<'_>) -> String {
    let day = |day: usize| label::date(input.days.dates[day]);
    match series.there {
        Range { start, end } if end == start + 1 => day(start),
        Range { start, end } => format!("{} to {}", day(start), day(end - 1)),
    }
}

fn mean(values: &[Option<f64>]) -> f64 {
    let mut mean = period::WeightedMean::default();
    values.iter().copied().flatten().for_each(|value| mean.add(value, 1.0));
    mean.get()
}
