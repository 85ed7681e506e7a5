//! The keys of every section, for the reader and for what it suggests about unknown ones.

pub(super) const GENERAL: &[&str] = &["env"];

pub(super) const DATA_GENERATION: &[&str] = &[
    "num_servers",
    "start_date",
    "end_date",
    "granularity",
    "hours",
    "random_seed",
    "use_holidays",
    "holiday_calendar",
    "use_eoq_spikes",
    "eoq_window_business_days",
    "month_end_business_days",
    "events",
    "lifecycle",
    "metrics",
    "metadata",
    "realism",
    "quality",
];

pub(super) const METRIC: &[&str] = &[
    "unit",
    "base_mean",
    "base_std",
    "min_clip",
    "max_clip",
    "seasonality_amplitude",
    "seasonality_terms",
    "weekly_pattern_factor",
    "eoq_spike_multiplier",
    "eoq_months",
    "holiday_effect_multiplier",
    "growth_rate",
    "autocorrelation",
    "level_spread",
    "eoq_ramp",
    "year_end_factor",
    "month_end_multiplier",
    "post_holiday_multiplier",
    "growth_saturation_years",
    "level_shifts",
    "hours_amplitude",
];

/// In a list a metric says its name among the other keys.
pub(super) const LISTED_METRIC: &[&str] = &{
    let mut keys = ["name"; METRIC.len() + 1];
    let mut i = 0;
    while i < METRIC.len() {
        keys[i + 1] = METRIC[i];
        i += 1;
    }
    keys
};

pub(super) const SEASONALITY_TERM: &[&str] = &["period_days", "amplitude", "phase_days"];

pub(super) const LEVEL_SHIFT: &[&str] = &["date", "multiplier"];

pub(super) const EVENT: &[&str] = &["name", "start", "end", "multiplier", "business_unit"];

pub(super) const LIFECYCLE: &[&str] =
    &["commissioned_share", "decommissioned_share", "resized_share", "resize_ratios", "migrated_share"];

pub(super) const METADATA: &[&str] = &[
    "server_prefix",
    "server_id_width",
    "business_units",
    "regions",
    "criticality_levels",
    "effects",
    "archetypes",
    "sensitivities",
];

pub(super) const ARCHETYPE: &[&str] = &["weight", "hours", "correlations", "metrics"];

pub(super) const TRAITS: &[&str] = &["level", "spread", "weekend", "growth", "outliers"];

pub(super) const SENSITIVITY: &[&str] = &["weekly", "annual", "eoq", "holiday"];

pub(super) const EFFECTS: &[&str] = &["business_unit", "region", "criticality"];

pub(super) const REALISM: &[&str] = &[
    "server_bias",
    "missing_rate",
    "missing_burst_mean",
    "outlier_rate",
    "outlier_multiplier",
    "correlations",
    "sensitivity_spread",
    "no_weekly_share",
    "business_unit_shock",
    "region_shock",
    "shock_autocorrelation",
    "gaps",
    "anomalies",
];

pub(super) const GAPS: &[&str] = &["independent_share", "outage_share", "outage_mean", "load_share"];

pub(super) const ANOMALY: &[&str] = &["rate", "size", "mean_days"];

pub(super) const QUALITY: &[&str] =
    &["max_missing_pct", "row_count_tolerance", "panel_servers", "min_history_days"];

pub(super) const OUTPUT: &[&str] = &[
    "decimals",
    "compression",
    "calendar_flags",
    "archetype_column",
    "csv_escape_formulas",
    "sample_rows",
    "truth",
    "daily_p95",
];

pub(super) const STORAGE: &[&str] = &["use_s3", "bucket_name", "raw_prefix", "local_base_path"];

/// The sections of this program at the top of the text; any other belongs to another step of the
/// pipeline.
pub(super) const TOP: &[&str] = &["general", "data_generation", "output", "storage"];

/// All sections, for telling where a misplaced key belongs.
const SECTIONS: &[(&str, &[&str])] = &[
    ("general", GENERAL),
    ("data_generation", DATA_GENERATION),
    ("a metric in data_generation.metrics", METRIC),
    ("data_generation.lifecycle", LIFECYCLE),
    ("data_generation.metadata", METADATA),
    ("data_generation.metadata.effects", EFFECTS),
    ("data_generation.realism", REALISM),
    ("data_generation.realism.gaps", GAPS),
    ("data_generation.quality", QUALITY),
    ("output", OUTPUT),
    ("storage", STORAGE),
];

/// The section that has `key`, which stands in the wrong one.
pub(super) fn home(key: &str) -> Option<&'static str> {
    SECTIONS.iter().find(|(_, keys)| keys.contains(&key)).map(|(section, _)| *section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_belongs_to_one_section_so_that_its_home_is_certain() {
        let mut keys: Vec<&str> = SECTIONS.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
