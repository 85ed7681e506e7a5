//! Any file is validated or refused with a sentence; what is copied validates without complaint about its keys.
#![no_main]

use std::sync::LazyLock;

use bytes::Bytes;
use fleetsynth::config::{self, PRESETS};
use fleetsynth::ingest::{self, Demands};
use fleetsynth::plan::Plan;
use libfuzzer_sys::fuzz_target;

static PLAN: LazyLock<Plan> =
    LazyLock::new(|| config::plan(PRESETS[1].yaml, &[]).expect("presets are valid"));

fuzz_target!(
    init: {
        // The reader of Parquet panics at some damaged files, which is caught; libFuzzer would end at once.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |file: &[u8]| {
        let demands = Demands { plan: &PLAN, columns: vec![], most_unsorted_rows: 100_000, charts: true };
        let validate =
            |file: Bytes| ingest::validate(&file, &demands, Some(Vec::new()), &mut |_| Ok(()));
        let (first, copy) = match validate(Bytes::copy_from_slice(file)) {
            Ok(found) => found,
            Err(error) => return assert!(!error.to_string().is_empty()),
        };
        let _ = first.to_json();
        let (second, _) = validate(copy.expect("it was asked for").into()).expect("the copy can be read");
        assert_eq!((second.rows_read, second.rows, second.servers), (first.rows, first.rows, first.servers));
        for check in &second.quality.checks[1..4] {
            assert_eq!(check.verdict.name(), "pass", "{check:?}");
        }
    }
);
