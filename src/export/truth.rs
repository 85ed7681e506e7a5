//! The ground truth: what is wrong with a dataset, one event after another, and what the values would
//! be without it; and which servers come, go, grow and move. Nothing that judges a dataset reads it.

use std::ops::Range;

use crate::dataset::Generator;
use crate::fleet::Server;
use crate::plan::{AnomalyKind, Attribute, Granularity};
use crate::realism::gaps::GapCause;
use crate::series::{Buffers, Trace};

/// A gap, an outlier or an anomaly in one metric of one server, or a turn in a server's life.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Unique in the dataset: server, metric, first day (and hour) and kind.
    pub id: String,
    /// Its kind: `outlier`, a [`GapCause`], an [`AnomalyKind`] or one of [`LIFECYCLE`].
    pub kind: &'static str,
    /// The server.
    pub server_id: String,
    /// The metric; nothing when it is about the server.
    pub metric: Option<String>,
    /// The steps: of a change all from the first after it to the server's last.
    pub steps: Range<usize>,
    /// Values without any defect, one per step; none when it is about the server.
    pub clean: Vec<f64>,
    /// The event of another kind that this gap hides, wholly or in part; the first, if there are several.
    pub overlaps: Option<String>,
    /// Of a change what has become what: the new capacity over the old one, or the two regions.
    pub detail: Option<String>,
}

/// What the turns in a server's life are called: its first and its last day, another capacity, another
/// region.
pub const LIFECYCLE: [&str; 4] = ["commissioned", "decommissioned", "resized", "migrated"];

/// The events of a row group of the dataset: by server, its life first, then by metric, then by time.
pub fn events(generator: &Generator, group: usize) -> Vec<Event> {
    let mut buffers = Buffers::default();
    let mut events = Vec::new();
    for index in generator.row_group(group) {
        let server = generator.server(index);
        events.extend(of_life(generator, &server));
        let traces = generator.traces(&server, &mut buffers);
        for (metric, trace) in generator.plan().metrics.iter().zip(traces) {
            events.extend(of_series(generator, &server.id, &metric.name, &trace));
        }
    }
    events
}

fn of_life(generator: &Generator, server: &Server) -> Vec<Event> {
    let (dates, per_day) = (&generator.days().dates, generator.plan().steps_per_day());
    let there = &server.life.days;
    let [commissioned, decommissioned, resized, migrated] = LIFECYCLE;
    let event = |kind: &'static str, days: Range<usize>, detail: Option<String>| Event {
        id: format!("{}/{}/{kind}", server.id, dates[days.start]),
        kind,
        server_id: server.id.clone(),
        metric: None,
        steps: days.start * per_day..days.end * per_day,
        clean: Vec::new(),
        overlaps: None,
        detail,
    };
    let mut events = Vec::new();
    if there.start > 0 {
        events.push(event(commissioned, there.start..there.start + 1, None));
    }
    if let Some((day, ratio)) = server.life.resize {
        events.push(event(resized, day..there.end, Some(ratio.to_string())));
    }
    if let Some((day, to)) = server.life.migration {
        let regions = &generator.plan().fleet.regions;
        let from = server.attributes[Attribute::Region as usize];
        let detail = format!("{} to {}", regions[from].0, regions[to].0);
        events.push(event(migrated, day..there.end, Some(detail)));
    }
    if there.end < dates.len() {
        events.push(event(decommissioned, there.end - 1..there.end, None));
    }
    events.sort_by_key(|event| event.steps.start);
    events
}

fn of_series(generator: &Generator, server_id: &str, metric: &str, trace: &Trace) -> Vec<Event> {
    let steps = generator.plan().steps();
    let event = |kind: &'static str, steps: Range<usize>| Event {
        id: format!("{server_id}/{metric}/{}/{kind}", time(generator, steps.start)),
        kind,
        server_id: server_id.to_owned(),
        metric: Some(metric.to_owned()),
        clean: steps.clone().map(|step| trace.clean.get(step)).collect(),
        steps,
        overlaps: None,
        detail: None,
    };
    let defects = &trace.defects;
    let anomalies = defects.anomalies.iter().map(|anomaly| event(anomaly.kind.name(), anomaly.steps(steps)));
    let outliers = defects.outliers.iter().map(|&step| event(OUTLIER, step..step + 1));
    let mut visible: Vec<Event> = anomalies.chain(outliers).collect();
    visible.sort_by_key(|event| event.steps.start);
    let mut gaps = Vec::new();
    for (cause, steps) in GapCause::ALL.into_iter().zip(&trace.missing_by_cause) {
        for steps in runs(steps) {
            let mut gap = event(cause.name(), steps.clone());
            // They are in order and apart from each other.
            let first = visible.partition_point(|other| other.steps.end <= steps.start);
            let hidden = visible.get(first).filter(|other| other.steps.start < steps.end);
            gap.overlaps = hidden.map(|other| other.id.clone());
            gaps.push(gap);
        }
    }
    let mut all = visible;
    all.append(&mut gaps);
    all.sort_by_key(|event| event.steps.start);
    all
}

/// When a step begins: its day, and the hour where a day has many.
fn time(generator: &Generator, step: usize) -> String {
    let per_day = generator.plan().steps_per_day();
    let date = generator.days().dates[step / per_day];
    match generator.plan().granularity {
        Granularity::Daily => date.to_string(),
        Granularity::Hourly => format!("{date}T{:02}", step % per_day),
    }
}

/// What an event of `outlier_rate` is called, beside the names of [`AnomalyKind`].
pub const OUTLIER: &str = "outlier";

/// Steps that follow each other, as the longest possible runs.
fn runs(steps: &[usize]) -> impl Iterator<Item = Range<usize>> {
    steps.chunk_by(|a, b| *b == a + 1).map(|run| run[0]..run[run.len() - 1] + 1)
}

/// The names of all kinds of events.
pub fn kinds() -> Vec<&'static str> {
    let mut kinds = vec![OUTLIER];
    kinds.extend(AnomalyKind::ALL.map(AnomalyKind::name));
    kinds.extend(GapCause::ALL.map(GapCause::name));
    kinds.extend(LIFECYCLE);
    kinds
}
