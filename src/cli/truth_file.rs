//! The ground truth as a file.

use std::sync::Arc;

use super::files::{Folder, Pending};
use super::generate::Job;
use super::pool;
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::Artifact;
use crate::export::parquet::{ParquetWriter, RowGroup, TruthEncoder};
use crate::plan::Plan;

impl pool::Work for TruthEncoder {
    type Made = (u64, Option<RowGroup>);

    fn make(&mut self, group: usize) -> Result<Self::Made> {
        Ok((self.generator().rows(group), self.encode(group)?))
    }
}

/// Writes the ground truth into `folder`.
pub(super) fn write(plan: &Arc<Plan>, folder: &Folder, job: &Job) -> Result<Pending> {
    job.progress.reset();
    let mut writer = ParquetWriter::of_truth(plan, folder.begin(&Artifact::Truth.file_name(plan))?)?;
    let generator = Generator::new(Arc::clone(plan));
    let groups = generator.row_groups();
    let encoders: Result<Vec<TruthEncoder>> =
        (0..job.threads.min(groups)).map(|_| TruthEncoder::new(generator.clone())).collect();
    pool::in_order(encoders?, groups, |(rows, group): (u64, Option<RowGroup>)| {
        if let Some(group) = group {
            let (body, head) = group.into_parts();
            writer.append(&body, head)?;
        }
        job.advance(rows)
    })?;
    Ok(writer.finish()?.sink)
}
