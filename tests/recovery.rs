//! The quality checks find what is there, and miss nothing that is not.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use fleetsynth::plan::Plan;
use fleetsynth::quality::fit::{ANNUAL, Design, EOQ, GROWTH, HOLIDAY};
use fleetsynth::quality::{Check, QualityReport, Verdict};
use fleetsynth::series::factors;

/// The worst verdict on one of the first metric's checks, or of the whole dataset's.
fn verdict(report: &QualityReport, id: &str) -> Verdict {
    let of = |check: &&Check| check.id == id && matches!(check.metric.as_deref(), None | Some("cpu_p95"));
    let verdicts = report.checks.iter().filter(of).map(|check| check.verdict);
    verdicts.max().unwrap_or_else(|| panic!("no check {id}"))
}

#[test]
fn the_fit_finds_the_parameters_of_means_without_noise() {
    let plan = common::plan("config", &[]);
    let days = common::days(&plan);
    let metric = &plan.metrics[0];
    let means: Vec<f64> = factors::daily(metric, &plan.calendar, &days)
        .iter()
        .map(|factor| metric.base_mean * factor)
        .collect();
    let counts = vec![120; days.len()];
    let design = Design::new(metric, &plan.calendar, &days, &counts);
    let fit = design.fit(&means, &vec![1.0; days.len()]).unwrap();
    for (parameter, configured) in [
        (0, metric.base_mean * metric.weekly_pattern[0]),
        (6, metric.base_mean * metric.weekly_pattern[6]),
        (ANNUAL, metric.seasonality_amplitude),
        (GROWTH, metric.growth_rate),
        (HOLIDAY, metric.holiday_effect_multiplier),
        (EOQ, metric.eoq_spike_multiplier),
    ] {
        let (found, _) = fit.parameter(parameter);
        assert!((found - configured).abs() < 1e-8, "{parameter}: {found}");
    }
}

#[test]
fn every_preset_passes_every_check() {
    for preset in ["config", "small", "large"] {
        let plan =
            common::plan(preset, if preset == "large" { &["data_generation.num_servers=300"] } else { &[] });
        let report = common::judge(&plan, &plan);
        let bad: Vec<_> = report.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
        assert!(bad.is_empty(), "{preset}: {bad:#?}");
        assert_eq!(report.verdict, Verdict::Pass);
    }
}

#[test]
fn a_generator_that_leaves_an_effect_out_is_caught() {
    type Sabotage = fn(&mut Plan);
    let asked = common::plan("config", &[]);
    let sabotages: [(&str, Sabotage); 7] = [
        ("weekend_ratio", |plan| plan.metrics[0].weekly_pattern = [1.0; 7]),
        ("annual_amplitude", |plan| plan.metrics[0].seasonality_amplitude = 0.0),
        ("growth_rate", |plan| plan.metrics[0].growth_rate = 0.0),
        ("holiday_effect", |plan| plan.calendar.use_holidays = false),
        ("eoq_lift", |plan| plan.calendar.use_eoq_spikes = false),
        ("missing_rate", |plan| plan.realism.missing_rate = 0.0),
        ("outlier_rate", |plan| plan.realism.outlier_rate = 0.0),
    ];
    for (id, sabotage) in sabotages {
        let mut made = asked.clone();
        sabotage(&mut made);
        assert_eq!(verdict(&common::judge(&asked, &made), id), Verdict::Fail, "{id}");
        assert_eq!(verdict(&common::judge(&asked, &asked), id), Verdict::Pass, "{id}");
    }
}

/// A fleet of servers that differ in every way, with a full calendar.
fn varied(sets: &[&str]) -> Plan {
    let mut all = vec![
        "data_generation.num_servers=400",
        "data_generation.quality.panel_servers=400",
        "data_generation.realism.missing_burst_mean=4",
        "data_generation.realism.outlier_multiplier=3",
        "data_generation.metadata.effects={business_unit: {Investment: {cpu_p95: 1.6}}}",
        "data_generation.metadata.archetypes={web: 0.4, database: 0.2, application: 0.3, batch: 0.1}",
        "data_generation.metadata.sensitivities={Retail: {eoq: 1.5, holiday: 0.5}}",
        "data_generation.realism.sensitivity_spread=0.8",
        "data_generation.realism.no_weekly_share=0.2",
        "data_generation.realism.business_unit_shock=0.08",
        "data_generation.realism.region_shock=0.02",
        "data_generation.realism.shock_autocorrelation=0.3",
        "data_generation.realism.gaps={outage_share: 0.2, independent_share: 0.2, load_share: 0.2}",
        "data_generation.realism.anomalies={spike: {rate: 0.005}, level_shift: {rate: 0.02}, stuck: {rate: 0.01}}",
        "data_generation.metrics.cpu_p95={base_mean: 30, base_std: 6, level_spread: 0.5, autocorrelation: 0.4, weekly_pattern_factor: 0.6, \
         eoq_ramp: 1, year_end_factor: 2, month_end_multiplier: 1.15, post_holiday_multiplier: 1.1}",
    ];
    all.extend(sets);
    common::plan("config", &all)
}

#[test]
fn a_generator_that_leaves_an_effect_of_a_varied_fleet_out_is_caught() {
    type Sabotage = fn(&mut Plan);
    let asked = varied(&[]);
    let good = common::judge(&asked, &asked);
    let bad: Vec<_> = good.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    let sabotages: [(&str, Sabotage); 23] = [
        ("weekend_ratio", |plan| plan.metrics[0].weekly_pattern = [1.0; 7]),
        ("annual_amplitude", |plan| plan.metrics[0].seasonality_amplitude = 0.0),
        ("growth_rate", |plan| plan.metrics[0].growth_rate = 0.0),
        ("holiday_effect", |plan| plan.metrics[0].holiday_effect_multiplier = 1.0),
        ("eoq_lift", |plan| plan.metrics[0].eoq_spike_multiplier = 1.0),
        ("year_end_lift", |plan| plan.metrics[0].year_end_factor = 1.0),
        ("month_end_lift", |plan| plan.metrics[0].month_end_multiplier = 1.0),
        ("post_holiday_effect", |plan| plan.metrics[0].post_holiday_multiplier = 1.0),
        ("missing_rate", |plan| plan.realism.missing_rate = 0.0),
        ("autocorrelation", |plan| plan.metrics[0].autocorrelation = 0.0),
        ("correlation", |plan| plan.correlations = None),
        ("gap_length", |plan| plan.realism.missing_burst_mean = 1.0),
        ("attribute_effect", |plan| plan.metrics[0].effects.clear()),
        ("stuck_values", |plan| plan.realism.anomalies[3].rate = 0.0),
        ("stuck_values", |plan| plan.realism.anomalies[3].mean_days = 1.0),
        ("outage_share", |plan| plan.realism.gaps.outage_share = 0.9),
        ("extreme_values", |plan| plan.realism.outlier_rate = 0.0),
        ("extreme_values", |plan| plan.realism.anomalies[0].rate = 0.05),
        ("shared_shock", |plan| plan.realism.variety.business_unit_shock = 0.0),
        ("level_spread", |plan| plan.metrics[0].level_spread = 0.0),
        ("weekend_spread", |plan| {
            plan.realism.variety.no_weekly_share = 0.0;
            plan.realism.variety.sensitivity_spread = 0.0;
        }),
        ("kind_level", |plan| plan.fleet.archetypes[0].traits[0].level = 2.0),
        // Kinds are known by their levels even where these are all that differs.
        ("kind_level", |plan| {
            plan.fleet
                .archetypes
                .iter_mut()
                .for_each(|kind| kind.traits[0] = fleetsynth::plan::Traits::NEUTRAL);
        }),
    ];
    for (id, sabotage) in sabotages {
        assert_eq!(verdict(&good, id), Verdict::Pass, "{id}");
        let mut made = asked.clone();
        sabotage(&mut made);
        assert!(verdict(&common::judge(&asked, &made), id) >= Verdict::Warn, "{id}");
    }
}

#[test]
fn a_business_unit_that_feels_a_pattern_as_all_others_do_is_caught() {
    let asked = varied(&[
        "data_generation.metadata.sensitivities={Retail: {weekly: 0.3, annual: 2.5, eoq: 3, holiday: 0}}",
        "data_generation.realism.sensitivity_spread=0.3",
        "data_generation.realism.no_weekly_share=0.05",
    ]);
    let good = common::judge(&asked, &asked);
    let bad: Vec<_> = good.checks.iter().filter(|check| check.verdict > Verdict::Pass).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    for (pattern, id) in ["unit_weekend", "unit_season", "unit_eoq", "unit_holiday"].into_iter().enumerate() {
        assert_eq!(verdict(&good, id), Verdict::Pass, "{id}");
        let mut made = asked.clone();
        made.fleet.sensitivities[0].0[pattern] = 1.0;
        let found = common::judge(&asked, &made);
        assert!(verdict(&found, id) >= Verdict::Warn, "{id}");
        // Only Retail is configured otherwise.
        let own = found.checks.iter().filter(|check| check.id == id);
        assert!(own.clone().count() > 0 && own.clone().all(|check| check.note.starts_with("Retail.")));
    }
    let alike = varied(&["data_generation.metadata.sensitivities={}"]);
    assert!(common::judge(&alike, &alike).checks.iter().all(|check| !check.id.starts_with("unit_")));
}

#[test]
fn regions_that_are_never_out_are_caught() {
    let asked = common::plan(
        "config",
        &[
            "data_generation.quality.panel_servers=120",
            "data_generation.metadata.regions={a: 1, b: 1, c: 1, d: 1}",
            "data_generation.realism.missing_rate=0.04",
            "data_generation.realism.gaps={outage_share: 0.5}",
        ],
    );
    assert_eq!(verdict(&common::judge(&asked, &asked), "outage_share"), Verdict::Pass);
    for share in [0.0, 1.0] {
        let mut made = asked.clone();
        made.realism.gaps.outage_share = share;
        assert!(verdict(&common::judge(&asked, &made), "outage_share") >= Verdict::Warn, "{share}");
    }
}

#[test]
fn a_kind_without_its_own_correlations_is_caught() {
    let kinds = "data_generation.metadata.archetypes={web: {weight: 0.5, correlations: {cpu_p95: {mem_p95: 0.8}}}, \
                 application: {weight: 0.5, correlations: {cpu_p95: {net_in_p95: 0}}}}";
    let asked = varied(&[kinds]);
    let of_pair = |report: &QualityReport| -> Vec<Check> {
        let own = |check: &&Check| check.id == "correlation" && check.metric.as_deref() == Some("cpu_p95");
        report.checks.iter().filter(own).cloned().collect()
    };
    let good = of_pair(&common::judge(&asked, &asked));
    let notes: Vec<&str> = good.iter().map(|check| check.note.split('.').next().unwrap()).collect();
    assert_eq!(notes, ["web, with mem_p95", "application, with mem_p95", "web, with net_in_p95"]);
    assert!(good.iter().all(|check| check.verdict == Verdict::Pass), "{good:#?}");
    let mut made = asked.clone();
    made.fleet.archetypes[0].correlations = None;
    let bad = of_pair(&common::judge(&asked, &made));
    assert_eq!(bad[0].verdict, Verdict::Fail, "{bad:#?}");
    assert_eq!(bad[1].verdict, Verdict::Pass);
}

#[test]
fn an_event_or_a_change_of_level_that_is_left_out_is_caught() {
    let asked = common::plan(
        "config",
        &[
            "data_generation.events=[{name: A, start: 2024-02-05, end: 2024-02-09, multiplier: 1.2}, \
             {name: B, start: 2023-07-10, end: 2023-07-21, multiplier: 1.4, business_unit: [Retail, Wealth]}]",
            "data_generation.metrics.cpu_p95.level_shifts=[{date: 2024-05-01, multiplier: 1.2}]",
        ],
    );
    let mut made = asked.clone();
    made.calendar.events.clear();
    let (good, bad) = (common::judge(&asked, &asked), common::judge(&asked, &made));
    let of = |report: &QualityReport, id: &str| -> Vec<Check> {
        let own = |check: &&Check| check.id == id && check.metric.as_deref() == Some("cpu_p95");
        report.checks.iter().filter(own).cloned().collect()
    };
    assert_eq!(of(&good, "event_lift").len(), 2);
    assert!(good.checks.iter().all(|check| check.verdict <= Verdict::Pass), "{good:#?}");
    for (check, name) in of(&bad, "event_lift").iter().zip(["A", "B"]) {
        assert_eq!(check.verdict, Verdict::Fail, "{check:#?}");
        assert!(check.note.starts_with(name));
    }
    // What half of the fleet feels is seen in the whole fleet as half of it.
    let of_half = of(&good, "event_lift")[1].figures.unwrap();
    assert!((of_half.expected - 1.2).abs() < 0.02, "{of_half:?}");
    assert_eq!(of(&good, "level_shift")[0].verdict, Verdict::Pass);
    let mut made = asked.clone();
    made.metrics[0].level_shifts.clear();
    assert_eq!(of(&common::judge(&asked, &made), "level_shift")[0].verdict, Verdict::Fail);
}

#[test]
fn a_fleet_that_has_outgrown_its_clips_is_not_judged_by_its_outliers() {
    // Forty years of growth: the disks are full for more than half of the time.
    let sets = ["data_generation.start_date=1985-01-01", "data_generation.num_servers=20"];
    let plan = common::plan("config", &sets);
    let report = common::judge(&plan, &plan);
    let outliers = |metric: &str| {
        let of = |check: &&Check| check.id == "outlier_rate" && check.metric.as_deref() == Some(metric);
        report.checks.iter().find(of).unwrap()
    };
    for metric in ["cpu_p95", "disk_p95"] {
        assert_eq!(outliers(metric).verdict, Verdict::Skipped);
        assert!(outliers(metric).note.contains("upper clip"), "{:?}", outliers(metric));
    }
    let plan = common::plan("config", &[]);
    let report = common::judge(&plan, &plan);
    let judged = report.checks.iter().filter(|check| check.id == "outlier_rate");
    assert_eq!(judged.filter(|check| check.verdict == Verdict::Pass).count(), 5, "four years are judged");
}

#[test]
fn a_window_of_calendar_days_instead_of_business_days_is_caught() {
    let asked = common::plan("config", &[]);
    let mut made = asked.clone();
    // Nine calendar days hold five business days where a weekend and a holiday fall among them.
    made.calendar.eoq_window_business_days = 5;
    assert!(verdict(&common::judge(&asked, &made), "eoq_lift") >= Verdict::Warn);
}

#[test]
fn the_gates_catch_datasets_of_another_shape() {
    let asked = common::plan("small", &[]);
    let made = |change: fn(&mut Plan)| {
        let mut made = asked.clone();
        change(&mut made);
        common::judge(&asked, &made)
    };
    assert_eq!(verdict(&made(|plan| plan.fleet.num_servers = 4), "row_count"), Verdict::Fail);
    assert_eq!(verdict(&made(|plan| plan.output.calendar_flags = true), "columns"), Verdict::Fail);
    let too_high = made(|plan| (plan.metrics[0].base_mean, plan.metrics[0].max_clip) = (500.0, 1e6));
    assert_eq!(verdict(&too_high, "value_range"), Verdict::Fail);
    let with_gaps = made(|plan| plan.realism.missing_rate = 0.2);
    assert_eq!(verdict(&with_gaps, "missing_share"), Verdict::Fail);
    assert_eq!(with_gaps.verdict, Verdict::Fail);
}

#[test]
fn a_row_count_inside_its_tolerance_passes() {
    let mut asked = common::plan("small", &[]);
    let mut made = asked.clone();
    made.fleet.num_servers -= 1;
    asked.quality.row_count_tolerance = 90;
    assert_eq!(verdict(&common::judge(&asked, &made), "row_count"), Verdict::Pass);
    asked.quality.row_count_tolerance = 89;
    assert_eq!(verdict(&common::judge(&asked, &made), "row_count"), Verdict::Fail);
}

/// A number in 0..1 that looks random, for settings that are spread but fixed.
fn spread(i: u32, k: u32) -> f64 {
    (f64::from(i * 7 + k) * 0.618_033_988_749_895).fract()
}

#[test]
fn the_tolerances_hold_for_many_configurations() {
    let (mut checks, mut beyond_half) = (0, 0);
    for i in 0..60 {
        let mut plan = common::plan("config", &[]);
        plan.seed = u64::from(i);
        plan.fleet.num_servers = 20 + i;
        plan.end = plan.start + chrono::Days::new(400 + u64::from(i) * 17);
        plan.metrics.truncate(1);
        let metric = &mut plan.metrics[0];
        metric.base_mean = 20.0 + 60.0 * spread(i, 0);
        metric.base_std = 4.0 + 12.0 * spread(i, 1);
        metric.weekly_pattern[5..].fill(0.5 + spread(i, 2));
        metric.seasonality_amplitude = 0.3 * spread(i, 3);
        metric.growth_rate = 0.2 * spread(i, 4) - 0.05;
        metric.eoq_spike_multiplier = 0.8 + spread(i, 5);
        metric.holiday_effect_multiplier = 0.5 + spread(i, 6);
        metric.autocorrelation = 0.7 * spread(i, 2);
        plan.realism.missing_rate = 0.04 * spread(i, 5);
        plan.realism.missing_burst_mean = 1.0 + 5.0 * spread(i, 6);
        plan.realism.outlier_rate = 0.02 * spread(i, 1);
        let report = common::judge(&plan, &plan);
        for check in
            report.checks.iter().filter(|check| check.figures.is_some() && check.tolerance.starts_with('±'))
        {
            let figures = check.figures.unwrap();
            assert_ne!(check.verdict, Verdict::Fail, "{i}: {check:#?}");
            checks += 1;
            beyond_half += u32::from((figures.found - figures.expected).abs() > figures.tolerance / 2.0);
        }
    }
    // Half a tolerance is two standard errors, which chance exceeds in 4.6 % of checks. The errors
    // of autocorrelated noise are estimates themselves: allow twice that.
    let share = f64::from(beyond_half) / f64::from(checks);
    assert!(checks > 350 && share < 0.09, "{beyond_half} of {checks}");
    assert!(share > 0.01, "the tolerances are too wide to mean anything: {beyond_half} of {checks}");
}

/// A varied fleet of which everything is drawn at random, but the same at every run.
fn any_fleet(i: u32) -> Plan {
    let draw = |k: u32| spread(i, k + 10);
    let servers = format!("data_generation.num_servers={}", 60 + (draw(0) * 120.0) as u32);
    let panel = "data_generation.quality.panel_servers=200".to_owned();
    let sets = [
        servers,
        panel,
        format!("data_generation.random_seed={i}"),
        "data_generation.start_date=2022-01-01".to_owned(),
        format!(
            "data_generation.end_date={}-0{}-28",
            2023 + (draw(1) * 2.0) as u32,
            1 + (draw(2) * 9.0) as u32
        ),
        format!(
            "data_generation.metadata.archetypes={{web: {:.2}, database: {:.2}, batch: {:.2}}}",
            0.2 + draw(3),
            0.2 + draw(4),
            0.2 + draw(5)
        ),
        format!(
            "data_generation.metadata.sensitivities={{Retail: {{eoq: {:.2}, annual: {:.2}}}}}",
            2.0 * draw(6),
            2.0 * draw(7)
        ),
        format!(
            "data_generation.metadata.effects={{business_unit: {{Wealth: {{cpu_p95: {:.2}}}}}}}",
            0.7 + 0.8 * draw(8)
        ),
        format!("data_generation.realism.sensitivity_spread={:.2}", 0.8 * draw(9)),
        format!("data_generation.realism.no_weekly_share={:.2}", 0.4 * draw(10)),
        format!("data_generation.realism.business_unit_shock={:.3}", 0.08 * draw(11)),
        format!("data_generation.realism.region_shock={:.3}", 0.05 * draw(12)),
        format!("data_generation.realism.shock_autocorrelation={:.2}", 0.7 * draw(13)),
        format!("data_generation.realism.missing_rate={:.3}", 0.002 + 0.03 * draw(14)),
        format!("data_generation.realism.missing_burst_mean={:.2}", 1.0 + 4.0 * draw(15)),
        format!(
            "data_generation.realism.gaps={{outage_share: {:.2}, outage_mean: {:.2}, independent_share: {:.2}, load_share: {:.2}}}",
            0.2 * draw(16),
            1.0 + 2.0 * draw(17),
            0.4 * draw(18),
            0.3 * draw(19)
        ),
        format!(
            "data_generation.realism.anomalies={{spike: {{rate: {:.4}}}, dip: {{rate: {:.4}}}, level_shift: {{rate: {:.4}}}, \
             stuck: {{rate: {:.4}}}, slow_leak: {{rate: {:.4}}}, noisy: {{rate: {:.4}}}}}",
            0.004 * draw(20),
            0.004 * draw(21),
            0.01 * draw(22),
            0.005 * draw(23),
            0.01 * draw(24),
            0.01 * draw(25)
        ),
        "data_generation.realism.server_bias=2".to_owned(),
        format!("data_generation.realism.correlations={{cpu_p95: {{mem_p95: {:.2}}}}}", 0.7 * draw(26)),
        format!(
            "data_generation.metrics={{cpu_p95: {{base_mean: {:.1}, base_std: {:.1}, level_spread: {:.2}, autocorrelation: {:.2}, \
             weekly_pattern_factor: {:.2}, seasonality_amplitude: {:.2}, growth_rate: {:.3}, growth_saturation_years: {:.1}, \
             eoq_spike_multiplier: {:.2}, eoq_ramp: {:.1}, year_end_factor: {:.1}, month_end_multiplier: {:.2}, \
             holiday_effect_multiplier: {:.2}, post_holiday_multiplier: {:.2}}}, mem_p95: {{autocorrelation: {:.2}}}}}",
            20.0 + 25.0 * draw(27),
            3.0 + 4.0 * draw(28),
            0.6 * draw(29),
            0.1 + 0.6 * draw(30),
            0.5 + 0.4 * draw(31),
            0.2 * draw(32),
            0.15 * draw(33),
            1.0 + 4.0 * draw(34),
            1.1 + 0.3 * draw(35),
            2.0 * draw(36),
            1.5 + draw(37),
            1.05 + 0.1 * draw(38),
            0.6 + 0.3 * draw(39),
            1.05 + 0.1 * draw(40),
            0.1 + 0.5 * draw(41)
        ),
    ];
    common::plan("config", &sets.each_ref().map(String::as_str))
}

#[test]
fn the_tolerances_hold_for_two_hundred_varied_fleets() {
    let mut by_id: std::collections::BTreeMap<&str, Vec<f64>> = std::collections::BTreeMap::new();
    let mut failures = Vec::new();
    for i in 0..200 {
        let plan = any_fleet(i);
        for check in common::judge(&plan, &plan).checks {
            let (Some(figures), true) = (check.figures, check.tolerance.starts_with('±')) else { continue };
            // A pass is within four standard errors.
            by_id
                .entry(check.id)
                .or_default()
                .push(4.0 * (figures.found - figures.expected) / figures.tolerance);
            if check.verdict == Verdict::Fail {
                failures.push((i, check));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    let beyond = |errors: &[f64], limit: f64| {
        errors.iter().filter(|error| error.abs() > limit).count() as f64 / errors.len() as f64
    };
    // Chance exceeds two standard errors in 4.6 % of checks and three in 0.3 %; the counts of 200 to
    // 1,200 checks vary around that, and so do errors that are estimates themselves.
    for (id, errors) in &by_id {
        assert!(errors.len() > 190, "{id}: {}", errors.len());
        assert!(beyond(errors, 2.0) < 0.09 && beyond(errors, 3.0) < 0.02, "{id}: {}", beyond(errors, 2.0));
        // Wide enough to never fail, but not so wide as to mean nothing.
        assert!(beyond(errors, 1.0) > 0.04, "{id}: {}", beyond(errors, 1.0));
    }
    assert!(by_id.len() >= 18, "{:?}", by_id.keys());
}
