//! The share of missing values over time, against the configured rate and the quality limit.

use std::ops::Range;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{self, BAR, Key, Swatch};
use super::pen::{Pen, tint};
use super::period::{Period, Unit};
use super::pinned::{Beside, Both, Overlay};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label, period};

/// Share of missing values over time.
pub(super) struct Missing;

/// A bar takes at least so many CSS pixels.
const NARROWEST: f64 = 5.0;

/// The series that can be hidden.
const SHARE: &str = "missing-share";
const RATE: &str = "missing-configured";
const LIMIT: &str = "missing-limit";

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    keys: Vec<Key>,
    unit: Unit,
    periods: Vec<Period>,
    /// Per period the missing values, percent.
    shares: Vec<f64>,
    beside: Beside,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let most = (pen.css(pen.width) / NARROWEST).clamp(12.0, 160.0) as usize;
        let (unit, periods) = period::periods(input, most);
        let shares: Vec<f64> =
            period::figures(input, &periods).iter().map(|figures| figures.missing * 100.0).collect();
        let beside = Beside::new(pen, input, "missing-pinned", |overlay| pinned(overlay, &periods));
        let (rate, limit) = (rate(input), input.plan.quality.max_missing_pct);
        let values = shares.iter().chain(beside.drawn().into_iter().flatten()).copied();
        let domain = Domain::from_zero(values.chain([rate]), 1.0);
        let domain = Domain { hi: domain.hi.min(104.0), ..domain };

        let key = |swatch, color, text: String, series| Key::new(swatch, color, text).of(input.view, series);
        let configured = |word, percent| format!("{word} {}", label::configured_percent(percent));
        let mut keys = vec![key(
            Swatch::Bar,
            pen.palette.accent,
            input.of_shown(&format!("Missing per {}", unit.name())),
            SHARE,
        )];
        keys.extend(beside.key());
        if !input.plan.is_of_file() {
            keys.push(key(Swatch::Dashes, pen.palette.ink, configured("Configured", rate), RATE));
        }
        if limit <= domain.hi {
            keys.push(key(Swatch::Line, pen.palette.outlier, configured("Limit", limit), LIMIT));
        }
        let around = Surroundings {
            y_label: "Missing values, %",
            keys: keys.clone(),
            domain,
            axis_rows: 2,
            columns: Columns::Days(input.window()),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, unit, periods, shares, beside })
    }

    fn shown(&self, series: &str) -> Option<&Key> {
        legend::shown(&self.keys, series)
    }
}

/// The configured share of missing values, percent.
fn rate(input: &ChartInput<'_>) -> f64 {
    input.plan.realism.missing_rate * 100.0
}

impl Chart for Missing {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(layout) = Layout::new(pen, input) else { return };
        let frame = &layout.frame;
        let bars = layout.periods.iter().zip(&layout.shares).filter(|(_, share)| **share > 0.0);
        for (period, share) in bars.filter(|_| layout.shown(SHARE).is_some()) {
            let left = frame.day(period.days.start as f64).round();
            let right = frame.day(period.days.end as f64).round();
            let air = ((right - left) * 0.15).min(pen.px(4.0)).max(1.0);
            pen.rect((left, right - air), (frame.y.at(*share), frame.bottom), tint(pen.palette.accent, BAR));
        }
        if layout.shown(LIMIT).is_some() {
            let limit = frame.y.at(input.plan.quality.max_missing_pct);
            pen.horizontal((frame.left, frame.right), limit, 2.0, pen.palette.outlier);
        }
        if layout.shown(RATE).is_some() {
            pen.dashes((frame.left, frame.right), frame.y.at(rate(input)), (6.0, 4.0), pen.palette.ink);
        }
        let middle = |period: &Period| frame.day((period.days.start + period.days.end) as f64 / 2.0);
        layout.beside.line(frame, layout.periods.iter().map(middle));
        frame.base_line(frame.bottom);
        frame.dates(input.days);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let layout = Layout::new(pen, input)?;
        let frame = &layout.frame;
        let spot = frame.nearest(spot);
        let place = layout.periods.iter().position(|period| period.days.contains(&spot.column))?;
        let (period, share) = (&layout.periods[place], layout.shares[place]);
        let title = match layout.unit {
            Unit::Week => format!("Week of {}", period.label),
            _ => period.label.clone(),
        };
        let mut out = frame.read_out(spot, title);
        if let Some(key) = layout.shown(SHARE) {
            out.rows.push(ReadOutRow::new(key, label::quantity(share, "%"), frame.y_of(share)));
        }
        let shown = layout.shown(SHARE).map(|_| share);
        layout.beside.read(&mut out, frame, place, shown, "%");
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
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
        let overall = input.missing_over(input.bins());
        let share = match overall {
            missing if missing > 0.0 => {
                format!("{} of the {} values are", label::percent(missing), input.label())
            }
            _ => format!("No {} value is", input.label()),
        };
        let beside = input.told_beside("%", |overlay| {
            let common = overlay.common(&input.window());
            let shown = input.missing_over(input.bins_on(common.clone())) * 100.0;
            let what = overlay.what("share of missing values", &input.window());
            Both { what, shown, pinned: overlay.missing(&common) * 100.0 }
        });
        let limit = label::configured_percent(input.plan.quality.max_missing_pct);
        if input.plan.is_of_file() {
            return format!("{share} missing; the limit is {limit}.{highest}");
        }
        let asked = label::configured_percent(rate(input));
        format!(
            "{share} missing; the configuration asks for {asked}, and the limit is {limit}.{highest}{beside}"
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
        let figures = period::figures(input, &periods);
        let shares: Vec<f64> = figures.iter().map(|figures| figures.missing * 100.0).collect();
        let rows = periods.iter().zip(&shares);
        let table = Table {
            headers: vec![unit.heading(), "Missing, %".into()],
            rows: rows.map(|(period, share)| vec![period.label.clone(), label::figure(*share)]).collect(),
        };
        input.table_beside(table, ("Missing", "%"), &shares, |overlay| pinned(overlay, &periods))
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let missing = &input.metric_profile().missing;
        let row = |(bin, days): (usize, Range<usize>)| {
            vec![input.days.dates[days.start].to_string(), label::plain(missing[bin])]
        };
        let table = Table {
            headers: vec!["date".into(), input.column("missing_share")],
            rows: input.bins().map(row).collect(),
        };
        let shown: Vec<f64> = input.bins().map(|(bin, _)| missing[bin]).collect();
        input.data_beside(table, "missing_share", &shown, |overlay| {
            input.bins().map(|(_, days)| overlay.missing(&days)).collect()
        })
    }
}

/// The pinned run's missing values in each period, percent.
fn pinned(overlay: &Overlay<'_>, periods: &[Period]) -> Vec<f64> {
    periods.iter().map(|period| overlay.missing(&period.days) * 100.0).collect()
}
