//! The ground truth: what is wrong with a dataset, one event after another, and what the values would
//! be without it. Nothing that judges a dataset reads it.

use crate::dataset::Generator;
use crate::plan::AnomalyKind;
use crate::realism::gaps::GapCause;
use crate::series::{Buffers, Trace};

/// A gap, an outlier or an anomaly in one metric of one server.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Unique in the dataset: server, metric, first day and kind.
    pub id: String,
    /// Its kind: `outlier`, a [`GapCause`] or an [`AnomalyKind`].
    pub kind: &'static str,
    /// The server.
    pub server_id: String,
    /// The metric.
    pub metric: String,
    /// First step.
    pub start: usize,
    /// Values without any defect, one per step; those after the last day are left out.
    pub clean: Vec<f64>,
    /// The event of another kind that this gap hides, wholly or in part; the first, if there are several.
    pub overlaps: Option<String>,
}

/// The events of a row group of the dataset: by server, then by metric, then by time.
pub fn events(generator: &Generator, group: usize) -> Vec<Event> {
    let mut buffers = Buffers::default();
    let mut events = Vec::new();
    for index in generator.row_group(group) {
        let server = generator.server(index);
        let traces = generator.traces(&server, &mut buffers);
        for (metric, trace) in generator.plan().metrics.iter().zip(traces) {
            events.extend(of_series(generator, &server.id, &metric.name, &trace));
        }
    }
    events
}

fn of_series(generator: &Generator, server_id: &str, metric: &str, trace: &Trace) -> Vec<Event> {
    let dates = &generator.days().dates;
    let event = |kind: &'static str, steps: std::ops::Range<usize>| Event {
        id: format!("{server_id}/{metric}/{}/{kind}", dates[steps.start]),
        kind,
        server_id: server_id.to_owned(),
        metric: metric.to_owned(),
        start: steps.start,
        clean: steps.map(|step| trace.clean.get(step)).collect(),
        overlaps: None,
    };
    let defects = &trace.defects;
    let anomalies =
        defects.anomalies.iter().map(|anomaly| event(anomaly.kind.name(), anomaly.steps(dates.len())));
    let outliers = defects.outliers.iter().map(|&step| event(OUTLIER, step..step + 1));
    let mut visible: Vec<Event> = anomalies.chain(outliers).collect();
    visible.sort_by_key(|event| event.start);
    let mut gaps = Vec::new();
    for (cause, steps) in GapCause::ALL.into_iter().zip(&trace.missing_by_cause) {
        for steps in runs(steps) {
            let mut gap = event(cause.name(), steps.clone());
            // They are in order and apart from each other.
            let first = visible.partition_point(|other| other.start + other.clean.len() <= steps.start);
            let hidden = visible.get(first).filter(|other| other.start < steps.end);
            gap.overlaps = hidden.map(|other| other.id.clone());
            gaps.push(gap);
        }
    }
    let mut all = visible;
    all.append(&mut gaps);
    all.sort_by_key(|event| event.start);
    all
}

/// What an event of `outlier_rate` is called, beside the names of [`AnomalyKind`].
pub const OUTLIER: &str = "outlier";

/// Steps that follow each other, as the longest possible runs.
fn runs(steps: &[usize]) -> impl Iterator<Item = std::ops::Range<usize>> {
    steps.chunk_by(|a, b| *b == a + 1).map(|run| run[0]..run[run.len() - 1] + 1)
}

/// The names of all kinds of events.
pub fn kinds() -> Vec<&'static str> {
    let mut kinds = vec![OUTLIER];
    kinds.extend(AnomalyKind::ALL.map(AnomalyKind::name));
    kinds.extend(GapCause::ALL.map(GapCause::name));
    kinds
}
