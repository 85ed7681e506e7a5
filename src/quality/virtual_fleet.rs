//! What to expect of a fleet whose servers differ: a sample of servers as the configuration describes
//! them, none of which is in the dataset.
//!
//! Their numbers are spread evenly over each property by itself (a Latin hypercube: McKay, Beckman and
//! Conover, Technometrics 21, 1979), so that a few hundred stand for a fleet of any size. How much
//! they differ from each other says how far a real fleet's figures may lie from these.

use std::ops::Range;

use super::expectation::{Table, absence, clipped_normal_mean, mean};
use crate::aggregate::hours::BUSINESS_HOURS;
use crate::calendar::DayTable;
use crate::fleet::life::{DRAWS, Life};
use crate::math;
use crate::plan::{
    Anomaly, AnomalyKind, Attribute, MetricPlan, Pattern, Plan, Sensitivity, Traits, Weighted,
};
use crate::series::factors;
use crate::series::variety::{Character, PatternTable, own_level, sensitivity};

/// Servers of the sample, where the range of dates is not very long.
const SERVERS: usize = 128;
/// Most expected values of a metric that are kept.
const MAX_VALUES: usize = 1 << 21;
/// Points of a table of clipped means.
const POINTS: usize = 31;

/// What to expect of one metric.
#[derive(Clone, Debug)]
pub(super) struct VirtualFleet {
    /// Expected fleet mean of each day.
    pub(super) means: Vec<f64>,
    /// The servers of the sample, each with its bias.
    pub(super) servers: Vec<(Character, f64)>,
    /// The expected mean of each over all days.
    pub(super) server_means: Vec<f64>,
    /// For each server of the sample, by how much it raises the mean of each day, times their number: how
    /// far its own expectation lies above the mean, and 0 when it is not there.
    pub(super) deviations: Vec<Vec<f64>>,
    /// The days on which each server of the sample is there.
    lives: Vec<Range<usize>>,
    /// Per day the share of the sample that is there.
    there: Vec<f64>,
    /// For each server of the sample the expected sums of its hours on working days: the mean business hour, and the
    /// mean hour.
    pub(super) workdays: Vec<[f64; 2]>,
    /// Number of servers of the dataset.
    size: f64,
    /// Per day the variance of a value around its server's expectation, made larger as far as it
    /// lasts for days.
    noise: Vec<f64>,
    /// Per day the variance between servers and between hours, times the share that is missing and how long
    /// it is.
    absence: Vec<f64>,
    /// Per day the variance of what many servers share, made larger in the same way.
    shared: Vec<f64>,
}

impl VirtualFleet {
    /// What to expect of a metric of `plan`.
    pub(super) fn new(plan: &Plan, index: usize, days: &DayTable) -> Self {
        let metric = &plan.metrics[index];
        let count = SERVERS.min(MAX_VALUES / days.len()).max(16);
        let table = PatternTable::new(plan, metric, days);
        let draws = Draws::new(count);
        let variety = &plan.realism.variety;
        let shock = math::square(variety.business_unit_shock) + math::square(variety.region_shock);
        let (mut of_server, mut means) = (Vec::new(), vec![0.0; days.len()]);
        let (mut noise, mut shared) = (vec![0.0; days.len()], vec![0.0; days.len()]);
        let (mut hours, mut there) = (vec![0.0; days.len()], vec![0.0; days.len()]);
        let per_day = plan.steps_per_day();
        let workday = |day: usize| per_day > 1 && !factors::is_day_off(&plan.calendar, days, day);
        let mut workdays = vec![[0.0; 2]; count];
        let defects = Disturbance::new(plan);
        let mut series = Vec::new();
        let sample: Vec<Sampled> = (0..count).map(|server| draws.server(server, plan, index)).collect();
        for (Sampled { character, bias, attributes, life }, sums) in sample.iter().zip(&mut workdays) {
            table.fill(character, &mut of_server);
            let mut expected = Vec::with_capacity(days.len());
            for stretch in life.stretches(days.len()) {
                let scale = life.scale(metric, stretch.start);
                let character =
                    character.changed(metric, &life.attributes(*attributes, stretch.start), scale);
                let factors = &of_server[stretch.start * per_day..stretch.end * per_day];
                let values = defects.expected(metric, &character, bias * scale, shock, factors);
                let of_days = values.chunks(per_day).zip(factors.chunks(per_day));
                for (day, (values, factors)) in stretch.zip(of_days) {
                    let mean = self::mean(values);
                    expected.push(mean);
                    if !life.days.contains(&day) {
                        continue;
                    }
                    for (value, factor) in values.iter().zip(factors) {
                        let own = character.std * factor;
                        noise[day] += (own * own + defects.variance * value * value) / per_day as f64;
                        shared[day] += character.level * factor / per_day as f64;
                        hours[day] += math::square(value - mean) / per_day as f64;
                    }
                    if workday(day) {
                        sums[0] += self::mean(&values[BUSINESS_HOURS]);
                        sums[1] += mean;
                    }
                    means[day] += mean;
                    there[day] += 1.0;
                }
            }
            series.push(expected);
        }
        for values in [&mut means, &mut noise, &mut shared, &mut hours] {
            // Where nobody of the sample is there, nothing is known.
            values.iter_mut().zip(&there).for_each(|(value, there)| *value /= f64::max(*there, 1.0));
        }
        noise
            .iter_mut()
            .zip(&there)
            .filter(|(_, there)| **there == 0.0)
            .for_each(|(noise, _)| *noise = f64::INFINITY);
        let mut between = vec![0.0; days.len()];
        let mut server_means = Vec::with_capacity(count);
        for (own, Sampled { life, .. }) in series.iter_mut().zip(&sample) {
            server_means.push(own[life.days.clone()].iter().sum::<f64>() / life.days.len() as f64);
            for day in 0..days.len() {
                let is_there = life.days.contains(&day);
                let above = if is_there { own[day] - means[day] } else { 0.0 };
                between[day] += above * above / there[day].max(1.0);
                own[day] = if is_there { above * count as f64 / there[day] } else { 0.0 };
            }
        }
        there.iter_mut().for_each(|there| *there /= count as f64);
        let lasting = |phi: f64| ((1.0 + phi) / (1.0 - phi)).max(1.0);
        let concentration = |values: &[Weighted]| {
            let total: f64 = values.iter().map(|(_, weight)| weight).sum();
            values.iter().map(|(_, weight)| math::square(weight / total)).sum::<f64>()
        };
        let shared_variance = lasting(variety.shock_autocorrelation)
            * (math::square(variety.business_unit_shock) * concentration(&plan.fleet.business_units)
                + math::square(variety.region_shock) * concentration(&plan.fleet.regions));
        let absence = absence(plan);
        Self {
            server_means,
            means,
            deviations: series,
            lives: sample.iter().map(|server| server.life.days.clone()).collect(),
            there,
            workdays,
            size: plan.servers().len() as f64,
            servers: sample.iter().map(|server| (server.character, server.bias)).collect(),
            noise: noise.into_iter().map(|noise| noise * lasting(metric.autocorrelation)).collect(),
            absence: between.iter().zip(hours).map(|(between, hours)| (between + hours) * absence).collect(),
            shared: shared.into_iter().map(|level| level * level * shared_variance).collect(),
        }
    }

    /// The variance of the fleet mean of each day that has so many values.
    pub(super) fn variances(&self, counts: &[u64]) -> Vec<f64> {
        let day = |(day, &count): (usize, &u64)| {
            (self.noise[day] + self.absence[day]) / count.max(1) as f64 + self.shared[day]
        };
        counts.iter().enumerate().map(day).collect()
    }

    /// The expected series of each server of the sample; NaN on days on which it is not there.
    pub(super) fn series(&self) -> impl Iterator<Item = Vec<f64>> {
        let series = |(own, life): (&Vec<f64>, &Range<usize>)| {
            let day = |day: usize| match life.contains(&day) {
                true => self.means[day] + own[day] * self.there[day],
                false => f64::NAN,
            };
            (0..self.means.len()).map(day).collect()
        };
        self.deviations.iter().zip(&self.lives).map(series)
    }

    /// By how much the variance of a mean over the dataset's servers, and over the sample's, is smaller
    /// than that of one server.
    pub(super) fn share_of_variance(&self) -> f64 {
        1.0 / self.size + 1.0 / self.deviations.len() as f64
    }
}

/// What outliers and anomalies change.
struct Disturbance {
    /// Rate of outliers where its kind has no other habit.
    outlier_rate: f64,
    outlier_lift: f64,
    /// What anomalies add to the mean, as a share of it.
    lift: f64,
    /// Variance that they add, made larger as they last, as a share of the squared mean.
    variance: f64,
    /// Share of values that are stuck, and the probability that they come free.
    stuck: (f64, f64),
}

impl Disturbance {
    fn new(plan: &Plan) -> Self {
        let realism = &plan.realism;
        let anomalies = || AnomalyKind::ALL.into_iter().zip(realism.anomalies);
        let mean_steps = |anomaly: Anomaly| anomaly.mean_days * plan.steps_per_day() as f64;
        let lift = |(kind, anomaly): (AnomalyKind, Anomaly)| match kind {
            AnomalyKind::Spike | AnomalyKind::LevelShift => anomaly.size - 1.0,
            AnomalyKind::Dip => 1.0 / anomaly.size - 1.0,
            // On the k-th of n steps the leak has k / n of its size.
            AnomalyKind::SlowLeak => (anomaly.size - 1.0) * (0.5 + 0.5 / mean_steps(anomaly)),
            AnomalyKind::Stuck | AnomalyKind::Noisy => 0.0,
        };
        let outlier_lift = realism.outlier_multiplier - 1.0;
        let normal = 1.0 - anomalies().map(|(_, anomaly)| anomaly.rate).sum::<f64>();
        let variance = |entry: (AnomalyKind, Anomaly)| {
            entry.1.rate * math::square(lift(entry)) * (2.0 * mean_steps(entry.1) - 1.0)
        };
        let stuck = realism.anomalies[AnomalyKind::Stuck as usize];
        Self {
            outlier_rate: realism.outlier_rate * normal,
            outlier_lift,
            lift: anomalies().map(|entry| entry.1.rate * lift(entry)).sum(),
            variance: realism.outlier_rate * outlier_lift * outlier_lift
                + anomalies().map(variance).sum::<f64>(),
            stuck: (stuck.rate, 1.0 / mean_steps(stuck)),
        }
    }

    /// The expected values of a server, one per step.
    fn expected(
        &self,
        metric: &MetricPlan,
        character: &Character,
        bias: f64,
        shock: f64,
        factors: &[f64],
    ) -> Vec<f64> {
        let Character { level, std, traits, .. } = *character;
        let spread = (std * std + level * level * shock).sqrt();
        let outliers = (self.outlier_rate * traits.outliers).min(1.0) * self.outlier_lift;
        let lift = 1.0 + self.lift + outliers;
        let mean = |factor: f64| {
            let clean = clipped_normal_mean(
                level * factor + bias,
                spread * factor.abs(),
                metric.min_clip,
                metric.max_clip,
            );
            (clean * lift).clamp(metric.min_clip, metric.max_clip)
        };
        let table = Table::with_points(POINTS, factors, mean);
        let mut expected: Vec<f64> = factors.iter().map(|&factor| table.at(factor)).collect();
        let (rate, comes_free) = self.stuck;
        if rate > 0.0 {
            // A stuck value is that of an earlier step: the longer ago, the rarer.
            let mut earlier = expected[0];
            for value in &mut expected {
                earlier += comes_free * (*value - earlier);
                *value += rate * (earlier - *value);
            }
        }
        expected
    }
}

/// Properties that are drawn.
const PROPERTIES: usize = OF_LIFE + DRAWS;

/// The first of those from which a life is made.
const OF_LIFE: usize = 7 + Pattern::ALL.len();

/// A server of the sample in one metric.
struct Sampled {
    character: Character,
    bias: f64,
    attributes: [usize; Attribute::ALL.len()],
    life: Life,
}

/// Numbers in 0..1 for each property and server, evenly spread over each property.
struct Draws(Vec<Vec<f64>>);

impl Draws {
    fn new(count: usize) -> Self {
        let property = |property: usize| {
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_by_key(|&server| scrambled((property * count + server) as u64));
            let mut draws = vec![0.0; count];
            for (rank, server) in order.into_iter().enumerate() {
                draws[server] = (rank as f64 + 0.5) / count as f64;
            }
            draws
        };
        Self((0..PROPERTIES).map(property).collect())
    }

    /// A server in a metric.
    fn server(&self, server: usize, plan: &Plan, metric: usize) -> Sampled {
        let draw = |property: usize| self.0[property][server];
        let of = &plan.metrics[metric];
        let attributes = Attribute::ALL.map(|attribute| {
            let values = plan.fleet.values(attribute).iter().map(|(_, weight)| *weight);
            place(values, draw(attribute as usize))
        });
        let kinds = &plan.fleet.archetypes;
        let kind = (!kinds.is_empty()).then(|| place(kinds.iter().map(|kind| kind.weight), draw(3)));
        let traits = kind.map_or(Traits::NEUTRAL, |kind| kinds[kind].traits[metric]);
        let normal = normal_quantile(draw(4));
        let own = own_level(of.level_spread, normal);
        let business_unit = attributes[Attribute::BusinessUnit as usize];
        let how_much: [f64; Pattern::ALL.len()] = std::array::from_fn(|pattern| draw(7 + pattern));
        let unit: Sensitivity = plan.fleet.sensitivities[business_unit];
        let character = Character {
            level: of.level(&attributes) * traits.level * own,
            std: of.base_std * traits.spread * own,
            sensitivity: sensitivity(&plan.realism.variety, unit, how_much.map(|how| [how, draw(6)])),
            kind,
            traits,
            own_level: own,
            business_unit,
        };
        let bias = plan.realism.server_bias * (2.0 * draw(5) - 1.0);
        let of_life = std::array::from_fn(|place| draw(OF_LIFE + place));
        let region = attributes[Attribute::Region as usize];
        let life = Life::new(&plan.lifecycle, &plan.fleet.regions, region, plan.days(), of_life);
        Sampled { character, bias, attributes, life }
    }
}

/// Where a number in 0..1 falls among weights.
fn place(weights: impl Iterator<Item = f64> + Clone, draw: f64) -> usize {
    let total: f64 = weights.clone().sum();
    let mut bound = 0.0;
    let last = weights.clone().count() - 1;
    weights
        .into_iter()
        .position(|weight| {
            bound += weight / total;
            draw < bound
        })
        .unwrap_or(last)
}

/// A fixed order that looks random: the output function of SplitMix64.
fn scrambled(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The n-th number of a fixed series of standard normal numbers.
pub(super) fn white_noise(n: u64) -> f64 {
    let place = ((scrambled(n) >> 11) as f64 + 0.5) * (1.0 / (1u64 << 53) as f64);
    normal_quantile(place)
}

/// The standard normal quantile for a probability in (0, 1).
fn normal_quantile(p: f64) -> f64 {
    if p < 0.5 { math::normal_quantile_lower(p) } else { -math::normal_quantile_lower(1.0 - p) }
}
