//! The weekly profile: a bar per weekday; those of the weekend are hollow.

use plotters::style::text_anchor::HPos;

use super::frame::{Columns, Frame, Surroundings};
use super::label::{self, WEEKDAYS};
use super::legend::{self, BAR, Key, Swatch};
use super::pen::{Pen, pixel, tint};
use super::pinned::{Beside, Overlay};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, Table};

/// Mean of each weekday.
pub(super) struct Weekly;

/// Saturday and Sunday.
const WEEKEND: std::ops::Range<usize> = 5..7;
/// So much longer than a bar is wide is the pinned run's mark, at both ends, in CSS pixels.
const OVERHANG: f64 = 4.0;

impl Chart for Weekly {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let means = input.metric_profile().weekday_mean;
        let beside = beside(pen, input);
        let Some(frame) = self.frame(pen, input) else { return };
        let base = frame.y.at(0.0);
        if means.iter().all(|mean| mean.is_nan()) {
            frame.note("Every value is missing");
        }
        for (weekday, mean) in means.into_iter().enumerate() {
            let (x, width) = frame.column(weekday, means.len());
            frame.below(&WEEKDAYS[weekday][..3], x, 0, pen.palette.muted);
            let half = (width * 0.36).min(pen.px(32.0));
            let pinned = frame.y_of(beside.at(weekday));
            match mean.is_finite() {
                true => bar(&frame, weekday, mean, (x - half, x + half), pinned),
                false => pen.text("\u{2013}", HPos::Center, x, base - pen.px(10.0), pen.palette.muted),
            }
            if let Some(y) = pinned {
                let reach = half + pen.px(OVERHANG);
                pen.dash_dots(
                    &[(pixel(x - reach), pixel(y)), (pixel(x + reach), pixel(y))],
                    pen.palette.pinned,
                );
            }
        }
        frame.base_line(base)
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        let means = input.metric_profile().weekday_mean;
        let beside = beside(pen, input);
        // The tallest bar has its figure above it.
        let values = means.iter().chain(beside.drawn().into_iter().flatten()).map(|mean| mean * 1.05);
        let domain = Domain::from_zero(values, 1.0);
        let key = |swatch, name| Key::new(swatch, pen.palette.accent, input.of_shown(name));
        let keys = [key(Swatch::Bar, "Weekday"), key(Swatch::Hollow, "Weekend")];
        let around = Surroundings {
            y_label: &input.axis_label(),
            keys: keys.into_iter().chain(beside.key()).collect(),
            domain,
            axis_rows: 1,
            columns: Columns::Equal(means.len()),
        };
        Frame::new(pen, around)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let frame = self.frame(pen, input)?;
        let spot = frame.nearest(spot);
        let value = input.metric_profile().weekday_mean[spot.column];
        let mut out = frame.read_out(spot, WEEKDAYS[spot.column].to_owned());
        let swatch = if WEEKEND.contains(&spot.column) { Swatch::Hollow } else { Swatch::Bar };
        let key = Key::new(swatch, pen.palette.accent, input.of_shown("Mean"));
        out.rows.push(ReadOutRow::new(&key, input.quantity(value), frame.y_of(value)));
        beside(pen, input).read(&mut out, &frame, spot.column, Some(value), input.unit());
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let means = input.metric_profile().weekday_mean;
        let subject = format!("Mean {} by weekday", input.label());
        let Some(extremes) = extremes(input, &means, &WEEKDAYS) else {
            return format!("{subject}: every value is missing.");
        };
        let average = |days: &[f64]| {
            let known = days.iter().filter(|mean| mean.is_finite());
            known.clone().sum::<f64>() / known.count() as f64
        };
        let beside = input.mean_told_beside();
        let (workdays, weekend) = (average(&means[..WEEKEND.start]), average(&means[WEEKEND]));
        let share = weekend / workdays;
        if !share.is_finite() {
            return format!("{subject}: {extremes}.{beside}");
        }
        format!(
            "{subject}: {extremes}. The weekend has {} of the level of the other days.{beside}",
            label::percent(share)
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let means = input.metric_profile().weekday_mean;
        let row = |(weekday, name): (usize, &str)| {
            let weekend = if WEEKEND.contains(&weekday) { "yes" } else { "no" };
            vec![name.to_owned(), label::figure(means[weekday]), weekend.to_owned()]
        };
        let table = Table {
            headers: vec!["Weekday".into(), label::with_unit("Mean", input.unit()), "Weekend".into()],
            rows: WEEKDAYS.into_iter().enumerate().map(row).collect(),
        };
        input.table_beside(table, ("Mean", input.unit()), &means, self::means)
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let means = input.metric_profile().weekday_mean;
        let row = |(mean, name): (&f64, &str)| vec![name.to_owned(), label::plain(*mean)];
        let table = Table {
            headers: vec!["weekday".into(), input.column("mean")],
            rows: means.iter().zip(WEEKDAYS).map(row).collect(),
        };
        input.data_beside(table, "mean", &means, self::means)
    }
}

/// A weekday's bar, with its figure at the end: beyond the pinned run's mark, where that would cross it.
fn bar(frame: &Frame<'_>, weekday: usize, mean: f64, across: (f64, f64), pinned: Option<f64>) {
    let (pen, base, end) = (frame.pen, frame.y.at(0.0), frame.y.at(mean));
    match WEEKEND.contains(&weekday) {
        true => legend::hollow(pen, across, (end.min(base), end.max(base)), pen.palette.accent),
        false => pen.rect(across, (end, base), tint(pen.palette.accent, BAR)),
    }
    let outward = if mean < 0.0 { 1.0 } else { -1.0 };
    let is_crossed = |y: &f64| (0.0..pen.px(18.0)).contains(&((y - end) * outward));
    let figure = pinned.filter(is_crossed).unwrap_or(end) + outward * pen.px(9.0);
    pen.text(&label::figure(mean), HPos::Center, (across.0 + across.1) / 2.0, figure, pen.palette.ink);
}

fn beside(pen: &Pen, input: &ChartInput<'_>) -> Beside {
    Beside::new(pen, input, "weekly-pinned", means)
}

/// The pinned run's mean per weekday.
fn means(overlay: &Overlay<'_>) -> Vec<f64> {
    overlay.input.metric_profile().weekday_mean.into()
}

/// "highest on Tuesday (55.1%), lowest on Sunday (43.9%)".
pub(super) fn extremes(input: &ChartInput<'_>, means: &[f64], names: &[&str]) -> Option<String> {
    let known = || means.iter().zip(names).filter(|(mean, _)| mean.is_finite());
    let (high, highest) = known().rev().max_by(|a, b| a.0.total_cmp(b.0))?;
    let (low, lowest) = known().min_by(|a, b| a.0.total_cmp(b.0))?;
    let on = if names.len() == 7 { "on" } else { "in" };
    Some(match known().count() {
        1 => format!("{} {on} {highest}, the only one with values", input.quantity(*high)),
        _ if high == low => format!("{} throughout", input.quantity(*high)),
        _ => format!(
            "highest {on} {highest} ({}), lowest {on} {lowest} ({})",
            input.quantity(*high),
            input.quantity(*low)
        ),
    })
}
