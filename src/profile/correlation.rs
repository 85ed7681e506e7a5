//! How the metrics move together, from the rows of some servers.

use serde::{Deserialize, Serialize};

use crate::dataset::Generator;
use crate::plan::Plan;

/// Servers that are looked at: enough for two decimals, and quickly made again.
pub const CORRELATED_SERVERS: u32 = 24;

/// Pearson's correlation of each pair of metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    /// Servers that were looked at.
    pub servers: u32,
    /// A row per metric; NaN where a metric does not vary or no row has both values.
    pub matrix: Vec<Vec<f64>>,
}

impl Correlations {
    /// The correlations over all rows of at most [`CORRELATED_SERVERS`] servers, spread over the fleet;
    /// of each pair those rows that have both values.
    pub fn new(generator: &Generator) -> Self {
        let plan = generator.plan();
        let mut pairs = Pairs::new(plan);
        for &server in &Self::servers(plan) {
            let series = |metric| generator.series(server, metric).values.into_iter();
            let series = (0..plan.metrics.len()).map(series);
            pairs.add(
                &series
                    .map(|values| values.map(|value| value.unwrap_or(f64::NAN)).collect())
                    .collect::<Vec<_>>(),
            );
        }
        pairs.finish()
    }

    /// The servers that are looked at, in order.
    pub fn servers(plan: &Plan) -> Vec<u32> {
        let fleet = plan.servers();
        let count = fleet.end - fleet.start;
        let servers = count.min(CORRELATED_SERVERS);
        let server = |place| fleet.start + (u64::from(place) * u64::from(count) / u64::from(servers)) as u32;
        (0..servers).map(server).collect()
    }
}

/// The correlations in the making.
#[derive(Clone, Debug)]
pub struct Pairs {
    servers: u32,
    /// The metrics' levels: sums around them lose little to rounding.
    centres: Vec<f64>,
    /// A row per metric, with those before it and itself.
    sums: Vec<Vec<Sums>>,
}

impl Pairs {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let metrics = plan.metrics.len();
        Self {
            servers: 0,
            centres: plan.metrics.iter().map(|metric| metric.base_mean).collect(),
            sums: (0..metrics).map(|one| vec![Sums::default(); one + 1]).collect(),
        }
    }

    /// Takes in a server's series, one per metric and all as long, NaN where a value is missing.
    pub fn add(&mut self, series: &[Vec<f64>]) {
        self.servers += 1;
        for (one, row) in self.sums.iter_mut().enumerate() {
            for (other, sums) in row.iter_mut().enumerate() {
                for (x, y) in series[one].iter().zip(&series[other]) {
                    if !x.is_nan() && !y.is_nan() {
                        sums.add(x - self.centres[one], y - self.centres[other]);
                    }
                }
            }
        }
    }

    /// The correlations of all that was seen.
    pub fn finish(&self) -> Correlations {
        let metrics = self.sums.len();
        let of_pair = |one: usize, other: usize| self.sums[one.max(other)][one.min(other)].correlation();
        let row = |one| (0..metrics).map(|other| of_pair(one, other)).collect();
        Correlations { servers: self.servers, matrix: (0..metrics).map(row).collect() }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    fn correlation(&self) -> f64 {
        let Self { n, x, y, xx, yy, xy } = *self;
        let (varies, covaries) = ((xx - x * x / n) * (yy - y * y / n), xy - x * y / n);
        if varies > 0.0 { (covaries / varies.sqrt()).clamp(-1.0, 1.0) } else { f64::NAN }
    }
}
