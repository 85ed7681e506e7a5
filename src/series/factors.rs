//! The factors of a day: weekly * annual * growth * holiday * end of quarter.

use std::f64::consts::TAU;

use chrono::NaiveDate;

use crate::calendar::DayTable;
use crate::math;
use crate::plan::{CalendarPlan, MetricPlan};

/// Length of a year in days, for seasons and growth.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// The product of all factors of `metric`, one per day.
pub fn daily(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable) -> Vec<f64> {
    (0..days.len())
        .map(|day| {
            let weekly = metric.weekly_pattern[usize::from(days.weekday[day])];
            let seasons = 1.0
                + metric.seasonality_amplitude * annual_wave(days, day)
                + further_seasons(metric, days.dates[day]);
            let growth = 1.0 + metric.growth_rate * years_since_start(day);
            let holiday = if is_effective_holiday(calendar, days, day) {
                metric.holiday_effect_multiplier
            } else {
                1.0
            };
            let eoq =
                if is_effective_eoq(metric, calendar, days, day) { metric.eoq_spike_multiplier } else { 1.0 };
            weekly * seasons * growth * holiday * eoq
        })
        .collect()
}

/// The annual sine of a day, -1..=1.
pub fn annual_wave(days: &DayTable, day: usize) -> f64 {
    math::sin(TAU * f64::from(days.day_of_year[day]) / DAYS_PER_YEAR)
}

/// The sum of the further Fourier terms on a date, as a share of the level.
pub fn further_seasons(metric: &MetricPlan, date: NaiveDate) -> f64 {
    let since_epoch = f64::from(date.to_epoch_days());
    metric
        .seasonality_terms
        .iter()
        .map(|term| term.amplitude * math::sin(TAU * (since_epoch - term.phase_days) / term.period_days))
        .sum()
}

/// Years from the first day to a day.
pub fn years_since_start(day: usize) -> f64 {
    day as f64 / DAYS_PER_YEAR
}

/// Whether the holiday multiplier holds on a day.
pub fn is_effective_holiday(calendar: &CalendarPlan, days: &DayTable, day: usize) -> bool {
    calendar.use_holidays && days.holiday[day]
}

/// Whether a day is in an end-of-quarter window of `metric`.
pub fn is_eoq_window(metric: &MetricPlan, days: &DayTable, day: usize) -> bool {
    days.month_end_window[day] && metric.eoq_months[usize::from(days.month[day]) - 1]
}

/// Whether the end-of-quarter multiplier holds on a day.
pub fn is_effective_eoq(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable, day: usize) -> bool {
    calendar.use_eoq_spikes && is_eoq_window(metric, days, day)
}
