//! The ground truth as Parquet: a row per event.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::Compression;
use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::schema::types::SchemaDescPtr;

use super::column::ColumnChunk;
use super::encoder::Group;
use super::{EncodeGroup, RowGroup, dictionary, layout};
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::truth::{self, Event};

/// The columns of the ground truth.
pub(super) fn schema() -> Result<SchemaDescPtr> {
    let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
    let day = |name| Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, None), false);
    let values = DataType::List(Arc::new(Field::new("element", DataType::Float64, false)));
    let fields = vec![
        text("id", false),
        text("kind", false),
        text("server_id", false),
        text("metric", true),
        day("start"),
        day("end"),
        Field::new("steps", DataType::Int64, false),
        text("overlaps", true),
        Field::new("clean_values", values, false),
        text("detail", true),
    ];
    let converter = ArrowSchemaConverter::new().schema_root("server_metrics_truth");
    Ok(Arc::new(converter.convert(&Schema::new(fields))?))
}

/// The place of `server_id` among the columns, by which the rows are sorted.
const SERVER_ID: usize = 2;

/// Encodes the events of one row group of the dataset after another.
pub struct TruthEncoder {
    generator: Generator,
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    compression: Compression,
}

impl TruthEncoder {
    /// The encoder of the ground truth of `generator`'s dataset.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn new(generator: Generator) -> Result<Self> {
        let compression = layout::compression(generator.plan());
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_dictionary_enabled(false);
        Ok(Self { generator, schema: schema()?, properties: Arc::new(properties.build()), compression })
    }

    fn strings<'s>(&self, column: usize, values: impl Iterator<Item = &'s str>) -> Result<ColumnChunk> {
        let values = values.map(|value| (value, 1));
        Ok(dictionary::strings(&self.schema.column(column), self.compression, values)?)
    }

    fn optional_strings<'s>(
        &self,
        column: usize,
        values: impl Iterator<Item = Option<&'s str>>,
    ) -> Result<ColumnChunk> {
        let values: Vec<Option<&str>> = values.collect();
        Ok(dictionary::optional_strings(&self.schema.column(column), self.compression, &values)?)
    }

    fn integers(&self, column: usize, values: impl Iterator<Item = i64>) -> Result<ColumnChunk> {
        let values: Vec<i64> = values.collect();
        let descr = self.schema.column(column);
        Ok(ColumnChunk::by_crate::<Int64Type>(&descr, &self.properties, &values, None, None)?)
    }

    /// A list per event: a value begins one where its repetition level is 0, and its definition level is
    /// 0 where the list is empty.
    fn values(&self, column: usize, events: &[Event]) -> Result<ColumnChunk> {
        let values: Vec<f64> = events.iter().flat_map(|event| event.clean.iter().copied()).collect();
        let repetitions: Vec<i16> = events
            .iter()
            .flat_map(|event| (0..event.clean.len().max(1)).map(|place| i16::from(place > 0)))
            .collect();
        let levels: Vec<i16> = events
            .iter()
            .flat_map(|event| {
                std::iter::repeat_n(i16::from(!event.clean.is_empty()), event.clean.len().max(1))
            })
            .collect();
        let descr = self.schema.column(column);
        Ok(ColumnChunk::by_crate::<DoubleType>(
            &descr,
            &self.properties,
            &values,
            Some(&levels),
            Some(&repetitions),
        )?)
    }
}

impl EncodeGroup for TruthEncoder {
    fn generator(&self) -> &Generator {
        &self.generator
    }

    fn encode(&mut self, group: usize) -> Result<Option<RowGroup>> {
        let events = truth::events(&self.generator, group);
        if events.is_empty() {
            return Ok(None);
        }
        let sorting = SortingColumn { column_idx: SERVER_ID as i32, descending: false, nulls_first: false };
        let mut group = Group::new(self.schema.clone(), events.len(), vec![sorting]);
        group.push(self.strings(0, events.iter().map(|event| event.id.as_str()))?);
        group.push(self.strings(1, events.iter().map(|event| event.kind))?);
        group.push(self.strings(SERVER_ID, events.iter().map(|event| event.server_id.as_str()))?);
        group.push(self.optional_strings(3, events.iter().map(|event| event.metric.as_deref()))?);
        let micros = |step: usize| self.generator.timestamps()[step];
        group.push(self.integers(4, events.iter().map(|event| micros(event.steps.start)))?);
        group.push(self.integers(5, events.iter().map(|event| micros(event.steps.end - 1)))?);
        group.push(self.integers(6, events.iter().map(|event| event.steps.len() as i64))?);
        group.push(self.optional_strings(7, events.iter().map(|event| event.overlaps.as_deref()))?);
        group.push(self.values(8, &events)?);
        group.push(self.optional_strings(9, events.iter().map(|event| event.detail.as_deref()))?);
        group.finish().map(Some)
    }
}
