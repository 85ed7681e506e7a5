//! The files of a dataset: one format per module.

pub mod compare;
pub mod csv;
pub mod digest;
pub mod parquet;
pub mod report;
pub mod size;
pub mod snippet;
pub mod summary;
pub mod truth;

use crate::plan::{Granularity, Plan};

pub use summary::Summary;

/// A file that belongs to a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// The dataset.
    Parquet,
    /// The first rows as CSV.
    SampleCsv,
    /// All rows as CSV.
    Csv,
    /// The same, compressed.
    CsvGzip,
    /// What was made and how it was judged.
    Summary,
    /// The effective configuration.
    Config,
    /// All gaps, outliers and anomalies.
    Truth,
    /// The dataset without them.
    Clean,
    /// The 95th percentile of each day's hours.
    DailyP95,
    /// The statistics, checks and verdict as a text.
    Report,
    /// The report with charts, as one HTML file.
    Document,
}

impl Artifact {
    /// What can be downloaded, the dataset first.
    pub const ALL: [Self; 10] = [
        Self::Parquet,
        Self::SampleCsv,
        Self::Csv,
        Self::CsvGzip,
        Self::Summary,
        Self::Document,
        Self::Config,
        Self::Truth,
        Self::Clean,
        Self::DailyP95,
    ];

    /// What is uploaded together, the dataset first.
    pub const UPLOADED: [Self; 5] =
        [Self::Parquet, Self::Summary, Self::SampleCsv, Self::Config, Self::Report];

    /// Whether `plan`'s dataset has it.
    pub fn is_of(self, plan: &Plan) -> bool {
        self != Self::DailyP95 || plan.granularity == Granularity::Hourly
    }

    /// The file's name.
    pub fn file_name(self, plan: &Plan) -> String {
        let stem = plan.file_stem();
        match self {
            Self::Parquet => format!("{stem}.parquet"),
            Self::SampleCsv => format!("{stem}_sample_{}rows.csv", plan.output.sample_rows),
            Self::Csv => format!("{stem}.csv"),
            Self::CsvGzip => format!("{stem}.csv.gz"),
            Self::Summary => format!("{stem}_summary.json"),
            Self::Config => format!("{stem}_config.yaml"),
            Self::Truth => format!("{stem}_truth.parquet"),
            Self::Clean => format!("{stem}_clean.parquet"),
            Self::DailyP95 => format!("{stem}_daily_p95.parquet"),
            Self::Report => format!("{stem}_report.txt"),
            Self::Document => format!("{stem}_report.html"),
        }
    }

    /// What it is, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Parquet => "Dataset (Parquet)",
            Self::SampleCsv => "Sample (CSV)",
            Self::Csv => "Dataset (CSV)",
            Self::CsvGzip => "Dataset (CSV, gzip)",
            Self::Summary => "Summary (JSON)",
            Self::Config => "Effective configuration (YAML)",
            Self::Truth => "Ground truth (Parquet)",
            Self::Clean => "Dataset without defects (Parquet)",
            Self::DailyP95 => "Daily P95 of the hours (Parquet)",
            Self::Report => "Quality report (text)",
            Self::Document => "Report with charts (HTML)",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Parquet | Self::Truth | Self::Clean | Self::DailyP95 => "application/vnd.apache.parquet",
            Self::SampleCsv | Self::Csv => "text/csv",
            Self::CsvGzip => "application/gzip",
            Self::Summary => "application/json",
            Self::Config => "application/yaml",
            Self::Report => "text/plain",
            Self::Document => "text/html",
        }
    }
}
