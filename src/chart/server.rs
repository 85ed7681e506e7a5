//! One server's series: a line that breaks at gaps, and its outliers.

use std::collections::HashSet;
use std::ops::Range;

use plotters::prelude::DrawingBackend;

use super::frame::{Frame, Surroundings};
use super::legend::{BAR, Key, Swatch};
use super::pen::{Pen, pixel, tint};
use super::scale::{Domain, extent};
use super::{ChartInput, MAX_TABLE_ROWS, ServerSeries, Table, curve, label, period};
use crate::error::Result;
use crate::plan::Granularity;

/// Radius of an outlier's mark, in CSS pixels.
const OUTLIER: f64 = 3.5;
/// Height of a gap's mark on the base line, in CSS pixels.
const GAP: f64 = 6.0;

pub(super) fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, input: &ChartInput<'_>) -> Result<()> {
    let series =
        input.series.unwrap_or(ServerSeries { server_id: "", values: &[], there: &(0..0), outliers: &[] });
    let gaps = gaps(&series);
    let outliers = visible_outliers(&series);
    let mut keys = Vec::new();
    if input.series.is_some() {
        keys.push(Key::new(Swatch::Line, pen.palette.accent, series.server_id));
    }
    if !outliers.is_empty() {
        keys.push(Key::new(
            Swatch::Ring,
            pen.palette.outlier,
            label::plural(outliers.len() as u64, "outlier"),
        ));
    }
    if !gaps.is_empty() {
        keys.push(Key::new(Swatch::Bar, pen.palette.event, label::plural(gaps.len() as u64, "gap")));
    }
    let around = Surroundings {
        y_label: &input.axis_label(),
        keys,
        domain: Domain::around(series.values.iter().copied().flatten(), input.clips()),
        axis_rows: 2,
    };
    let Some(frame) = Frame::new(pen, around)? else { return Ok(()) };
    mark_gaps(&frame, input, &gaps)?;
    line(&frame, input, &series)?;
    frame.base_line(frame.bottom)?;
    mark_outliers(&frame, input, &outliers)?;
    if input.series.is_none() {
        frame.note("No server is selected")?;
    } else if series.values.iter().all(Option::is_none) {
        frame.note("Every value is missing")?;
    }
    frame.dates(input.days)
}

fn line<DB: DrawingBackend>(
    frame: &Frame<'_, '_, DB>,
    input: &ChartInput<'_>,
    series: &ServerSeries<'_>,
) -> Result<()> {
    let pen = frame.pen;
    // Lines closer than that would run together.
    let width = if frame.day_width(input.days) < 3.0 { 1.0 } else { 1.5 };
    let points = series.values.iter().take(input.days.len()).enumerate().map(|(day, value)| {
        value.map(|value| (pixel(frame.day(input.days, day as f64 + 0.5)), pixel(frame.y.at(value))))
    });
    for piece in curve::pieces(points) {
        match piece[..] {
            [point] => {
                pen.dot(point, (frame.day_width(input.days) / 4.0).clamp(1.5, 4.0), pen.palette.accent)?
            }
            _ => pen.path(curve::thin(&piece), width, pen.palette.accent)?,
        }
    }
    Ok(())
}

/// Marks on the base line, and a shade above those that are wide enough to see it.
fn mark_gaps<DB: DrawingBackend>(
    frame: &Frame<'_, '_, DB>,
    input: &ChartInput<'_>,
    gaps: &[Range<usize>],
) -> Result<()> {
    let pen = frame.pen;
    let mut drawn_to = f64::NEG_INFINITY;
    for gap in gaps {
        let x = (frame.day(input.days, gap.start as f64), frame.day(input.days, gap.end as f64));
        let x = (x.0.max(drawn_to), x.1.max(x.0 + pen.px(1.0)));
        if x.1 - x.0 < 1.0 {
            continue;
        }
        drawn_to = x.1;
        if pen.css(x.1 - x.0) >= 2.0 {
            pen.rect(x, (frame.top, frame.bottom), tint(pen.palette.event, 0.12))?;
        }
        pen.rect(x, (frame.bottom - pen.px(GAP), frame.bottom), tint(pen.palette.event, BAR))?;
    }
    Ok(())
}

/// Rings around the outliers; of those that cover each other, one.
fn mark_outliers<DB: DrawingBackend>(
    frame: &Frame<'_, '_, DB>,
    input: &ChartInput<'_>,
    outliers: &[(usize, f64)],
) -> Result<()> {
    let cell = frame.pen.px(2.0).max(1.0) as i32;
    let mut taken = HashSet::new();
    for (day, value) in outliers {
        let point = (pixel(frame.day(input.days, *day as f64 + 0.5)), pixel(frame.y.at(*value)));
        if taken.insert((point.0 / cell, point.1 / cell)) {
            frame.pen.ring(point, OUTLIER, frame.pen.palette.outlier)?;
        }
    }
    Ok(())
}

/// The days whose value is missing.
fn missing<'s>(series: &ServerSeries<'s>) -> impl Iterator<Item = usize> + use<'s> {
    let values = series.values;
    series.there.clone().filter(|&day| values.get(day).is_some_and(Option::is_none))
}

/// The stretches of missing values.
fn gaps(series: &ServerSeries<'_>) -> Vec<Range<usize>> {
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
fn visible_outliers(series: &ServerSeries<'_>) -> Vec<(usize, f64)> {
    series.outliers.iter().filter_map(|&day| Some((day, (*series.values.get(day)?)?))).collect()
}

pub(super) fn describe(input: &ChartInput<'_>) -> String {
    let Some(series) = input.series else { return "No server is selected.".to_owned() };
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
    format!(
        "{subject}: {}mean {}, values {}. {gaps}; {}.",
        match input.plan.granularity {
            Granularity::Daily => "",
            Granularity::Hourly => "P95 of each day's hours, ",
        },
        input.quantity(mean(series.values)),
        input.between(low, high),
        label::plural(visible_outliers(&series).len() as u64, "outlier"),
    )
}

/// The days on which the server is there.
fn there(input: &ChartInput<'_>, series: &ServerSeries<'_>) -> String {
    let day = |day: usize| label::date(input.days.dates[day]);
    match series.there {
        Range { start, end } if *end == start + 1 => day(*start),
        Range { start, end } => format!("{} to {}", day(*start), day(end - 1)),
    }
}

fn mean(values: &[Option<f64>]) -> f64 {
    let mut mean = period::WeightedMean::default();
    values.iter().copied().flatten().for_each(|value| mean.add(value, 1.0));
    mean.get()
}

pub(super) fn table(input: &ChartInput<'_>) -> Table {
    let heading = |name| label::with_unit(name, input.unit());
    let Some(series) = input.series else { return Table { headers: Vec::new(), rows: Vec::new() } };
    let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
    let outliers = visible_outliers(&series);
    let row = |period: period::Period| {
        let days = period.days.start.min(series.values.len())..period.days.end.min(series.values.len());
        let values = &series.values[days];
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
    Table { headers, rows: periods.into_iter().map(row).collect() }
}
