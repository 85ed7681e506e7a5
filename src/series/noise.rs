//! The noise z: standard normal, AR(1) along time, correlated across metrics.

use crate::cholesky;
use crate::plan::Plan;
use crate::rng::{NormalTable, Purpose, StreamKey};

/// Computes the noise of any server and metric.
#[derive(Clone, Debug)]
pub struct Noise {
    keys: Vec<StreamKey>,
    /// The AR(1) coefficient of each metric.
    phi: Vec<f64>,
    mixing: Option<Mixing>,
    /// Of the kinds of servers that have one of their own.
    of_kinds: Vec<Option<Mixing>>,
}

/// How independent innovations become correlated ones: lower triangular factors, so that
/// a metric's noise never depends on metrics behind it in the list.
#[derive(Clone, Debug)]
struct Mixing {
    /// For the first step: a factor of the correlations themselves.
    first: Vec<Vec<f64>>,
    /// For later steps: a factor of the correlations that the innovations need.
    later: Vec<Vec<f64>>,
}

impl Noise {
    /// The noise of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let phi: Vec<f64> = plan.metrics.iter().map(|metric| metric.autocorrelation).collect();
        let mixing = |correlations: &Option<Vec<Vec<f64>>>| {
            correlations.as_ref().map(|correlations| Mixing::new(correlations, &phi))
        };
        let of_kinds = plan.fleet.archetypes.iter().map(|kind| mixing(&kind.correlations)).collect();
        let mixing = mixing(&plan.correlations);
        Self {
            keys: plan
                .metrics
                .iter()
                .map(|metric| StreamKey::new(plan.seed, &metric.name, Purpose::Noise))
                .collect(),
            mixing,
            of_kinds,
            phi,
        }
    }

    /// Draws the independent numbers of the first `metrics` metrics of a server, one per step.
    pub fn draw(&self, server: u32, metrics: usize, steps: usize, draws: &mut Vec<Vec<f64>>) {
        let normal = NormalTable::shared();
        draws.resize(metrics, Vec::new());
        for (key, draws) in self.keys.iter().zip(draws) {
            let stream = key.server(server);
            draws.clear();
            draws.extend((0..steps as u64).map(|step| normal.sample(stream.at(step))));
        }
    }

    /// Writes the noise of one metric of a server of this kind over `z`, from what was drawn for it and for the
    /// metrics before it.
    pub fn shape(&self, metric: usize, kind: Option<usize>, draws: &[Vec<f64>], z: &mut Vec<f64>) {
        z.clear();
        let own = kind.and_then(|kind| self.of_kinds[kind].as_ref());
        match own.or(self.mixing.as_ref()) {
            None => z.extend_from_slice(&draws[metric]),
            Some(mixing) => mixing.mix(metric, draws, z),
        }
        let phi = self.phi[metric];
        if phi != 0.0 {
            // The first number is stationary, so the series has unit variance from the first step.
            let share = (1.0 - phi * phi).sqrt();
            for step in 1..z.len() {
                z[step] = phi * z[step - 1] + share * z[step];
            }
        }
    }
}

impl Mixing {
    fn new(correlations: &[Vec<f64>], phi: &[f64]) -> Self {
        Self {
            first: cholesky::factor(correlations).expect("the plan's matrix is positive definite"),
            later: cholesky::factor(&innovation_correlations(correlations, phi))
                .expect("the plan's innovation matrix is positive definite"),
        }
    }

    fn mix(&self, metric: usize, draws: &[Vec<f64>], z: &mut Vec<f64>) {
        z.resize(draws[metric].len(), 0.0);
        for (other, draws) in draws.iter().enumerate().take(metric + 1) {
            let (first, later) = (self.first[metric][other], self.later[metric][other]);
            if first == 0.0 && later == 0.0 {
                continue;
            }
            z[0] += first * draws[0];
            for (z, draw) in z[1..].iter_mut().zip(&draws[1..]) {
                *z += later * draw;
            }
        }
    }
}

/// The correlations of the innovations that give AR(1) series with coefficients `phi` the wanted
/// `correlations` at equal times: R_ij (1 - phi_i phi_j) / sqrt((1 - phi_i^2)(1 - phi_j^2)),
/// from the stationary covariance of a diagonal VAR(1) process.
pub fn innovation_correlations(correlations: &[Vec<f64>], phi: &[f64]) -> Vec<Vec<f64>> {
    let n = phi.len();
    let entry = |i: usize, j: usize| {
        correlations[i][j] * (1.0 - phi[i] * phi[j])
            / ((1.0 - phi[i] * phi[i]) * (1.0 - phi[j] * phi[j])).sqrt()
    };
    (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
}
