//! Which charts there are.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use crate::chart::ChartKind;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChartInfo {
    id: &'static str,
    title: &'static str,
    wide: bool,
    tall: bool,
    over_time: bool,
    table_label: &'static str,
}

/// The charts, in the order in which they are shown.
#[wasm_bindgen(unchecked_return_type = "ChartInfo[]")]
pub fn charts() -> JsResult {
    to_js(&ChartKind::ALL.map(|kind| ChartInfo {
        id: kind.id(),
        title: kind.title(),
        wide: kind.is_wide(),
        tall: matches!(kind, ChartKind::Heat | ChartKind::Gaps),
        over_time: kind.is_over_time(),
        table_label: "Data table",
    }))
}
