//! Numbers for people.

pub(super) use crate::wording::{bytes, counted, grouped as count, minutes, seconds, short};

/// A time that is left, no more exact than it is known: `about 5 s`.
pub(super) fn left(milliseconds: f64) -> String {
    match (milliseconds / 1000.0).ceil() as u64 {
        seconds @ ..60 => format!("about {seconds} s"),
        seconds => format!("about {}", minutes(seconds)),
    }
}

/// A share in percent: `1.02 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
