//! The fleet over time: its mean, the band of most servers, and the days that the calendar makes special.

use std::ops::Range;

use plotters::prelude::DrawingBackend;

use super::curve::{self, Span};
use super::frame::{Frame, Surroundings};
use super::legend::{AREA, FAINT, Key, Swatch};
use super::pen::{Pen, Point, pixel, tint};
use super::period::WeightedMean;
use super::scale::{Domain, extent};
use super::{ChartInput, MAX_TABLE_ROWS, Table, label, period};
use crate::error::Result;

/// Marks that lie closer than so many CSS pixels show nothing, and lines that do run together.
const CLOSEST_HOLIDAYS: f64 = 4.0;
const NARROWEST_WINDOW: f64 = 1.5;
const NARROWEST_WEEK: f64 = 12.0;
const CLOSEST_BOLD: f64 = 1.5;
/// Days of a week.
const WEEK: usize = 7;

pub(super) fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, input: &ChartInput<'_>) -> Result<()> {
    let profile = input.metric_profile();
    let windows = windows(input);
    let holidays = holidays(input);
    let days_per_pixel = input.days.len() as f64 / pen.css(pen.width);
    let show_windows = windows.iter().any(|window| window.len() as f64 >= NARROWEST_WINDOW * days_per_pixel);
    let most_holidays = pen.css(pen.width) / CLOSEST_HOLIDAYS;
    let show_holidays = !holidays.is_empty() && (holidays.len() as f64) < most_holidays;

    let band_text = if pen.css(pen.width) < 640.0 { "P5\u{2013}P95" } else { "P5\u{2013}P95 of servers" };
    let mut keys = vec![
        Key::new(Swatch::Line, pen.palette.accent, "Fleet mean"),
        Key::new(Swatch::Area, pen.palette.accent, band_text),
    ];
    let smooth = is_smoothed(pen, input);
    if smooth {
        let bin = input.profile.days_per_bin as u64;
        keys[0].text = format!("Mean, {} days", bin * WEEK as u64);
        keys.insert(1, Key::new(Swatch::Faint, pen.palette.accent, label::plural(bin, "day")));
    }
    if show_windows {
        keys.push(Key::new(Swatch::Area, pen.palette.window, "Quarter end"));
    }
    if show_holidays {
        keys.push(Key::new(Swatch::Tick, pen.palette.event, "Holiday"));
    }
    let values = [&profile.mean, &profile.p05, &profile.p95].into_iter().flatten().copied();
    let around = Surroundings {
        y_label: &input.axis_label(),
        keys,
        domain: Domain::around(values, input.clips()),
        axis_rows: 2,
    };
    let Some(frame) = Frame::new(pen, around)? else { return Ok(()) };
    if show_windows {
        for window in &windows {
            let x = (frame.day(input.days, window.start as f64), frame.day(input.days, window.end as f64));
            pen.rect(x, (frame.top, frame.bottom), tint(pen.palette.window, AREA))?;
        }
    }
    band(&frame, input)?;
    if smooth {
        curve(&frame, input, &profile.mean, Pencil::Faint)?;
        curve(&frame, input, &smoothed(&profile.mean), Pencil::Bold)?;
    } else {
        let bin = frame.day_width(input.days) * input.profile.days_per_bin as f64;
        let pencil = if bin < CLOSEST_BOLD { Pencil::Fine } else { Pencil::Bold };
        curve(&frame, input, &profile.mean, pencil)?;
    }
    if profile.mean.iter().all(|mean| mean.is_nan()) {
        frame.note("Every value is missing")?;
    }
    frame.base_line(frame.bottom)?;
    if show_holidays {
        for day in &holidays {
            let x = frame.day(input.days, *day as f64 + 0.5);
            pen.vertical(x, (frame.bottom - pen.px(7.0), frame.bottom), 1.0, pen.palette.event)?;
        }
    }
    frame.dates(input.days)
}

fn band<DB: DrawingBackend>(frame: &Frame<'_, '_, DB>, input: &ChartInput<'_>) -> Result<()> {
    let (pen, profile) = (frame.pen, input.metric_profile());
    let spans = input.bins().map(|(bin, days)| {
        let (low, high) = (profile.p05[bin], profile.p95[bin]);
        (low.is_finite() && high.is_finite()).then(|| Span {
            x: middle(frame, input, &days),
            lower: pixel(frame.y.at(low)),
            upper: pixel(frame.y.at(high)),
        })
    });
    for piece in curve::pieces(spans) {
        match piece[..] {
            [span] => {
                let (x, half) = (f64::from(span.x), single_width(frame, input) / 2.0);
                let y = (f64::from(span.upper), f64::from(span.lower));
                pen.rect((x - half, x + half), y, tint(pen.palette.accent, AREA))?;
            }
            _ => pen.polygon(curve::outline(&piece), tint(pen.palette.accent, AREA))?,
        }
    }
    Ok(())
}

/// How a curve is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Pencil {
    Bold,
    /// For what lies close.
    Fine,
    /// For what lies behind another one.
    Faint,
}

fn curve<DB: DrawingBackend>(
    frame: &Frame<'_, '_, DB>,
    input: &ChartInput<'_>,
    values: &[f64],
    pencil: Pencil,
) -> Result<()> {
    let pen = frame.pen;
    let points = input.bins().map(|(bin, days)| {
        values[bin].is_finite().then(|| (middle(frame, input, &days), pixel(frame.y.at(values[bin]))))
    });
    for piece in curve::pieces::<Point>(points) {
        match (&piece[..], pencil) {
            ([point], _) => {
                let (x, half) = (f64::from(point.0), single_width(frame, input) / 2.0);
                pen.horizontal((x - half, x + half), f64::from(point.1), 2.0, pen.palette.accent)?;
            }
            (_, Pencil::Faint) => pen.path(curve::thin(&piece), 1.0, tint(pen.palette.accent, FAINT))?,
            (_, Pencil::Bold) => pen.path(curve::thin(&piece), 2.0, pen.palette.accent)?,
            (_, Pencil::Fine) => pen.path(curve::thin(&piece), 1.0, pen.palette.accent)?,
        }
    }
    Ok(())
}

/// Whether weeks are so narrow that their rhythm would hide the course of the mean: then a mean over
/// whole weeks is drawn in front.
fn is_smoothed<DB: DrawingBackend>(pen: &Pen<'_, DB>, input: &ChartInput<'_>) -> bool {
    let bin = pen.css(pen.width) * input.profile.days_per_bin as f64 / input.days.len() as f64;
    input.profile.days_per_bin < WEEK && bin * (WEEK as f64) < NARROWEST_WEEK
}

/// The mean of the [`WEEK`] bins around each bin: these are whole weeks, whatever a bin's length. Bins
/// near an end have those of the nearest bin that has all.
fn smoothed(values: &[f64]) -> Vec<f64> {
    let around = |bin: usize| {
        let start = bin.saturating_sub(WEEK / 2).min(values.len().saturating_sub(WEEK));
        let mut mean = WeightedMean::default();
        values[start..].iter().take(WEEK).for_each(|value| mean.add(*value, 1.0));
        if values[bin].is_finite() { mean.get() } else { f64::NAN }
    };
    (0..values.len()).map(around).collect()
}

fn middle<DB: DrawingBackend>(frame: &Frame<'_, '_, DB>, input: &ChartInput<'_>, days: &Range<usize>) -> i32 {
    pixel(frame.day(input.days, (days.start + days.end) as f64 / 2.0))
}

/// Width of a time bin between missing ones.
fn single_width<DB: DrawingBackend>(frame: &Frame<'_, '_, DB>, input: &ChartInput<'_>) -> f64 {
    let bin = frame.day_width(input.days) * input.profile.days_per_bin as f64;
    frame.pen.px(bin.clamp(2.0, 24.0))
}

/// The end-of-quarter windows, each from its first to its last day.
fn windows(input: &ChartInput<'_>) -> Vec<Range<usize>> {
    let inside: Vec<usize> = (0..input.days.len()).filter(|&day| input.in_window(day)).collect();
    let same_window = |a: &usize, b: &usize| input.days.month[*a] == input.days.month[*b] && b - a < 31;
    inside.chunk_by(same_window).map(|window| window[0]..window[window.len() - 1] + 1).collect()
}

/// The holidays that have an effect.
fn holidays(input: &ChartInput<'_>) -> Vec<usize> {
    let has_effect = input.plan.calendar.use_holidays;
    (0..input.days.len()).filter(|&day| has_effect && input.days.holiday[day]).collect()
}

pub(super) fn describe(input: &ChartInput<'_>) -> String {
    let profile = input.metric_profile();
    let servers = label::plural(u64::from(input.plan.fleet.num_servers), "server");
    let at_a_time = match extent(input.profile.servers.iter().copied()) {
        Some((fewest, most)) if fewest < most => format!(" ({fewest:.0} to {most:.0} at a time)"),
        _ => String::new(),
    };
    let subject = format!("{} of {servers}{at_a_time}, {}", input.label(), input.range());
    let (Some((low, high)), Some((band_low, _)), Some((_, band_high))) = (
        extent(profile.mean.iter().copied()),
        extent(profile.p05.iter().copied()),
        extent(profile.p95.iter().copied()),
    ) else {
        return format!("{subject}: every value is missing.");
    };
    let windows = windows(input).len() as u64;
    let holidays = holidays(input).len() as u64;
    format!(
        "{subject}: mean {}, fleet mean {}, P5 to P95 of servers {}. The range has {} and {}.",
        input.quantity(input.overall_mean()),
        input.between(low, high),
        input.between(band_low, band_high),
        label::plural(windows, "quarter-end window"),
        label::plural(holidays, "holiday"),
    )
}

pub(super) fn table(input: &ChartInput<'_>) -> Table {
    let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
    let heading = |name| label::with_unit(name, input.unit());
    let figures = period::figures(input, &periods);
    Table {
        headers: vec![unit.heading(), heading("Mean"), heading("P5"), heading("P95")],
        rows: periods
            .into_iter()
            .zip(figures)
            .map(|(period, figures)| {
                let [mean, p05, p95] = [figures.mean, figures.p05, figures.p95].map(label::figure);
                vec![period.label, mean, p05, p95]
            })
            .collect(),
    }
}
