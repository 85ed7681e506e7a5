//! The calendar keeps the reference's holidays, counts windows in business days and is the same for
//! every range. Expected days are written out, from the reference list or a wall calendar.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use fleetsynth::calendar::*;
use proptest::prelude::*;

use HolidayCalendar::{UsBank, UsFederal};

/// Every holiday of 2000..=2035, made with the Python package `holidays` 0.109:
/// `US(years=...)` and `financial_holidays("XFED", years=...)`.
const REFERENCE: &str = include_str!("data/us_holidays_2000_2035.csv");

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is no date"))
}

fn table(start: &str, end: &str, calendar: HolidayCalendar, window: u32) -> DayTable {
    DayTable::new(date(start), date(end), calendar, window)
}

/// The window of a month such as "2023-06", as days of the month.
fn window_days(month: &str, calendar: HolidayCalendar, window: u32) -> Vec<u32> {
    let first = date(&format!("{month}-01"));
    let last = first + Months::new(1) - Days::new(1);
    let table = DayTable::new(first, last, calendar, window);
    (0..table.len()).filter(|&i| table.month_end_window[i]).map(|i| table.dates[i].day()).collect()
}

fn names_by_date(calendar: HolidayCalendar, year: i32) -> Vec<(String, String)> {
    calendar.holidays(year).iter().map(|holiday| (holiday.date.to_string(), holiday.to_string())).collect()
}

#[track_caller]
fn assert_holidays(calendar: HolidayCalendar, year: i32, expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(day, name)| (format!("{year}-{day}"), (*name).to_owned())).collect();
    assert_eq!(names_by_date(calendar, year), expected);
}

// Holidays

#[test]
fn both_calendars_have_exactly_the_holidays_of_the_reference() {
    let mut expected: HashMap<&str, Vec<(String, String)>> = HashMap::new();
    for row in REFERENCE.lines().skip(1) {
        let [calendar, date, name] = row.splitn(3, ',').collect::<Vec<_>>()[..] else {
            panic!("a row has three fields: {row}");
        };
        expected.entry(calendar).or_default().push((date.to_owned(), name.trim_matches('"').to_owned()));
    }

    assert_eq!(expected.len(), 2);
    for (calendar, rows) in [(UsFederal, 421), (UsBank, 375)] {
        let ours: Vec<_> = (2000..=2035).flat_map(|year| names_by_date(calendar, year)).collect();
        assert_eq!(ours.len(), rows);
        assert_eq!(ours, expected[calendar.name()]);
    }
}

#[test]
fn outside_the_reference_the_number_of_holidays_is_still_that_of_the_python_package() {
    let count = |calendar: HolidayCalendar, years: std::ops::RangeInclusive<i32>| -> usize {
        years.map(|year| calendar.holidays(year).len()).sum()
    };
    assert_eq!(count(UsFederal, 1971..=2100), 1538);
    assert_eq!(count(UsBank, 1999..=2100), 1100);
}

#[test]
fn in_1971_a_new_years_eve_is_off_and_two_holidays_of_today_are_not_there() {
    assert_holidays(
        UsFederal,
        1971,
        &[
            ("01-01", "New Year's Day"),
            ("02-15", "Washington's Birthday"),
            ("05-31", "Memorial Day"),
            ("07-04", "Independence Day"),
            ("07-05", "Independence Day (observed)"),
            ("09-06", "Labor Day"),
            ("10-11", "Columbus Day"),
            ("10-25", "Veterans Day"),
            ("11-25", "Thanksgiving Day"),
            ("12-24", "Christmas Day (observed)"),
            ("12-25", "Christmas Day"),
            ("12-31", "New Year's Day (observed)"),
        ],
    );
}

#[test]
fn veterans_day_is_the_fourth_monday_of_october_from_1971_to_1977() {
    let veterans_days = |year| -> Vec<String> {
        let all = UsFederal.holidays(year);
        all.iter().filter(|h| h.name == "Veterans Day").map(|h| h.date.to_string()).collect()
    };
    assert_eq!(veterans_days(1971), ["1971-10-25"]);
    assert_eq!(veterans_days(1975), ["1975-10-27"]);
    assert_eq!(veterans_days(1977), ["1977-10-24"]);
    assert_eq!(veterans_days(1978), ["1978-11-10", "1978-11-11"]);
    assert!(!UsBank.is_holiday(date("1975-11-11")));
}

#[test]
fn martin_luther_king_day_begins_in_1986_and_juneteenth_in_2021() {
    let has = |calendar: HolidayCalendar, year, name| calendar.holidays(year).iter().any(|h| h.name == name);
    for (calendar, king) in
        [(UsFederal, "Martin Luther King Jr. Day"), (UsBank, "Birthday of Martin Luther King, Jr.")]
    {
        assert!(!has(calendar, 1985, king) && has(calendar, 1986, king));
        let juneteenth = "Juneteenth National Independence Day";
        assert!(!has(calendar, 2020, juneteenth) && has(calendar, 2021, juneteenth));
        assert!(calendar.is_holiday(date("1986-01-20")) && !calendar.is_holiday(date("1985-01-21")));
        assert!(!calendar.is_holiday(date("2020-06-19")));
    }
}

#[test]
fn the_year_2100_has_the_holidays_of_the_python_package() {
    assert_holidays(
        UsFederal,
        2100,
        &[
            ("01-01", "New Year's Day"),
            ("01-18", "Martin Luther King Jr. Day"),
            ("02-15", "Washington's Birthday"),
            ("05-31", "Memorial Day"),
            ("06-18", "Juneteenth National Independence Day (observed)"),
            ("06-19", "Juneteenth National Independence Day"),
            ("07-04", "Independence Day"),
            ("07-05", "Independence Day (observed)"),
            ("09-06", "Labor Day"),
            ("10-11", "Columbus Day"),
            ("11-11", "Veterans Day"),
            ("11-25", "Thanksgiving Day"),
            ("12-24", "Christmas Day (observed)"),
            ("12-25", "Christmas Day"),
            ("12-31", "New Year's Day (observed)"),
        ],
    );
}

#[test]
fn banks_move_a_sunday_holiday_and_leave_a_saturday_holiday() {
    // 2021: Independence Day on a Sunday, Christmas Day and the next New Year's Day on Saturdays.
    for (day, federal, bank) in [
        ("2021-07-04", true, false),
        ("2021-07-05", true, true),
        ("2021-12-24", true, false),
        ("2021-12-25", true, true),
        ("2021-12-31", true, false),
        ("2022-01-01", true, true),
    ] {
        assert_eq!(UsFederal.is_holiday(date(day)), federal, "{day} us_federal");
        assert_eq!(UsBank.is_holiday(date(day)), bank, "{day} us_bank");
    }
}

#[test]
fn a_holiday_is_displayed_with_observed_behind_its_name() {
    let holiday = Holiday { date: date("2023-11-10"), name: "Veterans Day", observed: true };
    assert_eq!(holiday.to_string(), "Veterans Day (observed)");
    assert_eq!(Holiday { date: date("2023-11-11"), observed: false, ..holiday }.to_string(), "Veterans Day");
    assert!(UsFederal.holidays(2023).contains(&holiday));
}

#[test]
fn the_calendars_are_named_as_in_the_configuration() {
    assert_eq!(HolidayCalendar::ALL.map(HolidayCalendar::name), ["us_federal", "us_bank"]);
}

#[test]
fn holidays_are_sorted_and_no_day_is_two_of_them() {
    for calendar in HolidayCalendar::ALL {
        let all: Vec<_> = (FIRST_DATE.year()..=LAST_DATE.year()).flat_map(|y| calendar.holidays(y)).collect();
        assert!(all.is_sorted_by(|a, b| a.date < b.date));
    }
}

#[test]
fn there_are_no_holidays_where_the_rules_do_not_hold() {
    for year in [i32::MIN, 1970, 2200, i32::MAX] {
        assert_eq!(UsFederal.holidays(year), []);
    }
    assert!(!UsFederal.is_holiday(date("1970-12-25")));
    assert!(UsFederal.is_holiday(FIRST_DATE) && UsFederal.is_holiday(date("2199-12-25")));
}

// Month-end windows

#[test]
fn a_window_of_seven_skips_the_weekends() {
    assert_eq!(window_days("2023-06", UsFederal, 7), [22, 23, 26, 27, 28, 29, 30]);
    assert_eq!(window_days("2025-09", UsFederal, 7), [22, 23, 24, 25, 26, 29, 30]);
}

#[test]
fn a_window_skips_a_holiday_inside_it() {
    // Thursday 25 December is not in it, and the 22nd takes its place.
    assert_eq!(window_days("2025-12", UsFederal, 7), [22, 23, 24, 26, 29, 30, 31]);
    // Monday 31 May is Memorial Day.
    assert_eq!(window_days("2021-05", UsFederal, 3), [26, 27, 28]);
}

#[test]
fn a_window_that_reaches_juneteenth_begins_a_day_earlier() {
    // Juneteenth is a Monday in 2023, a Wednesday in 2024 and a Thursday in 2025.
    assert_eq!(window_days("2023-06", UsFederal, 10), [16, 20, 21, 22, 23, 26, 27, 28, 29, 30]);
    assert_eq!(window_days("2024-06", UsFederal, 8), [18, 20, 21, 24, 25, 26, 27, 28]);
    assert_eq!(window_days("2025-06", UsFederal, 8), [18, 20, 23, 24, 25, 26, 27, 30]);
    // In 2019 it was no holiday yet.
    assert_eq!(window_days("2019-06", UsFederal, 8), [19, 20, 21, 24, 25, 26, 27, 28]);
}

#[test]
fn nine_calendar_days_are_no_substitute_for_seven_business_days() {
    // The last nine calendar days begin on the 22nd in June and September, on the 23rd in December.
    assert_eq!(window_days("2024-06", UsFederal, 7), [20, 21, 24, 25, 26, 27, 28]);
    assert_eq!(window_days("2025-06", UsFederal, 7), [20, 23, 24, 25, 26, 27, 30]);
    assert_eq!(window_days("2024-09", UsFederal, 7), [20, 23, 24, 25, 26, 27, 30]);
    assert_eq!(window_days("2021-12", UsFederal, 7), [21, 22, 23, 27, 28, 29, 30]);
}

#[test]
fn the_window_follows_the_chosen_calendar() {
    // In 2021 banks were open on 24 and 31 December, the federal government on neither.
    assert_eq!(window_days("2021-12", UsBank, 7), [23, 24, 27, 28, 29, 30, 31]);
    assert_eq!(window_days("2021-12", UsFederal, 7), [21, 22, 23, 27, 28, 29, 30]);
    // In 2022 Christmas was a Sunday, and Monday the 26th was off for both.
    for calendar in HolidayCalendar::ALL {
        assert_eq!(window_days("2022-12", calendar, 7), [21, 22, 23, 27, 28, 29, 30]);
    }
}

#[test]
fn a_window_of_23_is_the_whole_month() {
    // March 2021 has 23 business days; February 2021 has 19, without Washington's Birthday on the 15th.
    assert_eq!(window_days("2021-03", UsFederal, 23).len(), 23);
    assert_eq!(
        window_days("2021-02", UsFederal, 23),
        [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 16, 17, 18, 19, 22, 23, 24, 25, 26]
    );
}

#[test]
fn a_window_of_one_is_the_last_business_day() {
    assert_eq!(window_days("2024-03", UsFederal, 1), [29]);
    assert_eq!(window_days("2024-06", UsFederal, 1), [28]);
    assert_eq!(window_days("2021-12", UsFederal, 1), [30]);
    assert_eq!(window_days("2021-12", UsBank, 1), [31]);
}

#[test]
fn every_month_has_as_many_window_days_as_the_window_or_the_month_allows() {
    for calendar in HolidayCalendar::ALL {
        for window in 1..=23 {
            let table = table("1971-01-01", "2100-12-31", calendar, window);
            let mut months = 0;
            for month in
                (0..table.len()).collect::<Vec<_>>().chunk_by(|&a, &b| table.month[a] == table.month[b])
            {
                let business = month.iter().filter(|&&i| !table.weekend[i] && !table.holiday[i]).count();
                let inside = month.iter().filter(|&&i| table.month_end_window[i]).count();
                assert_eq!(inside, business.min(window as usize), "{} {window}", table.dates[month[0]]);
                months += 1;
            }
            assert_eq!(months, 130 * 12);
        }
    }
}

#[test]
fn a_range_that_ends_mid_month_counts_the_window_from_the_months_end() {
    let table = table("2023-06-20", "2023-06-23", UsFederal, 7);
    assert_eq!(table.month_end_window, [false, false, true, true]);
}

// Tables

#[test]
fn a_range_of_one_day_has_one_row() {
    let table = table("2024-12-31", "2024-12-31", UsFederal, 7);
    assert_eq!(table.len(), 1);
    assert!(!table.is_empty());
    assert_eq!(table.dates, [date("2024-12-31")]);
    assert_eq!(table.weekday, [1]);
    assert_eq!(table.day_of_year, [366]);
    assert_eq!(table.month, [12]);
    assert_eq!(table.weekend, [false]);
    assert_eq!(table.holiday, [false]);
    assert_eq!(table.month_end_window, [true]);
    assert_eq!(table.holidays(), []);
}

#[test]
fn the_first_and_the_last_date_are_a_range_too() {
    let table = DayTable::new(FIRST_DATE, LAST_DATE, UsBank, 7);
    assert_eq!(table.len(), 83_641);
    assert_eq!((table.weekday[0], table.weekday[83_640]), (4, 1));
}

#[test]
fn the_default_range_has_1461_days() {
    let table = table("2022-01-01", "2025-12-31", UsFederal, 7);
    assert_eq!(table.len(), 1461);
    assert_eq!(table.weekend.iter().filter(|&&weekend| weekend).count(), 418);
    assert_eq!(table.month_end_window.iter().filter(|&&inside| inside).count(), 48 * 7);
    assert_eq!(table.holidays().len(), table.holiday.iter().filter(|&&holiday| holiday).count());
}

#[test]
fn a_leap_year_has_29_february_and_a_day_366() {
    let leap = table("2024-02-28", "2024-03-01", UsFederal, 7);
    assert_eq!(leap.dates, [date("2024-02-28"), date("2024-02-29"), date("2024-03-01")]);
    assert_eq!(leap.day_of_year, [59, 60, 61]);
    assert_eq!(table("2000-12-31", "2001-01-01", UsFederal, 7).day_of_year, [366, 1]);
    assert_eq!(window_days("2024-02", UsFederal, 2), [28, 29]);
}

#[test]
fn the_year_2100_is_no_leap_year_and_begins_on_a_friday() {
    let february = table("2100-02-28", "2100-03-01", UsFederal, 7);
    assert_eq!(february.len(), 2);
    assert_eq!(february.day_of_year, [59, 60]);
    let new_year = table("2100-01-01", "2100-01-01", UsFederal, 7);
    assert_eq!((new_year.weekday[0], new_year.holiday[0]), (4, true));
    assert_eq!(table("2100-12-31", "2101-01-01", UsFederal, 7).day_of_year, [365, 1]);
}

#[test]
fn weekdays_count_from_monday() {
    let week = table("2024-07-01", "2024-07-07", UsFederal, 7);
    assert_eq!(week.weekday, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(week.weekend, [false, false, false, false, false, true, true]);
    assert_eq!(week.holiday, [false, false, false, true, false, false, false]);
}

#[test]
fn the_holidays_of_a_table_carry_their_index() {
    let table = table("2021-12-20", "2022-01-02", UsFederal, 7);
    let listed: Vec<_> = table.holidays().iter().map(|(day, holiday)| (*day, holiday.to_string())).collect();
    assert_eq!(
        listed,
        [
            (4, "Christmas Day (observed)".to_owned()),
            (5, "Christmas Day".to_owned()),
            (11, "New Year's Day (observed)".to_owned()),
            (12, "New Year's Day".to_owned()),
        ]
    );
}

/// A range of up to three years and how many days it may be extended by.
fn ranges() -> impl Strategy<Value = (NaiveDate, NaiveDate, NaiveDate)> {
    let days = (LAST_DATE - FIRST_DATE).num_days() as u64;
    (0..=days, 0..1100_u64, 0..1100_u64).prop_map(move |(start, length, extension)| {
        let day = |n: u64| FIRST_DATE + Days::new(n.min(days));
        (day(start), day(start + length), day(start + length + extension))
    })
}

proptest! {
    #[test]
    fn a_later_end_changes_no_earlier_day(
        (start, end, later) in ranges(),
        calendar in prop::sample::select(HolidayCalendar::ALL.to_vec()),
        window in 1..=23_u32,
    ) {
        let short = DayTable::new(start, end, calendar, window);
        let long = DayTable::new(start, later, calendar, window);
        let n = short.len();
        prop_assert_eq!(&short.dates, &long.dates[..n]);
        prop_assert_eq!(&short.weekday, &long.weekday[..n]);
        prop_assert_eq!(&short.day_of_year, &long.day_of_year[..n]);
        prop_assert_eq!(&short.month, &long.month[..n]);
        prop_assert_eq!(&short.weekend, &long.weekend[..n]);
        prop_assert_eq!(&short.holiday, &long.holiday[..n]);
        prop_assert_eq!(&short.month_end_window, &long.month_end_window[..n]);
        prop_assert!(long.holidays().starts_with(short.holidays()));
    }

    #[test]
    fn a_day_alone_is_as_it_is_in_any_range(
        (start, end, _) in ranges(),
        calendar in prop::sample::select(HolidayCalendar::ALL.to_vec()),
        window in 1..=23_u32,
        at in any::<prop::sample::Index>(),
    ) {
        let range = DayTable::new(start, end, calendar, window);
        let i = at.index(range.len());
        let alone = DayTable::new(range.dates[i], range.dates[i], calendar, window);
        prop_assert_eq!(range.holiday[i], calendar.is_holiday(range.dates[i]));
        prop_assert_eq!(range.holiday[i], alone.holiday[0]);
        prop_assert_eq!(range.weekend[i], alone.weekend[0]);
        prop_assert_eq!(range.month_end_window[i], alone.month_end_window[0]);
    }

    #[test]
    fn a_window_day_is_a_business_day_with_fewer_than_the_window_after_it_in_its_month(
        (start, end, _) in ranges(),
        calendar in prop::sample::select(HolidayCalendar::ALL.to_vec()),
        window in 1..=23_u32,
        at in any::<prop::sample::Index>(),
    ) {
        let range = DayTable::new(start, end, calendar, window);
        let i = at.index(range.len());
        let day = range.dates[i];
        let is_business_day = |date: NaiveDate| date.weekday().number_from_monday() <= 5 && !calendar.is_holiday(date);
        let later_business_days = day.iter_days().skip(1)
            .take_while(|date| date.month() == day.month())
            .filter(|date| is_business_day(*date))
            .count();
        let expected = is_business_day(day) && later_business_days < window as usize;
        prop_assert_eq!(range.month_end_window[i], expected, "{}", day);
    }
}
