//! Extra dated events.

use super::effects::drawn;
use crate::config::keys;
use crate::config::limits::{self, MAX_EVENTS};
use crate::config::names::name_problem;
use crate::config::problems::{Advice, all_of, nearest, quoted};
use crate::config::read::{Section, Value};
use crate::plan::{Event, Weighted};

/// The events; `units` are all business units that are listed, if these are sound.
pub(super) fn read(data: &Section<'_>, units: Option<&[Weighted]>) -> Option<Vec<Event>> {
    let Some(value) = data.get("events") else { return Some(Vec::new()) };
    let items = value.list(
        "Write `[{name: Release, start: 2024-03-01, end: 2024-03-05, multiplier: 1.2}]`, for example.",
    )?;
    if items.len() > MAX_EVENTS {
        let message = format!("lists {} events; at most {MAX_EVENTS} are allowed.", items.len());
        value.problem(message, "Keep the largest ones.");
        return None;
    }
    let events: Vec<Option<Event>> = items.iter().map(|item| event(item, units)).collect();
    let events: Vec<Event> = events.into_iter().collect::<Option<_>>()?;
    // What only concerns business units that never occur is no event.
    Some(events.into_iter().filter(|event| event.business_units.as_deref() != Some(&[])).collect())
}

fn event(item: &Value<'_>, units: Option<&[Weighted]>) -> Option<Event> {
    let section = item.section(keys::EVENT);
    let name = section.required("name", "Release").and_then(|value| {
        let name = value.text()?;
        if let Some((message, hint)) = name_problem(name) {
            value.problem(message, hint);
            return None;
        }
        Some(name.to_owned())
    });
    let date = |key, example| section.required(key, example).and_then(|value| value.date());
    let (start, end) = (date("start", "2024-03-01"), date("end", "2024-03-05"));
    let multiplier =
        section.required("multiplier", "1.2").and_then(|value| value.number(&limits::MULTIPLIER));
    let business_units = match section.get("business_unit") {
        Some(value) if !value.is_nothing() => concerned(&value, units).map(Some),
        _ => Some(None),
    };
    let (start, end) = (start?, end?);
    if end < start {
        let message = format!("is {end}, before the event's start on {start}.");
        section.problem("end", message, "Write a later day, or exchange the two.");
        return None;
    }
    Some(Event { name: name?, start, end, multiplier: multiplier?, business_units: business_units? })
}

/// The indices of the business units whose servers an event concerns.
fn concerned(value: &Value<'_>, units: Option<&[Weighted]>) -> Option<Vec<usize>> {
    let items = value.list("Write a list, `[Retail, Wealth]`; leave it out for all business units.")?;
    if items.is_empty() {
        value.problem("is empty.", "List at least one business unit, or leave the key out for all.");
        return None;
    }
    let units = units?;
    let mut concerned = Vec::new();
    let mut sound = true;
    for item in items {
        let Some(name) = item.text() else {
            sound = false;
            continue;
        };
        let names: Vec<&str> = units.iter().map(|(name, _)| name.as_str()).collect();
        if !names.contains(&name) {
            let advice = match nearest(name, names.iter().copied()) {
                Some(near) => Advice::did_you_mean(near),
                None => format!("There are: {}.", all_of(&names)).into(),
            };
            item.problem(format!("is {}, not a business unit of this fleet.", quoted(name)), advice);
            sound = false;
        }
        // One that never occurs has no servers.
        concerned.extend(drawn(units, name));
    }
    concerned.sort_unstable();
    concerned.dedup();
    sound.then_some(concerned)
}
