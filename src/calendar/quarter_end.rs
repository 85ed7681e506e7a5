//! The month-end window, whose place in a quarter's last month makes it the end-of-quarter window.
//!
//! It is counted in business days because month-end closing work is: a fixed number of calendar days
//! holds more or fewer of them with the weekends and holidays that happen to fall into it.

use chrono::{Datelike, NaiveDate};

use super::business_days::BusinessDays;

/// The business days of the month that begins on `first`, in order, each with how many business days
/// the month has left, itself included: 1 is the last one.
pub(super) fn to_month_end(first: NaiveDate, business_days: &BusinessDays<'_>) -> Vec<(NaiveDate, u8)> {
    let days: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|date| date.month() == first.month())
        .filter(|date| business_days.contains(*date))
        .collect();
    let count = days.len();
    days.into_iter().enumerate().map(|(index, date)| (date, (count - index) as u8)).collect()
}
