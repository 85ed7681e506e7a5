//! The workers' jobs: steps that are taken one after another, so that a worker can report between
//! them and send on what was written.
//!
//! A small dataset is one worker's job ([`Generation`], [`CsvExport`]). A large one is shared out:
//! several workers make row groups ([`Maker`], [`CsvMaker`]), one puts them together ([`Assembly`],
//! [`CsvTally`]). The bytes of the row groups pass from worker to worker and into the file without
//! ever being all in one place.

use std::sync::Arc;

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::{outcome, view};
use crate::config;
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::csv;
use crate::export::parquet::{DailyEncoder, EncodeGroup, ParquetWriter, TruthEncoder};
use crate::plan::Plan;
use crate::run::arrangement::{Arrangement, Job, Tab};
use crate::run::{self, Part, Progress, Run};

fn plan(yaml: &str) -> Result<Arc<Plan>> {
    Ok(Arc::new(config::plan(yaml, &[])?))
}

/// How a job is carried out in this tab.
#[wasm_bindgen(unchecked_return_type = "Arrangement")]
pub fn arrange(
    yaml: &str,
    #[wasm_bindgen(unchecked_param_type = "\"generate\" | \"csv\" | \"truth\" | \"clean\" | \"daily-p95\"")]
    kind: &str,
    cores: usize,
    has_files: bool,
    free_bytes: Option<f64>,
) -> JsResult {
    let plan = plan(yaml)?;
    let job = match kind {
        "csv" => Job::Csv,
        "truth" => Job::Truth,
        "clean" => Job::Clean,
        "daily-p95" => Job::DailyP95,
        _ => Job::Generate,
    };
    let tab = Tab { cores, has_files, free_bytes };
    to_js(&Arrangement::new(&plan, &Generator::new(Arc::clone(&plan)), job, tab)?)
}

/// The dataset in the making, by one worker. What is written is taken out after each step, so that
/// the module's memory never holds the whole file.
#[wasm_bindgen]
pub struct Generation {
    plan: Arc<Plan>,
    run: Run<Vec<u8>>,
}

#[wasm_bindgen]
impl Generation {
    /// Begins to generate what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<Generation> {
        let plan = plan(yaml)?;
        Ok(Self { run: Run::new(&plan, Vec::new())?, plan })
    }

    /// Begins to generate the same without gaps, outliers and anomalies.
    pub fn clean(yaml: &str) -> JsResult<Generation> {
        let plan = Arc::new(plan(yaml)?.without_defects());
        Ok(Self { run: Run::new(&plan, Vec::new())?, plan })
    }

    /// Makes some more rows. The job has taken `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, elapsed: f64) -> JsResult {
        let progress = self.run.step()?;
        to_js(&view::progress(progress, elapsed))
    }

    /// The part of the Parquet file that was written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.run.sink_mut())
    }

    /// Ends the file and judges the dataset, after `elapsed` milliseconds. `lastBytes` is what the
    /// end of the file adds.
    #[wasm_bindgen(unchecked_return_type = "Outcome & { lastBytes: Uint8Array<ArrayBuffer> }")]
    pub fn finish(self, elapsed: f64) -> JsResult {
        let (rest, outcome) = self.run.finish()?;
        outcome::outcome(&self.plan, &outcome, &rest, elapsed)
    }
}

/// Makes row groups of a dataset.
#[wasm_bindgen]
pub struct Maker(run::Maker);

#[wasm_bindgen]
impl Maker {
    /// A maker of what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<Maker> {
        Ok(Self(run::Maker::new(&plan(yaml)?)?))
    }

    /// Makes the row group with this number: its bytes, and what the assembly needs to know of it.
    #[wasm_bindgen(
        unchecked_return_type = "{ body: Uint8Array<ArrayBuffer>, head: Uint8Array<ArrayBuffer> }"
    )]
    pub fn make(&mut self, group: usize) -> JsResult {
        let Part { body, head } = self.0.make(group)?;
        let part = Object::new();
        for (name, bytes) in [("body", body), ("head", run::to_bytes(&head)?)] {
            Reflect::set(&part, &name.into(), &Uint8Array::from(bytes.as_slice()))
                .expect("a plain object takes every property");
        }
        Ok(part.into())
    }

    /// What it has seen, for the assembly.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub fn finish(self) -> JsResult {
        Ok(Uint8Array::from(run::to_bytes(&self.0.finish())?.as_slice()).into())
    }
}

/// Puts the row groups of a dataset together.
#[wasm_bindgen]
pub struct Assembly {
    plan: Arc<Plan>,
    assembly: run::Assembly<Tail>,
}

/// Passes what goes into the file on to the hash alone: the caller has these bytes already. Only the
/// footer is kept.
#[derive(Default)]
struct Tail {
    bytes: Vec<u8>,
    keeps: bool,
}

impl std::io::Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.keeps {
            self.bytes.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[wasm_bindgen]
impl Assembly {
    /// Begins to assemble what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<Assembly> {
        let plan = plan(yaml)?;
        let begin = Tail { keeps: true, ..Tail::default() };
        Ok(Self { assembly: run::Assembly::new(&plan, begin)?, plan })
    }

    /// The first bytes of the file; to be called before anything is appended.
    pub fn begin(&mut self) -> Vec<u8> {
        let sink = self.assembly.sink_mut();
        sink.keeps = false;
        std::mem::take(&mut sink.bytes)
    }

    /// Appends the next row group, whose body the caller writes to the file. The job has taken
    /// `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn append(&mut self, head: &[u8], body: &[u8], elapsed: f64) -> JsResult {
        let progress = self.assembly.append(body, run::from_bytes(head)?)?;
        to_js(&view::progress(progress, elapsed))
    }

    /// Adds what a maker has seen; the order does not matter.
    pub fn merge(&mut self, seen: &[u8]) -> JsResult<()> {
        self.assembly.merge(run::from_bytes(seen)?);
        Ok(())
    }

    /// Ends the file and judges the dataset, as [`Generation::finish`] does.
    #[wasm_bindgen(unchecked_return_type = "Outcome & { lastBytes: Uint8Array<ArrayBuffer> }")]
    pub fn finish(mut self, elapsed: f64) -> JsResult {
        self.assembly.sink_mut().keeps = true;
        let (rest, outcome) = self.assembly.finish()?;
        outcome::outcome(&self.plan, &outcome, &rest.bytes, elapsed)
    }
}

/// A file beside the dataset in the making, by one worker: the ground truth, or the daily P95.
#[wasm_bindgen]
pub struct SideFile {
    encoder: Box<dyn EncodeGroup>,
    writer: Option<ParquetWriter<Vec<u8>>>,
    progress: Progress,
    next: usize,
    written: Vec<u8>,
}

#[wasm_bindgen]
impl SideFile {
    /// Begins to write what is wrong with the dataset of a configuration.
    pub fn truth(yaml: &str) -> JsResult<SideFile> {
        let plan = plan(yaml)?;
        let encoder = Box::new(TruthEncoder::new(Generator::new(Arc::clone(&plan)))?);
        Ok(Self::new(encoder, ParquetWriter::of_truth(&plan, Vec::new())?))
    }

    /// Begins to write the daily P95 of the hours of a configuration's dataset.
    #[wasm_bindgen(js_name = dailyP95)]
    pub fn daily_p95(yaml: &str) -> JsResult<SideFile> {
        let plan = plan(yaml)?;
        let encoder = Box::new(DailyEncoder::new(Generator::new(Arc::clone(&plan)))?);
        Ok(Self::new(encoder, ParquetWriter::of_daily_p95(&plan, Vec::new())?))
    }

    /// Writes what belongs to some more rows. The job has taken `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, elapsed: f64) -> JsResult {
        if let (Some(group), Some(writer)) = (self.encoder.encode(self.next)?, &mut self.writer) {
            writer.append(&group.body, group.head)?;
        }
        self.progress.rows += self.encoder.generator().rows(self.next);
        self.next += 1;
        if self.progress.is_complete()
            && let Some(writer) = self.writer.take()
        {
            self.written = writer.finish()?.sink;
        }
        to_js(&view::progress(self.progress, elapsed))
    }

    /// The part of the file that was written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.writer {
            Some(writer) => std::mem::take(writer.sink_mut()),
            None => std::mem::take(&mut self.written),
        }
    }
}

impl SideFile {
    fn new(encoder: Box<dyn EncodeGroup>, writer: ParquetWriter<Vec<u8>>) -> Self {
        let progress = Progress { rows: 0, total_rows: encoder.generator().total_rows() };
        Self { encoder, writer: Some(writer), progress, next: 0, written: Vec::new() }
    }
}

/// The whole dataset as CSV in the making, by one worker.
#[wasm_bindgen]
pub struct CsvExport {
    maker: CsvMaker,
    tally: CsvTally,
    next: usize,
    written: Vec<u8>,
}

#[wasm_bindgen]
impl CsvExport {
    /// Begins to write what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<CsvExport> {
        Ok(Self { maker: CsvMaker::new(yaml)?, tally: CsvTally::new(yaml)?, next: 0, written: Vec::new() })
    }

    /// Writes some more rows. The job has taken `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, elapsed: f64) -> JsResult {
        self.written.extend(self.maker.make(self.next)?);
        self.next += 1;
        self.tally.add(self.next - 1, elapsed)
    }

    /// The part of the file that was written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.written)
    }
}

/// Makes parts of the CSV, one per row group of the dataset.
#[wasm_bindgen]
pub struct CsvMaker(Generator);

#[wasm_bindgen]
impl CsvMaker {
    /// A maker of what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<CsvMaker> {
        Ok(Self(Generator::new(plan(yaml)?)))
    }

    /// The part with this number; the first begins with the header line.
    pub fn make(&mut self, group: usize) -> JsResult<Vec<u8>> {
        Ok(csv::part(&self.0, group)?)
    }
}

/// Counts the parts of the CSV as they are written.
#[wasm_bindgen]
pub struct CsvTally {
    generator: Generator,
    progress: Progress,
}

#[wasm_bindgen]
impl CsvTally {
    /// Nothing written yet of what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<CsvTally> {
        let generator = Generator::new(plan(yaml)?);
        let progress = Progress { rows: 0, total_rows: generator.total_rows() };
        Ok(Self { generator, progress })
    }

    /// The part with this number is written. The job has taken `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn add(&mut self, group: usize, elapsed: f64) -> JsResult {
        self.progress.rows += self.generator.rows(group);
        to_js(&view::progress(self.progress, elapsed))
    }
}
