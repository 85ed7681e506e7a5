//! Properties that every dataset has, whatever its configuration.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use fleetsynth::dataset::Generator;
use fleetsynth::plan::{MetricPlan, Plan};
use proptest::prelude::*;

use common::series;

/// A small plan with arbitrary parameters of the model.
fn plans() -> impl Strategy<Value = Plan> {
    let model = (0.0..150.0, 0.0..60.0, -0.9..0.9, 0.0..20.0, 0.3..3.0);
    let defects = (0.0..0.5, 1.0..8.0, 0.0..0.2);
    let shape = (any::<u64>(), 1u32..12, 1u64..500, proptest::option::of(0u32..5));
    (model, defects, shape).prop_map(|(model, defects, shape)| {
        let mut plan = common::plan("small", &[]);
        for metric in &mut plan.metrics {
            (metric.base_mean, metric.base_std, metric.autocorrelation) = (model.0, model.1, model.2);
        }
        plan.realism.server_bias = model.3;
        plan.realism.outlier_multiplier = model.4;
        plan.realism.missing_rate = defects.0;
        plan.realism.missing_burst_mean = defects.1;
        plan.realism.outlier_rate = defects.2;
        (plan.seed, plan.fleet.num_servers) = (shape.0, shape.1);
        plan.end = plan.start + chrono::Days::new(shape.2 - 1);
        plan.output.decimals = shape.3;
        plan.correlations = None;
        plan
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn another_server_changes_no_other_value(plan in plans()) {
        let mut larger = plan.clone();
        larger.fleet.num_servers += 3;
        prop_assert_eq!(&series(&larger)[..plan.fleet.num_servers as usize], series(&plan));
    }

    #[test]
    fn later_days_change_no_earlier_value(plan in plans(), more in 1u64..400) {
        let mut longer = plan.clone();
        longer.end = longer.end + chrono::Days::new(more);
        for (long, short) in series(&longer).iter().flatten().zip(series(&plan).iter().flatten()) {
            prop_assert_eq!(&long[..short.len()], short);
        }
    }

    #[test]
    fn another_metric_anywhere_changes_no_other_metric(plan in plans(), place in 0usize..6) {
        let mut wider = plan.clone();
        let extra = MetricPlan { name: "gpu_p95".to_owned(), ..plan.metrics[0].clone() };
        wider.metrics.insert(place, extra);
        for (wide, narrow) in series(&wider).iter_mut().zip(series(&plan)) {
            wide.remove(place);
            prop_assert_eq!(&*wide, &narrow[..]);
        }
    }

    #[test]
    fn a_correlated_metric_at_the_end_changes_no_other_metric(plan in plans(), rho in -0.9..0.9f64) {
        let mut wider = plan.clone();
        let n = plan.metrics.len();
        wider.metrics.push(MetricPlan { name: "gpu_p95".to_owned(), ..plan.metrics[0].clone() });
        let mut matrix: Vec<Vec<f64>> =
            (0..=n).map(|i| (0..=n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        (matrix[0][n], matrix[n][0]) = (rho, rho);
        wider.correlations = Some(matrix);
        for (wide, narrow) in series(&wider).iter().zip(series(&plan)) {
            prop_assert_eq!(&wide[..n], &narrow[..]);
        }
    }

    #[test]
    fn chunks_of_any_size_hold_the_same_values(plan in plans(), size in 1u32..12) {
        let generator = Generator::new(Arc::new(plan.clone()));
        let whole = generator.chunk(0..plan.fleet.num_servers).record_batch(usize::MAX).unwrap();
        let mut row = 0;
        for first in (0..plan.fleet.num_servers).step_by(size as usize) {
            let chunk = generator.chunk(first..(first + size).min(plan.fleet.num_servers));
            let batch = chunk.record_batch(usize::MAX).unwrap();
            prop_assert_eq!(&batch, &whole.slice(row, batch.num_rows()));
            row += batch.num_rows();
        }
        prop_assert_eq!(row, whole.num_rows());
    }

    #[test]
    fn values_are_inside_the_clips_and_on_the_decimal_grid(plan in plans()) {
        for server in series(&plan) {
            for (metric, values) in plan.metrics.iter().zip(server) {
                for value in values.into_iter().flatten() {
                    prop_assert!((metric.min_clip..=metric.max_clip).contains(&value), "{}", value);
                    if let Some(decimals) = plan.output.decimals {
                        let written = format!("{value:.*}", decimals as usize);
                        prop_assert_eq!(written.parse::<f64>().unwrap(), value);
                    }
                }
            }
        }
    }
}

/// The noise of the first metric of servers, as values without any factor.
fn bare_noise(mut plan: Plan, phi: f64, correlation: f64) -> Vec<[Vec<f64>; 2]> {
    plan.metrics.truncate(2);
    for metric in &mut plan.metrics {
        metric.autocorrelation = phi;
        (metric.base_mean, metric.base_std) = (0.0, 1.0);
        (metric.min_clip, metric.max_clip) = (-100.0, 100.0);
        (metric.seasonality_amplitude, metric.growth_rate) = (0.0, 0.0);
        (metric.weekly_pattern, metric.holiday_effect_multiplier) = ([1.0; 7], 1.0);
        metric.eoq_spike_multiplier = 1.0;
        metric.effects.clear();
    }
    plan.correlations = Some(vec![vec![1.0, correlation], vec![correlation, 1.0]]);
    plan.realism.server_bias = 0.0;
    plan.realism.missing_rate = 0.0;
    plan.realism.outlier_rate = 0.0;
    plan.output.decimals = None;
    plan.fleet.num_servers = 400;
    let plan = Plan { end: plan.start + chrono::Days::new(499), ..plan };
    series(&plan)
        .into_iter()
        .map(|server| [0, 1].map(|metric| server[metric].iter().map(|value| value.unwrap()).collect()))
        .collect()
}

fn mean_product<'a>(pairs: impl Iterator<Item = (&'a f64, &'a f64)>) -> f64 {
    let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), (a, b)| (sum + a * b, count + 1.0));
    sum / count
}

#[test]
fn the_noise_has_the_configured_autocorrelation_and_correlation_from_the_first_day() {
    for (phi, correlation) in [(0.0, 0.0), (0.6, 0.5), (-0.3, -0.4)] {
        let noise = bare_noise(common::plan("small", &[]), phi, correlation);
        // 200,000 values of an AR(1) series: standard errors stay below 0.005.
        let all = |metric: usize| noise.iter().flat_map(move |server| &server[metric]);
        assert!((mean_product(all(0).zip(all(0))) - 1.0).abs() < 0.03, "variance");
        let lagged = noise.iter().flat_map(|server| server[0].iter().zip(&server[0][1..]));
        assert!((mean_product(lagged) - phi).abs() < 0.02, "lag 1");
        assert!((mean_product(all(0).zip(all(1))) - correlation).abs() < 0.02, "across metrics");
        let first = |metric: usize| noise.iter().map(move |server| &server[metric][0]);
        // 400 values only.
        assert!((mean_product(first(1).zip(first(1))) - 1.0).abs() < 0.36, "variance of the first day");
        assert!((mean_product(first(0).zip(first(1))) - correlation).abs() < 0.26, "first day");
    }
}

#[test]
fn attributes_follow_their_weights() {
    let plan =
        common::plan("config", &["data_generation.num_servers=20000", "data_generation.end_date=2022-01-02"]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let total: f64 = plan.fleet.regions.iter().map(|(_, weight)| weight).sum();
    for (value, (name, weight)) in plan.fleet.regions.iter().enumerate() {
        let count = (0..20_000).filter(|&server| generator.server(server).attributes[1] == value).count();
        let (share, expected) = (count as f64 / 20_000.0, weight / total);
        let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!((share - expected).abs() < 5.0 * error, "{name}: {share} for {expected}");
    }
}

#[test]
fn server_ids_are_padded_and_grow_with_the_fleet() {
    let ids = |plan: Plan| {
        let generator = Generator::new(Arc::new(plan.clone()));
        [generator.server(0).id, generator.server(plan.fleet.num_servers - 1).id]
    };
    assert_eq!(ids(common::plan("config", &[])), ["SRV-0001", "SRV-0120"]);
    let wide = common::plan(
        "config",
        &["data_generation.num_servers=123456", "data_generation.end_date=2022-01-02"],
    );
    assert_eq!(ids(wide), ["SRV-000001", "SRV-123456"]);
}
