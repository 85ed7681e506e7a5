//! Bias, gaps, outliers, anomalies, and how servers differ.

use crate::config::defaults;
use crate::config::keys;
use crate::config::limits;
use crate::config::read::Section;
use crate::plan::{Anomaly, AnomalyKind, GapPlan, RealismPlan, VarietyPlan};

pub(super) fn read(section: &Section<'_>) -> Option<RealismPlan> {
    let server_bias = section.number("server_bias", &limits::SPREAD, defaults::SERVER_BIAS);
    let missing_rate = section.number("missing_rate", &limits::PARTIAL_SHARE, defaults::MISSING_RATE);
    let missing_burst_mean =
        section.number("missing_burst_mean", &limits::BURST, defaults::MISSING_BURST_MEAN);
    let outlier_rate = section.number("outlier_rate", &limits::SHARE, defaults::OUTLIER_RATE);
    let outlier_multiplier =
        section.number("outlier_multiplier", &limits::MULTIPLIER, defaults::OUTLIER_MULTIPLIER);
    let gaps = gaps(&section.section("gaps", keys::GAPS), missing_rate);
    let anomalies = anomalies(section);
    let variety = variety(section);
    Some(RealismPlan {
        server_bias: server_bias?,
        missing_rate: missing_rate?,
        missing_burst_mean: missing_burst_mean?,
        outlier_rate: outlier_rate?,
        outlier_multiplier: outlier_multiplier?,
        gaps: gaps?,
        anomalies: anomalies?,
        variety: variety?,
    })
}

fn gaps(section: &Section<'_>, missing_rate: Option<f64>) -> Option<GapPlan> {
    let independent_share = section.number("independent_share", &limits::SHARE, 0.0);
    let outage_share = section.number("outage_share", &limits::SHARE, 0.0);
    let outage_mean = section.number("outage_mean", &limits::BURST, defaults::OUTAGE_MEAN);
    let load_share = section.number("load_share", &limits::SHARE, 0.0);
    let (independent_share, outage_share, load_share) = (independent_share?, outage_share?, load_share?);
    let sum = independent_share + outage_share + load_share;
    // A sum of written shares may be off by rounding.
    if sum > 1.0 + 1e-9 {
        section.problem(
            "independent_share",
            format!("and the other shares add up to {sum}, more than all gaps."),
            "Make them smaller: what is left of 1 comes in bursts.",
        );
        return None;
    }
    let load_rate = load_share * missing_rate?;
    if load_rate > GapPlan::LOAD_DAYS / 2.0 {
        section.problem(
            "load_share",
            format!(
                "is {load_share}: so many values cannot all be missing under load, on a fifth of the days."
            ),
            "Make it smaller, or make missing_rate smaller.",
        );
        return None;
    }
    Some(GapPlan { independent_share, outage_share, outage_mean: outage_mean?, load_share })
}

fn anomalies(section: &Section<'_>) -> Option<[Anomaly; AnomalyKind::ALL.len()]> {
    let anomalies = section.section("anomalies", &AnomalyKind::ALL.map(AnomalyKind::name));
    let found = AnomalyKind::ALL.map(|kind| {
        let (of_kind, usual) = (anomalies.section(kind.name(), keys::ANOMALY), kind.absent());
        let rate = of_kind.number("rate", &limits::PARTIAL_SHARE, usual.rate);
        let size = of_kind.number("size", &limits::MULTIPLIER, usual.size);
        let mean_days = of_kind.number("mean_days", &limits::BURST, usual.mean_days);
        Some(Anomaly { rate: rate?, size: size?, mean_days: mean_days? })
    });
    let found: Vec<Anomaly> = found.into_iter().collect::<Option<_>>()?;
    let sum: f64 = found.iter().map(|anomaly| anomaly.rate).sum();
    if sum > MOST_ANOMALOUS {
        section.problem(
            "anomalies",
            format!("have rates that add up to {sum}, so that hardly anything is as usual."),
            format!("Make them smaller: {MOST_ANOMALOUS} in all at most."),
        );
        return None;
    }
    found.try_into().ok()
}

/// Largest share of time inside anomalies.
const MOST_ANOMALOUS: f64 = 0.5;

fn variety(section: &Section<'_>) -> Option<VarietyPlan> {
    let sensitivity_spread = section.number("sensitivity_spread", &limits::SHARE, 0.0);
    let no_weekly_share = section.number("no_weekly_share", &limits::SHARE, 0.0);
    let business_unit_shock = section.number("business_unit_shock", &limits::SHARE, 0.0);
    let region_shock = section.number("region_shock", &limits::SHARE, 0.0);
    let shock_autocorrelation = section.number("shock_autocorrelation", &limits::AUTOCORRELATION, 0.0);
    Some(VarietyPlan {
        sensitivity_spread: sensitivity_spread?,
        no_weekly_share: no_weekly_share?,
        business_unit_shock: business_unit_shock?,
        region_shock: region_shock?,
        shock_autocorrelation: shock_autocorrelation?,
    })
}
