//! A run: one plan carried out, row group by row group, in constant memory.
//!
//! Row groups are made by [`Maker`]s, any number of them side by side, and put together in order by
//! an [`Assembly`]. [`Run`] is both in one.

pub mod arrangement;
pub mod forecast;

use std::io::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregates, KeyAggregates, Observer};
use crate::dataset::{self, Generator};
use crate::error::{Error, ErrorKind, Result};
use crate::export::Summary;
use crate::export::csv;
use crate::export::parquet::{ParquetWriter, RowGroup, RowGroupEncoder, RowGroupHead};
use crate::plan::Plan;
use crate::profile::FleetProfile;
use crate::quality::Judge;

/// Makes row groups, and remembers what it has seen in them.
pub struct Maker {
    generator: Generator,
    observer: Arc<Observer>,
    seen: Aggregates,
    encoder: RowGroupEncoder,
}

/// A row group on its way into the file.
#[derive(Debug)]
pub struct Part {
    /// Its bytes in the file.
    pub body: Vec<u8>,
    /// What the assembly needs to know of it.
    pub head: Head,
}

/// What the assembly needs to know of a row group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    row_group: RowGroupHead,
    keys: KeyAggregates,
}

/// Puts row groups together: the file, the verdict on it, and its summary.
pub struct Assembly<W: Write> {
    generator: Generator,
    total_rows: u64,
    judge: Judge,
    keys: KeyAggregates,
    /// What makers have seen, once one of them has told.
    seen: Option<Aggregates>,
    parquet: ParquetWriter<W>,
}

/// A dataset in the making. Call [`Run::step`] until all rows are there, then [`Run::finish`].
///
/// ```
/// use std::sync::Arc;
/// use fleetsynth::{config, run::Run};
///
/// let small = config::PRESETS.iter().find(|preset| preset.name == "small").unwrap();
/// let mut run = Run::new(&Arc::new(config::plan(small.yaml, &[])?), Vec::new())?;
/// while !run.step()?.is_complete() {}
/// let (parquet, outcome) = run.finish()?;
/// assert_eq!(outcome.summary.rows, 5 * 90);
/// assert_eq!(outcome.summary.file.bytes, parquet.len() as u64);
/// # Ok::<(), fleetsynth::error::Error>(())
/// ```
pub struct Run<W: Write> {
    maker: Maker,
    assembly: Assembly<W>,
    next: usize,
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

impl Maker {
    /// A maker of row groups of `plan`'s dataset.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn new(plan: &Arc<Plan>) -> Result<Self> {
        let generator = Generator::new(Arc::clone(plan));
        let observer = Judge::new(plan, generator.days()).observer(plan, generator.days());
        Self::with(generator, Arc::new(observer))
    }

    fn with(generator: Generator, observer: Arc<Observer>) -> Result<Self> {
        let plan = generator.plan();
        Ok(Self { observer, seen: Aggregates::new(plan), encoder: RowGroupEncoder::new(plan)?, generator })
    }

    /// Makes the row group with this number.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn make(&mut self, group: usize) -> Result<Part> {
        let chunk = self.generator.chunk(self.generator.row_group(group));
        self.seen.add(&self.observer, &chunk);
        let RowGroup { body, head: row_group } = self.encoder.encode(&chunk)?;
        Ok(Part { body, head: Head { row_group, keys: KeyAggregates::of(&chunk) } })
    }

    /// What it has seen.
    pub fn finish(self) -> Aggregates {
        self.seen
    }
}

/// A value as bytes, for another worker.
///
/// # Errors
/// None that a caller can cause.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    postcard::to_allocvec(value).map_err(foreign)
}

/// The way back.
///
/// # Errors
/// When `bytes` do not come from [`to_bytes`].
pub fn from_bytes<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(foreign)
}

fn foreign(error: postcard::Error) -> Error {
    Error::new(ErrorKind::Internal, format!("What a worker sent cannot be read: {error}."))
}

impl<W: Write> Assembly<W> {
    /// An assembly of `plan`'s dataset that writes its Parquet file to `sink`.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: &Arc<Plan>, sink: W) -> Result<Self> {
        let generator = Generator::new(Arc::clone(plan));
        Ok(Self {
            judge: Judge::new(plan, generator.days()),
            keys: KeyAggregates::default(),
            seen: None,
            parquet: ParquetWriter::new(plan, sink)?,
            total_rows: generator.total_rows(),
            generator,
        })
    }

    /// So many makers of its row groups, which share what they know of the plan.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn makers(&self, count: usize) -> Result<Vec<Maker>> {
        let observer = Arc::new(self.judge.observer(self.generator.plan(), self.generator.days()));
        (0..count).map(|_| Maker::with(self.generator.clone(), Arc::clone(&observer))).collect()
    }

    /// Number of row groups.
    pub fn row_groups(&self) -> usize {
        self.generator.row_groups()
    }

    /// Appends the next row group: they come in order.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn append(&mut self, body: &[u8], head: Head) -> Result<Progress> {
        self.parquet.append(body, head.row_group)?;
        self.keys.append(&head.keys);
        Ok(self.progress())
    }

    /// Adds what a maker has seen; the order does not matter.
    pub fn merge(&mut self, seen: Aggregates) {
        match &mut self.seen {
            Some(all) => all.merge(&seen),
            None => self.seen = Some(seen),
        }
    }

    /// How far the file has come.
    pub fn progress(&self) -> Progress {
        Progress { rows: self.keys.rows, total_rows: self.total_rows }
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
        let seen = self.seen.unwrap_or_else(|| Aggregates::new(plan));
        let report = self.judge.report(plan, days, &dataset::schema(plan), &self.keys, &seen);
        let report = self.judge.look_closer(report, plan, &self.generator, &seen);
        let outcome = Outcome {
            summary: Summary::new(plan, &self.keys, &seen, report, &written),
            profile: FleetProfile::new(plan, days, &seen),
            sample_csv: csv::sample(&self.generator)?,
        };
        Ok((written.sink, outcome))
    }
}

impl<W: Write> Run<W> {
    /// A run of `plan` that writes its Parquet file to `sink`.
    ///
    /// # Errors
    /// When `sink` fails.
    pub fn new(plan: &Arc<Plan>, sink: W) -> Result<Self> {
        let assembly = Assembly::new(plan, sink)?;
        let maker = assembly.makers(1)?.remove(0);
        Ok(Self { maker, assembly, next: 0 })
    }

    /// Makes the next row group; does nothing when all are there.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn step(&mut self) -> Result<Progress> {
        if self.next < self.assembly.row_groups() {
            let Part { body, head } = self.maker.make(self.next)?;
            self.next += 1;
            self.assembly.append(&body, head)?;
        }
        Ok(self.assembly.progress())
    }

    /// Where the Parquet file is written, to take out what is there already.
    pub fn sink_mut(&mut self) -> &mut W {
        self.assembly.sink_mut()
    }

    /// Ends the file and judges the dataset.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(mut self) -> Result<(W, Outcome)> {
        self.assembly.merge(self.maker.finish());
        self.assembly.finish()
    }
}
