//! What the page shows of a configuration and of a job's progress, in words.

use chrono::NaiveDate;
use serde::Serialize;

use super::text;
use crate::chart::metric_label;
use crate::config;
use crate::error::Problem;
use crate::plan::Plan;
use crate::run;
use crate::run::forecast::{self, Forecast, Host};

/// A run takes no less, in milliseconds.
const LEAST_TIME: f64 = 10.0;

/// The outcome of a check.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Check {
    title: String,
    problems: Vec<PlacedProblem>,
    estimate: Option<EstimateView>,
    is_modest: bool,
    config_sha256: Option<String>,
}

#[derive(Serialize)]
struct PlacedProblem {
    #[serde(flatten)]
    problem: Problem,
    place: String,
}

#[derive(Serialize)]
struct EstimateView {
    headline: String,
    detail: String,
    forecast: String,
}

/// Checks a configuration; `cores` and `pace` are for what making its dataset would take here.
pub(super) fn check(yaml: &str, cores: usize, pace: Option<f64>) -> Check {
    match config::plan(yaml, &[]) {
        Ok(plan) => Check {
            title: String::new(),
            problems: Vec::new(),
            estimate: Some(EstimateView::new(&plan, cores, pace)),
            is_modest: forecast::is_modest(&plan),
            config_sha256: Some(plan.canonical_sha256),
        },
        Err(error) => Check {
            title: match error.problems().len() {
                1 => "1 problem to mend".to_owned(),
                n => format!("{n} problems to mend"),
            },
            problems: error.problems().iter().cloned().map(PlacedProblem::new).collect(),
            estimate: None,
            is_modest: false,
            config_sha256: None,
        },
    }
}

impl PlacedProblem {
    fn new(problem: Problem) -> Self {
        let place = match (problem.line, problem.path.as_str()) {
            (Some(line), "") => format!("Line {line}"),
            (Some(line), path) => format!("Line {line}, {path}"),
            (None, path) => path.to_owned(),
        };
        Self { problem, place }
    }
}

impl EstimateView {
    fn new(plan: &Plan, cores: usize, pace: Option<f64>) -> Self {
        let estimate = config::estimate(plan);
        let (step, steps) = estimate.granularity.nouns();
        let forecast = Forecast::new(plan, Host::Tab(cores));
        let time = match pace {
            Some(pace) => {
                format!(", {} by the last run", text::seconds(forecast::time(plan, pace).max(LEAST_TIME)))
            }
            None => "; time known after a run".to_owned(),
        };
        Self {
            headline: match (estimate.is_exact, text::counted(estimate.rows, "row", "rows")) {
                (true, rows) => rows,
                (false, rows) => format!("about {rows}"),
            },
            detail: format!(
                "{} × {}, {} columns",
                text::counted(estimate.servers, "server", "servers"),
                text::counted(estimate.steps, step, steps),
                estimate.columns
            ),
            forecast: format!(
                "About {}, {} of memory{time}",
                text::bytes(forecast.file_bytes as u64),
                text::bytes(forecast.memory_bytes as u64),
            ),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldView {
    #[serde(flatten)]
    field: config::Field,
    heading: String,
    is_default: bool,
    input: String,
}

/// The form's fields, each with the heading of its group.
pub(super) fn fields(fields: Vec<config::Field>) -> Vec<FieldView> {
    let view = |field: config::Field| {
        let is_metric = field.path.starts_with("data_generation.metrics.");
        let heading = if is_metric { metric_label(&field.group) } else { field.group.clone() };
        let is_default = match (field.value.parse::<f64>(), field.default.parse::<f64>()) {
            (Ok(value), Ok(default)) => value == default,
            _ => field.value == field.default,
        };
        let input = input(&field).unwrap_or_default().to_owned();
        FieldView { field, heading, is_default, input }
    };
    fields.into_iter().map(view).collect()
}

/// The value, if the input element of its kind takes it: browsers complain of any other.
fn input(field: &config::Field) -> Option<&str> {
    let value = field.value.as_str();
    let is_taken = match field.kind {
        config::Kind::Date => value.parse::<NaiveDate>().is_ok(),
        config::Kind::Integer | config::Kind::Number => {
            value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
                && value.ends_with(|last: char| last.is_ascii_digit())
                && value.parse::<f64>().is_ok()
        }
        config::Kind::Toggle | config::Kind::Choice => true,
    };
    is_taken.then_some(value)
}

#[derive(Serialize)]
pub(super) struct Progress {
    share: f64,
    done: bool,
    text: String,
}

/// How far a job has come after `elapsed` milliseconds.
pub(super) fn progress(progress: run::Progress, elapsed: f64) -> Progress {
    let share = progress.rows as f64 / progress.total_rows as f64;
    let mut text =
        format!("{:.0} % · {}", (share * 100.0).floor(), text::counted(progress.rows, "row", "rows"));
    if progress.rows > 0 && elapsed > 0.0 {
        text += &format!(
            " · {} rows/s · {} left",
            text::short(progress.rows as f64 / elapsed * 1000.0),
            text::left(elapsed / share - elapsed),
        );
    }
    Progress { share, done: progress.is_complete(), text }
}
