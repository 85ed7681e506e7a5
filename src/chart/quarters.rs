//! The quarters laid over each other at their ends, by business days: what is special about these ends.

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{self, AREA, Key, Swatch};
use super::pen::{Pen, Point, pixel, tint};
use super::period::WeightedMean;
use super::pinned::{Beside, Both, Overlay};
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

/// The same of the pinned run; nothing where no quarter is shown that it could be laid over.
fn pinned(overlay: &Overlay<'_>, shown: &[Quarter]) -> Vec<f64> {
    if shown.is_empty() { vec![] } else { means(&overlay.input.metric_profile().quarters) }
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
    beside: Beside,
    /// Business days along the plot.
    count: usize,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let quarters = &input.metric_profile().quarters;
        let means = means(quarters);
        let beside = Beside::new(pen, input, "quarters-pinned", |overlay| pinned(overlay, quarters));
        let mut keys = Vec::new();
        if let Some(latest) = quarters.last() {
            let key =
                |swatch, color, text: String, series| Key::new(swatch, color, text).of(input.view, series);
            let count = label::plural(quarters.len() as u64, "quarter");
            let mean = input.of_shown(&format!("Mean of {count}"));
            keys.push(key(Swatch::Line, pen.palette.accent, mean, MEAN));
            keys.extend(beside.key());
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
        let all = each.chain(latest).chain(mean).chain(beside.drawn().into_iter().flatten());
        let count = means.len().max(beside.drawn().map_or(0, <[f64]>::len));
        let around = Surroundings {
            y_label: &input.axis_label(),
            domain: Domain::around(all.copied(), input.clips()),
            keys: keys.clone(),
            axis_rows: 2,
            columns: Columns::Equal(count),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, means, beside, count })
    }

    fn shown(&self, series: &str) -> Option<&Key> {
        legend::shown(&self.keys, series)
    }

    /// A curve of means, the last one at the right end.
    fn points(&self, means: &[f64]) -> Vec<Vec<Point>> {
        let count = self.count;
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
        let (frame, count) = (&layout.frame, layout.count);
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
        if let Some(means) = layout.beside.drawn() {
            layout.points(means).iter().for_each(|piece| pen.dash_dots(piece, pen.palette.pinned));
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
        let day = layout.count.checked_sub(1 + spot.column)?;
        let title = match day {
            0 => "Last business day of the quarter".to_owned(),
            _ => format!("{} to the end of the quarter", label::plural(day as u64 + 1, "business day")),
        };
        let mut out = frame.read_out(spot, title);
        let row = |out: &mut ReadOut, series, value: f64| {
            if let Some(key) = layout.shown(series) {
                out.rows.push(ReadOutRow::new(key, input.quantity(value), frame.y_of(value)));
            }
        };
        let mean = layout.means.get(day).copied().unwrap_or(f64::NAN);
        row(&mut out, MEAN, mean);
        let shown = layout.shown(MEAN).map(|_| mean);
        layout.beside.read(&mut out, frame, day, shown, input.unit());
        if let Some(value) = quarters.last().and_then(|latest| latest.means.get(day)) {
            row(&mut out, LATEST, *value);
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
        let beside = input.told_beside(input.unit(), |overlay| {
            let pinned = pinned(overlay, quarters);
            let what = format!("On the last {days} the mean");
            Both { what, shown: inside, pinned: sides(&pinned, window(input)).0 }
        });
        format!("{subject}: on the last {days} the mean is {}{lift}.{beside}", input.quantity(inside))
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let (quarters, window) = (&input.metric_profile().quarters, window(input));
        let row = |quarter: &Quarter| {
            let (inside, before) = sides(&quarter.means, window);
            let lift = label::figure((inside / before - 1.0) * 100.0);
            vec![name(quarter), label::figure(before), label::figure(inside), lift]
        };
        let heading = |name: &str| label::with_unit(name, input.unit());
        let inside = format!("Last {}", label::plural(window as u64, "business day"));
        let table = Table {
            headers: vec!["Quarter".into(), heading("Days before"), heading(&inside), "Lift, %".into()],
            rows: quarters.iter().map(row).collect(),
        };
        let insides = |of: &[f64]| sides(of, window).0;
        let shown: Vec<f64> = quarters.iter().map(|quarter| insides(&quarter.means)).collect();
        input.table_beside(table, (&inside, input.unit()), &shown, |overlay| {
            quarters.iter().map(|quarter| insides(same_quarter(overlay, quarter))).collect()
        })
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let quarters = &input.metric_profile().quarters;
        let days = |quarter: &'_ Quarter| (0..quarter.means.len()).rev();
        let all = || quarters.iter().flat_map(|quarter| days(quarter).map(move |day| (quarter, day)));
        let row = |(quarter, day): (&Quarter, usize)| {
            let cells = [quarter.year.to_string(), quarter.quarter.to_string(), (day + 1).to_string()];
            cells.into_iter().chain([label::plain(quarter.means[day])]).collect()
        };
        let headers = ["year", "quarter", "business_day_from_end"].map(str::to_owned);
        let table = Table {
            headers: headers.into_iter().chain([input.column("mean")]).collect(),
            rows: all().map(row).collect(),
        };
        let shown: Vec<f64> = all().map(|(quarter, day)| quarter.means[day]).collect();
        input.data_beside(table, "mean", &shown, |overlay| {
            let mean = |(quarter, day)| same_quarter(overlay, quarter).get(day).copied();
            all().map(|place| mean(place).unwrap_or(f64::NAN)).collect()
        })
    }
}

/// The pinned run's means of the same quarter; none when it has not that one.
fn same_quarter<'a>(overlay: &Overlay<'a>, shown: &Quarter) -> &'a [f64] {
    let is_same = |other: &&Quarter| (other.year, other.quarter) == (shown.year, shown.quarter);
    overlay.input.metric_profile().quarters.iter().find(is_same).map_or(&[], |quarter| &quarter.means)
}
