//! Links that hold a configuration: the browser compresses and takes apart, everything else is decided here.

use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, Thrown};
use crate::config::share;

/// What of a configuration is shared.
#[wasm_bindgen(js_name = sharedText)]
pub fn shared_text(yaml: &str) -> JsResult<String> {
    share::shared_text(yaml).map_err(|error| match error.problems() {
        [] => error.into(),
        _ => Thrown::first_problem(&error),
    })
}

/// The fragment for a text that is compressed (RFC 1951).
#[wasm_bindgen(js_name = shareFragment)]
pub fn share_fragment(compressed: &[u8]) -> JsResult<String> {
    Ok(share::fragment(compressed)?)
}

/// The compressed text that a fragment holds; nothing for a fragment of another kind.
#[wasm_bindgen(js_name = sharedBytes)]
pub fn shared_bytes(fragment: &str) -> JsResult<Option<Vec<u8>>> {
    Ok(share::compressed(fragment)?)
}

/// Most bytes that are taken apart.
#[wasm_bindgen(js_name = sharedLimit)]
pub fn shared_limit() -> f64 {
    share::MAX_SHARED as f64
}

/// The text of what was taken apart, one byte more than the limit at most; nothing where that failed.
#[wasm_bindgen(js_name = readShared)]
pub fn read_shared(bytes: Option<Vec<u8>>) -> JsResult<String> {
    Ok(share::text(bytes)?)
}
