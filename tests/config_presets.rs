//! Promise: `config/config.yaml` shows every key with its default, and the effective configuration
//! says in full what any configuration means.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, PRESETS};
use fleetsynth::plan::Plan;

const MINIMAL: &str = "data_generation: {num_servers: 120, start_date: 2022-01-01, end_date: 2025-12-31}";

fn preset(name: &str) -> Plan {
    let preset = PRESETS.iter().find(|preset| preset.name == name).expect("the preset is there");
    config::plan(preset.yaml, &[]).expect("a preset is sound")
}

#[test]
fn the_default_job_is_the_one_of_the_data_contract() {
    let plan = preset("config");
    assert_eq!((plan.rows(), plan.steps(), plan.columns().len(), plan.seed), (175_320, 1_461, 10, 42));
    assert_eq!(plan.file_stem(), "raw_server_metrics_20220101_to_20251231");
}

#[test]
fn the_default_file_equals_the_defaults() {
    assert_eq!(preset("config"), config::plan(MINIMAL, &[]).unwrap());
}

#[test]
fn the_default_file_shows_every_key_with_a_comment_each() {
    let effective = preset("config").effective_yaml;
    let key = |line: &str| line.split_once(':').map(|(key, _)| key.trim().to_owned());
    let shown: Vec<&str> = PRESETS[0].yaml.lines().filter(|line| !line.starts_with('#')).collect();
    for wanted in effective.lines().filter_map(key) {
        assert!(
            shown.iter().any(|line| key(line).as_ref() == Some(&wanted)),
            "{wanted} is not in config.yaml"
        );
    }
    // The metrics after the first repeat its keys; names that the user chooses need no comment.
    let first_metric_end = shown.iter().position(|line| line.contains("mem_p95:")).unwrap();
    let last_metric_end = shown.iter().position(|line| line.trim() == "metadata:").unwrap();
    for (index, line) in shown.iter().enumerate() {
        let (indent, value) =
            (line.len() - line.trim_start().len(), line.split_once(": ").map(|(_, value)| value));
        let is_key_with_value = value.is_some_and(|value| !value.trim().is_empty()) && indent <= 6;
        let is_name = (first_metric_end..last_metric_end).contains(&index)
            || ["Retail", "Investment", "Wealth", "Corporate", "us-", "eu-", "ap-", "High", "Medium", "Low"]
                .iter()
                .any(|name| line.trim_start().starts_with(name));
        assert!(!is_key_with_value || is_name || line.contains(" # "), "no comment: {line}");
    }
}

#[test]
fn every_preset_begins_with_its_title_and_description_and_is_sound() {
    for preset in &PRESETS {
        let mut lines = preset.yaml.lines();
        assert_eq!(lines.next(), Some(format!("# {}", preset.title).as_str()));
        assert_eq!(lines.next(), Some(format!("# {}", preset.description).as_str()));
        config::plan(preset.yaml, &[]).unwrap();
    }
    let (small, large) = (preset("small"), preset("large"));
    assert_eq!((small.fleet.num_servers, small.steps()), (5, 90));
    assert_eq!((large.fleet.num_servers, large.steps()), (2_000, 1_826));
    assert_eq!(small.metrics, preset("config").metrics);
    assert_eq!(large.realism, preset("config").realism);
}

#[test]
fn the_effective_configuration_is_a_fixed_point() {
    let unusual = "\
general: {env: lambda}
data_generation:
  num_servers: 123456
  start_date: 2024-02-29
  end_date: 2024-02-29
  random_seed: 18446744073709551615
  holiday_calendar: us_bank
  use_eoq_spikes: false
  metrics:
    - name: net_p95
      weekly_pattern_factor: [1, 1.1, 1.2, 1.1, 1, 0.5, 0.25]
      seasonality_terms: [{period_days: 30.4, amplitude: -0.05}]
      eoq_months: [12, 1]
      autocorrelation: -0.5
      level_shifts: [{date: 2024-02-29, multiplier: 0.5}]
      growth_saturation_years: 2.5
      eoq_ramp: 0.5
    - {name: gpu_p95, unit: W, base_mean: 1e-3, min_clip: -0.0, max_clip: 1e9}
  metadata:
    server_prefix: ''
    business_units: ['007', 'true', 'a: b', Never]
    regions: {'on': 0.5, '1e3': 1, never: 0}
    effects:
      region: {'on': {gpu_p95: 2, net_p95: 0.5}, never: {net_p95: 3}}
      business_unit: {Never: {net_p95: 2}}
    archetypes: {web: 1, never: 0, mine: {weight: 2, metrics: {net_p95: {weekend: 1.5, outliers: 0}}}}
    sensitivities: {'007': {eoq: 2}, Never: {weekly: 0}}
  events:
    - {name: Release, start: 2024-02-01, end: 2024-02-29, multiplier: 1.5}
    - {name: Incident, start: 2024-02-29, end: 2024-02-29, multiplier: 0.5, business_unit: ['007', Never]}
  realism:
    missing_burst_mean: 2.5
    correlations: {gpu_p95: {net_p95: -0.25}}
    region_shock: 0.05
    gaps: {outage_share: 0.5, independent_share: 0.25, load_share: 0.25}
    anomalies: {dip: {rate: 0.01}, slow_leak: {rate: 0.02, size: 0.5}}
  quality: {panel_servers: 12}
output: {decimals: null, compression: none, calendar_flags: true, archetype_column: true, truth: true}
storage: {use_s3: true, raw_prefix: ''}
";
    let lively = "\
data_generation:
  num_servers: 5
  start_date: 2024-02-27
  end_date: 2024-02-29
  lifecycle: {commissioned_share: 0.25, decommissioned_share: 1, resized_share: 0.5, resize_ratios: [2, 0.75], migrated_share: 0.125}
  granularity: hourly
  hours: [0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 2, 3, 3, 3, 2.5, 2, 1, 1, 1, 0.5, 0, 0]
  metrics: {cpu_p95: {hours_amplitude: 0.25}, mem_p95: {}}
  metadata: {archetypes: {batch: 1, mine: {weight: 1, correlations: {mem_p95: {cpu_p95: 0}}}, flat: {weight: 1, hours: flat, correlations: {cpu_p95: {mem_p95: 0.75}}}}}
output: {daily_p95: true}
";
    for yaml in PRESETS.iter().map(|preset| preset.yaml).chain([unusual, MINIMAL, lively]) {
        let plan = config::plan(yaml, &[]).unwrap();
        assert_eq!(config::plan(&plan.effective_yaml, &[]).unwrap(), plan, "{}", plan.effective_yaml);
        assert!(plan.effective_yaml.contains(plan.canonical_yaml.split("output:").next().unwrap()));
    }
    let plan = config::plan(unusual, &[]).unwrap();
    assert_eq!(plan.fleet.server_id_width, 6, "widened to the fleet");
    assert_eq!(plan.fleet.regions.len(), 2, "a name with weight 0 never occurs");
    assert_eq!(plan.metrics[0].effects.len(), 2);
    assert_eq!(plan.fleet.archetypes.len(), 2, "a kind with weight 0 never occurs");
    assert_eq!(plan.calendar.events[1].business_units, Some(vec![0, 3]));
    assert_eq!(plan.storage.local_base_path, "/tmp");
    assert_eq!(plan.metrics[1].min_clip.to_bits(), 0, "-0 is 0");
}

#[test]
fn what_does_not_decide_the_data_does_not_change_the_hash() {
    let plan = preset("config");
    let elsewhere =
        config::plan(&format!("{MINIMAL}\nstorage: {{local_base_path: /x}}\nrisk: 5\n"), &[]).unwrap();
    assert_eq!(plan.canonical_sha256, elsewhere.canonical_sha256);
    assert_ne!(plan.effective_yaml, elsewhere.effective_yaml);
    let reseeded = config::plan(&PRESETS[0].yaml.replace("random_seed: 42", "random_seed: 43"), &[]).unwrap();
    assert_ne!(plan.canonical_sha256, reseeded.canonical_sha256);
    assert_eq!(plan.canonical_sha256.len(), 64);
}

#[test]
fn the_order_of_keys_does_not_change_the_plan() {
    let reordered = "data_generation: {end_date: 2025-12-31, start_date: 2022-01-01, num_servers: 120}";
    assert_eq!(config::plan(reordered, &[]), config::plan(MINIMAL, &[]));
}

#[test]
fn the_environment_decides_where_files_go_unless_the_text_does() {
    for (env, path) in [("local", "data"), ("sagemaker", "/opt/ml/processing/output"), ("lambda", "/tmp")] {
        let yaml = format!("{MINIMAL}\ngeneral: {{env: {env}}}\n");
        assert_eq!(config::plan(&yaml, &[]).unwrap().storage.local_base_path, path);
        let default_file = PRESETS[0].yaml.replace("env: local", &format!("env: {env}"));
        assert_eq!(config::plan(&default_file, &[]).unwrap().storage.local_base_path, path);
        let yaml = format!("{yaml}storage: {{local_base_path: here}}\n");
        assert_eq!(config::plan(&yaml, &[]).unwrap().storage.local_base_path, "here");
    }
}

#[test]
fn a_metric_takes_what_is_left_out_from_its_name() {
    let yaml = "\
data_generation:
  num_servers: 1
  start_date: 2024-01-01
  end_date: 2024-01-01
  metrics: {gpu_p95: {}, net_p95: , mem_p95: {base_std: 1}}
";
    let plan = config::plan(yaml, &[]).unwrap();
    let facts: Vec<_> = plan
        .metrics
        .iter()
        .map(|metric| {
            (metric.unit.as_str(), metric.base_mean, metric.base_std, metric.min_clip, metric.max_clip)
        })
        .collect();
    assert_eq!(
        facts,
        [("%", 50.0, 12.0, 0.0, 100.0), ("Mbps", 150.0, 40.0, 20.0, 500.0), ("%", 60.0, 1.0, 0.0, 100.0)]
    );
    assert_eq!(plan.correlations, None, "the default correlations are those of metrics that are not here");
}
