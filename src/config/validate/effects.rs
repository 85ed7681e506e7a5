//! Level multipliers by attribute value and metric.

use super::fleet::Values;
use crate::config::defaults;
use crate::config::keys;
use crate::config::limits;
use crate::config::read::{Key, Section, Value};
use crate::plan::{Attribute, Effect, Weighted};

/// The effects of each metric, by attribute and value; `None` when there are problems.
pub(super) fn read(
    metadata: &Section<'_>,
    metrics: &Option<Vec<String>>,
    values: &Values,
) -> Option<Vec<Vec<Effect>>> {
    let mut effects = match metadata.get("effects") {
        None => defaults(metrics.as_deref()?, values),
        Some(value) => {
            let section = value.section(keys::EFFECTS);
            let mut effects = Some(vec![Vec::new(); metrics.as_ref().map_or(0, Vec::len)]);
            for (attribute, values) in Attribute::ALL.into_iter().zip(values) {
                if let Some(by_value) = section.get(attribute.name()) {
                    let found = of_attribute(&by_value, attribute, values.as_deref(), metrics.as_deref());
                    effects = effects.zip(found).map(|(mut effects, found)| {
                        for (metric, effect) in found {
                            effects[metric].push(effect);
                        }
                        effects
                    });
                }
            }
            effects?
        }
    };
    for metric in &mut effects {
        metric.sort_by_key(|effect| effect.value);
        metric
            .sort_by_key(|effect| Attribute::ALL.iter().position(|attribute| *attribute == effect.attribute));
    }
    Some(effects)
}

fn defaults(metrics: &[String], values: &Values) -> Vec<Vec<Effect>> {
    let mut effects = vec![Vec::new(); metrics.len()];
    for (attribute_name, value_name, metric_name, multiplier) in defaults::EFFECTS {
        let metric = metrics.iter().position(|metric| metric == metric_name);
        for (attribute, values) in Attribute::ALL.into_iter().zip(values) {
            let value = values.as_deref().and_then(|values| drawn(values, value_name));
            if let (true, Some(metric), Some(value)) = (attribute.name() == *attribute_name, metric, value) {
                effects[metric].push(Effect { attribute, value, multiplier: *multiplier });
            }
        }
    }
    effects
}

/// The effects of one attribute, each with its metric.
fn of_attribute(
    by_value: &Value<'_>,
    attribute: Attribute,
    values: Option<&[Weighted]>,
    metrics: Option<&[String]>,
) -> Option<Vec<(usize, Effect)>> {
    let mut effects = Some(Vec::new());
    for (value_key, by_metric) in by_value.map("Write `{Investment: {cpu_p95: 1.1}}`, for example.")? {
        let known = values.is_none_or(|values| values.iter().any(|(name, _)| name == value_key.name));
        if !known {
            let names = values.unwrap_or_default().iter().map(|(name, _)| name.as_str());
            value_key.unknown(&format!("a {} of this fleet", attribute.name().replace('_', " ")), names);
            effects = None;
        }
        let Some(pairs) = by_metric.map("Write `{cpu_p95: 1.1}`, for example.") else {
            effects = None;
            continue;
        };
        for (metric_key, multiplier) in pairs {
            let metric = metric_index(&metric_key, metrics);
            let multiplier = multiplier.number(&limits::MULTIPLIER);
            let (Some(metric), Some(multiplier), true) = (metric, multiplier, known) else {
                effects = None;
                continue;
            };
            // An effect on a value that never occurs is none.
            if let (Some(effects), Some(value)) =
                (&mut effects, drawn(values.unwrap_or_default(), value_key.name))
            {
                effects.push((metric, Effect { attribute, value, multiplier }));
            }
        }
    }
    effects
}

/// The metric that the key names; otherwise says so, unless the metrics have problems themselves.
pub(super) fn metric_index(key: &Key<'_>, metrics: Option<&[String]>) -> Option<usize> {
    let metrics = metrics?;
    let index = metrics.iter().position(|metric| metric == key.name);
    if index.is_none() {
        key.unknown("a metric of this configuration", metrics.iter().map(String::as_str));
    }
    index
}

/// The index of the value among those that are ever drawn.
pub(super) fn drawn(values: &[Weighted], name: &str) -> Option<usize> {
    values.iter().filter(|(_, weight)| *weight > 0.0).position(|(value, _)| value == name)
}
