//! Promise: the JSON Schema knows every key, says what it means, and allows what the reader allows.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, PRESETS, set_value};
use serde_json::Value;

fn schema() -> Value {
    serde_json::from_str(&config::schema()).unwrap()
}

/// What the schema says of a key; behind a metric's or anyone's name comes what holds for all names.
fn at<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(schema, |node, key| {
        let ways: Vec<&Value> = node["anyOf"].as_array().map_or(vec![node], |ways| ways.iter().collect());
        ways.into_iter().find_map(|way| {
            way["properties"]
                .get(key)
                .or_else(|| way.get("additionalProperties").filter(|way| way.is_object()))
        })
    })
}

fn description<'a>(schema: &'a Value, path: &str) -> &'a str {
    at(schema, path).unwrap_or_else(|| panic!("{path} is missing"))["description"]
        .as_str()
        .unwrap_or_default()
}

#[test]
fn every_key_of_the_default_job_is_in_it_with_a_meaning() {
    fn walk(schema: &Value, path: &str, value: &serde_yaml::Value, seen: &mut usize) {
        let serde_yaml::Value::Mapping(entries) = value else { return };
        for (key, value) in entries {
            let key = key.as_str().unwrap();
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            let is_name = path.starts_with("data_generation.metrics.") && path.matches('.').count() == 2
                || ["units.", "regions.", "levels.", "effects.business_unit.", "correlations."]
                    .iter()
                    .any(|names| path.contains(names));
            assert!(at(schema, &path).is_some(), "{path} is missing");
            assert!(
                is_name || description(schema, &path).ends_with(['.', ']', '}']),
                "{path} has no meaning"
            );
            *seen += 1;
            walk(schema, &path, value, seen);
        }
    }
    let mut seen = 0;
    walk(&schema(), "", &serde_yaml::from_str(PRESETS[0].yaml).unwrap(), &mut seen);
    assert!(seen > 180, "{seen}");
}

#[test]
fn a_meaning_has_the_comment_the_range_and_the_default() {
    let schema = schema();
    assert_eq!(
        description(&schema, "data_generation.realism.missing_rate"),
        "Share of missing values.\nA number at least 0 and below 1.\nDefault: 0.01."
    );
    assert_eq!(
        description(&schema, "data_generation.metrics.any.base_std"),
        "Standard deviation of the noise.\nA number from 0 to 1000000000.\n\
         Default: cpu_p95 12, mem_p95 10, disk_p95 8, net_in_p95 40, net_out_p95 30."
    );
    assert_eq!(
        description(&schema, "data_generation.num_servers"),
        "Servers in the fleet (no default).\nA whole number from 1 to 4294967295."
    );
    assert_eq!(at(&schema, "output.truth").unwrap()["default"], false);
    assert_eq!(at(&schema, "data_generation.num_servers").unwrap().get("default"), None);
}

/// What the reader says of a value at a path in the default job.
fn is_allowed(path: &str, value: &str) -> bool {
    let text = set_value(PRESETS[0].yaml, path, value).unwrap();
    match config::plan(&text, &[]) {
        Ok(_) => true,
        Err(error) => {
            // Other rules may speak against a value that is in its own range.
            !error.problems().iter().any(|problem| {
                problem.path == path
                    && ["out of range", "needs", "not known"]
                        .iter()
                        .any(|word| problem.message.contains(word))
            })
        }
    }
}

#[test]
fn the_reader_and_the_schema_draw_the_same_limits() {
    fn walk(schema: &Value, path: &str, checked: &mut usize) {
        let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            walk(value, &inner(key), checked);
        }
        for way in schema["anyOf"].as_array().into_iter().flatten() {
            walk(way, path, checked);
        }
        match path {
            "data_generation.metrics" if schema["additionalProperties"].is_object() => {
                walk(&schema["additionalProperties"], "data_generation.metrics.cpu_p95", checked);
            }
            // Not in the default job.
            "data_generation.metadata.archetypes" | "data_generation.metadata.sensitivities" => return,
            _ => {}
        }
        let kind = schema["type"].as_str().unwrap_or_default();
        if path.is_empty() || !path.contains('.') || kind.is_empty() {
            return;
        }
        if let Some(names) = schema["enum"].as_array() {
            assert!(names.iter().all(|name| is_allowed(path, name.as_str().unwrap())), "{path}");
            assert!(!is_allowed(path, "zzz"), "{path}");
            *checked += 1;
        }
        if kind == "integer" || kind == "number" {
            let beyond = |limit: f64, sign: f64| limit + sign * limit.abs().max(1.0);
            for (name, exclusive, sign) in
                [("minimum", "exclusiveMinimum", -1.0), ("maximum", "exclusiveMaximum", 1.0)]
            {
                let (limit, inside) = match (schema.get(name), schema.get(exclusive)) {
                    (Some(limit), None) => (limit, true),
                    (None, Some(limit)) => (limit, false),
                    both => panic!("{path}: {both:?}"),
                };
                assert_eq!(is_allowed(path, &limit.to_string()), inside, "{path}: {limit}");
                let outside = beyond(limit.as_f64().unwrap(), sign);
                assert!(!is_allowed(path, &outside.to_string()), "{path}: {outside}");
                *checked += 1;
            }
            assert!(!is_allowed(path, "many"), "{path}");
        }
        if kind == "boolean" {
            assert!(
                is_allowed(path, "true") && is_allowed(path, "false") && !is_allowed(path, "2"),
                "{path}"
            );
            *checked += 1;
        }
    }
    let mut checked = 0;
    walk(&schema(), "", &mut checked);
    assert!(checked > 110, "{checked}");
}
