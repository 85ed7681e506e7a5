//! The report as one HTML file, chart by chart, so that the page answers in between.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::report::Report;
use crate::document;

#[derive(Serialize)]
struct Figure {
    chart: &'static str,
    metric: usize,
}

#[wasm_bindgen]
impl Report {
    /// The charts of the HTML report, in their order.
    #[wasm_bindgen(js_name = documentFigures, unchecked_return_type = "{ chart: string, metric: number }[]")]
    pub fn document_figures(&self) -> JsResult {
        let figures = document::figures(self.source.plan()).into_iter();
        to_js(&figures.map(|(kind, metric)| Figure { chart: kind.id(), metric }).collect::<Vec<_>>())
    }

    /// One of them, as it stands in the HTML.
    #[wasm_bindgen(js_name = documentFigure)]
    pub fn document_figure(&self, chart: &str, metric: usize) -> JsResult<String> {
        Ok(self.with_input(chart, metric, 0, document::figure)??)
    }
}
