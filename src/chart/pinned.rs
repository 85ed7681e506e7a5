//! A pinned run A laid over the one that is shown, B: which days both have, and how they differ.

use std::ops::Range;

use super::frame::Frame;
use super::input::ChartInput;
use super::legend::{Key, Swatch};
use super::pen::{Pen, pixel};
use super::read_out::{ReadOut, ReadOutRow};
use super::view::View;
use super::{Table, curve, label};
use crate::calendar::DayTable;
use crate::plan::{MetricPlan, Plan};
use crate::profile::FleetProfile;

/// What the pinned run is called, the other one beside it, and what lies between them: on one line.
const PINNED: &str = "A (pinned)";
const SHOWN: &str = "B (now)";
const DIFFERENCE: &str = "B\u{a0}\u{2212}\u{a0}A";
/// How long the line of a single value is, in CSS pixels.
const ALONE: f64 = 16.0;

/// A run that is pinned, for the one that is shown to be compared with.
#[derive(Clone, Copy, Debug)]
pub struct Pinned<'a> {
    /// The plan of its dataset.
    pub plan: &'a Plan,
    /// The days of its plan.
    pub days: &'a DayTable,
    /// The profile of its dataset.
    pub profile: &'a FleetProfile,
}

/// The pinned run, which has the shown metric in the same unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overlay<'a> {
    /// All of it, as if it were shown.
    pub(super) input: ChartInput<'a>,
    /// On which of its days the shown run begins; below 0 when that is before its own first one.
    start: i64,
}

impl Overlay<'_> {
    /// Those of its days that are the same as these of the shown run.
    fn days(&self, days: &Range<usize>) -> Range<usize> {
        let own = |day: usize| (day as i64 + self.start).clamp(0, self.input.days.len() as i64) as usize;
        own(days.start)..own(days.end)
    }

    /// Those of these days of the shown run that it has, too.
    pub(super) fn common(&self, days: &Range<usize>) -> Range<usize> {
        let Range { start, end } = self.days(days);
        let shown = |own: usize| (own as i64 - self.start).max(0) as usize;
        if start < end { shown(start)..shown(end) } else { days.start..days.start }
    }

    /// How a sentence begins on something of the shown run's days that it has, too.
    pub(super) fn what(&self, figure: &str, days: &Range<usize>) -> String {
        match self.common(days).len() {
            common if common == days.len() => format!("The {figure}"),
            common => format!("On the {} of both runs, the {figure}", label::plural(common as u64, "day")),
        }
    }

    /// Mean of all its values on these days of the shown run; NaN when there is none.
    pub(super) fn mean(&self, days: &Range<usize>) -> f64 {
        self.input.mean_over(self.input.bins_on(self.days(days)))
    }

    /// Share of its values on these days of the shown run that are missing; NaN when it has none of them.
    pub(super) fn missing(&self, days: &Range<usize>) -> f64 {
        self.input.missing_over(self.input.bins_on(self.days(days)))
    }
}

/// A figure of both runs.
pub(super) struct Both {
    /// What it is, as a sentence begins: "The mean".
    pub(super) what: String,
    pub(super) shown: f64,
    pub(super) pinned: f64,
}

impl<'a> ChartInput<'a> {
    /// The pinned run. The module of the first view never has one, so nothing of what follows is in it.
    fn pinned(&self) -> Option<Pinned<'a>> {
        self.pinned.filter(|_| cfg!(feature = "charts"))
    }

    /// The pinned run, if it has the metric by its name and in its unit.
    pub(super) fn overlay(&self) -> Option<Overlay<'a>> {
        let Pinned { plan, days, profile } = self.pinned()?;
        let is_same = |other: &MetricPlan| other.name == self.metric_plan().name && other.unit == self.unit();
        let metric = plan.metrics.iter().position(is_same)?;
        let view = View::everything();
        let input =
            Self { plan, days, profile, metric, series: None, correlations: None, view, pinned: None };
        Some(Overlay { input, start: (self.days.dates[0] - days.dates[0]).num_days() })
    }

    /// What a legend calls something of the shown run.
    pub(super) fn of_shown(&self, what: &str) -> String {
        match self.overlay() {
            Some(_) => format!("{SHOWN}, {}", label::uncapitalised(what)),
            None => what.to_owned(),
        }
    }

    /// A sentence to follow others, on a figure in this unit; empty without a pinned run.
    pub(super) fn told_beside(&self, unit: &str, figure: impl FnOnce(&Overlay<'_>) -> Both) -> String {
        match self.overlay().map(|overlay| figure(&overlay)) {
            _ if self.pinned().is_none() => String::new(),
            None => format!(" {PINNED} is not drawn: it has no {} in this unit.", self.label()),
            Some(Both { pinned, .. }) if !pinned.is_finite() => {
                format!(" {PINNED} has no value to compare with.")
            }
            Some(Both { what, shown, pinned }) => {
                let difference = label::difference(difference(shown, pinned), unit);
                let pinned = label::quantity(pinned, unit);
                format!(" {what} of {PINNED} is {pinned}: {DIFFERENCE} is {difference}.")
            }
        }
    }

    /// The same on the mean of all values.
    pub(super) fn mean_told_beside(&self) -> String {
        let mean = |input: &ChartInput<'_>| input.mean_over(input.all_bins());
        let means = |overlay: &Overlay<'_>| {
            let (shown, pinned) = (mean(self), mean(&overlay.input));
            Both { what: "The mean".to_owned(), shown, pinned }
        };
        self.told_beside(self.unit(), means)
    }

    /// The table with two more columns, where there is a pinned run: its values, which follow each other as
    /// the rows do, and the differences of those that are `shown`. They are a figure in this unit.
    pub(super) fn table_beside(
        &self,
        table: Table,
        (figure, unit): (&str, &str),
        shown: &[f64],
        pinned: impl FnOnce(&Overlay<'_>) -> Vec<f64>,
    ) -> Table {
        let figure = format!("{PINNED}, {}", label::uncapitalised(figure));
        let headers = [label::with_unit(&figure, unit), label::with_unit(DIFFERENCE, label::step(unit))];
        self.widened(table, headers, shown, pinned, |pinned, difference| {
            [label::figure(pinned), label::signed(difference)]
        })
    }

    /// The same of data for programs, where the column of what is shown is called `figure`.
    pub(super) fn data_beside(
        &self,
        table: Table,
        figure: &str,
        shown: &[f64],
        pinned: impl FnOnce(&Overlay<'_>) -> Vec<f64>,
    ) -> Table {
        let headers = ["pinned", "difference"].map(|what| self.column(&format!("{figure}_{what}")));
        self.widened(table, headers, shown, pinned, |pinned, difference| {
            [pinned, difference].map(label::plain)
        })
    }

    fn widened(
        &self,
        mut table: Table,
        headers: [String; 2],
        shown: &[f64],
        pinned: impl FnOnce(&Overlay<'_>) -> Vec<f64>,
        cells: impl Fn(f64, f64) -> [String; 2],
    ) -> Table {
        if let Some(overlay) = self.overlay() {
            table.headers.extend(headers);
            let pinned = pinned(&overlay).into_iter().chain(std::iter::repeat(f64::NAN));
            for ((row, shown), pinned) in table.rows.iter_mut().zip(shown).zip(pinned) {
                row.extend(cells(pinned, difference(*shown, pinned)));
            }
        }
        table
    }
}

/// How much more is shown than pinned: nothing when it is less than what their sums are rounded by.
fn difference(shown: f64, pinned: f64) -> f64 {
    let difference = shown - pinned;
    if difference.abs() <= 1e-9 * shown.abs().max(pinned.abs()) { 0.0 } else { difference }
}

/// What a chart draws of the pinned run; nothing when there is none.
pub(super) struct Beside {
    key: Option<Key>,
    values: Vec<f64>,
}

impl Beside {
    /// A series that can be hidden under this name, and its values.
    pub(super) fn new(
        pen: &Pen,
        input: &ChartInput<'_>,
        series: &str,
        values: impl FnOnce(&Overlay<'_>) -> Vec<f64>,
    ) -> Self {
        let key =
            |_: &Overlay<'_>| Key::new(Swatch::DashDots, pen.palette.pinned, PINNED).of(input.view, series);
        let overlay = input.overlay();
        Self { key: overlay.as_ref().map(key), values: overlay.as_ref().map_or(vec![], values) }
    }

    /// Its entry in the legend.
    pub(super) fn key(&self) -> Option<Key> {
        self.key.clone()
    }

    /// The values that are drawn.
    pub(super) fn drawn(&self) -> Option<&[f64]> {
        self.key.as_ref().filter(|key| key.shown).map(|_| &self.values[..])
    }

    /// The value at a place, if it is drawn.
    pub(super) fn at(&self, place: usize) -> f64 {
        self.drawn().and_then(|values| values.get(place)).copied().unwrap_or(f64::NAN)
    }

    /// Draws a line through the values, which lie at these positions from left to right; a short one where a
    /// value is alone.
    pub(super) fn line(&self, frame: &Frame<'_>, positions: impl Iterator<Item = f64>) {
        let (pen, color) = (frame.pen, frame.pen.palette.pinned);
        let point = |(place, x): (usize, f64)| frame.y_of(self.at(place)).map(|y| (pixel(x), pixel(y)));
        for piece in curve::pieces(positions.enumerate().map(point)) {
            match piece[..] {
                [(x, y)] => {
                    let half = pixel(pen.px(ALONE / 2.0));
                    pen.dash_dots(&[(x - half, y), (x + half, y)], color);
                }
                _ => pen.dash_dots(&piece, color),
            }
        }
    }

    /// Adds the value at a place to a read-out, and how much more is `shown`, if anything is.
    pub(super) fn read(
        &self,
        out: &mut ReadOut,
        frame: &Frame<'_>,
        place: usize,
        shown: Option<f64>,
        unit: &str,
    ) {
        let Some(key) = self.key.as_ref().filter(|key| key.shown) else { return };
        let pinned = self.at(place);
        out.rows.push(ReadOutRow::new(key, label::quantity(pinned, unit), frame.y_of(pinned)));
        let difference = difference(shown.unwrap_or(f64::NAN), pinned);
        if difference.is_finite() {
            out.notes.push(format!("{DIFFERENCE}: {}", label::difference(difference, unit)));
        }
    }
}
