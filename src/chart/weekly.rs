//! The weekly profile: a bar per weekday; those of the weekend are hollow.

use plotters::style::text_anchor::HPos;

use super::frame::{Columns, Frame, Surroundings};
use super::label::{self, WEEKDAYS};
use super::legend::{self, BAR, Key, Swatch};
use super::pen::{Pen, tint};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, Table};

/// Mean of each weekday.
pub(super) struct Weekly;

/// Saturday and Sunday.
const WEEKEND: std::ops::Range<usize> = 5..7;

impl Chart for Weekly {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let means = input.metric_profile().weekday_mean;
        let Some(frame) = self.frame(pen, input) else { return };
        let base = frame.y.at(0.0);
        if means.iter().all(|mean| mean.is_nan()) {
            frame.note("Every value is missing");
        }
        for (weekday, mean) in means.into_iter().enumerate() {
            let (x, width) = frame.column(weekday, means.len());
            frame.below(&WEEKDAYS[weekday][..3], x, 0, pen.palette.muted);
            if !mean.is_finite() {
                pen.text("\u{2013}", HPos::Center, x, base - pen.px(10.0), pen.palette.muted);
                continue;
            }
            let half = (width * 0.36).min(pen.px(32.0));
            let (across, end) = ((x - half, x + half), frame.y.at(mean));
            match WEEKEND.contains(&weekday) {
                true => legend::hollow(pen, across, (end.min(base), end.max(base)), pen.palette.accent),
                false => pen.rect(across, (end, base), tint(pen.palette.accent, BAR)),
            }
            let above = if mean < 0.0 { end + pen.px(9.0) } else { end - pen.px(9.0) };
            pen.text(&label::figure(mean), HPos::Center, x, above, pen.palette.ink);
        }
        frame.base_line(base)
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        let means = input.metric_profile().weekday_mean;
        // The tallest bar has its figure above it.
        let domain = Domain::from_zero(means.into_iter().map(|mean| mean * 1.05), 1.0);
        let around = Surroundings {
            y_label: &input.axis_label(),
            keys: vec![
                Key::new(Swatch::Bar, pen.palette.accent, "Weekday"),
                Key::new(Swatch::Hollow, pen.palette.accent, "Weekend"),
            ],
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
        let key = Key::new(swatch, pen.palette.accent, "Mean");
        out.rows.push(ReadOutRow::new(&key, input.quantity(value), frame.y_of(value)));
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
        let (workdays, weekend) = (average(&means[..WEEKEND.start]), average(&means[WEEKEND]));
        let share = weekend / workdays;
        if !share.is_finite() {
            return format!("{subject}: {extremes}.");
        }
        format!(
            "{subject}: {extremes}. The weekend has {} of the level of the other days.",
            label::percent(share)
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let means = input.metric_profile().weekday_mean.into_iter().zip(WEEKDAYS).enumerate();
        Table {
            headers: vec!["Weekday".into(), label::with_unit("Mean", input.unit()), "Weekend".into()],
            rows: means
                .map(|(weekday, (mean, name))| {
                    let weekend = if WEEKEND.contains(&weekday) { "yes" } else { "no" };
                    vec![name.into(), label::figure(mean), weekend.into()]
                })
                .collect(),
        }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let means = input.metric_profile().weekday_mean.into_iter().zip(WEEKDAYS);
        Table {
            headers: vec!["weekday".into(), input.column("mean")],
            rows: means.map(|(mean, name)| vec![name.into(), label::plain(mean)]).collect(),
        }
    }
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
