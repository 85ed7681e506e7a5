//! The command line, as a user runs it.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const STEM: &str = "raw_server_metrics_20240101_to_20240330";

fn fleetsynth(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetsynth"));
    command.current_dir(folder.path());
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn generate_writes_all_files_and_ends_with_success() {
    let folder = folder();
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(["generate", "--preset", "small", "--csv"]));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout.lines().last(), Some("SUCCESS"));
    assert!(
        stdout.starts_with("450 rows: 5 servers x 90 days, 2024-01-01 to 2024-03-30, seed 42\n"),
        "{stdout}"
    );
    let expected = [
        format!("{STEM}.csv"),
        format!("{STEM}.parquet"),
        format!("{STEM}_config.yaml"),
        format!("{STEM}_sample_100rows.csv"),
        format!("{STEM}_summary.json"),
    ];
    assert_eq!(names(&folder.path().join("data/raw")), expected);
    for name in expected {
        assert!(stdout.contains(&format!("{name}\n")), "{name} is named");
    }
}

#[test]
fn the_report_is_written_when_asked_for() {
    let folder = folder();
    let arguments = ["generate", "--preset", "small", "--report", "--out", "here", "--quiet"];
    assert_eq!(run(fleetsynth(&folder).args(arguments)).0, 0);
    let text = |name: &str| fs::read_to_string(folder.path().join("here").join(name)).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text(&format!("{STEM}_summary.json"))).unwrap();
    let report = text(&format!("{STEM}_report.html"));
    assert!(report.contains(summary["file"]["sha256"].as_str().unwrap()));
}

#[test]
fn the_daily_p95_of_hours_is_written_when_asked_for_and_never_of_days() {
    let folder = folder();
    let generate = |more: &[&str]| {
        run(fleetsynth(&folder).args(["generate", "--preset", "small", "--out", more[0]]).args(&more[1..]))
    };
    let (code, _, stderr) = generate(&["days", "--daily-p95"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("needs hourly rows") && stderr.contains("granularity=hourly"), "{stderr}");
    assert!(!folder.path().join("days").exists());
    let hourly = ["--set", "data_generation.granularity=hourly"];
    let (code, stdout, stderr) = generate(&[&["hours", "--daily-p95"][..], &hourly].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("10,800 rows: 5 servers x 2,160 hours"), "{stdout}");
    let daily = format!("{STEM}_daily_p95.parquet");
    assert!(names(&folder.path().join("hours")).contains(&daily));
    let configured =
        [&["configured", "--set", "output.daily_p95=true", "--threads", "3"][..], &hourly].concat();
    assert_eq!(generate(&configured).0, 0);
    let bytes = |run: &str| fs::read(folder.path().join(run).join(&daily)).unwrap();
    // The configuration in the file says how it was asked for; the rows are the same.
    assert_eq!(bytes("hours")[..10_000], bytes("configured")[..10_000]);
    let (code, _, _) = generate(&[&["neither"][..], &hourly].concat());
    assert_eq!(code, 0);
    assert!(!names(&folder.path().join("neither")).contains(&daily));
}

#[test]
fn the_ground_truth_and_the_clean_dataset_are_written_when_asked_for() {
    let folder = folder();
    let (truth, clean) = (format!("{STEM}_truth.parquet"), format!("{STEM}_clean.parquet"));
    let files = |arguments: &[&str]| {
        let (code, _, stderr) = run(fleetsynth(&folder)
            .args(["generate", "--preset", "small", "--out", arguments[0]])
            .args(&arguments[1..]));
        assert_eq!((code, stderr.as_str()), (0, ""));
        names(&folder.path().join(arguments[0]))
    };
    let plain = files(&["plain"]);
    assert!(!plain.contains(&truth) && !plain.contains(&clean));
    let both = files(&["both", "--truth", "--clean"]);
    assert!(both.contains(&truth) && both.contains(&clean));
    assert!(files(&["configured", "--set", "output.truth=true"]).contains(&truth));
    let bytes = |run: &str, name: &str| fs::read(folder.path().join(run).join(name)).unwrap();
    let data = format!("{STEM}.parquet");
    assert_eq!(bytes("plain", &data), bytes("both", &data), "neither changes the dataset");
    assert_ne!(bytes("both", &clean), bytes("both", &data));
    // Threads change nothing: several row groups.
    let many = |name: &'static str, threads: &'static str| {
        files(&[name, "--truth", "--threads", threads, "--set", "data_generation.num_servers=9000"])
    };
    many("one", "1");
    many("three", "3");
    assert_eq!(bytes("one", &truth), bytes("three", &truth));
}

#[test]
fn the_file_on_disk_has_the_hash_that_the_summary_names() {
    let folder = folder();
    let (code, json, _) =
        run(fleetsynth(&folder).args(["generate", "--preset", "small", "--out", "here", "--json"]));
    assert_eq!(code, 0);
    let summary: serde_json::Value = serde_json::from_str(&json).unwrap();
    let bytes = fs::read(folder.path().join("here").join(format!("{STEM}.parquet"))).unwrap();
    assert_eq!(summary["file"]["sha256"], fleetsynth::export::digest::sha256(&bytes));
    assert_eq!(summary["file"]["bytes"], bytes.len());
    assert_eq!(
        fs::read_to_string(folder.path().join("here").join(format!("{STEM}_summary.json"))).unwrap(),
        json
    );
}

#[test]
fn the_written_configuration_gives_the_same_file_again() {
    let folder = folder();
    let first = run(fleetsynth(&folder).args([
        "generate",
        "--preset",
        "small",
        "--out",
        "a",
        "--set",
        "data_generation.random_seed=7",
        "--json",
    ]));
    let config = format!("a/{STEM}_config.yaml");
    let second = run(fleetsynth(&folder).args(["generate", "--config", &config, "--out", "b", "--json"]));
    assert_eq!(first, second);
    assert!(first.1.contains("\"seed\": 7"));
}

#[test]
fn quiet_prints_nothing() {
    let folder = folder();
    let result = run(fleetsynth(&folder).args(["generate", "--preset", "small", "--quiet"]));
    assert_eq!(result, (0, String::new(), String::new()));
}

#[test]
fn a_failed_quality_gate_is_exit_1_and_says_what_failed() {
    let folder = folder();
    let (code, stdout, _) = run(fleetsynth(&folder).args([
        "generate",
        "--preset",
        "small",
        "--set",
        "data_generation.quality.max_missing_pct=0",
    ]));
    assert_eq!(code, 1);
    assert!(!stdout.contains("SUCCESS"));
    assert!(
        stdout.contains("cpu_p95: Missing values are within the limit: expected at most 0 %, found "),
        "{stdout}"
    );
}

#[test]
fn a_bad_configuration_is_exit_2_with_every_problem_and_no_file() {
    let folder = folder();
    fs::write(
        folder.path().join("bad.yaml"),
        "data_generation:\n  num_server: 5\n  start_date: 2024-02-30\n  end_date: 2024-03-01\n",
    )
    .unwrap();
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(["generate", "--config", "bad.yaml"]));
    assert_eq!((code, stdout.as_str()), (2, ""));
    for part in ["line 2, column 3", "num_servers", "line 3, column 15", "start_date"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert_eq!(names(folder.path()), ["bad.yaml"]);
}

#[test]
fn bad_arguments_are_exit_2() {
    let folder = folder();
    for arguments in
        [&["generate", "--preset", "huge"][..], &["generate", "--set", "novalue"], &["invent"], &[]]
    {
        let (code, stdout, stderr) = run(fleetsynth(&folder).args(arguments));
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr.is_empty());
    }
}

#[test]
fn a_missing_configuration_is_exit_3_and_names_the_file() {
    let folder = folder();
    let (code, _, stderr) = run(fleetsynth(&folder).args(["generate", "--config", "nowhere.yaml"]));
    assert_eq!(code, 3);
    assert!(stderr.contains("nowhere.yaml"), "{stderr}");
}

#[test]
fn a_folder_that_cannot_be_made_is_exit_3() {
    let folder = folder();
    fs::write(folder.path().join("data"), "a file").unwrap();
    let (code, _, stderr) = run(fleetsynth(&folder).args(["generate", "--preset", "small"]));
    assert_eq!(code, 3);
    assert!(stderr.contains("Cannot make the folder data/raw"), "{stderr}");
}

#[test]
fn later_overrides_win_and_an_argument_beats_the_environment() {
    let folder = folder();
    let (code, stdout, _) = run(fleetsynth(&folder)
        .env("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS", "7")
        .env("FLEETSYNTH__DATA_GENERATION__RANDOM_SEED", "8")
        .args(["config", "--set", "data_generation.num_servers=9", "--env", "lambda"]));
    assert_eq!(code, 0);
    for line in ["  num_servers: 9", "  random_seed: 8", "  local_base_path: /tmp", "  env: lambda"] {
        assert!(stdout.lines().any(|candidate| candidate == line), "{line}: {stdout}");
    }
}

#[test]
fn a_bad_override_names_where_it_came_from() {
    let folder = folder();
    let (code, _, stderr) =
        run(fleetsynth(&folder).env("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS", "many").args(["config"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS"), "{stderr}");
}

/// A fleet of several row groups, made with further arguments; gives the folder's files.
fn several_groups(folder: &TempDir, arguments: &[&str]) -> Vec<String> {
    let (code, _, stderr) = run(fleetsynth(folder)
        .args(["generate", "--preset", "small", "--set", "data_generation.num_servers=7000", "--quiet"])
        .args(arguments));
    assert_eq!((code, stderr.as_str()), (0, ""));
    names(&folder.path().join("out"))
}

#[test]
fn any_number_of_threads_writes_the_same_files() {
    let contents = |threads: &str| {
        let folder = folder();
        let names = several_groups(&folder, &["--out", "out", "--csv", "--threads", threads]);
        let read = |name: &String| fs::read(folder.path().join("out").join(name)).unwrap();
        names.iter().map(|name| (name.clone(), read(name))).collect::<Vec<_>>()
    };
    let one = contents("1");
    assert_eq!(one.len(), 5);
    assert!(one == contents("2"));
    assert!(one == contents("7"));
}

#[test]
fn a_part_of_the_fleet_has_a_name_of_its_own_and_says_when_it_cuts_a_row_group() {
    let folder = folder();
    let names = several_groups(&folder, &["--out", "out", "--servers", "2185..4368"]);
    assert!(names.iter().all(|name| name.contains("_servers_2185_to_4368")), "{names:?}");
    let arguments = ["generate", "--preset", "small", "--set", "data_generation.num_servers=7000", "--quiet"];
    let (code, _, stderr) = run(fleetsynth(&folder).args(arguments).args(["--servers", "100..3000"]));
    assert_eq!(code, 0);
    assert!(stderr.contains("--servers 1..4368"), "{stderr}");
    let (code, _, stderr) = run(fleetsynth(&folder).args(arguments).args(["--servers", "1..7001"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("its last server is 7,000"), "{stderr}");
}

#[test]
fn standard_output_gets_the_very_file_and_nothing_else() {
    let folder = folder();
    let names = several_groups(&folder, &["--out", "out"]);
    let name = names.iter().find(|name| name.ends_with(".parquet")).unwrap();
    let generate =
        ["generate", "--preset", "small", "--set", "data_generation.num_servers=7000", "--out", "-"];
    let output = fleetsynth(&folder).args(generate).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == fs::read(folder.path().join("out").join(name)).unwrap());
    assert!(String::from_utf8(output.stderr).unwrap().contains("SUCCESS"));

    let arrow = fleetsynth(&folder).args(generate).args(["--format", "arrow"]).output().unwrap();
    let batches = arrow_ipc::reader::StreamReader::try_new(arrow.stdout.as_slice(), None).unwrap();
    assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 7000 * 90);

    let (code, _, stderr) = run(fleetsynth(&folder).args(generate).arg("--csv"));
    assert_eq!(code, 2);
    assert!(stderr.contains("leave out --csv"), "{stderr}");
}

#[test]
fn a_compressed_csv_is_the_csv() {
    let folder = folder();
    several_groups(&folder, &["--out", "out", "--csv"]);
    let names = several_groups(&folder, &["--out", "out", "--csv", "--gzip"]);
    let read = |end: &str| {
        let name = names.iter().find(|name| name.ends_with(end) && !name.contains("sample")).unwrap();
        fs::read(folder.path().join("out").join(name)).unwrap()
    };
    let mut csv = Vec::new();
    let compressed = read(".csv.gz");
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(compressed.as_slice()), &mut csv)
        .unwrap();
    assert!(csv == read(".csv"));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder();
    let mut child = fleetsynth(&folder)
        .args(["generate", "--preset", "small"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[cfg(unix)]
mod killed {
    use std::time::{Duration, Instant};

    use super::*;

    /// Starts a large run, sends it `signal` once its file has begun, and returns its exit code
    /// and what it left in its folder.
    fn kill(signal: &str) -> (Option<i32>, Vec<String>) {
        let folder = folder();
        let mut child = fleetsynth(&folder)
            .args(["generate", "--preset", "large", "--out", "out", "--quiet"])
            .spawn()
            .unwrap();
        let out = folder.path().join("out");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !out.is_dir() || names(&out).is_empty() {
            assert!(Instant::now() < deadline, "the run did not begin");
            std::thread::sleep(Duration::from_millis(5));
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        (child.wait().unwrap().code(), names(&out))
    }

    #[test]
    fn an_interrupted_run_leaves_nothing_behind() {
        for signal in ["-INT", "-TERM"] {
            assert_eq!(kill(signal), (Some(130), vec![]), "{signal}");
        }
    }

    #[test]
    fn a_killed_run_leaves_no_half_file_under_the_final_name() {
        let (code, left) = kill("-KILL");
        assert_eq!(code, None);
        assert!(
            left.iter().all(|name| name.starts_with(".fleetsynth-") && name.ends_with(".partial")),
            "{left:?}"
        );
    }
}

#[test]
fn a_file_is_validated_and_copied() {
    let folder = folder();
    assert_eq!(run(fleetsynth(&folder).args(["generate", "--preset", "small", "--csv"])).0, 0);
    let csv = format!("data/raw/{STEM}.csv");
    // 90 days are less than a year.
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(["validate", &csv]));
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(stdout.starts_with("450 rows: 5 servers, 2024-01-01 to 2024-03-30\n"), "{stdout}");
    assert!(stdout.contains("FAILED: the file is not what is demanded.\n"), "{stdout}");
    assert!(
        stdout.contains(
            "  Every server has enough history: expected at least 365 days, found 90 days at least\n"
        )
    );

    let (code, stdout, _) = run(fleetsynth(&folder).args([
        "validate",
        &csv,
        "--out",
        "out",
        "--set",
        "data_generation.quality.min_history_days=90",
    ]));
    assert_eq!((code, stdout.lines().last()), (0, Some("SUCCESS")), "{stdout}");
    let stem = "validated_server_metrics_20240101_to_20240330";
    let expected = [format!("{stem}.parquet"), format!("{stem}_summary.json")];
    assert_eq!(names(&folder.path().join("out")), expected);

    let (code, stdout, _) = run(fleetsynth(&folder).args(["validate", &csv, "--no-copy", "--quiet"]));
    assert_eq!((code, stdout.as_str()), (1, ""));

    let (_, stdout, _) = run(fleetsynth(&folder).args(["validate", &csv, "--out", "told", "--report"]));
    assert!(stdout.contains(&format!("wrote told/{stem}_report.html\n")), "{stdout}");
    let html = fs::read_to_string(folder.path().join(format!("told/{stem}_report.html"))).unwrap();
    assert!(html.contains(&format!("<h1>{STEM}.csv</h1>")));
    // 5 of each of 5 metrics, and 2 of the fleet.
    assert_eq!(html.matches("<svg ").count(), 27);
    assert!(html.contains("CPU P95 of 5 servers, 1 Jan 2024 to 30 Mar 2024"));
}

#[test]
fn what_cannot_be_validated_is_said_and_leaves_nothing() {
    let folder = folder();
    fs::write(folder.path().join("none.parquet"), b"PAR1 and nothing").unwrap();
    fs::write(folder.path().join("other.csv"), "host,day\na,2024-01-01\n").unwrap();
    for (file, code, told) in [
        ("missing.csv", 3, "error: missing.csv: No such file or directory"),
        ("none.parquet", 3, "error: none.parquet: The file is damaged or incomplete: "),
        ("other.csv", 2, "error: other.csv: The file has no column `server_id`. It has: host, day."),
    ] {
        let (found, stdout, stderr) = run(fleetsynth(&folder).args(["validate", file, "--out", "out"]));
        assert_eq!((found, stdout.as_str()), (code, ""), "{stderr}");
        assert!(stderr.starts_with(told) && stderr.lines().count() == 1, "{stderr}");
        assert_eq!(names(&folder.path().join("out")), [""; 0]);
    }
}

#[test]
fn a_dry_run_says_what_it_would_take_and_makes_nothing() {
    let folder = folder();
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(["generate", "--dry-run", "--threads", "2"]));
    assert_eq!((code, stderr.as_str()), (0, ""));
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[0], "rows     175,320 (120 servers x 1,461 days)");
    assert_eq!(lines[1], "columns  10");
    assert_eq!(lines[2], "file     about 1.8 MB (Parquet, snappy)");
    assert_eq!(lines[3], "memory   about 22.9 MB (2 threads)");
    assert!(lines[4].starts_with("time     about ") && lines[4].contains("on one thread"), "{stdout}");
    assert!(names(folder.path()).is_empty());
    let (code, config, _) = run(fleetsynth(&folder).args(["config", "--estimate", "--preset", "small"]));
    assert_eq!((code, config.lines().next()), (0, Some("rows     450 (5 servers x 90 days)")));
}

#[test]
fn a_dry_run_counts_hours_and_servers_that_are_there_for_a_part() {
    let folder = folder();
    let hourly =
        ["generate", "--dry-run", "--preset", "small", "--set", "data_generation.granularity=hourly"];
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(hourly).arg("--daily-p95"));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout.lines().next(), Some("rows     10,800 (5 servers x 2,160 hours)"));
    let lively = ["--set", "data_generation.lifecycle.commissioned_share=1"];
    let (code, stdout, _) = run(fleetsynth(&folder).args(hourly).args(lively));
    let first = stdout.lines().next().unwrap();
    let rows =
        first.strip_prefix("rows     ").unwrap().strip_suffix(" (5 servers x up to 2,160 hours)").unwrap();
    let rows: u64 = rows.replace(',', "").parse().unwrap();
    let (made, _, _) = run(fleetsynth(&folder).args(hourly[..1].iter().chain(&hourly[2..])).args(lively));
    assert_eq!((code, made), (0, 0));
    let summary = fs::read_to_string(folder.path().join(format!("data/raw/{STEM}_summary.json")));
    let summary: serde_json::Value = serde_json::from_str(&summary.unwrap()).unwrap();
    assert_eq!(summary["rows"], rows);
    assert!(rows < 10_800);

    let daily = ["generate", "--dry-run", "--daily-p95", "--preset", "small"];
    let (code, stdout, stderr) = run(fleetsynth(&folder).args(daily));
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("--daily-p95 needs hourly rows"), "{stderr}");
}
