//! Recovery of lifecycles: how many servers come, go and move, from their keys and regions alone.

use super::recovery::verdict_on;
use super::{Check, Figures};
use crate::aggregate::KeyAggregates;
use crate::math;
use crate::plan::Plan;

/// The checks of a plan whose servers are not always there, or not always the same.
pub(super) fn checks(plan: &Plan, keys: &KeyAggregates) -> Vec<Check> {
    let lifecycle = &plan.lifecycle;
    if lifecycle.is_neutral() {
        return Vec::new();
    }
    vec![
        share(
            "commissioned_share",
            "Servers that begin later",
            lifecycle.commissioned_share,
            keys.late,
            keys,
        ),
        share(
            "decommissioned_share",
            "Servers that end earlier",
            lifecycle.decommissioned_share,
            keys.early,
            keys,
        ),
        share("migrated_share", "Servers that move to another region", moving(plan), keys.moved, keys),
    ]
}

/// The share of servers that are seen to move: one that is there on a single day cannot.
fn moving(plan: &Plan) -> f64 {
    let lifecycle = &plan.lifecycle;
    let (begins, ends) = (lifecycle.commissioned_share, lifecycle.decommissioned_share);
    let places = plan.days() as f64 - 1.0;
    let single = (begins + ends - 2.0 * begins * ends) / places + begins * ends * 2.0 / places;
    lifecycle.migrated_share * (1.0 - single.min(1.0))
}

fn share(id: &'static str, title: &'static str, expected: f64, count: u64, keys: &KeyAggregates) -> Check {
    let servers = keys.servers.max(1) as f64;
    let found = count as f64 / servers;
    // A binomial share; a server more where so few are expected that their number is no normal one.
    let error = match expected {
        0.0 => 0.0,
        share => (share * (1.0 - share) / servers + math::square(1.0 / servers)).sqrt(),
    };
    let (verdict, tolerance) = verdict_on(found - expected, error);
    Check {
        tolerance: format!("± {tolerance:.4}"),
        figures: Some(Figures { expected, found, tolerance }),
        ..Check::new(id, title, format!("{expected:.4}"), format!("{found:.4}"), verdict)
    }
}
