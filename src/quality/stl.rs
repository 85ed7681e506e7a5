//! Decomposition into trend, season and remainder by local regression (STL: Cleveland, Cleveland,
//! McRae and Terpenning, Journal of Official Statistics 6, 1990), not robust, over 13 seasons and with
//! the spans of the trend and of the low-pass filter that statsmodels takes by default.
//!
//! Over 7 seasons, which statsmodels takes for the season, white noise of four years has a strength of
//! 0.37: a week could not be told from none.

/// Seasons that a season is smoothed over.
const SEASONAL_SPAN: usize = 13;
/// Passes of the inner loop.
const PASSES: usize = 5;

/// What a series is made of: the three add up to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// What changes slowly.
    pub trend: Vec<f64>,
    /// What comes again every period.
    pub season: Vec<f64>,
    /// What is left.
    pub remainder: Vec<f64>,
}

impl Decomposition {
    /// The decomposition of `series`, which has no gaps; nothing for less than two periods.
    pub fn new(series: &[f64], period: usize) -> Option<Self> {
        let n = series.len();
        if n < 2 * period || period < 2 {
            return None;
        }
        let odd = |span: usize| span + usize::from(span.is_multiple_of(2));
        let trend_span = (1.5 * period as f64 / (1.0 - 1.5 / SEASONAL_SPAN as f64)).ceil() as usize;
        let (trends, low_pass) = (Smoother::new(odd(trend_span), n), Smoother::new(odd(period + 1), n));
        // The phases of a period have as many values as each other, or one more.
        let longer = Smoother::new(SEASONAL_SPAN, n.div_ceil(period));
        let shorter = Smoother::new(SEASONAL_SPAN, n / period);
        let (mut trend, mut season) = (vec![0.0; n], vec![0.0; n]);
        let mut cycles = vec![0.0; n + 2 * period];
        for _ in 0..PASSES {
            for phase in 0..period {
                let own: Vec<f64> =
                    (phase..n).step_by(period).map(|step| series[step] - trend[step]).collect();
                let seasonal = if own.len() == longer.count { &longer } else { &shorter };
                let smooth = [seasonal.before.of(&own)].into_iter().chain(seasonal.smooth(&own));
                for (cycle, value) in smooth.chain([seasonal.after.of(&own)]).enumerate() {
                    cycles[cycle * period + phase] = value;
                }
            }
            let level = means(&means(&means(&cycles, period), period), 3);
            for ((season, cycle), level) in
                season.iter_mut().zip(&cycles[period..]).zip(low_pass.smooth(&level))
            {
                *season = cycle - level;
            }
            let rest: Vec<f64> = series.iter().zip(&season).map(|(value, season)| value - season).collect();
            trend = trends.smooth(&rest);
        }
        let remainder = (0..n).map(|step| series[step] - trend[step] - season[step]).collect();
        Some(Self { trend, season, remainder })
    }

    /// Strength of the season, 0..=1: the share that it has of all but the trend (Wang, Smith and
    /// Hyndman, Data Mining and Knowledge Discovery 13, 2006). White noise of three years has 0.18, and more the
    /// shorter it is.
    pub fn strength(&self) -> f64 {
        let both: Vec<f64> = self.season.iter().zip(&self.remainder).map(|(s, r)| s + r).collect();
        let all = variance(&both);
        // What rounding leaves of a series that never changes is no season.
        let size = self.trend.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
        if all <= 1e-20 * size * size { 0.0 } else { (1.0 - variance(&self.remainder) / all).max(0.0) }
    }
}

fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n
}

/// Means of `span` values that follow each other.
fn means(values: &[f64], span: usize) -> Vec<f64> {
    values.windows(span).map(|window| window.iter().sum::<f64>() / span as f64).collect()
}

/// Local linear regression with tricube weights over a span of neighbours, for series of one length.
struct Smoother {
    span: usize,
    /// Number of values.
    count: usize,
    /// The weights around a place that has neighbours on both sides: there the slope does not matter.
    inside: Vec<f64>,
    /// For the places at the beginning and at the end that have not.
    edges: [Vec<Weights>; 2],
    /// For the place before the first one, and for the one after the last.
    before: Weights,
    after: Weights,
}

/// The weights of neighbours, which begin at a place.
struct Weights {
    first: usize,
    weights: Vec<f64>,
}

impl Weights {
    fn of(&self, values: &[f64]) -> f64 {
        self.weights.iter().zip(&values[self.first..]).map(|(weight, value)| weight * value).sum()
    }

    /// The weights of a regression at `x`, where the first of `n` values is at 1, over the neighbours
    /// from `first` on.
    fn new(n: usize, span: usize, x: f64, first: usize) -> Self {
        let first = first.min(n.saturating_sub(span));
        let last = (first + span).min(n);
        let mut reach = (x - (first + 1) as f64).max(last as f64 - x);
        if span > n {
            reach += ((span - n) / 2) as f64;
        }
        let places = || (first..last).map(|place| (place + 1) as f64);
        let mut weights: Vec<f64> = places().map(|place| tricube((place - x).abs(), reach)).collect();
        normalize(&mut weights);
        let centre: f64 = places().zip(&weights).map(|(place, weight)| place * weight).sum();
        let spread: f64 =
            places().zip(&weights).map(|(place, weight)| weight * (place - centre) * (place - centre)).sum();
        if spread.sqrt() > 0.001 * (n as f64 - 1.0) {
            let slope = (x - centre) / spread;
            for (weight, place) in weights.iter_mut().zip(places()) {
                *weight *= slope * (place - centre) + 1.0;
            }
        }
        Self { first, weights }
    }
}

fn normalize(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}

impl Smoother {
    fn new(span: usize, count: usize) -> Self {
        let half = span / 2;
        let distance = |place: usize| place.abs_diff(half) as f64;
        let mut inside: Vec<f64> = (0..span).map(|place| tricube(distance(place), half as f64)).collect();
        normalize(&mut inside);
        let at = |place: usize| Weights::new(count, span, place as f64 + 1.0, place.saturating_sub(half));
        let edges = match count <= span {
            true => [(0..count).map(at).collect(), Vec::new()],
            false => [(0..half).map(at).collect(), (count - half..count).map(at).collect()],
        };
        Self {
            span,
            count,
            inside,
            edges,
            before: Weights::new(count, span, 0.0, 0),
            after: Weights::new(count, span, count as f64 + 1.0, count.saturating_sub(span)),
        }
    }

    fn smooth(&self, values: &[f64]) -> Vec<f64> {
        let [begin, end] = self.edges.each_ref().map(|edge| edge.iter().map(|weights| weights.of(values)));
        let mut smooth = Vec::with_capacity(self.count);
        smooth.extend(begin);
        if self.count > self.span {
            smooth.extend(values.windows(self.span).map(|window| {
                window.iter().zip(&self.inside).map(|(value, weight)| value * weight).sum::<f64>()
            }));
        }
        smooth.extend(end);
        smooth
    }
}

/// The weight of a neighbour at this distance.
fn tricube(distance: f64, reach: f64) -> f64 {
    if distance <= 0.001 * reach {
        return 1.0;
    }
    if distance > 0.999 * reach {
        return 0.0;
    }
    let share = distance / reach;
    let rest = 1.0 - share * share * share;
    rest * rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up_and_a_pure_week_is_all_season() {
        let week = [5.0, 5.5, 6.0, 5.5, 5.0, 1.0, 0.0];
        let series: Vec<f64> = (0..140).map(|day| 20.0 + 0.1 * day as f64 + week[day % 7]).collect();
        let parts = Decomposition::new(&series, 7).unwrap();
        for (step, value) in series.iter().enumerate() {
            let sum = parts.trend[step] + parts.season[step] + parts.remainder[step];
            assert!((sum - value).abs() < 1e-9);
        }
        assert!(parts.strength() > 0.999, "{}", parts.strength());
        assert!(Decomposition::new(&series[..13], 7).is_none());
    }

    #[test]
    fn a_constant_series_has_no_season() {
        assert_eq!(Decomposition::new(&[3.0; 70], 7).unwrap().strength(), 0.0);
    }
}
