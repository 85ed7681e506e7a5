//! What holds when a key is left out; `config/config.yaml` shows the same values to people.

use crate::plan::{Hours, Traits};

/// The metrics when none are listed.
pub(super) const METRICS: [&str; 5] = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"];

pub(super) const RANDOM_SEED: u64 = 42;
pub(super) const EOQ_WINDOW_BUSINESS_DAYS: u64 = 7;
pub(super) const MONTH_END_BUSINESS_DAYS: u64 = 2;
pub(super) const EOQ_MONTHS: [bool; 12] =
    [false, false, true, false, false, true, false, false, true, false, false, true];

pub(super) const SERVER_PREFIX: &str = "SRV-";
pub(super) const SERVER_ID_WIDTH: u64 = 4;
pub(super) const BUSINESS_UNITS: &[(&str, f64)] =
    &[("Retail", 1.0), ("Investment", 1.0), ("Wealth", 1.0), ("Corporate", 1.0)];
pub(super) const REGIONS: &[(&str, f64)] =
    &[("us-east-1", 0.4), ("us-west-2", 0.3), ("eu-west-1", 0.2), ("ap-southeast-1", 0.1)];
pub(super) const CRITICALITY_LEVELS: &[(&str, f64)] = &[("High", 0.2), ("Medium", 0.5), ("Low", 0.3)];
/// Attribute, value, metric, multiplier; for those that exist.
pub(super) const EFFECTS: &[(&str, &str, &str, f64)] = &[("business_unit", "Investment", "cpu_p95", 1.1)];

pub(super) const SERVER_BIAS: f64 = 8.0;
pub(super) const MISSING_RATE: f64 = 0.01;
pub(super) const MISSING_BURST_MEAN: f64 = 1.0;
pub(super) const OUTLIER_RATE: f64 = 0.005;
pub(super) const OUTLIER_MULTIPLIER: f64 = 1.6;
/// For the pairs of metrics that exist.
pub(super) const CORRELATIONS: &[(&str, &str, f64)] =
    &[("cpu_p95", "mem_p95", 0.4), ("cpu_p95", "net_in_p95", 0.4)];

pub(super) const RESIZE_RATIO: f64 = 2.0;

pub(super) const OUTAGE_MEAN: f64 = 2.0;

pub(super) const MAX_MISSING_PCT: f64 = 5.0;
pub(super) const MIN_HISTORY_DAYS: u64 = 365;

pub(super) const DECIMALS: u64 = 2;
pub(super) const SAMPLE_ROWS: u64 = 100;

pub(super) const BUCKET_NAME: &str = "my-bucket";
pub(super) const RAW_PREFIX: &str = "raw/";

/// A metric's parameters when they are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric {
    pub(super) unit: &'static str,
    pub(super) base_mean: f64,
    pub(super) base_std: f64,
    pub(super) min_clip: f64,
    pub(super) max_clip: f64,
    pub(super) seasonality_amplitude: f64,
    pub(super) weekend_factor: f64,
    pub(super) eoq_spike_multiplier: f64,
    pub(super) holiday_effect_multiplier: f64,
    pub(super) growth_rate: f64,
    pub(super) autocorrelation: f64,
    pub(super) hours_amplitude: f64,
}

const CPU: Metric = Metric {
    unit: "%",
    base_mean: 50.0,
    base_std: 12.0,
    min_clip: 0.0,
    max_clip: 100.0,
    seasonality_amplitude: 0.10,
    weekend_factor: 0.80,
    eoq_spike_multiplier: 1.25,
    holiday_effect_multiplier: 0.85,
    growth_rate: 0.03,
    autocorrelation: 0.0,
    hours_amplitude: 0.5,
};

const MEM: Metric = Metric {
    base_mean: 60.0,
    base_std: 10.0,
    seasonality_amplitude: 0.05,
    weekend_factor: 0.95,
    eoq_spike_multiplier: 1.10,
    holiday_effect_multiplier: 0.95,
    growth_rate: 0.04,
    hours_amplitude: 0.1,
    ..CPU
};

const DISK: Metric = Metric {
    base_mean: 45.0,
    base_std: 8.0,
    seasonality_amplitude: 0.02,
    weekend_factor: 0.98,
    eoq_spike_multiplier: 1.05,
    holiday_effect_multiplier: 0.98,
    growth_rate: 0.08,
    hours_amplitude: 0.02,
    ..CPU
};

const NET_IN: Metric = Metric {
    unit: "Mbps",
    base_mean: 150.0,
    base_std: 40.0,
    min_clip: 20.0,
    max_clip: 500.0,
    seasonality_amplitude: 0.12,
    weekend_factor: 0.65,
    eoq_spike_multiplier: 1.30,
    holiday_effect_multiplier: 0.70,
    growth_rate: 0.05,
    hours_amplitude: 0.7,
    ..CPU
};

const NET_OUT: Metric = Metric {
    base_mean: 100.0,
    base_std: 30.0,
    min_clip: 10.0,
    max_clip: 300.0,
    weekend_factor: 0.70,
    eoq_spike_multiplier: 1.25,
    holiday_effect_multiplier: 0.75,
    ..NET_IN
};

impl Metric {
    /// The defaults of a metric of this name.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "mem_p95" => MEM,
            "disk_p95" => DISK,
            "net_out_p95" => NET_OUT,
            name if name.starts_with("net_") => NET_IN,
            _ => CPU,
        }
    }
}

/// When kinds of servers that have a name here are busy; nothing for other names.
pub(super) fn archetype_hours(name: &str) -> Option<Hours> {
    match name {
        "web" | "database" | "application" => Some(Hours::Business),
        "batch" => Some(Hours::Night),
        _ => None,
    }
}

/// What kinds of servers that have a name here are like, by metric; nothing for other names.
pub(super) fn archetype(name: &str, metric: &str) -> Option<Traits> {
    let traits =
        |level, spread, weekend, growth, outliers| Traits { level, spread, weekend, growth, outliers };
    let resource = metric.split('_').next().unwrap_or(metric);
    Some(match (name, resource) {
        // Web servers follow people: much traffic, quiet weekends, sudden peaks.
        ("web", "cpu") => traits(0.8, 1.1, None, 1.2, 1.5),
        ("web", "mem") => traits(0.8, 1.0, None, 1.0, 1.0),
        ("web", "disk") => traits(0.6, 0.8, None, 0.6, 1.0),
        ("web", "net") => traits(1.5, 1.2, None, 1.3, 1.5),
        // Databases hold their memory and fill their disks.
        ("database", "cpu") => traits(1.1, 0.8, None, 1.0, 0.8),
        ("database", "mem") => traits(1.3, 0.5, Some(1.0), 0.8, 0.5),
        ("database", "disk") => traits(1.4, 0.7, Some(1.0), 1.5, 0.5),
        ("database", "net") => traits(0.9, 1.0, None, 1.0, 1.0),
        ("application", _) => Traits::NEUTRAL,
        // Batch jobs know no weekends, and vary from run to run.
        ("batch", "cpu") => traits(1.4, 1.5, Some(1.0), 0.8, 2.0),
        ("batch", "mem") => traits(0.9, 1.5, Some(1.0), 0.8, 1.5),
        ("batch", "disk") => traits(1.1, 1.3, Some(1.0), 1.2, 1.5),
        ("batch", "net") => traits(0.5, 1.5, Some(1.0), 0.8, 2.0),
        ("web" | "database" | "batch", _) => Traits::NEUTRAL,
        _ => return None,
    })
}

/// The value, as YAML, of a mapping with names of the user's own that is left out, if it has any.
///
/// A change inside such a mapping must begin from here: setting one metric's mean must not drop
/// the other metrics.
pub(super) fn implied(path: &str) -> Option<String> {
    match path {
        "data_generation.metrics" => Some(flow(METRICS.map(|name| format!("{name}: {{}}")))),
        "data_generation.metadata.business_units" => Some(weights(BUSINESS_UNITS)),
        "data_generation.metadata.regions" => Some(weights(REGIONS)),
        "data_generation.metadata.criticality_levels" => Some(weights(CRITICALITY_LEVELS)),
        _ => None,
    }
}

fn weights(values: &[(&str, f64)]) -> String {
    flow(values.iter().map(|(name, weight)| format!("{name}: {weight}")))
}

fn flow(pairs: impl IntoIterator<Item = String>) -> String {
    format!("{{{}}}", pairs.into_iter().collect::<Vec<_>>().join(", "))
}
