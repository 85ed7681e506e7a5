//! The month-end window, whose place in a quarter's last month makes it the end-of-quarter window.
//!
//! It is counted in business days because month-end closing work is: a fixed number of calendar days
//! holds more or fewer of them with the weekends and holidays that happen to fall into it.

use chrono::{Datelike, NaiveDate};

use super::business_days::BusinessDays;

/// The last `window` business days of the month that begins on `first`, in order;
/// all its business days when it has no more than `window`.
pub(super) fn month_end_window(
    first: NaiveDate,
    window: u32,
    business_days: &BusinessDays<'_>,
) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|date| date.month() == first.month())
        .filter(|date| business_days.contains(*date))
        .collect();
    days.split_off(days.len().saturating_sub(window as usize))
}
