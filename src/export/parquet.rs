//! The dataset as Parquet: row groups that are encoded independently of each other, and the file
//! that they make one after another.
//!
//! The `parquet` crate writes all metadata, and every page but those of two kinds: metric values
//! on the decimal grid and strings that are constant per server go into dictionary pages of our own
//! (`numbers`, `dictionary`), since encoding them row by row costs several times as much as making them.

mod chain;
mod column;
mod daily;
mod dictionary;
mod encoder;
mod hybrid;
mod layout;
mod numbers;
mod truth;

use std::io::Write;
use std::sync::Arc;

use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, KeyValue, ParquetMetaDataBuilder, ParquetMetaDataOptions,
    ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::writer::TrackedWrite;
use parquet::schema::types::SchemaDescPtr;

use super::digest::DigestWriter;
use crate::PROGRAM;
use crate::dataset::Generator;
use crate::error::Result;
use crate::plan::Plan;

pub use daily::DailyEncoder;
pub use encoder::RowGroupEncoder;
pub use truth::TruthEncoder;

/// What a Parquet file begins and ends with.
const MAGIC: &[u8] = b"PAR1";

/// An encoded row group.
#[derive(Debug)]
pub struct RowGroup {
    /// Its pages, column after column.
    pub body: Vec<u8>,
    /// Its metadata, with places counted from the beginning of the body.
    metadata: RowGroupMetaData,
}

/// What the file needs to know of a row group besides its body.
#[derive(Clone, Debug)]
pub struct RowGroupHead(RowGroupMetaData);

/// Encodes what belongs to the row groups of a dataset into a file beside it.
pub trait EncodeGroup {
    /// The generator of the dataset.
    fn generator(&self) -> &Generator;

    /// What belongs to the row group with this number; nothing when that is no row.
    ///
    /// # Errors
    /// None that a caller can cause.
    fn encode(&mut self, group: usize) -> Result<Option<RowGroup>>;
}

/// Writes row groups one after another.
pub struct ParquetWriter<W: Write> {
    sink: DigestWriter<W>,
    schema: SchemaDescPtr,
    row_groups: Vec<RowGroupMetaData>,
    metadata: Vec<KeyValue>,
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<W> {
    /// Where it was written.
    pub sink: W,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

impl RowGroup {
    /// The body, and the rest.
    pub fn into_parts(self) -> (Vec<u8>, RowGroupHead) {
        (self.body, RowGroupHead(self.metadata))
    }
}

impl RowGroupHead {
    /// The head as bytes, for another thread or worker: the metadata of a Parquet file that has only
    /// this row group.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let file = FileMetaData::new(1, self.0.num_rows(), None, None, self.0.schema_descr_ptr(), None);
        let metadata = ParquetMetaDataBuilder::new(file).add_row_group(self.0.clone()).build();
        let mut bytes = Vec::new();
        ParquetMetaDataWriter::new(&mut bytes, &metadata).finish()?;
        Ok(bytes)
    }

    /// The way back.
    ///
    /// # Errors
    /// When `bytes` do not come from [`RowGroupHead::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let trailer = MAGIC.len() + size_of::<u32>();
        let metadata = &bytes[..bytes.len().saturating_sub(trailer)];
        // By default the reader keeps only which encodings there are, not in how many pages.
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let file = ParquetMetaDataReader::decode_metadata_with_options(metadata, Some(&options))?;
        let group = file.into_builder().take_row_groups().pop();
        let missing = || parquet::errors::ParquetError::General("a head without a row group".to_owned());
        Ok(Self(group.ok_or_else(missing)?))
    }
}

impl<W: Write> ParquetWriter<W> {
    /// Begins the file of `plan`'s dataset.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: &Plan, sink: W) -> Result<Self> {
        Self::with_schema(layout::schema(plan)?, layout::metadata(plan), sink)
    }

    /// Begins the file of the daily P95 of `plan`'s hourly dataset.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn of_daily_p95(plan: &Plan, sink: W) -> Result<Self> {
        let mut metadata = layout::metadata(plan);
        metadata.push(layout::of_days());
        Self::with_schema(layout::schema(plan)?, metadata, sink)
    }

    /// Begins the file of the ground truth of `plan`'s dataset.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn of_truth(plan: &Plan, sink: W) -> Result<Self> {
        Self::with_schema(truth::schema()?, layout::metadata(plan), sink)
    }

    fn with_schema(schema: SchemaDescPtr, metadata: Vec<KeyValue>, sink: W) -> Result<Self> {
        let mut sink = DigestWriter::new(sink);
        sink.write_all(MAGIC)?;
        Ok(Self { sink, schema, row_groups: Vec::new(), metadata })
    }

    /// Appends a row group.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn append(&mut self, body: &[u8], RowGroupHead(head): RowGroupHead) -> Result<()> {
        let begin = self.sink.bytes() as i64;
        // The columns' descriptions are this file's, so that all row groups share one schema in memory.
        let columns: parquet::errors::Result<Vec<ColumnChunkMetaData>> = head
            .columns()
            .iter()
            .zip(self.schema.columns())
            .map(|(metadata, descr)| column::placed(metadata, Arc::clone(descr), begin))
            .collect();
        let ordinal = i32::try_from(self.row_groups.len()).expect("the budget allows far fewer row groups");
        let group = RowGroupMetaData::builder(Arc::clone(&self.schema))
            .set_num_rows(head.num_rows())
            .set_total_byte_size(head.total_byte_size())
            .set_sorting_columns(head.sorting_columns().cloned())
            .set_column_metadata(columns?)
            .set_ordinal(ordinal)
            .set_file_offset(begin)
            .build()?;
        self.row_groups.push(group);
        self.sink.write_all(body)?;
        Ok(())
    }

    /// Where the file is written.
    pub fn sink_mut(&mut self) -> &mut W {
        self.sink.inner_mut()
    }

    /// Writes the footer.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(mut self) -> Result<Written<W>> {
        let rows = self.row_groups.iter().map(RowGroupMetaData::num_rows).sum();
        let file =
            FileMetaData::new(1, rows, Some(PROGRAM.to_owned()), Some(self.metadata), self.schema, None);
        let metadata = ParquetMetaDataBuilder::new(file).set_row_groups(self.row_groups).build();
        ParquetMetaDataWriter::new_with_tracked(TrackedWrite::new(&mut self.sink), &metadata).finish()?;
        let (sink, bytes, sha256) = self.sink.finish();
        Ok(Written { sink, bytes, sha256 })
    }
}
