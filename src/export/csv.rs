//! Rows as CSV: a header line, an empty cell for a missing value, dates as `2022-01-01`, and
//! numbers with the decimals that they are rounded to.

use std::fmt::Write as _;
use std::io::Write;

use chrono::DateTime;
use csv::{ByteRecord, ReaderBuilder, Writer};

use crate::dataset::Chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Attribute, Plan};

/// Writes chunks as CSV.
pub struct CsvWriter<W: Write> {
    writer: Writer<W>,
    decimals: Option<usize>,
    calendar_flags: bool,
}

impl<W: Write> CsvWriter<W> {
    /// Begins the CSV of `plan`'s dataset with its header line.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: &Plan, sink: W) -> Result<Self> {
        let mut writer = Writer::from_writer(sink);
        writer.write_record(plan.columns()).map_err(failed)?;
        let decimals = plan.output.decimals.map(|decimals| decimals as usize);
        Ok(Self { writer, decimals, calendar_flags: plan.output.calendar_flags })
    }

    /// Appends the first `rows` rows of `chunk`, or all if it has fewer.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn write(&mut self, chunk: &Chunk, rows: usize) -> Result<()> {
        let dates: Vec<String> = chunk.timestamps().iter().map(|&micros| date(micros)).collect();
        let mut missing: Vec<_> =
            chunk.metrics.iter().map(|metric| metric.missing.iter().peekable()).collect();
        let mut record = ByteRecord::new();
        let mut cell = String::new();
        for row in 0..rows.min(chunk.rows()) {
            let (server, step) = (&chunk.servers[row / chunk.steps()], row % chunk.steps());
            record.clear();
            record.push_field(server.id.as_bytes());
            record.push_field(dates[step].as_bytes());
            for attribute in Attribute::ALL {
                record.push_field(chunk.attribute(server, attribute).as_bytes());
            }
            for (metric, missing) in chunk.metrics.iter().zip(&mut missing) {
                cell.clear();
                if missing.next_if(|&&next| next == row).is_none() {
                    let value = metric.values[row];
                    // Writing to a string cannot fail.
                    let _ = match self.decimals {
                        Some(decimals) => write!(cell, "{value:.decimals$}"),
                        None => write!(cell, "{value}"),
                    };
                }
                record.push_field(cell.as_bytes());
            }
            if self.calendar_flags {
                for flag in chunk.flags() {
                    record.push_field(if flag[step] { b"true" } else { b"false" });
                }
            }
            self.writer.write_byte_record(&record).map_err(failed)?;
        }
        Ok(())
    }

    /// Where the CSV is written, with everything that is finished.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(self) -> Result<W> {
        self.writer.into_inner().map_err(|error| Error::new(ErrorKind::Io, error.error().to_string()))
    }
}

/// The cells of the first `rows` records of `csv`, its header line included.
///
/// # Errors
/// When it is no CSV.
pub fn cells(csv: &[u8], rows: usize) -> Result<Vec<Vec<String>>> {
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(csv);
    let records = reader.records().take(rows);
    records.map(|record| Ok(record.map_err(failed)?.iter().map(str::to_owned).collect())).collect()
}

fn date(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).expect("the calendar's range").date_naive().to_string()
}

fn failed(error: csv::Error) -> Error {
    Error::new(ErrorKind::Io, error.to_string())
}
