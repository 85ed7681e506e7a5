//! Sums over the hours of working days, of hourly rows.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The hours in which people work: from nine to five.
pub const BUSINESS_HOURS: Range<usize> = 9..17;

/// What is known of the values of working days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourSums {
    /// Values in [`BUSINESS_HOURS`], and at all hours.
    counts: [u64; 2],
    /// Sums of these, in ticks.
    ticks: [u128; 2],
}

impl HourSums {
    /// Takes in all hours of a working day.
    pub(super) fn add_day(&mut self, ticks: impl Iterator<Item = u64> + Clone) {
        let business = ticks.clone().skip(BUSINESS_HOURS.start).take(BUSINESS_HOURS.len());
        let sums = [business.sum::<u64>(), ticks.clone().sum::<u64>()];
        for (sum, more) in self.ticks.iter_mut().zip(sums) {
            *sum += u128::from(more);
        }
        self.counts[0] += BUSINESS_HOURS.len() as u64;
        self.counts[1] += ticks.count() as u64;
    }

    /// Takes the value of an hour of a working day out again.
    pub(super) fn take_out(&mut self, hour: usize, tick: u64) {
        let is_business = BUSINESS_HOURS.contains(&hour);
        for place in usize::from(!is_business)..2 {
            self.counts[place] -= 1;
            self.ticks[place] -= u128::from(tick);
        }
    }

    /// Adds what was seen of other rows.
    pub(super) fn merge(&mut self, other: &Self) {
        for place in 0..2 {
            self.counts[place] += other.counts[place];
            self.ticks[place] += other.ticks[place];
        }
    }

    /// Number and sum of the values in business hours, and of those at all hours; the sums by `sum`, which turns
    /// ticks of so many values into the metric's unit.
    pub fn get(&self, sum: impl Fn(u128, u64) -> f64) -> [(u64, f64); 2] {
        [0, 1].map(|place| (self.counts[place], sum(self.ticks[place], self.counts[place])))
    }
}
