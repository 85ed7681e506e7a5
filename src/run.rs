//! A run: one plan carried out, row group by row group, in constant memory.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use crate::aggregate::Aggregates;
use crate::dataset::{self, Generator};
use crate::error::Result;
use crate::export::Summary;
use crate::export::csv::CsvWriter;
use crate::export::parquet::ParquetWriter;
use crate::plan::Plan;
use crate::profile::FleetProfile;
use crate::quality::Judge;

/// A dataset in the making. Call [`Run::step`] until all rows are there, then [`Run::finish`].
///
/// ```
/// use std::sync::Arc;
/// use fleetsynth::{config, run::Run};
///
/// let small = config::PRESETS.iter().find(|preset| preset.name == "small").unwrap();
/// let mut run = Run::new(Arc::new(config::plan(small.yaml, &[])?), Vec::new())?;
/// while !run.step()?.is_complete() {}
/// let (parquet, outcome) = run.finish()?;
/// assert_eq!(outcome.summary.rows, 5 * 90);
/// assert_eq!(outcome.summary.file.bytes, parquet.len() as u64);
/// # Ok::<(), fleetsynth::error::Error>(())
/// ```
pub struct Run<W: Write + Send> {
    generator: Generator,
    groups: std::vec::IntoIter<Range<u32>>,
    judge: Judge,
    seen: Aggregates,
    parquet: ParquetWriter<W>,
    sample: CsvWriter<Vec<u8>>,
    sample_rows_left: usize,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows made.
    pub rows: u64,
    /// Rows of the whole dataset.
    pub total_rows: u64,
}

impl Progress {
    /// Whether all rows are there.
    pub fn is_complete(self) -> bool {
        self.rows == self.total_rows
    }
}

/// What a run gives besides the Parquet file.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The summary with the quality report.
    pub summary: Summary,
    /// What the charts show.
    pub profile: FleetProfile,
    /// The first rows as CSV.
    pub sample_csv: Vec<u8>,
}

impl<W: Write + Send> Run<W> {
    /// A run of `plan` that writes its Parquet file to `sink`.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: Arc<Plan>, sink: W) -> Result<Self> {
        let generator = Generator::new(Arc::clone(&plan));
        let groups: Vec<_> = generator.row_groups().collect();
        Ok(Self {
            judge: Judge::new(&plan, generator.days()),
            seen: Aggregates::new(&plan),
            parquet: ParquetWriter::new(&plan, sink)?,
            sample: CsvWriter::new(&plan, Vec::new())?,
            sample_rows_left: plan.output.sample_rows,
            groups: groups.into_iter(),
            generator,
        })
    }

    /// Makes the next row group; does nothing when all are there.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn step(&mut self) -> Result<Progress> {
        let plan = self.generator.plan();
        if let Some(servers) = self.groups.next() {
            let chunk = self.generator.chunk(servers);
            self.seen.add(plan, &chunk, self.judge.thresholds());
            self.parquet.write(&chunk)?;
            if self.sample_rows_left > 0 {
                self.sample.write(&chunk, self.sample_rows_left)?;
                self.sample_rows_left = self.sample_rows_left.saturating_sub(chunk.rows());
            }
        }
        Ok(Progress { rows: self.seen.keys.rows, total_rows: plan.rows() })
    }

    /// Where the Parquet file is written, to take out what is there already.
    pub fn sink_mut(&mut self) -> &mut W {
        self.parquet.sink_mut()
    }

    /// Ends the file and judges the dataset.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(self) -> Result<(W, Outcome)> {
        let (plan, days) = (self.generator.plan(), self.generator.days());
        let written = self.parquet.finish()?;
        let report = self.judge.report(plan, days, &dataset::schema(plan), &self.seen);
        let outcome = Outcome {
            summary: Summary::new(plan, &self.seen, report, &written),
            profile: FleetProfile::new(plan, days, &self.seen),
            sample_csv: self.sample.finish()?,
        };
        Ok((written.sink, outcome))
    }
}
