//! The factors of a day: weekly * annual * growth * holiday * end of quarter, and what else changes
//! the level on dated days.

use std::f64::consts::TAU;

use chrono::NaiveDate;

use crate::calendar::DayTable;
use crate::math;
use crate::plan::{CalendarPlan, Granularity, Hours, MetricPlan, Plan};

/// Length of a year in days, for seasons and growth.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// The product of all factors of `metric` that hold for every server, one per day.
pub fn daily(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable) -> Vec<f64> {
    (0..days.len())
        .map(|day| {
            let weekly = metric.weekly_pattern[usize::from(days.weekday[day])];
            let seasons = 1.0
                + metric.seasonality_amplitude * annual_wave(days, day)
                + further_seasons(metric, days.dates[day]);
            let growth = 1.0 + metric.growth_rate * growth_time(metric, day);
            let holiday = around_holiday(metric, calendar, days, day).unwrap_or(1.0);
            let month_end = around_month_end(metric, calendar, days, day).unwrap_or(1.0);
            let steady = level_shift(metric, days.dates[day]) * events(calendar, days.dates[day], None);
            weekly * seasons * growth * holiday * month_end * steady
        })
        .collect()
}

/// The factors of all steps of `metric` on `days` with these `daily` ones: on an hourly grid each hour's, by how
/// the load runs through a day.
pub fn by_step(
    plan: &Plan,
    metric: &MetricPlan,
    hours: &Hours,
    days: &DayTable,
    daily: Vec<f64>,
) -> Vec<f64> {
    match plan.granularity {
        Granularity::Daily => daily,
        Granularity::Hourly => {
            let multipliers = hours.multipliers(metric.hours_amplitude);
            let of_day = |(day, factor): (usize, f64)| {
                multipliers[usize::from(is_day_off(&plan.calendar, days, day))].map(|hour| factor * hour)
            };
            daily.into_iter().enumerate().flat_map(of_day).collect()
        }
    }
}

/// Whether nobody works on a day: on weekends, and on holidays that have an effect.
pub fn is_day_off(calendar: &CalendarPlan, days: &DayTable, day: usize) -> bool {
    days.weekend[day] || is_effective_holiday(calendar, days, day)
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

/// The time that growth has had by a day, in years: it runs slower and slower where growth saturates.
pub fn growth_time(metric: &MetricPlan, day: usize) -> f64 {
    let (years, constant) = (years_since_start(day), metric.growth_saturation_years);
    if constant == 0.0 { years } else { constant * (1.0 - math::exp(-years / constant)) }
}

/// The multiplier on a holiday, or on the first business day after one; nothing on other days.
pub fn around_holiday(
    metric: &MetricPlan,
    calendar: &CalendarPlan,
    days: &DayTable,
    day: usize,
) -> Option<f64> {
    if is_effective_holiday(calendar, days, day) {
        Some(metric.holiday_effect_multiplier)
    } else if calendar.use_holidays && days.after_holiday[day] {
        Some(metric.post_holiday_multiplier)
    } else {
        None
    }
}

/// The multiplier in an end-of-quarter or month-end window; nothing on other days.
pub fn around_month_end(
    metric: &MetricPlan,
    calendar: &CalendarPlan,
    days: &DayTable,
    day: usize,
) -> Option<f64> {
    if is_effective_eoq(metric, calendar, days, day) {
        let full = metric.eoq_spike_multiplier;
        let share = eoq_share(metric, calendar, days, day);
        // A flat window has the very number that is configured.
        Some(if share == 1.0 { full } else { 1.0 + (full - 1.0) * share })
    } else if is_effective_month_end(metric, calendar, days, day) {
        Some(metric.month_end_multiplier)
    } else {
        None
    }
}

/// How much of the end-of-quarter lift a day of the window has: 1 on every day of a flat window,
/// more than that in December where the year's end is stronger.
pub fn eoq_share(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable, day: usize) -> f64 {
    let year_end = if is_december(days, day) { metric.year_end_factor } else { 1.0 };
    eoq_ramp(metric, calendar, days, day) * year_end
}

/// How far the lift has risen on a day of the end-of-quarter window, 0..=1.
pub fn eoq_ramp(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable, day: usize) -> f64 {
    if metric.eoq_ramp == 0.0 {
        return 1.0;
    }
    let window = f64::from(calendar.eoq_window_business_days);
    let place = window + 1.0 - f64::from(days.business_days_to_month_end[day]);
    math::pow(place / window, metric.eoq_ramp)
}

/// Whether a day is in December.
pub fn is_december(days: &DayTable, day: usize) -> bool {
    days.month[day] == 12
}

/// The product of the level shifts up to a date.
pub fn level_shift(metric: &MetricPlan, date: NaiveDate) -> f64 {
    let past = metric.level_shifts.iter().filter(|shift| shift.date <= date);
    past.map(|shift| shift.multiplier).product()
}

/// The product of the events on a date: those for everyone, or those for one business unit only.
pub fn events(calendar: &CalendarPlan, date: NaiveDate, business_unit: Option<usize>) -> f64 {
    let now = calendar.events.iter().filter(|event| (event.start..=event.end).contains(&date));
    let concerned = now.filter(|event| match (&event.business_units, business_unit) {
        (Some(units), Some(unit)) => units.contains(&unit),
        (None, None) => true,
        _ => false,
    });
    concerned.map(|event| event.multiplier).product()
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

/// Whether the month-end multiplier holds on a day: in the last business days of the other months.
pub fn is_effective_month_end(
    metric: &MetricPlan,
    calendar: &CalendarPlan,
    days: &DayTable,
    day: usize,
) -> bool {
    let left = u32::from(days.business_days_to_month_end[day]);
    calendar.use_eoq_spikes
        && (1..=calendar.month_end_business_days).contains(&left)
        && !metric.eoq_months[usize::from(days.month[day]) - 1]
}
