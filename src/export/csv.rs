//! Rows as CSV: a header line, an empty cell for a missing value, dates as `2022-01-01` (hours as
//! `2022-01-01 13:00:00`), and
//! numbers with the decimals that they are rounded to.

use std::borrow::Cow;
use std::io::Write;

use chrono::DateTime;
use csv::{ReaderBuilder, Writer};

use crate::dataset::{Chunk, Generator};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Attribute, Granularity, Plan};
use crate::series::grid::Values;

/// The header line of `plan`'s dataset.
///
/// # Errors
/// None that a caller can cause.
pub fn header(plan: &Plan) -> Result<Vec<u8>> {
    line(&plan.columns())
}

/// Appends the first `rows` rows of `chunk` to `out`, or all if it has fewer.
///
/// # Errors
/// None that a caller can cause.
pub fn write(plan: &Plan, chunk: &Chunk, rows: usize, out: &mut Vec<u8>) -> Result<()> {
    let time = match plan.granularity {
        Granularity::Daily => date,
        Granularity::Hourly => time,
    };
    let times: Vec<String> = chunk.timestamps().iter().map(|&micros| time(micros)).collect();
    let mut missing: Vec<_> = chunk.metrics.iter().map(|metric| metric.missing.iter().peekable()).collect();
    for (position, server) in chunk.servers.iter().enumerate() {
        // What is the same in many rows of a server is made once.
        let text = |cell| if plan.output.csv_escape_formulas { inert(cell) } else { Cow::Borrowed(cell) };
        let mut id = line(&[text(server.id.as_str())])?;
        let kind = plan.output.archetype_column.then(|| chunk.archetype(server));
        // Without its line end.
        id.pop();
        let mut attributes = Vec::new();
        let mut regions = chunk.attribute(position, Attribute::Region);
        let mut rows_in_region = 0;
        for (row, step) in chunk.rows_of(position).zip(chunk.steps_of(position)) {
            if row == rows {
                return Ok(());
            }
            if rows_in_region == 0 {
                let (region, more) = regions.next().expect("every row is in a region");
                rows_in_region = more;
                let value = |attribute| match attribute {
                    Attribute::Region => region,
                    other => chunk.attribute(position, other).next().map_or("", |(value, _)| value),
                };
                attributes =
                    line(&Attribute::ALL.map(value).into_iter().chain(kind).map(text).collect::<Vec<_>>())?;
                attributes.pop();
            }
            rows_in_region -= 1;
            out.extend_from_slice(&id);
            out.push(b',');
            out.extend_from_slice(times[step].as_bytes());
            out.push(b',');
            out.extend_from_slice(&attributes);
            for (metric, missing) in chunk.metrics.iter().zip(&mut missing) {
                out.push(b',');
                if missing.next_if(|&&next| next == row).is_none() {
                    number(plan, &metric.values, row, out);
                }
            }
            if plan.output.calendar_flags {
                for flag in chunk.flags() {
                    out.extend_from_slice(if flag[step] { b",true" } else { b",false" });
                }
            }
            out.push(b'\n');
        }
    }
    Ok(())
}

/// The rows of a row group of the dataset; the first one has the header line before them. One after
/// another, these parts are the whole CSV.
///
/// # Errors
/// None that a caller can cause.
pub fn part(generator: &Generator, group: usize) -> Result<Vec<u8>> {
    let plan = generator.plan();
    let mut csv = if group == 0 { header(plan)? } else { Vec::new() };
    for servers in generator.parts(generator.row_group(group)) {
        write(plan, &generator.chunk(servers), usize::MAX, &mut csv)?;
    }
    Ok(csv)
}

/// The header line and the first rows, as many as the plan's sample has.
///
/// # Errors
/// None that a caller can cause.
pub fn sample(generator: &Generator) -> Result<Vec<u8>> {
    let plan = generator.plan();
    let mut csv = header(plan)?;
    let mut left = plan.output.sample_rows;
    for server in plan.servers() {
        if left == 0 {
            break;
        }
        let chunk = generator.chunk(server..server + 1);
        write(plan, &chunk, left, &mut csv)?;
        left = left.saturating_sub(chunk.rows());
    }
    Ok(csv)
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

/// A table with such a header line. Its header is kept from being taken for formulas.
///
/// # Errors
/// None that a caller can cause.
pub fn table(headers: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let headers: Vec<Cow<'_, str>> = headers.iter().map(|header| inert(header)).collect();
    let mut csv = line(&headers)?;
    for row in rows {
        csv.extend(line(row)?);
    }
    Ok(csv)
}

/// Text that no spreadsheet takes for a formula: an apostrophe before it says that it is text
/// (OWASP, CSV Injection). Names hold no control characters, which some programs skip.
fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A line of these cells, quoted where they need it.
fn line(cells: &[impl AsRef<str>]) -> Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| cell.as_ref().as_bytes())).map_err(failed)?;
    writer.into_inner().map_err(|error| Error::new(ErrorKind::Internal, error.error().to_string()))
}

fn number(plan: &Plan, values: &Values, row: usize, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = match (values, plan.output.decimals) {
        (Values::Grid(grid, cells), Some(decimals)) => {
            decimal(grid.first as i64 + i64::from(cells[row]), decimals as usize, out);
            Ok(())
        }
        (_, Some(decimals)) => write!(out, "{:.*}", decimals as usize, values.get(row)),
        (_, None) => write!(out, "{}", values.get(row)),
    };
}

/// Appends a whole number of the last decimal place: 1234 with two decimals is `12.34`.
fn decimal(number: i64, decimals: usize, out: &mut Vec<u8>) {
    const DIGITS: usize = 20;
    let mut digits = [b'0'; DIGITS];
    let mut rest = number.unsigned_abs();
    let mut first = DIGITS;
    while rest > 0 || first > DIGITS - 1 - decimals {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if number < 0 {
        out.push(b'-');
    }
    let point = DIGITS - decimals;
    out.extend_from_slice(&digits[first..point]);
    if decimals > 0 {
        out.push(b'.');
        out.extend_from_slice(&digits[point..]);
    }
}

fn date(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).expect("the calendar's range").date_naive().to_string()
}

fn time(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).expect("the calendar's range");
    time.naive_utc().to_string()
}

fn failed(error: csv::Error) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_the_standard_library_writes_them() {
        for decimals in 0..=6_u32 {
            let scale = f64::from(10_u32.pow(decimals));
            for whole in [-1_048_576_i64, -101, -100, -99, -1, 0, 1, 9, 10, 99, 100, 101, 99_999, 1_048_576] {
                let mut out = Vec::new();
                decimal(whole, decimals as usize, &mut out);
                let expected = format!("{:.*}", decimals as usize, whole as f64 / scale);
                assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }
}
