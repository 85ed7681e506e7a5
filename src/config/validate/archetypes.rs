//! Kinds of servers, and how strongly business units feel the patterns.

use super::effects::{drawn, metric_index};
use super::metrics::Metrics;
use crate::config::defaults;
use crate::config::keys;
use crate::config::limits::{self, MAX_ARCHETYPES};
use crate::config::names::name_problem;
use crate::config::read::{Section, Value};
use crate::plan::{Archetype, Hours, Pattern, Sensitivity, Traits, Weighted};

/// What all kinds have where they have nothing of their own, if it is sound.
#[derive(Clone, Copy)]
pub(super) struct OfFleet<'a> {
    pub(super) metrics: &'a Metrics,
    pub(super) hours: Option<Hours>,
    pub(super) correlations: Option<&'a Option<Vec<Vec<f64>>>>,
}

/// The kinds that occur.
pub(super) fn read(metadata: &Section<'_>, fleet: OfFleet<'_>) -> Option<Vec<Archetype>> {
    const HINT: &str = "Write weights, `{web: 0.7, batch: 0.3}`; `{}` makes all servers of one kind.";
    let Some(value) = metadata.get("archetypes") else { return Some(Vec::new()) };
    let mut kinds = Some(Vec::new());
    let entries = value.map(HINT)?;
    if entries.len() > MAX_ARCHETYPES {
        let message = format!("has {} kinds; at most {MAX_ARCHETYPES} are allowed.", entries.len());
        value.problem(message, "Remove some.");
        return None;
    }
    let are_none = entries.is_empty();
    for (key, value) in entries {
        let problem = name_problem(key.name).or_else(|| {
            key.name.trim().is_empty().then(|| ("is an empty name.".to_owned(), "Write a name."))
        });
        let sound = problem.is_none();
        if let Some((message, hint)) = problem {
            key.problem(message, hint);
        }
        match archetype(key.name, &value, fleet).filter(|_| sound) {
            Some(kind) => kinds.iter_mut().for_each(|kinds| kinds.push(kind.clone())),
            None => kinds = None,
        }
    }
    let kinds = kinds?;
    if !are_none && kinds.iter().all(|kind| kind.weight == 0.0) {
        value.problem("has weights whose sum is 0.", "Give at least one kind a weight above 0.");
        return None;
    }
    Some(kinds.into_iter().filter(|kind| kind.weight > 0.0).collect())
}

/// A number is the weight of a kind that is as its name says.
fn archetype(name: &str, value: &Value<'_>, fleet: OfFleet<'_>) -> Option<Archetype> {
    let metrics = fleet.metrics.names.as_deref();
    let usual_hours = defaults::archetype_hours(name).or(fleet.hours);
    let usual = |metric: &String| defaults::archetype(name, metric).unwrap_or(Traits::NEUTRAL);
    let mut traits: Vec<Traits> = metrics.unwrap_or_default().iter().map(usual).collect();
    if !value.is_mapping() {
        let weight = value.number(&limits::WEIGHT)?;
        let name = name.to_owned();
        return Some(Archetype { name, weight, hours: usual_hours?, correlations: None, traits });
    }
    let section = value.section(keys::ARCHETYPE);
    let weight = section.required("weight", "0.3").and_then(|value| value.number(&limits::WEIGHT));
    let correlations = super::correlations::of_kind(&section, fleet.metrics, fleet.correlations);
    let hours = super::hours::read(&section, usual_hours.unwrap_or(Hours::Business));
    let mut sound = true;
    if let Some(value) = section.get("metrics") {
        for (key, value) in value.map("Write `{cpu_p95: {level: 1.2}}`, for example.")? {
            let index = metric_index(&key, metrics);
            let own = index.map_or(Traits::NEUTRAL, |index| traits[index]);
            match (index, read_traits(&value.section(keys::TRAITS), own)) {
                (Some(index), Some(read)) => traits[index] = read,
                _ => sound = false,
            }
        }
    }
    metrics?;
    usual_hours?;
    let (weight, hours, correlations) = (weight?, hours?, correlations?);
    Some(Archetype { name: name.to_owned(), weight, hours, correlations, traits }).filter(|_| sound)
}

fn read_traits(section: &Section<'_>, usual: Traits) -> Option<Traits> {
    let level = section.number("level", &limits::MULTIPLIER, usual.level);
    let spread = section.number("spread", &limits::FACTOR, usual.spread);
    let weekend = match section.get("weekend") {
        None => Some(usual.weekend),
        Some(value) if value.is_nothing() => Some(None),
        Some(value) => value.number(&limits::MULTIPLIER).map(Some),
    };
    let growth = section.number("growth", &limits::FACTOR, usual.growth);
    let outliers = section.number("outliers", &limits::FACTOR, usual.outliers);
    Some(Traits { level: level?, spread: spread?, weekend: weekend?, growth: growth?, outliers: outliers? })
}

/// The sensitivities of the business units that occur; `units` are all that are listed.
pub(super) fn sensitivities(metadata: &Section<'_>, units: Option<&[Weighted]>) -> Option<Vec<Sensitivity>> {
    let occurring = units.unwrap_or_default().iter().filter(|(_, weight)| *weight > 0.0).count();
    let mut sensitivities = vec![Sensitivity::NEUTRAL; occurring];
    let mut sound = true;
    if let Some(value) = metadata.get("sensitivities") {
        for (key, value) in value.map("Write `{Retail: {eoq: 1.5}}`, for example.")? {
            let is_known = units.is_none_or(|units| units.iter().any(|(name, _)| name == key.name));
            if !is_known {
                let names = units.unwrap_or_default().iter().map(|(name, _)| name.as_str());
                key.unknown("a business unit of this fleet", names);
            }
            let section = value.section(keys::SENSITIVITY);
            let read = Pattern::ALL.map(|pattern| section.number(pattern.name(), &limits::FACTOR, 1.0));
            match read {
                [Some(weekly), Some(annual), Some(eoq), Some(holiday)] if is_known => {
                    if let Some(unit) = drawn(units.unwrap_or_default(), key.name) {
                        sensitivities[unit] = Sensitivity([weekly, annual, eoq, holiday]);
                    }
                }
                _ => sound = false,
            }
        }
    }
    sound.then_some(sensitivities)
}
