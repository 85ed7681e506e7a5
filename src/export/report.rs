//! What a person reads of a dataset: on the command line, and as a file beside it.

use std::fmt::Write;

use super::Summary;
use crate::aggregate::distribution::Statistics;
use crate::quality::scorecard::Property;
use crate::quality::{Check, QualityReport, Verdict};
use crate::wording::grouped;

/// What a failed verdict means for a dataset.
const KEPT: &str = "the files were written so that you can see what is wrong with them";

/// All there is to say of a dataset.
pub fn whole(summary: &Summary) -> String {
    dataset(summary) + &checksum(&summary.file.sha256) + &verdict(summary)
}

/// What the dataset is, its statistics and its checks.
pub fn dataset(summary: &Summary) -> String {
    let mut text = format!(
        "{} rows: {} servers x {} {}, {} to {}, seed {}\n\n",
        grouped(summary.rows),
        grouped(summary.servers),
        grouped(summary.steps),
        summary.granularity.nouns().1,
        summary.start,
        summary.end,
        summary.seed
    );
    text += &figures(&summary.statistics, &summary.quality);
    text
}

/// A line for the SHA-256 of the Parquet file.
pub fn checksum(sha256: &str) -> String {
    format!("SHA-256 of the Parquet file: {sha256}\n\n")
}

/// The last words on a dataset: `SUCCESS`, or what has failed.
pub fn verdict(summary: &Summary) -> String {
    last_words(&summary.quality, KEPT)
}

/// Statistics and checks.
pub fn figures(metrics: &[Statistics], quality: &QualityReport) -> String {
    let mut text = table(&statistics(metrics));
    text.push('\n');
    text += &table(&checks(&quality.checks));
    for check in quality.checks.iter().filter(|check| !check.note.is_empty()) {
        let metric = check.metric.as_deref().unwrap_or("dataset");
        let _ = write!(text, "\n{metric}, {}: {}", check.title, check.note);
    }
    if !quality.realism.is_empty() {
        text += "\n\n";
        text += &table(&realism(&quality.realism));
    }
    text + "\n\n"
}

/// `SUCCESS`, or what has failed and its `meaning`.
pub fn last_words(quality: &QualityReport, meaning: &str) -> String {
    if quality.verdict != Verdict::Fail {
        return "SUCCESS\n".to_owned();
    }
    let mut text = format!("FAILED: {meaning}.\n");
    for check in quality.failures() {
        let metric = check.metric.as_deref().map(|metric| format!("{metric}: ")).unwrap_or_default();
        let _ =
            writeln!(text, "  {metric}{}: expected {}, found {}", check.title, check.expected, check.found);
    }
    text
}

/// Statistics per metric, behind a row of headings.
pub fn statistics(statistics: &[Statistics]) -> Vec<Vec<String>> {
    let header =
        ["metric", "unit", "count", "missing", "mean", "std", "min", "5%", "25%", "50%", "75%", "95%", "max"];
    let row = |s: &Statistics| {
        let figures = [s.mean, s.std, s.min, s.p05, s.p25, s.p50, s.p75, s.p95, s.max];
        let mut row = vec![s.name.clone(), s.unit.clone(), s.count.to_string(), s.missing.to_string()];
        row.extend(figures.map(|figure| format!("{figure:.2}")));
        row
    };
    std::iter::once(header.map(str::to_owned).to_vec()).chain(statistics.iter().map(row)).collect()
}

/// The checks, behind a row of headings.
pub fn checks(checks: &[Check]) -> Vec<Vec<String>> {
    let header = ["check", "metric", "expected", "found", "tolerance", "verdict"];
    let row = |check: &Check| {
        let metric = check.metric.clone().unwrap_or_default();
        [
            check.title.to_owned(),
            metric,
            check.expected.clone(),
            check.found.clone(),
            check.tolerance.clone(),
            check.verdict.name().to_owned(),
        ]
        .to_vec()
    };
    std::iter::once(header.map(str::to_owned).to_vec()).chain(checks.iter().map(row)).collect()
}

/// The realism scorecard, behind a row of headings.
pub fn realism(properties: &[Property]) -> Vec<Vec<String>> {
    let header = ["property", "found", "band", "noise floor", "standing", "source"];
    let row = |property: &Property| {
        let (title, source) = (property.title.to_owned(), property.source.to_owned());
        let standing = property.standing.label().to_owned();
        vec![title, property.shown(), property.band(), property.floor(), standing, source]
    };
    std::iter::once(header.map(str::to_owned).to_vec()).chain(properties.iter().map(row)).collect()
}

/// Columns as wide as their widest cell, the first left-aligned, numbers right-aligned.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let is_number = |cell: &str| cell.parse::<f64>().is_ok();
    let numeric: Vec<bool> =
        (0..columns).map(|column| rows[1..].iter().all(|row| is_number(&row[column]))).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let _ = if numeric[column] {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}
