//! Dates along an axis.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::label;
use crate::calendar::DayTable;

/// A mark on the time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateTick {
    /// Index of the day.
    pub(super) day: usize,
    /// What stands at the mark.
    pub(super) label: String,
    /// What stands below it: the month or year, where it changes.
    pub(super) below: String,
}

/// What the marks stand for, and how many days they are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rhythm {
    Days(usize),
    Months(u32),
    Years(i32),
}

/// From fine to coarse, each with the CSS pixels that a mark needs.
const RHYTHMS: [(Rhythm, f64); 15] = [
    (Rhythm::Days(1), 26.0),
    (Rhythm::Days(2), 26.0),
    (Rhythm::Days(7), 30.0),
    (Rhythm::Days(14), 30.0),
    (Rhythm::Months(1), 44.0),
    (Rhythm::Months(3), 44.0),
    (Rhythm::Months(6), 44.0),
    (Rhythm::Years(1), 44.0),
    (Rhythm::Years(2), 44.0),
    (Rhythm::Years(5), 44.0),
    (Rhythm::Years(10), 44.0),
    (Rhythm::Years(20), 44.0),
    (Rhythm::Years(50), 44.0),
    (Rhythm::Years(100), 44.0),
    (Rhythm::Years(1000), 0.0),
];

impl Rhythm {
    fn days(self) -> f64 {
        match self {
            Self::Days(days) => days as f64,
            Self::Months(months) => 30.4 * f64::from(months),
            Self::Years(years) => 365.25 * f64::from(years),
        }
    }

    /// Whether a mark stands on the day.
    fn marks(self, day: usize, date: NaiveDate, first_monday: usize) -> bool {
        match self {
            Self::Days(days @ (1 | 2)) => day.is_multiple_of(days),
            Self::Days(days) => day % days == first_monday,
            Self::Months(months) => date.day() == 1 && date.month0().is_multiple_of(months),
            Self::Years(years) => date.ordinal() == 1 && date.year() % years == 0,
        }
    }

    fn label(self, date: NaiveDate) -> String {
        match self {
            Self::Days(_) => date.day().to_string(),
            Self::Months(_) => label::month(date).to_owned(),
            Self::Years(_) => date.year().to_string(),
        }
    }

    fn below(self, date: NaiveDate) -> String {
        match self {
            Self::Days(_) => format!("{} {}", label::month(date), date.year()),
            Self::Months(_) => date.year().to_string(),
            Self::Years(_) => String::new(),
        }
    }
}

/// Marks for an axis of the days `shown` with so many CSS pixels per day: at least one.
pub(super) fn ticks(days: &DayTable, shown: Range<usize>, pixels_per_day: f64) -> Vec<DateTick> {
    let (rhythm, _) = *RHYTHMS
        .iter()
        .find(|(rhythm, pixels)| rhythm.days() * pixels_per_day >= *pixels)
        .expect("the last rhythm needs no room");
    let first_monday = days.weekday.iter().position(|weekday| *weekday == 0).unwrap_or(0);
    let mut ticks: Vec<DateTick> = Vec::new();
    let mut latest = String::new();
    for (day, date) in days.dates.iter().enumerate().take(shown.end).skip(shown.start) {
        if rhythm.marks(day, *date, first_monday) {
            let below = rhythm.below(*date);
            let changed = below != latest;
            latest.clone_from(&below);
            ticks.push(DateTick {
                day,
                label: rhythm.label(*date),
                below: if changed { below } else { String::new() },
            });
        }
    }
    if ticks.is_empty() {
        let first = days.dates[shown.start];
        ticks.push(DateTick {
            day: shown.start,
            label: label::month(first).to_owned(),
            below: first.year().to_string(),
        });
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::HolidayCalendar;

    fn labels(start: &str, end: &str, pixels: f64) -> String {
        let [start, end] = [start, end].map(|date| date.parse().expect("a date"));
        let days = DayTable::new(start, end, HolidayCalendar::UsFederal, 7);
        let ticks = ticks(&days, 0..days.len(), pixels / days.len() as f64).into_iter();
        ticks
            .map(|tick| format!("{} {}", tick.label, tick.below).trim().to_owned())
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn marks_fit_the_range_and_the_room() {
        assert_eq!(labels("2022-01-01", "2025-12-31", 250.0), "2022|2023|2024|2025");
        assert_eq!(labels("2022-01-01", "2023-12-31", 250.0), "Jan 2022|Jul|Jan 2023|Jul");
        assert_eq!(labels("2022-02-01", "2022-12-31", 250.0), "Apr 2022|Jul|Oct");
        assert_eq!(labels("2022-01-30", "2022-02-01", 250.0), "30 Jan 2022|31|1 Feb 2022");
        assert_eq!(labels("2022-01-01", "2022-02-20", 250.0), "3 Jan 2022|10|17|24|31|7 Feb 2022|14");
        assert_eq!(labels("1971-01-01", "2199-12-31", 250.0), "2000|2050|2100|2150");
        assert_eq!(labels("2022-02-02", "2022-02-20", 20.0), "Feb 2022");
        assert_eq!(labels("2022-02-02", "2022-02-02", 250.0), "2 Feb 2022");
    }
}
