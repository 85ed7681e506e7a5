//! The dataset as Parquet, a row group per chunk.
//!
//! Written below the crate's Arrow writer, since its defaults cost most here: a dictionary that
//! overflows and falls back makes the file more than four times as large.

use std::io::Write;
use std::sync::Arc;

use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression, Encoding};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnPath;

use super::digest::DigestWriter;
use crate::PROGRAM;
use crate::dataset::{self, Chunk, MetricColumn};
use crate::error::Result;
use crate::fleet::Server;
use crate::plan::{self, Attribute, Plan};
use crate::series::DecimalGrid;

/// Writes chunks as row groups.
pub struct ParquetWriter<W: Write + Send> {
    writer: SerializedFileWriter<DigestWriter<W>>,
    calendar_flags: bool,
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

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins the file of `plan`'s dataset.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: &Plan, sink: W) -> Result<Self> {
        let schema =
            ArrowSchemaConverter::new().schema_root("server_metrics").convert(&dataset::schema(plan))?;
        let writer =
            SerializedFileWriter::new(DigestWriter::new(sink), schema.root_schema_ptr(), properties(plan))?;
        Ok(Self { writer, calendar_flags: plan.output.calendar_flags })
    }

    /// Appends the rows of `chunk` as a row group.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn write(&mut self, chunk: &Chunk) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        per_server(&mut group, chunk, |server| &server.id)?;
        column::<_, Int64Type>(&mut group, &chunk.timestamps().repeat(chunk.servers.len()), None)?;
        for attribute in Attribute::ALL {
            per_server(&mut group, chunk, |server| chunk.attribute(server, attribute))?;
        }
        for metric in &chunk.metrics {
            let (present, levels) = compact(metric);
            column::<_, DoubleType>(&mut group, &present, Some(&levels))?;
        }
        if self.calendar_flags {
            for flag in chunk.flags() {
                column::<_, BoolType>(&mut group, &flag.repeat(chunk.servers.len()), None)?;
            }
        }
        group.close()?;
        Ok(())
    }

    /// Where the file is written.
    pub fn sink_mut(&mut self) -> &mut W {
        self.writer.inner_mut().inner_mut()
    }

    /// Writes the footer.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(self) -> Result<Written<W>> {
        let (sink, bytes, sha256) = self.writer.into_inner()?.finish();
        Ok(Written { sink, bytes, sha256 })
    }
}

fn column<W: Write + Send, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let mut writer = group.next_column()?.expect("the schema has as many columns as are written");
    writer.typed::<T>().write_batch(values, levels, None)?;
    writer.close()?;
    Ok(())
}

/// A string column that has one value per server.
fn per_server<'c, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    chunk: &'c Chunk,
    value: impl Fn(&'c Server) -> &'c str,
) -> Result<()> {
    let values: Vec<ByteArray> = chunk
        .servers
        .iter()
        .flat_map(|server| std::iter::repeat_n(ByteArray::from(value(server)), chunk.steps()))
        .collect();
    column::<_, ByteArrayType>(group, &values, None)
}

/// The values that are there, and for each row whether one is (1) or not (0).
fn compact(metric: &MetricColumn) -> (Vec<f64>, Vec<i16>) {
    let mut levels = vec![1; metric.values.len()];
    for &row in &metric.missing {
        levels[row] = 0;
    }
    let mut present = Vec::with_capacity(metric.values.len() - metric.missing.len());
    for run in metric.present_runs(0..metric.values.len()) {
        present.extend_from_slice(&metric.values[run]);
    }
    (present, levels)
}

/// Largest number of grid numbers between the clips for which a dictionary is worth its place.
const MAX_DICTIONARY: f64 = 65_536.0;

fn properties(plan: &Plan) -> WriterPropertiesPtr {
    let path = |name: &str| ColumnPath::from(name);
    let mut builder = WriterProperties::builder()
        .set_created_by(PROGRAM.to_owned())
        .set_key_value_metadata(Some(metadata(plan)))
        .set_sorting_columns(Some(vec![sorted_by(0), sorted_by(1)]))
        .set_compression(match plan.output.compression {
            plan::Compression::None => Compression::UNCOMPRESSED,
            plan::Compression::Snappy => Compression::SNAPPY,
        })
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        // Above any dictionary that is chosen below: half a dictionary helps nobody.
        .set_dictionary_page_size_limit(16 << 20)
        .set_write_batch_size(8192)
        .set_column_dictionary_enabled(path("timestamp"), false)
        .set_column_encoding(path("timestamp"), Encoding::DELTA_BINARY_PACKED);
    for metric in &plan.metrics {
        let fits = DecimalGrid::new(&plan.output, metric)
            .is_some_and(|grid| grid.last - grid.first < MAX_DICTIONARY);
        if !fits {
            builder = builder
                .set_column_dictionary_enabled(path(&metric.name), false)
                .set_column_encoding(path(&metric.name), Encoding::BYTE_STREAM_SPLIT);
        }
    }
    if plan.output.calendar_flags {
        for flag in plan::CALENDAR_FLAGS {
            builder = builder.set_column_dictionary_enabled(path(flag), false);
        }
    }
    Arc::new(builder.build())
}

fn metadata(plan: &Plan) -> Vec<KeyValue> {
    vec![
        KeyValue::new("fleetsynth.version".to_owned(), PROGRAM.to_owned()),
        KeyValue::new("fleetsynth.seed".to_owned(), plan.seed.to_string()),
        KeyValue::new("fleetsynth.config".to_owned(), plan.canonical_yaml.clone()),
        KeyValue::new("fleetsynth.config_sha256".to_owned(), plan.canonical_sha256.clone()),
    ]
}

fn sorted_by(column_idx: i32) -> SortingColumn {
    SortingColumn { column_idx, descending: false, nulls_first: false }
}
