//! Business days: neither weekend nor holiday.

use chrono::{Datelike, NaiveDate, Weekday};

use super::Holiday;

/// Whether `date` is a Saturday or a Sunday.
pub(super) fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The business days of the years whose holidays it is given.
pub(super) struct BusinessDays<'a> {
    holidays: &'a [Holiday],
}

impl<'a> BusinessDays<'a> {
    /// `holidays` are all of the years in question, sorted by date.
    pub(super) fn new(holidays: &'a [Holiday]) -> Self {
        Self { holidays }
    }

    /// Whether `date` is a holiday, observed days included.
    pub(super) fn is_holiday(&self, date: NaiveDate) -> bool {
        self.holidays.binary_search_by_key(&date, |holiday| holiday.date).is_ok()
    }

    /// Whether `date` is neither a weekend nor a holiday.
    pub(super) fn contains(&self, date: NaiveDate) -> bool {
        !is_weekend(date) && !self.is_holiday(date)
    }

    /// Whether `date` is the first business day after a holiday.
    pub(super) fn follows_holiday(&self, date: NaiveDate) -> bool {
        let before = date.iter_days().rev().skip(1).take_while(|day| !self.contains(*day));
        self.contains(date) && before.into_iter().any(|day| self.is_holiday(day))
    }
}
