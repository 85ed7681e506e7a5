//! The first chart, which is seen at once: all others are in a module of their own, loaded meanwhile.

use std::sync::Arc;

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

use super::canvas::{LegendEntry, area, theme};
use super::convert::{JsResult, to_js};
use super::metrics::metrics;
use crate::chart::{self, ChartInput, Style, View};
use crate::config;
use crate::dataset::Generator;
use crate::profile::FleetProfile;
use crate::run::from_bytes;

/// What the first chart of a dataset is drawn from.
#[wasm_bindgen]
pub struct FirstChart {
    generator: Generator,
    profile: FleetProfile,
    view: View,
}

#[wasm_bindgen]
impl FirstChart {
    /// The first chart of the dataset of a configuration, with the profile that its run gave.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str, profile: &[u8]) -> JsResult<FirstChart> {
        let generator = Generator::new(Arc::new(config::plan(yaml, &[])?));
        let view = View::whole(generator.days().len());
        Ok(Self { generator, profile: from_bytes(profile)?, view })
    }

    /// The metrics.
    #[wasm_bindgen(unchecked_return_type = "MetricInfo[]")]
    pub fn metrics(&self) -> JsResult {
        metrics(self.generator.plan())
    }

    /// Draws it over the whole canvas, which has `scale` pixels per CSS pixel, and gives its legend.
    #[wasm_bindgen(unchecked_return_type = "LegendEntry[]")]
    pub fn draw(&self, canvas: HtmlCanvasElement, metric: usize, dark: bool, scale: f64) -> JsResult {
        let style = Style::canvas(theme(dark), scale);
        to_js(&LegendEntry::all(chart::draw_fleet(&area(canvas)?, &self.input(metric), &style)?))
    }

    /// Its content in a sentence or two.
    pub fn describe(&self, metric: usize) -> String {
        chart::describe_fleet(&self.input(metric))
    }
}

impl FirstChart {
    fn input(&self, metric: usize) -> ChartInput<'_> {
        ChartInput {
            plan: self.generator.plan(),
            days: self.generator.days(),
            profile: &self.profile,
            metric: metric.min(self.profile.metrics.len() - 1),
            series: None,
            correlations: None,
            view: &self.view,
            pinned: None,
        }
    }
}
