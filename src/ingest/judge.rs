//! What is demanded of the rows, checked in their order.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{Array, BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use chrono::DateTime;

use super::Demands;
use super::copy::Written;
use super::layout::{Layout, MICROS_PER_DAY};
use super::report::{Validation, day_or_time};
use super::source::Format;
use super::survey::{MetricSurvey, Survey};
use crate::PROGRAM;
use crate::aggregate::distribution::{Distribution, Statistics};
use crate::error::Result;
use crate::plan::{MetricPlan, QualityPlan};
use crate::quality::{Check, QualityReport, Verdict, gates};
use crate::wording::{counted, grouped};

/// Most distances between times that are told apart.
const MOST_INTERVALS: usize = 1 << 16;

const MICROS_PER_SECOND: i64 = 1_000_000;

pub(super) struct Judge<'p> {
    limits: &'p QualityPlan,
    columns: Vec<String>,
    left_out: Vec<String>,
    /// Columns that the configuration has as metrics, but that hold no numbers.
    no_numbers: Vec<String>,
    metrics: Vec<MetricJudge<'p>>,
    keys: Keys,
}

/// What is known of the rows' servers and times.
#[derive(Default)]
struct Keys {
    rows: u64,
    duplicates: u64,
    /// Duplicates whose other values differ from the row that stays.
    conflicts: u64,
    /// Micros between a server's times, with how often they occur.
    intervals: BTreeMap<i64, u64>,
    further_intervals: u64,
    /// Micros from a server's first time to its last, with the servers that have it, and one of them.
    spans: BTreeMap<i64, (u64, String)>,
    first: Option<i64>,
    last: Option<i64>,
    current: Option<Current>,
}

/// The server whose rows come now.
struct Current {
    id: String,
    first: i64,
    last: i64,
    /// Its last row that was kept.
    row: RecordBatch,
}

struct MetricJudge<'p> {
    survey: MetricSurvey,
    name: String,
    /// What the configuration knows of it.
    plan: Option<&'p MetricPlan>,
    distribution: Distribution,
    missing: u64,
    outside: u64,
    infinite: u64,
}

impl<'p> Judge<'p> {
    pub(super) fn new(demands: &Demands<'p>, layout: &Layout, survey: &Survey) -> Self {
        let plan = demands.plan;
        let metric = |((_, name), survey): ((usize, &str), &MetricSurvey)| MetricJudge {
            survey: *survey,
            name: name.to_owned(),
            plan: plan.metrics.iter().find(|metric| metric.name == name),
            distribution: Distribution::new(survey.ticks()),
            missing: 0,
            outside: 0,
            infinite: 0,
        };
        Self {
            limits: &plan.quality,
            columns: layout.schema().fields().iter().map(|field| field.name().clone()).collect(),
            left_out: layout.left_out.clone(),
            no_numbers: layout
                .others()
                .filter(|name| plan.metrics.iter().any(|metric| metric.name == *name))
                .map(str::to_owned)
                .collect(),
            metrics: layout.metrics().zip(&survey.metrics).map(metric).collect(),
            keys: Keys::default(),
        }
    }

    /// Takes the next rows in, which are sorted; gives those that are no duplicates.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let kept = self.keys.add(batch)?;
        for metric in &mut self.metrics {
            metric.add(&kept);
        }
        Ok(kept)
    }

    /// The verdict, once all rows were seen.
    pub(super) fn finish(mut self, format: Format, survey: &Survey, written: Option<Written>) -> Validation {
        self.keys.end_server();
        let step = self.keys.step();
        let mut checks = vec![
            columns(&self.left_out, &self.no_numbers, self.metrics.len()),
            Check::new(
                "keys_present",
                "Rows have a server and a time",
                "0 rows without".to_owned(),
                format!("{} without", counted(survey.read - survey.rows, "row", "rows")),
                warn_if(survey.read > survey.rows),
            ),
            Check::new(
                "sorted",
                "Rows are sorted by server and timestamp",
                "sorted".to_owned(),
                if survey.is_sorted { "sorted" } else { "not sorted" }.to_owned(),
                warn_if(!survey.is_sorted),
            ),
            self.keys.unique(),
            self.keys.continuous(step, self.limits),
            self.keys.history(step, self.limits),
        ];
        for metric in &self.metrics {
            checks.push(metric.missing_share(self.limits));
            checks.push(metric.value_range());
        }
        let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Pass);
        let Keys { rows, duplicates, spans, first, last, .. } = self.keys;
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        Validation {
            program: PROGRAM.to_owned(),
            format,
            rows_read: survey.read,
            rows,
            duplicates_removed: duplicates,
            servers: spans.values().map(|(servers, _)| servers).sum(),
            start: day_or_time(first),
            end: day_or_time(last),
            step: step.map(step_name),
            columns: self.columns,
            left_out: self.left_out,
            statistics: self.metrics.iter().map(MetricJudge::statistics).collect(),
            quality: QualityReport { verdict, checks, realism: Vec::new() },
            validated: None,
            charts: None,
        }
        .with_copy(first, last, written)
    }
}

impl Keys {
    fn add(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let servers = batch.column(0).as_string::<i32>();
        let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
        let mut keep = Vec::with_capacity(batch.num_rows());
        // Where in this batch the last row stands that was kept; before the first it is in an earlier one.
        let mut last_kept: Option<usize> = None;
        for row in 0..batch.num_rows() {
            let (server, time) = (servers.value(row), times.value(row));
            match &mut self.current {
                Some(current) if current.id == server && current.last == time => {
                    let stays = last_kept.map_or_else(|| current.row.clone(), |kept| batch.slice(kept, 1));
                    self.conflicts += u64::from(stays.columns() != batch.slice(row, 1).columns());
                    self.duplicates += 1;
                    keep.push(false);
                    continue;
                }
                Some(current) if current.id == server => {
                    let interval = time.saturating_sub(current.last);
                    current.last = time;
                    if self.intervals.len() < MOST_INTERVALS || self.intervals.contains_key(&interval) {
                        *self.intervals.entry(interval).or_default() += 1;
                    } else {
                        self.further_intervals += 1;
                    }
                }
                _ => {
                    self.end_server();
                    let row = batch.slice(row, 1);
                    self.current = Some(Current { id: server.to_owned(), first: time, last: time, row });
                }
            }
            self.rows += 1;
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
            last_kept = Some(row);
            keep.push(true);
        }
        if let (Some(current), Some(kept)) = (&mut self.current, last_kept) {
            current.row = batch.slice(kept, 1);
        }
        let keep = BooleanArray::from(keep);
        Ok(if keep.true_count() == batch.num_rows() {
            batch.clone()
        } else {
            filter_record_batch(batch, &keep)?
        })
    }

    fn end_server(&mut self) {
        if let Some(Current { id, first, last, .. }) = self.current.take() {
            self.spans.entry(last.saturating_sub(first)).or_insert((0, id)).0 += 1;
        }
    }

    /// The distance between a server's times that occurs most often.
    fn step(&self) -> Option<i64> {
        self.intervals
            .iter()
            .max_by_key(|(interval, count)| (**count, -**interval))
            .map(|(&interval, _)| interval)
    }

    fn unique(&self) -> Check {
        let mut check = Check::new(
            "keys_unique",
            "Keys (server, timestamp) are unique",
            "0 duplicates".to_owned(),
            counted(self.duplicates, "duplicate", "duplicates"),
            warn_if(self.duplicates > 0),
        );
        if self.conflicts > 0 {
            check.note = format!(
                "{} other values than the first row of the same key, which stays.",
                if self.conflicts == 1 {
                    "One has".to_owned()
                } else {
                    format!("{} have", grouped(self.conflicts))
                }
            );
        }
        check
    }

    fn continuous(&self, step: Option<i64>, limits: &QualityPlan) -> Check {
        let title = "Every server has every step";
        let Some(step) = step else {
            let (expected, found) = ("several rows per server".to_owned(), "one row per server".to_owned());
            return Check::new("keys_continuous", title, expected, found, Verdict::Skipped);
        };
        let wider = || self.intervals.iter().filter(|(interval, _)| **interval != step);
        // Times may lie as far apart as numbers of 64 bits can.
        let missing = wider().fold(0_u64, |sum, (interval, count)| {
            sum.saturating_add(((interval / step - 1).max(0) as u64).saturating_mul(*count))
        });
        let uneven: u64 =
            wider().filter(|(interval, _)| *interval % step != 0).map(|(_, count)| count).sum::<u64>()
                + self.further_intervals;
        let share = 100.0 * (missing as f64 + uneven as f64) / (self.rows as f64 + missing as f64);
        let mut found = format!("{} missing", counted(missing, "row", "rows"));
        if uneven > 0 {
            found += &format!(", {} out of step", counted(uneven, "row", "rows"));
        }
        let verdict = match missing.saturating_add(uneven) {
            0 => Verdict::Pass,
            _ if share <= limits.max_missing_pct => Verdict::Warn,
            _ => Verdict::Fail,
        };
        Check::new("keys_continuous", title, format!("a row per {}", step_name(step)), found, verdict)
    }

    fn history(&self, step: Option<i64>, limits: &QualityPlan) -> Check {
        let least = limits.min_history_days;
        // A day's row stands for all of it.
        let days = |span: i64| (span as f64 + step.unwrap_or(0) as f64) / MICROS_PER_DAY as f64;
        let short: u64 = self
            .spans
            .iter()
            .filter(|(span, _)| days(**span) < least as f64)
            .map(|(_, (count, _))| count)
            .sum();
        let servers: u64 = self.spans.values().map(|(count, _)| count).sum();
        let (span, (_, example)) = self.spans.first_key_value().expect("there is a server");
        let mut check = Check::new(
            "history",
            "Every server has enough history",
            format!("at least {}", counted(least, "day", "days")),
            format!("{} at least", counted(days(*span) as u64, "day", "days")),
            if short == 0 { Verdict::Pass } else { Verdict::Fail },
        );
        if short > 0 {
            check.note = format!(
                "{} of {} have less, {example} the least.",
                grouped(short),
                counted(servers, "server", "servers")
            );
        }
        check
    }
}

impl MetricJudge<'_> {
    fn add(&mut self, rows: &RecordBatch) {
        let values = rows.column(self.survey.place).as_primitive::<Float64Type>();
        self.missing += values.null_count() as u64;
        let ticks = *self.distribution.ticks();
        let mut in_ticks = Vec::with_capacity(values.len());
        for value in values.iter().flatten() {
            if !value.is_finite() {
                self.infinite += 1;
                continue;
            }
            self.outside +=
                u64::from(self.plan.is_some_and(|plan| !(plan.min_clip..=plan.max_clip).contains(&value)));
            let tick = ticks.of(value);
            self.distribution.count(tick);
            in_ticks.push(tick);
        }
        if !self.distribution.is_exact() {
            self.distribution.add_moments(in_ticks.into_iter(), &[]);
        }
    }

    fn unit(&self) -> &str {
        self.plan.map_or("", |plan| &plan.unit)
    }

    fn statistics(&self) -> Statistics {
        self.distribution.statistics(&self.name, self.unit(), self.missing)
    }

    fn missing_share(&self, limits: &QualityPlan) -> Check {
        let total = self.missing + self.infinite + self.distribution.total();
        gates::missing_share(limits, &self.name, self.missing, total)
    }

    fn value_range(&self) -> Check {
        let (min, max) = self.distribution.range();
        let unit = self.unit();
        let expected = self.plan.map_or("finite values".to_owned(), |plan| {
            format!("{} to {} {unit}", plan.min_clip, plan.max_clip)
        });
        let range = if min.is_nan() { "no value".to_owned() } else { format!("{min:.2} to {max:.2} {unit}") };
        let wrong = self.outside + self.infinite;
        Check {
            metric: Some(self.name.clone()),
            note: match wrong {
                0 => String::new(),
                _ => format!(
                    "{} outside, {} of them infinite.",
                    counted(wrong, "value is", "values are"),
                    grouped(self.infinite)
                ),
            },
            ..Check::new(
                "value_range",
                "Values are inside the limits",
                expected.trim_end().to_owned(),
                range.trim_end().to_owned(),
                if wrong == 0 { Verdict::Pass } else { Verdict::Fail },
            )
        }
    }
}

fn columns(left_out: &[String], no_numbers: &[String], metrics: usize) -> Check {
    let mut check = Check::new(
        "columns",
        "Columns and types",
        "at least 1 metric".to_owned(),
        counted(metrics as u64, "metric", "metrics"),
        if metrics == 0 || !no_numbers.is_empty() { Verdict::Fail } else { warn_if(!left_out.is_empty()) },
    );
    if !no_numbers.is_empty() {
        check.note = format!("Not all cells are numbers: {}.", no_numbers.join(", "));
    } else if !left_out.is_empty() {
        check.note = format!(
            "Left out: {}. The copy holds text, numbers and flags, and one column of each name.",
            left_out.join(", ")
        );
    }
    check
}

fn warn_if(condition: bool) -> Verdict {
    if condition { Verdict::Warn } else { Verdict::Pass }
}

/// A step for people: `day`, `hour`, `15 minutes`.
fn step_name(micros: i64) -> String {
    let units = [
        (MICROS_PER_DAY, "day", "days"),
        (3_600 * MICROS_PER_SECOND, "hour", "hours"),
        (60 * MICROS_PER_SECOND, "minute", "minutes"),
        (MICROS_PER_SECOND, "second", "seconds"),
        (1, "microsecond", "microseconds"),
    ];
    let whole = units.into_iter().find(|(unit, ..)| micros % unit == 0);
    let (unit, one, many) = whole.expect("every number is a multiple of 1");
    match micros / unit {
        1 => one.to_owned(),
        count => format!("{} {many}", grouped(count)),
    }
}

/// Whether a time is the beginning of a day.
pub(super) fn is_midnight(micros: i64) -> bool {
    DateTime::from_timestamp_micros(micros).is_some() && micros.rem_euclid(MICROS_PER_DAY) == 0
}
