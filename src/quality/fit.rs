//! Weighted least squares of the multiplicative day model, by Gauss-Newton.
//!
//! ```text
//! mean(d) = level[weekday] * (1 + annual * wave + further) * (1 + growth * years) * holiday * eoq
//! ```

use crate::calendar::DayTable;
use crate::cholesky;
use crate::plan::{CalendarPlan, MetricPlan};
use crate::series::factors;

/// Index of a parameter of the fit: the weekdays' levels come first, Monday at 0.
pub const ANNUAL: usize = 7;
/// Growth per year.
pub const GROWTH: usize = 8;
/// The holiday multiplier.
pub const HOLIDAY: usize = 9;
/// The end-of-quarter multiplier.
pub const EOQ: usize = 10;
/// Number of parameters.
pub const PARAMETERS: usize = 11;

/// Shortest range in days for which annual amplitude and growth are told apart.
pub const MIN_DAYS_FOR_YEARLY: usize = 365;

/// The known part of the model, one entry per day.
#[derive(Clone, Debug)]
pub struct Design {
    days: Vec<DesignDay>,
    /// Values of the parameters that the data says nothing about, and starting values of the others.
    start: [f64; PARAMETERS],
    /// Which parameters are estimated.
    active: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct DesignDay {
    weekday: usize,
    wave: f64,
    further: f64,
    years: f64,
    holiday: bool,
    eoq: bool,
}

/// Estimated parameters.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The parameters; those that are not active have their known values.
    pub parameters: [f64; PARAMETERS],
    /// Covariance of the parameters; 0 for those that are not active.
    pub covariance: Vec<Vec<f64>>,
}

impl Design {
    /// The design for `metric`. `counts` are the values per day: days without any tell nothing.
    pub fn new(metric: &MetricPlan, calendar: &CalendarPlan, days: &DayTable, counts: &[u64]) -> Self {
        let day = |day: usize| DesignDay {
            weekday: usize::from(days.weekday[day]),
            wave: factors::annual_wave(days, day),
            further: factors::further_seasons(metric, days.dates[day]),
            years: factors::years_since_start(day),
            holiday: factors::is_effective_holiday(calendar, days, day),
            eoq: factors::is_effective_eoq(metric, calendar, days, day),
        };
        let table: Vec<DesignDay> = (0..days.len()).map(day).collect();
        let seen = |condition: &dyn Fn(&DesignDay) -> bool| {
            table.iter().zip(counts).any(|(day, &count)| count > 0 && condition(day))
        };
        let yearly = days.len() >= MIN_DAYS_FOR_YEARLY;
        let mut active: Vec<usize> =
            (0..7).filter(|&w| seen(&|day| day.weekday == w && !day.holiday && !day.eoq)).collect();
        active.extend([ANNUAL, GROWTH].into_iter().filter(|_| yearly));
        active.extend(seen(&|day| day.holiday).then_some(HOLIDAY));
        active.extend(seen(&|day| day.eoq).then_some(EOQ));
        let mut start = [0.0; PARAMETERS];
        start[HOLIDAY] = 1.0;
        start[EOQ] = 1.0;
        if !yearly {
            start[ANNUAL] = metric.seasonality_amplitude;
            start[GROWTH] = metric.growth_rate;
        }
        Self { days: table, start, active }
    }

    /// Whether a parameter is estimated.
    pub fn estimates(&self, parameter: usize) -> bool {
        self.active.contains(&parameter)
    }

    /// Estimates the parameters from the means of the days. A day weighs by the inverse variance of
    /// its mean, 0 if it has none. `None` when the days do not tell the parameters apart.
    pub fn fit(&self, means: &[f64], weights: &[f64]) -> Option<Fit> {
        let mut start = self.start;
        let (sum, total) = means
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight > 0.0)
            .fold((0.0, 0.0), |(sum, total), (mean, weight)| (sum + mean * weight, total + weight));
        start[..7].fill(sum / total);
        self.fit_from(start, means, weights)
    }

    /// The same, from the parameters of a similar fit, which takes fewer steps.
    pub fn fit_like(&self, similar: &Fit, means: &[f64], weights: &[f64]) -> Option<Fit> {
        self.fit_from(similar.parameters, means, weights)
    }

    fn fit_from(&self, mut parameters: [f64; PARAMETERS], means: &[f64], weights: &[f64]) -> Option<Fit> {
        let n = self.active.len();
        let observations = weights.iter().filter(|&&weight| weight > 0.0).count();
        if observations <= n {
            return None;
        }
        let size: f64 = means.iter().zip(weights).map(|(mean, weight)| weight * mean * mean).sum();
        let mut previous = f64::NAN; // so that the first step never looks like the last
        for _ in 0..MAX_ITERATIONS {
            let mut residual_squares = 0.0;
            let mut normal = [[0.0; PARAMETERS]; PARAMETERS]; // its lower triangle
            let mut right = [0.0; PARAMETERS];
            for ((day, mean), &weight) in self.days.iter().zip(means).zip(weights) {
                let (predicted, gradient) = day.predict(&parameters);
                let residual = mean - predicted;
                residual_squares += weight * residual * residual;
                for (place, (p, by_p)) in gradient.into_iter().enumerate() {
                    right[p] += weight * by_p * residual;
                    for (q, by_q) in &gradient[..=place] {
                        normal[p][*q] += weight * by_p * by_q;
                    }
                }
            }
            let row = |&p: &usize| self.active.iter().map(|&q| normal[p][q]).collect();
            let lower = cholesky::factor(&self.active.iter().map(row).collect::<Vec<_>>()).ok()?;
            // A fit to noise-free means ends at rounding errors, which never settle.
            if (previous - residual_squares).abs() <= 1e-10 * previous || residual_squares <= 1e-20 * size {
                return Some(Fit { parameters, covariance: self.covariance(&lower) });
            }
            let right: Vec<f64> = self.active.iter().map(|&p| right[p]).collect();
            for (&p, step) in self.active.iter().zip(cholesky::solve(&lower, &right)) {
                parameters[p] += step;
            }
            previous = residual_squares;
        }
        None
    }

    fn covariance(&self, lower: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut covariance = vec![vec![0.0; PARAMETERS]; PARAMETERS];
        for (i, &p) in self.active.iter().enumerate() {
            let mut unit = vec![0.0; self.active.len()];
            unit[i] = 1.0;
            for (&q, value) in self.active.iter().zip(cholesky::solve(lower, &unit)) {
                covariance[p][q] = value;
            }
        }
        covariance
    }
}

const MAX_ITERATIONS: usize = 50;

impl DesignDay {
    /// The mean of the day and its derivatives by the parameters on which it can depend, in order.
    fn predict(&self, p: &[f64; PARAMETERS]) -> (f64, [(usize, f64); 5]) {
        let level = p[self.weekday];
        let seasons = 1.0 + p[ANNUAL] * self.wave + self.further;
        let growth = 1.0 + p[GROWTH] * self.years;
        let holiday = if self.holiday { p[HOLIDAY] } else { 1.0 };
        let eoq = if self.eoq { p[EOQ] } else { 1.0 };
        let gradient = [
            (self.weekday, seasons * growth * holiday * eoq),
            (ANNUAL, level * self.wave * growth * holiday * eoq),
            (GROWTH, level * seasons * self.years * holiday * eoq),
            (HOLIDAY, if self.holiday { level * seasons * growth * eoq } else { 0.0 }),
            (EOQ, if self.eoq { level * seasons * growth * holiday } else { 0.0 }),
        ];
        (level * seasons * growth * holiday * eoq, gradient)
    }
}

impl Fit {
    /// Mean of Saturday and Sunday over the mean of Monday to Friday, with its standard error.
    pub fn weekend_ratio(&self) -> (f64, f64) {
        let weekend = (self.parameters[5] + self.parameters[6]) / 2.0;
        let weekdays = self.parameters[..5].iter().sum::<f64>() / 5.0;
        let ratio = weekend / weekdays;
        let gradient: [f64; 7] =
            std::array::from_fn(|day| if day < 5 { -ratio / (5.0 * weekdays) } else { 0.5 / weekdays });
        let variance: f64 = (0..7)
            .flat_map(|i| (0..7).map(move |j| (i, j)))
            .map(|(i, j)| gradient[i] * gradient[j] * self.covariance[i][j])
            .sum();
        (ratio, variance.sqrt())
    }

    /// A parameter with its standard error.
    pub fn parameter(&self, parameter: usize) -> (f64, f64) {
        (self.parameters[parameter], self.covariance[parameter][parameter].sqrt())
    }
}
