//! `fleetsynth generate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::files::{Folder, Pending};
use super::{bucket, csv_file, estimate, pool, print, report, shard, side_file, stream, upload};
use crate::dataset::Generator;
use crate::document;
use crate::error::{Error, ErrorKind, Result};
use crate::export::Artifact;
use crate::fleet::Fleet;
use crate::plan::{Granularity, Plan};
use crate::quality::Verdict;
use crate::run::{Assembly, Maker, Outcome, Part};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// Folder to write to, or - for standard output [default: {storage.local_base_path}/{storage.raw_prefix},
    /// or with storage.use_s3 the bucket]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to write to standard output
    #[arg(long, value_enum, default_value_t = Format::Parquet, requires = "out")]
    format: Format,
    /// Only these servers of the fleet, by number: 1..134 are the first 134
    #[arg(long, value_name = "A..B")]
    servers: Option<shard::Servers>,
    /// Number of threads [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Write all rows as CSV too
    #[arg(long)]
    csv: bool,
    /// Compress the CSV
    #[arg(long, requires = "csv")]
    gzip: bool,
    /// Write the ground truth too: all gaps, outliers and anomalies, with the values beneath
    #[arg(long)]
    truth: bool,
    /// Write the dataset without gaps, outliers and anomalies too
    #[arg(long)]
    clean: bool,
    /// Write a report too: one HTML file with charts, checks, statistics and the configuration
    #[arg(long)]
    report: bool,
    /// Write the 95th percentile of each day's hours too, where the rows are hourly
    #[arg(long)]
    daily_p95: bool,
    /// Upload the files too, by the presigned URLs in this bundle of scripts/presign.py; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    upload: Option<PathBuf>,
    /// Make nothing: print what it would take, that is rows, columns, size of the file, memory and time
    #[arg(long, conflicts_with_all = ["quiet", "json"])]
    dry_run: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print the summary as JSON and nothing else
    #[arg(long)]
    json: bool,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The Parquet file
    Parquet,
    /// The rows as an Arrow IPC stream
    Arrow,
}

/// What a job needs besides its plan.
pub(super) struct Job {
    pub(super) threads: usize,
    pub(super) progress: ProgressBar,
    interrupted: Arc<AtomicBool>,
}

impl Job {
    /// Whether the user wants it to end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Tells the progress bar of more rows, and ends the job when the user has interrupted it.
    pub(super) fn advance(&self, rows: u64) -> Result<()> {
        self.progress.inc(rows);
        match self.is_interrupted() {
            true => Err(Error::new(ErrorKind::Cancelled, "Interrupted: no file was written.")),
            false => Ok(()),
        }
    }
}

/// Generates, checks and writes; says how it went.
pub(super) fn run(mut plan: Plan, options: &Options) -> Result<ExitCode> {
    if let Some(servers) = &options.servers {
        plan.shard = Some(servers.of(&plan)?);
    }
    if options.daily_p95 && plan.granularity == Granularity::Daily {
        return Err(Error::new(
            ErrorKind::Config,
            "--daily-p95 needs hourly rows: leave it out, or add --set data_generation.granularity=hourly.",
        ));
    }
    let threads = threads(options.threads);
    if options.dry_run {
        print(&estimate::text(&plan, threads)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Arc::new(plan);
    let to_stdout = options.out.as_deref() == Some(Path::new("-"));
    let job = Job {
        threads,
        progress: progress_bar(Some(Fleet::new(&plan).rows(plan.servers())), options.quiet || options.json),
        interrupted: interruption()?,
    };
    if to_stdout {
        return stream_out(&plan, options, &job);
    }
    let to_bucket = plan.storage.use_s3 && options.out.is_none();
    if to_bucket && options.upload.is_some() {
        return Err(Error::new(
            ErrorKind::Config,
            "Both --upload and storage.use_s3 say where the files go: leave one of them out, or give --out DIR.",
        ));
    }
    // What is wrong with it is better known before the dataset is made.
    let bundle = options.upload.as_deref().map(upload::read).transpose()?;
    let folder = Folder::new(&output_folder(&plan, options))?;
    let (parquet, outcome) = make(&plan, &job, folder.begin(&Artifact::Parquet.file_name(&plan))?)?;
    let csv = options.csv.then(|| csv_file::write(&plan, &folder, options.gzip, &job)).transpose()?;
    let has_truth = options.truth || plan.output.truth;
    let truth = has_truth.then(|| side_file::truth(&plan, &folder, &job)).transpose()?;
    let has_daily = options.daily_p95 || plan.output.daily_p95;
    let daily = has_daily.then(|| side_file::daily_p95(&plan, &folder, &job)).transpose()?;
    let clean = options.clean.then(|| clean(&plan, &folder, &job)).transpose()?;
    job.progress.finish_and_clear();

    // The dataset comes last, so that whoever sees it can see the files that describe it.
    let stage = |artifact: Artifact, bytes: &[u8]| {
        folder.stage(&artifact.file_name(&plan), bytes).map(|pending| (artifact, pending))
    };
    let mut files = vec![
        stage(Artifact::Config, plan.effective_yaml.as_bytes())?,
        stage(Artifact::Summary, outcome.summary.to_json().as_bytes())?,
        stage(Artifact::SampleCsv, &outcome.sample_csv)?,
    ];
    if options.report {
        let generator = Generator::new(Arc::clone(&plan));
        let document = document::whole(&generator, &outcome.summary, &outcome.profile)?;
        files.push(stage(Artifact::Document, document.as_bytes())?);
    }
    files.extend(csv.map(|csv| (if options.gzip { Artifact::CsvGzip } else { Artifact::Csv }, csv)));
    files.extend(truth.map(|truth| (Artifact::Truth, truth)));
    files.extend(clean.map(|clean| (Artifact::Clean, clean)));
    files.extend(daily.map(|daily| (Artifact::DailyP95, daily)));
    files.push((Artifact::Parquet, parquet));

    let (lines, failure) = match (to_bucket, bundle) {
        (true, _) => bucket::store_or_keep(&plan.storage, files, &folder)?,
        (false, None) => (written(&publish(files)?), None),
        (false, Some(bundle)) => {
            let files = publish(files)?;
            let mut lines = written(&files);
            let sent = upload::send(&bundle, &files, &folder, &job, !options.quiet && !options.json);
            let failure = sent.map(|sent| lines.extend(sent)).err();
            (lines, failure)
        }
    };
    if options.json {
        print(&outcome.summary.to_json())?;
    } else if !options.quiet {
        print(&report::text(&outcome.summary, &lines, failure.is_none()))?;
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok(exit_code(&outcome)),
    }
}

/// So many threads as are asked for, or else as there are processors.
pub(super) fn threads(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(1, Into::into), Into::into)
}

/// Gives the files their names: where each is now.
pub(super) fn publish(files: Vec<(Artifact, Pending)>) -> Result<Vec<(Artifact, PathBuf)>> {
    files.into_iter().map(|(artifact, pending)| Ok((artifact, pending.publish()?))).collect()
}

/// A line for each file.
pub(super) fn written(files: &[(Artifact, PathBuf)]) -> Vec<String> {
    files.iter().map(|(_, path)| format!("wrote {}", path.display())).collect()
}

/// The same dataset without its defects.
fn clean(plan: &Arc<Plan>, folder: &Folder, job: &Job) -> Result<Pending> {
    job.progress.reset();
    let file = folder.begin(&Artifact::Clean.file_name(plan))?;
    Ok(make(&Arc::new(plan.without_defects()), job, file)?.0)
}

/// Makes the dataset into `sink`.
fn make<W: std::io::Write>(plan: &Arc<Plan>, job: &Job, sink: W) -> Result<(W, Outcome)> {
    let mut assembly = Assembly::new(plan, sink)?;
    let groups = assembly.row_groups();
    let makers = assembly.makers(job.threads.min(groups))?;
    let mut rows = 0;
    let makers = pool::in_order(makers, groups, |Part { body, head }| {
        let now = assembly.append(&body, head)?.rows;
        let more = now - std::mem::replace(&mut rows, now);
        job.advance(more)
    })?;
    for maker in makers {
        assembly.merge(maker.finish());
    }
    assembly.finish()
}

impl pool::Work for Maker {
    type Made = Part;

    fn make(&mut self, group: usize) -> Result<Part> {
        Self::make(self, group)
    }
}

/// The dataset to standard output, and what there is to say to standard error.
fn stream_out(plan: &Arc<Plan>, options: &Options, job: &Job) -> Result<ExitCode> {
    let more = [options.csv, options.truth, options.clean, options.daily_p95, options.report, options.json];
    let more = more.contains(&true) || options.upload.is_some();
    if more {
        return Err(Error::new(
            ErrorKind::Config,
            "--out - writes the dataset alone to standard output: leave out --csv, --truth, --clean, --daily-p95, --report, --json and --upload.",
        ));
    }
    let sink = stream::stdout()?;
    match options.format {
        Format::Arrow => {
            stream::arrow(plan, job, sink)?;
            job.progress.finish_and_clear();
            Ok(ExitCode::SUCCESS)
        }
        Format::Parquet => {
            let (mut sink, outcome) = make(plan, job, sink)?;
            std::io::Write::flush(&mut sink)?;
            job.progress.finish_and_clear();
            if !options.quiet {
                stream::say(&report::text(&outcome.summary, &[], true));
            }
            Ok(exit_code(&outcome))
        }
    }
}

fn exit_code(outcome: &Outcome) -> ExitCode {
    match outcome.summary.quality.verdict {
        Verdict::Fail => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    }
}

/// Where the files go, or wait until they are in the bucket.
fn output_folder(plan: &Plan, options: &Options) -> PathBuf {
    match &options.out {
        Some(folder) => folder.clone(),
        None => Path::new(&plan.storage.local_base_path).join(&plan.storage.raw_prefix),
    }
}

/// Becomes true when the user interrupts the process or it is asked to terminate.
pub(super) fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
    Ok(interrupted)
}

/// A progress bar on a terminal; nothing elsewhere. Without a number of `rows` it only counts.
pub(super) fn progress_bar(rows: Option<u64>, hidden: bool) -> ProgressBar {
    let (bar, style) = match rows {
        _ if hidden => return ProgressBar::hidden(),
        Some(rows) => {
            (ProgressBar::new(rows), "{bar:32} {human_pos} of {human_len} rows, {per_sec}, {eta} left")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {human_pos} rows, {per_sec}"),
    };
    bar.with_style(ProgressStyle::with_template(style).expect("the template is valid"))
}
