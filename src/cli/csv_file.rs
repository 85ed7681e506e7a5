//! All rows as a CSV file.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::files::{Folder, Pending};
use super::generate::Job;
use super::pool;
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::{Artifact, csv};
use crate::plan::Plan;

/// Makes the CSV of some row groups.
struct Writer {
    generator: Generator,
    gzip: bool,
}

impl pool::Work for Writer {
    type Made = (u64, Vec<u8>);

    fn make(&mut self, group: usize) -> Result<Self::Made> {
        let mut part = csv::part(&self.generator, group)?;
        if self.gzip {
            // Each part is compressed for itself: one after another they are a valid file.
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&part)?;
            part = encoder.finish()?;
        }
        Ok((self.generator.rows(group), part))
    }
}

/// Writes the CSV into `folder`, compressed if `gzip` says so.
pub(super) fn write(plan: &Arc<Plan>, folder: &Folder, gzip: bool, job: &Job) -> Result<Pending> {
    job.progress.reset();
    let artifact = if gzip { Artifact::CsvGzip } else { Artifact::Csv };
    let mut file = folder.begin(&artifact.file_name(plan))?;
    let generator = Generator::new(Arc::clone(plan));
    let groups = generator.row_groups();
    let writer = |_| Writer { generator: generator.clone(), gzip };
    pool::in_order((0..job.threads.min(groups)).map(writer).collect(), groups, |(rows, part)| {
        file.write_all(&part)?;
        job.advance(rows)
    })?;
    Ok(file)
}
