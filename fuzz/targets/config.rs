//! Any text is a configuration or has problems, each with a sentence; what is accepted can be carried out.
#![no_main]

use std::sync::Arc;

use fleetsynth::config;
use fleetsynth::dataset::Generator;
use fleetsynth::run::Run;
use libfuzzer_sys::fuzz_target;

/// Larger datasets would only be slow.
const MOST_ROWS: u64 = 20_000;

fuzz_target!(|text: &str| {
    let _ = config::form(text);
    let plan = match config::plan(text, &[]) {
        Ok(plan) => Arc::new(plan),
        Err(error) => {
            assert!(
                !error.problems().is_empty()
                    && error.problems().iter().all(|problem| !problem.message.is_empty())
            );
            return;
        }
    };
    // The effective configuration means the same.
    let again = config::plan(&plan.effective_yaml, &[]).expect("the effective configuration is one");
    assert_eq!(again.canonical_sha256, plan.canonical_sha256);
    if plan.rows() > MOST_ROWS {
        // At least one server of it, if that is not too long by itself.
        if plan.steps() as u64 <= MOST_ROWS {
            let _ = Generator::new(plan).chunk(0..1);
        }
        return;
    }
    let mut run = Run::new(&plan, Vec::new()).expect("a plan can be carried out");
    while !run.step().expect("memory does not fail").is_complete() {}
    let (parquet, outcome) = run.finish().expect("memory does not fail");
    assert_eq!(outcome.summary.rows, plan.rows());
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
});
