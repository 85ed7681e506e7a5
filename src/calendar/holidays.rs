//! The holidays of the United States from 1971, as the law names them and as banks keep them.
//!
//! Sources: 5 U.S.C. 6103 (the days, and the Friday for a Saturday), Executive Order 11582 of 1971
//! (the Monday for a Sunday), and the Federal Reserve's "Holidays Observed", release K.8 (the banks' days).
//!
//! The reference is the Python package `holidays`, because the data's readers compare with it:
//! `holidays.US()` and `holidays.financial_holidays("XFED")`. So [`HolidayCalendar::UsFederal`] departs
//! from the federal Office of Personnel Management's list in three ways: it keeps the actual day, a
//! Saturday or Sunday, beside the observed one; it calls the "Birthday of Martin Luther King, Jr."
//! "Martin Luther King Jr. Day"; and it leaves out Inauguration Day, a holiday around Washington only.
//! Days off by an order for one year (a day of mourning, some Christmas Eves) are in neither calendar.
//! The package knows the banks' holidays from 1999 only; before, the same rules are carried back.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{FIRST_DATE, LAST_DATE};
use DayRule::{Fixed, Last, Nth};
use Weekday::{Mon, Sat, Sun, Thu};

/// Whose holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolidayCalendar {
    /// Federal holidays. One on a Saturday is observed on the Friday before, one on a Sunday on the
    /// Monday after; the actual day remains a holiday as well.
    UsFederal,
    /// The Federal Reserve Banks' holidays. One on a Sunday moves to the Monday after; one on a Saturday
    /// stays where it is, and the banks are open on the Friday before.
    UsBank,
}

/// One holiday of one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day off.
    pub date: NaiveDate,
    /// The holiday's name, without "(observed)".
    pub name: &'static str,
    /// Whether the day stands in for an actual day on a weekend.
    pub observed: bool,
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.observed { f.write_str(" (observed)") } else { Ok(()) }
    }
}

impl HolidayCalendar {
    /// All calendars.
    pub const ALL: [Self; 2] = [Self::UsFederal, Self::UsBank];

    /// The name that a configuration gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UsFederal => "us_federal",
            Self::UsBank => "us_bank",
        }
    }

    /// The holidays whose date lies in `year`, sorted by date, no two on the same day. New Year's Day
    /// observed on 31 December belongs to the year that ends with it.
    ///
    /// Empty for a year outside [`FIRST_DATE`]..=[`LAST_DATE`].
    pub fn holidays(self, year: i32) -> Vec<Holiday> {
        if !(FIRST_DATE.year()..=LAST_DATE.year()).contains(&year) {
            return Vec::new();
        }
        let mut holidays: Vec<Holiday> = [year, year + 1]
            .into_iter()
            .flat_map(|year| RULES.iter().filter_map(move |rule| rule.holiday(self, year)))
            .flat_map(|actual| self.days_off(actual))
            .filter(|holiday| holiday.date.year() == year)
            .collect();
        holidays.sort_by_key(|holiday| holiday.date);
        holidays
    }

    /// Whether `date` is a holiday, observed days included. It works out the whole year each time:
    /// for many dates, use a [`super::DayTable`].
    pub fn is_holiday(self, date: NaiveDate) -> bool {
        self.holidays(date.year()).iter().any(|holiday| holiday.date == date)
    }

    /// The days off that an actual holiday gives.
    fn days_off(self, actual: Holiday) -> Vec<Holiday> {
        let observed = |date| Holiday { date, observed: true, ..actual };
        let friday_before = || observed(actual.date - Days::new(1));
        let monday_after = || observed(actual.date + Days::new(1));
        match (self, actual.date.weekday()) {
            (Self::UsFederal, Sat) => vec![friday_before(), actual],
            (Self::UsFederal, Sun) => vec![actual, monday_after()],
            (Self::UsBank, Sun) => vec![monday_after()],
            _ => vec![actual],
        }
    }
}

/// The rules of both calendars, which differ in the observed days and in one name.
const RULES: [Rule; 12] = [
    Rule::new(ALWAYS, Fixed(1, 1), "New Year's Day"),
    Rule {
        bank_name: "Birthday of Martin Luther King, Jr.",
        ..Rule::new(1986..=FOREVER, Nth(3, Mon, 1), "Martin Luther King Jr. Day")
    },
    Rule::new(ALWAYS, Nth(3, Mon, 2), "Washington's Birthday"),
    Rule::new(ALWAYS, Last(Mon, 5), "Memorial Day"),
    Rule::new(2021..=FOREVER, Fixed(6, 19), "Juneteenth National Independence Day"),
    Rule::new(ALWAYS, Fixed(7, 4), "Independence Day"),
    Rule::new(ALWAYS, Nth(1, Mon, 9), "Labor Day"),
    Rule::new(ALWAYS, Nth(2, Mon, 10), "Columbus Day"),
    // The Uniform Monday Holiday Act made it a Monday; Public Law 94-97 gave 11 November back.
    Rule::new(1971..=1977, Nth(4, Mon, 10), "Veterans Day"),
    Rule::new(1978..=FOREVER, Fixed(11, 11), "Veterans Day"),
    Rule::new(ALWAYS, Nth(4, Thu, 11), "Thanksgiving Day"),
    Rule::new(ALWAYS, Fixed(12, 25), "Christmas Day"),
];

const FOREVER: i32 = i32::MAX;
const ALWAYS: RangeInclusive<i32> = 1971..=FOREVER;

/// One holiday and the years that have it.
struct Rule {
    years: RangeInclusive<i32>,
    day: DayRule,
    federal_name: &'static str,
    bank_name: &'static str,
}

/// Where in the year a holiday falls; months are 1..=12.
enum DayRule {
    /// Month and day.
    Fixed(u32, u32),
    /// The nth (1..=4) such weekday of a month.
    Nth(u8, Weekday, u32),
    /// The last such weekday of a month.
    Last(Weekday, u32),
}

impl Rule {
    const fn new(years: RangeInclusive<i32>, day: DayRule, name: &'static str) -> Self {
        Self { years, day, federal_name: name, bank_name: name }
    }

    /// The actual day of `year`, if that year has the holiday.
    fn holiday(&self, calendar: HolidayCalendar, year: i32) -> Option<Holiday> {
        if !self.years.contains(&year) {
            return None;
        }
        let name = match calendar {
            HolidayCalendar::UsFederal => self.federal_name,
            HolidayCalendar::UsBank => self.bank_name,
        };
        Some(Holiday { date: self.day.in_year(year)?, name, observed: false })
    }
}

impl DayRule {
    fn in_year(&self, year: i32) -> Option<NaiveDate> {
        match *self {
            Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            Nth(n, weekday, month) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, n),
            Last(weekday, month) => {
                [5, 4].into_iter().find_map(|n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n))
            }
        }
    }
}
