//! `fleetsynth validate`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::files::Folder;
use super::generate::{interruption, progress_bar};
use super::{print, report};
use crate::document;
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::{self, Demands, Storage};
use crate::plan::Plan;
use crate::quality::Verdict;

/// Most rows that are sorted in memory: about 2 GB with ten columns.
const MOST_UNSORTED_ROWS: u64 = 25_000_000;

#[derive(Args, Debug)]
pub(super) struct Options {
    /// The file: Parquet or CSV
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file's column for one of ours, for example server_id=host
    #[arg(long = "column", value_name = "OURS=THEIRS", value_parser = column)]
    columns: Vec<(String, String)>,
    /// Folder of the validated copy and the report [default: {storage.local_base_path}/validated]
    #[arg(long, value_name = "DIR", conflicts_with = "no_copy")]
    out: Option<PathBuf>,
    /// Write the report with charts as one HTML file, too
    #[arg(long, conflicts_with = "no_copy")]
    report: bool,
    /// Write nothing: only check
    #[arg(long)]
    no_copy: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print the report as JSON and nothing else
    #[arg(long)]
    json: bool,
}

fn column(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
            Ok((ours.to_owned(), theirs.to_owned()))
        }
        _ => Err("write our name, =, and the file's: server_id=host".to_owned()),
    }
}

struct OnDisk<'p>(&'p Path);

impl Storage for OnDisk<'_> {
    type Reader = File;

    fn open(&self) -> std::io::Result<File> {
        File::open(self.0)
    }
}

/// What a damaged file makes a library panic about belongs into our error, not before it.
fn quieten_readers() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.location().is_some_and(|place| place.file().starts_with("src/")) {
            report(panic);
        }
    }));
}

/// Checks a file; says how it went.
pub(super) fn run(plan: &Plan, options: &Options) -> Result<ExitCode> {
    let Options { file, columns, quiet, json, .. } = options;
    let interrupted = interruption()?;
    let bar = progress_bar(None, *quiet || *json);
    let demands = Demands {
        plan,
        columns: columns.clone(),
        most_unsorted_rows: MOST_UNSORTED_ROWS,
        charts: options.report,
    };
    let folder = match options.no_copy {
        true => None,
        false => Some(Folder::new(
            &options
                .out
                .clone()
                .unwrap_or_else(|| Path::new(&plan.storage.local_base_path).join("validated")),
        )?),
    };
    let pending =
        folder.as_ref().map(|folder| folder.begin("validated_server_metrics.parquet")).transpose()?;
    quieten_readers();
    let (validation, pending) = ingest::validate(&OnDisk(file), &demands, pending, &mut |rows| {
        bar.inc(rows);
        match interrupted.load(std::sync::atomic::Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Cancelled, "Interrupted: no file was written.")),
            false => Ok(()),
        }
    })
    .map_err(|error| error.about(&file.display().to_string()))?;
    bar.finish_and_clear();

    let mut written = Vec::new();
    if let (Some(folder), Some(pending), Some(copy)) = (&folder, pending, &validation.validated) {
        let stem = copy.name.trim_end_matches(".parquet");
        written.push(folder.write(&format!("{stem}_summary.json"), validation.to_json().as_bytes())?);
        if options.report {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
            let document = document::of_file(&name, &validation)?;
            written.push(folder.write(&format!("{stem}_report.html"), document.as_bytes())?);
        }
        written.push(pending.publish_as(&copy.name)?);
    }
    if *json {
        print(&validation.to_json())?;
    } else if !quiet {
        print(&report::validation(&validation, &written))?;
    }
    Ok(match validation.quality.verdict {
        Verdict::Fail => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}
