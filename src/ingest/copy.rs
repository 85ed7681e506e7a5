//! The validated copy: Parquet, in order and without duplicates.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::layout::TIME;
use crate::PROGRAM;
use crate::dataset::ROW_GROUP_ROWS;
use crate::error::Result;
use crate::export::digest::DigestWriter;

pub(super) struct Copy<W: Write + Send> {
    writer: ArrowWriter<DigestWriter<W>>,
}

/// What was written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl<W: Write + Send> Copy<W> {
    pub(super) fn new(schema: &SchemaRef, sink: DigestWriter<W>) -> Result<Self> {
        let sorting =
            [0, 1].map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: false });
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(PROGRAM.to_owned())
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_sorting_columns(Some(sorting.into()))
            .set_key_value_metadata(Some(vec![KeyValue::new(
                "fleetsynth.validated".to_owned(),
                PROGRAM.to_owned(),
            )]))
            .set_column_dictionary_enabled(ColumnPath::from(TIME), false)
            .set_column_encoding(ColumnPath::from(TIME), Encoding::DELTA_BINARY_PACKED)
            .build();
        Ok(Self { writer: ArrowWriter::try_new(sink, schema.clone(), Some(properties))? })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        Ok(self.writer.write(rows)?)
    }

    pub(super) fn finish(self) -> Result<(W, Written)> {
        let (sink, bytes, sha256) = self.writer.into_inner()?.finish();
        Ok((sink, Written { bytes, sha256 }))
    }
}
