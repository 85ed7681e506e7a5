//! Promise: what is said of a dataset's size before it is made is about what it has then.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use fleetsynth::config::{self, Override, PRESETS};
use fleetsynth::export::size::parquet_bytes;
use fleetsynth::run::{Assembly, Maker};

/// The sizes that a preset with these changes is said to have, and has.
fn sizes(preset: &str, sets: &[&str]) -> (f64, f64) {
    let yaml = PRESETS.iter().find(|candidate| candidate.name == preset).unwrap().yaml;
    let sets: Vec<Override> = sets.iter().map(|set| Override::from_set(set).unwrap()).collect();
    let plan = Arc::new(config::plan(yaml, &sets).unwrap());
    let mut maker = Maker::new(&plan).unwrap();
    let mut assembly = Assembly::new(&plan, Vec::new()).unwrap();
    for group in 0..assembly.row_groups() {
        let part = maker.make(group).unwrap();
        assembly.append(&part.body, part.head).unwrap();
    }
    assembly.merge(maker.finish());
    let (file, _) = assembly.finish().unwrap();
    (parquet_bytes(&plan), file.len() as f64)
}

const SERVERS: &str = "data_generation.num_servers";
const HOURLY: &str = "data_generation.granularity=hourly";
const LIVELY: &str = "data_generation.lifecycle={commissioned_share: 0.4, decommissioned_share: 0.4, resized_share: 0.3, migrated_share: 0.3}";
const ONE_METRIC: &[&str] =
    &["data_generation.metadata.effects={}", "data_generation.realism.correlations={}"];

#[test]
fn the_size_of_a_file_is_known_beforehand_within_a_tenth() {
    let narrow = "data_generation.metrics={cpu_p95: {base_std: 1}}";
    let wide = "data_generation.metrics={gpu: {base_mean: 5000, base_std: 2000, max_clip: 1000000}}";
    let twelve = format!(
        "data_generation.metrics={{{}}}",
        ('a'..='l').map(|name| format!("{name}: {{}}")).collect::<Vec<_>>().join(", ")
    );
    let cases: &[(&str, Vec<String>)] = &[
        ("config", vec![]),
        ("small", vec![]),
        ("bank_realistic", vec![]),
        ("config", vec!["output.decimals=0".into()]),
        ("config", vec!["output.decimals=1".into()]),
        ("config", vec!["output.decimals=3".into()]),
        ("config", vec!["output.decimals=4".into()]),
        ("config", vec!["output.decimals=null".into()]),
        ("config", vec!["output.compression=none".into()]),
        ("config", vec!["output.decimals=null".into(), "output.compression=none".into()]),
        ("config", vec![format!("{SERVERS}=400")]),
        ("config", vec![format!("{SERVERS}=20")]),
        ("config", vec!["data_generation.realism.missing_rate=0.3".into()]),
        ("config", vec!["data_generation.realism.missing_rate=0".into()]),
        ("config", vec!["output.calendar_flags=true".into()]),
        ("config", [vec![narrow.into()], ONE_METRIC.iter().map(|set| (*set).to_owned()).collect()].concat()),
        ("config", [vec![wide.into()], ONE_METRIC.iter().map(|set| (*set).to_owned()).collect()].concat()),
        ("config", [vec![twelve], ONE_METRIC.iter().map(|set| (*set).to_owned()).collect()].concat()),
        ("bank_realistic", vec![format!("{SERVERS}=20")]),
        ("small", vec![HOURLY.into()]),
        ("config", vec![HOURLY.into(), format!("{SERVERS}=10")]),
        ("config", vec![HOURLY.into(), format!("{SERVERS}=10"), "output.compression=none".into()]),
        ("bank_realistic", vec![HOURLY.into(), format!("{SERVERS}=10")]),
        ("config", vec![LIVELY.into(), format!("{SERVERS}=400")]),
        ("config", vec![LIVELY.into(), format!("{SERVERS}=400"), "output.compression=none".into()]),
        (
            "config",
            vec![
                LIVELY.into(),
                HOURLY.into(),
                format!("{SERVERS}=200"),
                "data_generation.end_date=2022-06-30".into(),
            ],
        ),
    ];
    let mut worst = Vec::new();
    for (preset, sets) in cases {
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let (said, has) = sizes(preset, &sets);
        if (said / has - 1.0).abs() > 0.1 {
            let off = (said / has - 1.0) * 100.0;
            worst.push(format!("{preset} {sets:?}: said {said:.0}, has {has:.0}, {off:+.1} %"));
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}
