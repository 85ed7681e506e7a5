//! Recovery from servers one by one: what their noise is like, how long gaps are, and how the levels of
//! groups of servers differ.
//!
//! Noise is told by signs alone: two standard normal numbers of correlation r have the same sign with
//! probability 1/2 + asin(r) / pi (Sheppard, 1899), whatever a few outliers are.

mod calendar;
mod defects;
mod levels;
mod units;

use std::f64::consts::{FRAC_PI_2, PI};
use std::ops::Range;

use calendar::{Calendar, EXTREME, PATTERNS};
use defects::{Outages, Repeats};
use levels::{change, level, weekend_ratio};
use units::Contrasts;

use super::Check;
use super::panel::Moments;
use super::recovery::Pattern;
use super::virtual_fleet::VirtualFleet;
use crate::calendar::DayTable;
use crate::fleet::Server;
use crate::math;
use crate::plan::{AnomalyKind, Attribute, MetricPlan, Plan, Traits};
use crate::realism::{GapProcess, gaps};
use crate::series::variety::{Character, PatternTable};

/// Servers whose noise is looked at.
const NOISE_SERVERS: usize = 48;
/// Fewest days that tell anything of noise.
const MIN_DAYS: usize = 56;
/// A threshold within this factor of the upper clip is near it.
const NEAR_CLIP: f64 = 1.25;
/// Share of values that are extreme although nothing is wrong: on days whose factors are large, the
/// noise is larger too.
const CALENDAR_EXTREMES: f64 = 1e-4;
/// Fewest servers of a group whose level is compared.
const MIN_GROUP: usize = 8;

/// All checks of `plan` that what was seen of its panel allows; `fleets` has a sample of servers per
/// metric where servers differ.
pub(super) fn checks(plan: &Plan, days: &DayTable, seen: &Seen, fleets: &[VirtualFleet]) -> Vec<Check> {
    let mut checks = Vec::new();
    if days.len() < MIN_DAYS {
        return checks;
    }
    checks.extend(seen.outages(plan));
    for (index, metric) in plan.metrics.iter().enumerate() {
        checks.extend(seen.autocorrelation(plan, index));
        for (other, _) in plan.metrics.iter().enumerate().skip(index + 1) {
            checks.extend(seen.correlations(plan, index, other));
        }
        checks.extend(seen.gap_length(plan, metric, index));
        checks.extend(seen.stuck(plan, index));
        for (attribute, std) in shocks(plan) {
            checks.extend(seen.shock(plan, index, attribute, std));
        }
        if let Some(fleet) = fleets.get(index) {
            checks.extend(seen.level_spread(plan, index, fleet));
            checks.extend(seen.weekend_spread(plan, index, days, fleet));
            checks.extend(seen.change_spread(plan, index, fleet));
            checks.extend(seen.units(plan, index, fleet));
            checks.extend(seen.extremes(plan, index, fleet));
        }
        checks.extend(metric.effects.iter().filter_map(|effect| seen.effect(plan, index, effect)));
        let table = PatternTable::new(plan, metric, days);
        let kinds = plan.fleet.archetypes.iter();
        let levels: Vec<f64> = kinds.map(|kind| level(metric, &table, kind.traits[index])).collect();
        checks.extend((0..levels.len()).filter_map(|kind| seen.kind(plan, index, kind, &levels)));
    }
    checks
}

/// The sum of the signs of each day over some servers, and how many these are.
type SignSum = (Vec<i32>, f64);

/// The kind of a server, and the share of days on which two of its metrics have noise of the same sign.
type Agreement = (Option<usize>, f64);

/// What was seen of the panel.
pub(super) struct Seen {
    designs: Vec<Calendar>,
    /// Per metric how business units are compared, and per server its business unit and what that says of it.
    contrasts: Vec<Contrasts>,
    felt: Vec<Vec<(usize, Vec<f64>)>>,
    /// Servers whose noise was looked at.
    looked_at: usize,
    /// Per metric and server the share of neighbouring days whose noise has the same sign.
    neighbours: Vec<Vec<f64>>,
    /// Per pair of metrics one entry per server.
    pairs: Vec<Vec<Vec<Agreement>>>,
    /// Per metric the missing values and the gaps.
    gaps: Vec<(u64, u64)>,
    /// Per metric the neighbouring values.
    repeats: Vec<Repeats>,
    outages: Outages,
    /// Steps at which the servers are there, in all.
    steps: usize,
    /// Servers, and per metric each one's mean.
    servers: Vec<([usize; Attribute::ALL.len()], Option<usize>)>,
    means: Vec<Vec<f64>>,
    /// Per metric and server the mean of weekends over that of the other days, and the variance that
    /// noise gives it.
    weekends: Vec<Vec<(f64, f64)>>,
    /// Per metric and server how much higher the second half of its time is than the first, and the variance
    /// that noise gives it.
    changes: Vec<Vec<(f64, f64)>>,
    /// Per metric, attribute with shocks and value the sum of the signs of each day, and its servers.
    sums: Vec<Vec<Vec<SignSum>>>,
    /// Per metric and server the share of values far above what the calendar explains.
    extremes: Vec<Vec<f64>>,
    days: usize,
}

impl Seen {
    /// Nothing seen yet of `plan`'s dataset.
    pub(super) fn new(plan: &Plan, days: &DayTable) -> Self {
        let metrics = plan.metrics.len();
        let groups = || {
            let sums = |(attribute, _)| vec![(vec![0; days.len()], 0.0); plan.fleet.values(attribute).len()];
            shocks(plan).map(sums).collect()
        };
        Self {
            designs: plan.metrics.iter().map(|metric| Calendar::new(plan, metric, days)).collect(),
            contrasts: plan.metrics.iter().map(|metric| Contrasts::new(plan, metric, days)).collect(),
            felt: vec![Vec::new(); metrics],
            looked_at: 0,
            neighbours: vec![Vec::new(); metrics],
            pairs: vec![vec![Vec::new(); metrics]; metrics],
            gaps: vec![(0, 0); metrics],
            repeats: vec![Repeats::default(); metrics],
            outages: Outages::new(plan, days.len()),
            steps: 0,
            servers: Vec::new(),
            means: vec![Vec::new(); metrics],
            weekends: vec![Vec::new(); metrics],
            changes: vec![Vec::new(); metrics],
            sums: (0..metrics).map(|_| groups()).collect(),
            extremes: vec![Vec::new(); metrics],
            days: days.len(),
        }
    }

    /// Looks at a server by the series of its metrics; NaN stands for a missing value, and for a day on
    /// which the server is not there.
    pub(super) fn add(
        &mut self,
        plan: &Plan,
        days: &DayTable,
        server: &Server,
        there: Range<usize>,
        all: &[Vec<f64>],
    ) {
        self.servers.push((server.attributes, server.archetype));
        self.steps += there.len();
        let is_whole = there.len() == days.len();
        self.outages.add(server, there.clone(), all);
        let is_looked_at = self.looked_at < NOISE_SERVERS;
        self.looked_at += 1;
        let mut signs: Vec<Vec<i8>> = Vec::new();
        for (metric, series) in all.iter().enumerate() {
            let runs = series[there.clone()].chunk_by(|a, b| a.is_nan() == b.is_nan());
            for gap in runs.filter(|run| run[0].is_nan()) {
                self.gaps[metric].0 += gap.len() as u64;
                self.gaps[metric].1 += 1;
            }
            self.repeats[metric].add(plan, &plan.metrics[metric], series);
            self.means[metric].push(Moments::of(series).mean());
            self.weekends[metric].extend(weekend_ratio(series, days));
            let unit = server.attributes[Attribute::BusinessUnit as usize];
            self.felt[metric].push((unit, self.contrasts[metric].of(series)));
            self.changes[metric].extend(change(&series[there.clone()]));
            let rest = is_looked_at.then(|| self.designs[metric].rest(series)).flatten();
            self.extremes[metric].extend(rest.as_ref().map(|rest| rest.extremes));
            signs.push(rest.map_or_else(Vec::new, |rest| rest.signs));
        }
        for (metric, own) in signs.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
            let groups = self.sums[metric].iter_mut().zip(shocks(plan));
            for (of_attribute, (attribute, _)) in groups.filter(|_| is_whole) {
                let (sum, count) = &mut of_attribute[server.attributes[attribute as usize]];
                sum.iter_mut().zip(own).for_each(|(sum, sign)| *sum += i32::from(*sign));
                *count += 1.0;
            }
            self.neighbours[metric].extend(agreement(own.iter().zip(own.iter().skip(1))));
            for (other, others) in signs.iter().enumerate().skip(metric + 1) {
                let share = agreement(own.iter().zip(others));
                self.pairs[metric][other].extend(share.map(|share| (server.archetype, share)));
            }
        }
    }

    /// Mean length of a gap of any metric.
    pub(super) fn mean_gap(&self) -> f64 {
        let (missing, gaps) = self.gaps.iter().fold((0, 0), |sum, gaps| (sum.0 + gaps.0, sum.1 + gaps.1));
        missing as f64 / gaps as f64
    }

    fn autocorrelation(&self, plan: &Plan, index: usize) -> Option<Check> {
        let metric = &plan.metrics[index];
        if metric.autocorrelation == 0.0 || metric.base_std == 0.0 {
            return None;
        }
        let phi = metric.autocorrelation;
        let shock = plan.realism.variety.shock_autocorrelation;
        let expected = over_kinds(plan, index, |kind| {
            let own = 1.0 - shared(plan, index, kind);
            phi * own + shock * (1.0 - own)
        });
        let pattern = Pattern {
            id: "autocorrelation",
            title: "Autocorrelation of the noise",
            configured: phi,
            neutral: 0.0,
        };
        self.check(plan, index, &self.neighbours[index], expected, pattern)
    }

    /// The correlation of two metrics: of all servers, or of each kind where kinds have their own.
    fn correlations(&self, plan: &Plan, index: usize, other: usize) -> Vec<Check> {
        let kinds = &plan.fleet.archetypes;
        let have_own = kinds.iter().any(|kind| kind.correlations.is_some());
        let each = (0..kinds.len()).map(Some).filter(|_| have_own);
        let groups = each.chain((!have_own).then_some(None));
        groups.filter_map(|kind| self.correlation(plan, index, other, kind)).collect()
    }

    fn correlation(&self, plan: &Plan, index: usize, other: usize, kind: Option<usize>) -> Option<Check> {
        let configured = plan.correlation(kind, index, other);
        let noiseless = |index: usize| plan.metrics[index].base_std == 0.0;
        if configured == 0.0 || noiseless(index) || noiseless(other) {
            return None;
        }
        let own = |index: usize| match kind {
            Some(kind) => (1.0 - shared(plan, index, plan.fleet.archetypes[kind].traits[index])).sqrt(),
            None => over_kinds(plan, index, |kind| (1.0 - shared(plan, index, kind)).sqrt()),
        };
        let expected = configured * own(index) * own(other);
        let pattern =
            Pattern { id: "correlation", title: "Correlation of the noise", configured, neutral: 0.0 };
        let of_kind = self.pairs[index][other].iter().filter(|(own, _)| kind.is_none() || *own == kind);
        let shares: Vec<f64> = of_kind.map(|(_, share)| *share).collect();
        let mut check = self.check(plan, index, &shares, expected, pattern)?;
        let whose = match kind {
            Some(kind) => format!("{}, with", plan.fleet.archetypes[kind].name),
            None => "With".to_owned(),
        };
        check.note = format!("{whose} {}. {}", plan.metrics[other].name, check.note).trim_end().to_owned();
        Some(check)
    }

    /// Compares shares of equal signs with the one that belongs to a correlation.
    fn check(
        &self,
        plan: &Plan,
        index: usize,
        shares: &[f64],
        expected: f64,
        pattern: Pattern,
    ) -> Option<Check> {
        let n = shares.len() as f64;
        if n < 2.0 {
            return None;
        }
        let mean = shares.iter().sum::<f64>() / n;
        let variance = shares.iter().map(|share| math::square(share - mean)).sum::<f64>() / (n - 1.0);
        // What many servers share does not average out.
        let common = over_kinds(plan, index, |kind| shared(plan, index, kind));
        let groups: f64 = plan.fleet.business_units.iter().map(|(_, weight)| weight).sum();
        let concentration: f64 =
            plan.fleet.business_units.iter().map(|(_, weight)| math::square(weight / groups)).sum();
        let sampling = (variance * (1.0 / n + common * concentration)).sqrt();
        // Anomalies and servers that change their level may do anything to the signs; the fit of the calendar takes a little noise away.
        let anomalous =
            plan.realism.anomalies.iter().map(|anomaly| anomaly.rate).sum::<f64>() + changing(plan);
        let outliers = plan.realism.outlier_rate;
        let systematic = (anomalous + outliers) / 8.0 + 1.0 / self.days as f64;
        let slope = PI * math::cos(PI * (mean - 0.5)).abs().max(0.05);
        let found = math::sin((PI * (mean - 0.5)).clamp(-FRAC_PI_2, FRAC_PI_2));
        Some(pattern.check(&plan.metrics[index], (expected, (found, slope * (sampling + systematic)))))
    }

    fn gap_length(&self, plan: &Plan, metric: &MetricPlan, index: usize) -> Option<Check> {
        let (missing, gaps) = self.gaps[index];
        let rates = gaps::rates(plan);
        let [outage, burst, scattered, load] = rates;
        if gaps < 20 {
            return None;
        }
        let realism = &plan.realism;
        let entering = |rate, mean| GapProcess::new(rate, mean).enter;
        // A gap begins where nothing was missing and something comes: all causes are independent.
        let begins = 1.0
            - (1.0 - entering(outage, realism.gaps.outage_mean))
                * (1.0 - entering(burst, realism.missing_burst_mean))
                * (1.0 - scattered)
                * (1.0 - load);
        let present: f64 = rates.iter().map(|rate| 1.0 - rate).product();
        let steps = self.steps as f64 / self.servers.len() as f64;
        let per_series = (steps - 1.0) * present * begins + (1.0 - present);
        let expected = (1.0 - present) * steps / per_series;
        let found = missing as f64 / gaps as f64;
        // Lengths vary about as much as geometric ones; all servers of a region share their outages, of
        // which there are few: their number and their lengths weigh with their part of the gaps.
        let spread = expected.max(realism.missing_burst_mean);
        let regions = plan.fleet.regions.iter().map(|(_, weight)| weight);
        let all: f64 = regions.clone().sum();
        let concentration: f64 = regions.map(|weight| math::square(weight / all)).sum();
        let mean = realism.gaps.outage_mean;
        let outages = (steps * outage / mean / concentration).max(1.0);
        let varies = (1.0 - expected / mean).abs() + expected / mean * (1.0 - 1.0 / mean).sqrt();
        let of_outages = realism.gaps.outage_share * expected * varies / outages.sqrt();
        let error = (spread * spread / gaps as f64 + of_outages * of_outages).sqrt();
        let pattern =
            Pattern { id: "gap_length", title: "Mean length of a gap", configured: expected, neutral: 0.0 };
        Some(pattern.check(metric, (expected, (found, error))))
    }

    /// What the noise of two servers of a group has in common, beyond that of any two.
    fn shock(&self, plan: &Plan, index: usize, attribute: Attribute, std: f64) -> Option<Check> {
        let metric = &plan.metrics[index];
        let place = shocks(plan).position(|(other, _)| other == attribute)?;
        let groups = &self.sums[index][place];
        let mut whole = vec![0; self.days];
        let (mut within, mut pairs_within, mut servers) = (0.0, 0.0, 0.0);
        for (sum, count) in groups {
            whole.iter_mut().zip(sum).for_each(|(whole, sum)| *whole += sum);
            // Twice the sum over all pairs of the products of their signs.
            within += squares(sum) - self.days as f64 * count;
            pairs_within += count * (count - 1.0);
            servers += count;
        }
        let across = squares(&whole) - self.days as f64 * servers - within;
        let pairs_across = servers * (servers - 1.0) - pairs_within;
        if pairs_within < 100.0 || pairs_across < 100.0 {
            return None;
        }
        let days = self.days as f64;
        let excess = within / pairs_within / days - across / pairs_across / days;
        let found = math::sin((FRAC_PI_2 * excess).clamp(-FRAC_PI_2, FRAC_PI_2));
        let own = over_kinds(plan, index, |kind| {
            let of_group = metric.base_mean * kind.level * std;
            let rest = math::square(metric.base_std * kind.spread)
                + math::square(metric.base_mean * kind.level) * shock_variance(plan);
            of_group / rest.sqrt()
        });
        let expected = own * own;
        // The variance of a few series is known as well as these are long and many.
        let phi = math::square(plan.realism.variety.shock_autocorrelation);
        let effective = days * (1.0 - phi) / (1.0 + phi);
        let count = groups.iter().filter(|(_, count)| *count > 0.0).count() as f64;
        let relative = (2.0 / effective / (count - 1.0).max(1.0)).sqrt();
        let anomalous =
            plan.realism.anomalies.iter().map(|anomaly| anomaly.rate).sum::<f64>() + changing(plan);
        let noise = 1.0 / (days * pairs_within).sqrt() + 1.0 / (days * pairs_across).sqrt();
        // Servers of one group may by chance have more of another group in common than the others.
        let others = expected * (shock_variance(plan) / (std * std) - 1.0) / (3.0 * servers.sqrt());
        // The fit of the calendar takes some of a slow shock away, a part for each of its parameters.
        let slow = plan.realism.variety.shock_autocorrelation;
        let fitted = (7 + PATTERNS) as f64 / days * ((1.0 + slow) / (1.0 - slow)).max(1.0);
        let systematic = 2.0 * anomalous + plan.realism.missing_rate + fitted;
        let error = expected * (relative + systematic) + noise + others;
        let pattern = Pattern {
            id: "shared_shock",
            title: "Correlation of the noise within a group",
            configured: expected,
            neutral: 0.0,
        };
        let mut check = pattern.check(metric, (expected, (found, error)));
        check.note = format!("{}. {}", attribute.name(), check.note).trim_end().to_owned();
        Some(check)
    }

    /// The share of values far above what the calendar explains: outliers and anomalies.
    fn extremes(&self, plan: &Plan, index: usize, fleet: &VirtualFleet) -> Option<Check> {
        let metric = &plan.metrics[index];
        let shares = &self.extremes[index];
        if shares.len() < MIN_GROUP || metric.base_std == 0.0 {
            return None;
        }
        let pattern = |configured: f64| Pattern {
            id: "extreme_values",
            title: "Outliers and anomalies far above the usual",
            configured,
            neutral: 0.0,
        };
        if changing(plan) > 0.0 {
            let note =
                "A server that changes its level has values far above its usual ones without any outlier.";
            return Some(pattern(plan.realism.outlier_rate).skipped(metric, note));
        }
        let realism = &plan.realism;
        let normal = 1.0 - realism.anomalies.iter().map(|anomaly| anomaly.rate).sum::<f64>();
        // The share to expect of a server, and how much of it hangs on the upper clip: what is extreme
        // on a quiet day cannot be on a day when the clip is nearer.
        let of_server = |((character, bias), mean): (&(Character, f64), f64)| {
            let Character { traits, .. } = *character;
            let factor = (mean - bias) / character.level;
            let (level, std) = (character.level * factor, character.std * factor);
            let shock = level * shock_variance(plan).sqrt();
            let spread = (std * std + shock * shock).sqrt();
            let threshold = level + bias + EXTREME * spread;
            let is_near = threshold < metric.max_clip * NEAR_CLIP && threshold * NEAR_CLIP > metric.max_clip;
            if threshold >= metric.max_clip && !is_near {
                return (0.0, 0.0);
            }
            // The probability that a value with this mean and spread is above it.
            let above = |mean: f64, spread: f64| 1.0 - math::normal_cdf((threshold - mean) / spread);
            let times = |by: f64| above((level + bias) * by, spread * by);
            let outliers = (realism.outlier_rate * traits.outliers).min(1.0) * normal;
            let anomalies = AnomalyKind::ALL.into_iter().zip(realism.anomalies);
            let of_anomalies = anomalies.map(|(kind, anomaly)| {
                let share = match kind {
                    AnomalyKind::Spike | AnomalyKind::LevelShift => times(anomaly.size),
                    AnomalyKind::Dip | AnomalyKind::Stuck => 0.0,
                    // At the middles of four parts of its rise.
                    AnomalyKind::SlowLeak => {
                        let at = |part: f64| times(1.0 + (anomaly.size - 1.0) * part);
                        [0.125, 0.375, 0.625, 0.875].map(at).iter().sum::<f64>() / 4.0
                    }
                    AnomalyKind::Noisy => {
                        let more = anomaly.size * std;
                        above(level + bias, (spread * spread + more * more).sqrt())
                    }
                };
                anomaly.rate * share
            });
            let share = outliers * times(realism.outlier_multiplier) + of_anomalies.sum::<f64>();
            if is_near { (share / 2.0, share / 2.0) } else { (share, 0.0) }
        };
        let n = fleet.servers.len() as f64;
        let (expected, uncertain) = fleet
            .servers
            .iter()
            .zip(fleet.server_means.iter().copied())
            .map(of_server)
            .fold((0.0, 0.0), |sum, (share, uncertain)| (sum.0 + share / n, sum.1 + uncertain / n));
        let found = Moments::of(shares);
        let variance = found.central(2) * (1.0 / found.count + 1.0 / n);
        // The spread of a server is itself an estimate, and the calendar moves it from day to day.
        let systematic = expected / 20.0 + uncertain / 3.0 + CALENDAR_EXTREMES;
        let error = (variance + systematic * systematic).sqrt();
        Some(pattern(expected).check(metric, (expected, (found.mean(), error))))
    }
}

/// The share of the servers whose level changes on some day.
fn changing(plan: &Plan) -> f64 {
    (plan.lifecycle.resized_share + plan.lifecycle.migrated_share).min(1.0)
}

/// Sum of squares.
fn squares(values: &[i32]) -> f64 {
    values.iter().map(|value| math::square(f64::from(*value))).sum()
}

/// The attributes whose servers share shocks, with the standard deviation of these.
fn shocks(plan: &Plan) -> impl Iterator<Item = (Attribute, f64)> + use<> {
    let variety = plan.realism.variety;
    let all =
        [(Attribute::BusinessUnit, variety.business_unit_shock), (Attribute::Region, variety.region_shock)];
    all.into_iter().filter(|(_, std)| *std > 0.0)
}

/// The variance of all shocks, as a share of the squared level.
fn shock_variance(plan: &Plan) -> f64 {
    shocks(plan).map(|(_, std)| std * std).sum()
}

/// The share of a kind's noise that it shares with other servers.
fn shared(plan: &Plan, index: usize, traits: Traits) -> f64 {
    let metric = &plan.metrics[index];
    let common = math::square(metric.base_mean * traits.level) * shock_variance(plan);
    let own = math::square(metric.base_std * traits.spread);
    if common == 0.0 { 0.0 } else { common / (common + own) }
}

/// The mean over the kinds of servers of a figure of one metric's traits.
fn over_kinds(plan: &Plan, index: usize, figure: impl Fn(Traits) -> f64) -> f64 {
    let kinds = &plan.fleet.archetypes;
    if kinds.is_empty() {
        return figure(Traits::NEUTRAL);
    }
    let total: f64 = kinds.iter().map(|kind| kind.weight).sum();
    kinds.iter().map(|kind| kind.weight / total * figure(kind.traits[index])).sum()
}

/// The share of pairs with the same sign, of those that have signs.
fn agreement<'s>(pairs: impl Iterator<Item = (&'s i8, &'s i8)>) -> Option<f64> {
    let (same, all) = pairs.fold((0_u32, 0_u32), |(same, all), (a, b)| match a * b {
        0 => (same, all),
        product => (same + u32::from(product > 0), all + 1),
    });
    (all >= MIN_DAYS as u32 / 2).then(|| f64::from(same) / f64::from(all))
}
