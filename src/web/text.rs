//! Numbers for people.

pub(super) use crate::wording::{counted, grouped as count};

/// A size: `482 B`, `1.7 MB`, `210 MB`.
pub(super) fn bytes(number: u64) -> String {
    scaled(number as f64, &[" B", " kB", " MB", " GB", " TB"])
}

/// A number shortened: `17 M`, `1.6 M`, `820`.
pub(super) fn short(number: f64) -> String {
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
pub(super) fn seconds(milliseconds: f64) -> String {
    match milliseconds / 1000.0 {
        seconds if seconds < 9.995 => format!("{seconds:.2} s"),
        seconds if seconds < 59.95 => format!("{seconds:.1} s"),
        seconds => minutes(seconds.round() as u64),
    }
}

/// A time that is left, no more exact than it is known: `about 5 s`.
pub(super) fn left(milliseconds: f64) -> String {
    match (milliseconds / 1000.0).ceil() as u64 {
        seconds @ ..60 => format!("about {seconds} s"),
        seconds => format!("about {}", minutes(seconds)),
    }
}

fn minutes(seconds: u64) -> String {
    format!("{} min {} s", seconds / 60, seconds % 60)
}

/// A share in percent: `1.02 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
