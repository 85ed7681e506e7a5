//! The noise z: standard normal, AR(1) along time, correlated across metrics.

use crate::cholesky;
use crate::plan::Plan;
use crate::rng::{NormalTable, Purpose, Stream, StreamKey};

/// Computes the noise of any server and metric.
#[derive(Clone, Debug)]
pub struct Noise {
    normal: NormalTable,
    keys: Vec<StreamKey>,
    /// The AR(1) coefficient of each metric.
    phi: Vec<f64>,
    mixing: Option<Mixing>,
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
        let mixing = plan.correlations.as_ref().map(|correlations| Mixing {
            first: cholesky::factor(correlations).expect("the plan's matrix is positive definite"),
            later: cholesky::factor(&innovation_correlations(correlations, &phi))
                .expect("the plan's innovation matrix is positive definite"),
        });
        Self {
            normal: NormalTable::default(),
            keys: plan
                .metrics
                .iter()
                .map(|metric| StreamKey::new(plan.seed, &metric.name, Purpose::Noise))
                .collect(),
            phi,
            mixing,
        }
    }

    /// Writes the noise of one server and metric, one number per step.
    pub fn fill(&self, server: u32, metric: usize, z: &mut [f64]) {
        match &self.mixing {
            None => self.fill_independent(self.keys[metric].server(server), z),
            Some(mixing) => self.fill_mixed(mixing, server, metric, z),
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

    fn fill_independent(&self, stream: Stream, z: &mut [f64]) {
        for (step, z) in z.iter_mut().enumerate() {
            *z = self.normal.sample(stream.at(step as u64));
        }
    }

    fn fill_mixed(&self, mixing: &Mixing, server: u32, metric: usize, z: &mut [f64]) {
        z.fill(0.0);
        for (other, key) in self.keys.iter().enumerate().take(metric + 1) {
            let (first, later) = (mixing.first[metric][other], mixing.later[metric][other]);
            if first == 0.0 && later == 0.0 {
                continue;
            }
            let stream = key.server(server);
            for (step, z) in z.iter_mut().enumerate() {
                let weight = if step == 0 { first } else { later };
                *z += weight * self.normal.sample(stream.at(step as u64));
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
