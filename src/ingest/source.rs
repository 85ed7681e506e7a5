//! The file as record batches, whatever its format.

use std::io::Read;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::file::reader::ChunkReader;
use serde::Serialize;

use super::csv::CsvFile;
use super::{Storage, parquet as parquet_file};
use crate::error::{Error, ErrorKind, Result};

/// Rows of a batch.
pub(super) const BATCH_ROWS: usize = 1 << 14;

/// A file's format, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Text with a header line; commas, semicolons, tabs or bars between cells.
    Csv,
}

impl Format {
    /// The format of a file.
    pub(super) fn of(reader: &impl ChunkReader) -> Result<Self> {
        let mut first = Vec::new();
        reader.get_read(0).map_err(damaged)?.take(4).read_to_end(&mut first)?;
        let refused = match first.as_slice() {
            b"PAR1" => return Ok(Self::Parquet),
            [] => "The file is empty.",
            [0x1f, 0x8b, ..] => "The file is packed with gzip: unpack it first.",
            [b'P', b'K', 3, 4] => {
                "The file is a ZIP archive or a workbook: save the table as CSV or Parquet first."
            }
            _ => return Ok(Self::Csv),
        };
        Err(Error::new(ErrorKind::Io, refused))
    }

    /// How often a file of this format is read while it is validated: what is in the columns of a text has to be
    /// found out first.
    pub fn readings(self) -> u64 {
        match self {
            Self::Parquet => 2,
            Self::Csv => 3,
        }
    }
}

/// A file that was opened.
pub(super) struct Source<'s, S> {
    storage: &'s S,
    schema: Schema,
    /// How its text is to be read, if it is CSV.
    csv: Option<CsvFile>,
}

/// Record batches one after another.
pub(super) type Batches = Box<dyn Iterator<Item = Result<RecordBatch>>>;

impl<'s, S: Storage> Source<'s, S> {
    /// Opens a file; what is in the columns of a text is told by so many of its first rows.
    pub(super) fn open(storage: &'s S, most_rows: usize) -> Result<Self> {
        let reader = storage.open()?;
        if Format::of(&reader)? == Format::Parquet {
            return Ok(Self { storage, schema: parquet_file::schema(reader)?, csv: None });
        }
        let csv = CsvFile::look(reader.get_read(0).map_err(damaged)?, most_rows)?;
        Ok(Self { storage, schema: csv.schema(), csv: Some(csv) })
    }

    pub(super) fn format(&self) -> Format {
        if self.csv.is_some() { Format::Csv } else { Format::Parquet }
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// All rows, from the beginning.
    pub(super) fn batches(&self) -> Result<Batches> {
        let reader = self.storage.open()?;
        match &self.csv {
            None => parquet_file::batches(reader, &self.schema),
            Some(csv) => Ok(Box::new(csv.batches(reader.get_read(0).map_err(damaged)?))),
        }
    }
}

/// The error of a file that is not what it says it is.
pub(super) fn damaged(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, format!("The file is damaged or incomplete: {error}."))
}
