//! The range cut into calendar periods, for tables and for charts with a bar per period.

use std::ops::Range;

use chrono::Datelike;

use super::{ChartInput, label};
use crate::calendar::DayTable;

/// What a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Years(i32),
}

/// Some consecutive days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// For people: "Jan 2022".
    pub(super) label: String,
    /// Indexes of the days.
    pub(super) days: Range<usize>,
}

/// The fleet in a period; means are NaN when all values are missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PeriodFigures {
    /// Mean of all values.
    pub(super) mean: f64,
    /// Mean of the time bins' 5th percentiles.
    pub(super) p05: f64,
    /// Mean of the time bins' 95th percentiles.
    pub(super) p95: f64,
    /// Share of missing values; NaN without days.
    pub(super) missing: f64,
}

impl Unit {
    /// "month", for "Missing values per month".
    pub(super) fn name(self) -> String {
        match self {
            Self::Day => "day".to_owned(),
            Self::Week => "week".to_owned(),
            Self::Month => "month".to_owned(),
            Self::Quarter => "quarter".to_owned(),
            Self::Years(1) => "year".to_owned(),
            Self::Years(years) => format!("{years} years"),
        }
    }

    /// The name as the head of a table's column.
    pub(super) fn heading(self) -> String {
        match self {
            Self::Week => "Week of".to_owned(),
            Self::Years(2..) => "Years".to_owned(),
            _ => label::capitalised(&self.name()),
        }
    }

    /// A period in a sentence: "in Jan 2022".
    pub(super) fn phrase(self, period: &Period) -> String {
        match self {
            Self::Day => format!("on {}", period.label),
            Self::Week => format!("in the week of {}", period.label),
            _ => format!("in {}", period.label),
        }
    }

    /// A number that is the same for the days of a period only.
    fn key(self, days: &DayTable, day: usize) -> i32 {
        let date = days.dates[day];
        match self {
            Self::Day => day as i32,
            Self::Week => (date.to_epoch_days() - i32::from(days.weekday[day])).div_euclid(7),
            Self::Month => date.year() * 12 + date.month0() as i32,
            Self::Quarter => date.year() * 4 + date.month0() as i32 / 3,
            Self::Years(years) => date.year().div_euclid(years),
        }
    }

    fn label(self, days: &DayTable, range: &Range<usize>) -> String {
        let (first, last) = (days.dates[range.start], days.dates[range.end - 1]);
        match self {
            Self::Day | Self::Week => label::date(first),
            Self::Month => format!("{} {}", label::month(first), first.year()),
            Self::Quarter => format!("Q{} {}", first.month0() / 3 + 1, first.year()),
            Self::Years(_) if first.year() == last.year() => first.year().to_string(),
            Self::Years(_) => format!("{}\u{2013}{}", first.year(), last.year()),
        }
    }
}

/// The finest periods of which there are at most `most`, and at least as long as a time bin.
pub(super) fn periods(input: &ChartInput<'_>, most: usize) -> (Unit, Vec<Period>) {
    let units = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter]
        .into_iter()
        .chain([1, 2, 5, 10, 20, 50, 100, 1000].map(Unit::Years));
    let too_fine = match input.profile.days_per_bin {
        0 | 1 => 0,
        2..=14 => 2,
        _ => 3,
    };
    let window = input.window();
    let mut all = units.skip(too_fine).map(|unit| (unit, cut(input.days, &window, unit)));
    let mut last = all.next().expect("there are units");
    while last.1.len() > most {
        match all.next() {
            Some(coarser) => last = coarser,
            None => break,
        }
    }
    last
}

fn cut(days: &DayTable, window: &Range<usize>, unit: Unit) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut start = window.start;
    for day in window.start + 1..=window.end {
        if day == window.end || unit.key(days, day) != unit.key(days, start) {
            let range = start..day;
            periods.push(Period { label: unit.label(days, &range), days: range });
            start = day;
        }
    }
    periods
}

/// The fleet's figures in each period. A time bin counts for the period of its middle day.
pub(super) fn figures(input: &ChartInput<'_>, periods: &[Period]) -> Vec<PeriodFigures> {
    let profile = input.metric_profile();
    let mut bins = input.bins().peekable();
    let figures = periods.iter().map(|period| {
        let mut mean = WeightedMean::default();
        let mut p05 = WeightedMean::default();
        let mut p95 = WeightedMean::default();
        let mut missing = WeightedMean::default();
        while let Some((bin, days)) = bins.next_if(|(_, days)| middle(days) < period.days.end) {
            let (length, rows) = (days.len() as f64, input.rows(bin, &days));
            mean.add(profile.mean[bin], rows * (1.0 - profile.missing[bin]));
            p05.add(profile.p05[bin], length);
            p95.add(profile.p95[bin], length);
            missing.add(profile.missing[bin], rows);
        }
        PeriodFigures { mean: mean.get(), p05: p05.get(), p95: p95.get(), missing: missing.get() }
    });
    figures.collect()
}

fn middle(days: &Range<usize>) -> usize {
    (days.start + days.end - 1) / 2
}

/// A weighted mean over what is a number; NaN over nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WeightedMean {
    mean: f64,
    weight: f64,
}

impl WeightedMean {
    pub(super) fn add(&mut self, value: f64, weight: f64) {
        if value.is_finite() && weight > 0.0 {
            self.weight += weight;
            self.mean += (value - self.mean) * (weight / self.weight);
        }
    }

    pub(super) fn get(self) -> f64 {
        if self.weight > 0.0 { self.mean } else { f64::NAN }
    }
}
