//! The page's door to the core: thin functions that convert, call and convert.
//!
//! The page has one instance of the module for everything that answers at once (checking, charts),
//! its workers have others for jobs. Whatever the page says,
//! it says in words from here.

mod charts;
mod convert;
mod failure;
mod jobs;
mod outcome;
mod panic;
mod report;
mod text;
mod types;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::config;
use convert::{JsResult, Thrown, to_js};

pub use charts::charts;
pub use failure::failure;
pub use jobs::{Assembly, CsvExport, CsvMaker, CsvTally, Generation, Maker, TruthExport, arrange};
pub use report::Report;

/// Runs when an instance starts.
#[wasm_bindgen(start)]
pub fn start() {
    panic::install();
}

/// The presets, the default job first.
#[wasm_bindgen(unchecked_return_type = "Preset[]")]
pub fn presets() -> JsResult {
    to_js(&config::PRESETS)
}

/// What is wrong with a configuration, or what it will make.
#[wasm_bindgen(unchecked_return_type = "Check")]
pub fn check(yaml: &str) -> JsResult {
    to_js(&view::check(yaml))
}

/// The form's fields for a text; nothing when the text is no YAML.
#[wasm_bindgen(unchecked_return_type = "Field[] | null")]
pub fn form(yaml: &str) -> JsResult {
    to_js(&config::form(yaml).ok().map(view::fields))
}

/// The text with the value of one key replaced, comments kept.
#[wasm_bindgen(js_name = setValue)]
pub fn set_value(yaml: &str, path: &str, value: &str) -> JsResult<String> {
    config::set_value(yaml, path, value).map_err(|error| Thrown::first_problem(&error))
}

/// A number of bytes for people.
#[wasm_bindgen(js_name = sizeText)]
pub fn size_text(bytes: f64) -> String {
    text::bytes(bytes as u64)
}
