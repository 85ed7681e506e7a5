//! How a job is carried out in a browser tab: by how many workers, and where its bytes are kept.

use serde::Serialize;

use crate::dataset::Generator;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use crate::wording::grouped;

/// What a job makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// The dataset as Parquet, with its verdict.
    Generate,
    /// All rows as CSV.
    Csv,
    /// The ground truth.
    Truth,
    /// The dataset without defects, and without a verdict.
    Clean,
    /// The daily P95 of its hours.
    DailyP95,
}

/// What the tab has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tab {
    /// Processors.
    pub cores: usize,
    /// Whether the browser lends the page files of its own.
    pub has_files: bool,
    /// How much these files may still grow, where the browser says so.
    pub free_bytes: Option<f64>,
}

/// How a job is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrangement {
    /// Row groups of the dataset.
    pub groups: usize,
    /// Workers that make row groups; 0 when one worker does everything itself.
    pub workers: usize,
    /// Whether the bytes go to a file as they come, or stay in memory.
    pub to_file: bool,
    /// At most so many row groups are made but not yet written.
    pub window: usize,
    /// So many bytes are written at once.
    pub write_bytes: usize,
}

/// How a refusal begins.
pub const TOO_LARGE: &str = "This takes about";
/// More workers would cost more memory than they save time.
pub(super) const MAX_WORKERS: usize = 8;
/// Above this size bytes go to a file: below, memory is quicker.
pub(super) const FILE_FROM: f64 = 48e6;
/// Most bytes that a tab is asked to hold in memory.
const MEMORY_LIMIT: f64 = 1e9;
/// File systems are quickest with writes of some megabytes.
const WRITE_BYTES: usize = 8 << 20;

impl Arrangement {
    /// The arrangement for a job on `plan`'s dataset.
    ///
    /// # Errors
    /// When it needs more room than the tab has.
    pub fn new(plan: &Plan, generator: &Generator, job: Job, tab: Tab) -> Result<Self> {
        let bytes = estimate(plan, job);
        let to_file = tab.has_files && bytes > FILE_FROM;
        let advice = "Generate fewer servers, days or metrics, or use the command line, which makes \
                      datasets of any size.";
        if !to_file && bytes > MEMORY_LIMIT {
            return Err(too_large(format!(
                "{TOO_LARGE} {}, and this browser window lends the page no storage, as private windows do \
                 not: at most {} fit into its memory. {advice}",
                megabytes(bytes),
                megabytes(MEMORY_LIMIT)
            )));
        }
        if let (true, Some(free)) = (to_file, tab.free_bytes.filter(|free| *free < bytes)) {
            return Err(too_large(format!(
                "{TOO_LARGE} {}, and the browser's storage for this page has {} left. Free space on the disk. \
                 {advice}",
                megabytes(bytes),
                megabytes(free)
            )));
        }
        let groups = generator.row_groups();
        let workers = match groups {
            _ if matches!(job, Job::Truth | Job::Clean | Job::DailyP95) => 0,
            1 if !to_file => 0,
            _ => tab.cores.clamp(1, MAX_WORKERS).min(groups),
        };
        Ok(Self { groups, workers, to_file, window: 2 * workers.max(1) + 1, write_bytes: WRITE_BYTES })
    }
}

/// About how many bytes a job makes; rather too many than too few.
fn estimate(plan: &Plan, job: Job) -> f64 {
    let metrics = plan.metrics.len() as f64;
    let is_rounded = plan.output.decimals.is_some();
    let realism = &plan.realism;
    let anomalies = || realism.anomalies.iter();
    // Indices of up to 16 bits, or almost whole doubles.
    let of_row = 0.3 + metrics * if is_rounded { 2.1 } else { 8.0 };
    let per_row = match job {
        Job::Truth => {
            let events = realism.missing_rate
                + realism.outlier_rate
                + anomalies()
                    .map(|anomaly| anomaly.rate / (anomaly.mean_days * plan.steps_per_day() as f64))
                    .sum::<f64>();
            let values = realism.missing_rate
                + realism.outlier_rate
                + anomalies().map(|anomaly| anomaly.rate).sum::<f64>();
            metrics * (70.0 * events + 8.0 * values)
        }
        Job::Generate | Job::Clean => of_row,
        Job::DailyP95 => of_row / plan.steps_per_day() as f64,
        Job::Csv => 55.0 + metrics * if is_rounded { 8.0 } else { 19.0 },
    };
    per_row * plan.rows() as f64
}

fn too_large(message: String) -> Error {
    Error::new(ErrorKind::Io, message)
}

fn megabytes(bytes: f64) -> String {
    format!("{} MB", grouped((bytes / 1e6) as u64))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{self, Override, PRESETS};

    fn arrange(servers: u32, job: Job, tab: Tab) -> Result<Arrangement> {
        let sets = [Override::from_set(&format!("data_generation.num_servers={servers}")).unwrap()];
        let plan = Arc::new(config::plan(PRESETS[0].yaml, &sets).unwrap());
        Arrangement::new(&plan, &Generator::new(Arc::clone(&plan)), job, tab)
    }

    const TAB: Tab = Tab { cores: 4, has_files: true, free_bytes: Some(1e12) };

    #[test]
    fn a_small_job_stays_in_one_worker_and_in_memory() {
        let small = arrange(120, Job::Generate, TAB).unwrap();
        assert_eq!((small.groups, small.workers, small.to_file), (1, 0, false));
    }

    #[test]
    fn a_large_job_has_a_worker_per_processor_and_a_file() {
        let large = arrange(12_000, Job::Generate, TAB).unwrap();
        assert_eq!((large.groups, large.workers, large.to_file), (90, 4, true));
        assert_eq!(arrange(12_000, Job::Generate, Tab { cores: 64, ..TAB }).unwrap().workers, 8);
        assert_eq!(arrange(180, Job::Generate, Tab { cores: 64, ..TAB }).unwrap().workers, 2);
    }

    #[test]
    fn one_worker_makes_what_few_ask_for() {
        let truth = arrange(12_000, Job::Truth, TAB).unwrap();
        assert_eq!((truth.groups, truth.workers, truth.to_file), (90, 0, true));
        assert_eq!(arrange(120, Job::Clean, TAB).unwrap().workers, 0);
    }

    #[test]
    fn without_files_a_job_stays_in_memory_up_to_a_limit() {
        let tab = Tab { has_files: false, free_bytes: None, ..TAB };
        assert!(!arrange(12_000, Job::Generate, tab).unwrap().to_file);
        let message = arrange(100_000, Job::Generate, tab).unwrap_err().to_string();
        assert!(message.contains("about 1,577 MB") && message.contains("at most 1,000 MB"), "{message}");
    }

    #[test]
    fn a_job_that_does_not_fit_the_storage_is_refused_beforehand() {
        let tab = Tab { free_bytes: Some(5e7), ..TAB };
        let message = arrange(12_000, Job::Generate, tab).unwrap_err().to_string();
        assert!(message.contains("50 MB left"), "{message}");
        assert!(arrange(120, Job::Generate, tab).is_ok());
    }
}
