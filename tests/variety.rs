//! Promises of everything that makes servers differ, gaps by mechanism and anomalies: neutral values
//! change nothing, every draw has a stream of its own, and each part does what it is called.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use fleetsynth::calendar::DayTable;
use fleetsynth::config;
use fleetsynth::dataset::Generator;
use fleetsynth::export::csv;
use fleetsynth::export::digest::sha256;
use fleetsynth::math;
use fleetsynth::plan::{Attribute, Plan};
use fleetsynth::realism::gaps::GapCause;
use fleetsynth::series::Buffers;
use fleetsynth::series::factors;
use proptest::prelude::*;

use common::series;

/// The SHA-256 of the CSV of the presets as they were before there was any variety: the numbers of
/// these datasets do not depend on what new keys the configuration has.
#[test]
fn neutral_variety_leaves_every_value_of_the_presets_as_it_was() {
    for line in include_str!("values.txt").lines() {
        let (hash, preset) = line.split_once("  ").unwrap();
        // Of the large fleet the first servers are enough.
        let servers = (preset == "large").then_some(0..143);
        let generator = Generator::new(Arc::new(Plan { shard: servers, ..common::plan(preset, &[]) }));
        let parts = (0..generator.row_groups()).flat_map(|group| csv::part(&generator, group).unwrap());
        assert_eq!(sha256(&parts.collect::<Vec<u8>>()), hash, "{preset}");
    }
}

/// Everything at once.
fn everything(seed: u64, servers: u32, days: u64, metrics: &str) -> Plan {
    let start = chrono::NaiveDate::from_ymd_opt(2023, 11, 20).unwrap();
    let yaml = format!(
        "\
data_generation:
  num_servers: {servers}
  start_date: {start}
  end_date: {end}
  random_seed: {seed}
  events:
    - {{name: Release, start: 2023-12-01, end: 2023-12-03, multiplier: 1.5, business_unit: [Retail]}}
    - {{name: Incident, start: 2023-12-05, end: 2023-12-05, multiplier: 0.5}}
  metrics: {metrics}
  metadata:
    archetypes: {{web: 1, database: 1, batch: 1, mine: {{weight: 1, metrics: {{cpu_p95: {{growth: 2}}}}}}}}
    sensitivities: {{Retail: {{eoq: 2, holiday: 0.5}}}}
  realism:
    missing_rate: 0.1
    missing_burst_mean: 3
    sensitivity_spread: 0.5
    no_weekly_share: 0.3
    business_unit_shock: 0.1
    region_shock: 0.05
    shock_autocorrelation: 0.6
    correlations: {{}}
    gaps: {{independent_share: 0.2, outage_share: 0.2, load_share: 0.3}}
    anomalies:
      spike: {{rate: 0.02}}
      dip: {{rate: 0.02}}
      level_shift: {{rate: 0.1}}
      stuck: {{rate: 0.05}}
      slow_leak: {{rate: 0.05}}
      noisy: {{rate: 0.05}}
",
        end = start + chrono::Days::new(days - 1),
    );
    config::plan(&yaml, &[]).unwrap()
}

const METRICS: &str = "{cpu_p95: {level_spread: 0.6, eoq_ramp: 1, year_end_factor: 2, month_end_multiplier: 1.1, \
                       post_holiday_multiplier: 1.2, growth_saturation_years: 2, \
                       level_shifts: [{date: 2023-12-20, multiplier: 1.3}]}, mem_p95: {autocorrelation: 0.8}}";
const MORE_METRICS: &str = "{gpu_p95: {}, cpu_p95: {level_spread: 0.6, eoq_ramp: 1, year_end_factor: 2, month_end_multiplier: 1.1, \
     post_holiday_multiplier: 1.2, growth_saturation_years: 2, \
     level_shifts: [{date: 2023-12-20, multiplier: 1.3}]}, mem_p95: {autocorrelation: 0.8}}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn another_server_changes_no_other_value(seed: u64, servers in 1u32..9, days in 1u64..300) {
        let larger = series(&everything(seed, servers + 3, days, METRICS));
        prop_assert_eq!(&larger[..servers as usize], series(&everything(seed, servers, days, METRICS)));
    }

    #[test]
    fn later_days_change_no_earlier_value(seed: u64, servers in 1u32..9, days in 1u64..300, more in 1u64..400) {
        let longer = series(&everything(seed, servers, days + more, METRICS));
        let shorter = series(&everything(seed, servers, days, METRICS));
        for (long, short) in longer.iter().flatten().zip(shorter.iter().flatten()) {
            prop_assert_eq!(&long[..short.len()], short);
        }
    }

    #[test]
    fn another_metric_changes_no_other_metric(seed: u64, servers in 1u32..9, days in 1u64..300) {
        let mut wide = series(&everything(seed, servers, days, MORE_METRICS));
        wide.iter_mut().for_each(|metrics| drop(metrics.remove(0)));
        prop_assert_eq!(wide, series(&everything(seed, servers, days, METRICS)));
    }

    #[test]
    fn a_trace_has_the_series_with_and_without_its_defects(seed: u64, servers in 1u32..9, days in 1u64..300) {
        let plan = everything(seed, servers, days, METRICS);
        let generator = Generator::new(Arc::new(plan.clone()));
        let clean = series(&plan.without_defects());
        let mut buffers = Buffers::default();
        for (index, (clean, made)) in clean.into_iter().zip(series(&plan)).enumerate() {
            let traces = generator.traces(&generator.server(index as u32), &mut buffers);
            for ((clean, made), trace) in clean.into_iter().zip(made).zip(traces) {
                let beneath: Vec<Option<f64>> = trace.clean.iter().map(Some).collect();
                prop_assert_eq!(&beneath, &clean);
                // A value differs from the clean one only where a defect says so.
                let mut spoilt = vec![false; made.len()];
                trace.defects.outliers.iter().for_each(|&step| spoilt[step] = true);
                trace.defects.anomalies.iter().for_each(|event| spoilt[event.steps(made.len())].fill(true));
                for (step, (made, clean)) in made.iter().zip(&clean).enumerate() {
                    let is_missing = trace.defects.missing.binary_search(&step).is_ok();
                    prop_assert_eq!(made.is_none(), is_missing);
                    prop_assert!(is_missing || spoilt[step] || made == clean);
                }
                let by_cause: usize = trace.missing_by_cause.iter().map(Vec::len).sum();
                prop_assert_eq!(by_cause, trace.defects.missing.len());
            }
        }
    }
}

fn long(sets: &[&str]) -> Plan {
    let mut all = vec![
        "data_generation.num_servers=400",
        "data_generation.start_date=2022-01-01",
        "data_generation.end_date=2023-12-31",
        "data_generation.realism.outlier_rate=0",
        "data_generation.realism.server_bias=0",
        "data_generation.metrics={cpu_p95: {weekly_pattern_factor: 1, seasonality_amplitude: 0, growth_rate: 0, \
         eoq_spike_multiplier: 1, holiday_effect_multiplier: 1, base_mean: 50, base_std: 5}}",
        "data_generation.metadata.effects={}",
    ];
    all.extend(sets);
    common::plan("small", &all)
}

#[test]
fn kinds_of_servers_come_by_weight_and_behave_like_their_kind() {
    let plan = long(&[
        "data_generation.realism.missing_rate=0",
        "data_generation.metadata.archetypes={busy: {weight: 3, metrics: {cpu_p95: {level: 1.5, spread: 0.5, \
         weekend: 0.5, outliers: 2}}}, calm: 1}",
        "data_generation.realism.outlier_rate=0.01",
    ]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let (mut busy, mut weekday, mut weekend, mut outliers) = (0, vec![], vec![], [0, 0]);
    for index in 0..400 {
        let server = generator.server(index);
        let series = generator.series(index, 0);
        outliers[server.archetype.unwrap()] += series.outliers.len();
        if server.archetype == Some(0) {
            busy += 1;
            for (day, value) in
                series.values.iter().enumerate().filter(|(day, _)| !series.outliers.contains(day))
            {
                let group = if generator.days().weekend[day] { &mut weekend } else { &mut weekday };
                group.push(value.unwrap());
            }
        }
    }
    assert!((270..330).contains(&busy), "{busy}");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let std = |values: &[f64]| {
        let mean = mean(values);
        (values.iter().map(|value| math::square(value - mean)).sum::<f64>() / values.len() as f64).sqrt()
    };
    assert!((mean(&weekday) - 75.0).abs() < 0.1 && (mean(&weekend) - 37.5).abs() < 0.1);
    assert!((std(&weekday) - 2.5).abs() < 0.05 && (std(&weekend) - 1.25).abs() < 0.05);
    let share = |kind: usize, servers: usize| outliers[kind] as f64 / (servers * 730) as f64;
    assert!((share(0, busy) - 0.02).abs() < 0.002 && (share(1, 400 - busy) - 0.01).abs() < 0.002);
}

#[test]
fn servers_have_levels_of_their_own_around_the_configured_one() {
    let plan = long(&[
        "data_generation.metrics.cpu_p95.level_spread=0.4",
        "data_generation.metrics.cpu_p95.max_clip=1000",
    ]);
    let generator = Generator::new(Arc::new(plan));
    let levels: Vec<f64> = (0..400)
        .map(|server| {
            let values: Vec<f64> = generator.series(server, 0).values.into_iter().flatten().collect();
            math::ln(values.iter().sum::<f64>() / values.len() as f64)
        })
        .collect();
    let mean = levels.iter().sum::<f64>() / 400.0;
    let std = (levels.iter().map(|level| math::square(level - mean)).sum::<f64>() / 399.0).sqrt();
    // The mean of a lognormal number is exp(mu + sigma^2 / 2); four standard errors.
    assert!((std - 0.4).abs() < 4.0 * 0.4 / 800_f64.sqrt(), "{std}");
    assert!((mean - (math::ln(50.0) - 0.08)).abs() < 4.0 * 0.4 / 20.0, "{mean}");
}

#[test]
fn a_share_of_the_servers_knows_no_week() {
    let plan = long(&[
        "data_generation.metrics.cpu_p95.weekly_pattern_factor=0.6",
        "data_generation.realism.no_weekly_share=0.3",
        "data_generation.realism.sensitivity_spread=0.5",
    ]);
    let generator = Generator::new(Arc::new(plan));
    let ratios: Vec<f64> = (0..400)
        .map(|server| {
            let series = generator.series(server, 0).values;
            let mean = |weekend: bool| {
                let days = series.iter().zip(&generator.days().weekend).filter(|(_, is)| **is == weekend);
                let values: Vec<f64> = days.filter_map(|(value, _)| *value).collect();
                values.iter().sum::<f64>() / values.len() as f64
            };
            mean(true) / mean(false)
        })
        .collect();
    let without = ratios.iter().filter(|ratio| **ratio > 0.95).count();
    assert!((85..156).contains(&without), "{without}");
    // The others lie between 1 - 0.4 * 1.5 and 1 - 0.4 * 0.5.
    assert!(ratios.iter().all(|ratio| *ratio > 0.95 || (0.38..0.82).contains(ratio)));
    assert!(
        ratios.iter().any(|ratio| *ratio < 0.5) && ratios.iter().any(|ratio| (0.7..0.82).contains(ratio))
    );
}

#[test]
fn servers_of_a_business_unit_and_of_a_region_move_together() {
    let plan = long(&[
        "data_generation.realism.business_unit_shock=0.08",
        "data_generation.realism.region_shock=0.06",
        "data_generation.realism.shock_autocorrelation=0.5",
        "data_generation.realism.missing_rate=0",
    ]);
    let generator = Generator::new(Arc::new(plan));
    let servers: Vec<_> = (0..60).map(|index| generator.server(index)).collect();
    let values: Vec<Vec<f64>> =
        (0..60).map(|index| generator.series(index, 0).values.into_iter().flatten().collect()).collect();
    let correlation = |a: &[f64], b: &[f64]| {
        let n = a.len() as f64;
        let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
        let product = |x: &[f64], mx: f64, y: &[f64], my: f64| {
            x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>()
        };
        product(a, ma, b, mb) / (product(a, ma, a, ma) * product(b, mb, b, mb)).sqrt()
    };
    let mut found = [[0.0; 2]; 4];
    for i in 0..60 {
        for j in 0..i {
            let same = |attribute: Attribute| {
                usize::from(
                    servers[i].attributes[attribute as usize] == servers[j].attributes[attribute as usize],
                )
            };
            let group = 2 * same(Attribute::BusinessUnit) + same(Attribute::Region);
            found[group][0] += correlation(&values[i], &values[j]);
            found[group][1] += 1.0;
        }
    }
    let [neither, region, unit, both] = found.map(|[sum, count]| sum / count);
    // Variances: 25 of the noise, 16 and 9 of what is shared.
    for (found, expected) in [(neither, 0.0), (region, 9.0 / 50.0), (unit, 16.0 / 50.0), (both, 25.0 / 50.0)]
    {
        assert!((found - expected).abs() < 0.06, "{found} {expected}");
    }
}

#[test]
fn gaps_by_mechanism_keep_the_configured_share() {
    let plan = long(&[
        "data_generation.realism.missing_rate=0.08",
        "data_generation.realism.missing_burst_mean=4",
        "data_generation.realism.gaps={independent_share: 0.25, outage_share: 0.25, outage_mean: 3, load_share: 0.25}",
    ]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let mut buffers = Buffers::default();
    let (mut missing, mut by_cause, mut high) = (0, [0; 4], 0);
    let mut outages: Vec<Option<Vec<usize>>> = vec![None; 4];
    for index in 0..400 {
        let server = generator.server(index);
        let trace = generator.traces(&server, &mut buffers).remove(0);
        missing += trace.defects.missing.len();
        for (count, steps) in by_cause.iter_mut().zip(&trace.missing_by_cause) {
            *count += steps.len();
        }
        let load = &trace.missing_by_cause[GapCause::Load as usize];
        high += load.iter().filter(|&&step| trace.clean.get(step) > 50.0 + 0.8 * 5.0).count();
        // All servers of a region are out on the same days.
        let region = server.attributes[Attribute::Region as usize];
        let steps = trace.missing_by_cause[GapCause::Outage as usize].clone();
        assert_eq!(outages[region].get_or_insert_with(|| steps.clone()), &steps);
    }
    let total = f64::from(400 * 730);
    let share = missing as f64 / total;
    assert!((share - 0.08).abs() < 0.01, "{share}");
    // Each mechanism has its part; outages are few, so theirs varies most.
    for (cause, count) in GapCause::ALL.into_iter().zip(by_cause) {
        let part = count as f64 / total;
        let allowed = if cause == GapCause::Outage { 0.012 } else { 0.003 };
        assert!((part - 0.02).abs() < allowed, "{cause:?} {part}");
    }
    assert_eq!(high, by_cause[GapCause::Load as usize], "only the highest fifth is hit under load");
}

#[test]
fn kinds_of_servers_have_correlations_of_their_own() {
    let plan = long(&[
        "data_generation.metrics={cpu_p95: {base_mean: 50, base_std: 5, max_clip: 1000}, mem_p95: {base_mean: 50, \
         base_std: 5, autocorrelation: 0.5, max_clip: 1000}, disk_p95: {base_mean: 50, base_std: 5, max_clip: 1000}}",
        "data_generation.realism.missing_rate=0",
        "data_generation.realism.correlations={cpu_p95: {mem_p95: 0.3, disk_p95: 0.2}}",
        "data_generation.metadata.archetypes={tight: {weight: 1, correlations: {mem_p95: {cpu_p95: 0.7}}}, \
         odd: {weight: 1, correlations: {cpu_p95: {mem_p95: -0.5, disk_p95: 0}}}, usual: 1}",
    ]);
    let generator = Generator::new(Arc::new(plan));
    let mut sums = [[[0.0; 3]; 2]; 3];
    for index in 0..400 {
        let kind = generator.server(index).archetype.unwrap();
        // What is left once the calendar's factor of the day is taken away.
        let noise = [0, 1, 2].map(|metric| -> Vec<f64> {
            let of = &generator.plan().metrics[metric];
            let factors = factors::daily(of, &generator.plan().calendar, generator.days());
            let values = generator.series(index, metric).values;
            values.iter().zip(factors).map(|(value, factor)| value.unwrap() / factor - 50.0).collect()
        });
        for (pair, other) in [1, 2].into_iter().enumerate() {
            for (a, b) in noise[0].iter().zip(&noise[other]) {
                let sum = &mut sums[kind][pair];
                (sum[0], sum[1], sum[2]) = (sum[0] + a * b, sum[1] + a * a, sum[2] + b * b);
            }
        }
    }
    for (kind, expected) in [[0.7, 0.2], [-0.5, 0.0], [0.3, 0.2]].into_iter().enumerate() {
        for (found, expected) in sums[kind].iter().zip(expected) {
            let found = found[0] / (found[1] * found[2]).sqrt();
            assert!((found - expected).abs() < 0.02, "{kind}: {found} {expected}");
        }
    }
}

#[test]
fn the_calendar_acts_on_the_days_that_it_says() {
    let plan = common::plan(
        "config",
        &[
            "data_generation.realism.correlations={}",
            "data_generation.metrics={cpu_p95: {weekly_pattern_factor: 1, seasonality_amplitude: 0, growth_rate: 0, \
             eoq_spike_multiplier: 1.2, eoq_ramp: 1, year_end_factor: 2, month_end_multiplier: 1.1, \
             post_holiday_multiplier: 1.3, level_shifts: [{date: 2024-05-01, multiplier: 2}]}}",
            "data_generation.events=[{name: A, start: 2024-04-10, end: 2024-04-11, multiplier: 1.5}]",
        ],
    );
    let days = common::days(&plan);
    let factors = factors::daily(&plan.metrics[0], &plan.calendar, &days);
    let at = |date: &str| factors[days.dates.iter().position(|day| day.to_string() == date).unwrap()];
    let close =
        |date: &str, expected: f64| assert!((at(date) - expected).abs() < 1e-12, "{date}: {}", at(date));
    // March 2024 ends on Friday 29th, seven business days after the 20th.
    close("2024-03-20", 1.0);
    close("2024-03-21", 1.0 + 0.2 / 7.0);
    close("2024-03-26", 1.0 + 0.2 * 4.0 / 7.0);
    close("2024-03-29", 1.2);
    close("2024-03-30", 1.0);
    // December's lift is twice as large; the 25th is a holiday, the 26th the day after.
    close("2023-12-29", 1.4);
    close("2023-12-25", 0.85);
    close("2023-12-26", (1.0 + 0.4 * 4.0 / 7.0) * 1.3);
    // The last two business days of other months.
    close("2024-04-29", 1.1);
    close("2024-04-30", 1.1);
    close("2024-04-26", 1.0);
    close("2024-04-10", 1.5);
    close("2024-04-12", 1.0);
    close("2024-05-01", 2.0);
    close("2025-05-13", 2.0);
    // New Year's Day 2023 was a Sunday, observed on Monday the 2nd.
    close("2023-01-03", 1.3);
    close("2023-01-04", 1.0);
    // A range that begins on the day after knows of the holiday before.
    let later = DayTable::new(
        "2023-01-03".parse().unwrap(),
        plan.end,
        plan.calendar.holidays,
        plan.calendar.eoq_window_business_days,
    );
    assert!(later.after_holiday[0]);
}

#[test]
fn growth_saturates_and_kinds_grow_in_their_own_way() {
    let plan = long(&[
        "data_generation.metrics.cpu_p95.growth_rate=0.5",
        "data_generation.metrics.cpu_p95.growth_saturation_years=1",
    ]);
    let metric = &plan.metrics[0];
    assert!((factors::growth_time(metric, 365) - (1.0 - math::exp(-365.0 / 365.25))).abs() < 1e-12);
    assert!(factors::growth_time(metric, 20_000) < 1.0 + 1e-12);
}
