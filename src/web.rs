//! The page's door to the core: thin functions that convert, call and convert.
//!
//! The page has one instance of the module for everything that answers at once (checking, charts),
//! its workers have others for jobs. What uploads and what checks files are modules of their own, from the same
//! code by the features `uploader` and `validator`: few visits need them. Whatever the page says, it says in words from here.

#[cfg(feature = "generator")]
mod charts;
mod convert;
#[cfg(feature = "generator")]
mod failure;
#[cfg(feature = "generator")]
mod file_failure;
#[cfg(feature = "generator")]
mod jobs;
#[cfg(feature = "generator")]
mod outcome;
mod panic;
#[cfg(feature = "generator")]
mod report;
#[cfg(any(feature = "generator", feature = "validator"))]
mod tables;
#[cfg_attr(
    not(feature = "generator"),
    allow(dead_code, unused_imports, reason = "uploads and files need few of them")
)]
mod text;
#[cfg(feature = "generator")]
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
pub use failure::failure;
#[cfg(feature = "generator")]
pub use file_failure::file_failure;
#[cfg(feature = "generator")]
pub use jobs::{Assembly, CsvExport, CsvMaker, CsvTally, Generation, Maker, TruthExport, arrange};
#[cfg(feature = "generator")]
pub use report::Report;
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

/// What is wrong with a configuration, or what it will make.
#[cfg(feature = "generator")]
#[wasm_bindgen(unchecked_return_type = "Check")]
pub fn check(yaml: &str) -> JsResult {
    to_js(&view::check(yaml))
}

/// The form's fields for a text; nothing when the text is no YAML.
#[cfg(feature = "generator")]
#[wasm_bindgen(unchecked_return_type = "Field[] | null")]
pub fn form(yaml: &str) -> JsResult {
    to_js(&config::form(yaml).ok().map(view::fields))
}

/// The text with the value of one key replaced, comments kept.
#[cfg(feature = "generator")]
#[wasm_bindgen(js_name = setValue)]
pub fn set_value(yaml: &str, path: &str, value: &str) -> JsResult<String> {
    config::set_value(yaml, path, value).map_err(|error| Thrown::first_problem(&error))
}

/// A number of bytes for people.
#[cfg(feature = "generator")]
#[wasm_bindgen(js_name = sizeText)]
pub fn size_text(bytes: f64) -> String {
    text::bytes(bytes as u64)
}
