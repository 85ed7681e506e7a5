//! The summary: what was made, from what, and how it was judged.

use serde::Serialize;

use super::Artifact;
use super::parquet::Written;
use crate::PROGRAM;
use crate::aggregate::distribution::Statistics;
use crate::aggregate::{Aggregates, KeyAggregates};
use crate::plan::{Granularity, Plan};
use crate::quality::QualityReport;

/// What was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The program and its version.
    pub program: String,
    /// The seed.
    pub seed: u64,
    /// SHA-256 of the canonical configuration.
    pub config_sha256: String,
    /// The Parquet file.
    pub file: File,
    /// Number of rows.
    pub rows: u64,
    /// Number of servers.
    pub servers: u64,
    /// How far apart these are.
    pub granularity: Granularity,
    /// Number of steps of each server; fewer of one that comes or goes.
    pub steps: u64,
    /// First day, `2022-01-01`.
    pub start: String,
    /// Last day.
    pub end: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Statistics per metric.
    pub statistics: Vec<Statistics>,
    /// All quality checks.
    pub quality: QualityReport,
}

/// A file with its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

impl Summary {
    /// The summary of a dataset that has been seen and written whole.
    pub fn new<W>(
        plan: &Plan,
        keys: &KeyAggregates,
        seen: &Aggregates,
        quality: QualityReport,
        written: &Written<W>,
    ) -> Self {
        Self {
            program: PROGRAM.to_owned(),
            seed: plan.seed,
            config_sha256: plan.canonical_sha256.clone(),
            file: File {
                name: Artifact::Parquet.file_name(plan),
                bytes: written.bytes,
                sha256: written.sha256.clone(),
            },
            rows: keys.rows,
            servers: keys.servers,
            granularity: plan.granularity,
            steps: plan.steps() as u64,
            start: plan.start.to_string(),
            end: plan.end.to_string(),
            columns: plan.columns().into_iter().map(str::to_owned).collect(),
            statistics: plan
                .metrics
                .iter()
                .zip(&seen.metrics)
                .map(|(metric, seen)| seen.distribution.statistics(&metric.name, &metric.unit, seen.missing))
                .collect(),
            quality,
        }
    }

    /// The summary as JSON, with a line end.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a summary has only strings as keys");
        json + "\n"
    }
}
