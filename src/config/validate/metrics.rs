//! The metrics and their parameters.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::config::defaults;
use crate::config::keys;
use crate::config::limits::{self, MAX_METRICS, MAX_SHIFTS, MAX_TERMS};
use crate::config::names::{column_name_problem, unit_problem};
use crate::config::problems::quoted;
use crate::config::read::{Section, Value};
use crate::plan::{Attribute, CALENDAR_FLAGS, FourierTerm, LevelShift, MetricPlan};

/// Length of a year in days, as the model counts growth.
const DAYS_PER_YEAR: f64 = 365.25;

/// The metrics as far as they could be read.
pub(super) struct Metrics {
    /// Their names, when all of these are sound.
    pub(super) names: Option<Vec<String>>,
    /// Their parameters, when everything is; without effects so far.
    pub(super) plans: Option<Vec<MetricPlan>>,
}

/// Facts from other sections on which the soundness of a metric depends.
#[derive(Clone, Copy)]
struct Context {
    dates: Option<(NaiveDate, NaiveDate)>,
    decimals: Option<u32>,
}

pub(super) fn read(
    data: &Section<'_>,
    dates: Option<(NaiveDate, NaiveDate)>,
    decimals: Option<u32>,
) -> Metrics {
    let context = Context { dates, decimals };
    let Some(value) = data.get("metrics") else {
        let names = defaults::METRICS.map(str::to_owned);
        let left_out = data.section("metrics", &[]);
        let plans = names.iter().map(|name| metric(name, &left_out.section(name, keys::METRIC), context));
        return Metrics { plans: plans.collect(), names: Some(names.into()) };
    };
    let sections = if value.is_list() { listed(&value) } else { mapped(&value) };
    let Some(sections) = sections else { return Metrics { names: None, plans: None } };
    if sections.is_empty() {
        value.problem("lists no metric.", "List at least one, or remove the key for the five usual ones.");
        return Metrics { names: None, plans: None };
    }
    if sections.len() > MAX_METRICS {
        let message = format!("lists {} metrics; at most {MAX_METRICS} are allowed.", sections.len());
        value.problem(message, "Remove some, or split them over several datasets.");
        return Metrics { names: None, plans: None };
    }
    // Every section is read before the first missing one is missed.
    let plans: Vec<Option<MetricPlan>> =
        sections.iter().map(|(name, section)| metric(name.unwrap_or_default(), section, context)).collect();
    let names: Option<Vec<String>> = sections.iter().map(|(name, _)| name.map(str::to_owned)).collect();
    Metrics { plans: plans.into_iter().collect::<Option<_>>().filter(|_| names.is_some()), names }
}

/// The metrics of a mapping; a name is `None` when it isn't sound.
fn mapped<'a>(value: &Value<'a>) -> Option<Vec<(Option<&'a str>, Section<'a>)>> {
    const HINT: &str = "Write `{cpu_p95: {base_mean: 50}}`, or a list of mappings with `name:`.";
    let metrics = value.map(HINT)?.into_iter().map(|(key, value)| {
        let problem = name_problem(key.name);
        let name = problem.is_none().then_some(key.name);
        if let Some((message, hint)) = problem {
            key.problem(message, hint);
        }
        (name, value.section(keys::METRIC))
    });
    Some(metrics.collect())
}

/// The metrics of a list of mappings with `name:`.
fn listed<'a>(value: &Value<'a>) -> Option<Vec<(Option<&'a str>, Section<'a>)>> {
    let mut seen = BTreeSet::new();
    let metrics = value.list("")?.into_iter().map(|item| {
        let section = item.section(keys::LISTED_METRIC);
        let Some(value) = section.required("name", "cpu_p95") else { return (None, section) };
        let Some(name) = value.text() else { return (None, section) };
        let problem = name_problem(name).or_else(|| {
            let again = !seen.insert(name);
            again.then(|| {
                (format!("names {} a second time.", quoted(name)), "Keep one of the two.".to_owned())
            })
        });
        let sound = problem.is_none();
        if let Some((message, hint)) = problem {
            value.problem(message, hint);
        }
        (sound.then_some(name), section)
    });
    Some(metrics.collect())
}

fn name_problem(name: &str) -> Option<(String, String)> {
    let always = ["server_id", "timestamp"].into_iter().chain(Attribute::ALL.map(Attribute::name));
    column_name_problem(name, &always.chain(CALENDAR_FLAGS).collect::<Vec<_>>())
}

fn metric(name: &str, section: &Section<'_>, context: Context) -> Option<MetricPlan> {
    let default = defaults::Metric::of(name);
    let number = |key, range, default| section.number(key, range, default);
    let unit = unit(section, default.unit);
    let base_mean = number("base_mean", &limits::LEVEL, default.base_mean);
    let base_std = number("base_std", &limits::SPREAD, default.base_std);
    let clips = clips(section, &default, context.decimals);
    let seasonality = seasonality(section, default.seasonality_amplitude);
    let weekly_pattern = weekly_pattern(section, default.weekend_factor);
    let eoq_spike_multiplier =
        number("eoq_spike_multiplier", &limits::MULTIPLIER, default.eoq_spike_multiplier);
    let eoq_months = eoq_months(section);
    let holiday_effect_multiplier =
        number("holiday_effect_multiplier", &limits::MULTIPLIER_OR_ZERO, default.holiday_effect_multiplier);
    let growth_rate = growth_rate(section, default.growth_rate, context.dates);
    let autocorrelation = number("autocorrelation", &limits::AUTOCORRELATION, default.autocorrelation);
    let level_spread = number("level_spread", &limits::LEVEL_SPREAD, 0.0);
    let eoq_ramp = number("eoq_ramp", &limits::RAMP, 0.0);
    let year_end_factor = number("year_end_factor", &limits::FACTOR, 1.0);
    let month_end_multiplier = number("month_end_multiplier", &limits::MULTIPLIER, 1.0);
    let post_holiday_multiplier = number("post_holiday_multiplier", &limits::MULTIPLIER, 1.0);
    let growth_saturation_years = number("growth_saturation_years", &limits::YEARS, 0.0);
    let hours_amplitude = number("hours_amplitude", &limits::SHARE, default.hours_amplitude);
    let level_shifts = section.get("level_shifts").map_or(Some(Vec::new()), |value| level_shifts(&value));

    let (min_clip, max_clip) = clips?;
    let (seasonality_amplitude, seasonality_terms) = seasonality?;
    Some(MetricPlan {
        name: name.to_owned(),
        unit: unit?,
        base_mean: base_mean?,
        base_std: base_std?,
        min_clip,
        max_clip,
        seasonality_amplitude,
        seasonality_terms,
        weekly_pattern: weekly_pattern?,
        eoq_spike_multiplier: eoq_spike_multiplier?,
        eoq_months: eoq_months?,
        holiday_effect_multiplier: holiday_effect_multiplier?,
        growth_rate: growth_rate?,
        autocorrelation: autocorrelation?,
        level_spread: level_spread?,
        eoq_ramp: eoq_ramp?,
        year_end_factor: year_end_factor?,
        month_end_multiplier: month_end_multiplier?,
        post_holiday_multiplier: post_holiday_multiplier?,
        growth_saturation_years: growth_saturation_years?,
        level_shifts: level_shifts?,
        hours_amplitude: hours_amplitude?,
        effects: Vec::new(),
    })
}

fn unit(section: &Section<'_>, default: &str) -> Option<String> {
    let Some(value) = section.get("unit") else { return Some(default.to_owned()) };
    let unit = value.text()?;
    if let Some((message, hint)) = unit_problem(unit) {
        value.problem(message, hint);
        return None;
    }
    Some(unit.to_owned())
}

/// Smallest and largest value; rounding must leave at least one value between them.
fn clips(section: &Section<'_>, default: &defaults::Metric, decimals: Option<u32>) -> Option<(f64, f64)> {
    let min = section.number("min_clip", &limits::LEVEL, default.min_clip);
    let max = section.number("max_clip", &limits::LEVEL, default.max_clip);
    let (min, max) = (min?, max?);
    // The problem is told at the one that is written.
    let key = if section.get("min_clip").is_some() { "min_clip" } else { "max_clip" };
    if min >= max {
        let message = format!("leaves no room: the smallest value is {min}, the largest {max}.");
        section.problem(key, message, "Make `min_clip` smaller than `max_clip`.");
        return None;
    }
    if let Some(decimals) = decimals {
        let scale: f64 = (0..decimals).map(|_| 10.0).product();
        if (min * scale).ceil() > (max * scale).floor() {
            let message = format!("leaves no value with {decimals} decimals between {min} and {max}.");
            section.problem(key, message, "Move the clips apart, or raise `output.decimals`.");
            return None;
        }
    }
    Some((min, max))
}

fn seasonality(section: &Section<'_>, default: f64) -> Option<(f64, Vec<FourierTerm>)> {
    let amplitude = section.number("seasonality_amplitude", &limits::AMPLITUDE, default);
    let terms = section.get("seasonality_terms").map_or(Some(Vec::new()), |value| fourier_terms(&value));
    let (amplitude, terms) = (amplitude?, terms?);
    let sum = amplitude.abs() + terms.iter().map(|term| term.amplitude.abs()).sum::<f64>();
    if sum >= 1.0 {
        section.problem(
            "seasonality_terms",
            format!("takes the amplitudes to {sum} in all, so that the level can fall below 0."),
            "Make them smaller: their sum, `seasonality_amplitude` included, stays below 1.",
        );
        return None;
    }
    Some((amplitude, terms))
}

fn fourier_terms(value: &Value<'_>) -> Option<Vec<FourierTerm>> {
    let items = value.list("Write `[{period_days: 30.4, amplitude: 0.05, phase_days: 0}]`, for example.")?;
    if items.len() > MAX_TERMS {
        let message = format!("lists {} terms; at most {MAX_TERMS} are allowed.", items.len());
        value.problem(message, "Keep those with the largest amplitudes.");
        return None;
    }
    let terms: Vec<Option<FourierTerm>> = items
        .iter()
        .map(|item| {
            let section = item.section(keys::SEASONALITY_TERM);
            let period =
                section.required("period_days", "30.4").and_then(|value| value.number(&limits::PERIOD));
            let amplitude =
                section.required("amplitude", "0.05").and_then(|value| value.number(&limits::AMPLITUDE));
            let phase = section.number("phase_days", &limits::PHASE, 0.0);
            Some(FourierTerm { period_days: period?, amplitude: amplitude?, phase_days: phase? })
        })
        .collect();
    terms.into_iter().collect()
}

fn level_shifts(value: &Value<'_>) -> Option<Vec<LevelShift>> {
    let items = value.list("Write `[{date: 2024-03-01, multiplier: 1.2}]`, for example.")?;
    if items.len() > MAX_SHIFTS {
        let message = format!("lists {} shifts; at most {MAX_SHIFTS} are allowed.", items.len());
        value.problem(message, "Keep the largest ones.");
        return None;
    }
    let shifts: Vec<Option<LevelShift>> = items
        .iter()
        .map(|item| {
            let section = item.section(keys::LEVEL_SHIFT);
            let date = section.required("date", "2024-03-01").and_then(|value| value.date());
            let multiplier =
                section.required("multiplier", "1.2").and_then(|value| value.number(&limits::MULTIPLIER));
            Some(LevelShift { date: date?, multiplier: multiplier? })
        })
        .collect();
    shifts.into_iter().collect()
}

/// A number is the weekend's multiplier; a list has all seven days, Monday first.
fn weekly_pattern(section: &Section<'_>, default: f64) -> Option<[f64; 7]> {
    let weekend = |factor: f64| [1.0, 1.0, 1.0, 1.0, 1.0, factor, factor];
    let Some(value) = section.get("weekly_pattern_factor") else { return Some(weekend(default)) };
    if !value.is_list() {
        return value.number(&limits::MULTIPLIER).map(weekend);
    }
    let days = value.list("")?;
    if days.len() != 7 {
        let message = format!("lists {} factors, but a week has seven days.", days.len());
        value.problem(message, "Write seven numbers, Monday first, or one number for the weekend.");
        return None;
    }
    let factors: Vec<Option<f64>> = days.iter().map(|day| day.number(&limits::MULTIPLIER)).collect();
    factors.into_iter().collect::<Option<Vec<f64>>>()?.try_into().ok()
}

fn eoq_months(section: &Section<'_>) -> Option<[bool; 12]> {
    const HINT: &str = "Write the numbers of the months, for example `[3, 6, 9, 12]`.";
    let Some(value) = section.get("eoq_months") else { return Some(defaults::EOQ_MONTHS) };
    let mut months = [false; 12];
    let mut sound = true;
    for item in value.list(HINT)? {
        match item.integer(&limits::MONTH).map(|month| month as usize - 1) {
            None => sound = false,
            Some(index) if months[index] => {
                item.problem(format!("lists month {} a second time.", index + 1), "Remove it.");
                sound = false;
            }
            Some(index) => months[index] = true,
        }
    }
    if sound && months == [false; 12] {
        value.problem("is empty.", "List at least one month; `use_eoq_spikes: false` turns the spikes off.");
        return None;
    }
    sound.then_some(months)
}

/// Growth that stays above -100 % to the last day.
fn growth_rate(section: &Section<'_>, default: f64, dates: Option<(NaiveDate, NaiveDate)>) -> Option<f64> {
    let rate = section.number("growth_rate", &limits::GROWTH, default)?;
    let Some((start, end)) = dates else { return Some(rate) };
    let years = (end - start).num_days() as f64 / DAYS_PER_YEAR;
    if 1.0 + rate * years <= 0.0 {
        let message = format!("is {rate}, so that nothing is left before the end of {years:.1} years.");
        section.problem("growth_rate", message, format!("Write a number above {:.3}.", -1.0 / years));
        return None;
    }
    Some(rate)
}
