//! How numbers are written for people, everywhere the same.

use std::fmt::Display;

/// The decimal digits of a whole number with thousands separated by commas: `175,320`.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 row`, `175,320 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A size: `482 B`, `1.7 MB`, `210 MB`.
pub fn bytes(number: u64) -> String {
    scaled(number as f64, &[" B", " kB", " MB", " GB", " TB"])
}

/// A number shortened: `17 M`, `1.6 M`, `820`.
pub fn short(number: f64) -> String {
    scaled(number, &["", " k", " M", " G"])
}

/// Up to three digits that matter and the unit of its thousands.
fn scaled(number: f64, units: &[&str]) -> String {
    let (mut number, mut unit) = (number, 0);
    // What would be rounded to 1000 belongs to the next unit.
    while number >= 999.5 && unit + 1 < units.len() {
        number /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && number < 99.95);
    format!("{number:.decimals$}{}", units[unit])
}

/// A time that has passed: `0.21 s`, `12.4 s`, `3 min 5 s`.
pub fn seconds(milliseconds: f64) -> String {
    match milliseconds / 1000.0 {
        seconds if seconds < 9.995 => format!("{seconds:.2} s"),
        seconds if seconds < 59.95 => format!("{seconds:.1} s"),
        seconds => minutes(seconds.round() as u64),
    }
}

/// Whole seconds of a minute and more: `3 min 5 s`.
pub fn minutes(seconds: u64) -> String {
    format!("{} min {} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_by_commas() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (4_294_967_295_u64, "4,294,967,295")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}
