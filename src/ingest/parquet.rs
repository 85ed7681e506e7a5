//! Parquet files.

#[cfg(feature = "codecs")]
mod chunks;
mod delta;
mod ending;
mod header;
mod pages;

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_schema::Schema;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Compression;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, FileReader};
#[cfg(not(feature = "codecs"))]
use parquet::file::serialized_reader::SerializedFileReader as Chunked;

#[cfg(feature = "codecs")]
use self::chunks::Chunked;
use self::ending::Ending;
use self::pages::Checked;
use super::source::{BATCH_ROWS, Batches, damaged};
use crate::error::{Error, ErrorKind, Result};

/// The schema of a file that can be read.
pub(super) fn schema(reader: impl ChunkReader + 'static) -> Result<Schema> {
    let builder = unless_it_panics(|| ParquetRecordBatchReaderBuilder::try_new(Ending(reader)))?;
    check_codecs(builder.metadata())?;
    Ok(builder.schema().as_ref().clone())
}

/// All rows, in columns of these types.
pub(super) fn batches(reader: impl ChunkReader + 'static, schema: &Schema) -> Result<Batches> {
    let mut batches = unless_it_panics(|| {
        let file = Chunked::new(Ending(reader))?;
        let levels = parquet_to_arrow_field_levels(
            file.metadata().file_metadata().schema_descr(),
            ProjectionMask::all(),
            Some(schema.fields()),
        )?;
        ParquetRecordBatchReader::try_new_with_row_groups(
            &levels,
            &Checked { file: Arc::new(file) },
            BATCH_ROWS,
            None,
        )
    })?;
    let mut is_over = false;
    Ok(Box::new(std::iter::from_fn(move || {
        let batch = if is_over { None } else { unless_it_panics(|| batches.next().transpose()).transpose() };
        // After a failure there is nothing that could be read.
        is_over = !matches!(batch, Some(Ok(_)));
        batch
    })))
}

/// What `read` gives. The crate trusts some numbers in a file and panics when they are wrong: to whoever
/// reads a damaged file that is a damaged file. (In WASM a panic ends the worker, and the page says so.)
fn unless_it_panics<T, E: Display>(read: impl FnOnce() -> Result<T, E>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(damaged),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            Err(damaged(
                words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("its pages cannot be read"),
            ))
        }
    }
}

/// Refuses what the crate was built without: it would only find that out in the middle.
fn check_codecs(metadata: &ParquetMetaData) -> Result<()> {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
    let readable = |codec: &Compression| {
        matches!(codec, Compression::UNCOMPRESSED | Compression::SNAPPY)
            || (cfg!(feature = "codecs")
                && matches!(codec, Compression::GZIP(_) | Compression::ZSTD(_) | Compression::LZ4_RAW))
    };
    match columns.map(|column| column.compression()).find(|codec| !readable(codec)) {
        None => Ok(()),
        Some(codec) => {
            let written = codec.to_string();
            let name = written.split('(').next().unwrap_or_default();
            let message = format!(
                "The file is compressed with {name}, which cannot be read here: write it with Snappy."
            );
            Err(Error::new(ErrorKind::Io, message))
        }
    }
}
