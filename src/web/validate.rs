//! Files of the user's, checked: runs in a worker, because reading waits for each part of the file.

mod door;
mod types;
mod view;

use std::sync::Arc;

use js_sys::{Error as JsError, Function, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Blob;

use super::convert::{JsResult, to_js};
use crate::config::{self, PRESETS};
use crate::error::Result;
use crate::ingest::{self, Demands};
use crate::plan::Plan;
use door::{Door, Outlet};
use view::{FileReport, LookView};

/// Most rows that are sorted in memory: about 1 GB with ten columns.
const MOST_UNSORTED_ROWS: u64 = 5_000_000;
/// From this size on, bytes, the copy of a file goes to a file as it comes: below, memory is quicker.
const TO_FILE_FROM: f64 = 8e6;
/// File systems are quickest with writes of some megabytes.
const WRITE_BYTES: usize = 8 << 20;

/// The plan whose limits hold: that of the page, or the default job's while the page's has problems.
fn plan(yaml: &str) -> Result<(Plan, bool)> {
    match config::plan(yaml, &[]) {
        Ok(plan) => Ok((plan, true)),
        Err(_) => Ok((config::plan(PRESETS[0].yaml, &[])?, false)),
    }
}

/// A core's error, or what the browser has thrown where the file or its copy could not be moved.
fn thrown(error: impl ToString, door: &Door) -> JsValue {
    door.failure().unwrap_or_else(|| JsError::new(&error.to_string()).into())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CopyPlace {
    to_file: bool,
    write_bytes: usize,
}

/// Where the validated copy of a file of this size, bytes, is kept.
#[wasm_bindgen(js_name = copyPlace, unchecked_return_type = "CopyPlace")]
pub fn copy_place(bytes: f64) -> JsResult {
    to_js(&CopyPlace { to_file: bytes >= TO_FILE_FROM, write_bytes: WRITE_BYTES })
}

/// What a file has for columns, and which of them may be ours. `yaml` says which ours are.
///
/// # Errors
/// With an `Error` of a sentence where the file is none that can be read; with the browser's own where it
/// doesn't let it be read.
#[wasm_bindgen(js_name = lookAt, unchecked_return_type = "FileLook")]
pub fn look_at(file: Blob, yaml: &str) -> Result<JsValue, JsValue> {
    let size = file.size();
    let door = Arc::new(Door::new(file, None, 1)?);
    let (plan, is_own) = plan(yaml).map_err(|error| thrown(error, &door))?;
    let look = ingest::look(&door, &plan).map_err(|error| thrown(error, &door))?;
    Ok(to_js(&LookView::new(&look, size, is_own))?)
}

#[derive(Deserialize)]
struct ColumnChoice {
    ours: String,
    theirs: String,
}

/// Checks a file by the limits of `yaml`. `columns` says where ours are that the user has chosen; `write` takes
/// the parts of the validated copy; `report` is told which share is done, 0 to 1.
///
/// # Errors
/// As [`look_at`]; also when `write` throws.
#[wasm_bindgen(js_name = validateFile, unchecked_return_type = "FileOutcome")]
pub fn validate_file(
    file: Blob,
    yaml: &str,
    #[wasm_bindgen(unchecked_param_type = "ColumnChoice[]")] columns: JsValue,
    #[wasm_bindgen(unchecked_param_type = "(bytes: Uint8Array<ArrayBuffer>) => void")] write: Function,
    #[wasm_bindgen(unchecked_param_type = "(share: number) => void")] report: Function,
) -> Result<JsValue, JsValue> {
    let columns: Vec<ColumnChoice> = serde_wasm_bindgen::from_value(columns)?;
    let chosen = |choice: &ColumnChoice| !choice.theirs.is_empty() && choice.theirs != choice.ours;
    let columns = columns.into_iter().filter(chosen).map(|choice| (choice.ours, choice.theirs)).collect();
    let first = Arc::new(Door::new(file.clone(), None, 1)?);
    let format = ingest::format(&first).map_err(|error| thrown(error, &first))?;
    let door = Arc::new(Door::new(file, Some(report), format.readings())?);
    let (plan, _) = plan(yaml).map_err(|error| thrown(error, &door))?;
    let demands = Demands { plan: &plan, columns, most_unsorted_rows: MOST_UNSORTED_ROWS, charts: true };
    let outlet = Outlet::new(Arc::clone(&door), write);
    let validated = ingest::validate(&door, &demands, Some(outlet), &mut |_| Ok(()));
    let (validation, outlet) = validated.map_err(|error| thrown(error, &door))?;
    if let Some(outlet) = outlet {
        outlet.finish().map_err(|error| thrown(error, &door))?;
    }
    let object = to_js(&FileReport::new(&validation))?;
    let charts = match &validation.charts {
        Some(Ok(fleet)) => {
            Uint8Array::from(fleet.to_bytes().map_err(|error| thrown(error, &door))?.as_slice()).into()
        }
        _ => JsValue::NULL,
    };
    Reflect::set(&object, &"charts".into(), &charts)?;
    Ok(object)
}

/// How far a check has come after `elapsed` milliseconds.
#[wasm_bindgen(js_name = fileProgress, unchecked_return_type = "FileProgress")]
pub fn file_progress(share: f64, elapsed: f64) -> JsResult {
    to_js(&view::progress(share, elapsed))
}
