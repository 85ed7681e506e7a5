//! The dataset on standard output.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;

use super::generate::Job;
use super::pool;
use crate::dataset::{self, Generator};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;

/// Standard output, unless a person looks at it.
pub(super) fn stdout() -> Result<BufWriter<Stdout>> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        return Err(Error::new(
            ErrorKind::Config,
            "--out - writes binary data: send it to a file or to another program, \
             for example `fleetsynth generate --out - > fleet.parquet`.",
        ));
    }
    Ok(BufWriter::with_capacity(1 << 20, stdout))
}

/// Says something on standard error. Nobody is left to tell when that is closed.
pub(super) fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Makes the record batches of some row groups.
struct Batches(Generator);

impl pool::Work for Batches {
    type Made = Vec<RecordBatch>;

    fn make(&mut self, group: usize) -> Result<Vec<RecordBatch>> {
        let parts = self.0.parts(self.0.row_group(group));
        parts.map(|servers| self.0.chunk(servers).record_batch(usize::MAX)).collect()
    }
}

/// Writes the rows as an Arrow IPC stream.
pub(super) fn arrow(plan: &Arc<Plan>, job: &Job, sink: impl Write) -> Result<()> {
    let generator = Generator::new(Arc::clone(plan));
    let groups = generator.row_groups();
    let mut writer = StreamWriter::try_new(sink, &dataset::schema(plan))?;
    let workers = (0..job.threads.min(groups)).map(|_| Batches(generator.clone())).collect();
    pool::in_order(workers, groups, |batches: Vec<RecordBatch>| {
        for batch in &batches {
            writer.write(batch)?;
            job.advance(batch.num_rows() as u64)?;
        }
        Ok(())
    })?;
    writer.finish()?;
    Ok(())
}
