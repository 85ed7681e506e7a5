//! The keys that people change most, described for a form: the page decides nothing of its own.

mod realism;

use serde::Serialize;

use super::defaults;
use super::edit::find;
use super::limits::{self, MAX_METRICS, Range};
use super::tree::{self, Content, Node, Scalar};
use crate::calendar::{FIRST_DATE, HolidayCalendar, LAST_DATE};
use crate::error::{Error, Result};
use crate::plan::Granularity;
use realism::REALISM;

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A day, `2024-03-31`.
    Date,
    /// `true` or `false`.
    Toggle,
    /// One of the choices.
    Choice,
}

/// A field of the form. All values are text, as the configuration has them, so that nothing is lost
/// on the way through JavaScript's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Path of the key, as [`set_value`](super::set_value) takes it.
    pub path: String,
    /// Heading under which the field stands; fields of one group follow each other.
    pub group: String,
    /// What to call the field.
    pub label: &'static str,
    /// Unit behind the field, if any.
    pub unit: Option<String>,
    /// How the field is filled in.
    pub kind: Kind,
    /// Smallest value, of numbers and dates.
    pub min: Option<String>,
    /// Largest value, of numbers and dates.
    pub max: Option<String>,
    /// By how much the field steps, of numbers.
    pub step: Option<&'static str>,
    /// What there is to choose from.
    pub choices: Vec<&'static str>,
    /// What the key means, in a sentence.
    pub help: &'static str,
    /// The value that holds: what the text says, or else the default.
    pub value: String,
    /// The value that holds when the key is left out; required keys have an example here.
    pub default: String,
}

/// The fields for a text, with its values; it may have problems, as long as it is YAML.
///
/// # Errors
/// When the text is not YAML that can be read.
pub fn form(yaml: &str) -> Result<Vec<Field>> {
    let root = tree::parse(yaml).map_err(Error::config)?.root;
    let mut fields = general_fields();
    fields.extend(realism::fields());
    for name in metric_names(&root) {
        fields.extend(metric_fields(&name, &root));
    }
    for field in &mut fields {
        if let Some(text) = text_at(&root, &field.path) {
            field.value = text.to_owned();
        }
    }
    Ok(fields)
}

fn general_fields() -> Vec<Field> {
    const FLEET: &str = "Fleet and dates";
    const CALENDAR: &str = "Calendar";
    let date = |key, label, help, default| Field {
        min: Some(FIRST_DATE.to_string()),
        max: Some(LAST_DATE.to_string()),
        ..field(FLEET, format!("data_generation.{key}"), label, Kind::Date, help, default)
    };
    let whole = |key, label, range: &std::ops::RangeInclusive<u64>, help, default| Field {
        min: Some(range.start().to_string()),
        max: Some(range.end().to_string()),
        step: Some("1"),
        ..field(FLEET, format!("data_generation.{key}"), label, Kind::Integer, help, default)
    };
    let toggle = |key, label, help| {
        field(CALENDAR, format!("data_generation.{key}"), label, Kind::Toggle, help, "true".to_owned())
    };
    let number = |key, label, range, step, help, default: f64| {
        numeric(REALISM, format!("data_generation.realism.{key}"), label, range, step, help, default)
    };
    vec![
        whole(
            "num_servers",
            "Servers",
            &limits::SERVERS,
            "How many servers the fleet has.",
            "120".to_owned(),
        ),
        date("start_date", "First day", "The first day of every server.", "2022-01-01".to_owned()),
        date("end_date", "Last day", "The last day of every server, included.", "2025-12-31".to_owned()),
        Field {
            choices: Granularity::ALL.map(Granularity::name).to_vec(),
            ..field(
                FLEET,
                "data_generation.granularity".to_owned(),
                "Rows",
                Kind::Choice,
                "Whether every server has a row per day, or per hour.",
                Granularity::Daily.name().to_owned(),
            )
        },
        whole(
            "random_seed",
            "Seed",
            &limits::SEED,
            "The same seed gives the same data; another one gives another fleet of the same kind.",
            defaults::RANDOM_SEED.to_string(),
        ),
        toggle("use_holidays", "Holidays", "Whether holidays change the load."),
        Field {
            choices: HolidayCalendar::ALL.map(HolidayCalendar::name).to_vec(),
            ..field(
                CALENDAR,
                "data_generation.holiday_calendar".to_owned(),
                "Holiday calendar",
                Kind::Choice,
                "Whose holidays: the federal government's or those of the Federal Reserve Banks.",
                HolidayCalendar::UsFederal.name().to_owned(),
            )
        },
        toggle(
            "use_eoq_spikes",
            "Quarter-end spikes",
            "Whether the last business days of a quarter change the load.",
        ),
        number(
            "missing_rate",
            "Missing values",
            &limits::PARTIAL_SHARE,
            "0.005",
            "Share of values that are missing.",
            defaults::MISSING_RATE,
        ),
        number(
            "outlier_rate",
            "Outliers",
            &limits::SHARE,
            "0.005",
            "Share of values that are multiplied into outliers.",
            defaults::OUTLIER_RATE,
        ),
        number(
            "server_bias",
            "Difference between servers",
            &limits::SPREAD,
            "0.5",
            "How far a server's level may lie above or below the others', in each metric's unit.",
            defaults::SERVER_BIAS,
        ),
    ]
}

fn metric_fields(name: &str, root: &Node) -> Vec<Field> {
    let default = defaults::Metric::of(name);
    let path = |key: &str| format!("data_generation.metrics.{name}.{key}");
    let unit = text_at(root, &path("unit")).unwrap_or(default.unit).to_owned();
    let number = |key: &str, label, range, step, help, default| {
        numeric(name, path(key), label, range, step, help, default)
    };
    let mut fields = vec![
        Field {
            unit: Some(unit.clone()),
            ..number(
                "base_mean",
                "Mean",
                &limits::LEVEL,
                "0.5",
                "Mean before all effects.",
                default.base_mean,
            )
        },
        Field {
            unit: Some(unit),
            ..number(
                "base_std",
                "Spread",
                &limits::SPREAD,
                "0.5",
                "Standard deviation of the noise.",
                default.base_std,
            )
        },
        number(
            "weekly_pattern_factor",
            "Weekend",
            &limits::MULTIPLIER,
            "0.05",
            "What Saturdays and Sundays are multiplied by.",
            default.weekend_factor,
        ),
        number(
            "eoq_spike_multiplier",
            "Quarter end",
            &limits::MULTIPLIER,
            "0.05",
            "What the last business days of a quarter are multiplied by.",
            default.eoq_spike_multiplier,
        ),
        number(
            "holiday_effect_multiplier",
            "Holidays",
            &limits::MULTIPLIER_OR_ZERO,
            "0.05",
            "What holidays are multiplied by.",
            default.holiday_effect_multiplier,
        ),
        Field {
            unit: Some("per year".to_owned()),
            ..number(
                "growth_rate",
                "Growth",
                &limits::GROWTH,
                "0.01",
                "Growth per year as a share of the first day's level: 0.03 is 3 %.",
                default.growth_rate,
            )
        },
    ];
    // A list of seven factors has no single field.
    fields.retain(|field| {
        let segments: Vec<&str> = field.path.split('.').collect();
        find(root, &segments).is_none_or(|node| matches!(node.content, Content::Scalar(_)))
    });
    fields
}

/// The names of the metrics, as far as fields can address them.
fn metric_names(root: &Node) -> Vec<String> {
    let Some(metrics) = find(root, &["data_generation", "metrics"]) else {
        return defaults::METRICS.map(str::to_owned).into();
    };
    let names: Vec<&str> = match &metrics.content {
        Content::Map { entries, .. } => entries.iter().map(|entry| entry.key.as_str()).collect(),
        Content::List { items, .. } => items.iter().filter_map(Node::name).collect(),
        Content::Scalar(_) => Vec::new(),
    };
    let is_column = |name: &&&str| super::names::column_name_problem(name, &[]).is_none();
    names.iter().filter(is_column).take(MAX_METRICS).map(|name| (*name).to_owned()).collect()
}

/// The scalar that the text has at `path`.
fn text_at<'a>(root: &'a Node, path: &str) -> Option<&'a str> {
    let segments: Vec<&str> = path.split('.').collect();
    match &find(root, &segments)?.content {
        Content::Scalar(Scalar { text, .. }) => Some(text),
        _ => None,
    }
}

fn field(
    group: &str,
    path: String,
    label: &'static str,
    kind: Kind,
    help: &'static str,
    default: String,
) -> Field {
    Field {
        path,
        group: group.to_owned(),
        label,
        unit: None,
        kind,
        min: None,
        max: None,
        step: None,
        choices: Vec::new(),
        help,
        value: default.clone(),
        default,
    }
}

fn numeric(
    group: &str,
    path: String,
    label: &'static str,
    range: &Range,
    step: &'static str,
    help: &'static str,
    default: f64,
) -> Field {
    let (min, max) = limits::bounds(range);
    let default = default.to_string();
    Field {
        min: Some(min),
        max: Some(max),
        step: Some(step),
        ..field(group, path, label, Kind::Number, help, default)
    }
}
