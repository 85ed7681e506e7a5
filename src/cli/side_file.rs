//! Files beside the dataset that are made of its row groups: the ground truth, and the daily P95.

use std::sync::Arc;

use super::files::{Folder, Pending};
use super::generate::Job;
use super::pool;
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::Artifact;
use crate::export::parquet::{DailyEncoder, EncodeGroup, ParquetWriter, RowGroup, TruthEncoder};
use crate::plan::Plan;

/// Writes the ground truth into `folder`.
pub(super) fn truth(plan: &Arc<Plan>, folder: &Folder, job: &Job) -> Result<Pending> {
    let file = folder.begin(&Artifact::Truth.file_name(plan))?;
    write(plan, job, ParquetWriter::of_truth(plan, file)?, TruthEncoder::new)
}

/// Writes the daily P95 into `folder`.
pub(super) fn daily_p95(plan: &Arc<Plan>, folder: &Folder, job: &Job) -> Result<Pending> {
    let file = folder.begin(&Artifact::DailyP95.file_name(plan))?;
    write(plan, job, ParquetWriter::of_daily_p95(plan, file)?, DailyEncoder::new)
}

/// Encodes some row groups.
struct Encoder<E>(E);

impl<E: EncodeGroup + Send> pool::Work for Encoder<E> {
    type Made = (u64, Option<RowGroup>);

    fn make(&mut self, group: usize) -> Result<Self::Made> {
        Ok((self.0.generator().rows(group), self.0.encode(group)?))
    }
}

fn write<E: EncodeGroup + Send>(
    plan: &Arc<Plan>,
    job: &Job,
    mut writer: ParquetWriter<Pending>,
    encoder: impl Fn(Generator) -> Result<E>,
) -> Result<Pending> {
    job.progress.reset();
    let generator = Generator::new(Arc::clone(plan));
    let groups = generator.row_groups();
    let encoders: Result<Vec<_>> =
        (0..job.threads.min(groups)).map(|_| Ok(Encoder(encoder(generator.clone())?))).collect();
    pool::in_order(encoders?, groups, |(rows, group): (u64, Option<RowGroup>)| {
        if let Some(RowGroup { body, head }) = group {
            writer.append(&body, head)?;
        }
        job.advance(rows)
    })?;
    Ok(writer.finish()?.sink)
}
