//! The range cut into equal stretches of days, and the series of a server added up by them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::ticks::Tick;

/// Equal stretches of days; the last one may be shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretches {
    days: usize,
    length: usize,
    steps_per_day: usize,
}

impl Stretches {
    /// So many days, cut into stretches of `length`.
    pub fn new(days: usize, length: usize, steps_per_day: usize) -> Self {
        Self { days, length, steps_per_day }
    }

    /// Days of a stretch; the last one may have fewer.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Number of stretches.
    pub fn count(&self) -> usize {
        self.days.div_ceil(self.length)
    }

    /// The days of a stretch.
    pub fn days(&self, stretch: usize) -> Range<usize> {
        let first = stretch * self.length;
        first..(first + self.length).min(self.days)
    }

    /// The stretch in which a day lies.
    pub(super) fn of(&self, day: usize) -> usize {
        day / self.length
    }

    /// Rows in a stretch of a server that is always there.
    pub(super) fn rows(&self, stretch: usize) -> u64 {
        (self.days(stretch).len() * self.steps_per_day) as u64
    }

    /// Steps before a day, of which the first is at the beginning of `there`.
    pub(super) fn steps_until(&self, day: usize, there: &Range<usize>) -> usize {
        (day - there.start) * self.steps_per_day
    }

    /// Adds the ticks of some days, of which `first` is the first, to the sums of their stretches.
    pub(super) fn add<T: Tick>(&self, sums: &mut [u64], first: usize, ticks: &[T]) {
        let length = self.length * self.steps_per_day;
        let mut sums = sums[self.of(first)..].iter_mut();
        if length == 1 {
            return sums.zip(ticks).for_each(|(sum, tick)| *sum += tick.whole());
        }
        let whole = |ticks: &[T]| ticks.iter().map(|tick| tick.whole()).sum::<u64>();
        // The first stretch may have begun before.
        let begun = first % self.length * self.steps_per_day;
        let (head, rest) = ticks.split_at((length - begun).min(ticks.len()));
        sums.by_ref().zip([head]).for_each(|(sum, ticks)| *sum += whole(ticks));
        sums.zip(rest.chunks(length)).for_each(|(sum, ticks)| *sum += whole(ticks));
    }

    /// Adds to each stretch the rows that a server lacks that is there on these days only.
    pub(super) fn add_away(&self, away: &mut [u32], there: &Range<usize>) {
        if *there == (0..self.days) {
            return;
        }
        for (stretch, away) in away.iter_mut().enumerate() {
            let days = self.days(stretch);
            let both = there.end.min(days.end).saturating_sub(there.start.max(days.start));
            *away += ((days.len() - both) * self.steps_per_day) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_that_begins_within_a_stretch_is_added_where_its_days_are() {
        // Ten days of two steps in stretches of four.
        let stretches = Stretches::new(10, 4, 2);
        let mut sums = vec![0; 3];
        let ticks: Vec<u32> = (1..=12).collect();
        stretches.add(&mut sums, 3, &ticks);
        assert_eq!(sums, [3, (3..=10).sum(), 11 + 12]);
        let mut away = vec![0; 3];
        stretches.add_away(&mut away, &(3..9));
        assert_eq!((away, stretches.rows(2)), (vec![6, 0, 2], 4));
        // Fewer days than are left of the first stretch.
        let mut sums = vec![0; 3];
        stretches.add(&mut sums, 5, &ticks[..2]);
        assert_eq!(sums, [0, 3, 0]);
        // By day, nothing is put together.
        let mut sums = vec![0; 3];
        Stretches::new(3, 1, 1).add(&mut sums, 1, &ticks[..2]);
        assert_eq!(sums, [0, 1, 2]);
    }

    #[test]
    fn who_is_always_there_is_never_away() {
        let mut away = vec![0; 3];
        Stretches::new(10, 4, 24).add_away(&mut away, &(0..10));
        assert_eq!(away, [0, 0, 0]);
        Stretches::new(10, 4, 24).add_away(&mut away, &(9..10));
        assert_eq!(away, [96, 96, 24]);
    }
}
