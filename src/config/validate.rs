//! From the tree to the [`Plan`]: everything is read, and every problem is said.

mod archetypes;
mod correlations;
mod effects;
mod events;
mod fleet;
mod hours;
mod lifecycle;
mod metrics;
mod realism;

use chrono::NaiveDate;

use super::defaults;
use super::keys;
use super::limits;
use super::names::{name_problem, path_problem};
use super::problems::{Advice, Problems, nearest};
use super::read::{Section, Value};
use super::tree::{Content, Entry, Node};
use crate::calendar::{FIRST_DATE, HolidayCalendar, LAST_DATE};
use crate::plan::{
    Attribute, CalendarPlan, Compression, FleetPlan, Granularity, Hours, OutputPlan, Plan, QualityPlan,
    StoragePlan,
};
use archetypes::OfFleet;

/// Where a job runs: the default of `storage.local_base_path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Environment {
    Local,
    SageMaker,
    Lambda,
}

impl Environment {
    pub(super) const CHOICES: [(&'static str, Self); 3] =
        [("local", Self::Local), ("sagemaker", Self::SageMaker), ("lambda", Self::Lambda)];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::SageMaker => "sagemaker",
            Self::Lambda => "lambda",
        }
    }

    fn local_base_path(self) -> &'static str {
        match self {
            Self::Local => "data",
            Self::SageMaker => "/opt/ml/processing/output",
            Self::Lambda => "/tmp",
        }
    }
}

/// The plan without its YAML forms, and the environment; `None` exactly when there are problems.
pub(super) fn validate(root: &Node, problems: &Problems) -> Option<(Plan, Environment)> {
    if !root.is_nothing() && !matches!(root.content, Content::Map { .. }) {
        let message = "The text holds no sections such as `data_generation`.";
        Value::new("", root, problems).problem(message, "Begin with the line `data_generation:`.");
        return None;
    }
    let open = |name: &str, keys| Section::open(name, top_section(root, name, problems), keys, problems);
    let general = open("general", keys::GENERAL);
    let data = open("data_generation", keys::DATA_GENERATION);
    let output = open("output", keys::OUTPUT);
    let storage = open("storage", keys::STORAGE);
    let realism_section = data.section("realism", keys::REALISM);

    let environment = general.choice("env", &Environment::CHOICES, Environment::Local);
    let dates = dates(&data);
    let granularity = hours::granularity(&data);
    let fleet_hours = hours::read(&data, Hours::Business);
    let seed = data.integer("random_seed", &limits::SEED, defaults::RANDOM_SEED);
    let calendar = calendar(&data);
    let output_section = output;
    let output = output_plan(&output_section);
    let metadata = data.section("metadata", keys::METADATA);
    let (fleet, values) = fleet::read(&data, &metadata);
    let metrics = metrics::read(&data, dates, output.as_ref().and_then(|output| output.decimals));
    let effects = effects::read(&metadata, &metrics.names, &values);
    let correlations = correlations::read(&realism_section, &metrics);
    let events = events::read(&data, values[Attribute::BusinessUnit as usize].as_deref());
    let lifecycle = lifecycle::read(&data, dates, values[Attribute::Region as usize].as_deref());
    let archetypes = archetypes::read(
        &metadata,
        OfFleet { metrics: &metrics, hours: fleet_hours, correlations: correlations.as_ref() },
    );
    let sensitivities =
        archetypes::sensitivities(&metadata, values[Attribute::BusinessUnit as usize].as_deref());
    let realism = realism::read(&realism_section);
    let quality = quality(&data.section("quality", keys::QUALITY));
    let storage = storage_plan(&storage, environment.unwrap_or(Environment::Local));

    let mut plan_metrics = metrics.plans?;
    for (metric, effects) in plan_metrics.iter_mut().zip(effects?) {
        metric.effects = effects;
    }
    let (start, end) = dates?;
    let mut fleet = fleet?;
    (fleet.archetypes, fleet.sensitivities, fleet.hours) = (archetypes?, sensitivities?, fleet_hours?);
    let mut calendar = calendar?;
    calendar.events = events?;
    let plan = Plan {
        seed: seed?,
        start,
        end,
        granularity: granularity?,
        fleet,
        shard: None,
        lifecycle: lifecycle?,
        calendar,
        metrics: plan_metrics,
        correlations: correlations?,
        realism: realism?,
        quality: quality?,
        output: output?,
        storage: storage?,
        canonical_yaml: String::new(),
        canonical_sha256: String::new(),
        effective_yaml: String::new(),
    };
    super::budget::check(&plan, &data);
    super::budget::check_shared(&plan, &metadata);
    if plan.output.daily_p95 && plan.granularity == Granularity::Daily {
        output_section.problem(
            "daily_p95",
            "is true, but the rows are daily already.",
            "Write false, or data_generation.granularity: hourly.",
        );
    }
    if plan.output.archetype_column && plan.fleet.archetypes.is_empty() {
        output_section.problem(
            "archetype_column",
            "is true, but all servers are of one kind.",
            "Write false, or list kinds of servers in data_generation.metadata.archetypes.",
        );
    }
    problems.is_empty().then_some((plan, environment?))
}

/// The section of this name, or the one that is meant to be.
fn top_section<'a>(root: &'a Node, name: &str, problems: &'a Problems) -> Option<&'a Entry> {
    let Content::Map { entries, .. } = &root.content else { return None };
    if let Some(entry) = root.entry(name) {
        return Some(entry);
    }
    let is_slip =
        |entry: &&Entry| !keys::TOP.contains(&entry.key.as_str()) && nearest(&entry.key, [name]).is_some();
    let entry = entries.iter().find(is_slip)?;
    let advice = Advice::did_you_mean(name);
    Value::new("", root, problems).problem_at_entry(entry, "is not a section of this program.", advice);
    Some(entry)
}

fn dates(data: &Section<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let date = |key, example| {
        let value = data.required(key, example)?;
        let date = value.date()?;
        if date < FIRST_DATE || date > LAST_DATE {
            let message = format!("is {date}, outside the years whose holidays are known.");
            value.problem(message, format!("Write a day from {FIRST_DATE} to {LAST_DATE}."));
            return None;
        }
        Some(date)
    };
    let (start, end) = (date("start_date", "2022-01-01"), date("end_date", "2025-12-31"));
    let (start, end) = (start?, end?);
    if end < start {
        let message = format!("is {end}, before the start on {start}.");
        data.problem("end_date", message, "Write a later day, or exchange the two.");
        return None;
    }
    Some((start, end))
}

fn calendar(data: &Section<'_>) -> Option<CalendarPlan> {
    let calendars = HolidayCalendar::ALL.map(|calendar| (calendar.name(), calendar));
    let use_holidays = data.boolean("use_holidays", true);
    let holidays = data.choice("holiday_calendar", &calendars, HolidayCalendar::UsFederal);
    let use_eoq_spikes = data.boolean("use_eoq_spikes", true);
    let window =
        data.integer("eoq_window_business_days", &limits::EOQ_WINDOW, defaults::EOQ_WINDOW_BUSINESS_DAYS);
    let month_end =
        data.integer("month_end_business_days", &limits::EOQ_WINDOW, defaults::MONTH_END_BUSINESS_DAYS);
    Some(CalendarPlan {
        use_holidays: use_holidays?,
        holidays: holidays?,
        use_eoq_spikes: use_eoq_spikes?,
        eoq_window_business_days: u32::try_from(window?).ok()?,
        month_end_business_days: u32::try_from(month_end?).ok()?,
        events: Vec::new(),
    })
}

fn quality(section: &Section<'_>) -> Option<QualityPlan> {
    let max_missing_pct = section.number("max_missing_pct", &limits::PERCENT, defaults::MAX_MISSING_PCT);
    let row_count_tolerance = section.integer("row_count_tolerance", &limits::TOLERANCE, 0);
    let panel_servers = section.integer("panel_servers", &limits::PANEL, 0);
    let min_history_days =
        section.integer("min_history_days", &limits::HISTORY_DAYS, defaults::MIN_HISTORY_DAYS);
    Some(QualityPlan {
        max_missing_pct: max_missing_pct?,
        row_count_tolerance: row_count_tolerance?,
        panel_servers: u32::try_from(panel_servers?).ok()?,
        min_history_days: min_history_days?,
    })
}

fn output_plan(section: &Section<'_>) -> Option<OutputPlan> {
    let decimals = match section.get("decimals") {
        None => Some(Some(defaults::DECIMALS)),
        Some(value) if value.is_nothing() => Some(None),
        Some(value) => value.integer(&limits::DECIMALS).map(Some),
    };
    let compressions = [("none", Compression::None), ("snappy", Compression::Snappy)];
    let compression = section.choice("compression", &compressions, Compression::Snappy);
    let calendar_flags = section.boolean("calendar_flags", false);
    let csv_escape_formulas = section.boolean("csv_escape_formulas", true);
    let sample_rows = section.integer("sample_rows", &limits::SAMPLE_ROWS, defaults::SAMPLE_ROWS);
    let archetype_column = section.boolean("archetype_column", false);
    let truth = section.boolean("truth", false);
    let daily_p95 = section.boolean("daily_p95", false);
    Some(OutputPlan {
        decimals: decimals?.map(|decimals| decimals as u32),
        compression: compression?,
        calendar_flags: calendar_flags?,
        archetype_column: archetype_column?,
        truth: truth?,
        daily_p95: daily_p95?,
        csv_escape_formulas: csv_escape_formulas?,
        sample_rows: sample_rows? as usize,
    })
}

fn storage_plan(section: &Section<'_>, environment: Environment) -> Option<StoragePlan> {
    let text = |key, default: &str, problem: fn(&str) -> Option<(String, &'static str)>| {
        let Some(value) = section.get(key) else { return Some(default.to_owned()) };
        let text = value.text()?;
        match problem(text) {
            None => Some(text.to_owned()),
            Some((message, hint)) => {
                value.problem(message, hint);
                None
            }
        }
    };
    let use_s3 = section.boolean("use_s3", false);
    let bucket_name = text("bucket_name", defaults::BUCKET_NAME, name_problem);
    let raw_prefix = text("raw_prefix", defaults::RAW_PREFIX, |prefix| {
        if prefix.starts_with(['/', '\\']) {
            return Some(("begins with a slash.".to_owned(), "Write it without, for example raw/."));
        }
        path_problem(prefix)
    });
    let by_environment = environment.local_base_path();
    let local_base_path = match section.get("local_base_path") {
        Some(value) if value.is_nothing() => Some(by_environment.to_owned()),
        _ => text("local_base_path", by_environment, path_problem),
    };
    Some(StoragePlan {
        use_s3: use_s3?,
        bucket_name: bucket_name?,
        raw_prefix: raw_prefix?,
        local_base_path: local_base_path?,
    })
}
