//! The fleet over time: its mean, the band of most servers, and the days that the calendar makes special.

use std::ops::Range;

use plotters::style::RGBColor;

use super::curve::{self, Span};
use super::frame::{Columns, Frame, Surroundings};
use super::legend::{self, AREA, FAINT, Key, Swatch};
use super::pen::{Pen, Point, pixel, tint};
use super::period::{Period, PeriodFigures, WeightedMean};
use super::pinned::{Beside, Both, Overlay};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, extent};
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label, period};
use crate::plan::Granularity;

/// The whole fleet over time.
pub(super) struct Fleet;

/// Marks that lie closer than so many CSS pixels show nothing, and lines that do run together.
const CLOSEST_HOLIDAYS: f64 = 4.0;
const NARROWEST_WINDOW: f64 = 1.5;
const NARROWEST_WEEK: f64 = 12.0;
const CLOSEST_BOLD: f64 = 1.5;
/// Days of a week.
const WEEK: usize = 7;

/// The series that can be hidden.
const MEAN: &str = "fleet-mean";
const DAILY: &str = "fleet-daily";
const BAND: &str = "fleet-band";
const WINDOWS: &str = "fleet-windows";
const HOLIDAYS: &str = "fleet-holidays";

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    keys: Vec<Key>,
    smooth: bool,
    beside: Beside,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let profile = input.metric_profile();
        let days_per_pixel = input.window().len() as f64 / pen.css(pen.width);
        let is_wide = |window: &Range<usize>| window.len() as f64 >= NARROWEST_WINDOW * days_per_pixel;
        let holidays = holidays(input).len();
        let most_holidays = pen.css(pen.width) / CLOSEST_HOLIDAYS;

        let key =
            |swatch, color, text: &str, series: &str| Key::new(swatch, color, text).of(input.view, series);
        let band_text = match pen.css(pen.width) < 640.0 {
            true => "P5\u{2013}P95".to_owned(),
            false => format!("P5\u{2013}P95 of {}", band_of(input)),
        };
        let mut keys = vec![
            key(Swatch::Line, pen.palette.accent, &input.of_shown("Fleet mean"), MEAN),
            key(Swatch::Area, pen.palette.accent, &band_text, BAND),
        ];
        let smooth = is_smoothed(pen, input);
        if smooth {
            let bin = input.profile.days_per_bin as u64;
            keys[0].text = input.of_shown(&format!("Mean, {} days", bin * WEEK as u64));
            keys.insert(1, key(Swatch::Faint, pen.palette.accent, &label::plural(bin, "day"), DAILY));
        }
        let beside = Beside::new(pen, input, "fleet-pinned", |overlay| pinned(overlay, input, smooth));
        if let Some(key) = beside.key() {
            keys.insert(1, key);
        }
        if windows(input).iter().any(is_wide) {
            keys.push(key(Swatch::Area, pen.palette.window, "Quarter end", WINDOWS));
        }
        if holidays > 0 && (holidays as f64) < most_holidays {
            keys.push(key(Swatch::Tick, pen.palette.event, "Holiday", HOLIDAYS));
        }
        let is_shown = |series| legend::shown(&keys, series).is_some();
        let curves =
            [(&profile.mean, MEAN), (&profile.mean, DAILY), (&profile.p05, BAND), (&profile.p95, BAND)];
        let curves = curves.into_iter().filter(|(_, series)| is_shown(series));
        let curves = curves.map(|(values, _)| &values[..]).chain(beside.drawn());
        let in_view = |values: &'_ [f64]| input.bins().map(|(bin, _)| values[bin]).collect::<Vec<_>>();
        let around = Surroundings {
            y_label: &input.axis_label(),
            domain: Domain::around(curves.flat_map(in_view), input.clips()),
            keys: keys.clone(),
            axis_rows: 2,
            columns: Columns::Days(input.window()),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, smooth, beside })
    }

    fn shown(&self, series: &str) -> Option<&Key> {
        legend::shown(&self.keys, series)
    }
}

impl Chart for Fleet {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let profile = input.metric_profile();
        let Some(layout) = Layout::new(pen, input) else { return };
        let frame = &layout.frame;
        if layout.shown(WINDOWS).is_some() {
            for window in windows(input) {
                let x = (frame.day(window.start as f64), frame.day(window.end as f64));
                pen.rect(x, (frame.top, frame.bottom), tint(pen.palette.window, AREA));
            }
        }
        if layout.shown(BAND).is_some() {
            band(frame, input);
        }
        if layout.shown(DAILY).is_some() {
            curve(frame, input, &profile.mean, Pencil::Faint, pen.palette.accent);
        }
        if layout.shown(MEAN).is_some() && layout.smooth {
            curve(frame, input, &smoothed(&profile.mean), Pencil::Bold, pen.palette.accent);
        } else if layout.shown(MEAN).is_some() {
            curve(frame, input, &profile.mean, pencil(frame, input), pen.palette.accent);
        }
        if let Some(means) = layout.beside.drawn() {
            curve(frame, input, means, Pencil::Broken, pen.palette.pinned);
        }
        if input.bins().all(|(bin, _)| profile.mean[bin].is_nan()) {
            frame.note("Every value is missing");
        }
        frame.base_line(frame.bottom);
        if layout.shown(HOLIDAYS).is_some() {
            for day in holidays(input) {
                let x = frame.day(day as f64 + 0.5);
                pen.vertical(x, (frame.bottom - pen.px(7.0), frame.bottom), 1.0, pen.palette.event);
            }
        }
        frame.dates(input.days);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let layout = Layout::new(pen, input)?;
        let (frame, profile) = (&layout.frame, input.metric_profile());
        let spot = frame.nearest(spot);
        let bin = input.bin(spot.column);
        let mut out = frame.read_out(spot, input.bin_title(bin));
        let row = |out: &mut ReadOut, series, value: f64| {
            if let Some(key) = layout.shown(series) {
                out.rows.push(ReadOutRow::new(key, input.quantity(value), frame.y_of(value)));
            }
        };
        let mean = if layout.smooth { smoothed(&profile.mean)[bin] } else { profile.mean[bin] };
        row(&mut out, MEAN, mean);
        let shown = layout.shown(MEAN).map(|_| mean);
        layout.beside.read(&mut out, frame, bin, shown, input.unit());
        row(&mut out, DAILY, profile.mean[bin]);
        if let Some(key) = layout.shown(BAND) {
            let value = input.span(profile.p05[bin], profile.p95[bin]);
            out.rows.push(ReadOutRow::new(key, value, None));
        }
        out.notes.extend(input.servers_note(bin).into_iter().chain(input.day_notes(spot.column)));
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let profile = input.metric_profile();
        let servers = label::plural(u64::from(input.plan.fleet.num_servers), "server");
        let in_view = |values: &[f64]| input.bins().map(|(bin, _)| values[bin]).collect::<Vec<_>>();
        let at_a_time = match extent(in_view(&input.profile.servers)) {
            Some((fewest, most)) if fewest < most => format!(" ({fewest:.0} to {most:.0} at a time)"),
            _ => String::new(),
        };
        let subject = format!("{} of {servers}{at_a_time}, {}", input.label(), input.range());
        let (Some((low, high)), Some((band_low, _)), Some((_, band_high))) =
            (extent(in_view(&profile.mean)), extent(in_view(&profile.p05)), extent(in_view(&profile.p95)))
        else {
            return format!("{subject}: every value is missing.");
        };
        let beside = input.told_beside(input.unit(), |overlay| {
            let common = overlay.common(&input.window());
            let shown = input.mean_over(input.bins_on(common.clone()));
            Both { what: overlay.what("mean", &input.window()), shown, pinned: overlay.mean(&common) }
        });
        let windows = windows(input).len() as u64;
        let holidays = holidays(input).len() as u64;
        format!(
            "{subject}: mean {}, fleet mean {}, P5 to P95 of {} {}. The range has {} and {}.{beside}",
            input.quantity(input.mean_over(input.bins())),
            input.between(low, high),
            band_of(input),
            input.between(band_low, band_high),
            label::plural(windows, "quarter-end window"),
            label::plural(holidays, "holiday"),
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
        let heading = |name| label::with_unit(name, input.unit());
        let figures = period::figures(input, &periods);
        let row = |(period, figures): (&Period, &PeriodFigures)| {
            let [mean, p05, p95] = [figures.mean, figures.p05, figures.p95].map(label::figure);
            vec![period.label.clone(), mean, p05, p95]
        };
        let table = Table {
            headers: vec![unit.heading(), heading("Mean"), heading("P5"), heading("P95")],
            rows: periods.iter().zip(&figures).map(row).collect(),
        };
        let means: Vec<f64> = figures.iter().map(|figures| figures.mean).collect();
        input.table_beside(table, ("Mean", input.unit()), &means, |overlay| {
            periods.iter().map(|period| overlay.mean(&period.days)).collect()
        })
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let profile = input.metric_profile();
        let row = |(bin, days): (usize, Range<usize>)| {
            let values = [profile.mean[bin], profile.p05[bin], profile.p95[bin], profile.missing[bin]];
            let date = input.days.dates[days.start].to_string();
            std::iter::once(date).chain(values.map(label::plain)).collect()
        };
        let headers = ["mean", "p05", "p95", "missing_share"].map(|name| input.column(name));
        let table = Table {
            headers: std::iter::once("date".to_owned()).chain(headers).collect(),
            rows: input.bins().map(row).collect(),
        };
        let means: Vec<f64> = input.bins().map(|(bin, _)| profile.mean[bin]).collect();
        input.data_beside(table, "mean", &means, |overlay| {
            input.bins().map(|(_, days)| overlay.mean(&days)).collect()
        })
    }
}

/// Of what the band shows percentiles: those of a time bin are over all rows of its days.
fn band_of(input: &ChartInput<'_>) -> String {
    match (input.plan.granularity, input.profile.days_per_bin) {
        (Granularity::Daily, 1) => "servers".to_owned(),
        (granularity, _) => format!("server-{}", granularity.nouns().1),
    }
}

fn band(frame: &Frame<'_>, input: &ChartInput<'_>) {
    let (pen, profile) = (frame.pen, input.metric_profile());
    let spans = input.bins().map(|(bin, days)| {
        let (low, high) = (profile.p05[bin], profile.p95[bin]);
        (low.is_finite() && high.is_finite()).then(|| Span {
            x: middle(frame, &days),
            lower: pixel(frame.y.at(low)),
            upper: pixel(frame.y.at(high)),
        })
    });
    for piece in curve::pieces(spans) {
        match piece[..] {
            [span] => {
                let (x, half) = (f64::from(span.x), single_width(frame, input) / 2.0);
                let y = (f64::from(span.upper), f64::from(span.lower));
                pen.rect((x - half, x + half), y, tint(pen.palette.accent, AREA));
            }
            _ => pen.polygon(curve::outline(&piece), tint(pen.palette.accent, AREA)),
        }
    }
}

/// The pinned run's mean in each time bin of the shown one; over whole weeks where that one's is.
fn pinned(overlay: &Overlay<'_>, input: &ChartInput<'_>, smooth: bool) -> Vec<f64> {
    let mut means: Vec<f64> = input.all_bins().map(|(_, days)| overlay.mean(&days)).collect();
    if smooth {
        let common = overlay.common(&(0..input.days.len()));
        let length = input.profile.days_per_bin.max(1);
        let bins = &mut means[common.start / length..common.end.div_ceil(length)];
        bins.copy_from_slice(&smoothed(bins));
    }
    means
}

/// Bold where there is room between the bins.
pub(super) fn pencil(frame: &Frame<'_>, input: &ChartInput<'_>) -> Pencil {
    let bin = frame.day_width() * input.profile.days_per_bin as f64;
    if bin < CLOSEST_BOLD { Pencil::Fine } else { Pencil::Bold }
}

/// How a curve is drawn.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pencil {
    Bold,
    /// For what lies close.
    Fine,
    /// For what lies behind another one.
    Faint,
    /// In dashes and dots.
    Broken,
}

pub(super) fn curve(
    frame: &Frame<'_>,
    input: &ChartInput<'_>,
    values: &[f64],
    pencil: Pencil,
    color: RGBColor,
) {
    let pen = frame.pen;
    let points = input.bins().map(|(bin, days)| {
        values[bin].is_finite().then(|| (middle(frame, &days), pixel(frame.y.at(values[bin]))))
    });
    for piece in curve::pieces::<Point>(points) {
        match (&piece[..], pencil) {
            ([point], _) => {
                let (x, half) = (f64::from(point.0), single_width(frame, input) / 2.0);
                pen.horizontal((x - half, x + half), f64::from(point.1), 2.0, color);
            }
            (_, Pencil::Broken) => pen.dash_dots(&curve::thin(&piece), color),
            (_, Pencil::Faint) => pen.path(curve::thin(&piece), 1.0, tint(color, FAINT)),
            (_, Pencil::Bold) => pen.path(curve::thin(&piece), 2.0, color),
            (_, Pencil::Fine) => pen.path(curve::thin(&piece), 1.0, color),
        }
    }
}

/// Whether weeks are so narrow that their rhythm would hide the course of the mean: then a mean over
/// whole weeks is drawn in front.
pub(super) fn is_smoothed(pen: &Pen, input: &ChartInput<'_>) -> bool {
    let bin = pen.css(pen.width) * input.profile.days_per_bin as f64 / input.window().len() as f64;
    input.profile.days_per_bin < WEEK && bin * (WEEK as f64) < NARROWEST_WEEK
}

/// The mean of the [`WEEK`] bins around each bin: these are whole weeks, whatever a bin's length. Bins
/// near an end have those of the nearest bin that has all.
pub(super) fn smoothed(values: &[f64]) -> Vec<f64> {
    let around = |bin: usize| {
        let start = bin.saturating_sub(WEEK / 2).min(values.len().saturating_sub(WEEK));
        let mut mean = WeightedMean::default();
        values[start..].iter().take(WEEK).for_each(|value| mean.add(*value, 1.0));
        if values[bin].is_finite() { mean.get() } else { f64::NAN }
    };
    (0..values.len()).map(around).collect()
}

fn middle(frame: &Frame<'_>, days: &Range<usize>) -> i32 {
    pixel(frame.day((days.start + days.end) as f64 / 2.0))
}

/// Width of a time bin between missing ones.
fn single_width(frame: &Frame<'_>, input: &ChartInput<'_>) -> f64 {
    let bin = frame.day_width() * input.profile.days_per_bin as f64;
    frame.pen.px(bin.clamp(2.0, 24.0))
}

/// The end-of-quarter windows in view, each from its first to its last day.
fn windows(input: &ChartInput<'_>) -> Vec<Range<usize>> {
    let inside: Vec<usize> = input.window().filter(|&day| input.in_window(day)).collect();
    let same_window = |a: &usize, b: &usize| input.days.month[*a] == input.days.month[*b] && b - a < 31;
    inside.chunk_by(same_window).map(|window| window[0]..window[window.len() - 1] + 1).collect()
}

/// The holidays in view that have an effect.
fn holidays(input: &ChartInput<'_>) -> Vec<usize> {
    let has_effect = input.plan.calendar.use_holidays;
    input.window().filter(|&day| has_effect && input.days.holiday[day]).collect()
}
