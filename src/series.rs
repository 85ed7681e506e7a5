//! The model of one server's metrics, in its order of composition.

pub mod factors;
pub mod grid;
pub mod noise;
pub mod variety;

use std::ops::Range;

use crate::calendar::DayTable;
use crate::fleet::Server;
use crate::math;
use crate::plan::{Attribute, MetricPlan, Plan};
use crate::realism::Trials;
use crate::realism::anomalies::{self, AnomalyEvent, AnomalyProcess};
use crate::realism::gaps::{self, GapKeys, Gaps};
use crate::rng::{Purpose, StreamKey};
use grid::{DecimalGrid, Values};
use noise::Noise;
use variety::Variety;

/// Computes series, one server after another.
#[derive(Clone, Debug)]
pub struct Model {
    days: usize,
    steps_per_day: usize,
    steps: usize,
    metrics: Vec<MetricModel>,
    noise: Noise,
    variety: Option<Variety>,
    gaps: Gaps,
    outliers: Trials,
    outlier_rate: f64,
    outlier_multiplier: f64,
    anomalies: Option<AnomalyProcess>,
}

#[derive(Clone, Debug)]
struct MetricModel {
    plan: MetricPlan,
    factors: Vec<f64>,
    server_bias: f64,
    grid: Option<DecimalGrid>,
    bias_key: StreamKey,
    outlier_key: StreamKey,
    gap_keys: GapKeys,
    anomaly_key: StreamKey,
    anomaly_noise_key: StreamKey,
}

/// What the model computes in, kept between servers.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    /// Independent normal numbers, a series per metric.
    draws: Vec<Vec<f64>>,
    /// The series in the making.
    series: Vec<f64>,
    /// The factors of a server that has its own.
    factors: Vec<f64>,
}

/// The rare events of one series, by steps in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Defects {
    /// Steps whose value is an outlier, whether or not it is missing too.
    pub outliers: Vec<usize>,
    /// Stretches that behave otherwise, missing or not; no outlier lies in one.
    pub anomalies: Vec<AnomalyEvent>,
    /// Steps whose value is missing.
    pub missing: Vec<usize>,
}

impl Defects {
    /// Leaves out what lies outside of `steps`.
    fn cut_to(&mut self, steps: &Range<usize>) {
        self.outliers.retain(|step| steps.contains(step));
        self.missing.retain(|step| steps.contains(step));
        self.anomalies.retain_mut(|event| {
            let own = event.steps(steps.end);
            let start = own.start.max(steps.start);
            (event.start, event.length) = (start, own.end.saturating_sub(start));
            event.length > 0
        });
    }
}

/// A series with what it would be without defects.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The values without defects.
    pub clean: Values,
    /// What is wrong with the series.
    pub defects: Defects,
    /// The missing steps by [`gaps::GapCause`].
    pub missing_by_cause: [Vec<usize>; 4],
}

impl Model {
    /// The model of `plan` on its days.
    pub fn new(plan: &Plan, days: &DayTable) -> Self {
        let metric = |metric: &MetricPlan| {
            let key = |purpose| StreamKey::new(plan.seed, &metric.name, purpose);
            MetricModel {
                plan: metric.clone(),
                factors: factors::by_step(
                    plan,
                    metric,
                    &plan.fleet.hours,
                    days,
                    factors::daily(metric, &plan.calendar, days),
                ),
                server_bias: plan.realism.server_bias,
                grid: DecimalGrid::new(&plan.output, metric),
                bias_key: key(Purpose::Bias),
                outlier_key: key(Purpose::Outlier),
                gap_keys: GapKeys::new(plan.seed, metric),
                anomaly_key: key(Purpose::Anomaly),
                anomaly_noise_key: key(Purpose::AnomalyNoise),
            }
        };
        Self {
            days: days.len(),
            steps_per_day: plan.steps_per_day(),
            steps: plan.steps(),
            metrics: plan.metrics.iter().map(metric).collect(),
            noise: Noise::new(plan),
            variety: Variety::new(plan, days),
            gaps: Gaps::new(plan, plan.steps()),
            outliers: Trials::new(plan.realism.outlier_rate),
            outlier_rate: plan.realism.outlier_rate,
            outlier_multiplier: plan.realism.outlier_multiplier,
            anomalies: AnomalyProcess::new(&plan.realism, plan.steps_per_day()),
        }
    }

    /// Empty columns of values, one per metric, with room for so many rows.
    pub fn columns(&self, rows: usize) -> Vec<Values> {
        self.metrics.iter().map(|metric| Values::with_capacity(metric.grid, rows)).collect()
    }

    /// Appends the series of all metrics of `server` to `columns`, as long as it is there, and returns
    /// what is wrong with each. A value that is missing is there all the same: what it would have been.
    pub fn append(&self, server: &Server, columns: &mut [Values], buffers: &mut Buffers) -> Vec<Defects> {
        self.noise.draw(server.index, self.metrics.len(), self.steps, &mut buffers.draws);
        let metrics = 0..self.metrics.len();
        metrics.zip(columns).map(|(metric, column)| self.series(server, metric, column, buffers)).collect()
    }

    /// The series of one metric of `server`, as long as it is there: the same as [`Model::append`] makes.
    pub fn single(&self, server: &Server, metric: usize) -> (Values, Defects) {
        let mut buffers = Buffers::default();
        let mut column = Values::with_capacity(self.metrics[metric].grid, self.steps);
        self.noise.draw(server.index, metric + 1, self.steps, &mut buffers.draws);
        let defects = self.series(server, metric, &mut column, &mut buffers);
        (column, defects)
    }

    /// For each metric of `server` the values without defects, one for every step of the range, and
    /// what is wrong with it while it is there.
    pub fn traces(&self, server: &Server, buffers: &mut Buffers) -> Vec<Trace> {
        self.noise.draw(server.index, self.metrics.len(), self.steps, &mut buffers.draws);
        let trace = |metric| {
            let mut missing_by_cause = self.clean(server, metric, buffers);
            let mut clean = Values::with_capacity(self.metrics[metric].grid, self.steps);
            clean.extend(&buffers.series, self.metrics[metric].grid.as_ref());
            let mut defects = self.spoil(server, metric, &mut buffers.series);
            let there = server.life.steps(self.steps_per_day);
            missing_by_cause.iter_mut().for_each(|steps| steps.retain(|step| there.contains(step)));
            defects.missing = gaps::all(missing_by_cause.clone());
            defects.cut_to(&there);
            Trace { clean, defects, missing_by_cause }
        };
        (0..self.metrics.len()).map(trace).collect()
    }

    fn series(&self, server: &Server, metric: usize, column: &mut Values, buffers: &mut Buffers) -> Defects {
        let missing_by_cause = self.clean(server, metric, buffers);
        let mut defects = self.spoil(server, metric, &mut buffers.series);
        let there = server.life.steps(self.steps_per_day);
        column.extend(&buffers.series[there.clone()], self.metrics[metric].grid.as_ref());
        defects.missing = gaps::all(missing_by_cause);
        if !server.life.is_whole(self.days) {
            defects.cut_to(&there);
        }
        defects
    }

    /// Makes the values without defects. Returns where values are to be missing, which may depend on
    /// the noise.
    fn clean(&self, server: &Server, metric: usize, buffers: &mut Buffers) -> [Vec<usize>; 4] {
        let Buffers { draws, series, factors } = buffers;
        let model = &self.metrics[metric];
        self.noise.shape(metric, server.archetype, draws, series);
        let missing = self.gaps.by_cause(&model.gap_keys, server, series);
        let character = self.variety.as_ref().map(|variety| {
            let character = variety.character(server, metric);
            variety.fill(metric, &character, factors);
            (variety, character)
        });
        for days in server.life.stretches(self.days) {
            let attributes = server.life.attributes(server.attributes, days.start);
            let scale = server.life.scale(&model.plan, days.start);
            let stretch = days.start * self.steps_per_day..days.end * self.steps_per_day;
            let values = &mut series[stretch.clone()];
            match &character {
                None => model.shape(server, &attributes, scale, &model.factors[stretch], values),
                Some((variety, character)) => {
                    let character = character.changed(&model.plan, &attributes, scale);
                    variety.shape(&attributes, metric, &character, stretch.start, &factors[stretch], values);
                    let bias = model.bias(server) * scale;
                    values.iter_mut().for_each(|value| *value = model.clip(*value + bias));
                }
            }
        }
        missing
    }

    /// Puts outliers and anomalies into clean values.
    fn spoil(&self, server: &Server, metric: usize, series: &mut [f64]) -> Defects {
        let model = &self.metrics[metric];
        let stream = model.outlier_key.server(server.index);
        let mut outliers = match self.variety.as_ref().map(|variety| variety.outliers(server, metric)) {
            Some(habit) if habit != 1.0 => {
                Trials::new((self.outlier_rate * habit).min(1.0)).successes(stream, self.steps)
            }
            _ => self.outliers.successes(stream, self.steps),
        };
        let mut anomalies = Vec::new();
        if let Some(process) = &self.anomalies {
            anomalies = process.events(model.anomaly_key.server(server.index), self.steps);
            outliers.retain(|step| !anomalies.iter().any(|event| event.steps(self.steps).contains(step)));
            let noise = model.anomaly_noise_key.server(server.index);
            let std = match &self.variety {
                None => model.plan.base_std,
                Some(variety) => variety.character(server, metric).std,
            };
            for event in &anomalies {
                anomalies::apply(
                    event,
                    &noise,
                    std * server.life.scale(&model.plan, event.start / self.steps_per_day),
                    series,
                );
                series[event.steps(self.steps)].iter_mut().for_each(|value| *value = model.clip(*value));
            }
        }
        for &step in &outliers {
            series[step] = model.clip(series[step] * self.outlier_multiplier);
        }
        Defects { outliers, anomalies, ..Defects::default() }
    }
}

impl MetricModel {
    /// Turns standard normal noise into clipped values, (level + std * z) * factors + bias, all times
    /// `scale`.
    fn shape(
        &self,
        server: &Server,
        attributes: &[usize; Attribute::ALL.len()],
        scale: f64,
        factors: &[f64],
        values: &mut [f64],
    ) {
        let level = self.plan.level(attributes) * scale;
        let std = self.plan.base_std * scale;
        let bias = self.bias(server) * scale;
        for (value, factor) in values.iter_mut().zip(factors) {
            *value = self.clip((level + std * *value) * factor + bias);
        }
    }

    fn bias(&self, server: &Server) -> f64 {
        self.server_bias * (2.0 * self.bias_key.server(server.index).unit() - 1.0)
    }

    #[inline]
    fn clip(&self, value: f64) -> f64 {
        math::clip(value, self.plan.min_clip, self.plan.max_clip)
    }
}
