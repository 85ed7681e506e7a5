//! How far apart rows are, and how the load runs through a day.

use crate::config::limits;
use crate::config::read::{Section, Value};
use crate::plan::{Granularity, HOURS, Hours};

pub(super) fn granularity(data: &Section<'_>) -> Option<Granularity> {
    let choices = Granularity::ALL.map(|granularity| (granularity.name(), granularity));
    data.choice("granularity", &choices, Granularity::Daily)
}

/// The hours of a fleet or of a kind of servers.
pub(super) fn read(section: &Section<'_>, default: Hours) -> Option<Hours> {
    section.get("hours").map_or(Some(default), |value| hours(&value))
}

fn hours(value: &Value<'_>) -> Option<Hours> {
    if !value.is_list() {
        return value.choice(&Hours::NAMED);
    }
    let items = value.list("")?;
    if items.len() != HOURS {
        let message = format!("lists {} loads, but a day has {HOURS} hours.", items.len());
        value.problem(
            message,
            "Write a number for each hour from midnight on, or `business`, `night` or `flat`.",
        );
        return None;
    }
    let loads: Vec<Option<f64>> = items.iter().map(|item| item.number(&limits::FACTOR)).collect();
    let loads: [f64; HOURS] = loads.into_iter().collect::<Option<Vec<f64>>>()?.try_into().ok()?;
    if loads.iter().sum::<f64>() == 0.0 {
        value.problem("has loads whose sum is 0.", "Give at least one hour a load above 0.");
        return None;
    }
    Some(Hours::Own(loads))
}
