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
use serde::{Deserialize, Serialize};

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
    /// What else the file needs to know of it.
    pub head: RowGroupHead,
}

/// What the file needs to know of a row group besides its body: its metadata, encoded as that of a file with this
/// row group alone. There may be thousands of them until the file ends, and the crate's own form takes several times
/// as much memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowGroupHead(Box<[u8]>);

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
    /// Where each begins, and what is known of it.
    row_groups: Vec<(u64, RowGroupHead)>,
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

impl RowGroupHead {
    /// The head of a row group with this metadata, in which places are counted from the beginning of its body.
    fn new(metadata: RowGroupMetaData) -> Result<Self> {
        let file = FileMetaData::new(1, metadata.num_rows(), None, None, metadata.schema_descr_ptr(), None);
        let metadata = ParquetMetaDataBuilder::new(file).add_row_group(metadata).build();
        let mut bytes = Vec::new();
        ParquetMetaDataWriter::new(&mut bytes, &metadata).finish()?;
        Ok(Self(bytes.into()))
    }

    /// The metadata.
    fn read(&self) -> Result<RowGroupMetaData> {
        let trailer = MAGIC.len() + size_of::<u32>();
        let metadata = &self.0[..self.0.len().saturating_sub(trailer)];
        // By default the reader keeps only which encodings there are, not in how many pages.
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let file = ParquetMetaDataReader::decode_metadata_with_options(metadata, Some(&options))?;
        let group = file.into_builder().take_row_groups().pop();
        let missing = || parquet::errors::ParquetError::General("a head without a row group".to_owned());
        Ok(group.ok_or_else(missing)?)
    }

    /// The metadata in a file of this `schema`, in which the row group is the one with this number and begins at
    /// a place.
    fn placed(&self, schema: &SchemaDescPtr, ordinal: usize, begin: u64) -> Result<RowGroupMetaData> {
        let head = self.read()?;
        // The columns' descriptions are the file's, so that all row groups share one schema in memory.
        let columns: parquet::errors::Result<Vec<ColumnChunkMetaData>> = head
            .columns()
            .iter()
            .zip(schema.columns())
            .map(|(metadata, descr)| column::placed(metadata, Arc::clone(descr), begin as i64))
            .collect();
        let group = RowGroupMetaData::builder(Arc::clone(schema))
            .set_num_rows(head.num_rows())
            .set_total_byte_size(head.total_byte_size())
            .set_sorting_columns(head.sorting_columns().cloned())
            .set_column_metadata(columns?)
            .set_ordinal(i32::try_from(ordinal).expect("the budget allows far fewer row groups"))
            .set_file_offset(begin as i64)
            .build()?;
        Ok(group)
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
    pub fn append(&mut self, body: &[u8], head: RowGroupHead) -> Result<()> {
        self.row_groups.push((self.sink.bytes(), head));
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
        let groups = self.row_groups.iter().enumerate();
        let groups: Result<Vec<RowGroupMetaData>> =
            groups.map(|(ordinal, (begin, head))| head.placed(&self.schema, ordinal, *begin)).collect();
        let groups = groups?;
        let rows = groups.iter().map(RowGroupMetaData::num_rows).sum();
        let file =
            FileMetaData::new(1, rows, Some(PROGRAM.to_owned()), Some(self.metadata), self.schema, None);
        let metadata = ParquetMetaDataBuilder::new(file).set_row_groups(groups).build();
        ParquetMetaDataWriter::new_with_tracked(TrackedWrite::new(&mut self.sink), &metadata).finish()?;
        let (sink, bytes, sha256) = self.sink.finish();
        Ok(Written { sink, bytes, sha256 })
    }
}
