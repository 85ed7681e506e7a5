//! What is written is what was generated: read back by the `parquet` crate, and from the CSV.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_select::concat::concat_batches;
use fleetsynth::dataset::{self, Generator};
use fleetsynth::export::csv;
use fleetsynth::plan::Plan;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, PageType};
use parquet::column::page::Page;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;

fn generated(plan: &Plan) -> RecordBatch {
    let generator = Generator::new(Arc::new(plan.clone()));
    generator.chunk(0..plan.fleet.num_servers).record_batch(usize::MAX).unwrap()
}

fn read_back(parquet: Vec<u8>) -> RecordBatch {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(parquet)).unwrap();
    let schema = Arc::clone(builder.schema());
    let batches: Vec<_> = builder.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

#[test]
fn the_parquet_file_holds_the_generated_rows() {
    for sets in [
        &[][..],
        &["output.decimals=null"],
        &["output.compression=none"],
        &["output.calendar_flags=true"],
        &["data_generation.num_servers=1", "data_generation.end_date=2024-01-01"],
        // Servers longer than a row group, and several groups.
        &[
            "data_generation.num_servers=2",
            "data_generation.start_date=1971-01-01",
            "data_generation.end_date=2190-01-01",
        ],
        &["data_generation.num_servers=4000"],
        &["data_generation.realism.missing_rate=0.9", "data_generation.quality.max_missing_pct=100"],
        // Nearly a million different numbers, too many for a dictionary; and a grid too fine for cells.
        &["output.decimals=4", "data_generation.num_servers=4000"],
        &["output.decimals=6"],
        // Servers with a row each, and columns of a single number.
        &["data_generation.end_date=2024-01-01", "data_generation.num_servers=3000"],
        &[
            "output.decimals=0",
            "data_generation.realism.server_bias=0",
            "data_generation.metrics.cpu_p95.base_std=0",
        ],
        // Negative numbers and zeros of either sign.
        &[
            "data_generation.metrics.cpu_p95.base_mean=0",
            "data_generation.metrics.cpu_p95.min_clip=-100",
            "output.calendar_flags=true",
        ],
    ] {
        let plan = common::plan("small", sets);
        let (parquet, _) = common::run(plan.clone());
        let (expected, found) = (generated(&plan), read_back(parquet));
        assert_eq!(found.schema().fields(), dataset::schema(&plan).fields(), "{sets:?}");
        assert_eq!(found.columns(), expected.columns(), "{sets:?}");
        assert_eq!(found.num_rows() as u64, plan.rows());
    }
}

#[test]
fn the_pages_have_the_values_that_the_arrow_writer_writes() {
    for sets in [&[][..], &["output.compression=none", "output.decimals=0"], &["output.calendar_flags=true"]]
    {
        let plan = common::plan("small", sets);
        let batch = generated(&plan);
        let mut expected = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut expected, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let (ours, _) = common::run(plan.clone());
        assert_eq!(read_back(ours.clone()).columns(), read_back(expected.clone()).columns());

        let open = |file: Vec<u8>| SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let (ours, expected) = (open(ours), open(expected));
        for column in 0..plan.columns().len() {
            let [ours, expected] =
                [&ours, &expected].map(|reader| reader.metadata().row_group(0).column(column).clone());
            let (mine, theirs) = (ours.statistics().unwrap(), expected.statistics().unwrap());
            assert_eq!(mine.min_bytes_opt(), theirs.min_bytes_opt(), "{sets:?} {column}");
            assert_eq!(mine.max_bytes_opt(), theirs.max_bytes_opt(), "{sets:?} {column}");
            assert_eq!(mine.null_count_opt(), theirs.null_count_opt(), "{sets:?} {column}");
            assert_eq!(ours.num_values(), expected.num_values());
        }
    }
}

#[test]
fn pages_of_growing_width_have_the_generated_values() {
    let plan = common::plan("config", &[]);
    let (parquet, _) = common::run(plan.clone());
    let options = ReadOptionsBuilder::new().with_encoding_stats_as_mask(false).build();
    let bytes = bytes::Bytes::from(parquet.clone());
    let reader = SerializedFileReader::new_with_options(bytes, options).unwrap();
    let group = reader.metadata().row_group(0);
    for metric in 0..plan.metrics.len() {
        let column = plan.columns().len() - plan.metrics.len() + metric;
        let mut pages = reader.get_row_group(0).unwrap().get_column_page_reader(column).unwrap();
        // The dictionary, then pages whose indices are a bit wider each; the width stands behind the levels.
        let mut widths = Vec::new();
        let mut rows = 0;
        while let Some(page) = pages.get_next_page().unwrap() {
            let Page::DataPage { buf, num_values, .. } = page else { continue };
            let levels = u32::from_le_bytes(buf[..4].try_into().unwrap()) as usize;
            widths.push(buf[4 + levels]);
            rows += i64::from(num_values);
        }
        assert_eq!(rows, group.num_rows());
        assert!(widths.len() > 1 && widths.is_sorted_by(|a, b| a < b), "{widths:?}");
        let statistics = group.column(column).page_encoding_stats().unwrap();
        let count =
            |kind| statistics.iter().filter(|of| of.page_type == kind).map(|of| of.count).sum::<i32>();
        assert_eq!(count(PageType::DATA_PAGE) as usize, widths.len());
        assert_eq!(count(PageType::DICTIONARY_PAGE), 1);
    }
    let (expected, found) = (generated(&plan), read_back(parquet));
    assert_eq!(found.columns(), expected.columns());
}

#[test]
fn the_file_says_how_it_was_made_and_sorted() {
    let plan = common::plan("config", &[]);
    let (parquet, _) = common::run(plan.clone());
    let size = parquet.len();
    let reader = SerializedFileReader::new(bytes::Bytes::from(parquet)).unwrap();
    let file = reader.metadata().file_metadata();
    let value = |key: &str| {
        let pairs = file.key_value_metadata().unwrap();
        pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap()
    };
    assert_eq!(value("fleetsynth.version"), fleetsynth::PROGRAM);
    assert_eq!(value("fleetsynth.seed"), "42");
    assert_eq!(value("fleetsynth.config"), plan.canonical_yaml);
    assert_eq!(value("fleetsynth.config_sha256"), plan.canonical_sha256);

    let group = reader.metadata().row_group(0);
    let sorted: Vec<i32> = group.sorting_columns().unwrap().iter().map(|column| column.column_idx).collect();
    assert_eq!(sorted, [0, 1]);
    assert_eq!(group.num_rows() % plan.steps() as i64, 0, "row groups hold whole servers");
    let cpu = group.column(5);
    assert_eq!(cpu.compression(), Compression::SNAPPY);
    assert!(cpu.encodings().any(|encoding| encoding == Encoding::RLE_DICTIONARY));
    assert!(!cpu.encodings().any(|encoding| encoding == Encoding::BYTE_STREAM_SPLIT));
    assert!(group.column(1).encodings().any(|encoding| encoding == Encoding::DELTA_BINARY_PACKED));
    assert!(size < 1_750_000, "{size} bytes");
}

#[test]
fn the_csv_has_the_same_values() {
    let plan = common::plan("small", &["output.calendar_flags=true"]);
    let generator = Generator::new(Arc::new(plan.clone()));
    let mut csv = csv::header(&plan).unwrap();
    for servers in [0..2, 2..5] {
        csv::write(&plan, &generator.chunk(servers), usize::MAX, &mut csv).unwrap();
    }
    let csv = String::from_utf8(csv).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap(), plan.columns().join(","));

    let expected = generated(&plan);
    let ids = expected.column(0).as_string::<i32>();
    let times = expected.column(1).as_primitive::<TimestampMicrosecondType>();
    let cpu = expected.column(5).as_primitive::<Float64Type>();
    let mut missing = 0;
    for row in 0..expected.num_rows() {
        let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
        assert_eq!(cells[0], ids.value(row));
        assert_eq!(cells[1], times.value_as_date(row).unwrap().to_string());
        let value = cpu.iter().nth(row).unwrap();
        assert_eq!(cells[5].parse::<f64>().ok(), value, "row {row}");
        missing += u32::from(cells[5].is_empty());
    }
    assert_eq!(lines.next(), None);
    assert_eq!(missing as usize, cpu.null_count());
}

#[test]
fn no_text_in_the_csv_is_a_formula() {
    let cells = |escape: bool| {
        let sets = [
            "data_generation.metadata.server_prefix=\"@SUM(1+1)*cmd|' ,\"",
            "data_generation.metadata.business_units=[=HYPERLINK(\"x\")]",
            "data_generation.metadata.regions=['+1']",
            "data_generation.metadata.criticality_levels=['-1']",
            "data_generation.metadata.effects={}",
            if escape { "output.decimals=2" } else { "output.csv_escape_formulas=false" },
        ];
        let (parquet, outcome) = common::run(common::plan("small", &sets));
        let text = |column: usize| {
            let found = read_back(parquet.clone());
            found.column(column).as_string::<i32>().value(0).to_owned()
        };
        let csv = csv::cells(&outcome.sample_csv, 2).unwrap().remove(1);
        ([0, 2, 3, 4].map(|column| csv[column].clone()), [0, 2, 3, 4].map(text))
    };
    let plain = ["@SUM(1+1)*cmd|' ,0001", "=HYPERLINK(\"x\")", "+1", "-1"];
    assert_eq!(cells(true).0, plain.map(|cell| format!("'{cell}")));
    assert_eq!(cells(false).0, plain);
    // For programs there is nothing to escape.
    assert_eq!(cells(true).1, plain);
}

#[test]
fn the_sample_is_the_beginning_of_the_csv() {
    let plan = common::plan("small", &["output.sample_rows=250"]);
    let (_, outcome) = common::run(plan.clone());
    let csv = csv::part(&Generator::new(Arc::new(plan)), 0).unwrap();
    assert!(csv.starts_with(&outcome.sample_csv));
    assert_eq!(outcome.sample_csv.iter().filter(|&&byte| byte == b'\n').count(), 251);
}

#[test]
fn the_summary_has_the_figures_of_the_dataset() {
    let plan = common::plan("small", &[]);
    let (_, outcome) = common::run(plan.clone());
    let summary: serde_json::Value = serde_json::from_str(&outcome.summary.to_json()).unwrap();
    assert_eq!(summary["rows"], 450);
    assert_eq!(summary["servers"], 5);
    assert_eq!(summary["config_sha256"], plan.canonical_sha256);
    assert_eq!(summary["quality"]["verdict"], "pass");

    let batch = generated(&plan);
    for (index, metric) in plan.metrics.iter().enumerate() {
        let column = batch.column(5 + index).as_primitive::<Float64Type>();
        let mut values: Vec<f64> = column.iter().flatten().collect();
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance =
            values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1) as f64;
        let figures = &summary["statistics"][index];
        let close = |key: &str, expected: f64| {
            let found = figures[key].as_f64().unwrap();
            assert!(
                (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
                "{} {key}: {found} {expected}",
                metric.name
            );
        };
        assert_eq!(figures["name"], metric.name);
        assert_eq!(figures["count"], n);
        assert_eq!(figures["missing"], column.null_count());
        close("mean", mean);
        close("std", variance.sqrt());
        close("min", values[0]);
        close("max", values[n - 1]);
        let place = (n - 1) as f64 * 0.95;
        let (below, above) = (values[place as usize], values[place as usize + 1]);
        close("p95", below + (above - below) * place.fract());
    }
}

#[test]
fn full_precision_statistics_are_close_to_the_exact_ones() {
    let exact = common::run(common::plan("small", &[])).1.summary.statistics;
    let coarse = common::run(common::plan("small", &["output.decimals=null"])).1.summary.statistics;
    for (exact, coarse) in exact.iter().zip(&coarse) {
        // Rounding to 2 decimals moves a value by at most 0.005; a cell is 1/65,536 of the range.
        for (a, b) in [(exact.mean, coarse.mean), (exact.p50, coarse.p50), (exact.max, coarse.max)] {
            assert!((a - b).abs() < 0.02, "{a} {b}");
        }
    }
}
