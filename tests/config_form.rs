//! Promise: the page's form shows the values that hold, with limits that are the reader's own.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, Field, Kind, PRESETS, form, set_value};

fn field(yaml: &str, path: &str) -> Option<Field> {
    form(yaml).unwrap().into_iter().find(|field| field.path == format!("data_generation.{path}"))
}

#[test]
fn the_fields_of_the_default_job_show_its_values() {
    let fields = form(PRESETS[0].yaml).unwrap();
    assert_eq!(fields.len(), 11 + 16 + 5 * 6);
    for field in &fields {
        assert_eq!(
            field.value.parse::<f64>().ok(),
            field.default.parse::<f64>().ok(),
            "the default file has the defaults: {field:?}"
        );
        assert!(!field.help.is_empty() && !field.label.is_empty() && !field.value.is_empty());
    }
    let groups: Vec<&str> = fields.iter().map(|field| field.group.as_str()).collect();
    let mut headings = groups.clone();
    headings.dedup();
    assert_eq!(
        headings,
        [
            "Fleet and dates",
            "Calendar",
            "Realism",
            "Lifecycles",
            "Anomalies",
            "cpu_p95",
            "mem_p95",
            "disk_p95",
            "net_in_p95",
            "net_out_p95"
        ]
    );
}

#[test]
fn a_field_shows_the_text_s_value_or_else_the_default() {
    let yaml = "data_generation: {num_servers: 7, metrics: [{name: gpu, base_mean: 1.50, unit: W}]}";
    assert_eq!(field(yaml, "num_servers").unwrap().value, "7");
    assert_eq!(field(yaml, "random_seed").unwrap().value, "42");
    let mean = field(yaml, "metrics.gpu.base_mean").unwrap();
    assert_eq!((mean.value.as_str(), mean.default.as_str(), mean.unit.as_deref()), ("1.50", "50", Some("W")));
    assert!(field(yaml, "metrics.cpu_p95.base_mean").is_none());
}

#[test]
fn a_form_is_there_while_the_text_has_problems_elsewhere_but_not_without_yaml() {
    let yaml = "data_generation: {num_servers: many, start: x, metrics: {Bad Name: {}, cpu: 5, gpu: [1]}}";
    assert_eq!(field(yaml, "num_servers").unwrap().value, "many");
    assert_eq!(field(yaml, "metrics.cpu.base_mean").unwrap().value, "50");
    assert!(field(yaml, "metrics.Bad Name.base_mean").is_none());
    assert!(form("data_generation: 5").is_ok());
    assert!(form("data_generation: [").is_err());
}

#[test]
fn the_fields_of_realism_change_the_text_of_every_preset() {
    for preset in PRESETS {
        for (path, value) in [
            ("realism.anomalies.spike.rate", "0.004"),
            ("realism.anomalies.stuck.rate", "0.002"),
            ("realism.no_weekly_share", "0.2"),
            ("lifecycle.resized_share", "0.1"),
        ] {
            let edited = set_value(preset.yaml, &format!("data_generation.{path}"), value).unwrap();
            assert_eq!(field(&edited, path).unwrap().value, value, "{} {path}", preset.name);
            assert!(config::plan(&edited, &[]).is_ok());
        }
    }
}

#[test]
fn seven_factors_have_no_field_for_the_weekend() {
    let yaml = "data_generation: {metrics: {cpu: {weekly_pattern_factor: [1, 1, 1, 1, 1, 1, 1]}}}";
    assert!(field(yaml, "metrics.cpu.weekly_pattern_factor").is_none());
    assert!(field(yaml, "metrics.cpu.base_mean").is_some());
}

#[test]
fn values_beyond_a_field_s_limits_are_problems() {
    for wanted in form(PRESETS[1].yaml).unwrap() {
        let (Kind::Integer | Kind::Number) = wanted.kind else { continue };
        for (limit, beyond) in [(&wanted.min, -1.0), (&wanted.max, 1.0)] {
            let limit: f64 = limit.as_deref().unwrap().parse().unwrap();
            let value = format!("{}", limit + beyond * limit.abs().max(1.0));
            let edited = set_value(PRESETS[1].yaml, &wanted.path, &value).unwrap();
            let error = config::plan(&edited, &[]).expect_err(&format!("{} = {value}", wanted.path));
            assert!(error.problems().iter().any(|problem| problem.path == wanted.path), "{error}");
        }
    }
}
