//! The realism scorecard: properties of real server telemetry, and how this dataset has them.
//!
//! The bands come from public traces of daily P95 values: Bitbrains (GWA-T-12, a hoster of banks),
//! PlanetLab, Azure, and the aggregates of Google and Alibaba. Where a source describes a property
//! without giving limits, the scorecard says that the limits are its own.

use serde::Serialize;

use super::panel::{Panel, ServerFigures, Subjects};
use super::virtual_fleet::white_noise;
use super::{Check, panel};
use crate::aggregate::Aggregates;
use crate::plan::{Granularity, Plan};
use crate::quality::stl::Decomposition;

/// How a figure stands to its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// In the band.
    Inside,
    /// Not in the band.
    Outside,
    /// There is no band, or no figure.
    Open,
}

impl Standing {
    /// The standing in a word or two.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inside => "in the band",
            Self::Outside => "outside",
            Self::Open => "not judged",
        }
    }
}

/// A property of real server telemetry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Property {
    /// Stable identifier, for example `lag_1`.
    pub id: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// What this dataset has; `None` when it has too little to tell.
    pub found: Option<f64>,
    /// Lower end of the band, if there is one.
    pub low: Option<f64>,
    /// Upper end of the band, if there is one.
    pub high: Option<f64>,
    /// What a dataset without the property would show by chance, where that is not nothing.
    pub noise_floor: Option<f64>,
    /// How the figure stands to the band.
    pub standing: Standing,
    /// Where the band comes from.
    pub source: &'static str,
}

/// Below this strength a weekly cycle is absent.
const CYCLE_ABSENT: f64 = 0.24;
/// Above this strength a weekly cycle is present.
const CYCLE_PRESENT: f64 = 0.30;
/// What the scorecard calls its own limits.
const OWN: &str = "Described, but without limits, by the sources: the limits are ours";
const BITBRAINS: &str = "Bitbrains GWA-T-12";
const AZURE: &str = "Azure 2019 and 2017, PlanetLab";

/// The scorecard of `plan`'s dataset, of which `seen` and its panel were seen; empty without a processor
/// metric.
pub(super) fn properties(plan: &Plan, panel: &Panel, seen: &Aggregates, checks: &[Check]) -> Vec<Property> {
    let Some(subjects) = Subjects::of(plan) else { return Vec::new() };
    let metric = &seen.metrics[subjects.cpu];
    let cpu = &plan.metrics[subjects.cpu];
    // The bands are of daily P95: what that is of hours, the panel knows.
    let (mean, median_value) = match (plan.granularity, &panel.distribution) {
        (Granularity::Hourly, Some(days)) => (panel.all.mean(), days.statistics(&cpu.name, &cpu.unit, 0).p50),
        _ => {
            let statistics = metric.distribution.statistics(&cpu.name, &cpu.unit, metric.missing);
            (statistics.mean, statistics.p50)
        }
    };
    let counts = metric.day_counts();
    let daily: Vec<f64> =
        metric.day_sums().iter().zip(&counts).map(|(sum, &count)| sum / count as f64).collect();
    let fleet = panel::interpolated(&daily);
    let days = daily.len() as f64;
    let chance = Some(2.0 / days.sqrt());
    let median = |figure: fn(&ServerFigures) -> f64| quantile(&panel.sorted(figure), 0.5);
    let width = |figure: fn(&ServerFigures) -> f64| {
        let values = panel.sorted(figure);
        quantile(&values, 0.75) - quantile(&values, 0.25)
    };
    let strengths = panel.sorted(|server| server.weekly_strength);
    let share = |is: &dyn Fn(f64) -> bool| {
        strengths.iter().filter(|strength| is(**strength)).count() as f64 / strengths.len() as f64
    };
    let fleet_strength = Decomposition::new(&fleet, 7).map_or(f64::NAN, |parts| parts.strength());

    let mut card = vec![
        row("fleet_mean", "Mean CPU of the fleet, %", mean, band(10.0, 30.0), AZURE),
        row("median", "Median CPU, %", median_value, band(15.0, 40.0), "PlanetLab"),
        row(
            "busy_share",
            "Server-days above 80 % CPU",
            panel.busy as f64 / panel.all.count,
            band(0.05, 0.10),
            "PlanetLab",
        ),
        row(
            "skewness",
            "Skewness of CPU",
            panel.all.skewness(),
            band(1.0, 2.0),
            "PlanetLab, Bitbrains GWA-T-12",
        ),
        row(
            "memory_stickiness",
            "Variation of memory over that of CPU",
            median(|server| server.memory_variation / server.variation),
            (None, Some(0.6)),
            OWN,
        ),
        row(
            "share_between",
            "Share of the variance between servers",
            panel.share_between(),
            band(0.60, 0.85),
            BITBRAINS,
        ),
        row(
            "variation",
            "Variation over time, median of servers",
            median(|server| server.variation),
            band(0.2, 0.6),
            BITBRAINS,
        ),
        row(
            "weekday_ratio",
            "Weekdays over weekends, median of servers",
            median(|server| server.weekday_ratio),
            band(1.05, 1.35),
            "Bitbrains GWA-T-12, Azure",
        ),
        row(
            "weekday_ratio_spread",
            "The same: width of its middle half",
            width(|server| server.weekday_ratio),
            (Some(0.05), None),
            OWN,
        ),
        row(
            "lag_1",
            "Autocorrelation over a day, median of servers",
            median(|server| server.lag_1),
            band(0.35, 0.70),
            BITBRAINS,
        ),
        row(
            "lag_7_fleet",
            "Autocorrelation over a week, fleet mean",
            panel::autocorrelation(&fleet, 7),
            (Some(0.5), None),
            "Azure",
        ),
        row(
            "lag_7_spread",
            "The same by server: width of its middle half",
            width(|server| server.lag_7),
            (Some(0.05), None),
            OWN,
        ),
        row(
            "weekly_strength_fleet",
            "Weekly strength (STL), fleet mean",
            fleet_strength,
            (Some(0.6), None),
            "Azure, Bitbrains GWA-T-12",
        ),
        row(
            "no_week_share",
            "Servers without a weekly cycle (STL below 0.24)",
            share(&|strength| strength < CYCLE_ABSENT),
            band(0.20, 0.40),
            BITBRAINS,
        ),
        row(
            "week_share",
            "Servers with a weekly cycle (STL above 0.30)",
            share(&|strength| strength > CYCLE_PRESENT),
            (None, None),
            "No band: what is between is not told",
        ),
        row(
            "cpu_memory",
            "Correlation of CPU and memory, median of servers",
            median(|server| server.correlations[0]),
            band(0.2, 0.5),
            "Google, Alibaba",
        ),
        row(
            "cpu_disk",
            "Correlation of CPU and disk, median of servers",
            median(|server| server.correlations[1]),
            band(0.30, 0.65),
            "Alibaba, Bitbrains GWA-T-12",
        ),
        row(
            "cpu_network",
            "Correlation of CPU and network, median of servers",
            median(|server| server.correlations[2]),
            band(0.2, 0.5),
            "Alibaba, Bitbrains GWA-T-12",
        ),
        row(
            "between_servers",
            "Correlation of two servers",
            panel.between,
            (Some(-0.2), Some(0.2)),
            BITBRAINS,
        ),
        row(
            "within_units",
            "The same within a business unit, less that of any two",
            panel.within - panel.between,
            (Some(0.02), None),
            OWN,
        ),
        row(
            "kurtosis",
            "Excess kurtosis, median of servers",
            median(|server| server.kurtosis),
            band(2.0, 6.0),
            BITBRAINS,
        ),
        row(
            "beyond_three",
            "Values beyond three standard deviations",
            median(|server| server.beyond_three),
            (None, None),
            "No band; Bitbrains GWA-T-12 has 1.1 %",
        ),
        row(
            "missing_share",
            "Missing values",
            share_missing(seen),
            (None, None),
            "No band; Bitbrains GWA-T-12 has 0.24 %",
        ),
        row("gap_length", "Mean length of a gap, days", panel.noise.mean_gap(), band(1.0, 4.0), BITBRAINS),
        row(
            "eoq_lift",
            "End-of-quarter multiplier of CPU",
            found(checks, plan, subjects.cpu, "eoq_lift"),
            (None, None),
            "No public figure exists: configured, not observed",
        ),
        row(
            "churn",
            "Servers not alive all the time",
            panel.partly,
            (None, None),
            "No band for a range of this length: Bitbrains GWA-T-12 has 12 % in a month",
        ),
    ];
    let floor = noise_floor(fleet.len());
    for property in &mut card {
        property.noise_floor = match property.id {
            "lag_1" | "lag_7_fleet" | "cpu_memory" | "cpu_disk" | "cpu_network" => chance,
            "weekly_strength_fleet" | "no_week_share" | "week_share" => Some(floor),
            _ => None,
        };
        // Where noise alone looks like a week, no server can be said to have none.
        if property.id == "no_week_share" && floor >= CYCLE_ABSENT {
            property.standing = Standing::Open;
        }
    }
    card
}

/// The weekly strength of white noise of so many days: the median of a few series.
fn noise_floor(days: usize) -> f64 {
    let series = |number: usize| -> Vec<f64> {
        (0..days).map(|day| white_noise((number * days + day) as u64)).collect()
    };
    let strength = |number| Decomposition::new(&series(number), 7).map(|parts| parts.strength());
    let mut strengths: Vec<f64> = (0..NOISE_SERIES).filter_map(strength).collect();
    strengths.sort_by(f64::total_cmp);
    quantile(&strengths, 0.5)
}

/// Series of white noise that are looked at.
const NOISE_SERIES: usize = 5;

fn band(low: f64, high: f64) -> (Option<f64>, Option<f64>) {
    (Some(low), Some(high))
}

fn row(
    id: &'static str,
    title: &'static str,
    found: f64,
    (low, high): (Option<f64>, Option<f64>),
    source: &'static str,
) -> Property {
    let found = Some(found).filter(|found| found.is_finite());
    let standing = match found {
        Some(found) if low.is_some() || high.is_some() => {
            let is_inside = low.is_none_or(|low| found >= low) && high.is_none_or(|high| found <= high);
            if is_inside { Standing::Inside } else { Standing::Outside }
        }
        _ => Standing::Open,
    };
    Property { id, title, found, low, high, noise_floor: None, standing, source }
}

fn share_missing(seen: &Aggregates) -> f64 {
    let missing: u64 = seen.metrics.iter().map(|metric| metric.missing).sum();
    let present: u64 = seen.metrics.iter().map(|metric| metric.distribution.total()).sum();
    missing as f64 / (missing + present) as f64
}

/// What a check found; NaN where there is none.
fn found(checks: &[Check], plan: &Plan, metric: usize, id: &str) -> f64 {
    let name = &plan.metrics[metric].name;
    let of = |check: &&Check| check.id == id && check.metric.as_ref() == Some(name);
    checks.iter().find(of).and_then(|check| check.figures).map_or(f64::NAN, |figures| figures.found)
}

/// A quantile of sorted values, interpolated linearly; NaN when there are none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = last as f64 * share;
    let (lower, upper) = (sorted[place as usize], sorted[(place as usize + 1).min(last)]);
    lower + (upper - lower) * place.fract()
}

impl Property {
    /// The figure for people.
    pub fn shown(&self) -> String {
        self.found.map_or(String::new(), |found| format!("{found:.3}"))
    }

    /// The band for people.
    pub fn band(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!("{low} to {high}"),
            (Some(low), None) => format!("at least {low}"),
            (None, Some(high)) => format!("at most {high}"),
            (None, None) => "none".to_owned(),
        }
    }

    /// The noise floor for people; empty where there is none.
    pub fn floor(&self) -> String {
        self.noise_floor.map_or(String::new(), |floor| format!("{floor:.2}"))
    }
}
