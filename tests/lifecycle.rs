//! Promises of lifecycles: who comes, goes, grows and moves does so in every file, count and check, and
//! all other values stay as they are.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use bytes::Bytes;
use fleetsynth::dataset::Generator;
use fleetsynth::export::{csv, truth};
use fleetsynth::plan::{Attribute, Plan};
use fleetsynth::quality::{QualityReport, Verdict};
use fleetsynth::run::{self, Assembly, Maker, Part};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const LIFECYCLE: &str = "data_generation.lifecycle={commissioned_share: 0.3, decommissioned_share: 0.25, \
                         resized_share: 0.2, resize_ratios: [2, 0.5], migrated_share: 0.15}";

/// Two years of a fleet with lifecycles.
fn lively(servers: u32, sets: &[&str]) -> Plan {
    let servers = format!("data_generation.num_servers={servers}");
    let mut all = vec![servers.as_str(), "data_generation.end_date=2023-12-31", LIFECYCLE];
    all.extend(sets);
    common::plan("config", &all)
}

fn without_lifecycles(plan: &Plan) -> Plan {
    let mut still = plan.clone();
    still.lifecycle.commissioned_share = 0.0;
    still.lifecycle.decommissioned_share = 0.0;
    still.lifecycle.resized_share = 0.0;
    still.lifecycle.migrated_share = 0.0;
    still
}

/// The rows of a Parquet file.
fn rows_of(parquet: Vec<u8>) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet)).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow_select::concat::concat_batches(&schema, &batches).unwrap()
}

#[test]
fn servers_that_come_and_go_have_the_values_that_they_had_on_these_days() {
    let plan =
        lively(60, &["data_generation.lifecycle={commissioned_share: 0.5, decommissioned_share: 0.5}"]);
    let (short, long) = (common::series(&plan), common::series(&without_lifecycles(&plan)));
    let generator = Generator::new(Arc::new(plan.clone()));
    let mut partly = 0;
    for (index, (short, long)) in (0..).zip(short.iter().zip(&long)) {
        let life = generator.server(index).life;
        partly += usize::from(!life.is_whole(plan.days()));
        for (short, long) in short.iter().zip(long) {
            assert_eq!(short[life.days.clone()], long[life.days.clone()]);
            assert!(short[..life.days.start].iter().chain(&short[life.days.end..]).all(Option::is_none));
        }
    }
    assert!((35..55).contains(&partly), "{partly}");
}

#[test]
fn every_file_has_exactly_the_rows_of_the_days_on_which_servers_are_there() {
    for sets in [&[][..], &["output.calendar_flags=true", "output.decimals=null"]] {
        let plan = lively(400, sets);
        let generator = Generator::new(Arc::new(plan.clone()));
        let (parquet, outcome) = common::run(plan.clone());
        let batch = rows_of(parquet);
        assert_eq!(batch.num_rows() as u64, generator.total_rows());
        assert_eq!(outcome.summary.rows, generator.total_rows());
        assert!(outcome.summary.rows < 400 * 730 * 9 / 10);

        let (ids, regions) = (batch.column(0).as_string::<i32>(), batch.column(3).as_string::<i32>());
        let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
        let mut row = 0;
        for index in 0..400 {
            let server = generator.server(index);
            let series: Vec<_> = (0..5).map(|metric| generator.series(index, metric).values).collect();
            for day in server.life.days.clone() {
                assert_eq!(ids.value(row), server.id);
                let midnight = i64::from(generator.days().dates[day].to_epoch_days()) * 86_400_000_000;
                assert_eq!(times.value(row), midnight);
                let region = server.life.attributes(server.attributes, day)[Attribute::Region as usize];
                assert_eq!(regions.value(row), plan.fleet.regions[region].0);
                for (metric, series) in series.iter().enumerate() {
                    let column = batch.column(5 + metric).as_primitive::<Float64Type>();
                    assert_eq!((!column.is_null(row)).then(|| column.value(row)), series[day]);
                }
                if plan.output.calendar_flags {
                    let weekend = batch.column(10).as_boolean();
                    assert_eq!(weekend.value(row), generator.days().weekend[day]);
                }
                row += 1;
            }
        }

        let chunk = generator.chunk(0..400);
        assert_eq!(chunk.record_batch(usize::MAX).unwrap().columns(), batch.columns());
        let text: Vec<u8> =
            (0..generator.row_groups()).flat_map(|group| csv::part(&generator, group).unwrap()).collect();
        let lines = csv::cells(&text, usize::MAX).unwrap();
        assert_eq!(lines.len(), batch.num_rows() + 1);
        for row in (0..batch.num_rows()).step_by(7) {
            assert_eq!(lines[row + 1][0], ids.value(row));
            assert_eq!(lines[row + 1][3], regions.value(row));
        }
        assert!(text.starts_with(&outcome.sample_csv));
        assert_eq!(outcome.sample_csv.iter().filter(|byte| **byte == b'\n').count(), 101);
    }
}

#[test]
fn a_larger_server_has_the_same_load_as_a_smaller_share() {
    let plan = lively(
        80,
        &[
            "output.decimals=null",
            "data_generation.realism.missing_rate=0",
            "data_generation.realism.outlier_rate=0",
            "data_generation.lifecycle={resized_share: 0.5, resize_ratios: [2, 4]}",
        ],
    );
    for varied in [false, true] {
        let mut plan = plan.clone();
        plan.realism.variety.sensitivity_spread = if varied { 0.5 } else { 0.0 };
        plan.metrics.iter_mut().for_each(|metric| (metric.min_clip, metric.max_clip) = (-1e6, 1e6));
        let (resized, still) = (common::series(&plan), common::series(&without_lifecycles(&plan)));
        let generator = Generator::new(Arc::new(plan.clone()));
        let mut ratios = BTreeSet::new();
        for (index, (resized, still)) in (0..).zip(resized.iter().zip(&still)) {
            let resize = generator.server(index).life.resize;
            ratios.extend(resize.map(|(_, ratio)| ratio as u32));
            for (metric, (resized, still)) in resized.iter().zip(still).enumerate() {
                for day in 0..plan.days() {
                    let ratio =
                        resize.filter(|(from, _)| metric < 3 && *from <= day).map_or(1.0, |(_, ratio)| ratio);
                    let (resized, still) = (resized[day].unwrap(), still[day].unwrap());
                    assert!((resized * ratio - still).abs() < 1e-9 * still.abs(), "{metric} {day}");
                }
            }
        }
        assert_eq!(ratios, BTreeSet::from([2, 4]));
    }
}

#[test]
fn who_moves_feels_the_effects_and_the_outages_of_the_new_region() {
    let plan = lively(
        200,
        &[
            "data_generation.lifecycle={migrated_share: 0.5}",
            "data_generation.metadata.regions={a: 1, b: 1}",
            "data_generation.metadata.effects={region: {b: {cpu_p95: 1.4}}}",
            "data_generation.realism.missing_rate=0.05",
            "data_generation.realism.gaps={outage_share: 1}",
            "data_generation.realism.outlier_rate=0",
        ],
    );
    let generator = Generator::new(Arc::new(plan.clone()));
    let place = Attribute::Region as usize;
    let mut outages: [Option<Vec<bool>>; 2] = [None, None];
    let mut means = [[0.0; 2]; 2];
    let series: Vec<_> = (0..200).map(|index| generator.series(index, 0).values).collect();
    for (index, series) in (0..).zip(&series) {
        let server = generator.server(index);
        if server.life.migration.is_none() {
            let missing: Vec<bool> = series.iter().map(Option::is_none).collect();
            let of_region = outages[server.attributes[place]].get_or_insert_with(|| missing.clone());
            assert_eq!(*of_region, missing);
        }
    }
    let mut moved = 0;
    for (index, series) in (0..).zip(&series) {
        let server = generator.server(index);
        moved += usize::from(server.life.migration.is_some());
        for (day, value) in series.iter().enumerate() {
            let region = server.life.attributes(server.attributes, day)[place];
            assert_eq!(value.is_none(), outages[region].as_ref().unwrap()[day]);
            if let Some(value) = value {
                means[region][0] += value;
                means[region][1] += 1.0;
            }
        }
    }
    assert!((75..125).contains(&moved), "{moved}");
    let [a, b] = means.map(|[sum, count]| sum / count);
    assert!((b / a - 1.4).abs() < 0.05, "{}", b / a);
}

#[test]
fn the_ground_truth_names_every_turn_of_every_life() {
    let plan = lively(300, &[]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let mut found = [0; 4];
    let events = truth::events(&generator, 0);
    let ids: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len());
    for event in &events {
        let index = event.server_id.trim_start_matches("SRV-").parse::<u32>().unwrap() - 1;
        let server = generator.server(index);
        assert!(
            event.steps.start >= server.life.days.start && event.steps.end <= server.life.days.end,
            "{event:?}"
        );
        let Some(kind) = truth::LIFECYCLE.iter().position(|kind| *kind == event.kind) else {
            assert_eq!(event.clean.len(), event.steps.len());
            continue;
        };
        found[kind] += 1;
        assert!(event.metric.is_none() && event.clean.is_empty());
        let (there, until) = (&server.life.days, event.steps.end == server.life.days.end);
        match event.kind {
            "commissioned" => assert_eq!(event.steps, there.start..there.start + 1),
            "decommissioned" => assert_eq!(event.steps, there.end - 1..there.end),
            "resized" => {
                let (day, ratio) = server.life.resize.unwrap();
                assert_eq!(
                    (event.steps.start, event.detail.clone(), until),
                    (day, Some(ratio.to_string()), true)
                );
            }
            _ => {
                let (day, to) = server.life.migration.unwrap();
                let from = server.attributes[Attribute::Region as usize];
                let detail = format!("{} to {}", plan.fleet.regions[from].0, plan.fleet.regions[to].0);
                assert_eq!((event.steps.start, event.detail.clone(), until), (day, Some(detail), true));
            }
        }
    }
    let lives: Vec<_> =
        (0..300).filter(|i| generator.row_group(0).contains(i)).map(|i| generator.server(i).life).collect();
    let count = |is: &dyn Fn(&fleetsynth::fleet::Life) -> bool| lives.iter().filter(|life| is(life)).count();
    let expected = [
        count(&|life| life.days.start > 0),
        count(&|life| life.days.end < plan.days()),
        count(&|life| life.resize.is_some()),
        count(&|life| life.migration.is_some()),
    ];
    assert_eq!(found, expected);
    assert!(found.iter().all(|count| *count > 20), "{found:?}");
}

#[test]
fn any_number_of_makers_and_any_part_of_the_fleet_gives_the_same_bytes() {
    let plan =
        Arc::new(lively(1_000, &["output.calendar_flags=true", "data_generation.quality.panel_servers=20"]));
    let (file, outcome) = common::run(Plan::clone(&plan));
    for makers in [1, 3] {
        let mut makers: Vec<Maker> = (0..makers).map(|_| Maker::new(&plan).unwrap()).collect();
        let mut assembly = Assembly::new(&plan, Vec::new()).unwrap();
        let (groups, count) = (assembly.row_groups(), makers.len());
        assert_eq!(groups, 4);
        let mut parts: Vec<Part> =
            (0..groups).rev().map(|group| makers[group % count].make(group).unwrap()).collect();
        while let Some(Part { body, head }) = parts.pop() {
            assembly.append(&body, run::from_bytes(&run::to_bytes(&head).unwrap()).unwrap()).unwrap();
        }
        assert!(assembly.progress().is_complete());
        makers.into_iter().for_each(|maker| assembly.merge(maker.finish()));
        let (other_file, other) = assembly.finish().unwrap();
        assert!(other_file == file);
        assert_eq!(other.summary.to_json(), outcome.summary.to_json());
    }
    let per_group = Generator::new(Arc::clone(&plan)).servers_per_row_group();
    let part = Plan { shard: Some(per_group..2 * per_group), ..Plan::clone(&plan) };
    let generator = Generator::new(Arc::new(part.clone()));
    let (part_file, part_outcome) = common::run(part);
    assert_eq!(part_outcome.summary.rows, generator.total_rows());
    assert_ne!(part_outcome.summary.quality.verdict, Verdict::Fail);
    // The rows of the row group, with its metadata's places counted anew, are those of the whole.
    let body = |file: &[u8], group: usize| {
        let reader = parquet::file::reader::SerializedFileReader::new(Bytes::copy_from_slice(file)).unwrap();
        let metadata = parquet::file::reader::FileReader::metadata(&reader).row_group(group).clone();
        let start = metadata.columns()[0].byte_range().0 as usize;
        file[start..start + metadata.compressed_size() as usize].to_vec()
    };
    assert!(body(&part_file, 0) == body(&file, 1));
}

#[test]
fn a_generator_that_leaves_a_part_of_the_lifecycles_out_is_caught() {
    type Sabotage = fn(&mut Plan);
    let asked = lively(400, &["data_generation.quality.panel_servers=400"]);
    let good = common::judge(&asked, &asked);
    let bad: Vec<_> = good.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    // The others are there from the first to the last day: (1 - 0.3) * (1 - 0.25) = 0.525 of them.
    let churn = good.realism.iter().find(|property| property.id == "churn").unwrap();
    assert!((churn.found.unwrap() - 0.475).abs() < 0.1, "{churn:?}");
    let of = |report: &QualityReport, id: &str| {
        let own = report.checks.iter().filter(|check| check.id == id);
        own.map(|check| check.verdict).max().unwrap_or_else(|| panic!("no check {id}"))
    };
    let sabotages: [(&str, Sabotage); 7] = [
        ("commissioned_share", |plan| plan.lifecycle.commissioned_share = 0.0),
        ("row_count", |plan| plan.lifecycle.commissioned_share = 0.0),
        ("decommissioned_share", |plan| plan.lifecycle.decommissioned_share = 0.0),
        ("row_count", |plan| plan.lifecycle.decommissioned_share = 0.0),
        ("migrated_share", |plan| plan.lifecycle.migrated_share = 0.0),
        ("change_spread", |plan| plan.lifecycle.resized_share = 0.0),
        ("change_spread", |plan| plan.lifecycle.resize_ratios = vec![1.1]),
    ];
    for (id, sabotage) in sabotages {
        assert_eq!(of(&good, id), Verdict::Pass, "{id}");
        let mut made = asked.clone();
        sabotage(&mut made);
        assert!(of(&common::judge(&asked, &made), id) >= Verdict::Warn, "{id}");
    }
    // A fleet that should stay as it is must have all of its rows.
    let still = without_lifecycles(&asked);
    assert_eq!(of(&common::judge(&still, &asked), "row_count"), Verdict::Fail);
    assert_eq!(of(&common::judge(&still, &still), "row_count"), Verdict::Pass);
}

#[test]
fn the_checks_hold_for_many_lifecycles() {
    let (mut checks, mut beyond_half) = (0, 0);
    for i in 0..40_u32 {
        let spread = |k: u32| (f64::from(i * 11 + k) * 0.618_033_988_749_895).fract();
        let mut plan = common::plan("config", &["data_generation.quality.panel_servers=200"]);
        plan.seed = u64::from(i);
        plan.fleet.num_servers = 40 + 4 * i;
        plan.end = plan.start + chrono::Days::new(120 + u64::from(i) * 23);
        plan.metrics.truncate(1);
        plan.correlations = None;
        plan.lifecycle.commissioned_share = spread(0);
        plan.lifecycle.decommissioned_share = spread(1) * spread(1);
        plan.lifecycle.resized_share = 0.5 * spread(2);
        plan.lifecycle.resize_ratios = vec![1.2 + spread(3), 0.9 - 0.4 * spread(4)];
        plan.lifecycle.migrated_share = spread(5);
        plan.metrics[0].autocorrelation = 0.6 * spread(6);
        plan.realism.missing_burst_mean = 1.0 + 4.0 * spread(7);
        plan.realism.variety.sensitivity_spread = if i % 3 == 0 { 0.0 } else { spread(8) };
        for check in common::judge(&plan, &plan).checks {
            assert_ne!(check.verdict, Verdict::Fail, "{i}: {check:#?}");
            if let Some(figures) = check.figures.filter(|_| check.tolerance.starts_with('±')) {
                checks += 1;
                beyond_half += u32::from((figures.found - figures.expected).abs() > figures.tolerance / 2.0);
            }
        }
    }
    let share = f64::from(beyond_half) / f64::from(checks);
    assert!(checks > 400 && share < 0.09, "{beyond_half} of {checks}");
    assert!(share > 0.003, "the tolerances are too wide to mean anything: {beyond_half} of {checks}");
}
