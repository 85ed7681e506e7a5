//! The gates: what must hold exactly, or within the limits that the configuration sets.

use arrow_schema::{DataType, Schema, TimeUnit};
use chrono::{DateTime, NaiveDate};

use super::recovery::verdict_on;
use super::{Check, Figures, Verdict};
use crate::aggregate::{Aggregates, KeyAggregates, MetricAggregates};
use crate::plan::{ARCHETYPE, CALENDAR_FLAGS, MetricPlan, Plan, QualityPlan};
use crate::wording::grouped;

/// All gates, those about the whole dataset first.
pub(super) fn checks(plan: &Plan, schema: &Schema, keys: &KeyAggregates, seen: &Aggregates) -> Vec<Check> {
    let continuous = match plan.lifecycle.always_there() {
        true => "Every server has every step",
        false => "Every server has every step from its first to its last",
    };
    let mut checks = vec![
        row_count(plan, keys),
        columns(plan, schema),
        date_range(plan, keys),
        none("keys_unique", "Keys (server, timestamp) are unique", keys.duplicates, "duplicates"),
        none("keys_continuous", continuous, keys.discontinuities, "gaps between rows"),
        none("sorted", "Rows are sorted by server and timestamp", keys.unsorted, "rows out of order"),
    ];
    for (metric, seen) in plan.metrics.iter().zip(&seen.metrics) {
        let total = seen.missing + seen.day_counts().iter().sum::<u64>() + seen.out_of_range;
        checks.push(missing_share(&plan.quality, &metric.name, seen.missing, total));
        checks.push(value_range(metric, seen));
    }
    checks
}

fn row_count(plan: &Plan, keys: &KeyAggregates) -> Check {
    let allowed = plan.quality.row_count_tolerance;
    let (servers, days) = (plan.servers().len() as u64, plan.days());
    let always_there = plan.lifecycle.always_there();
    let expected = plan.rows();
    let off = expected.abs_diff(keys.rows).saturating_sub(allowed) as f64;
    // When servers begin and end is drawn, so that only so much can be said of the sum.
    let error = match always_there {
        true => 0.0,
        false => (plan.lifecycle.days_there(days).1 * servers as f64).sqrt() * plan.steps_per_day() as f64,
    };
    let (verdict, drawn) = verdict_on(off, error);
    let tolerance = drawn + allowed as f64;
    Check {
        tolerance: if tolerance == 0.0 { String::new() } else { format!("± {tolerance:.0}") },
        figures: Some(Figures { expected: expected as f64, found: keys.rows as f64, tolerance }),
        note: match always_there {
            true => String::new(),
            false => {
                "Servers come and go: each has a row for every day from its first to its last.".to_owned()
            }
        },
        ..Check::new(
            "row_count",
            "Number of rows",
            match always_there {
                true => format!(
                    "{} servers x {} {} = {}",
                    grouped(servers),
                    grouped(plan.steps()),
                    plan.granularity.nouns().1,
                    grouped(expected)
                ),
                false => format!("about {} of {} servers", grouped(expected), grouped(servers)),
            },
            grouped(keys.rows),
            verdict,
        )
    }
}

/// Whether the dates are those of the plan; where servers come and go, whether they are among them.
fn date_range(plan: &Plan, keys: &KeyAggregates) -> Check {
    let (expected, found) = (range(plan.start, plan.end), seen_range(keys));
    if plan.lifecycle.always_there() {
        return exact("date_range", "Date range", expected, found);
    }
    let is_inside = |micros| date(micros).is_some_and(|date| (plan.start..=plan.end).contains(&date));
    let verdict = pass_if(is_inside(keys.first_timestamp) && is_inside(keys.last_timestamp));
    Check::new("date_range", "Date range", format!("inside {expected}"), found, verdict)
}

fn columns(plan: &Plan, schema: &Schema) -> Check {
    let wanted: Vec<String> = plan
        .columns()
        .into_iter()
        .map(|name| {
            let kind = match name {
                "server_id" | "business_unit" | "region" | "criticality" | ARCHETYPE => "string",
                "timestamp" => "timestamp",
                flag if CALENDAR_FLAGS.contains(&flag) => "boolean",
                _ => "double, nullable",
            };
            format!("{name} ({kind})")
        })
        .collect();
    let there: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| {
            let kind = match field.data_type() {
                DataType::Utf8 => "string",
                DataType::Timestamp(TimeUnit::Microsecond, None) => "timestamp",
                DataType::Boolean => "boolean",
                DataType::Float64 => "double",
                _ => "other",
            };
            let nullable = if field.is_nullable() { ", nullable" } else { "" };
            format!("{} ({kind}{nullable})", field.name())
        })
        .collect();
    let verdict = pass_if(wanted == there);
    let note = if verdict == Verdict::Pass { String::new() } else { format!("Found: {}.", there.join(", ")) };
    Check {
        expected: format!("{} columns", wanted.len()),
        found: format!("{} columns", there.len()),
        verdict,
        note,
        ..exact("columns", "Columns and types", String::new(), String::new())
    }
}

/// Whether not too many of a metric's `total` values are missing.
pub(crate) fn missing_share(limits: &QualityPlan, metric: &str, missing: u64, total: u64) -> Check {
    let limit = limits.max_missing_pct;
    let percent = 100.0 * missing as f64 / total.max(1) as f64;
    Check {
        metric: Some(metric.to_owned()),
        figures: Some(Figures { expected: limit / 100.0, found: percent / 100.0, tolerance: 0.0 }),
        ..Check::new(
            "missing_share",
            "Missing values are within the limit",
            format!("at most {limit} %"),
            format!("{percent:.2} %"),
            pass_if(percent <= limit),
        )
    }
}

fn value_range(metric: &MetricPlan, seen: &MetricAggregates) -> Check {
    let (min, max) = seen.distribution.range();
    let unit = &metric.unit;
    let (found, note) = match seen.out_of_range {
        0 if min.is_nan() => ("no value".to_owned(), String::new()),
        0 => (format!("{min:.2} to {max:.2} {unit}"), String::new()),
        outside => {
            (format!("{} values outside", grouped(outside)), "Not finite, or outside the clips.".to_owned())
        }
    };
    Check {
        id: "value_range",
        title: "Values are inside the clips",
        metric: Some(metric.name.clone()),
        expected: format!("{} to {} {unit}", metric.min_clip, metric.max_clip),
        found,
        tolerance: String::new(),
        figures: None,
        verdict: pass_if(seen.out_of_range == 0),
        note,
    }
}

fn exact(id: &'static str, title: &'static str, expected: String, found: String) -> Check {
    let verdict = pass_if(expected == found);
    Check::new(id, title, expected, found, verdict)
}

fn none(id: &'static str, title: &'static str, found: u64, of_what: &str) -> Check {
    exact(id, title, format!("0 {of_what}"), format!("{} {of_what}", grouped(found)))
}

fn range(start: NaiveDate, end: NaiveDate) -> String {
    format!("{start} to {end}")
}

fn date(micros: Option<i64>) -> Option<NaiveDate> {
    micros.and_then(DateTime::from_timestamp_micros).map(|time| time.date_naive())
}

fn seen_range(keys: &KeyAggregates) -> String {
    match (date(keys.first_timestamp), date(keys.last_timestamp)) {
        (Some(start), Some(end)) => range(start, end),
        _ => "no rows".to_owned(),
    }
}

fn pass_if(condition: bool) -> Verdict {
    if condition { Verdict::Pass } else { Verdict::Fail }
}
