//! `fleetsynth generate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::files::Folder;
use super::{print, report};
use crate::dataset::Generator;
use crate::error::{Error, ErrorKind, Result};
use crate::export::Artifact;
use crate::export::csv::CsvWriter;
use crate::plan::Plan;
use crate::quality::Verdict;
use crate::run::Run;

#[derive(Args, Debug)]
pub(super) struct Options {
    /// Folder to write to [default: {storage.local_base_path}/{storage.raw_prefix}]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write all rows as CSV too
    #[arg(long)]
    csv: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print the summary as JSON and nothing else
    #[arg(long)]
    json: bool,
}

/// Generates, checks and writes; says how it went.
pub(super) fn run(plan: Plan, options: &Options) -> Result<ExitCode> {
    let folder = Folder::new(&output_folder(&plan, options)?)?;
    let interrupted = interruption()?;
    let progress = progress_bar(&plan, options);
    let plan = Arc::new(plan);

    let mut run = Run::new(Arc::clone(&plan), folder.begin(&Artifact::Parquet.file_name(&plan))?)?;
    loop {
        let done = run.step()?;
        progress.set_position(done.rows);
        if interrupted.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled, "Interrupted: no file was written."));
        }
        if done.is_complete() {
            break;
        }
    }
    let (parquet, outcome) = run.finish()?;
    let csv = options.csv.then(|| write_csv(&plan, &folder, &interrupted, &progress)).transpose()?;
    progress.finish_and_clear();

    // The dataset comes last, so that whoever sees it can see the files that describe it.
    let mut written = vec![
        folder.write(&Artifact::Config.file_name(&plan), plan.effective_yaml.as_bytes())?,
        folder.write(&Artifact::Summary.file_name(&plan), outcome.summary.to_json().as_bytes())?,
        folder.write(&Artifact::SampleCsv.file_name(&plan), &outcome.sample_csv)?,
    ];
    written.extend(csv.map(super::files::Pending::publish).transpose()?);
    written.push(parquet.publish()?);

    if options.json {
        print(&outcome.summary.to_json())?;
    } else if !options.quiet {
        print(&report::text(&outcome.summary, &written))?;
    }
    Ok(match outcome.summary.quality.verdict {
        Verdict::Fail => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

fn output_folder(plan: &Plan, options: &Options) -> Result<PathBuf> {
    match &options.out {
        Some(folder) => Ok(folder.clone()),
        None if plan.storage.use_s3 => Err(Error::new(
            ErrorKind::Config,
            "storage.use_s3 is true, but this version does not write to S3: give --out DIR, \
             or set storage.use_s3 to false.",
        )),
        None => Ok(Path::new(&plan.storage.local_base_path).join(&plan.storage.raw_prefix)),
    }
}

/// Becomes true when the user interrupts the process or it is asked to terminate.
fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
    Ok(interrupted)
}

/// A progress bar on a terminal; nothing elsewhere.
fn progress_bar(plan: &Plan, options: &Options) -> ProgressBar {
    if options.quiet || options.json {
        return ProgressBar::hidden();
    }
    let style = "{bar:32} {human_pos} of {human_len} rows, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(style).expect("the template is valid");
    ProgressBar::new(plan.rows()).with_style(style)
}

fn write_csv(
    plan: &Arc<Plan>,
    folder: &Folder,
    interrupted: &AtomicBool,
    progress: &ProgressBar,
) -> Result<super::files::Pending> {
    progress.reset();
    let mut csv = CsvWriter::new(plan, folder.begin(&Artifact::Csv.file_name(plan))?)?;
    let generator = Generator::new(Arc::clone(plan));
    for servers in generator.row_groups() {
        let chunk = generator.chunk(servers);
        csv.write(&chunk, chunk.rows())?;
        progress.inc(chunk.rows() as u64);
        if interrupted.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled, "Interrupted: no file was written."));
        }
    }
    csv.finish()
}
