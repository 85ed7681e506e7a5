//! The model of one server's metrics, in its order of composition.

pub mod factors;
pub mod grid;
pub mod noise;

use crate::calendar::DayTable;
use crate::fleet::Server;
use crate::plan::{MetricPlan, Plan};
use crate::realism::{GapProcess, Trials};
use crate::rng::{Purpose, StreamKey};
use grid::{DecimalGrid, Values};
use noise::Noise;

/// Computes series, one server after another.
#[derive(Clone, Debug)]
pub struct Model {
    steps: usize,
    metrics: Vec<MetricModel>,
    noise: Noise,
    gaps: GapProcess,
    outliers: Trials,
    outlier_multiplier: f64,
}

#[derive(Clone, Debug)]
struct MetricModel {
    plan: MetricPlan,
    factors: Vec<f64>,
    server_bias: f64,
    grid: Option<DecimalGrid>,
    bias_key: StreamKey,
    outlier_key: StreamKey,
    gap_key: StreamKey,
}

/// What the model computes in, kept between servers.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    /// Independent normal numbers, a series per metric.
    draws: Vec<Vec<f64>>,
    /// The series in the making.
    series: Vec<f64>,
}

/// The rare events of one series, as sorted steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    /// Steps whose value is an outlier, whether or not it is missing too.
    pub outliers: Vec<usize>,
    /// Steps whose value is missing.
    pub missing: Vec<usize>,
}

impl Model {
    /// The model of `plan` on its days.
    pub fn new(plan: &Plan, days: &DayTable) -> Self {
        let metric = |metric: &MetricPlan| MetricModel {
            plan: metric.clone(),
            factors: factors::daily(metric, &plan.calendar, days),
            server_bias: plan.realism.server_bias,
            grid: DecimalGrid::new(&plan.output, metric),
            bias_key: StreamKey::new(plan.seed, &metric.name, Purpose::Bias),
            outlier_key: StreamKey::new(plan.seed, &metric.name, Purpose::Outlier),
            gap_key: StreamKey::new(plan.seed, &metric.name, Purpose::Gap),
        };
        Self {
            steps: days.len(),
            metrics: plan.metrics.iter().map(metric).collect(),
            noise: Noise::new(plan),
            gaps: GapProcess::new(plan.realism.missing_rate, plan.realism.missing_burst_mean),
            outliers: Trials::new(plan.realism.outlier_rate),
            outlier_multiplier: plan.realism.outlier_multiplier,
        }
    }

    /// Empty columns of values, one per metric.
    pub fn columns(&self) -> Vec<Values> {
        self.metrics.iter().map(|metric| Values::new(metric.grid)).collect()
    }

    /// Appends the series of all metrics of `server` to `columns`, and returns what is wrong with
    /// each. A value that is missing is there all the same: what it would have been.
    pub fn append(&self, server: &Server, columns: &mut [Values], buffers: &mut Buffers) -> Vec<Defects> {
        self.noise.draw(server.index, self.metrics.len(), self.steps, &mut buffers.draws);
        let metrics = self.metrics.iter().zip(columns).enumerate();
        metrics.map(|(metric, (model, column))| self.series(model, server, metric, column, buffers)).collect()
    }

    /// The series of one metric of `server`: the same as [`Model::append`] makes.
    pub fn single(&self, server: &Server, metric: usize) -> (Values, Defects) {
        let (model, mut buffers) = (&self.metrics[metric], Buffers::default());
        let mut column = Values::new(model.grid);
        self.noise.draw(server.index, metric + 1, self.steps, &mut buffers.draws);
        let defects = self.series(model, server, metric, &mut column, &mut buffers);
        (column, defects)
    }

    fn series(
        &self,
        model: &MetricModel,
        server: &Server,
        metric: usize,
        column: &mut Values,
        Buffers { draws, series }: &mut Buffers,
    ) -> Defects {
        self.noise.shape(metric, draws, series);
        model.shape(server, series);
        let outliers = self.outliers.successes(model.outlier_key.server(server.index), self.steps);
        for &step in &outliers {
            series[step] = model.clip(series[step] * self.outlier_multiplier);
        }
        column.extend(series, model.grid.as_ref());
        let missing = self.gaps.missing_steps(model.gap_key.server(server.index), self.steps);
        Defects { outliers, missing }
    }
}

impl MetricModel {
    /// Turns standard normal noise into clipped values: (level + std * z) * factors + bias.
    fn shape(&self, server: &Server, values: &mut [f64]) {
        let level = self.plan.level(&server.attributes);
        let std = self.plan.base_std;
        let bias = self.server_bias * (2.0 * self.bias_key.server(server.index).unit() - 1.0);
        for (value, factor) in values.iter_mut().zip(&self.factors) {
            *value = self.clip((level + std * *value) * factor + bias);
        }
    }

    #[inline]
    fn clip(&self, value: f64) -> f64 {
        value.clamp(self.plan.min_clip, self.plan.max_clip)
    }
}
