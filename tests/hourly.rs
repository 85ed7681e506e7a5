//! Promises of hourly rows: the same model on hours, exact in every file, judged and drawn by day, and the
//! daily P95 as numpy has it.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use bytes::Bytes;
use fleetsynth::chart::{self, ChartInput, ChartKind, ServerSeries, View};
use fleetsynth::config::{self, Override};
use fleetsynth::dataset::Generator;
use fleetsynth::dataset::daily::{Daily, p95};
use fleetsynth::export::parquet::{DailyEncoder, EncodeGroup, ParquetWriter, RowGroup};
use fleetsynth::export::{csv, truth};
use fleetsynth::plan::{Attribute, Hours, Plan};
use fleetsynth::quality::{QualityReport, Verdict};
use fleetsynth::run::{self, Assembly, Maker, Part};
use fleetsynth::series::{Buffers, factors};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

/// A preset on hours.
fn hourly(preset: &str, sets: &[&str]) -> Plan {
    let mut all = vec!["data_generation.granularity=hourly"];
    all.extend(sets);
    common::plan(preset, &all)
}

/// The rows of a Parquet file.
fn rows_of(parquet: Vec<u8>) -> arrow_array::RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet)).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow_select::concat::concat_batches(&schema, &batches).unwrap()
}

const BARE: [&str; 6] = [
    "data_generation.realism.missing_rate=0",
    "data_generation.realism.outlier_rate=0",
    "data_generation.realism.server_bias=0",
    "data_generation.realism.correlations={}",
    "data_generation.metadata.effects={}",
    "output.decimals=null",
];

#[test]
fn an_hour_is_its_day_times_its_place_in_the_day() {
    let metric = "data_generation.metrics={cpu_p95: {base_std: 0, max_clip: 1000, hours_amplitude: 0.8}}";
    let kinds = "data_generation.metadata.archetypes={web: 1, batch: 1, steady: {weight: 1, hours: flat}}";
    let end = "data_generation.end_date=2024-12-31";
    for with_kinds in [false, true] {
        let mut sets = BARE.to_vec();
        sets.extend([metric, end, "data_generation.num_servers=30"]);
        sets.extend(with_kinds.then_some(kinds));
        let plan = hourly("small", &sets);
        let generator = Generator::new(Arc::new(plan.clone()));
        let days = generator.days();
        let daily = Plan { granularity: fleetsynth::plan::Granularity::Daily, ..plan.clone() };
        let by_day = common::series(&daily);
        let mut seen = [false; 3];
        for index in 0..30 {
            let server = generator.server(index);
            let hours = server.archetype.map_or(Hours::Business, |kind| plan.fleet.archetypes[kind].hours);
            seen[server.archetype.unwrap_or(0)] = true;
            let multipliers = hours.multipliers(0.8);
            let values = generator.series(index, 0).values;
            assert_eq!(values.len(), 24 * days.len());
            for (day, hours) in values.chunks(24).enumerate() {
                let is_off = days.weekend[day] || days.holiday[day];
                let of_day = by_day[index as usize][0][day].unwrap();
                for (hour, value) in hours.iter().enumerate() {
                    let expected = of_day * multipliers[usize::from(is_off)][hour];
                    assert!((value.unwrap() - expected).abs() < 1e-9, "{day} {hour}");
                }
                let mean = hours.iter().flatten().sum::<f64>() / 24.0;
                assert!((mean - of_day).abs() < 1e-9, "the day has its mean");
            }
        }
        assert_eq!(seen, [true, with_kinds, with_kinds]);
    }
}

#[test]
fn people_work_by_day_and_batches_by_night() {
    let plan = hourly(
        "small",
        &[
            "data_generation.num_servers=60",
            "data_generation.metadata.archetypes={web: 1, batch: 1}",
            "data_generation.realism.outlier_rate=0",
        ],
    );
    let generator = Generator::new(Arc::new(plan));
    let mut sums = [[[0.0; 2]; 2]; 2];
    for index in 0..60 {
        let kind = generator.server(index).archetype.unwrap();
        for (step, value) in generator.series(index, 0).values.into_iter().enumerate() {
            let (day, hour) = (step / 24, step % 24);
            if let (Some(value), false) =
                (value, factors::is_day_off(&generator.plan().calendar, generator.days(), day))
            {
                let is_office = usize::from((9..17).contains(&hour));
                sums[kind][is_office][0] += value;
                sums[kind][is_office][1] += 1.0;
            }
        }
    }
    let [web, batch] = sums.map(|of| of.map(|[sum, count]| sum / count));
    assert!(web[1] > 1.3 * web[0] && batch[0] > 1.15 * batch[1], "{web:?} {batch:?}");
}

/// Everything that a fleet may have, on hours.
fn everything(seed: u64, servers: u32, days: u64) -> Plan {
    let start = chrono::NaiveDate::from_ymd_opt(2023, 12, 20).unwrap();
    let sets = [
        format!("data_generation.random_seed={seed}"),
        format!("data_generation.num_servers={servers}"),
        format!("data_generation.start_date={start}"),
        format!("data_generation.end_date={}", start + chrono::Days::new(days - 1)),
        "data_generation.granularity=hourly".to_owned(),
        "data_generation.realism.missing_rate=0.1".to_owned(),
        "data_generation.realism.missing_burst_mean=6".to_owned(),
    ];
    let sets: Vec<Override> = sets.iter().map(|set| Override::from_set(set).unwrap()).collect();
    let realistic = config::PRESETS.iter().find(|preset| preset.name == "bank_realistic").unwrap();
    config::plan(realistic.yaml, &sets).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn another_server_and_later_days_change_no_value(seed: u64, servers in 1u32..5, days in 1u64..40, more in 1u64..30) {
        let short = common::series(&everything(seed, servers, days));
        let long = common::series(&everything(seed, servers + 2, days + more));
        for (long, short) in long.iter().flatten().zip(short.iter().flatten()) {
            prop_assert_eq!(&long[..short.len()], short);
        }
    }

    #[test]
    fn every_difference_from_the_clean_values_is_an_event(seed: u64, days in 1u64..40) {
        let plan = everything(seed, 3, days);
        let generator = Generator::new(Arc::new(plan.clone()));
        let (made, clean) = (common::series(&plan), common::series(&plan.without_defects()));
        let mut buffers = Buffers::default();
        for index in 0..3_u32 {
            let traces = generator.traces(&generator.server(index), &mut buffers);
            for (metric, trace) in traces.iter().enumerate() {
                let (made, clean) = (&made[index as usize][metric], &clean[index as usize][metric]);
                let mut spoilt = vec![false; made.len()];
                trace.defects.outliers.iter().for_each(|&step| spoilt[step] = true);
                trace.defects.anomalies.iter().for_each(|event| spoilt[event.steps(made.len())].fill(true));
                for step in 0..made.len() {
                    prop_assert_eq!(clean[step], Some(trace.clean.get(step)));
                    prop_assert_eq!(made[step].is_none(), trace.defects.missing.binary_search(&step).is_ok());
                    prop_assert!(made[step].is_none() || spoilt[step] || made[step] == clean[step]);
                }
            }
        }
        for event in truth::events(&generator, 0) {
            let hour = format!("T{:02}", event.steps.start % 24);
            prop_assert!(event.id.contains(&hour), "{}", event.id);
        }
    }
}

#[test]
fn every_file_has_a_row_for_every_hour() {
    let plan = hourly(
        "small",
        &[
            "data_generation.num_servers=40",
            "output.calendar_flags=true",
            "data_generation.lifecycle={commissioned_share: 0.4, decommissioned_share: 0.3, migrated_share: 0.5}",
        ],
    );
    let generator = Generator::new(Arc::new(plan.clone()));
    let (parquet, outcome) = common::run(plan.clone());
    let batch = rows_of(parquet);
    assert_eq!(batch.num_rows() as u64, generator.total_rows());
    assert_eq!((outcome.summary.rows, outcome.summary.steps), (generator.total_rows(), 90 * 24));
    let (ids, regions) = (batch.column(0).as_string::<i32>(), batch.column(3).as_string::<i32>());
    let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
    let holiday = batch.column(11).as_boolean();
    let mut row = 0;
    for index in 0..40 {
        let server = generator.server(index);
        let values = generator.series(index, 0).values;
        for day in server.life.days.clone() {
            for hour in 0..24 {
                let midnight = i64::from(generator.days().dates[day].to_epoch_days()) * 86_400_000_000;
                assert_eq!(times.value(row), midnight + hour * 3_600_000_000);
                let region = server.life.attributes(server.attributes, day)[Attribute::Region as usize];
                assert_eq!(
                    (ids.value(row), regions.value(row)),
                    (server.id.as_str(), plan.fleet.regions[region].0.as_str())
                );
                assert_eq!(holiday.value(row), generator.days().holiday[day]);
                let column = batch.column(5).as_primitive::<Float64Type>();
                assert_eq!(
                    (!column.is_null(row)).then(|| column.value(row)),
                    values[day * 24 + hour as usize]
                );
                row += 1;
            }
        }
    }
    assert_eq!(row, batch.num_rows());
    let text: Vec<u8> =
        (0..generator.row_groups()).flat_map(|group| csv::part(&generator, group).unwrap()).collect();
    let lines = csv::cells(&text, usize::MAX).unwrap();
    assert_eq!(lines.len(), batch.num_rows() + 1);
    let second = chrono::DateTime::from_timestamp_micros(times.value(1)).unwrap();
    assert_eq!(lines[2][1], second.format("%Y-%m-%d 01:00:00").to_string());
    assert_eq!(generator.chunk(0..40).record_batch(usize::MAX).unwrap().columns(), batch.columns());
}

#[test]
fn any_number_of_makers_gives_the_same_hours() {
    for sets in [&[][..], &["output.decimals=null", "data_generation.lifecycle={commissioned_share: 0.5}"]] {
        let plan = Arc::new(hourly("small", &[sets, &["data_generation.num_servers=300"]].concat()));
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
            makers.into_iter().for_each(|maker| assembly.merge(maker.finish()));
            let (other_file, other) = assembly.finish().unwrap();
            assert!(other_file == file);
            assert_eq!(other.summary.to_json(), outcome.summary.to_json());
        }
    }
}

#[test]
fn the_daily_p95_is_that_of_the_hours_that_are_there() {
    let sets = [
        "data_generation.num_servers=120",
        "data_generation.realism.missing_rate=0.3",
        "data_generation.realism.missing_burst_mean=30",
    ];
    for more in
        [&[][..], &["output.decimals=null"], &["data_generation.lifecycle={decommissioned_share: 0.5}"]]
    {
        let plan = hourly("small", &[&sets[..], more].concat());
        let generator = Generator::new(Arc::new(plan.clone()));
        let mut encoder = DailyEncoder::new(generator.clone()).unwrap();
        let mut writer = ParquetWriter::of_daily_p95(&plan, Vec::new()).unwrap();
        for group in 0..generator.row_groups() {
            let RowGroup { body, head } = encoder.encode(group).unwrap().unwrap();
            writer.append(&body, head).unwrap();
        }
        let days = rows_of(writer.finish().unwrap().sink);
        assert_eq!(days.num_rows() as u64 * 24, generator.total_rows());
        let (mut row, mut absent) = (0, 0);
        for index in 0..120 {
            let there = generator.server(index).life.days;
            for metric in [0, 4] {
                let column = days.column(5 + metric).as_primitive::<Float64Type>();
                let hours = generator.series(index, metric).values;
                for (place, day) in there.clone().enumerate() {
                    let mut present: Vec<f64> = hours[day * 24..][..24].iter().flatten().copied().collect();
                    let found = (!column.is_null(row + place)).then(|| column.value(row + place));
                    absent += usize::from(found.is_none());
                    match (found, p95(&mut present)) {
                        (Some(found), Some(expected)) if plan.output.decimals.is_some() => {
                            assert!((found - expected).abs() <= 0.005 + 1e-9, "{found} {expected}");
                            assert_eq!(format!("{found:.2}").parse::<f64>().unwrap(), found);
                        }
                        (found, expected) => assert_eq!(found, expected),
                    }
                }
            }
            row += there.len();
        }
        assert!(absent > 100, "some days have no hour: {absent}");
        // The charts of a server show the same days.
        let series = generator.daily_series(3, 0);
        assert_eq!((series.values.len(), series.steps.end), (90, generator.server(3).life.days.end));
    }
}

fn worst(report: &QualityReport, id: &str) -> Verdict {
    let own = report.checks.iter().filter(|check| check.id == id);
    own.map(|check| check.verdict).max().unwrap_or_else(|| panic!("no check {id}"))
}

#[test]
fn a_generator_that_leaves_an_effect_of_hourly_rows_out_is_caught() {
    type Sabotage = fn(&mut Plan);
    let sabotages: [(&str, Sabotage); 9] = [
        ("weekend_ratio", |plan| plan.metrics[0].weekly_pattern = [1.0; 7]),
        ("annual_amplitude", |plan| plan.metrics[0].seasonality_amplitude = 0.0),
        ("growth_rate", |plan| plan.metrics[0].growth_rate = 0.0),
        ("holiday_effect", |plan| plan.metrics[0].holiday_effect_multiplier = 1.0),
        ("eoq_lift", |plan| plan.metrics[0].eoq_spike_multiplier = 1.0),
        ("missing_rate", |plan| plan.realism.missing_rate = 0.0),
        ("business_hours", |plan| plan.metrics[0].hours_amplitude = 0.0),
        ("business_hours", |plan| {
            plan.fleet.hours = Hours::Night;
            plan.fleet.archetypes.iter_mut().for_each(|kind| kind.hours = Hours::Night);
        }),
        ("row_count", |plan| plan.fleet.num_servers -= 1),
    ];
    let kinds = "data_generation.metadata.archetypes={web: 0.7, application: 0.3}";
    for more in [&[][..], &[kinds, "data_generation.realism.sensitivity_spread=0.4"]] {
        let sets = ["data_generation.num_servers=60", "data_generation.end_date=2023-06-30"];
        let asked = hourly("config", &[&sets[..], more].concat());
        let good = common::judge(&asked, &asked);
        let bad: Vec<_> = good.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        for (id, sabotage) in sabotages {
            assert_eq!(worst(&good, id), Verdict::Pass, "{id}");
            let mut made = asked.clone();
            sabotage(&mut made);
            assert!(worst(&common::judge(&asked, &made), id) >= Verdict::Warn, "{id}");
        }
    }
    let asked = hourly("config", &["data_generation.num_servers=60", "data_generation.end_date=2022-12-31"]);
    let made = Plan {
        realism: fleetsynth::plan::RealismPlan { outlier_rate: 0.0, ..asked.realism },
        ..asked.clone()
    };
    assert_eq!(worst(&common::judge(&asked, &made), "outlier_rate"), Verdict::Fail);
}

#[test]
fn what_is_estimated_from_days_only_says_so() {
    let report = common::judge(
        &hourly("small", &["data_generation.quality.panel_servers=5"]),
        &hourly("small", &["data_generation.quality.panel_servers=5"]),
    );
    let panel = report.checks.iter().find(|check| check.id == "panel").unwrap();
    assert!(panel.verdict == Verdict::Skipped && panel.note.contains("from daily rows only"), "{panel:?}");
    assert!(report.checks.iter().all(|check| check.id != "correlation"));
    assert!(report.realism.iter().any(|property| property.id == "busy_share"));
}

#[test]
fn the_checks_hold_for_many_hourly_configurations() {
    let (mut checks, mut beyond_half) = (0, 0);
    for i in 0..24_u32 {
        let spread = |k: u32| (f64::from(i * 11 + k) * 0.618_033_988_749_895).fract();
        let mut plan = hourly("config", &[]);
        plan.seed = u64::from(i);
        plan.fleet.num_servers = 20 + i;
        plan.end = plan.start + chrono::Days::new(60 + u64::from(i) * 15);
        plan.metrics.truncate(1);
        plan.correlations = None;
        let metric = &mut plan.metrics[0];
        metric.base_mean = 20.0 + 50.0 * spread(0);
        metric.base_std = 4.0 + 10.0 * spread(1);
        metric.hours_amplitude = spread(2);
        metric.autocorrelation = 0.9 * spread(3);
        metric.weekly_pattern[5..].fill(0.5 + spread(4));
        plan.fleet.hours = Hours::NAMED[i as usize % 3].1;
        plan.realism.missing_rate = 0.04 * spread(5);
        plan.realism.missing_burst_mean = 1.0 + 40.0 * spread(6);
        if i % 2 == 0 {
            plan.realism.variety.sensitivity_spread = spread(7);
            plan.lifecycle.commissioned_share = 0.3 * spread(8);
            plan.realism.variety.business_unit_shock = 0.05 * spread(9);
            plan.realism.anomalies[2].rate = 0.02 * spread(10);
        }
        for check in common::judge(&plan, &plan).checks {
            assert_ne!(check.verdict, Verdict::Fail, "{i}: {check:#?}");
            if let Some(figures) = check.figures.filter(|_| check.tolerance.starts_with('±')) {
                checks += 1;
                beyond_half += u32::from((figures.found - figures.expected).abs() > figures.tolerance / 2.0);
            }
        }
    }
    let share = f64::from(beyond_half) / f64::from(checks);
    assert!(checks > 120 && share < 0.12, "{beyond_half} of {checks}");
    assert!(share > 0.004, "the tolerances are too wide to mean anything: {beyond_half} of {checks}");
}

#[test]
fn the_charts_show_days() {
    let plan = hourly("small", &[]);
    let (_, outcome) = common::run(plan.clone());
    assert_eq!(outcome.profile.metrics[0].mean.len(), 90);
    assert_eq!(outcome.profile.servers, vec![5.0; 90]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let series = generator.daily_series(0, 0);
    let means: Vec<f64> = (0..90)
        .map(|day| {
            let of_day = |server| generator.series(server, 0).values[day * 24..][..24].to_vec();
            let values: Vec<f64> = (0..5).flat_map(of_day).flatten().collect();
            values.iter().sum::<f64>() / values.len() as f64
        })
        .collect();
    for (found, expected) in outcome.profile.metrics[0].mean.iter().zip(means) {
        assert!((found - expected).abs() < 1e-9);
    }
    let input = ChartInput {
        plan: &plan,
        days: generator.days(),
        profile: &outcome.profile,
        metric: 0,
        series: Some(ServerSeries {
            server_id: &series.server_id,
            values: &series.values,
            there: &series.steps,
            outliers: &series.outliers,
        }),
        correlations: None,
        view: &View::whole(90),
        pinned: None,
    };
    assert!(chart::describe(ChartKind::Server, &input).contains("P95 of each day's hours"));
    assert_eq!(chart::table(ChartKind::OverTime, &input).rows.len(), 13, "weeks");
    let daily = Daily::new(&generator).chunk(&generator.chunk(0..1));
    let of_chunk: Vec<Option<f64>> = (0..90)
        .map(|day| (!daily.metrics[0].missing.contains(&day)).then(|| daily.metrics[0].values.get(day)))
        .collect();
    for (one, other) in of_chunk.iter().zip(&series.values) {
        assert!((one.unwrap_or(0.0) - other.unwrap_or(0.0)).abs() <= 0.005 + 1e-9);
    }
}
