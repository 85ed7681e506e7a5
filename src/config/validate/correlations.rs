//! The correlation of the metrics' noise.

use super::effects::metric_index;
use super::metrics::Metrics;
use crate::cholesky;
use crate::config::defaults;
use crate::config::limits;
use crate::config::problems::quoted;
use crate::config::read::{Section, Value};
use crate::plan::MetricPlan;

/// The matrix, or `Some(None)` when nothing is correlated; `None` when there are problems.
pub(super) fn read(realism: &Section<'_>, metrics: &Metrics) -> Option<Option<Vec<Vec<f64>>>> {
    let written = realism.get("correlations");
    let matrix = match &written {
        Some(value) => written_matrix(value, metrics.names.as_deref()),
        None => Some(default_matrix(metrics.names.as_deref()?)),
    }?;
    let correlated = matrix.iter().enumerate().any(|(i, row)| row[..i].iter().any(|r| *r != 0.0));
    if !correlated {
        return Some(None);
    }
    let plans = metrics.plans.as_deref()?;
    let whose = if written.is_some() { "These" } else { "The default" };
    if let Err(index) = cholesky::factor(&matrix) {
        let name = quoted(&plans[index].name);
        realism.problem(
            "correlations",
            format!(
                "{whose} correlations contradict each other: no data can have them all; {name} breaks it."
            ),
            format!("Bring those of {name} closer to 0."),
        );
        return None;
    }
    if let Err(index) = cholesky::factor(&innovations(&matrix, plans)) {
        let name = quoted(&plans[index].name);
        realism.problem(
            "correlations",
            format!(
                "{whose} correlations are too strong for metrics whose autocorrelation differs; {name} breaks it."
            ),
            format!("Bring those of {name} closer to 0, or give the metrics similar values of `autocorrelation`."),
        );
        return None;
    }
    Some(Some(matrix))
}

/// The correlation that the fresh part of AR(1) noises must have for the noises themselves to have
/// `matrix`: with z(t) = phi z(t-1) + sqrt(1 - phi^2) e(t), the covariance of two metrics is
/// phi_i phi_j R_ij + sqrt((1 - phi_i^2)(1 - phi_j^2)) E_ij = R_ij.
fn innovations(matrix: &[Vec<f64>], metrics: &[MetricPlan]) -> Vec<Vec<f64>> {
    let entry = |i: usize, j: usize| {
        let (a, b) = (metrics[i].autocorrelation, metrics[j].autocorrelation);
        matrix[i][j] * (1.0 - a * b) / ((1.0 - a * a) * (1.0 - b * b)).sqrt()
    };
    (0..matrix.len())
        .map(|i| (0..matrix.len()).map(|j| if i == j { 1.0 } else { entry(i, j) }).collect())
        .collect()
}

fn identity(size: usize) -> Vec<Vec<f64>> {
    (0..size).map(|i| (0..size).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect()
}

fn default_matrix(names: &[String]) -> Vec<Vec<f64>> {
    let index = |name: &str| names.iter().position(|candidate| candidate == name);
    let mut matrix = identity(names.len());
    for (a, b, correlation) in defaults::CORRELATIONS {
        if let (Some(i), Some(j)) = (index(a), index(b)) {
            matrix[i][j] = *correlation;
            matrix[j][i] = *correlation;
        }
    }
    matrix
}

fn written_matrix(value: &Value<'_>, names: Option<&[String]>) -> Option<Vec<Vec<f64>>> {
    const HINT: &str = "Write `{cpu_p95: {mem_p95: 0.4}}`, for example, or `{}` for none.";
    let size = names.map_or(0, <[String]>::len);
    let mut matrix = identity(size);
    let mut given = vec![vec![false; size]; size];
    let mut sound = true;
    for (first, others) in value.map(HINT)? {
        let i = metric_index(&first, names);
        let Some(others) = others.map("Write `{mem_p95: 0.4}`, for example.") else {
            sound = false;
            continue;
        };
        for (second, value) in others {
            let j = metric_index(&second, names);
            let (Some(i), Some(j), Some(correlation)) = (i, j, value.number(&limits::CORRELATION)) else {
                sound = false;
                continue;
            };
            let (message, hint) = if i == j && correlation != 1.0 {
                (
                    "is the correlation of a metric with itself, which is 1.".to_owned(),
                    "Remove it.".to_owned(),
                )
            } else if given[j][i] && matrix[i][j] != correlation {
                let (one, other) = (quoted(second.name), quoted(first.name));
                let earlier = matrix[i][j];
                (
                    format!("contradicts the correlation of {one} with {other}, which is {earlier}."),
                    format!("Write {earlier} here, too, or remove one of the two."),
                )
            } else {
                given[i][j] = true;
                matrix[i][j] = correlation;
                matrix[j][i] = correlation;
                continue;
            };
            value.problem(message, hint);
            sound = false;
        }
    }
    sound.then_some(matrix)
}
