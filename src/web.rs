//! The page's door to the core: thin functions that convert, call and convert.
//!
//! The page has one instance of the module for everything that answers at once (checking, charts),
//! its workers have others for jobs. What draws all charts but the first, what uploads and what checks files are
//! modules of their own, from the same code by the features `charts`, `uploader` and `validator`: they are loaded
//! later. Whatever the page says, it says in words from here.

#[cfg(any(feature = "generator", feature = "charts"))]
mod canvas;
#[cfg(feature = "generator")]
mod charts;
#[cfg(feature = "generator")]
mod compare;
#[cfg(any(feature = "generator", feature = "charts", feature = "uploader", feature = "validator"))]
mod convert;
#[cfg(feature = "charts")]
mod document;
#[cfg(feature = "charts")]
mod explore;
#[cfg(feature = "generator")]
mod failure;
#[cfg(feature = "generator")]
mod file_failure;
#[cfg(feature = "generator")]
mod first;
#[cfg(feature = "generator")]
mod jobs;
#[cfg(any(feature = "generator", feature = "charts"))]
mod metrics;
#[cfg(feature = "generator")]
mod outcome;
mod panic;
#[cfg(feature = "charts")]
mod report;
#[cfg(feature = "generator")]
mod share;
#[cfg(feature = "charts")]
mod source;
#[cfg(any(feature = "generator", feature = "charts", feature = "validator"))]
mod table;
#[cfg(any(feature = "generator", feature = "validator"))]
mod tables;
#[cfg_attr(
    not(feature = "generator"),
    allow(dead_code, unused_imports, reason = "uploads and files need few of them")
)]
mod text;
#[cfg(any(feature = "generator", feature = "charts"))]
mod types;
#[cfg(feature = "uploader")]
mod upload;
#[cfg(feature = "validator")]
mod validate;
#[cfg(feature = "generator")]
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "generator")]
use crate::config;
#[cfg(feature = "generator")]
use convert::{JsResult, Thrown, to_js};

#[cfg(feature = "generator")]
pub use charts::charts;
#[cfg(feature = "generator")]
pub use compare::compare_runs;
#[cfg(feature = "generator")]
pub use failure::{failure, save_failure, show_failure};
#[cfg(feature = "generator")]
pub use file_failure::file_failure;
#[cfg(feature = "generator")]
pub use first::FirstChart;
#[cfg(feature = "generator")]
pub use jobs::{Assembly, CsvExport, CsvMaker, CsvTally, Generation, Maker, SideFile, arrange};
#[cfg(feature = "charts")]
pub use report::Report;
#[cfg(feature = "generator")]
pub use share::{read_shared, share_fragment, shared_bytes, shared_limit, shared_text};
#[cfg(feature = "uploader")]
pub use upload::{Md5, Upload, UploadBundle};
#[cfg(feature = "validator")]
pub use validate::{copy_place, file_progress, look_at, validate_file};

/// Runs when an instance starts.
#[wasm_bindgen(start)]
pub fn start() {
    panic::install();
}

/// The presets, the default job first.
#[cfg(feature = "generator")]
#[wasm_bindgen(unchecked_return_type = "Preset[]")]
pub fn presets() -> JsResult {
    to_js(&config::PRESETS)
}

/// What is wrong with a configuration, or what it will make, on so many processors and at the pace that an
/// outcome has told.
#[cfg(feature = "generator")]
#[wasm_bindgen(unchecked_return_type = "Check")]
pub fn check(yaml: &str, cores: u32, pace: Option<f64>) -> JsResult {
    to_js(&view::check(yaml, cores as usize, pace))
}

/// The form's fields for a text; nothing when the text is no YAML.
#[cfg(feature = "generator")]
#[wasm_bindgen(unchecked_return_type = "Field[] | null")]
pub fn form(yaml: &str) -> JsResult {
    to_js(&config::form(yaml).ok().map(view::fields))
}

/// Why a file of so many bytes can be no configuration; nothing for one that may be.
#[cfg(feature = "generator")]
#[wasm_bindgen(js_name = textRefusal)]
pub fn text_refusal(bytes: f64) -> Option<String> {
    config::too_long(bytes as usize).map(|problem| problem.to_string())
}

/// The text with the value of one key replaced, comments kept.
#[cfg(feature = "generator")]
#[wasm_bindgen(js_name = setValue)]
pub fn set_value(yaml: &str, path: &str, value: &str) -> JsResult<String> {
    config::set_value(yaml, path, value).map_err(|error| Thrown::first_problem(&error))
}

/// The configuration's JSON Schema. A build publishes it beside the page, which reads it from there.
#[cfg(feature = "schema")]
#[wasm_bindgen]
pub fn schema() -> String {
    crate::config::schema()
}

/// A number of bytes for people.
#[cfg(feature = "generator")]
#[wasm_bindgen(js_name = sizeText)]
pub fn size_text(bytes: f64) -> String {
    text::bytes(bytes as u64)
}
