//! What to tell the user when a job has failed.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use crate::run::arrangement::TOO_LARGE;

/// A failure in words.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    /// What happened.
    pub(super) title: &'static str,
    /// What to do about it.
    pub(super) advice: String,
    /// What the browser or the program said, for a report.
    pub(super) detail: String,
}

/// The words for what a worker said when it failed, and for the panic it left, if any.
#[wasm_bindgen(unchecked_return_type = "Failure")]
pub fn failure(text: &str, panic: Option<String>) -> JsResult {
    to_js(&Failure::new(text, panic))
}

/// The words for why a file of the dataset could not be saved where the user wants it.
#[wasm_bindgen(js_name = saveFailure, unchecked_return_type = "Failure")]
pub fn save_failure(text: &str) -> JsResult {
    to_js(&Failure::of_saving(text))
}

/// The words for why the results of a run could not be shown.
#[wasm_bindgen(js_name = showFailure, unchecked_return_type = "Failure")]
pub fn show_failure(text: &str) -> JsResult {
    to_js(&Failure::of_showing(text))
}

impl Failure {
    fn of_showing(text: &str) -> Self {
        Self {
            title: "The results could not be shown",
            advice: "The files of this run are there to download. Generate again to see the rest; if that does not \
                     help, reload the page."
                .to_owned(),
            detail: text.trim().to_owned(),
        }
    }

    fn of_saving(text: &str) -> Self {
        let (title, advice) = if text.contains("QuotaExceededError") {
            (
                "There is no room for the file there",
                "Nothing of it was left behind. Free space on that disk or choose another place, then save \
                 again: what was made is still here.",
            )
        } else if text.contains("NotAllowedError") || text.contains("NoModificationAllowedError") {
            (
                "The browser may not write to that file",
                "Allow it when the browser asks, close programs that have the file open, or choose another \
                 name. What was made is still here.",
            )
        } else {
            (
                "The file could not be saved",
                "What was made is still here: choose another place and save again, or download it.",
            )
        };
        Self { title, advice: advice.to_owned(), detail: text.trim().to_owned() }
    }

    fn new(text: &str, panic: Option<String>) -> Self {
        let (title, advice) = match &panic {
            Some(_) => (
                "The generator stopped: it met an error of its own",
                "Your configuration is untouched. Change it a little and generate again; please report what \
                 stands below.",
            ),
            None if is_refusal(text) => {
                return Self {
                    title: "The dataset is too large for this browser",
                    advice: sentence(text),
                    detail: String::new(),
                };
            }
            None if text.contains("QuotaExceededError") => (
                "The browser's storage is full",
                "What was made so far is removed. Free space on the disk, or generate fewer servers, fewer days or \
                 fewer metrics. The command line makes datasets of any size.",
            ),
            None if is_memory(text) => (
                "The browser ran out of memory",
                "Close other tabs, or generate fewer servers, fewer days or fewer metrics. The command line \
                 makes datasets of any size.",
            ),
            None if text.contains("RuntimeError") => (
                "The generator stopped unexpectedly",
                "Mostly the memory is not enough: close other tabs or generate a smaller dataset, then \
                 generate again.",
            ),
            None if is_loading(text) => (
                "The generator could not be loaded",
                "Check your connection and generate again. If that does not help, reload the page.",
            ),
            None => (
                "The dataset could not be generated",
                "The technical detail says what went wrong. Try again; if that does not help, reload the page.",
            ),
        };
        let detail = panic.as_deref().unwrap_or(text).trim();
        Self { title, advice: advice.to_owned(), detail: detail.to_owned() }
    }
}

/// Whether the arrangement of a job was refused, which is said in whole sentences.
fn is_refusal(text: &str) -> bool {
    sentence(text).starts_with(TOO_LARGE)
}

/// What an error says, without its name.
pub(super) fn sentence(text: &str) -> String {
    text.trim_start_matches("Error: ").to_owned()
}

pub(super) fn is_memory(text: &str) -> bool {
    let text = text.to_lowercase();
    ["out of memory", "memory allocation", "allocation fail", "allocation size", "array buffer alloc"]
        .iter()
        .any(|sign| text.contains(sign))
        || text.starts_with("rangeerror")
}

pub(super) fn is_loading(text: &str) -> bool {
    // A worker whose script can't be loaded says nothing at all.
    text.is_empty() || text.contains("NetworkError") || text.contains("import") || text.contains("fetch")
}
