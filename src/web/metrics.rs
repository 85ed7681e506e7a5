//! The metrics to choose from.

use serde::Serialize;

use super::convert::{JsResult, to_js};
use crate::chart;
use crate::plan::Plan;

#[derive(Serialize)]
struct MetricInfo<'a> {
    name: &'a str,
    label: String,
}

/// The metrics of a plan with their names for people.
pub(super) fn metrics(plan: &Plan) -> JsResult {
    let info = |name| MetricInfo { name, label: chart::metric_label(name) };
    to_js(&plan.metrics.iter().map(|metric| info(metric.name.as_str())).collect::<Vec<_>>())
}
