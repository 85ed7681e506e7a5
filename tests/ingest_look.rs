//! A first look at a file tells its columns, and which of them may be ours.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use bytes::Bytes;
use fleetsynth::ingest::{self, ColumnKind, Demands, Look, Validation};
use fleetsynth::quality::Verdict;

fn look(file: impl Into<Bytes>) -> Look {
    ingest::look(&file.into(), &common::plan("config", &[])).unwrap()
}

/// Which of the file's columns one of ours was taken for.
fn theirs<'l>(look: &'l Look, ours: &str) -> Option<&'l str> {
    look.choices.iter().find(|choice| choice.ours == ours).unwrap().theirs.as_deref()
}

fn validate(file: &str, columns: &[(&str, &str)]) -> Result<Validation, String> {
    let plan = common::plan("config", &["data_generation.quality.min_history_days=1"]);
    let columns = columns.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect();
    let demands = Demands { plan: &plan, columns, most_unsorted_rows: 1_000, charts: false };
    let file = Bytes::from(file.to_owned());
    let validated = ingest::validate(&file, &demands, None::<Vec<u8>>, &mut |_| Ok(()));
    validated.map(|(validation, _)| validation).map_err(|error| error.to_string())
}

#[test]
fn our_own_file_has_all_of_our_columns_under_their_names() {
    let (parquet, _) = common::run(common::plan("small", &["output.calendar_flags=true"]));
    let look = look(parquet);
    assert_eq!(look.format, ingest::Format::Parquet);
    let kind = |name: &str| look.columns.iter().find(|column| column.name == name).unwrap().kind;
    assert_eq!(kind("server_id"), ColumnKind::Text);
    assert_eq!(kind("timestamp"), ColumnKind::Time);
    assert_eq!(kind("cpu_p95"), ColumnKind::Number);
    assert_eq!(kind("is_weekend"), ColumnKind::Flag);
    for ours in ["server_id", "timestamp", "business_unit", "region", "criticality", "cpu_p95"] {
        assert_eq!(theirs(&look, ours), Some(ours));
    }
    let required: Vec<&str> =
        look.choices.iter().filter(|choice| choice.is_required).map(|choice| choice.ours.as_str()).collect();
    assert_eq!(required, ["server_id", "timestamp"]);
}

#[test]
fn other_names_are_recognised_by_name_and_kind() {
    let look = look(
        "Host Name;Date;BU;Site;CPU Utilization (%);memory_used_pct;Disk;network_rx_mbps;net_out;Tier\n\
         web1;2024-01-01;Retail;eu;1;2;3;4;5;7\n",
    );
    assert_eq!(look.format, ingest::Format::Csv);
    for (ours, expected) in [
        ("server_id", Some("Host Name")),
        ("timestamp", Some("Date")),
        ("business_unit", Some("BU")),
        ("region", Some("Site")),
        ("cpu_p95", Some("CPU Utilization (%)")),
        ("mem_p95", Some("memory_used_pct")),
        ("disk_p95", Some("Disk")),
        ("net_in_p95", Some("network_rx_mbps")),
        ("net_out_p95", Some("net_out")),
        // It holds numbers.
        ("criticality", None),
    ] {
        assert_eq!(theirs(&look, ours), expected, "{ours}");
    }
}

#[test]
fn a_column_is_taken_once_and_an_exact_name_goes_first() {
    let look = look("cpu,CPU_P95,cpu_p95,host,server_id,date\n1,2,3,a,b,2024-01-01\n");
    assert_eq!(theirs(&look, "cpu_p95"), Some("cpu_p95"));
    assert_eq!(theirs(&look, "server_id"), Some("server_id"));
    assert_eq!(theirs(&look, "mem_p95"), None);
}

#[test]
fn only_the_first_rows_of_a_text_are_looked_at() {
    let rows = "a,2024-01-01,1\n".repeat(1_000);
    let text = "server_id,timestamp,cpu_p95\n".to_owned() + &rows + "too,many,cells,here\n";
    assert_eq!(look(text.clone()).columns.len(), 3);
    assert!(validate(&text, &[]).unwrap_err().contains("Line 1002 has 4 cells"));
}

#[test]
fn a_name_given_to_another_column_is_taken_from_the_one_that_bears_it() {
    let text = "server_id,host,timestamp,cpu_p95\n17,web1,2024-01-01,1\n18,web1,2024-01-02,2\n";
    let validation = validate(text, &[("server_id", "host")]).unwrap();
    assert_eq!(validation.servers, 1);
    assert_eq!(validation.left_out, ["server_id"]);
    let columns = &validation.quality.checks[0];
    assert_eq!((columns.id, columns.verdict), ("columns", Verdict::Warn));
    assert!(columns.note.starts_with("Left out: server_id."), "{}", columns.note);

    let twice = validate(text, &[("cpu_p95", "host"), ("mem_p95", "host")]).unwrap_err();
    assert_eq!(twice, "The file's column `host` cannot be both `cpu_p95` and `mem_p95`.");
}

#[test]
fn a_metric_without_numbers_fails() {
    let text = "server_id,timestamp,cpu_p95,mem_p95\na,2024-01-01,1,2\na,2024-01-02,n.a.,3\n";
    let validation = validate(text, &[]).unwrap();
    let columns = &validation.quality.checks[0];
    assert_eq!((columns.id, columns.verdict), ("columns", Verdict::Fail));
    assert_eq!(columns.note, "Not all cells are numbers: cpu_p95.");
    assert_eq!(validation.statistics.len(), 1);
}

#[test]
fn a_column_that_cannot_be_a_key_is_named() {
    for (text, told) in [
        (
            "server_id,timestamp\na,1704067200\n",
            "The column for `timestamp` has the type Float64: it has to hold dates or times",
        ),
        (
            "server_id,timestamp\ntrue,2024-01-01\n",
            "The column for `server_id` has the type Boolean: it has to hold text or whole numbers.",
        ),
    ] {
        let message = validate(text, &[]).unwrap_err();
        assert!(message.starts_with(told), "{message}");
    }
}

#[test]
fn duplicates_are_counted() {
    let text = "server_id,timestamp,cpu_p95\na,2024-01-01,1\na,2024-01-01,1\na,2024-01-02,3\n,2024-01-01,1\n";
    let validation = validate(text, &[]).unwrap();
    assert_eq!((validation.rows_read, validation.rows, validation.duplicates_removed), (4, 2, 1));
}
