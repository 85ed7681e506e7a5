//! Figures, checks, statistics and files, as the page shows them of a dataset and of a file.

use serde::Serialize;

use super::table::Table;
use super::text;
use crate::aggregate::distribution::Statistics;
use crate::quality::{Check, Verdict, meaning};

/// The columns of the checks.
pub(super) const QUALITY_HEADERS: [&str; 6] =
    ["Check", "Metric", "Expected", "Found", "Tolerance", "Verdict"];

#[derive(Serialize)]
pub(super) struct Figure {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) note: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QualityRow {
    check: &'static str,
    about: &'static str,
    metric: String,
    expected: String,
    found: String,
    tolerance: String,
    verdict: Verdict,
    verdict_label: &'static str,
    note: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileView {
    pub(super) id: &'static str,
    pub(super) name: String,
    pub(super) media_type: &'static str,
    pub(super) label: &'static str,
    pub(super) title: &'static str,
    pub(super) size: String,
}

/// Where a verdict stands in the table: what needs attention first.
fn order(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Warn => 1,
        Verdict::Skipped => 2,
        Verdict::Pass => 3,
    }
}

pub(super) fn label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Skipped => "Skipped",
        Verdict::Pass => "Pass",
        Verdict::Warn => "Warning",
        Verdict::Fail => "Fail",
    }
}

/// What needs attention first.
pub(super) fn quality(checks: &[Check]) -> Vec<QualityRow> {
    let mut ordered: Vec<&Check> = checks.iter().collect();
    ordered.sort_by_key(|check| order(check.verdict));
    ordered.into_iter().map(QualityRow::new).collect()
}

impl QualityRow {
    fn new(check: &Check) -> Self {
        Self {
            check: check.title,
            about: meaning(check.id),
            metric: check.metric.clone().unwrap_or_default(),
            expected: check.expected.clone(),
            found: check.found.clone(),
            tolerance: check.tolerance.clone(),
            verdict: check.verdict,
            verdict_label: label(check.verdict),
            note: check.note.clone(),
        }
    }
}

/// Statistics of metrics, with so many decimals.
pub(super) fn statistics(statistics: &[Statistics], decimals: usize) -> Table {
    let headers =
        ["Metric", "Unit", "Count", "Missing", "Mean", "Std", "Min", "P5", "P25", "P50", "P75", "P95", "Max"];
    let row = |s: &Statistics| {
        let figures = [s.mean, s.std, s.min, s.p05, s.p25, s.p50, s.p75, s.p95, s.max];
        let mut row = vec![s.name.clone(), s.unit.clone(), text::count(s.count), text::count(s.missing)];
        row.extend(figures.map(|figure| match figure.is_finite() {
            true => format!("{figure:.decimals$}"),
            false => String::new(),
        }));
        row
    };
    Table {
        headers: headers.map(str::to_owned).into(),
        rows: statistics.iter().map(row).collect(),
        numeric: (0..headers.len()).map(|column| column >= 2).collect(),
        empty: "none",
    }
}
