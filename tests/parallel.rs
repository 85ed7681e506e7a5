//! The same bytes and the same report, however the row groups are shared out.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use fleetsynth::plan::Plan;
use fleetsynth::run::{self, Assembly, Head, Maker, Outcome, Part};
use parquet::file::reader::{FileReader, SerializedFileReader};

/// Several row groups: 90 days and 2,912 servers each.
fn plan(sets: &[&str]) -> Plan {
    let mut all = vec!["data_generation.num_servers=10000"];
    all.extend(sets);
    common::plan("small", &all)
}

/// The file and outcome of so many makers; `share` says which one makes a row group. What they send
/// each other goes through bytes, as between workers.
fn assembled(plan: &Arc<Plan>, makers: usize, share: impl Fn(usize) -> usize) -> (Vec<u8>, Outcome) {
    let mut makers: Vec<Maker> = (0..makers).map(|_| Maker::new(plan).unwrap()).collect();
    let mut assembly = Assembly::new(plan, Vec::new()).unwrap();
    // Made from the last to the first, so that no maker sees its rows in order.
    let groups = assembly.row_groups();
    let mut parts: Vec<Part> =
        (0..groups).rev().map(|group| makers[share(group)].make(group).unwrap()).collect();
    while let Some(Part { body, head }) = parts.pop() {
        assembly.append(&body, run::from_bytes(&run::to_bytes(&head).unwrap()).unwrap()).unwrap();
    }
    assert!(assembly.progress().is_complete());
    for maker in makers {
        let seen = run::to_bytes(&maker.finish()).unwrap();
        assembly.merge(run::from_bytes(&seen).unwrap());
    }
    assembly.finish().unwrap()
}

#[test]
fn any_number_of_makers_gives_the_same_file_report_and_profile() {
    let varied = [
        "data_generation.metadata.archetypes={web: 1, batch: 1}",
        "data_generation.realism.business_unit_shock=0.1",
        "data_generation.realism.gaps={outage_share: 0.3, load_share: 0.2}",
        "data_generation.realism.anomalies={stuck: {rate: 0.01}, noisy: {rate: 0.01}}",
        "data_generation.quality.panel_servers=7",
        "output.archetype_column=true",
    ];
    for sets in [&[][..], &["output.decimals=null", "output.calendar_flags=true"], &varied] {
        let plan = plan(sets);
        let (file, outcome) = common::run(plan.clone());
        let plan = Arc::new(plan);
        for makers in [1, 2, 4, 8] {
            for share in [|group| group, |group: usize| group * group + 1] {
                let (other_file, other) = assembled(&plan, makers, |group| share(group) % makers);
                assert!(other_file == file, "{makers} makers, {sets:?}");
                assert_eq!(other.summary.to_json(), outcome.summary.to_json());
                // As text, since a month without days has a mean that equals nothing, itself included.
                assert_eq!(format!("{:?}", other.profile), format!("{:?}", outcome.profile));
                assert_eq!(other.sample_csv, outcome.sample_csv);
            }
        }
    }
}

#[test]
fn foreign_bytes_are_refused() {
    let plan = Arc::new(plan(&[]));
    for bytes in [&[][..], &[0; 40], b"PAR1PAR1PAR1"] {
        let file = run::from_bytes::<Head>(bytes).and_then(|head| {
            let mut assembly = Assembly::new(&plan, Vec::new()).unwrap();
            assembly.append(&[], head).unwrap();
            assembly.finish()
        });
        assert!(file.is_err(), "{bytes:?}");
    }
}

/// The bytes of each row group of a file.
fn row_groups(file: &[u8]) -> Vec<Vec<u8>> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(file)).unwrap();
    let groups = reader.metadata().row_groups().iter();
    groups
        .map(|group| {
            let start = group.columns()[0].byte_range().0 as usize;
            file[start..start + group.compressed_size() as usize].to_vec()
        })
        .collect()
}

#[test]
fn a_part_of_the_fleet_has_the_bytes_of_the_whole_per_row_group() {
    let whole = plan(&[]);
    let all = row_groups(&common::run(whole.clone()).0);
    assert_eq!(all.len(), 5);
    let part = |servers: std::ops::Range<u32>| {
        let plan = Plan { shard: Some(servers.clone()), ..whole.clone() };
        let (file, outcome) = common::run(plan.clone());
        assert_eq!(outcome.summary.rows, u64::from(servers.end - servers.start) * 90);
        assert_eq!(outcome.summary.config_sha256, whole.canonical_sha256);
        let bad: Vec<_> = outcome.summary.quality.failures().collect();
        assert!(bad.is_empty(), "{bad:#?}");
        (row_groups(&file), plan.file_stem())
    };
    let (groups, stem) = part(2184..6552);
    assert!(groups == all[1..3]);
    assert!(stem.ends_with("_servers_2185_to_6552"), "{stem}");
    // An end that cuts through a row group leaves the others as they are.
    let (groups, _) = part(100..9000);
    assert_eq!(groups.len(), 5);
    assert!(groups[1..4] == all[1..4] && groups[0] != all[0]);
}
