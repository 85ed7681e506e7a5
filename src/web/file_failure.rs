//! What to tell the user when a file could not be checked. The page's own module says it: the one that checks
//! may have ended, or never have come.

use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::failure::{Failure, is_loading, is_memory, sentence};

/// The words for what the worker said when a check failed, and for the panic it left, if any.
#[wasm_bindgen(js_name = fileFailure, unchecked_return_type = "Failure")]
pub fn file_failure(text: &str, panic: Option<String>) -> JsResult {
    let (title, advice) = match &panic {
        Some(_) => (
            "The file cannot be read to its end",
            "Most likely it is damaged: reading it ran into an error of this program. Other files can be checked.",
        ),
        None if text.starts_with("Error: ") => {
            return to_js(&Failure {
                title: "This file cannot be checked",
                advice: sentence(text),
                detail: String::new(),
            });
        }
        None if text.contains("NotReadableError") || text.contains("NotFoundError") => (
            "The file can no longer be read",
            "It was changed, moved or deleted after it was chosen, or may not be read. Choose it again.",
        ),
        None if text.contains("QuotaExceededError") => (
            "The browser's storage is full",
            "The validated copy does not fit. Free space on the disk, or use the command line: fleetsynth validate.",
        ),
        None if is_memory(text) || text.contains("RuntimeError") => (
            "Reading the file has ended unexpectedly",
            "Either it is damaged, or the memory is not enough for it. Close other tabs, sort the file by server and \
             time, or use the command line: fleetsynth validate.",
        ),
        None if is_loading(text) => (
            "The part of this page that checks files could not be loaded",
            "Check your connection and choose the file again. If that does not help, reload the page.",
        ),
        None => (
            "The file could not be checked",
            "The technical detail says what went wrong. Try again; if that does not help, reload the page.",
        ),
    };
    let detail = panic.as_deref().unwrap_or(text).trim();
    to_js(&Failure { title, advice: advice.to_owned(), detail: detail.to_owned() })
}
