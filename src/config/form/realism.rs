//! Fields for what makes servers differ, for lifecycles and for anomalies.

use super::{Field, numeric};
use crate::config::defaults;
use crate::config::limits;
use crate::plan::AnomalyKind;

/// The group of what is realistic in small and in large.
pub(super) const REALISM: &str = "Realism";
const LIFECYCLES: &str = "Lifecycles";
const ANOMALIES: &str = "Anomalies";

/// The fields, group by group; the first ones belong to [`REALISM`].
pub(super) fn fields() -> Vec<Field> {
    let realism = |key, label, range, step, help, default: f64| {
        numeric(REALISM, format!("data_generation.realism.{key}"), label, range, step, help, default)
    };
    let share = |key, label, help| realism(key, label, &limits::SHARE, "0.01", help, 0.0);
    let lifecycle = |key, label, help| {
        let path = format!("data_generation.lifecycle.{key}");
        numeric(LIFECYCLES, path, label, &limits::SHARE, "0.05", help, 0.0)
    };
    let mut fields = vec![
        realism(
            "missing_burst_mean",
            "Length of gaps",
            &limits::BURST,
            "0.5",
            "Mean length of a gap in rows; 1 scatters missing values one by one.",
            defaults::MISSING_BURST_MEAN,
        ),
        realism(
            "outlier_multiplier",
            "Size of outliers",
            &limits::MULTIPLIER,
            "0.1",
            "What an outlier is multiplied by.",
            defaults::OUTLIER_MULTIPLIER,
        ),
        share(
            "sensitivity_spread",
            "Sensitivities",
            "How differently servers feel the patterns: 0.5 is from half to one and a half times as much.",
        ),
        share("no_weekly_share", "Servers without a week", "Share of servers that know no weekend."),
        share(
            "business_unit_shock",
            "Shocks of business units",
            "What all servers of a business unit share from day to day, as a share of the level.",
        ),
        share(
            "region_shock",
            "Shocks of regions",
            "What all servers of a region share from day to day, as a share of the level.",
        ),
        lifecycle(
            "commissioned_share",
            "Commissioned",
            "Share of servers that begin on a later day than the first.",
        ),
        lifecycle(
            "decommissioned_share",
            "Decommissioned",
            "Share of servers that end on an earlier day than the last.",
        ),
        lifecycle(
            "resized_share",
            "Resized",
            "Share of servers whose capacity doubles on some day, unless the YAML lists other ratios.",
        ),
        lifecycle("migrated_share", "Moved", "Share of servers that move to another region."),
    ];
    fields.extend(AnomalyKind::ALL.map(|kind| {
        let (label, help) = texts(kind);
        let path = format!("data_generation.realism.anomalies.{}.rate", kind.name());
        numeric(ANOMALIES, path, label, &limits::PARTIAL_SHARE, "0.001", help, kind.absent().rate)
    }));
    fields
}

/// What to call a kind of anomalies, and what its rate means.
fn texts(kind: AnomalyKind) -> (&'static str, &'static str) {
    match kind {
        AnomalyKind::Spike => ("Spikes", "Share of values that are multiplied for a short time."),
        AnomalyKind::Dip => ("Dips", "Share of values that are divided for a short time."),
        AnomalyKind::LevelShift => ("Level shifts", "Share of values that are multiplied for long."),
        AnomalyKind::Stuck => ("Stuck values", "Share of values that repeat the one before."),
        AnomalyKind::SlowLeak => ("Slow leaks", "Share of values that rise evenly before they fall back."),
        AnomalyKind::Noisy => ("Noisy periods", "Share of values with much more noise than usual."),
    }
}
