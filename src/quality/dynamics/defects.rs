//! Defects that show as what they are: values that repeat, and regions that are out.

use std::ops::Range;

use super::{MIN_GROUP, Seen};
use crate::fleet::Server;
use crate::math;
use crate::plan::{AnomalyKind, Attribute, MetricPlan, Plan};
use crate::quality::recovery::{Pattern, verdict_on};
use crate::quality::{Check, Figures};
use crate::realism::gaps;
use crate::series::grid;

/// Share by which what is expected of repeated values may be off: clips and neighbouring gaps hide some.
const HIDDEN: f64 = 0.05;

/// Neighbouring values of one metric that are there and inside the clips.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repeats {
    pairs: u64,
    equal: u64,
    /// Those that lie one step of the decimal grid apart: half of them are as many as are equal by chance.
    near: u64,
}

impl Repeats {
    /// Looks at the series of a server.
    pub(super) fn add(&mut self, plan: &Plan, metric: &MetricPlan, series: &[f64]) {
        let scale = plan.output.decimals.map(grid::scale);
        let is_inside = |value: f64| value > metric.min_clip && value < metric.max_clip;
        for pair in series.windows(2).filter(|pair| is_inside(pair[0]) && is_inside(pair[1])) {
            let steps = scale.map(|scale| ((pair[1] - pair[0]).abs() * scale).round());
            self.pairs += 1;
            self.equal += u64::from(pair[0] == pair[1]);
            self.near += u64::from(steps == Some(1.0));
        }
    }
}

/// Per region and day the servers that are there, and those without any value.
#[derive(Clone, Debug)]
pub(super) struct Outages(Vec<Vec<[u32; 2]>>);

impl Outages {
    /// Nothing seen yet of so many days.
    pub(super) fn new(plan: &Plan, days: usize) -> Self {
        Self(vec![vec![[0; 2]; days]; plan.fleet.regions.len()])
    }

    /// Looks at a server that stays in its region.
    pub(super) fn add(&mut self, server: &Server, there: Range<usize>, all: &[Vec<f64>]) {
        if server.life.migration.is_some() {
            return;
        }
        let days = &mut self.0[server.attributes[Attribute::Region as usize]];
        for day in there {
            days[day][0] += 1;
            days[day][1] += u32::from(all.iter().all(|series| series[day].is_nan()));
        }
    }
}

impl Seen {
    /// The share of values that are stuck behind the first of their kind.
    pub(super) fn stuck(&self, plan: &Plan, index: usize) -> Option<Check> {
        let (metric, stuck) = (&plan.metrics[index], plan.realism.anomalies[AnomalyKind::Stuck as usize]);
        let Repeats { pairs, equal, near } = self.repeats[index];
        if stuck.rate == 0.0 || stuck.mean_days == 1.0 || metric.base_std == 0.0 || pairs == 0 {
            return None;
        }
        let (n, chance) = (pairs as f64, near as f64 / 2.0);
        let expected = stuck.rate * (1.0 - 1.0 / stuck.mean_days);
        let found = (equal as f64 - chance) / n;
        // Values are stuck together, for as long as they are.
        let sampling = (expected * (2.0 * stuck.mean_days - 1.0) + 1.5 * chance / n) / n;
        let error = (sampling + math::square(HIDDEN * expected)).sqrt();
        let pattern = Pattern {
            id: "stuck_values",
            title: "Values that repeat the one before",
            configured: expected,
            neutral: 0.0,
        };
        Some(pattern.check(metric, (expected, (found, error))))
    }

    /// The share of days on which a region is out.
    pub(super) fn outages(&self, plan: &Plan) -> Option<Check> {
        let [expected, ..] = gaps::rates(plan);
        let known = |there: u32| there as usize >= MIN_GROUP;
        let days = || self.outages.0.iter().flatten().filter(|[there, _]| known(*there));
        let n = days().count() as f64;
        if expected == 0.0 || n == 0.0 {
            return None;
        }
        let found = days().filter(|[there, without]| there == without).count() as f64 / n;
        let mean = plan.realism.gaps.outage_mean;
        // A few outages are no normal number of them: one more or less is always possible.
        let error = (expected * (2.0 * mean - 1.0) / n + math::square(mean / n)).sqrt();
        let (verdict, tolerance) = verdict_on(found - expected, error);
        Some(Check {
            tolerance: format!("± {tolerance:.4}"),
            figures: Some(Figures { expected, found, tolerance }),
            ..Check::new(
                "outage_share",
                "Share of days on which a region is out",
                format!("{expected:.4}"),
                format!("{found:.4}"),
                verdict,
            )
        })
    }
}
