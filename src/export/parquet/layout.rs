//! What the file's columns are and how they are to be encoded.

use std::sync::Arc;

use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::schema::types::{ColumnPath, SchemaDescPtr};

use crate::PROGRAM;
use crate::dataset;
use crate::error::Result;
use crate::plan::{self, Plan};

/// The Parquet schema of `plan`'s dataset.
///
/// # Errors
/// None that a caller can cause.
pub(super) fn schema(plan: &Plan) -> Result<SchemaDescPtr> {
    let converter = ArrowSchemaConverter::new().schema_root("server_metrics");
    Ok(Arc::new(converter.convert(&dataset::schema(plan))?))
}

pub(super) fn compression(plan: &Plan) -> Compression {
    match plan.output.compression {
        plan::Compression::None => Compression::UNCOMPRESSED,
        plan::Compression::Snappy => Compression::SNAPPY,
    }
}

/// How the crate encodes what it encodes: timestamps, flags, and values for which no dictionary pays.
pub(super) fn properties(plan: &Plan) -> WriterPropertiesPtr {
    let path = |name: &str| ColumnPath::from(name);
    let mut builder = WriterProperties::builder()
        .set_compression(compression(plan))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_write_batch_size(8192)
        .set_column_encoding(path("timestamp"), Encoding::DELTA_BINARY_PACKED);
    for metric in &plan.metrics {
        builder = builder.set_column_encoding(path(&metric.name), Encoding::BYTE_STREAM_SPLIT);
    }
    Arc::new(builder.build())
}

/// The columns by which the rows are sorted: server, then time.
pub(super) fn sorting() -> Vec<SortingColumn> {
    [0, 1].map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: false }).into()
}

/// What the rows of a file of days are.
pub(super) fn of_days() -> KeyValue {
    pair("rows", "95th percentile of the hourly values of each day, linear interpolation".to_owned())
}

fn pair(key: &str, value: String) -> KeyValue {
    KeyValue::new(format!("fleetsynth.{key}"), value)
}

/// How the file was made.
pub(super) fn metadata(plan: &Plan) -> Vec<KeyValue> {
    let mut metadata = vec![
        pair("version", PROGRAM.to_owned()),
        pair("seed", plan.seed.to_string()),
        pair("config", plan.canonical_yaml.clone()),
        pair("config_sha256", plan.canonical_sha256.clone()),
    ];
    if let Some(servers) = &plan.shard {
        metadata.push(pair("servers", format!("{}..{}", servers.start + 1, servers.end)));
    }
    metadata
}
