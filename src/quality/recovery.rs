//! Recovery: the configured patterns, estimated back from the data.
//!
//! A pattern passes within 4 standard errors of what is to be expected and fails beyond 6, so that
//! chance alone makes about one check in 16,000 warn and none fail.

use super::dated::{self, Between, Evidence};
use super::expectation::{Expectation, mean};
use super::fit::{ANNUAL, Design, EOQ, Fit, GROWTH, HOLIDAY, MONTH_END, PARAMETERS, POST_HOLIDAY, YEAR_END};
use super::virtual_fleet::VirtualFleet;
use super::{Check, Figures, Verdict};
use crate::aggregate::MetricAggregates;
use crate::aggregate::hours::BUSINESS_HOURS;
use crate::calendar::DayTable;
use crate::math;
use crate::plan::{Granularity, Hours, MetricPlan, Plan};
use crate::realism::{GapProcess, gaps};
use crate::series::factors;

const PASS_ERRORS: f64 = 4.0;
const FAIL_ERRORS: f64 = 6.0;

/// Shortest range in days from which the patterns are estimated.
const MIN_DAYS: usize = 28;

/// Variance below which a value counts as free of noise, in the metric's unit squared.
const LEAST_VARIANCE: f64 = 1e-6;

/// An estimate with its standard error.
type Estimate = (f64, f64);

/// What to expect of a metric.
#[derive(Clone, Copy)]
pub(super) enum Expected<'a> {
    /// Of servers that are all alike.
    OfAlike(&'a Expectation),
    /// Of servers that differ.
    OfVaried(&'a VirtualFleet),
}

/// All recovery checks of one metric.
pub(super) fn checks(
    plan: &Plan,
    index: usize,
    days: &DayTable,
    expected: Expected<'_>,
    seen: &MetricAggregates,
) -> Vec<Check> {
    let metric = &plan.metrics[index];
    let mut checks = patterns(plan, index, days, expected, seen);
    checks.extend(business_hours(plan, metric, days, expected, seen));
    checks.push(missing_rate(plan, metric, seen));
    checks.push(outlier_rate(plan, metric, expected, seen));
    checks
}

/// The patterns of the calendar, from the fleet's daily means.
fn patterns(
    plan: &Plan,
    index: usize,
    days: &DayTable,
    expected: Expected<'_>,
    seen: &MetricAggregates,
) -> Vec<Check> {
    let metric = &plan.metrics[index];
    let weekdays = metric.weekly_pattern;
    let configured_ratio = (weekdays[5] + weekdays[6]) / 2.0 / (weekdays[..5].iter().sum::<f64>() / 5.0);
    let weekend =
        Pattern { id: "weekend_ratio", title: "Weekend ratio", configured: configured_ratio, neutral: 1.0 };
    let annual = Pattern {
        id: "annual_amplitude",
        title: "Annual amplitude",
        configured: metric.seasonality_amplitude,
        neutral: 0.0,
    };
    let growth =
        Pattern { id: "growth_rate", title: "Growth per year", configured: metric.growth_rate, neutral: 0.0 };
    let holiday = Pattern {
        id: "holiday_effect",
        title: "Holiday multiplier",
        configured: metric.holiday_effect_multiplier,
        neutral: 1.0,
    };
    let eoq = Pattern {
        id: "eoq_lift",
        title: "End-of-quarter multiplier",
        configured: metric.eoq_spike_multiplier,
        neutral: 1.0,
    };

    let special = [
        (
            POST_HOLIDAY,
            plan.calendar.use_holidays,
            Pattern {
                id: "post_holiday_effect",
                title: "Multiplier after a holiday",
                configured: metric.post_holiday_multiplier,
                neutral: 1.0,
            },
        ),
        (
            YEAR_END,
            plan.calendar.use_eoq_spikes && metric.eoq_months[11] && metric.year_end_factor != 1.0,
            Pattern {
                id: "year_end_lift",
                title: "Year-end multiplier",
                configured: 1.0 + (metric.eoq_spike_multiplier - 1.0) * metric.year_end_factor,
                neutral: 1.0,
            },
        ),
        (
            MONTH_END,
            plan.calendar.use_eoq_spikes,
            Pattern {
                id: "month_end_lift",
                title: "Month-end multiplier",
                configured: metric.month_end_multiplier,
                neutral: 1.0,
            },
        ),
    ];

    let design = Design::new(metric, &plan.calendar, days, &seen.day_counts());
    let fits = || match expected {
        Expected::OfAlike(expectation) => Fits::new(metric, &design, expectation, seen),
        Expected::OfVaried(fleet) => Fits::of_varied(&design, fleet, seen),
    };
    let fits = (days.len() >= MIN_DAYS).then(fits).flatten();
    let Some(fits) = fits else {
        let note = format!("Needs at least {MIN_DAYS} days with values and a level above zero.");
        return [weekend, annual, growth, holiday, eoq].map(|pattern| pattern.skipped(metric, &note)).into();
    };
    let yearly = |pattern: Pattern, parameter: usize| match design.estimates(parameter) {
        true => pattern.check(metric, fits.compare(|fit| fit.parameter(parameter))),
        false => pattern.skipped(metric, "Needs at least a year."),
    };
    let dated = |pattern: Pattern, parameter: usize, on: bool| match (on, design.estimates(parameter)) {
        (true, true) => pattern.check(metric, fits.compare(|fit| fit.parameter(parameter))),
        (true, false) => pattern.skipped(metric, "The range has no such day."),
        (false, _) => pattern.skipped(metric, "Switched off."),
    };
    let mut checks = vec![
        match (0..7).all(|weekday| design.estimates(weekday)) {
            true => weekend.check(metric, fits.compare(Fit::weekend_ratio)),
            false => weekend.skipped(metric, "Needs ordinary days on every day of the week."),
        },
        yearly(annual, ANNUAL),
        yearly(growth, GROWTH),
        dated(holiday, HOLIDAY, plan.calendar.use_holidays),
        dated(eoq, EOQ, plan.calendar.use_eoq_spikes),
    ];
    // These are usually left out, and then there is nothing to tell of them.
    for (parameter, on, pattern) in special {
        if on && (pattern.configured != 1.0 || parameter == YEAR_END) {
            checks.push(dated(pattern, parameter, true));
        }
    }
    checks.extend(dated::checks(plan, metric, days, &fits.evidence, &fits.found, &fits.expected));
    checks
}

/// The same fit to what was found, to what is expected, and to what would be expected of a fleet
/// whose mean bias is one standard deviation higher.
struct Fits<'a> {
    found: Fit,
    expected: Fit,
    biased: Option<Fit>,
    evidence: Evidence<'a>,
}

impl<'a> Fits<'a> {
    fn new(
        metric: &MetricPlan,
        design: &'a Design,
        expectation: &Expectation,
        seen: &MetricAggregates,
    ) -> Option<Self> {
        // Noise that lasts for days makes the mean of many days less certain: by this much for AR(1).
        let phi = metric.autocorrelation;
        let inflation = ((1.0 + phi) / (1.0 - phi)).max(1.0);
        let weight =
            |(&count, variance): (&u64, f64)| count as f64 / (variance.max(LEAST_VARIANCE) * inflation);
        let counts = seen.day_counts();
        let weights: Vec<f64> = counts.iter().zip(expectation.daily_variances()).map(weight).collect();
        let means: Vec<f64> =
            seen.day_sums().iter().zip(&counts).map(|(sum, &count)| sum / count.max(1) as f64).collect();
        let expected_means = expectation.daily_means();
        let expected = design.fit(&expected_means, &weights)?;
        Some(Self {
            found: design.fit_like(&expected, &means, &weights)?,
            biased: Some(design.fit_like(&expected, &expectation.daily_means_biased(), &weights)?),
            expected,
            evidence: Evidence { design, means, expected_means, weights, between: None },
        })
    }

    /// The same for servers that differ: how far the fits to each of them would lie apart makes the
    /// fit to all of them less certain.
    fn of_varied(design: &'a Design, fleet: &'a VirtualFleet, seen: &MetricAggregates) -> Option<Self> {
        let counts = seen.day_counts();
        let weight = |(&count, variance): (&u64, f64)| match count {
            0 => 0.0,
            count => 1.0 / variance.max(LEAST_VARIANCE / count as f64),
        };
        let weights: Vec<f64> = counts.iter().zip(fleet.variances(&counts)).map(weight).collect();
        let means: Vec<f64> =
            seen.day_sums().iter().zip(&counts).map(|(sum, &count)| sum / count.max(1) as f64).collect();
        let expected = design.fit(&fleet.means, &weights)?;
        let mut found = design.fit_like(&expected, &means, &weights)?;
        let share = fleet.share_of_variance() / fleet.deviations.len() as f64;
        let slopes = design.slopes(&expected);
        let influence = |deviation: &Vec<f64>| slopes.influence(&expected, &weights, deviation);
        let influences: Vec<_> = fleet.deviations.iter().map(influence).collect();
        for influence in &influences {
            for row in 0..PARAMETERS {
                for column in 0..PARAMETERS {
                    found.covariance[row][column] += share * influence[row] * influence[column];
                }
            }
        }
        let expected_means = fleet.means.clone();
        let between = Some(Between { fleet, influences, slopes });
        let evidence = Evidence { design, means, expected_means, weights, between };
        Some(Self { found, expected, biased: None, evidence })
    }

    /// The expected value of a figure, and what was found with its standard error.
    fn compare(&self, figure: impl Fn(&Fit) -> Estimate) -> (f64, Estimate) {
        let (expected, _) = figure(&self.expected);
        let (found, sampling_error) = figure(&self.found);
        let bias_error = self.biased.as_ref().map_or(0.0, |biased| figure(biased).0 - expected);
        (expected, (found, (sampling_error * sampling_error + bias_error * bias_error).sqrt()))
    }
}

/// How much higher the business hours of working days are than the whole day, of hourly rows.
fn business_hours(
    plan: &Plan,
    metric: &MetricPlan,
    days: &DayTable,
    expected: Expected<'_>,
    seen: &MetricAggregates,
) -> Option<Check> {
    if plan.granularity == Granularity::Daily {
        return None;
    }
    let kinds = plan.fleet.archetypes.iter().map(|kind| (kind.weight, &kind.hours));
    let kinds: Vec<(f64, &Hours)> =
        if plan.fleet.archetypes.is_empty() { vec![(1.0, &plan.fleet.hours)] } else { kinds.collect() };
    let total: f64 = kinds.iter().map(|(weight, _)| weight).sum();
    let of_kind = |(weight, hours): &(f64, &Hours)| {
        let [workday, _] = hours.multipliers(metric.hours_amplitude);
        weight / total * mean(&workday[BUSINESS_HOURS])
    };
    let configured = kinds.iter().map(of_kind).sum();
    let pattern = Pattern {
        id: "business_hours",
        title: "Business hours over the whole day",
        configured,
        neutral: 1.0,
    };
    let [(n, sum), (of_all, sum_of_all)] = seen.workday_sums();
    let workday: Vec<bool> =
        (0..days.len()).map(|day| !factors::is_day_off(&plan.calendar, days, day)).collect();
    if n < MIN_VALUES_FOR_HOURS || sum_of_all <= 0.0 {
        return Some(
            pattern.skipped(metric, "Too few values on working days, or a level that is not above zero."),
        );
    }
    let found = (sum / n as f64) / (sum_of_all / of_all as f64);
    let phi = metric.autocorrelation;
    let lasting = ((1.0 + phi) / (1.0 - phi)).max(1.0);
    let (expected, variance, between) = match expected {
        Expected::OfAlike(expectation) => {
            let [business, all] = expectation.workday_means(&workday);
            let (ratio, variance) = (business / all, mean(&expectation.daily_variances()) * lasting);
            // Biases do not follow the hours; their mean over the fleet is known as well as they are many.
            let bias = math::square(plan.realism.server_bias) / 3.0 / plan.servers().len() as f64;
            (ratio, variance, math::square((1.0 - ratio) / all) * bias)
        }
        Expected::OfVaried(fleet) => {
            let [business, all] =
                [0, 1].map(|place| fleet.workdays.iter().map(|sums| sums[place]).sum::<f64>());
            let ratio = business / all;
            let servers = fleet.workdays.len() as f64;
            let rest = |sums: &[f64; 2]| math::square((sums[0] - ratio * sums[1]) * servers / all);
            let between = fleet.workdays.iter().map(rest).sum::<f64>() / servers * fleet.share_of_variance();
            let one = fleet.variances(&vec![1; days.len()]);
            let finite: Vec<f64> = one.into_iter().filter(|variance| variance.is_finite()).collect();
            (ratio, mean(&finite), between)
        }
    };
    let level = sum_of_all / of_all as f64;
    let noise = variance / math::square(level) * (1.0 / n as f64 + found * found / of_all as f64);
    Some(pattern.check(metric, (expected, (found, (noise + between).sqrt()))))
}

fn missing_rate(plan: &Plan, metric: &MetricPlan, seen: &MetricAggregates) -> Check {
    let rate = plan.realism.missing_rate;
    let total = (seen.missing + seen.day_counts().iter().sum::<u64>()).max(1) as f64;
    let lasting = |rate: f64, mean: f64| {
        let correlation = GapProcess::new(rate, mean).autocorrelation().max(0.0);
        rate * (1.0 - rate) * (1.0 + correlation) / (1.0 - correlation)
    };
    let [outage, burst, scattered, load] = gaps::rates(plan);
    let own = lasting(burst, plan.realism.missing_burst_mean) + scattered + load;
    // All servers of a region are out at once, so these gaps are as few as the regions are.
    let regions = plan.fleet.regions.iter().map(|(_, weight)| weight);
    let all: f64 = regions.clone().sum();
    let shared = lasting(outage, plan.realism.gaps.outage_mean)
        * regions.map(|weight| math::square(weight / all)).sum::<f64>()
        / plan.steps() as f64;
    let error = (own / total + shared).sqrt();
    let pattern = Pattern { id: "missing_rate", title: "Missing rate", configured: rate, neutral: 0.0 };
    pattern.check(metric, (rate, (seen.missing as f64 / total, error)))
}

/// The share of outliers, from the share of values far above what their server and day make one
/// expect: exceedances = (1 - rate) * P(exceeds | clean) + rate * P(exceeds | outlier).
fn outlier_rate(plan: &Plan, metric: &MetricPlan, expected: Expected<'_>, seen: &MetricAggregates) -> Check {
    let rate = plan.realism.outlier_rate;
    let pattern = Pattern { id: "outlier_rate", title: "Outlier rate", configured: rate, neutral: 0.0 };
    let Expected::OfAlike(expectation) = expected else {
        return pattern.skipped(metric, "The servers differ too much to hold them against one threshold.");
    };
    let counts = seen.day_counts();
    let count = counts.iter().sum::<u64>() as f64;
    if count < MIN_VALUES_FOR_OUTLIERS || counts.len() < MIN_DAYS {
        return pattern.skipped(metric, "Too few values.");
    }
    if expectation.clipped_share(&counts) > MAX_CLIPPED_SHARE {
        return pattern
            .skipped(metric, "Too many values lie on their upper clip to tell outliers from them.");
    }
    let (clean, outlier) = expectation.exceedance_probabilities(&counts);
    if outlier - clean < 0.05 {
        return pattern.skipped(metric, "Outliers of this size do not stand out from the noise.");
    }
    let share = seen.exceedances as f64 / count;
    let phi = metric.autocorrelation.abs();
    let expected_share = clean + rate * (outlier - clean);
    let error = (expected_share * (1.0 - expected_share) / count * (1.0 + phi) / (1.0 - phi)).sqrt();
    pattern.check(metric, (rate, ((share - clean) / (outlier - clean), error / (outlier - clean))))
}

/// The verdict on a figure that is so far off, given its standard error, and how far off it may be.
pub(super) fn verdict_on(off: f64, error: f64) -> (Verdict, f64) {
    let tolerance = PASS_ERRORS * error;
    let verdict = if off.abs() <= tolerance {
        Verdict::Pass
    } else if off.abs() <= tolerance * FAIL_ERRORS / PASS_ERRORS {
        Verdict::Warn
    } else {
        Verdict::Fail
    };
    (verdict, tolerance)
}

const MIN_VALUES_FOR_OUTLIERS: f64 = 1_000.0;
const MIN_VALUES_FOR_HOURS: u64 = 500;

/// A server's bias is estimated by its mean, which a clip holds back: with more values than this share
/// on the clip, outliers are counted against the wrong threshold, and in a large dataset that shows.
const MAX_CLIPPED_SHARE: f64 = 0.05;

/// A configured pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) configured: f64,
    /// The value that means no effect.
    pub(super) neutral: f64,
}

impl Pattern {
    pub(super) fn check(self, metric: &MetricPlan, (expected, (found, error)): (f64, Estimate)) -> Check {
        // A margin for rounding: of the values to decimals, and of the floats.
        let margin = 1e-4 * self.configured.abs();
        let (verdict, tolerance) = verdict_on(found - expected, error + margin / PASS_ERRORS);
        let effect = (self.configured - self.neutral).abs();
        let mut notes = vec![];
        if (expected - self.configured).abs() > 5e-4 {
            notes.push(format!("{expected:.4} is expected once the differences between servers, outliers and clips have acted."));
        }
        if effect > 0.0 && tolerance >= effect {
            notes.push("Too little data to tell this from no effect.".to_owned());
        }
        Check {
            expected: format!("{:.4}", self.configured),
            found: format!("{found:.4}"),
            tolerance: format!("± {tolerance:.4}"),
            figures: Some(Figures { expected, found, tolerance }),
            verdict,
            note: notes.join(" "),
            ..self.skipped(metric, "")
        }
    }

    pub(super) fn skipped(self, metric: &MetricPlan, note: &str) -> Check {
        Check {
            id: self.id,
            title: self.title,
            metric: Some(metric.name.clone()),
            expected: format!("{:.4}", self.configured),
            found: String::new(),
            tolerance: String::new(),
            figures: None,
            verdict: Verdict::Skipped,
            note: note.to_owned(),
        }
    }
}
