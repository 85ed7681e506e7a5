//! Two runs side by side on the page.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::table::Table;
use super::text;
use crate::config;
use crate::export::compare;
use crate::run::from_bytes;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Comparison {
    title: String,
    figures: Table,
    differences: Table,
}

/// A pinned run and another one, from their figures and effective configurations.
#[wasm_bindgen(js_name = compareRuns, unchecked_return_type = "Comparison")]
pub fn compare_runs(
    pinned_figures: &[u8],
    pinned_config: &str,
    figures: &[u8],
    effective_config: &str,
) -> JsResult {
    let differences = config::differences(pinned_config, effective_config)?;
    let pairs = compare::compare(&from_bytes(pinned_figures)?, &from_bytes(figures)?);
    let title = match differences.len() as u64 {
        0 => "A (pinned) and B (now) have the same configuration".to_owned(),
        number => format!("A (pinned) and B (now) differ in {}", text::counted(number, "key", "keys")),
    };
    let rows = pairs
        .into_iter()
        .map(|pair| {
            let metric = if pair.metric.is_empty() { "All".to_owned() } else { pair.metric };
            vec![metric, pair.figure.to_owned(), pair.before, pair.after, pair.change]
        })
        .collect();
    let keys = differences.into_iter().map(|other| vec![other.path, other.before, other.after]).collect();
    to_js(&Comparison {
        title,
        figures: table(&["Metric", "Figure", "A", "B", "Change"], rows, 2, ""),
        differences: table(&["Key", "A", "B"], keys, 3, "not there"),
    })
}

/// A table whose columns from `first_number` on are numbers.
fn table(headers: &[&str], rows: Vec<Vec<String>>, first_number: usize, empty: &'static str) -> Table {
    Table {
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        rows,
        numeric: (0..headers.len()).map(|column| column >= first_number).collect(),
        empty,
    }
}
