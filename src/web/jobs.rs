//! The worker's jobs: steps that the worker takes one after another, so that it can report between
//! them and send on what was written.

use std::cell::RefCell;
use std::io::{self, Write};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::{outcome, view};
use crate::config;
use crate::dataset::Generator;
use crate::export::csv::CsvWriter;
use crate::plan::Plan;
use crate::run::{Progress, Run};

/// The dataset in the making. What is written is taken out after each step, so that the module's
/// memory never holds the whole file.
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
        let plan = Arc::new(config::plan(yaml, &[])?);
        Ok(Self { run: Run::new(Arc::clone(&plan), Vec::new())?, plan })
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

/// The whole dataset as CSV in the making.
#[wasm_bindgen]
pub struct CsvExport {
    generator: Generator,
    groups: std::vec::IntoIter<Range<u32>>,
    /// Nothing once all rows are written.
    writer: Option<CsvWriter<Shared>>,
    written: Shared,
    progress: Progress,
}

#[wasm_bindgen]
impl CsvExport {
    /// Begins to write what a configuration describes.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str) -> JsResult<CsvExport> {
        let plan = Arc::new(config::plan(yaml, &[])?);
        let generator = Generator::new(Arc::clone(&plan));
        let groups: Vec<_> = generator.row_groups().collect();
        let written = Shared::default();
        Ok(Self {
            writer: Some(CsvWriter::new(&plan, written.clone())?),
            written,
            progress: Progress { rows: 0, total_rows: plan.rows() },
            groups: groups.into_iter(),
            generator,
        })
    }

    /// Writes some more rows. The job has taken `elapsed` milliseconds so far.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, elapsed: f64) -> JsResult {
        if let (Some(servers), Some(writer)) = (self.groups.next(), &mut self.writer) {
            let chunk = self.generator.chunk(servers);
            writer.write(&chunk, usize::MAX)?;
            self.progress.rows += chunk.rows() as u64;
        }
        if self.progress.is_complete()
            && let Some(writer) = self.writer.take()
        {
            // What it has kept back is written now.
            writer.finish()?;
        }
        to_js(&view::progress(self.progress, elapsed))
    }

    /// The part of the file that was written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        self.written.0.take()
    }
}

/// What was written, within reach of whoever takes it out while the writer goes on.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
