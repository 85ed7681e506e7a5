//! A file from anywhere is validated: what it holds, what is wrong with it, and a copy in order.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_select::concat::concat_batches;
use bytes::Bytes;
use fleetsynth::error::{Error, Result};
use fleetsynth::export::csv;
use fleetsynth::ingest::{self, Demands, Validation};
use fleetsynth::plan::Plan;
use fleetsynth::quality::{Check, Verdict};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding;
use parquet::file::properties::{WriterProperties, WriterVersion};

const HEADER: &str = "server_id,timestamp,cpu_p95\n";

fn small() -> Plan {
    common::plan("small", &["data_generation.quality.min_history_days=1"])
}

fn validate_as(
    plan: &Plan,
    file: impl Into<Bytes>,
    columns: &[(&str, &str)],
) -> Result<(Validation, RecordBatch)> {
    let columns = columns.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect();
    let demands = Demands { plan, columns, most_unsorted_rows: 1_000_000, charts: false };
    let (validation, copy) = ingest::validate(&file.into(), &demands, Some(Vec::new()), &mut |_| Ok(()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(copy.unwrap())).unwrap();
    let schema = Arc::clone(builder.schema());
    let batches: Vec<_> = builder.build().unwrap().map(std::result::Result::unwrap).collect();
    Ok((validation, concat_batches(&schema, &batches).unwrap()))
}

fn validate(file: impl Into<Bytes>) -> (Validation, RecordBatch) {
    validate_as(&small(), file, &[]).unwrap()
}

fn refused(file: impl Into<Bytes>) -> String {
    validate_as(&small(), file, &[]).map(|(validation, _)| validation.to_json()).unwrap_err().to_string()
}

fn check<'v>(validation: &'v Validation, id: &str) -> &'v Check {
    validation.quality.checks.iter().find(|check| check.id == id).unwrap()
}

/// A day's row of a server.
fn row(server: &str, day: u32, cpu: &str) -> String {
    format!("{server},2024-01-{day:02},{cpu}\n")
}

fn cpu(copy: &RecordBatch) -> Vec<Option<f64>> {
    copy.column_by_name("cpu_p95").unwrap().as_primitive::<Float64Type>().iter().collect()
}

fn keys(copy: &RecordBatch) -> Vec<(String, i64)> {
    let servers = copy.column(0).as_string::<i32>().iter();
    let times = copy.column(1).as_primitive::<TimestampMicrosecondType>().values();
    servers.zip(times).map(|(server, time)| (server.unwrap().to_owned(), time / 86_400_000_000)).collect()
}

#[test]
fn a_generated_file_has_the_statistics_of_its_summary_and_is_copied_value_for_value() {
    for sets in
        [&[][..], &["output.decimals=null"], &["output.calendar_flags=true", "output.compression=none"]]
    {
        let plan = common::plan("config", &[&["data_generation.num_servers=12"], sets].concat());
        let (parquet, outcome) = common::run(plan.clone());
        let (validation, copy) = validate_as(&plan, parquet.clone(), &[]).unwrap();
        assert_eq!(validation.quality.verdict, Verdict::Pass, "{:?}", validation.quality);
        assert_eq!((validation.rows, validation.servers), (12 * 1_461, 12));
        assert_eq!((validation.start.as_str(), validation.end.as_str()), ("2022-01-01", "2025-12-31"));
        assert_eq!(validation.step.as_deref(), Some("day"));
        assert_eq!(validation.columns, outcome.summary.columns);
        for (found, made) in validation.statistics.iter().zip(&outcome.summary.statistics) {
            assert_eq!((found.count, found.missing), (made.count, made.missing));
            // Sums begin at another number, so their last bits may differ; counted exactly, the rest may not.
            let exact = if plan.output.decimals.is_some() { 0.0 } else { 0.02 };
            for (a, b, off) in [
                (found.mean, made.mean, 1e-12),
                (found.std, made.std, 1e-9),
                (found.min, made.min, exact),
                (found.p05, made.p05, exact),
                (found.p50, made.p50, exact),
                (found.p95, made.p95, exact),
                (found.max, made.max, exact),
            ] {
                assert!((a - b).abs() <= off, "{sets:?}, {}: {a} {b}", found.name);
            }
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet)).unwrap();
        let schema = Arc::clone(builder.schema());
        let batches: Vec<_> = builder.build().unwrap().map(std::result::Result::unwrap).collect();
        assert_eq!(copy.columns(), concat_batches(&schema, &batches).unwrap().columns());
        let file = validation.validated.unwrap();
        assert_eq!(file.name, "validated_server_metrics_20220101_to_20251231.parquet");
    }
}

#[test]
fn the_csv_of_a_dataset_is_the_dataset() {
    let plan = common::plan("small", &["data_generation.quality.min_history_days=90"]);
    let (parquet, _) = common::run(plan.clone());
    let text = csv::part(&fleetsynth::dataset::Generator::new(Arc::new(plan.clone())), 0).unwrap();
    let (by_csv, csv_copy) = validate_as(&plan, text, &[]).unwrap();
    let (by_parquet, parquet_copy) = validate_as(&plan, parquet, &[]).unwrap();
    assert_eq!(by_csv.statistics, by_parquet.statistics);
    assert_eq!(by_csv.quality, by_parquet.quality);
    assert_eq!(by_csv.quality.verdict, Verdict::Pass);
    assert_eq!(csv_copy.columns(), parquet_copy.columns());
}

#[test]
fn rows_are_put_in_order_and_duplicates_taken_out() {
    let rows = [
        row("b", 2, "5"),
        row("a", 2, "2"),
        row("a", 1, "1"),
        row("b", 1, "4"),
        row("a", 2, "2"),
        row("a", 3, "3"),
        row("b", 2, "50"),
    ];
    let (validation, copy) = validate(HEADER.to_owned() + &rows.concat());
    let day = |day: i64| 19_722 + day;
    let key = |server: &str, of: i64| (server.to_owned(), day(of));
    assert_eq!(keys(&copy), [key("a", 1), key("a", 2), key("a", 3), key("b", 1), key("b", 2)]);
    // The first of two rows stays.
    assert_eq!(cpu(&copy), [1.0, 2.0, 3.0, 4.0, 5.0].map(Some));
    assert_eq!((validation.rows_read, validation.rows, validation.servers), (7, 5, 2));
    assert_eq!(check(&validation, "sorted").verdict, Verdict::Warn);
    let unique = check(&validation, "keys_unique");
    assert_eq!((unique.verdict, unique.found.as_str()), (Verdict::Warn, "2 duplicates"));
    assert!(unique.note.starts_with("One has other values"), "{}", unique.note);
    assert_eq!(validation.statistics[0].mean, 3.0);
    assert_eq!(validation.quality.verdict, Verdict::Warn);
}

#[test]
fn duplicates_are_found_across_batches() {
    // 40,000 rows in order, each twice: the pairs straddle every batch's end.
    let rows: String =
        (0..40_000).flat_map(|row| [row, row]).map(|row| format!("s{:05},2024-01-01,{row}\n", row)).collect();
    let rows = HEADER.to_owned() + "r,2024-01-01,1\n" + &rows.replace("s00000", "r");
    let (validation, copy) = validate(rows);
    assert_eq!(copy.num_rows(), 40_000);
    assert_eq!(check(&validation, "keys_unique").found, "40,001 duplicates");
    assert_eq!(check(&validation, "sorted").verdict, Verdict::Pass);
    assert_eq!(check(&validation, "keys_continuous").verdict, Verdict::Skipped);
}

#[test]
fn gaps_and_short_histories_are_counted() {
    let days = |server: &str, days: &[u32]| days.iter().map(|&day| row(server, day, "1")).collect::<String>();
    let text = HEADER.to_owned()
        + &days("a", &[1, 2, 3, 4, 5, 6])
        + &days("b", &[1, 2, 5, 6])
        + &days("c", &[3, 4, 5]);
    let plan = common::plan(
        "small",
        &["data_generation.quality.min_history_days=5", "data_generation.quality.max_missing_pct=20"],
    );
    let (validation, _) = validate_as(&plan, text.clone(), &[]).unwrap();
    let gaps = check(&validation, "keys_continuous");
    assert_eq!((gaps.verdict, gaps.found.as_str()), (Verdict::Warn, "2 rows missing"));
    let history = check(&validation, "history");
    assert_eq!((history.verdict, history.found.as_str()), (Verdict::Fail, "3 days at least"));
    assert_eq!(history.note, "1 of 3 servers have less, c the least.");

    // Two of 15 rows are more than 5 %.
    let (strict, _) = validate(text);
    assert_eq!(check(&strict, "keys_continuous").verdict, Verdict::Fail);
    assert_eq!(check(&strict, "history").verdict, Verdict::Pass);
}

#[test]
fn hours_and_rows_out_of_step_are_told() {
    let times = ["00:00:00", "01:00:00", "02:00:00", "02:30:00", "03:00:00", "05:00:00", "06:00:00"];
    let text: String = times.iter().map(|time| format!("a,2024-01-01T{time},1\n")).collect();
    let (validation, _) = validate(HEADER.to_owned() + &text);
    assert_eq!(validation.step.as_deref(), Some("hour"));
    assert_eq!((validation.start.as_str(), validation.end.as_str()), ("2024-01-01", "2024-01-01 06:00:00"));
    assert_eq!(check(&validation, "keys_continuous").found, "1 row missing, 2 rows out of step");
}

#[test]
fn times_as_far_apart_as_can_be_are_counted_without_overflow() {
    let (min, max) = (i64::MIN, i64::MAX);
    let steps = (0..5).map(|step| ("b", min + step));
    let ends = [("a", min), ("a", max)].into_iter();
    let rows: Vec<_> = ends.chain(steps).chain([("b", max), ("c", 0), ("c", max)]).collect();
    let batch = RecordBatch::try_from_iter([
        ("server_id", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))) as _),
        (
            "timestamp",
            Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| row.1))) as _,
        ),
    ])
    .unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let (validation, copy) = validate(file);
    assert_eq!((validation.rows, copy.num_rows()), (10, 10));
    let history = check(&validation, "history");
    assert_eq!((history.verdict, history.found.as_str()), (Verdict::Pass, "106,751,991 days at least"));
    let gaps = check(&validation, "keys_continuous");
    assert_eq!(gaps.verdict, Verdict::Fail);
    assert_eq!(gaps.found, "18,446,744,073,709,551,615 rows missing");
}

#[test]
fn missing_and_impossible_values_fail() {
    let text =
        [row("a", 1, ""), row("a", 2, "NaN"), row("a", 3, "101"), row("a", 4, "inf"), row("a", 5, "50")];
    let (validation, copy) = validate(HEADER.to_owned() + &text.concat());
    assert_eq!(cpu(&copy), [None, None, Some(101.0), Some(f64::INFINITY), Some(50.0)]);
    let missing = check(&validation, "missing_share");
    assert_eq!((missing.verdict, missing.found.as_str()), (Verdict::Fail, "40.00 %"));
    let range = check(&validation, "value_range");
    assert_eq!((range.verdict, range.found.as_str()), (Verdict::Fail, "50.00 to 101.00 %"));
    assert_eq!(range.note, "2 values are outside, 1 of them infinite.");
    // What the configuration doesn't know may have any value.
    let (other, _) = validate("server_id,timestamp,temperature\na,2024-01-01,-300\n");
    assert_eq!(check(&other, "value_range").verdict, Verdict::Pass);
}

#[test]
fn rows_without_a_key_are_left_out() {
    let text = HEADER.to_owned() + &row("a", 1, "1") + ",2024-01-02,2\na,,3\n" + &row("a", 2, "4");
    let (validation, copy) = validate(text);
    assert_eq!(cpu(&copy), [1.0, 4.0].map(Some));
    let present = check(&validation, "keys_present");
    assert_eq!((present.verdict, present.found.as_str()), (Verdict::Warn, "2 rows without"));
    assert!(!copy.schema().field(0).is_nullable());
}

#[test]
fn other_names_and_other_ways_of_writing_are_read() {
    let semicolons = "\u{feff}host;day;cpu_p95;note;up\n7;2024-01-01 00:00:00;1.5;\"a;b\";True\n7;2024-01-02T00:00:00Z;2;NA;false\n";
    let names = [("server_id", "host"), ("timestamp", "day")];
    let (validation, copy) = validate_as(&small(), semicolons, &names).unwrap();
    assert_eq!(validation.columns, ["server_id", "timestamp", "cpu_p95", "note", "up"]);
    assert_eq!(keys(&copy), [("7".to_owned(), 19_723), ("7".to_owned(), 19_724)]);
    assert_eq!(copy.column_by_name("note").unwrap().as_string::<i32>().value(0), "a;b");
    assert!(copy.column_by_name("note").unwrap().is_null(1));
    assert!(copy.column_by_name("up").unwrap().as_boolean().value(0));
    let (tabs, _) = validate("server_id\ttimestamp\tcpu_p95\na\t2024-01-01\t1\n");
    assert_eq!(tabs.rows, 1);
}

#[test]
fn quantiles_of_any_numbers_are_as_fine_as_promised() {
    let rows: String =
        (0..1_000).map(|i| format!("s{i:04},2024-01-01,{}\n", f64::from(i) * std::f64::consts::PI)).collect();
    let (validation, _) = validate("server_id,timestamp,load\n".to_owned() + &rows);
    let found = &validation.statistics[0];
    let expected = |share: f64| 999.0 * share * std::f64::consts::PI;
    let fine = 999.0 * std::f64::consts::PI / 65_536.0;
    for (found, share) in
        [(found.p05, 0.05), (found.p50, 0.5), (found.p95, 0.95), (found.max, 1.0), (found.mean, 0.5)]
    {
        assert!((found - expected(share)).abs() <= 2.0 * fine, "{found} instead of {}", expected(share));
    }
    let constant = "server_id,timestamp,load\na,2024-01-01,0.123456789\nb,2024-01-01,0.123456789\n";
    let found = &validate(constant).0.statistics[0];
    assert!((found.p50 - 0.123_456_789).abs() < 1e-9 && found.std < 1e-9, "{found:?}");
}

#[test]
fn quantiles_of_few_values_lie_between_their_neighbours() {
    for (values, expected) in [
        (&["1", "2", "3", "4"][..], [1.15, 1.75, 2.5, 3.25, 3.85]),
        (&["1", "2"], [1.05, 1.25, 1.5, 1.75, 1.95]),
        (&["7"], [7.0; 5]),
        // Not on a decimal grid.
        (
            &["0.123456789", "100.123456789"],
            [5.123_456_789, 25.123_456_789, 50.123_456_789, 75.123_456_789, 95.123_456_789],
        ),
    ] {
        let rows: String = (1..).zip(values).map(|(day, value)| row("a", day, value)).collect();
        let found = validate(HEADER.to_owned() + &rows).0.statistics.remove(0);
        for (found, expected) in
            [found.p05, found.p25, found.p50, found.p75, found.p95].into_iter().zip(expected)
        {
            assert!((found - expected).abs() < 0.002, "{values:?}: {found} instead of {expected}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    for (file, told) in [
        ("", "The file is empty."),
        ("Dear colleagues,\n", "no column `server_id`. It has: Dear colleagues, ."),
        ("Dear colleagues\n", "neither Parquet nor CSV"),
        ("PK\u{3}\u{4}", "a ZIP archive or a workbook"),
        ("server_id,timestamp,cpu_p95\n", "no row with a server and a time"),
        ("host,timestamp\na,2024-01-01\n", "no column `server_id`. It has: host, timestamp. Say which one"),
        ("server_id,cpu_p95\na,1\n", "no column `timestamp`"),
        (
            "server_id,timestamp\na,yesterday\n",
            "`yesterday` in the column of times is no date such as 2024-01-31",
        ),
        ("server_id,timestamp\na,2024-02-30\n", "`2024-02-30` in the column of times"),
        ("server_id,timestamp\na,2024-01-01,7\n", "Line 2 has 3 cells instead of the header's 2."),
        ("server_id,timestamp,x,x\na,2024-01-01,1,2\n", "two columns for `x`"),
        ("PAR1 this is none", "damaged or incomplete"),
    ] {
        let message = refused(file);
        assert!(message.contains(told), "{file:?}: {message}");
    }
    assert!(
        refused(b"server_id,timestamp\n\xff\xfe,2024-01-01\n".as_slice()).contains("Line 2 is not UTF-8")
    );
    let unknown = validate_as(&small(), "a,b\n1,2\n", &[("server_id", "c")]).unwrap_err();
    assert!(unknown.to_string().contains("no column `c`. It has: a, b."), "{unknown}");
}

#[test]
fn a_truncated_or_altered_file_is_an_error_or_readable_but_never_a_panic() {
    let (parquet, _) = common::run(common::plan("small", &[]));
    for length in (0..parquet.len()).step_by(997) {
        let message = refused(parquet[..length].to_vec());
        assert!(
            message.contains("damaged")
                || message.contains("is empty")
                || message.contains("no column")
                || message.contains("no CSV")
                || message.contains("UTF-8"),
            "{length}: {message}"
        );
    }
    for place in (4..parquet.len()).step_by(61) {
        let mut altered = parquet.clone();
        altered[place] ^= 0x55;
        let _ = validate_as(&small(), altered, &[]);
    }
}

#[test]
fn damaged_files_that_once_kept_the_reader_busy_or_ended_the_process_are_refused() {
    for (file, told) in [
        ("delta_count", "has 13194139533311 values, where there can be 4 at most"),
        ("endless_header", "damaged or incomplete"),
        ("booleans", "a page's header is damaged"),
    ] {
        let path = format!("{}/fuzz/corpus/ingest/{file}.parquet", env!("CARGO_MANIFEST_DIR"));
        let message = refused(std::fs::read(path).unwrap());
        assert!(message.contains(told), "{file}: {message}");
    }
}

#[test]
fn a_page_that_says_it_has_more_values_than_it_can_is_damaged() {
    let servers: Vec<_> = (0..300).map(|server| format!("SRV-{server:04}")).collect();
    let times = TimestampMicrosecondArray::from(vec![0; 300]);
    let batch = RecordBatch::try_from_iter([
        ("server_id", Arc::new(StringArray::from(servers)) as _),
        ("timestamp", Arc::new(times) as _),
    ])
    .unwrap();
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let settings = WriterProperties::builder()
                .set_writer_version(version)
                .set_dictionary_enabled(false)
                .set_column_encoding("server_id".into(), encoding)
                .build();
            let mut file = Vec::new();
            let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(settings)).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            assert_eq!(validate(file.clone()).0.servers, 300);
            // Blocks of 128 numbers in 4 miniblocks, and 300 of them.
            let head = [0x80, 0x01, 4, 0xac, 0x02];
            let places: Vec<_> = (0..file.len() - 5).filter(|&at| file[at..at + 5] == head).collect();
            assert_eq!(places.len(), if encoding == Encoding::DELTA_BYTE_ARRAY { 2 } else { 1 });
            for place in places {
                let mut altered = file.clone();
                altered[place + 4] = 0x7f;
                assert!(
                    refused(altered).contains("has 16300 values, where there can be 300 at most"),
                    "{encoding} in {version:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_too_large_to_sort_is_said_before_it_is_tried() {
    let plan = small();
    let demands = Demands { plan: &plan, columns: vec![], most_unsorted_rows: 1, charts: false };
    let text = Bytes::from(HEADER.to_owned() + &row("b", 1, "1") + &row("a", 1, "1"));
    let told = |result: Result<(Validation, Option<Vec<u8>>), Error>| result.unwrap_err().to_string();
    let message = told(ingest::validate(&text, &demands, None, &mut |_| Ok(())));
    assert!(
        message.contains("not sorted by server and time") && message.contains("sort it first"),
        "{message}"
    );
}
