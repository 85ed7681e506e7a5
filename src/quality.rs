//! The quality gates: is the dataset what was asked for, and are the configured patterns in it?
//!
//! The judge sees the rows (as [`Aggregates`]) and the plan, never the generator's random draws.

mod dated;
mod dynamics;
pub mod expectation;
pub mod fit;
pub(crate) mod gates;
mod lifecycle;
mod meaning;
mod panel;
mod recovery;
pub mod scorecard;
pub mod stl;
mod virtual_fleet;

use std::sync::OnceLock;

use arrow_schema::Schema;
use serde::Serialize;

use crate::aggregate::{Aggregates, KeyAggregates, Observer, Thresholds};
use crate::calendar::DayTable;
use crate::dataset::Generator;
use crate::plan::{Granularity, Plan};
use expectation::Expectation;
pub use meaning::meaning;
use panel::Panel;
use recovery::Expected;
use scorecard::Property;
use virtual_fleet::VirtualFleet;

/// The outcome of a check, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Not judged; the note says why.
    Skipped,
    /// As expected.
    Pass,
    /// Further off than chance explains well.
    Warn,
    /// Wrong.
    Fail,
}

impl Verdict {
    /// All verdicts, from good to bad.
    pub const ALL: [Self; 4] = [Self::Skipped, Self::Pass, Self::Warn, Self::Fail];

    /// The verdict in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check with its figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Stable identifier, for example `weekend_ratio`.
    pub id: &'static str,
    /// What is checked, for people.
    pub title: &'static str,
    /// The metric, if it is about one.
    pub metric: Option<String>,
    /// What was asked for, for people.
    pub expected: String,
    /// What was found, for people.
    pub found: String,
    /// How far off it may be, for people; empty when it must be exact.
    pub tolerance: String,
    /// The same as numbers, where there are any.
    pub figures: Option<Figures>,
    /// The outcome.
    pub verdict: Verdict,
    /// What else there is to say; mostly empty.
    pub note: String,
}

impl Check {
    /// A check of the whole dataset without numbers or a note.
    pub(crate) fn new(
        id: &'static str,
        title: &'static str,
        expected: String,
        found: String,
        verdict: Verdict,
    ) -> Self {
        Self {
            id,
            title,
            metric: None,
            expected,
            found,
            tolerance: String::new(),
            figures: None,
            verdict,
            note: String::new(),
        }
    }
}

/// A check in numbers. Shares and ratios are plain (0.01 for 1 %).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// What was asked for, after the effect of clipping and outliers on it.
    pub expected: f64,
    /// What was found.
    pub found: f64,
    /// How far off it may be to pass.
    pub tolerance: f64,
}

/// All checks of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QualityReport {
    /// The worst of the checks.
    pub verdict: Verdict,
    /// The checks: the gates first, then the recovered patterns metric by metric.
    pub checks: Vec<Check>,
    /// The realism scorecard; empty when the plan has no panel. It is no part of the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub realism: Vec<Property>,
}

/// Judges one dataset.
#[derive(Clone, Debug)]
pub struct Judge {
    /// One per metric, where all servers are alike.
    expectations: Vec<Option<Expectation>>,
    /// One per metric, made when they are first needed.
    fleets: OnceLock<Vec<VirtualFleet>>,
}

impl Judge {
    /// The judge of `plan`'s dataset.
    pub fn new(plan: &Plan, days: &DayTable) -> Self {
        let has_anomalies = plan.realism.anomalies.iter().any(|anomaly| anomaly.rate > 0.0);
        let are_alike = !plan.is_varied() && !has_anomalies && plan.lifecycle.is_neutral();
        let expectations: Vec<_> = plan
            .metrics
            .iter()
            .map(|metric| are_alike.then(|| Expectation::new(plan, metric, days)))
            .collect();
        Self { expectations, fleets: OnceLock::new() }
    }

    /// Who looks at the rows for this judge.
    pub fn observer(&self, plan: &Plan, days: &DayTable) -> Observer {
        let thresholds: Vec<_> = self
            .expectations
            .iter()
            .map(|expectation| match expectation {
                Some(expectation) => expectation.thresholds(),
                None => vec![Thresholds::out_of_reach(plan.steps())],
            })
            .collect();
        Observer::new(plan, days, &thresholds)
    }

    /// The verdict on a dataset with this schema, after all its rows have been seen.
    pub fn report(
        &self,
        plan: &Plan,
        days: &DayTable,
        schema: &Schema,
        keys: &KeyAggregates,
        seen: &Aggregates,
    ) -> QualityReport {
        let mut checks = gates::checks(plan, schema, keys, seen);
        checks.extend(lifecycle::checks(plan, keys));
        for (index, expectation) in self.expectations.iter().enumerate() {
            let expected = match expectation {
                Some(expectation) => Expected::OfAlike(expectation),
                None => Expected::OfVaried(&self.fleets(plan, days)[index]),
            };
            checks.extend(recovery::checks(plan, index, days, expected, &seen.metrics[index]));
        }
        QualityReport { verdict: worst(&checks), checks, realism: Vec::new() }
    }

    /// The same report with a look at servers one by one, where the plan asks for it: they are made
    /// once more for it, by `generator`.
    pub fn look_closer(
        &self,
        mut report: QualityReport,
        plan: &Plan,
        generator: &Generator,
        seen: &Aggregates,
    ) -> QualityReport {
        if plan.quality.panel_servers > 0 {
            let panel = Panel::new(plan, generator);
            report.realism = scorecard::properties(plan, &panel, seen, &report.checks);
            if plan.granularity == Granularity::Hourly {
                report.checks.push(only_of_days());
                return report;
            }
            let are_alike = self.expectations.iter().all(Option::is_some);
            let fleets = if are_alike { &[] } else { self.fleets(plan, generator.days()) };
            report.checks.extend(dynamics::checks(plan, generator.days(), &panel.noise, fleets));
            report.verdict = worst(&report.checks);
        }
        report
    }

    fn fleets(&self, plan: &Plan, days: &DayTable) -> &[VirtualFleet] {
        let metrics = 0..plan.metrics.len();
        self.fleets.get_or_init(|| metrics.map(|metric| VirtualFleet::new(plan, metric, days)).collect())
    }
}

/// What stands for the checks of servers one by one where the rows are hourly.
fn only_of_days() -> Check {
    let note = "Noise, gaps and the levels of groups are estimated from daily rows only. The scorecard is about the \
                P95 of each day's hours.";
    let (id, title) = ("panel", "Servers one by one");
    Check { note: note.to_owned(), ..Check::new(id, title, String::new(), String::new(), Verdict::Skipped) }
}

/// The worst of the checks.
fn worst(checks: &[Check]) -> Verdict {
    checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Pass)
}

impl QualityReport {
    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Fail)
    }

    /// `All 41 checks passed`, `1 of 41 checks failed, 2 skipped`.
    pub fn in_words(&self) -> String {
        let count = |verdict| self.checks.iter().filter(|check| check.verdict == verdict).count();
        let kinds = [(Verdict::Fail, "failed"), (Verdict::Warn, "warned"), (Verdict::Skipped, "skipped")];
        let mut parts: Vec<String> = Vec::new();
        for (verdict, word) in kinds {
            match count(verdict) {
                0 => {}
                n if parts.is_empty() => parts.push(format!("{n} of {} checks {word}", self.checks.len())),
                n => parts.push(format!("{n} {word}")),
            }
        }
        if parts.is_empty() { format!("All {} checks passed", self.checks.len()) } else { parts.join(", ") }
    }
}
