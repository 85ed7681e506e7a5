//! What the calendar explains of one server's series, and what is left over.

use crate::calendar::DayTable;
use crate::cholesky;
use crate::plan::{MetricPlan, Plan};
use crate::series::factors;

/// A value is extreme when it is so many robust standard deviations above its median.
pub(super) const EXTREME: f64 = 4.0;

/// What the calendar does not explain of a series, around its median.
pub(super) struct Rest {
    /// The sign of each day; 0 where nothing is there.
    pub(super) signs: Vec<i8>,
    /// Share of the values that are extreme.
    pub(super) extremes: f64,
}

/// The calendar of one metric as columns of a regression: the days of the week, and how far each of a
/// few patterns goes on a day.
pub(super) struct Calendar {
    weekday: Vec<u8>,
    patterns: Vec<[f64; PATTERNS]>,
}

/// Annual wave, further seasons, growth, holidays, ends of quarters and months, and what is dated.
pub(super) const PATTERNS: usize = 6;

impl Calendar {
    pub(super) fn new(plan: &Plan, metric: &MetricPlan, days: &DayTable) -> Self {
        let calendar = &plan.calendar;
        let patterns = |day: usize| {
            let date = days.dates[day];
            [
                factors::annual_wave(days, day),
                factors::further_seasons(metric, date),
                factors::growth_time(metric, day),
                factors::around_holiday(metric, calendar, days, day).unwrap_or(1.0) - 1.0,
                factors::around_month_end(metric, calendar, days, day).unwrap_or(1.0) - 1.0,
                factors::level_shift(metric, date) * factors::events(calendar, date, None) - 1.0,
            ]
        };
        Self { weekday: days.weekday.clone(), patterns: (0..days.len()).map(patterns).collect() }
    }

    /// What the calendar does not explain of a series; nothing when it cannot be told from the series.
    pub(super) fn rest(&self, series: &[f64]) -> Option<Rest> {
        let present = || (0..series.len()).filter(|&day| !series[day].is_nan());
        // Around the mean of each weekday only the patterns are left to fit.
        let (mut count, mut means, mut centres) = ([0.0; 7], [0.0; 7], [[0.0; PATTERNS]; 7]);
        for day in present() {
            let weekday = usize::from(self.weekday[day]);
            count[weekday] += 1.0;
            means[weekday] += series[day];
            for (centre, pattern) in centres[weekday].iter_mut().zip(self.patterns[day]) {
                *centre += pattern;
            }
        }
        for weekday in 0..7 {
            let n = f64::max(count[weekday], 1.0);
            means[weekday] /= n;
            centres[weekday].iter_mut().for_each(|centre| *centre /= n);
        }
        let around = |day: usize| {
            let weekday = usize::from(self.weekday[day]);
            let patterns: [f64; PATTERNS] =
                std::array::from_fn(|place| self.patterns[day][place] - centres[weekday][place]);
            (series[day] - means[weekday], patterns)
        };
        let mut normal = vec![vec![0.0; PATTERNS]; PATTERNS];
        let mut right = vec![0.0; PATTERNS];
        for day in present() {
            let (value, patterns) = around(day);
            for i in 0..PATTERNS {
                right[i] += patterns[i] * value;
                for j in 0..=i {
                    normal[i][j] += patterns[i] * patterns[j];
                }
            }
        }
        // A pattern that never shows has no variance: anything will do for it.
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] = if row[i] <= 1e-12 { 1.0 } else { row[i] * (1.0 + 1e-9) };
        }
        let lower = cholesky::factor(&normal).ok()?;
        let slopes = cholesky::solve(&lower, &right);
        let rest = |day: usize| {
            let (value, patterns) = around(day);
            value - patterns.iter().zip(&slopes).map(|(pattern, slope)| pattern * slope).sum::<f64>()
        };
        let mut rests: Vec<f64> = present().map(rest).collect();
        if rests.is_empty() {
            return None;
        }
        let middle = rests.len() / 2;
        let median = *rests.select_nth_unstable_by(middle, f64::total_cmp).1;
        let sign = |day: usize| match series[day].is_nan() {
            true => 0,
            false => i8::from(rest(day) > median) - i8::from(rest(day) < median),
        };
        let mut distances: Vec<f64> = rests.iter().map(|rest| (rest - median).abs()).collect();
        // The median distance of a normal number from its mean is 0.6745 standard deviations.
        let spread = *distances.select_nth_unstable_by(middle, f64::total_cmp).1 / 0.674_489_750_196_081_7;
        let extreme = rests.iter().filter(|rest| **rest - median > EXTREME * spread).count();
        Some(Rest {
            signs: (0..series.len()).map(sign).collect(),
            extremes: extreme as f64 / rests.len() as f64,
        })
    }
}
