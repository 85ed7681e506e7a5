//! The same configuration gives the same bytes: SHA-256 of each preset's Parquet file.
//!
//! A change of `fingerprints.txt` is a breaking change: it belongs into CHANGELOG.md, with a new
//! version. `FLEETSYNTH_BLESS=1 cargo test --features cli --test fingerprints` writes it anew.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use fleetsynth::config::PRESETS;
use fleetsynth::export::digest::sha256;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fingerprints.txt");

#[test]
fn every_preset_gives_its_golden_parquet_file() {
    let mut found = String::new();
    for preset in &PRESETS {
        let (parquet, outcome) = common::run(common::plan(preset.name, &[]));
        assert_eq!(outcome.summary.file.sha256, sha256(&parquet), "the writer's own hash");
        found += &format!("{}  {}\n", outcome.summary.file.sha256, preset.name);
    }
    if std::env::var_os("FLEETSYNTH_BLESS").is_some() {
        std::fs::write(FILE, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(FILE).unwrap());
}
