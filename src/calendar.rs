//! The calendar of the daily grid: which days are weekends, holidays and part of a month-end window.
//!
//! Everything here is a pure function of the date and the holiday calendar, so a longer range
//! never changes the days it shares with a shorter one.

mod business_days;
mod holidays;
mod quarter_end;

use std::iter;

use chrono::{Datelike, Months, NaiveDate};

pub use holidays::{Holiday, HolidayCalendar};

use business_days::{BusinessDays, is_weekend};
use quarter_end::to_month_end;

/// First day for which the holiday rules hold: the Uniform Monday Holiday Act (Public Law 90-363)
/// took effect on it.
pub const FIRST_DATE: NaiveDate = NaiveDate::from_ymd_opt(1971, 1, 1).expect("the date exists");

/// Last day for which the holiday rules hold. Today's rules are carried forward;
/// the bound only keeps a mistyped year from passing for a date.
pub const LAST_DATE: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).expect("the date exists");

/// The calendar of each day of a range, as tables indexed by day: all have the same length.
///
/// ```
/// use chrono::NaiveDate;
/// use fleetsynth::calendar::{DayTable, HolidayCalendar};
///
/// let day = |d| NaiveDate::from_ymd_opt(2023, 6, d).unwrap();
/// let june = DayTable::new(day(1), day(30), HolidayCalendar::UsFederal, 7);
/// assert_eq!(june.len(), 30);
/// assert!(june.holiday[18], "Juneteenth");
/// assert!(june.month_end_window[21] && !june.month_end_window[20], "the window opens on the 22nd");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayTable {
    /// The dates, in order, without gaps.
    pub dates: Vec<NaiveDate>,
    /// Day of the week, 0 (Monday) ..= 6 (Sunday).
    pub weekday: Vec<u8>,
    /// Day of the year, 1..=366.
    pub day_of_year: Vec<u16>,
    /// Month, 1..=12.
    pub month: Vec<u8>,
    /// Whether the day is a Saturday or a Sunday.
    pub weekend: Vec<bool>,
    /// Whether the day is a holiday of the calendar, observed days included.
    pub holiday: Vec<bool>,
    /// Whether the day is among the last business days of its month, as many as the window has.
    pub month_end_window: Vec<bool>,
    /// The how many-th business day from the end of its month the day is: 1 is the last one; 0 when it
    /// is no business day.
    pub business_days_to_month_end: Vec<u8>,
    /// Whether the day is the first business day after a holiday.
    pub after_holiday: Vec<bool>,
    holidays: Vec<(usize, Holiday)>,
}

impl DayTable {
    /// The days from `start` to `end`, both included. The caller promises
    /// `FIRST_DATE <= start <= end <= LAST_DATE`.
    ///
    /// `eoq_window_business_days`, 1..=23, is the length of the month-end window. A month with fewer
    /// business days lies in its window with all of them.
    pub fn new(
        start: NaiveDate,
        end: NaiveDate,
        calendar: HolidayCalendar,
        eoq_window_business_days: u32,
    ) -> Self {
        // Whole years and whole months, so that neither end of the range shows in the days between;
        // the year before for the days after its last holidays.
        let first_year = (start.year() - 1).max(FIRST_DATE.year());
        let holidays: Vec<Holiday> =
            (first_year..=end.year()).flat_map(|year| calendar.holidays(year)).collect();
        let business_days = BusinessDays::new(&holidays);
        let to_month_end: Vec<(NaiveDate, u8)> =
            months(start, end).flat_map(|month| to_month_end(month, &business_days)).collect();
        let place = |date: &NaiveDate| match to_month_end.binary_search_by_key(date, |(day, _)| *day) {
            Ok(place) => to_month_end[place].1,
            Err(_) => 0,
        };

        let dates: Vec<NaiveDate> = start.iter_days().take_while(|date| *date <= end).collect();
        Self {
            weekday: dates.iter().map(|date| date.weekday().num_days_from_monday() as u8).collect(),
            day_of_year: dates.iter().map(|date| date.ordinal() as u16).collect(),
            month: dates.iter().map(|date| date.month() as u8).collect(),
            weekend: dates.iter().map(|date| is_weekend(*date)).collect(),
            holiday: dates.iter().map(|date| business_days.is_holiday(*date)).collect(),
            month_end_window: dates
                .iter()
                .map(|date| (1..=eoq_window_business_days).contains(&place(date).into()))
                .collect(),
            business_days_to_month_end: dates.iter().map(place).collect(),
            after_holiday: dates.iter().map(|date| business_days.follows_holiday(*date)).collect(),
            holidays: holidays
                .iter()
                .filter_map(|holiday| Some((dates.binary_search(&holiday.date).ok()?, *holiday)))
                .collect(),
            dates,
        }
    }

    /// Number of days, at least 1.
    pub fn len(&self) -> usize {
        self.dates.len()
    }

    /// Whether there is no day, which a range in order never gives.
    pub fn is_empty(&self) -> bool {
        self.dates.is_empty()
    }

    /// The holidays of the range in order, each with its index in the tables.
    pub fn holidays(&self) -> &[(usize, Holiday)] {
        &self.holidays
    }
}

/// The first day of each month that has a day in `start..=end`.
fn months(start: NaiveDate, end: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    iter::successors(start.with_day(1), |month| month.checked_add_months(Months::new(1)))
        .take_while(move |month| *month <= end)
}
