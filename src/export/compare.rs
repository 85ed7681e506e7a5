//! Two datasets side by side, from their summaries.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::wording::{bytes, grouped};

/// A figure of both datasets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The metric, or empty for a figure of the whole.
    pub metric: String,
    /// What it is.
    pub figure: &'static str,
    /// Its value in the first one; empty where it has none.
    pub before: String,
    /// Its value in the second one.
    pub after: String,
    /// By how much it has changed; empty where that cannot be said.
    pub change: String,
}

/// What is read of a summary.
#[derive(Deserialize)]
struct Summary {
    file: File,
    rows: u64,
    servers: u64,
    steps: u64,
    statistics: Vec<Statistics>,
}

#[derive(Deserialize)]
struct File {
    bytes: u64,
}

#[derive(Deserialize)]
struct Statistics {
    name: String,
    count: u64,
    missing: u64,
    mean: Option<f64>,
    std: Option<f64>,
    p05: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    max: Option<f64>,
}

/// A figure of a metric, if it has one.
type Figure = fn(&Statistics) -> Option<f64>;

/// The figures of a metric that are compared.
const FIGURES: [(&str, Figure); 7] = [
    ("Mean", |s| s.mean),
    ("Std", |s| s.std),
    ("P5", |s| s.p05),
    ("P50", |s| s.p50),
    ("P95", |s| s.p95),
    ("Max", |s| s.max),
    ("Missing, %", |s| Some(100.0 * s.missing as f64 / ((s.count + s.missing).max(1)) as f64)),
];

/// The figures of two datasets: those of the whole, then those of every metric, the second one's first.
///
/// # Errors
/// When one of the texts is no summary.
pub fn compare(before: &str, after: &str) -> Result<Vec<Pair>> {
    let (before, after) = (read(before)?, read(after)?);
    let whole = |figure, number: fn(&Summary) -> f64, words: fn(f64) -> String| {
        let (before, after) = (number(&before), number(&after));
        pair(String::new(), figure, Some(before), Some(after), words)
    };
    let count = |number: f64| grouped(number as u64);
    let mut pairs = vec![
        whole("Rows", |summary| summary.rows as f64, count),
        whole("Servers", |summary| summary.servers as f64, count),
        whole("Days", |summary| summary.steps as f64, count),
        whole("File size", |summary| summary.file.bytes as f64, |number| bytes(number as u64)),
    ];
    let gone =
        before.statistics.iter().filter(|one| !after.statistics.iter().any(|other| other.name == one.name));
    for of_metric in after.statistics.iter().chain(gone) {
        let find = |summary: &Summary, figure: Figure| {
            summary.statistics.iter().find(|other| other.name == of_metric.name).and_then(figure)
        };
        pairs.extend(FIGURES.map(|(name, figure)| {
            let (before, after) = (find(&before, figure), find(&after, figure));
            pair(of_metric.name.clone(), name, before, after, |number| format!("{number:.2}"))
        }));
    }
    Ok(pairs)
}

fn pair(
    metric: String,
    figure: &'static str,
    before: Option<f64>,
    after: Option<f64>,
    words: fn(f64) -> String,
) -> Pair {
    let change = match (before, after) {
        (Some(before), Some(after)) if before == after => "none".to_owned(),
        (Some(before), Some(after)) if before != 0.0 => format!("{:+.1} %", (after / before - 1.0) * 100.0),
        _ => String::new(),
    };
    let shown = |number: Option<f64>| number.map(words).unwrap_or_default();
    Pair { metric, figure, before: shown(before), after: shown(after), change }
}

fn read(summary: &str) -> Result<Summary> {
    serde_json::from_str(summary)
        .map_err(|error| Error::new(ErrorKind::Internal, format!("The summary can't be read: {error}.")))
}
