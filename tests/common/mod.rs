//! What several test files need.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::sync::Arc;

use fleetsynth::config::{self, Override, PRESETS};
use fleetsynth::dataset::Generator;
use fleetsynth::plan::Plan;
use fleetsynth::run::{Outcome, Run};

/// The plan of a preset with overrides, each `key=value`.
pub(crate) fn plan(preset: &str, sets: &[&str]) -> Plan {
    let preset = PRESETS.iter().find(|candidate| candidate.name == preset).expect("a preset of that name");
    let overrides: Vec<_> = sets.iter().map(|set| Override::from_set(set).unwrap()).collect();
    config::plan(preset.yaml, &overrides).unwrap()
}

/// The Parquet file of a plan with everything else that a run gives.
pub(crate) fn run(plan: Plan) -> (Vec<u8>, Outcome) {
    let mut run = Run::new(&Arc::new(plan), Vec::new()).unwrap();
    while !run.step().unwrap().is_complete() {}
    run.finish().unwrap()
}

/// All series of the plan: server by server, metric by metric.
pub(crate) fn series(plan: &Plan) -> Vec<Vec<Vec<Option<f64>>>> {
    let generator = Generator::new(Arc::new(plan.clone()));
    (0..plan.fleet.num_servers)
        .map(|server| (0..plan.metrics.len()).map(|metric| generator.series(server, metric).values).collect())
        .collect()
}
