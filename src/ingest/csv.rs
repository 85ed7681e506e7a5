//! CSV files: what is in their columns is found out by reading them once.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use csv::{Reader, ReaderBuilder, StringRecord};

use super::source::BATCH_ROWS;
use crate::error::{Error, ErrorKind, Result};

/// How the text is to be read.
#[derive(Clone, Debug)]
pub(super) struct CsvFile {
    delimiter: u8,
    schema: SchemaRef,
}

/// Most characters of a header line in which the delimiter is looked for.
const LONGEST_HEADER: u64 = 1 << 20;

impl CsvFile {
    /// Reads it to see what there is, as far as that many rows.
    pub(super) fn look(text: impl Read, most_rows: usize) -> Result<Self> {
        let mut text = BufReader::new(text);
        let mut header = Vec::new();
        (&mut text).take(LONGEST_HEADER).read_until(b'\n', &mut header)?;
        let delimiter = delimiter(&header);
        let mut reader = reader(header.chain(text), delimiter);
        let names = reader.headers().map_err(wrong)?.clone();
        if names.len() < 2 {
            let message = "The file is neither Parquet nor CSV: its first line has no comma, semicolon, tab or bar \
                           between the names of columns.";
            return Err(Error::new(ErrorKind::Io, message));
        }
        let mut kinds = vec![Kind::Unknown; names.len()];
        let mut record = StringRecord::new();
        for _ in 0..most_rows {
            if !reader.read_record(&mut record).map_err(wrong)? {
                break;
            }
            for (kind, cell) in kinds.iter_mut().zip(&record) {
                *kind = kind.with(cell);
            }
        }
        let fields = names.iter().zip(kinds).map(|(name, kind)| Field::new(name, kind.data_type(), true));
        Ok(Self { delimiter, schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())) })
    }

    pub(super) fn schema(&self) -> Schema {
        self.schema.as_ref().clone()
    }

    /// All rows.
    pub(super) fn batches(
        &self,
        text: impl Read + 'static,
    ) -> impl Iterator<Item = Result<RecordBatch>> + 'static {
        let mut reader = reader(text, self.delimiter);
        let schema = Arc::clone(&self.schema);
        std::iter::from_fn(move || batch(&mut reader, &schema).transpose())
    }
}

/// The next rows; nothing at the end.
fn batch(reader: &mut Reader<impl Read>, schema: &SchemaRef) -> Result<Option<RecordBatch>> {
    let mut columns: Vec<Column> =
        schema.fields().iter().map(|field| Column::new(field.data_type())).collect();
    let mut record = StringRecord::new();
    let mut rows = 0;
    while rows < BATCH_ROWS && reader.read_record(&mut record).map_err(wrong)? {
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell);
        }
        rows += 1;
    }
    if rows == 0 {
        return Ok(None);
    }
    let arrays = columns.into_iter().map(Column::finish).collect();
    Ok(Some(RecordBatch::try_new(Arc::clone(schema), arrays)?))
}

fn reader<R: Read>(text: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new().delimiter(delimiter).from_reader(text)
}

/// What stands most often between the names of a header line.
fn delimiter(header: &[u8]) -> u8 {
    let count = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
    let most = [b'|', b'\t', b';', b','].into_iter().max_by_key(count);
    most.expect("there are some")
}

/// Cells that say that there is nothing, as pandas and others write them.
fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NA" | "N/A" | "NaN" | "nan" | "null" | "NULL" | "None" | "\\N")
}

fn flag(cell: &str) -> Option<bool> {
    match cell {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// What the cells of a column have been so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unknown,
    Number,
    Flag,
    Text,
}

impl Kind {
    fn with(self, cell: &str) -> Self {
        if self == Self::Text || is_missing(cell) {
            return self;
        }
        let kind = if cell.trim().parse::<f64>().is_ok() {
            Self::Number
        } else if flag(cell).is_some() {
            Self::Flag
        } else {
            Self::Text
        };
        if self == Self::Unknown || self == kind { kind } else { Self::Text }
    }

    fn data_type(self) -> DataType {
        match self {
            // A column without a single value may well be a metric.
            Self::Unknown | Self::Number => DataType::Float64,
            Self::Flag => DataType::Boolean,
            Self::Text => DataType::Utf8,
        }
    }
}

enum Column {
    Numbers(Float64Builder),
    Flags(BooleanBuilder),
    Text(StringBuilder),
}

impl Column {
    fn new(kind: &DataType) -> Self {
        match kind {
            DataType::Float64 => Self::Numbers(Float64Builder::new()),
            DataType::Boolean => Self::Flags(BooleanBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, cell: &str) {
        match self {
            Self::Numbers(numbers) => {
                numbers.append_option(cell.trim().parse().ok().filter(|n: &f64| !n.is_nan()))
            }
            Self::Flags(flags) => flags.append_option(flag(cell)),
            Self::Text(text) => text.append_option((!is_missing(cell)).then_some(cell)),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Numbers(mut numbers) => Arc::new(numbers.finish()),
            Self::Flags(mut flags) => Arc::new(flags.finish()),
            Self::Text(mut text) => Arc::new(text.finish()),
        }
    }
}

/// What is wrong with the text, and where.
fn wrong(error: csv::Error) -> Error {
    use csv::ErrorKind::{Io, UnequalLengths, Utf8};
    let line = |position: &Option<csv::Position>| position.as_ref().map_or(1, csv::Position::line);
    let message = match error.kind() {
        Io(error) => format!("Reading failed: {error}."),
        Utf8 { pos, .. } => {
            format!("Line {} is not UTF-8 text: the file is no CSV, or has another encoding.", line(pos))
        }
        UnequalLengths { pos, expected_len, len } => {
            format!("Line {} has {len} cells instead of the header's {expected_len}.", line(pos))
        }
        _ => format!("The file is no CSV: {error}."),
    };
    Error::new(ErrorKind::Io, message)
}
