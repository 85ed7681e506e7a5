//! Promise: two runs side by side, in their figures and in what their configurations differ.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use fleetsynth::config::{self, Difference, Override, PRESETS, differences};
use fleetsynth::export::compare::{Figures, Pair, compare};
use fleetsynth::run::{Assembly, Maker, from_bytes, to_bytes};

/// The figures and the effective configuration of the small job with changes, and its statistics as JSON.
fn run(sets: &[&str]) -> (Figures, String, serde_json::Value) {
    let sets: Vec<Override> = sets.iter().map(|set| Override::from_set(set).unwrap()).collect();
    let plan = Arc::new(config::plan(PRESETS[1].yaml, &sets).unwrap());
    let mut maker = Maker::new(&plan).unwrap();
    let mut assembly = Assembly::new(&plan, Vec::new()).unwrap();
    let part = maker.make(0).unwrap();
    assembly.append(&part.body, part.head).unwrap();
    assembly.merge(maker.finish());
    let (_, outcome) = assembly.finish().unwrap();
    let json = serde_json::from_str(&outcome.summary.to_json()).unwrap();
    // As they go to the page and back.
    let figures = from_bytes(&to_bytes(&Figures::new(&outcome.summary)).unwrap()).unwrap();
    (figures, plan.effective_yaml.clone(), json)
}

fn find<'a>(pairs: &'a [Pair], metric: &str, figure: &str) -> &'a Pair {
    pairs.iter().find(|pair| pair.metric == metric && pair.figure == figure).unwrap()
}

#[test]
fn figures_stand_side_by_side_with_their_change() {
    let (before, ..) = run(&[]);
    let (after, _, json) = run(&["data_generation.num_servers=10", "data_generation.realism.missing_rate=0"]);
    let pairs = compare(&before, &after);
    assert_eq!(pairs.len(), 4 + 5 * 7);
    let rows = find(&pairs, "", "Rows");
    assert_eq!((rows.before.as_str(), rows.after.as_str(), rows.change.as_str()), ("450", "900", "+100.0 %"));
    assert_eq!(find(&pairs, "", "Days").change, "none");
    let missing = find(&pairs, "cpu_p95", "Missing, %");
    assert_eq!((missing.after.as_str(), missing.change.as_str()), ("0.00", "-100.0 %"));
    let mean = json["statistics"][0]["mean"].as_f64().unwrap();
    assert_eq!(find(&pairs, "cpu_p95", "Mean").after, format!("{mean:.2}"));
}

#[test]
fn a_metric_that_only_one_has_has_figures_on_one_side() {
    let one = "data_generation.metrics={gpu_p95: {}}";
    let others = ["data_generation.metadata.effects={}", "data_generation.realism.correlations={}"];
    let pairs = compare(&run(&[]).0, &run(&[&[one][..], &others].concat()).0);
    let (new, gone) = (find(&pairs, "gpu_p95", "Mean"), find(&pairs, "cpu_p95", "Mean"));
    assert!(new.before.is_empty() && !new.after.is_empty() && new.change.is_empty(), "{new:?}");
    assert!(!gone.before.is_empty() && gone.after.is_empty(), "{gone:?}");
}

#[test]
fn configurations_differ_in_the_keys_that_have_other_values() {
    let (before, after) =
        (run(&[]).1, run(&["data_generation.metrics.cpu_p95.base_mean=60", "output.decimals=null"]).1);
    let difference = |path: &str, before: &str, after: &str| Difference {
        path: path.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    assert_eq!(
        differences(&before, &after).unwrap(),
        [
            difference("data_generation.metrics.cpu_p95.base_mean", "50", "60"),
            difference("output.decimals", "2", "null"),
        ]
    );
    assert_eq!(differences(&before, &before).unwrap(), []);
    assert_eq!(
        differences("a: {b: 1, c: [1, {d: 2}]}", "a: {c: [1, {d: 3}], e: 4}").unwrap(),
        [
            difference("a.c", "[1, {d: 2}]", "[1, {d: 3}]"),
            difference("a.e", "", "4"),
            difference("a.b", "1", ""),
        ]
    );
}
