//! The correlation of the metrics' noise.

use super::effects::metric_index;
use super::metrics::Metrics;
use crate::cholesky;
use crate::config::defaults;
use crate::config::limits;
use crate::config::problems::quoted;
use crate::config::read::{Section, Value};
use crate::plan::MetricPlan;

/// Correlations by the metrics' places.
type Matrix = Vec<Vec<f64>>;

/// The matrix, or `Some(None)` when nothing is correlated; `None` when there are problems.
pub(super) fn read(realism: &Section<'_>, metrics: &Metrics) -> Option<Option<Matrix>> {
    let names = metrics.names.as_deref();
    let written = realism.get("correlations");
    let matrix = match &written {
        Some(value) => written_matrix(value, names, identity(names.map_or(0, <[String]>::len))),
        None => Some(default_matrix(names?)),
    }?;
    let whose = if written.is_some() { "These" } else { "The default" };
    possible(realism, matrix, metrics, whose)
}

/// The matrix of a kind of servers, which has its own correlations of some pairs and those of the fleet of the
/// others; `Some(None)` when it has none of its own.
pub(super) fn of_kind(
    kind: &Section<'_>,
    metrics: &Metrics,
    fleet: Option<&Option<Matrix>>,
) -> Option<Option<Matrix>> {
    let Some(value) = kind.get("correlations") else { return Some(None) };
    let names = metrics.names.as_deref();
    let size = names.map_or(0, <[String]>::len);
    let fleet = fleet.map(|fleet| fleet.clone().unwrap_or_else(|| identity(size)));
    let matrix = written_matrix(&value, names, fleet.clone().unwrap_or_else(|| identity(size)))?;
    // What is wrong with the fleet's is said there.
    let fleet = fleet?;
    if matrix == fleet {
        return Some(None);
    }
    let checked = possible(kind, matrix, metrics, "With those of the fleet, these")?;
    Some(Some(checked.unwrap_or_else(|| identity(size))))
}

/// The matrix, if any data can have it; nothing of one in which nothing is correlated.
fn possible(section: &Section<'_>, matrix: Matrix, metrics: &Metrics, whose: &str) -> Option<Option<Matrix>> {
    let correlated = matrix.iter().enumerate().any(|(i, row)| row[..i].iter().any(|r| *r != 0.0));
    if !correlated {
        return Some(None);
    }
    let plans = metrics.plans.as_deref()?;
    if let Err(index) = cholesky::factor(&matrix) {
        let name = quoted(&plans[index].name);
        section.problem(
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
        section.problem(
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
fn innovations(matrix: &[Vec<f64>], metrics: &[MetricPlan]) -> Matrix {
    let entry = |i: usize, j: usize| {
        let (a, b) = (metrics[i].autocorrelation, metrics[j].autocorrelation);
        matrix[i][j] * (1.0 - a * b) / ((1.0 - a * a) * (1.0 - b * b)).sqrt()
    };
    (0..matrix.len())
        .map(|i| (0..matrix.len()).map(|j| if i == j { 1.0 } else { entry(i, j) }).collect())
        .collect()
}

fn identity(size: usize) -> Matrix {
    (0..size).map(|i| (0..size).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect()
}

fn default_matrix(names: &[String]) -> Matrix {
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

/// The matrix that is written; pairs that are not keep what they have in `matrix`.
fn written_matrix(value: &Value<'_>, names: Option<&[String]>, mut matrix: Matrix) -> Option<Matrix> {
    const HINT: &str = "Write `{cpu_p95: {mem_p95: 0.4}}`, for example, or `{}` for none.";
    let size = matrix.len();
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
