//! A file from anywhere, read and validated: the second step of the pipeline.
//!
//! ```text
//! file -- source --> record batches -- layout --> our types --+-- survey  (what there is, is it sorted)
//!      Parquet, CSV                                           +-- census  (servers, days, groups for the charts)
//!                                                             +-- judge   (keys, gaps, shares, ranges)
//!                                                             +-- copy    (sorted, without duplicates)
//!                                                             +-- gather  (what the charts show)
//! ```
//!
//! A file that is sorted by server and time is read twice and never held in memory; another one is
//! sorted in memory, if it fits.

mod census;
mod copy;
mod csv;
mod fleet;
mod gather;
mod judge;
mod layout;
mod look;
mod parquet;
mod report;
mod sorted;
mod source;
mod survey;

use std::io::{self, Write};

pub use ::parquet::errors::Result as ParquetResult;
pub use ::parquet::file::reader::{ChunkReader, Length};

use crate::error::{Error, ErrorKind, Result};
use crate::export::digest::DigestWriter;
use crate::plan::Plan;
use census::Census;
pub use fleet::FileFleet;
use gather::Gatherer;
use judge::Judge;
use layout::Layout;
pub use look::{Choice, ColumnKind, FileColumn, Look, look};
pub use report::Validation;
pub use source::Format;
use source::Source;
use survey::Survey;

/// Where the bytes of a file are; it is opened more than once.
pub trait Storage {
    /// Reads any part of the file.
    type Reader: ChunkReader + 'static;

    /// Opens the file.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self) -> io::Result<Self::Reader>;
}

impl Storage for bytes::Bytes {
    type Reader = Self;

    fn open(&self) -> io::Result<Self> {
        Ok(self.clone())
    }
}

/// What is asked of a file.
#[derive(Clone, Debug)]
pub struct Demands<'p> {
    /// Its limits, and the clips and units of the metrics that it knows by name.
    pub plan: &'p Plan,
    /// Which of the file's columns hold ours where they are named otherwise: ours, then the file's.
    pub columns: Vec<(String, String)>,
    /// Most rows of a file that has to be sorted in memory.
    pub most_unsorted_rows: u64,
    /// Whether its charts are wanted.
    pub charts: bool,
}

/// A file's format.
///
/// # Errors
/// When the file cannot be read, or is plainly no Parquet or CSV file.
pub fn format<S: Storage>(storage: &S) -> Result<Format> {
    Format::of(&storage.open()?)
}

/// Validates a file, and writes its validated copy as Parquet into `sink`, if there is one. Tells
/// `progress` of rows that were read: each row twice.
///
/// # Errors
/// When the file cannot be read, is no Parquet or CSV file, lacks the columns `server_id` or
/// `timestamp`, or needs sorting and is too large for it; when `sink` fails; and what `progress` returns.
pub fn validate<S: Storage, W: Write + Send>(
    storage: &S,
    demands: &Demands<'_>,
    sink: Option<W>,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(Validation, Option<W>)> {
    let source = Source::open(storage, usize::MAX)?;
    let layout = Layout::new(source.schema(), &demands.columns)?;
    let mut survey = Survey::new(&layout);
    let mut census = demands.charts.then(|| Census::new(&layout));
    for batch in source.batches()? {
        let batch = layout.rows(&batch?)?;
        survey.add(&batch);
        if let Some(census) = &mut census {
            census.add(&batch.batch);
        }
        progress(batch.read as u64)?;
    }
    if survey.rows == 0 {
        return Err(Error::new(ErrorKind::Io, "The file has no row with a server and a time."));
    }
    let mut charts = match census.map(|census| census.question(demands.plan, &layout, &survey)) {
        Some(Ok(question)) => Some(Ok(Gatherer::new(demands.plan, question)?)),
        Some(Err(refusal)) => Some(Err(refusal)),
        None => None,
    };
    let mut judge = Judge::new(demands, &layout, &survey);
    let mut copy = sink.map(|sink| copy::Copy::new(layout.schema(), DigestWriter::new(sink))).transpose()?;
    let mut take = |batch| -> Result<()> {
        let kept = judge.add(&batch)?;
        if let Some(Ok(gatherer)) = &mut charts {
            gatherer.add(&kept);
        }
        if let Some(copy) = &mut copy {
            copy.write(&kept)?;
        }
        progress(kept.num_rows() as u64)
    };
    if survey.is_sorted {
        for batch in source.batches()? {
            take(layout.rows(&batch?)?.batch)?;
        }
    } else {
        if survey.rows > demands.most_unsorted_rows {
            return Err(sorted::too_large(demands.most_unsorted_rows));
        }
        sorted::in_order(&source, &layout, &mut take)?;
    }
    let (sink, written) = copy.map(copy::Copy::finish).transpose()?.unzip();
    let charts = charts.map(|gatherer| gatherer.map(Gatherer::finish));
    Ok((Validation { charts, ..judge.finish(source.format(), &survey, written) }, sink))
}
