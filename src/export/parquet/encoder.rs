//! Row groups from chunks of the dataset.

use parquet::basic::Compression;
use parquet::data_type::{BoolType, DoubleType, Int64Type};
use parquet::file::metadata::{RowGroupMetaData, SortingColumn};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::schema::types::SchemaDescPtr;

use super::column::{ColumnChunk, placed};
use super::dictionary::{self, present_runs};
use super::numbers::NumberEncoder;
use super::{RowGroup, RowGroupHead, layout};
use crate::dataset::{Chunk, MetricColumn};
use crate::error::Result;
use crate::plan::{Attribute, CALENDAR_FLAGS, Plan};
use crate::series::grid::Values;

/// Encodes one row group after another; each depends on its own rows only.
pub struct RowGroupEncoder {
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    compression: Compression,
    numbers: NumberEncoder,
    /// The columns that are the same for every server.
    shared: Option<SharedColumns>,
    calendar_flags: bool,
    archetype_column: bool,
}

/// The columns that are the same for every server, encoded once and repeated.
struct SharedColumns {
    /// Timestamps and calendar flags of one block of servers.
    block: Vec<ColumnChunk>,
    /// The same of the block that ends a row group, with its number of servers.
    rest: Option<(usize, Vec<ColumnChunk>)>,
}

/// About as many rows as other writers put into a page.
const BLOCK_ROWS: usize = 20_000;

impl RowGroupEncoder {
    /// The encoder of `plan`'s row groups.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn new(plan: &Plan) -> Result<Self> {
        Ok(Self {
            schema: layout::schema(plan)?,
            properties: layout::properties(plan),
            compression: layout::compression(plan),
            numbers: NumberEncoder::default(),
            shared: None,
            calendar_flags: plan.output.calendar_flags,
            archetype_column: plan.output.archetype_column,
        })
    }

    /// The row group of this chunk.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn encode(&mut self, chunk: &Chunk) -> Result<RowGroup> {
        let positions = || 0..chunk.servers.len();
        let once = |value, position| (value, chunk.rows_of(position).len());
        let mut shared = self.shared_columns(chunk)?.into_iter();
        let timestamps = shared.next().expect("there are timestamps");
        let mut group = Group::new(self.schema.clone(), chunk.rows(), layout::sorting());

        let ids = positions().map(|position| once(chunk.servers[position].id.as_str(), position));
        group.push(self.strings(0, ids)?);
        group.push(timestamps);
        for (column, attribute) in (2..).zip(Attribute::ALL) {
            let values = positions().flat_map(|position| chunk.attribute(position, attribute));
            group.push(self.strings(column, values)?);
        }
        let mut strings = 2 + Attribute::ALL.len();
        if self.archetype_column {
            let kinds = positions().map(|position| once(chunk.archetype(&chunk.servers[position]), position));
            group.push(self.strings(strings, kinds)?);
            strings += 1;
        }
        for (column, metric) in (strings..).zip(&chunk.metrics) {
            group.push(self.metric(column, metric)?);
        }
        for flag in shared {
            group.push(flag);
        }
        group.finish()
    }

    fn strings<'s>(
        &self,
        column: usize,
        values: impl Iterator<Item = (&'s str, usize)>,
    ) -> Result<ColumnChunk> {
        Ok(dictionary::strings(&self.schema.column(column), self.compression, values)?)
    }

    fn metric(
        &mut self,
        column: usize,
        MetricColumn { values, missing }: &MetricColumn,
    ) -> Result<ColumnChunk> {
        let descr = self.schema.column(column);
        if let Values::Grid(grid, cells) = values
            && let Some(chunk) = self.numbers.encode(&descr, self.compression, grid, cells, missing)?
        {
            return Ok(chunk);
        }
        let mut levels = vec![1; values.len()];
        missing.iter().for_each(|&row| levels[row] = 0);
        let present = present_runs(0..values.len(), missing).flatten().map(|row| values.get(row));
        let present: Vec<f64> = present.collect();
        Ok(ColumnChunk::by_crate::<DoubleType>(&descr, &self.properties, &present, Some(&levels), None)?)
    }

    /// Timestamps, then the calendar flags, of a row group.
    fn shared_columns(&mut self, chunk: &Chunk) -> Result<Vec<ColumnChunk>> {
        let servers = chunk.servers.len();
        if !chunk.is_whole() {
            return self.columns_of(chunk, (0..servers).flat_map(|position| chunk.steps_of(position)));
        }
        let steps = chunk.timestamps().len();
        let per_block = (BLOCK_ROWS / steps).max(1);
        let (blocks, rest) = (servers / per_block, servers % per_block);
        if self.shared.is_none() {
            let block = self.block(chunk, per_block)?;
            self.shared = Some(SharedColumns { block, rest: None });
        }
        let known = self.shared.as_ref().and_then(|shared| shared.rest.as_ref()).map(|(servers, _)| *servers);
        if rest > 0 && known != Some(rest) {
            let columns = self.block(chunk, rest)?;
            self.shared.as_mut().expect("set above").rest = Some((rest, columns));
        }
        let shared = self.shared.as_ref().expect("set above");
        let ends = shared.rest.as_ref().filter(|_| rest > 0).map(|(_, columns)| columns);
        let column = |index: usize| {
            let (block, end) = (&shared.block[index], ends.map(|ends| &ends[index]));
            Ok(match (blocks, end) {
                (0, Some(end)) => end.clone(),
                _ => block.repeated(blocks, end)?,
            })
        };
        (0..shared.block.len()).map(column).collect()
    }

    /// The shared columns of so many servers that are always there.
    fn block(&self, chunk: &Chunk, servers: usize) -> Result<Vec<ColumnChunk>> {
        let steps = chunk.timestamps().len();
        self.columns_of(chunk, std::iter::repeat_n(0..steps, servers).flatten())
    }

    /// Timestamps, then the calendar flags, of rows at these steps.
    fn columns_of(
        &self,
        chunk: &Chunk,
        steps: impl Iterator<Item = usize> + Clone,
    ) -> Result<Vec<ColumnChunk>> {
        let (descr, properties) = (|column| self.schema.column(column), &self.properties);
        let times: Vec<i64> = steps.clone().map(|step| chunk.timestamps()[step]).collect();
        let mut columns =
            vec![ColumnChunk::by_crate::<Int64Type>(&descr(1), properties, &times, None, None)?];
        if self.calendar_flags {
            let first = self.schema.num_columns() - CALENDAR_FLAGS.len();
            for (column, flag) in (first..).zip(chunk.flags()) {
                let flags: Vec<bool> = steps.clone().map(|step| flag[step]).collect();
                columns.push(ColumnChunk::by_crate::<BoolType>(
                    &descr(column),
                    properties,
                    &flags,
                    None,
                    None,
                )?);
            }
        }
        Ok(columns)
    }
}

/// A row group in the making.
pub(super) struct Group {
    sorting: Vec<SortingColumn>,
    schema: SchemaDescPtr,
    rows: usize,
    chunks: Vec<ColumnChunk>,
}

impl Group {
    pub(super) fn new(schema: SchemaDescPtr, rows: usize, sorting: Vec<SortingColumn>) -> Self {
        Self { sorting, schema, rows, chunks: Vec::new() }
    }

    pub(super) fn push(&mut self, chunk: ColumnChunk) {
        self.chunks.push(chunk);
    }

    pub(super) fn finish(self) -> Result<RowGroup> {
        // At its full length at once: row groups wait for their turn, and the room for a longer one would wait along.
        let mut body = Vec::with_capacity(self.chunks.iter().map(|chunk| chunk.bytes.len()).sum());
        let mut columns = Vec::with_capacity(self.chunks.len());
        let mut uncompressed = 0;
        for ColumnChunk { bytes, metadata } in self.chunks {
            columns.push(placed(&metadata, metadata.column_descr_ptr(), body.len() as i64)?);
            uncompressed += metadata.uncompressed_size();
            body.extend_from_slice(&bytes);
        }
        let metadata = RowGroupMetaData::builder(self.schema)
            .set_num_rows(self.rows as i64)
            .set_total_byte_size(uncompressed)
            .set_sorting_columns(Some(self.sorting))
            .set_column_metadata(columns)
            .build()?;
        Ok(RowGroup { body, head: RowGroupHead::new(metadata)? })
    }
}
