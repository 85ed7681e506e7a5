//! Weighted least squares of the multiplicative day model, by Gauss-Newton.
//!
//! ```text
//! mean(d) = level[weekday] * (1 + annual * wave + further) * (1 + growth * years) * holiday * eoq * steady
//! ```
//!
//! On the day after a holiday its multiplier stands in the place of the holiday's; the month-end
//! window and December's have theirs in the place of the quarter's.

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
/// The multiplier of the first business day after a holiday.
pub const POST_HOLIDAY: usize = 10;
/// The end-of-quarter multiplier.
pub const EOQ: usize = 11;
/// The multiplier of December's end, where it is one of its own.
pub const YEAR_END: usize = 12;
/// The multiplier of the other months' ends.
pub const MONTH_END: usize = 13;
/// Number of parameters.
pub const PARAMETERS: usize = 14;

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
    /// Which parameter multiplies a holiday or the day after one.
    holiday: Option<usize>,
    /// Which parameter multiplies a window at the end of a month, and how much of its lift is there.
    eoq: Option<(usize, f64)>,
    /// What is known beforehand: level shifts, and events for everyone.
    steady: f64,
}

/// Per day the derivatives of the prediction by the parameters on which it can depend.
#[derive(Clone, Debug)]
pub struct Slopes(Vec<[(usize, f64); 5]>);

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
            years: factors::growth_time(metric, day),
            holiday: if factors::is_effective_holiday(calendar, days, day) {
                Some(HOLIDAY)
            } else {
                let is_after = calendar.use_holidays && days.after_holiday[day];
                (is_after && metric.post_holiday_multiplier != 1.0).then_some(POST_HOLIDAY)
            },
            eoq: if factors::is_effective_eoq(metric, calendar, days, day) {
                let is_own = metric.year_end_factor != 1.0 && factors::is_december(days, day);
                let parameter = if is_own { YEAR_END } else { EOQ };
                Some((parameter, factors::eoq_ramp(metric, calendar, days, day)))
            } else {
                let is_month_end = metric.month_end_multiplier != 1.0
                    && factors::is_effective_month_end(metric, calendar, days, day);
                is_month_end.then_some((MONTH_END, 1.0))
            },
            steady: factors::level_shift(metric, days.dates[day])
                * factors::events(calendar, days.dates[day], None),
        };
        let table: Vec<DesignDay> = (0..days.len()).map(day).collect();
        let seen = |condition: &dyn Fn(&DesignDay) -> bool| {
            table.iter().zip(counts).any(|(day, &count)| count > 0 && condition(day))
        };
        let yearly = days.len() >= MIN_DAYS_FOR_YEARLY;
        let mut active: Vec<usize> = (0..7)
            .filter(|&w| seen(&|day| day.weekday == w && day.holiday.is_none() && day.eoq.is_none()))
            .collect();
        active.extend([ANNUAL, GROWTH].into_iter().filter(|_| yearly));
        for parameter in [HOLIDAY, POST_HOLIDAY] {
            active.extend(seen(&|day| day.holiday == Some(parameter)).then_some(parameter));
        }
        for parameter in [EOQ, YEAR_END, MONTH_END] {
            let is_own = |day: &DesignDay| day.eoq.is_some_and(|(own, _)| own == parameter);
            active.extend(seen(&is_own).then_some(parameter));
        }
        let mut start = [0.0; PARAMETERS];
        start[HOLIDAY..].fill(1.0);
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

    /// The means that a fit predicts, one per day.
    pub fn predictions(&self, fit: &Fit) -> Vec<f64> {
        self.days.iter().map(|day| day.predict(&fit.parameters).0).collect()
    }

    /// How the predictions of `fit` depend on its parameters.
    pub fn slopes(&self, fit: &Fit) -> Slopes {
        Slopes(self.days.iter().map(|day| day.predict(&fit.parameters).1).collect())
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

impl Slopes {
    /// How much the parameters of `fit` change, to first order, when the means change by `change`.
    pub fn influence(&self, fit: &Fit, weights: &[f64], change: &[f64]) -> [f64; PARAMETERS] {
        let mut right = [0.0; PARAMETERS];
        for ((slopes, change), &weight) in self.0.iter().zip(change).zip(weights) {
            for (parameter, slope) in slopes {
                right[*parameter] += weight * slope * change;
            }
        }
        std::array::from_fn(|row| fit.covariance[row].iter().zip(right).map(|(a, b)| a * b).sum())
    }

    /// How much the prediction of a day changes, to first order, when the parameters do.
    pub fn response(&self, day: usize, change: &[f64; PARAMETERS]) -> f64 {
        self.0[day].iter().map(|(parameter, slope)| slope * change[*parameter]).sum()
    }
}

const MAX_ITERATIONS: usize = 50;

impl DesignDay {
    /// The mean of the day and its derivatives by the parameters on which it can depend, in order.
    fn predict(&self, p: &[f64; PARAMETERS]) -> (f64, [(usize, f64); 5]) {
        let level = p[self.weekday];
        let seasons = 1.0 + p[ANNUAL] * self.wave + self.further;
        let growth = 1.0 + p[GROWTH] * self.years;
        let holiday = self.holiday.map_or(1.0, |parameter| p[parameter]) * self.steady;
        let eoq = self.eoq.map_or(1.0, |(parameter, share)| 1.0 + (p[parameter] - 1.0) * share);
        let of_holiday = level * seasons * growth * eoq * self.steady;
        let of_eoq = level * seasons * growth * holiday;
        let gradient = [
            (self.weekday, seasons * growth * holiday * eoq),
            (ANNUAL, level * self.wave * growth * holiday * eoq),
            (GROWTH, level * seasons * self.years * holiday * eoq),
            self.holiday.map_or((HOLIDAY, 0.0), |parameter| (parameter, of_holiday)),
            self.eoq.map_or((EOQ, 0.0), |(parameter, share)| (parameter, of_eoq * share)),
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
