//! Two datasets side by side, in the figures of their summaries.

use serde::{Deserialize, Serialize};

use super::Summary;
use crate::aggregate::distribution::Statistics;
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

/// What is kept of a dataset to compare others with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    rows: u64,
    servers: u64,
    steps: u64,
    bytes: u64,
    metrics: Vec<Metric>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Metric {
    name: String,
    /// In the order of [`NAMES`]; NaN for one that it has not.
    figures: [f64; NAMES.len()],
}

/// The figures of a metric that are compared.
const NAMES: [&str; 7] = ["Mean", "Std", "P5", "P50", "P95", "Max", "Missing, %"];

impl Figures {
    /// Those of a summary.
    pub fn new(summary: &Summary) -> Self {
        let metric = |s: &Statistics| {
            let missing = 100.0 * s.missing as f64 / (s.count + s.missing) as f64;
            Metric { name: s.name.clone(), figures: [s.mean, s.std, s.p05, s.p50, s.p95, s.max, missing] }
        };
        Self {
            rows: summary.rows,
            servers: summary.servers,
            steps: summary.steps,
            bytes: summary.file.bytes,
            metrics: summary.statistics.iter().map(metric).collect(),
        }
    }

    fn of(&self, metric: &str, figure: usize) -> Option<f64> {
        let metric = self.metrics.iter().find(|other| other.name == metric)?;
        Some(metric.figures[figure]).filter(|figure| figure.is_finite())
    }
}

/// The figures of two datasets: those of the whole, then those of every metric, the second one's first.
pub fn compare(before: &Figures, after: &Figures) -> Vec<Pair> {
    let whole = |figure, number: fn(&Figures) -> u64, words: fn(f64) -> String| {
        let [before, after] = [before, after].map(|figures| Some(number(figures) as f64));
        pair("", figure, before, after, words)
    };
    let count = |number: f64| grouped(number as u64);
    let mut pairs = vec![
        whole("Rows", |figures| figures.rows, count),
        whole("Servers", |figures| figures.servers, count),
        whole("Days", |figures| figures.steps, count),
        whole("File size", |figures| figures.bytes, |number| bytes(number as u64)),
    ];
    let gone = before.metrics.iter().filter(|one| !after.metrics.iter().any(|other| other.name == one.name));
    for Metric { name, .. } in after.metrics.iter().chain(gone) {
        pairs.extend(NAMES.iter().enumerate().map(|(place, figure)| {
            pair(name, figure, before.of(name, place), after.of(name, place), |number| format!("{number:.2}"))
        }));
    }
    pairs
}

fn pair(
    metric: &str,
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
    Pair { metric: metric.to_owned(), figure, before: shown(before), after: shown(after), change }
}
