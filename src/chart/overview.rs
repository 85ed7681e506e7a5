//! The whole range at a glance, from edge to edge: the fleet's mean over whole weeks, and the years.

use plotters::style::text_anchor::HPos;

use super::legend::AREA;
use super::over_time::smoothed;
use super::pen::{Pen, pixel, tint};
use super::scale::Domain;
use super::{ChartInput, curve, dates};

/// Height of the row with the dates, in CSS pixels.
const DATES: f64 = 16.0;

pub(super) fn draw(pen: &Pen, input: &ChartInput<'_>) {
    let means = match input.profile.days_per_bin {
        0 | 1 => smoothed(&input.metric_profile().mean),
        _ => input.metric_profile().mean.clone(),
    };
    let Domain { lo, hi } = Domain::around(means.iter().copied(), input.clips());
    let (top, bottom) = (pen.px(2.0), pen.height - pen.px(DATES));
    if bottom - top < 1.0 {
        return;
    }
    let per_day = pen.width / input.days.len() as f64;
    let points = input.bins().map(|(bin, days)| {
        let x = (days.start + days.end) as f64 / 2.0 * per_day;
        let share = (means[bin].clamp(lo, hi) - lo) / (hi - lo);
        means[bin].is_finite().then(|| (pixel(x), pixel(bottom - share * (bottom - top))))
    });
    for piece in curve::pieces(points) {
        let line = curve::thin(&piece);
        if let [(first, _), .., (last, _)] = line[..] {
            let base = [(last, pixel(bottom)), (first, pixel(bottom))];
            let area = line.iter().copied().chain(base).collect();
            pen.polygon(area, tint(pen.palette.accent, AREA));
            pen.path(line, 1.0, pen.palette.accent);
        }
    }
    // A month's name stands beside its year.
    for tick in dates::ticks(input.days, 0..input.days.len(), pen.css(per_day) / 2.0) {
        let x = tick.day as f64 * per_day;
        pen.vertical(x, (bottom, bottom + pen.px(4.0)), 1.0, pen.palette.muted);
        let text = match tick.below.is_empty() {
            true => tick.label,
            false => format!("{} {}", tick.label, tick.below),
        };
        // What would be cut off at the right end is left out.
        if x + pen.text_width(&text) < pen.width {
            pen.text(&text, HPos::Left, x + pen.px(4.0), pen.height - pen.px(DATES / 2.0), pen.palette.muted);
        }
    }
}
