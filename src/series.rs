//! The model of one server's metrics, in its order of composition.

pub mod factors;
pub mod noise;

use crate::calendar::DayTable;
use crate::fleet::Server;
use crate::plan::{MetricPlan, OutputPlan, Plan};
use crate::realism::{self, GapProcess};
use crate::rng::{Purpose, StreamKey};
use noise::Noise;

/// Computes series, one server after another.
#[derive(Clone, Debug)]
pub struct Model {
    steps: usize,
    metrics: Vec<MetricModel>,
    noise: Noise,
    gaps: GapProcess,
    outlier_rate: f64,
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
            outlier_rate: plan.realism.outlier_rate,
            outlier_multiplier: plan.realism.outlier_multiplier,
        }
    }

    /// Number of metrics.
    pub fn metrics(&self) -> usize {
        self.metrics.len()
    }

    /// Writes the series of one metric of `server` over `values`, one per step, and returns what
    /// is wrong with it. A value that is missing is there all the same: what it would have been.
    pub fn series(&self, server: &Server, metric: usize, values: &mut [f64]) -> Defects {
        assert_eq!(values.len(), self.steps);
        self.noise.fill(server.index, metric, values);
        let model = &self.metrics[metric];
        model.shape(server, values);

        let outlier_stream = model.outlier_key.server(server.index);
        let outliers = realism::outliers(outlier_stream, self.steps, self.outlier_rate);
        for &step in &outliers {
            values[step] = model.clip(values[step] * self.outlier_multiplier);
        }
        if let Some(grid) = &model.grid {
            values.iter_mut().for_each(|value| *value = grid.round(*value));
        }
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

/// The decimal numbers to which a metric's values are rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecimalGrid {
    /// Grid cells per unit: a power of ten.
    pub scale: f64,
    /// The smallest grid number inside the clips, in cells.
    pub first: f64,
    /// The largest grid number inside the clips, in cells.
    pub last: f64,
}

impl DecimalGrid {
    /// The grid of `metric`; `None` when values keep their full precision.
    pub fn new(output: &OutputPlan, metric: &MetricPlan) -> Option<Self> {
        let scale = (0..output.decimals?).fold(1.0, |scale, _| scale * 10.0);
        Some(Self { scale, first: (metric.min_clip * scale).ceil(), last: (metric.max_clip * scale).floor() })
    }

    /// The nearest grid number inside the clips, half away from zero.
    #[inline]
    pub fn round(&self, value: f64) -> f64 {
        let cells = value * self.scale;
        let whole = cells.trunc();
        let part = cells - whole;
        // `f64::round` is the same, but a library call in WASM.
        let rounded = whole + f64::from(part >= 0.5) - f64::from(part <= -0.5);
        // Adding zero turns -0 into 0.
        rounded.clamp(self.first, self.last) / self.scale + 0.0
    }
}
