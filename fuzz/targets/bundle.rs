//! Any text is a bundle or refused with a sentence; whatever is said of it holds no signature.
#![no_main]

use fleetsynth::upload::bundle::Bundle;
use fleetsynth::upload::lint::lint;
use fleetsynth::upload::{File, Route, Sender, route};
use libfuzzer_sys::fuzz_target;

/// A moment at which the examples in the corpus are valid: 2026-01-01, milliseconds.
const NOW: f64 = 1_767_225_600_000.0;

fuzz_target!(|text: &str| {
    let said = |words: &str| {
        assert!(!words.is_empty());
        // A signature may be named, its value never shown.
        let lower = words.to_ascii_lowercase();
        for (at, name) in lower.match_indices("x-amz-signature=") {
            assert!(
                !lower[at + name.len()..].starts_with(|value: char| value.is_ascii_hexdigit()),
                "{words}"
            );
        }
    };
    let bundle = match Bundle::parse(text) {
        Ok(bundle) => bundle,
        Err(error) => return said(&error.to_string()),
    };
    let file = |name: &str, size| File {
        name: name.to_owned(),
        label: "Dataset".to_owned(),
        media_type: "application/vnd.apache.parquet".to_owned(),
        size,
    };
    let files = [file("m.parquet", 6 << 30), file("m_summary.json", 0), file("m.csv", 20 << 20)];
    let destinations = route::assign(&bundle, &files);
    assert!(destinations.iter().all(|destination| destination.file < files.len()));
    for destination in &destinations {
        if let Route::Multipart { part_size, .. } = &destination.route {
            let size = files[destination.file].size;
            let ranges = route::ranges(size, *part_size);
            assert_eq!((ranges[0].0, ranges[ranges.len() - 1].1), (0, size));
        }
    }
    for sender in [Sender::Program, Sender::Page { origin: "https://example.org".to_owned() }] {
        for finding in lint(&bundle, &files, &destinations, &sender, NOW) {
            said(&finding.text);
        }
    }
});
