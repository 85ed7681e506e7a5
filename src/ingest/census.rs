//! What has to be known of a file before its charts can be gathered: its servers, days, groups and metrics.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_schema::DataType;
use chrono::NaiveDate;

use super::fleet::{Facts, MetricFacts};
use super::layout::{Layout, MICROS_PER_DAY};
use super::survey::{MetricSurvey, Survey};
use crate::aggregate::groups::Facet;
use crate::calendar::{FIRST_DATE, LAST_DATE};
use crate::plan::Plan;
use crate::series::grid::scale;
use crate::wording::{counted, grouped};

/// Most servers whose ids are kept.
const MOST_SERVERS: usize = 100_000;
/// Most metrics that have charts.
const MOST_METRICS: usize = 64;
/// Most values of a column by which servers are grouped.
const MOST_VALUES: usize = 1_000;
/// Largest number that charts show, and most steps of the last decimal: a double holds these exactly.
const LARGEST: f64 = 1e15;
/// Fewest decimals that are kept, as the P95 of several rows has more than these have.
const FEWEST_DECIMALS: u32 = 2;
/// The group of the servers without a value.
const NOT_GIVEN: &str = "not given";
/// Months with a window of metrics that the configuration does not know.
const QUARTER_ENDS: [bool; 12] =
    [false, false, true, false, false, true, false, false, true, false, false, true];

/// What the first pass over a file counts for the charts.
#[derive(Debug)]
pub(super) struct Census {
    /// At most one more than [`MOST_SERVERS`].
    servers: BTreeSet<String>,
    /// First and last day since 1970.
    days: Option<(i64, i64)>,
    facets: [Option<Values>; Facet::ALL.len()],
}

/// The values of a column by which servers are grouped, each with its rows.
#[derive(Debug)]
struct Values {
    place: usize,
    rows: BTreeMap<String, u64>,
}

/// What the second pass gathers, and from where.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) facts: Facts,
    /// The places of the metrics in a batch.
    pub(super) metrics: Vec<usize>,
    /// The places of the columns by which servers are grouped.
    pub(super) facets: [Option<usize>; Facet::ALL.len()],
    /// What the charts leave out, in sentences.
    pub(super) notes: Vec<String>,
}

impl Census {
    pub(super) fn new(layout: &Layout) -> Self {
        let values = |facet: Facet| {
            let (place, field) = layout.schema().column_with_name(facet.name())?;
            (*field.data_type() == DataType::Utf8).then(|| Values { place, rows: BTreeMap::new() })
        };
        Self { servers: BTreeSet::new(), days: None, facets: Facet::ALL.map(values) }
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let servers = batch.column(0).as_string::<i32>();
        for (server, _) in runs(servers.iter()) {
            let server = server.unwrap_or_default();
            if self.servers.len() <= MOST_SERVERS && !self.servers.contains(server) {
                self.servers.insert(server.to_owned());
            }
        }
        for time in batch.column(1).as_primitive::<TimestampMicrosecondType>().values() {
            let day = time.div_euclid(MICROS_PER_DAY);
            let (first, last) = self.days.unwrap_or((day, day));
            self.days = Some((first.min(day), last.max(day)));
        }
        for facet in &mut self.facets {
            let Some(values) = facet else { continue };
            for (value, rows) in runs(batch.column(values.place).as_string::<i32>().iter()) {
                *values.rows.entry(given(value).to_owned()).or_default() += rows;
            }
            if values.rows.len() > MOST_VALUES {
                *facet = None;
            }
        }
    }

    /// What to gather; or why there can be no charts, in a sentence.
    pub(super) fn question(
        self,
        base: &Plan,
        layout: &Layout,
        survey: &Survey,
    ) -> std::result::Result<Question, String> {
        if self.servers.len() > MOST_SERVERS {
            return Err(format!(
                "There are no charts of files with more than {} servers.",
                grouped(MOST_SERVERS)
            ));
        }
        let day = |day: i64| i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
        let (first, last) = self.days.unwrap_or_default();
        if !(day(first) >= Some(FIRST_DATE) && day(last).is_some_and(|last| last <= LAST_DATE)) {
            return Err(format!(
                "Charts know the calendar from {FIRST_DATE} to {LAST_DATE}, and the file has rows of other days: is the column of times the right one?"
            ));
        }
        let is_shown = |metric: &MetricSurvey| {
            metric.min <= metric.max && metric.min.abs().max(metric.max.abs()) <= LARGEST
        };
        let all: Vec<(&str, &MetricSurvey)> =
            layout.metrics().map(|(_, name)| name).zip(&survey.metrics).collect();
        let (mut shown, mut others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, metric)| is_shown(metric));
        others.extend(shown.drain(MOST_METRICS.min(shown.len())..));
        if shown.is_empty() {
            return Err("Charts need a column of numbers, and the file has none with values.".to_owned());
        }
        let mut notes = Vec::new();
        if !others.is_empty() {
            let names: Vec<&str> = others.iter().map(|(name, _)| *name).take(8).collect();
            let more = others.len() - names.len();
            let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
            notes.push(format!(
                "Without charts: {}{more}. {} at most have some, none without values, and none beyond 10^15.",
                names.join(", "),
                counted(MOST_METRICS as u64, "metric", "metrics"),
            ));
        }
        let decimals = decimals(&shown);
        let facts = Facts {
            configuration: base.effective_yaml.clone(),
            first_day: first as i32,
            last_day: last as i32,
            decimals,
            metrics: shown.iter().map(|(name, metric)| metric_facts(base, name, metric, decimals)).collect(),
            groups: std::array::from_fn(|facet| match &self.facets[facet] {
                Some(values) => values.in_order(&Facet::ALL[facet].groups(base)),
                None => Vec::new(),
            }),
            ids: self.servers.into_iter().collect(),
        };
        Ok(Question {
            facts,
            metrics: shown.iter().map(|(_, metric)| metric.place).collect(),
            facets: self.facets.map(|values| values.map(|values| values.place)),
            notes,
        })
    }
}

impl Values {
    /// First those that are known, in their order, then those of most rows.
    fn in_order(&self, known: &[String]) -> Vec<String> {
        let mut names: Vec<&String> = self.rows.keys().collect();
        let place = |name: &String| known.iter().position(|known| known == name).unwrap_or(known.len());
        names.sort_by_key(|name| (place(name), std::cmp::Reverse(self.rows[*name])));
        names.into_iter().cloned().collect()
    }
}

/// A text by which a server is grouped.
pub(super) fn given(value: Option<&str>) -> &str {
    value.unwrap_or(NOT_GIVEN)
}

/// Equal neighbours once, each with their number.
fn runs<'v>(values: impl Iterator<Item = Option<&'v str>>) -> impl Iterator<Item = (Option<&'v str>, u64)> {
    let mut values = values.peekable();
    std::iter::from_fn(move || {
        let value = values.next()?;
        let mut rows = 1;
        while values.next_if_eq(&value).is_some() {
            rows += 1;
        }
        Some((value, rows))
    })
}

/// With how many decimals all values can be written and counted; `None` when it takes too many.
fn decimals(metrics: &[(&str, &MetricSurvey)]) -> Option<u32> {
    let decimals = metrics
        .iter()
        .map(|(_, metric)| metric.decimals)
        .try_fold(FEWEST_DECIMALS, |most, decimals| decimals.map(|decimals| decimals.max(most)))?;
    let largest = metrics.iter().map(|(_, metric)| metric.min.abs().max(metric.max.abs()));
    (largest.fold(0.0, f64::max) * scale(decimals) <= LARGEST).then_some(decimals)
}

/// What the configuration knows of a metric, with limits that have room for all of the file's values.
fn metric_facts(base: &Plan, name: &str, metric: &MetricSurvey, decimals: Option<u32>) -> MetricFacts {
    let known = base.metrics.iter().find(|known| known.name == name);
    // Half a step more on either side, so that no value at an end is lost to rounding.
    let margin = decimals.map_or(0.0, |decimals| 0.5 / scale(decimals));
    let (mut low, mut high) = (metric.min - margin, metric.max + margin);
    if low == high {
        (low, high) = (low - 1.0, high + 1.0);
    }
    if let Some(known) = known {
        low = if metric.min < known.min_clip { low } else { known.min_clip };
        high = if metric.max > known.max_clip { high } else { known.max_clip };
    }
    MetricFacts {
        name: name.to_owned(),
        unit: known.map_or(String::new(), |known| known.unit.clone()),
        low,
        high,
        eoq_months: known.map_or(QUARTER_ENDS, |known| known.eoq_months),
    }
}
