//! What was found in a file.

use chrono::DateTime;
use serde::Serialize;

use super::copy::Written;
use super::fleet::FileFleet;
use super::judge::is_midnight;
use super::source::Format;
use crate::aggregate::distribution::Statistics;
use crate::export::summary::File;
use crate::quality::QualityReport;

/// What was found in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Validation {
    /// The program and its version.
    pub program: String,
    /// The file's format.
    pub format: Format,
    /// Rows of the file.
    pub rows_read: u64,
    /// Rows with a server and a time, without duplicates: those of the validated copy.
    pub rows: u64,
    /// Rows whose server and time an earlier row has too: the copy does not have them.
    pub duplicates_removed: u64,
    /// Number of servers.
    pub servers: u64,
    /// First time: a day, or a time where there are times of the day.
    pub start: String,
    /// Last time.
    pub end: String,
    /// The usual distance between a server's rows; `None` with a row per server.
    pub step: Option<String>,
    /// Columns of the validated copy.
    pub columns: Vec<String>,
    /// Columns of the file that the copy does not have.
    pub left_out: Vec<String>,
    /// Statistics per metric, without duplicates. Exact where the values have at most six decimals
    /// and take at most 2^20 steps of the last one; otherwise quantiles to 1/65,536 of the range.
    pub statistics: Vec<Statistics>,
    /// All checks.
    pub quality: QualityReport,
    /// The validated copy, if one was written.
    pub validated: Option<File>,
    /// What its charts are drawn from, if they were wanted; or why there are none, in a sentence.
    #[serde(skip)]
    pub charts: Option<std::result::Result<FileFleet, String>>,
}

impl Validation {
    /// The same with the copy that was `written`, named by its first and last time.
    pub(super) fn with_copy(mut self, first: i64, last: i64, written: Option<Written>) -> Self {
        let day =
            |micros| DateTime::from_timestamp_micros(micros).map(|time| time.format("%Y%m%d").to_string());
        let day = |micros| day(micros).unwrap_or_else(|| micros.to_string());
        let name = format!("validated_server_metrics_{}_to_{}.parquet", day(first), day(last));
        self.validated = written.map(|Written { bytes, sha256 }| File { name, bytes, sha256 });
        self
    }

    /// The report as JSON, with a line end.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a report has only strings as keys");
        json + "\n"
    }
}

/// A time for people: only its day at midnight.
pub(super) fn day_or_time(micros: i64) -> String {
    match DateTime::from_timestamp_micros(micros) {
        Some(time) if is_midnight(micros) => time.date_naive().to_string(),
        Some(time) => time.naive_utc().to_string(),
        None => format!("{micros} microseconds since 1970"),
    }
}
