//! What several test files need.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::sync::Arc;

use fleetsynth::config::{self, Override, PRESETS};
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
