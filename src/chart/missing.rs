//! The share of missing values over time, against the configured rate and the quality limit.

use plotters::prelude::DrawingBackend;

use super::frame::{Frame, Surroundings};
use super::legend::{BAR, Key, Swatch};
use super::pen::{Pen, tint};
use super::scale::Domain;
use super::{ChartInput, MAX_TABLE_ROWS, Table, label, period};
use crate::error::Result;

/// A bar takes at least so many CSS pixels.
const NARROWEST: f64 = 5.0;

pub(super) fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, input: &ChartInput<'_>) -> Result<()> {
    let most = (pen.css(pen.width) / NARROWEST).clamp(12.0, 160.0) as usize;
    let (unit, periods) = period::periods(input, most);
    let shares: Vec<f64> =
        period::figures(input, &periods).iter().map(|figures| figures.missing * 100.0).collect();
    let rate = input.plan.realism.missing_rate * 100.0;
    let limit = input.plan.quality.max_missing_pct;
    let domain = Domain::from_zero(shares.iter().copied().chain([rate]), 1.0);
    let domain = Domain { hi: domain.hi.min(104.0), ..domain };

    let mut keys = vec![
        Key::new(Swatch::Bar, pen.palette.accent, format!("Missing per {}", unit.name())),
        Key::new(Swatch::Dashes, pen.palette.ink, format!("Configured {}", label::configured_percent(rate))),
    ];
    if limit <= domain.hi {
        keys.push(Key::new(
            Swatch::Line,
            pen.palette.outlier,
            format!("Limit {}", label::configured_percent(limit)),
        ));
    }
    let around = Surroundings { y_label: "Missing values, %", keys, domain, axis_rows: 2 };
    let Some(frame) = Frame::new(pen, around)? else { return Ok(()) };
    for (period, share) in periods.iter().zip(&shares).filter(|(_, share)| **share > 0.0) {
        let left = frame.day(input.days, period.days.start as f64).round();
        let right = frame.day(input.days, period.days.end as f64).round();
        let air = ((right - left) * 0.15).min(pen.px(4.0)).max(1.0);
        pen.rect((left, right - air), (frame.y.at(*share), frame.bottom), tint(pen.palette.accent, BAR))?;
    }
    if limit <= domain.hi {
        pen.horizontal((frame.left, frame.right), frame.y.at(limit), 2.0, pen.palette.outlier)?;
    }
    pen.dashes((frame.left, frame.right), frame.y.at(rate), (6.0, 4.0), pen.palette.ink)?;
    frame.base_line(frame.bottom)?;
    frame.dates(input.days)
}

pub(super) fn describe(input: &ChartInput<'_>) -> String {
    let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
    let figures = period::figures(input, &periods);
    let known = periods.iter().zip(&figures).filter(|(_, figures)| figures.missing.is_finite());
    let highest = known.rev().max_by(|a, b| a.1.missing.total_cmp(&b.1.missing));
    let highest = match highest {
        Some((period, figures)) if figures.missing > 0.0 && periods.len() > 1 => {
            let share = label::percent(figures.missing);
            format!(" By {} it is highest {}, with {share}.", unit.name(), unit.phrase(period))
        }
        _ => String::new(),
    };
    let share = match overall(input) {
        missing if missing > 0.0 => {
            format!("{} of the {} values are", label::percent(missing), input.label())
        }
        _ => format!("No {} value is", input.label()),
    };
    format!(
        "{share} missing; the configuration asks for {}, and the limit is {}.{highest}",
        label::configured_percent(input.plan.realism.missing_rate * 100.0),
        label::configured_percent(input.plan.quality.max_missing_pct),
    )
}

/// Share of missing values.
fn overall(input: &ChartInput<'_>) -> f64 {
    let mut missing = period::WeightedMean::default();
    for (bin, days) in input.bins() {
        missing.add(input.metric_profile().missing[bin], input.rows(bin, &days));
    }
    missing.get()
}

pub(super) fn table(input: &ChartInput<'_>) -> Table {
    let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
    let figures = period::figures(input, &periods);
    let rows = periods.into_iter().zip(figures);
    Table {
        headers: vec![unit.heading(), "Missing, %".into()],
        rows: rows
            .map(|(period, figures)| vec![period.label, label::figure(figures.missing * 100.0)])
            .collect(),
    }
}
