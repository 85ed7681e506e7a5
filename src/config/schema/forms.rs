//! What every key may hold, section by section.

use std::ops::RangeInclusive;

use crate::calendar::HolidayCalendar;
use crate::config::limits::{self, Range};
use crate::config::validate::Environment;
use crate::plan::{AnomalyKind, Granularity, HOURS, Hours};

/// What may stand in a place.
pub(super) enum Form {
    Flag,
    Day,
    Nothing,
    /// So many characters at most.
    Text(usize),
    Choice(Vec<&'static str>),
    Whole(RangeInclusive<u64>),
    Number(Range),
    Section(Vec<Key>),
    /// A mapping whose keys are the user's own names.
    ByName {
        /// Whether the names are those of columns.
        columns: bool,
        most: usize,
        form: Box<Form>,
    },
    List {
        least: usize,
        most: usize,
        form: Box<Form>,
    },
    Either(Vec<Form>),
}

/// A key of a section.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) required: bool,
    /// What it means; empty where its comment in `config.yaml` says it.
    pub(super) about: &'static str,
    pub(super) form: Form,
}

impl Key {
    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }
}

fn key(name: &'static str, form: Form) -> Key {
    Key { name, required: false, about: "", form }
}

fn by_name(most: usize, form: Form) -> Form {
    Form::ByName { columns: false, most, form: Box::new(form) }
}

fn list(most: usize, form: Form) -> Form {
    Form::List { least: 0, most, form: Box::new(form) }
}

/// The sections of this program.
pub(super) fn top() -> Vec<Key> {
    let environments = Environment::CHOICES.map(|(name, _)| name).to_vec();
    let env = key("env", Form::Choice(environments))
        .about("Where it runs, which decides where storage.local_base_path points by default.");
    vec![
        key("general", Form::Section(vec![env])).about("Where it runs."),
        key("data_generation", Form::Section(data_generation())).required().about("What is generated."),
        key("output", Form::Section(output())).about("The form of the files."),
        key("storage", Form::Section(storage())),
    ]
}

fn data_generation() -> Vec<Key> {
    let calendars = HolidayCalendar::ALL.map(HolidayCalendar::name).to_vec();
    let metrics = vec![
        Form::ByName { columns: true, most: limits::MAX_METRICS, form: Box::new(Form::Section(metric())) },
        Form::List { least: 1, most: limits::MAX_METRICS, form: Box::new(Form::Section(listed_metric())) },
    ];
    vec![
        key("num_servers", Form::Whole(limits::SERVERS)).required(),
        key("start_date", Form::Day).required(),
        key("end_date", Form::Day).required(),
        key("granularity", Form::Choice(Granularity::ALL.map(Granularity::name).to_vec())),
        key("hours", hours()),
        key("random_seed", Form::Whole(limits::SEED)),
        key("use_holidays", Form::Flag),
        key("holiday_calendar", Form::Choice(calendars))
            .about("Whose holidays: the federal government's or those of the Federal Reserve Banks."),
        key("use_eoq_spikes", Form::Flag),
        key("eoq_window_business_days", Form::Whole(limits::EOQ_WINDOW)),
        key("month_end_business_days", Form::Whole(limits::EOQ_WINDOW)),
        key("events", list(limits::MAX_EVENTS, Form::Section(event()))),
        key("lifecycle", Form::Section(lifecycle())),
        key("metrics", Form::Either(metrics))
            .about("One column each, in this order: `name: {...}`, or a list of mappings with `name:`. Names are up to you."),
        key("metadata", Form::Section(metadata())).about("The servers' names and attributes."),
        key("realism", Form::Section(realism())).about("Gaps, outliers, anomalies, and how servers differ."),
        key("quality", Form::Section(quality())),
    ]
}

fn event() -> Vec<Key> {
    let units = list(limits::MAX_VALUES, Form::Text(limits::MAX_NAME));
    vec![
        key("name", Form::Text(limits::MAX_NAME)).required().about("Name for people."),
        key("start", Form::Day).required().about("The first day."),
        key("end", Form::Day).required().about("The last day, included."),
        key("multiplier", Form::Number(limits::MULTIPLIER))
            .required()
            .about("What the level is multiplied by."),
        key("business_unit", Form::Either(vec![units, Form::Nothing]))
            .about("Whose servers: a list of business units. Left out: everyone's."),
    ]
}

/// How load runs through a day: by name, or hour by hour.
fn hours() -> Form {
    let loads = Form::List { least: HOURS, most: HOURS, form: Box::new(Form::Number(limits::FACTOR)) };
    Form::Either(vec![Form::Choice(Hours::NAMED.map(|(name, _)| name).to_vec()), loads])
}

fn lifecycle() -> Vec<Key> {
    let share = || Form::Number(limits::SHARE);
    let ratios =
        Form::List { least: 1, most: limits::MAX_RATIOS, form: Box::new(Form::Number(limits::MULTIPLIER)) };
    vec![
        key("commissioned_share", share()),
        key("decommissioned_share", share()),
        key("resized_share", share()),
        key("resize_ratios", ratios),
        key("migrated_share", share()),
    ]
}

fn listed_metric() -> Vec<Key> {
    let name = key("name", Form::Text(limits::MAX_NAME)).required().about("The column's name.");
    std::iter::once(name).chain(metric()).collect()
}

fn metric() -> Vec<Key> {
    let multiplier = || Form::Number(limits::MULTIPLIER);
    let week = Form::List { least: 7, most: 7, form: Box::new(multiplier()) };
    let months = Form::List { least: 1, most: 12, form: Box::new(Form::Whole(limits::MONTH)) };
    vec![
        key("unit", Form::Text(limits::MAX_NAME)),
        key("base_mean", Form::Number(limits::LEVEL)),
        key("base_std", Form::Number(limits::SPREAD)),
        key("min_clip", Form::Number(limits::LEVEL)),
        key("max_clip", Form::Number(limits::LEVEL)),
        key("seasonality_amplitude", Form::Number(limits::AMPLITUDE)),
        key("seasonality_terms", list(limits::MAX_TERMS, Form::Section(seasonality_term()))),
        key("weekly_pattern_factor", Form::Either(vec![multiplier(), week])),
        key("eoq_spike_multiplier", multiplier()),
        key("eoq_months", months),
        key("holiday_effect_multiplier", Form::Number(limits::MULTIPLIER_OR_ZERO)),
        key("growth_rate", Form::Number(limits::GROWTH)),
        key("autocorrelation", Form::Number(limits::AUTOCORRELATION)),
        key("level_spread", Form::Number(limits::LEVEL_SPREAD)),
        key("eoq_ramp", Form::Number(limits::RAMP)),
        key("year_end_factor", Form::Number(limits::FACTOR)),
        key("month_end_multiplier", multiplier()),
        key("post_holiday_multiplier", multiplier()),
        key("growth_saturation_years", Form::Number(limits::YEARS)),
        key("level_shifts", list(limits::MAX_SHIFTS, Form::Section(level_shift()))),
        key("hours_amplitude", Form::Number(limits::SHARE)),
    ]
}

fn seasonality_term() -> Vec<Key> {
    vec![
        key("period_days", Form::Number(limits::PERIOD)).required().about("Length of the sine in days."),
        key("amplitude", Form::Number(limits::AMPLITUDE))
            .required()
            .about("Its amplitude, as a share of the level."),
        key("phase_days", Form::Number(limits::PHASE)).about("By how many days it is shifted. Default: 0."),
    ]
}

fn level_shift() -> Vec<Key> {
    vec![
        key("date", Form::Day).required().about("The first day on the new level."),
        key("multiplier", Form::Number(limits::MULTIPLIER))
            .required()
            .about("What the level is multiplied by."),
    ]
}

fn metadata() -> Vec<Key> {
    let weights = || {
        let names =
            Form::List { least: 1, most: limits::MAX_VALUES, form: Box::new(Form::Text(limits::MAX_NAME)) };
        Form::Either(vec![by_name(limits::MAX_VALUES, Form::Number(limits::WEIGHT)), names])
    };
    let of_metrics = || by_name(limits::MAX_METRICS, Form::Number(limits::MULTIPLIER));
    let effect = || by_name(limits::MAX_VALUES, of_metrics());
    let effects = vec![
        key("business_unit", effect()).about("By business unit and metric: `Investment: {cpu_p95: 1.1}`."),
        key("region", effect()).about("By region and metric: `us-east-1: {net_in_p95: 1.2}`."),
        key("criticality", effect()).about("By criticality and metric: `High: {cpu_p95: 1.1}`."),
    ];
    let kind = Form::Either(vec![Form::Number(limits::WEIGHT), Form::Section(archetype())]);
    vec![
        key("server_prefix", Form::Text(limits::MAX_NAME)),
        key("server_id_width", Form::Whole(limits::ID_WIDTH)),
        key("business_units", weights()),
        key("regions", weights()).about("Regions: name: weight; or a list of names with equal weights."),
        key("criticality_levels", weights())
            .about("Criticality levels: name: weight; or a list of names with equal weights."),
        key("effects", Form::Section(effects)),
        key("archetypes", by_name(limits::MAX_ARCHETYPES, kind)),
        key("sensitivities", by_name(limits::MAX_VALUES, Form::Section(sensitivity()))),
    ]
}

fn archetype() -> Vec<Key> {
    let factor = || Form::Number(limits::FACTOR);
    let weekend = Form::Either(vec![Form::Number(limits::MULTIPLIER), Form::Nothing]);
    let traits = vec![
        key("level", Form::Number(limits::MULTIPLIER)).about("What the mean is multiplied by."),
        key("spread", factor()).about("What the standard deviation is multiplied by."),
        key("weekend", weekend).about("The multiplier at weekends; null: the metric's own."),
        key("growth", factor()).about("What the growth is multiplied by."),
        key("outliers", factor()).about("What the share of outliers is multiplied by."),
    ];
    vec![
        key("weight", Form::Number(limits::WEIGHT))
            .required()
            .about("How often it occurs, beside the others."),
        key("hours", hours()).about(
            "Hourly rows: how its load runs through a day. Default: at night for `batch`, as data_generation.hours says for names of your own.",
        ),
        key("correlations", correlations()).about(
            "Correlations of the noise of two metrics that are its own; of the other pairs those of realism hold.",
        ),
        key("metrics", by_name(limits::MAX_METRICS, Form::Section(traits)))
            .about("What it is like, metric by metric."),
    ]
}

fn sensitivity() -> Vec<Key> {
    let factor = || Form::Number(limits::FACTOR);
    vec![
        key("weekly", factor()).about("How much of the weekly rhythm it feels: 1 is all, 0 none."),
        key("annual", factor()).about("How much of the seasons it feels: 1 is all, 0 none."),
        key("eoq", factor()).about("How much of the quarter ends it feels: 1 is all, 0 none."),
        key("holiday", factor()).about("How much of the holidays it feels: 1 is all, 0 none."),
    ]
}

fn correlations() -> Form {
    let of_metric = by_name(limits::MAX_METRICS, Form::Number(limits::CORRELATION));
    by_name(limits::MAX_METRICS, of_metric)
}

fn realism() -> Vec<Key> {
    let share = || Form::Number(limits::SHARE);
    vec![
        key("server_bias", Form::Number(limits::SPREAD)),
        key("missing_rate", Form::Number(limits::PARTIAL_SHARE)),
        key("missing_burst_mean", Form::Number(limits::BURST)),
        key("outlier_rate", share()),
        key("outlier_multiplier", Form::Number(limits::MULTIPLIER)),
        key("correlations", correlations())
            .about("Correlations of the noise of two metrics, -1 to 1; each pair once."),
        key("sensitivity_spread", share()),
        key("no_weekly_share", share()),
        key("business_unit_shock", share()),
        key("region_shock", share()).about(
            "What all servers of a region share from day to day: standard deviation, as a share of the level.",
        ),
        key("shock_autocorrelation", Form::Number(limits::AUTOCORRELATION))
            .about("How much of these shocks stays from one day to the next."),
        key("gaps", Form::Section(gaps())),
        key("anomalies", Form::Section(anomalies())),
    ]
}

fn gaps() -> Vec<Key> {
    let share = || Form::Number(limits::SHARE);
    vec![
        key("independent_share", share()).about("Share of the missing values that are scattered one by one."),
        key("outage_share", share())
            .about("Share of the missing values that come of outages: all servers of a region at once."),
        key("outage_mean", Form::Number(limits::BURST)),
        key("load_share", share())
            .about("Share of the missing values that fall on the busiest fifth of a server's days."),
    ]
}

fn anomalies() -> Vec<Key> {
    let anomaly = || {
        Form::Section(vec![
            key("rate", Form::Number(limits::PARTIAL_SHARE)).about("Share of the values that lie in one."),
            key("size", Form::Number(limits::MULTIPLIER)).about("How large it is."),
            key("mean_days", Form::Number(limits::BURST)).about("How long it lasts, in days."),
        ])
    };
    AnomalyKind::ALL.into_iter().map(|kind| key(kind.name(), anomaly())).collect()
}

fn quality() -> Vec<Key> {
    vec![
        key("max_missing_pct", Form::Number(limits::PERCENT)),
        key("row_count_tolerance", Form::Whole(limits::TOLERANCE)),
        key("panel_servers", Form::Whole(limits::PANEL)),
        key("min_history_days", Form::Whole(limits::HISTORY_DAYS)),
    ]
}

fn output() -> Vec<Key> {
    vec![
        key("decimals", Form::Either(vec![Form::Whole(limits::DECIMALS), Form::Nothing]))
            .about("Decimals of metric values; null keeps full precision."),
        key("compression", Form::Choice(vec!["none", "snappy"])).about("Compression of the Parquet file."),
        key("calendar_flags", Form::Flag),
        key("archetype_column", Form::Flag),
        key("csv_escape_formulas", Form::Flag),
        key("sample_rows", Form::Whole(limits::SAMPLE_ROWS)),
        key("truth", Form::Flag),
        key("daily_p95", Form::Flag),
    ]
}

fn storage() -> Vec<Key> {
    vec![
        key("use_s3", Form::Flag),
        key("bucket_name", Form::Text(limits::MAX_NAME)),
        key("raw_prefix", Form::Text(limits::MAX_PATH)),
        key("local_base_path", Form::Either(vec![Form::Text(limits::MAX_PATH), Form::Nothing])),
    ]
}
