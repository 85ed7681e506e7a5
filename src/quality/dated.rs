//! Recovery of what is dated: events, and changes of level for good.
//!
//! The fit of the calendar says what the fleet's means would be on these days, so that means over
//! predictions are what the dates add.

use std::ops::Range;

use chrono::NaiveDate;

use super::Check;
use super::fit::{Design, Fit, PARAMETERS, Slopes};
use super::recovery::Pattern;
use super::virtual_fleet::VirtualFleet;
use crate::calendar::DayTable;
use crate::math;
use crate::plan::{MetricPlan, Plan};

/// So many events and so many shifts of a metric are judged.
const MOST: usize = 8;
/// Days before and after a change of level that are compared.
const SIDE: usize = 90;
/// Fewest days of a side.
const LEAST_SIDE: usize = 14;

/// What is known of the fleet's daily means.
pub(super) struct Evidence<'a> {
    pub(super) design: &'a Design,
    pub(super) means: Vec<f64>,
    pub(super) expected_means: Vec<f64>,
    /// One over the variance of each day's mean; 0 where there is none.
    pub(super) weights: Vec<f64>,
    /// How servers differ, where they do.
    pub(super) between: Option<Between<'a>>,
}

/// How the servers of a sample differ.
pub(super) struct Between<'a> {
    pub(super) fleet: &'a VirtualFleet,
    /// What each server's own means would add to the parameters of the fit.
    pub(super) influences: Vec<[f64; PARAMETERS]>,
    pub(super) slopes: Slopes,
}

/// The checks of a metric's events and shifts.
pub(super) fn checks(
    plan: &Plan,
    metric: &MetricPlan,
    days: &DayTable,
    evidence: &Evidence<'_>,
    found: &Fit,
    expected: &Fit,
) -> Vec<Check> {
    let days_of = |from: NaiveDate, to: NaiveDate| {
        let place = |date: NaiveDate| days.dates.partition_point(|day| *day < date);
        place(from)..place(to + chrono::Days::new(1))
    };
    let mut checks = Vec::new();
    for event in plan.calendar.events.iter().take(MOST) {
        let own = days_of(event.start, event.end);
        // An event for everyone is part of the predictions.
        let known = if event.business_units.is_none() { event.multiplier } else { 1.0 };
        if let Some((ratio, (figure, error))) = evidence.ratio(found, expected, own, 0..0) {
            let pattern = Pattern {
                id: "event_lift",
                title: "Multiplier of an event, fleet mean",
                configured: known * ratio,
                neutral: 1.0,
            };
            let mut check = pattern.check(metric, (known * ratio, (known * figure, known * error)));
            check.note = format!("{}. {}", event.name, check.note).trim_end().to_owned();
            checks.push(check);
        }
    }
    for shift in metric.level_shifts.iter().take(MOST) {
        let first = days.dates.partition_point(|day| *day < shift.date);
        let before = first.saturating_sub(SIDE)..first;
        let after = first..(first + SIDE).min(days.len());
        if before.len() < LEAST_SIDE || after.len() < LEAST_SIDE {
            continue;
        }
        if let Some((ratio, (figure, error))) = evidence.ratio(found, expected, after, before) {
            let pattern = Pattern {
                id: "level_shift",
                title: "Change of level",
                configured: shift.multiplier * ratio,
                neutral: 1.0,
            };
            let by = shift.multiplier;
            let mut check = pattern.check(metric, (by * ratio, (by * figure, by * error)));
            check.note = format!("{}. {}", shift.date, check.note).trim_end().to_owned();
            checks.push(check);
        }
    }
    checks
}

impl Evidence<'_> {
    /// How much higher than predicted the means of some days are, over how much higher those of the
    /// reference are (1 without one): what is to be expected, and what was found with its standard
    /// error. Nothing when there are no means.
    fn ratio(
        &self,
        found: &Fit,
        expected: &Fit,
        own: Range<usize>,
        reference: Range<usize>,
    ) -> Option<(f64, (f64, f64))> {
        let seen = |range: &Range<usize>| -> Vec<usize> {
            range.clone().filter(|&day| self.weights[day] > 0.0).collect()
        };
        let (own, reference) = (seen(&own), seen(&reference));
        if own.is_empty() {
            return None;
        }
        let sum = |values: &[f64], days: &[usize]| days.iter().map(|&day| values[day]).sum::<f64>();
        let ratio = |means: &[f64], fit: &Fit| {
            let predictions = self.design.predictions(fit);
            let of = |days: &[usize]| sum(means, days) / sum(&predictions, days);
            if reference.is_empty() { of(&own) } else { of(&own) / of(&reference) }
        };
        let (expected_ratio, found_ratio) =
            (ratio(&self.expected_means, expected), ratio(&self.means, found));
        let predictions = self.design.predictions(expected);
        let relative = |days: &[usize]| {
            let variance: f64 = days.iter().map(|&day| 1.0 / self.weights[day]).sum();
            if days.is_empty() { 0.0 } else { variance / math::square(sum(&predictions, days)) }
        };
        let mut variance = relative(&own) + relative(&reference);
        if let Some(Between { fleet, influences, slopes }) = &self.between {
            let share = fleet.share_of_variance() / fleet.deviations.len() as f64;
            let (size_of_own, size_of_reference) =
                (sum(&predictions, &own), sum(&predictions, &reference).max(f64::MIN_POSITIVE));
            for (deviation, change) in fleet.deviations.iter().zip(influences) {
                let rest = |day: &usize| deviation[*day] - slopes.response(*day, change);
                let of_own = own.iter().map(rest).sum::<f64>() / size_of_own;
                let of_reference = reference.iter().map(rest).sum::<f64>() / size_of_reference;
                variance += share * math::square(of_own - of_reference);
            }
        }
        Some((expected_ratio, (found_ratio, found_ratio * variance.sqrt())))
    }
}
