//! What several test files need.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::sync::Arc;

use fleetsynth::aggregate::{Aggregates, KeyAggregates};
use fleetsynth::calendar::DayTable;
use fleetsynth::config::{self, Override, PRESETS};
use fleetsynth::dataset::{self, Generator};
use fleetsynth::plan::Plan;
use fleetsynth::quality::{Judge, QualityReport};
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

/// What the judge of `asked` says of the dataset of `made`.
pub(crate) fn judge(asked: &Plan, made: &Plan) -> QualityReport {
    let generator = Generator::new(Arc::new(made.clone()));
    let days = days(asked);
    let judge = Judge::new(asked, &days);
    let (observer, mut seen) = (judge.observer(asked, &days), Aggregates::new(asked));
    let mut keys = KeyAggregates::default();
    for group in 0..generator.row_groups() {
        let chunk = generator.chunk(generator.row_group(group));
        keys.append(&KeyAggregates::of(&chunk));
        seen.add(&observer, &chunk);
    }
    let report = judge.report(asked, &days, &dataset::schema(made), &keys, &seen);
    judge.look_closer(report, asked, &generator, &seen)
}

/// The days of the plan.
pub(crate) fn days(plan: &Plan) -> DayTable {
    plan.day_table()
}
