//! The defects of real feeds: gaps, outliers and anomalies, drawn as positions since they are rare.

pub mod anomalies;
pub mod gaps;

use crate::rng::{Geometric, Stream};

/// Independent trials along time that rarely succeed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trials(Option<Geometric>);

impl Trials {
    /// Trials that succeed with probability `rate` in 0..=1.
    pub fn new(rate: f64) -> Self {
        Self((rate > 0.0).then(|| Geometric::new(rate)))
    }

    /// The steps in 0..`steps` at which a trial succeeds, sorted.
    pub fn successes(&self, mut stream: Stream, steps: usize) -> Vec<usize> {
        let mut found = Vec::new();
        if let Some(wait) = self.0 {
            let mut next = wait.sample(&mut stream);
            while next < steps as u64 {
                found.push(next as usize);
                next = next.saturating_add(1).saturating_add(wait.sample(&mut stream));
            }
        }
        found
    }
}

/// Gaps as a stationary two-state Markov chain along time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapProcess {
    /// Share of missing steps.
    pub rate: f64,
    /// Probability that a gap begins after a step that is present.
    pub enter: f64,
    /// Probability that a gap ends after a step that is missing.
    pub exit: f64,
    to_gap: Geometric,
    to_presence: Geometric,
}

impl GapProcess {
    /// Gaps with an overall share of `rate` in 0..1 and a mean length of `burst_mean` steps.
    ///
    /// Independent gaps have a mean length of 1 / (1 - rate), since two can be neighbours; a
    /// smaller `burst_mean`, 1 for example, means exactly these.
    pub fn new(rate: f64, burst_mean: f64) -> Self {
        let exit = (1.0 / burst_mean).min(1.0 - rate);
        let enter = rate * exit / (1.0 - rate);
        Self { rate, enter, exit, to_gap: Geometric::new(enter), to_presence: Geometric::new(exit) }
    }

    /// Correlation of neighbouring steps: 0 for independent gaps.
    pub fn autocorrelation(&self) -> f64 {
        1.0 - self.enter - self.exit
    }

    /// The missing steps in 0..`steps`, sorted.
    pub fn missing_steps(&self, mut stream: Stream, steps: usize) -> Vec<usize> {
        let mut missing = Vec::new();
        if self.rate == 0.0 {
            return missing;
        }
        let mut in_gap = stream.unit() < self.rate;
        let mut step = 0;
        while step < steps {
            let stay = if in_gap { self.to_presence } else { self.to_gap };
            let length = stay.sample(&mut stream).saturating_add(1).min((steps - step) as u64) as usize;
            if in_gap {
                missing.extend(step..step + length);
            }
            step += length;
            in_gap = !in_gap;
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, StreamKey};

    fn stream(server: u32) -> Stream {
        StreamKey::new(42, "cpu_p95", Purpose::Gap).server(server)
    }

    #[test]
    fn gaps_have_the_configured_share_and_mean_length() {
        for (rate, burst, mean_length) in
            [(0.01, 1.0, 1.0 / 0.99), (0.05, 4.0, 4.0), (0.3, 1.0, 1.0 / 0.7), (0.5, 10.0, 10.0)]
        {
            let steps = 2_000_000;
            let missing = GapProcess::new(rate, burst).missing_steps(stream(1), steps);
            let runs = 1 + missing.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
            let share = missing.len() as f64 / steps as f64;
            let length = missing.len() as f64 / runs as f64;
            // A run's length is geometric: its standard deviation is below its mean.
            let error = 5.0 / (runs as f64).sqrt();
            assert!((share / rate - 1.0).abs() < 1.5 * error, "{rate} {burst}: share {share}");
            assert!((length / mean_length - 1.0).abs() < error, "{rate} {burst}: length {length}");
        }
    }

    #[test]
    fn gaps_are_stationary_from_the_first_step() {
        let gaps = GapProcess::new(0.2, 5.0);
        let servers = 20_000;
        let first = (0..servers).filter(|&s| gaps.missing_steps(stream(s), 1) == [0]).count();
        let share = first as f64 / f64::from(servers);
        assert!((share - 0.2).abs() < 5.0 * (0.2 * 0.8 / f64::from(servers)).sqrt(), "{share}");
    }

    #[test]
    fn later_steps_change_no_earlier_gap_or_outlier() {
        let gaps = GapProcess::new(0.05, 3.0);
        let long = gaps.missing_steps(stream(2), 5_000);
        let short = gaps.missing_steps(stream(2), 1_234);
        assert_eq!(short, long.iter().copied().filter(|&step| step < 1_234).collect::<Vec<_>>());
        let long = Trials::new(0.01).successes(stream(2), 5_000);
        let short = Trials::new(0.01).successes(stream(2), 1_234);
        assert!(!short.is_empty());
        assert_eq!(short, long.iter().copied().filter(|&step| step < 1_234).collect::<Vec<_>>());
    }

    #[test]
    fn the_extreme_rates_hold() {
        assert_eq!(Trials::new(1.0).successes(stream(0), 4), [0, 1, 2, 3]);
        assert!(Trials::new(0.0).successes(stream(0), 1_000).is_empty());
        assert!(GapProcess::new(0.0, 1.0).missing_steps(stream(0), 1_000).is_empty());
    }
}
