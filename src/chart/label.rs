//! Words and numbers for people.

use chrono::{Datelike, NaiveDate};

use crate::wording::grouped;

/// Weekdays, Monday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A metric's name for people: `net_in_p95` is "Net in P95".
///
/// ```
/// use fleetsynth::chart::metric_label;
///
/// assert_eq!(metric_label("cpu_p95"), "CPU P95");
/// assert_eq!(metric_label("mem_p95"), "Memory P95");
/// ```
pub fn metric_label(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty()).enumerate().map(|(place, word)| match word {
        "cpu" | "gpu" | "ram" | "io" | "iops" | "ssd" | "vm" => word.to_uppercase(),
        "mem" if place == 0 => "Memory".to_owned(),
        "mem" => "memory".to_owned(),
        _ if is_percentile(word) || place == 0 => capitalised(word),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_percentile(word: &str) -> bool {
    word.strip_prefix('p')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The word with a capital first letter.
pub(super) fn capitalised(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

/// A name and its unit: "CPU P95, %".
pub(super) fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name}, {unit}") }
}

/// The word with a small first letter, unless it is an abbreviation: "P95".
pub(super) fn uncapitalised(word: &str) -> String {
    let mut rest = word.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(rest).collect(),
        _ => word.to_owned(),
    }
}

/// A figure and its unit: "52.3%", "512 Mbps".
pub(super) fn quantity(value: f64, unit: &str) -> String {
    match unit {
        _ if !value.is_finite() => "no value".to_owned(),
        "" => figure(value),
        "%" => format!("{}%", figure(value)),
        _ => format!("{} {unit}", figure(value)),
    }
}

/// What differences of values with this unit are counted in: those of percentages are no percentages.
pub(super) fn step(unit: &str) -> &str {
    if unit == "%" { "points" } else { unit }
}

/// A difference with its sign: "+2.21", "-0.500", "0".
pub(super) fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", figure(value))
}

/// A difference of values with this unit: "+2.21 points", "-12.0 Mbps".
pub(super) fn difference(value: f64, unit: &str) -> String {
    match step(unit) {
        "" => signed(value),
        step => format!("{} {step}", signed(value)),
    }
}

/// A percentage from the configuration, without zeros that say nothing: "5%", "0.25%".
pub(super) fn configured_percent(percent: f64) -> String {
    let text = figure(percent);
    match text.contains('.') && !text.contains('e') {
        true => format!("{}%", text.trim_end_matches('0').trim_end_matches('.')),
        false => format!("{text}%"),
    }
}

/// A share as a percentage: "1.02%".
pub(super) fn percent(share: f64) -> String {
    quantity(share * 100.0, "%")
}

/// A number with about three digits that matter; empty when there is none.
pub(super) fn figure(value: f64) -> String {
    let magnitude = value.abs();
    match magnitude {
        _ if !value.is_finite() => String::new(),
        0.0 => "0".to_owned(),
        _ if !(1e-4..1e9).contains(&magnitude) => format!("{value:.2e}"),
        _ if magnitude >= 99.95 => number(value, 0),
        _ if magnitude >= 9.995 => number(value, 1),
        _ if magnitude >= 0.9995 => number(value, 2),
        _ => number(value, (2 - order(magnitude)).clamp(3, 6) as usize),
    }
}

/// A number for programs, to six decimals; empty when there is none.
pub(super) fn plain(value: f64) -> String {
    match value.is_finite() {
        true => format!("{}", (value * 1e6).round() / 1e6 + 0.0),
        false => String::new(),
    }
}

/// A number with thousands separated by commas.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    // A number that rounds to zero has no sign.
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.push('-');
    }
    out += &grouped(whole);
    out + rest
}

/// A whole number with thousands separated by commas.
pub(super) fn count(value: u64) -> String {
    grouped(value)
}

/// A number of things: "no gaps", "1 gap", "2 gaps".
pub(super) fn plural(value: u64, thing: &str) -> String {
    match value {
        0 => format!("no {thing}s"),
        1 => format!("1 {thing}"),
        _ => format!("{} {thing}s", count(value)),
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [words @ .., last] => format!("{} and {last}", words.join(", ")),
    }
}

/// A date: "1 Jan 2022".
pub(super) fn date(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// A date with its weekday: "Sat 1 Jan 2022".
pub fn day(day: NaiveDate) -> String {
    format!("{} {}", &WEEKDAYS[day.weekday().num_days_from_monday() as usize][..3], date(day))
}

/// The short name of a date's month.
pub(super) fn month(date: NaiveDate) -> &'static str {
    &MONTHS[date.month0() as usize][..3]
}

/// The power of ten of a positive number's first digit.
pub(super) fn order(value: f64) -> i32 {
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_well() {
        for (name, label) in [
            ("cpu_p95", "CPU P95"),
            ("net_in_p95", "Net in P95"),
            ("net_out_p95", "Net out P95"),
            ("disk_p99", "Disk P99"),
            ("gpu_mem_p50", "GPU memory P50"),
            ("p", "P"),
            ("a__b_", "A b"),
        ] {
            assert_eq!(metric_label(name), label);
        }
    }

    #[test]
    fn figures_have_three_digits_that_matter() {
        for (value, text) in [
            (0.0, "0"),
            (52.345, "52.3"),
            (99.96, "100"),
            (9.996, "10.0"),
            (1.0, "1.00"),
            (0.01234, "0.0123"),
            (-0.5, "-0.500"),
            (1_234.5, "1,234"),
            (175_320.0, "175,320"),
            (2.5e12, "2.50e12"),
            (f64::NAN, ""),
        ] {
            assert_eq!(figure(value), text);
        }
        assert_eq!(
            [2.214, -0.5, 0.0].map(|value| difference(value, "%")),
            ["+2.21 points", "-0.500 points", "0 points"]
        );
        assert_eq!(difference(-12.0, "Mbps"), "-12.0 Mbps");
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(quantity(f64::NAN, "%"), "no value");
    }
}
