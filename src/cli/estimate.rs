//! What a dataset will take, before it is made: `generate --dry-run` and `config --estimate`.

use std::sync::Arc;
use std::time::Instant;

use crate::config;
use crate::error::Result;
use crate::fleet::Fleet;
use crate::plan::{Compression, Plan};
use crate::run::Maker;
use crate::run::forecast::{self, Forecast, Host};
use crate::wording::{bytes, counted, grouped, seconds};

/// So many rows are made to measure the time.
const MEASURED_ROWS: usize = 50_000;

/// The estimate in words, a line for each figure.
pub(super) fn text(plan: &Plan, threads: usize) -> Result<String> {
    let size = config::estimate(plan);
    let forecast = Forecast::new(plan, Host::Process(threads));
    let (step, steps) = size.granularity.nouns();
    let up_to = if size.is_exact { "" } else { "up to " };
    let compression = match plan.output.compression {
        Compression::None => "not compressed",
        Compression::Snappy => "snappy",
    };
    Ok(format!(
        "rows     {} ({} x {up_to}{})\n\
         columns  {}\n\
         file     about {} (Parquet, {compression})\n\
         memory   about {} ({})\n\
         time     about {} on one thread, at the pace of the first servers, which were made to measure it\n",
        grouped(rows(plan)),
        counted(size.servers, "server", "servers"),
        counted(size.steps, step, steps),
        size.columns,
        bytes(forecast.file_bytes as u64),
        bytes(forecast.memory_bytes as u64),
        counted(threads as u64, "thread", "threads"),
        seconds(measured(plan)?),
    ))
}

/// The rows, counted server by server where these come and go.
fn rows(plan: &Plan) -> u64 {
    Fleet::new(plan).rows(plan.servers())
}

/// How long the dataset takes on one thread, in milliseconds, by what its first servers take.
fn measured(plan: &Plan) -> Result<f64> {
    let servers = (MEASURED_ROWS / plan.steps()).max(1) as u32;
    let first = plan.servers().start;
    let mut part = plan.clone();
    part.shard = Some(first..first.saturating_add(servers).min(plan.servers().end));
    let part = Arc::new(part);
    let mut maker = Maker::new(&part)?;
    let start = Instant::now();
    maker.make(0)?;
    let elapsed = start.elapsed().as_secs_f64() * 1000.0;
    // The first servers may be there for longer or shorter than others.
    let per_row = elapsed / rows(&part).max(1) as f64;
    Ok(per_row * part.rows() as f64 * forecast::work(plan) / forecast::work(&part))
}
