//! The order of a dictionary of decimals in which Snappy finds most of its bytes again.
//!
//! A double's eight bytes, the lowest first, are a *low part* of six and a *high part* of two. All decimals that
//! differ by a multiple of a sixteenth of the power of two below them have the same low part (with two decimals:
//! 64.01, 68.01, 72.01, ...), and so have their halves as far as they are on the grid. The high part is one of
//! sixteen within an octave.
//!
//! Snappy replaces bytes that stood together before by a copy of two bytes or more. In ascending order it takes
//! a copy and a byte of text for each number, four bytes. But where a number's low part once more follows the
//! high part that it followed before, the copy is all. So this is a walk: from a high part to the low part
//! that follows it, on to one of the numbers with this low part that are still to come, and thereby to the next
//! high part. Measured with two decimals: 2.6 bytes a number instead of 4.1.

use crate::series::grid::DecimalGrid;

/// High parts of an octave.
const HIGH_PARTS: u32 = 16;

/// With more low parts than this the numbers that share one are few.
const MAX_LOW_PARTS: u32 = 1 << 14;

/// Finds such orders. Keeps what it works in.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// For each low part the high parts of the numbers that are still to come.
    unused: Vec<u128>,
    /// For each low part the high parts that it follows.
    follows: Vec<u128>,
    order: Vec<u32>,
}

/// The largest octave on a grid, in cells from zero.
#[derive(Clone, Copy)]
struct Octave {
    /// The power of two at its lower end.
    start: u32,
    /// How many different low parts there are: a sixteenth of it.
    low_parts: u32,
}

impl Octave {
    /// The octave of this number of cells; `None` where its sixteenths are not on the grid, or are too many.
    fn of(largest: u32, scale: f64) -> Option<Self> {
        let mut start = scale as u32;
        while start <= largest / 2 {
            start *= 2;
        }
        let low_parts = start / HIGH_PARTS;
        let fits = start <= largest && start.is_multiple_of(HIGH_PARTS) && low_parts <= MAX_LOW_PARTS;
        fits.then_some(Self { start, low_parts })
    }

    /// The low and the high part of a number; `None` when it is so many octaves below that there is no bit for its
    /// high part.
    fn split(self, number: u32) -> Option<(u32, u32)> {
        let mut down = number.leading_zeros().saturating_sub(self.start.leading_zeros());
        if number << down < self.start {
            down += 1;
        }
        let scaled = number << down;
        let high = down * HIGH_PARTS + scaled / self.low_parts - HIGH_PARTS;
        (high < u128::BITS).then_some((scaled % self.low_parts, high))
    }

    /// The number of these parts.
    fn join(self, low: u32, high: u32) -> u32 {
        ((HIGH_PARTS + high % HIGH_PARTS) * self.low_parts + low) >> (high / HIGH_PARTS)
    }
}

impl Chain {
    /// Puts cells of a grid, which are ascending and different, in such an order. Those that are not positive
    /// or much smaller than the largest come last, ascending.
    pub(super) fn arrange(&mut self, grid: &DecimalGrid, cells: &mut [u32]) {
        let first = grid.first as i64;
        let number = |cell: u32| u32::try_from(first + i64::from(cell)).ok();
        let Some(octave) = cells.last().and_then(|&cell| Octave::of(number(cell)?, grid.scale)) else {
            return;
        };
        for table in [&mut self.unused, &mut self.follows] {
            table.clear();
            table.resize(octave.low_parts as usize, 0);
        }
        let mut others = 0;
        for place in 0..cells.len() {
            match number(cells[place]).filter(|&number| number > 0).and_then(|number| octave.split(number)) {
                Some((low, high)) => self.unused[low as usize] |= 1 << high,
                None => {
                    cells[others] = cells[place];
                    others += 1;
                }
            }
        }
        self.walk(octave);
        let walked = self.order.len();
        cells.copy_within(..others, walked);
        for (cell, &number) in cells.iter_mut().zip(&self.order) {
            *cell = (i64::from(number) - first) as u32;
        }
    }

    /// Walks through all numbers.
    fn walk(&mut self, octave: Octave) {
        let Self { unused, follows, order } = self;
        order.clear();
        // For each high part the low part that follows it, and whether numbers with that are still to come.
        let mut next = [0; u128::BITS as usize];
        let mut open: u128 = 0;
        let mut fresh = 0..octave.low_parts;
        let mut at = 0;
        loop {
            if open & (1 << at) == 0 {
                next[at as usize] = match fresh.find(|&low| unused[low as usize] != 0) {
                    Some(low) => low,
                    None if open != 0 => next[open.trailing_zeros() as usize],
                    None => return,
                };
                follows[next[at as usize] as usize] |= 1 << at;
                open |= 1 << at;
            }
            let low = next[at as usize];
            let left = &mut unused[low as usize];
            let candidates = if *left & open == 0 { *left } else { *left & open };
            at = candidates.trailing_zeros();
            *left ^= 1 << at;
            if *left == 0 {
                open &= !follows[low as usize];
            }
            order.push(octave.join(low, at));
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PERCENT: DecimalGrid = DecimalGrid { scale: 100.0, first: 0.0, last: 10_000.0 };

    fn arranged(grid: &DecimalGrid, cells: &[u32]) -> Vec<u32> {
        let mut arranged = cells.to_vec();
        Chain::default().arrange(grid, &mut arranged);
        arranged
    }

    /// The first six bytes and the last two of a number.
    fn parts(value: f64) -> (u64, u64) {
        (value.to_bits() & ((1 << 48) - 1), value.to_bits() >> 48)
    }

    #[test]
    fn low_and_high_parts_are_those_of_the_bytes() {
        let octave = Octave::of(10_000, 100.0).unwrap();
        assert_eq!((octave.start, octave.low_parts), (6_400, 400));
        for number in 50..=10_000 {
            let (low, high) = octave.split(number).unwrap();
            assert_eq!(octave.join(low, high), number);
            // The largest number with this low part has it in its bytes, too.
            let twin = f64::from(octave.start + low) / 100.0;
            assert_eq!(parts(f64::from(number) / 100.0).0, parts(twin).0, "{number}");
        }
        assert_eq!(octave.split(49), None);
    }

    #[test]
    fn most_numbers_repeat_what_stood_together_before() {
        let all: Vec<u32> = (0..=10_000).collect();
        let order = arranged(&PERCENT, &all);
        let repeats = |order: &[u32]| {
            let parts: Vec<_> = order.iter().map(|&cell| parts(PERCENT.value(cell))).collect();
            let mut seen = std::collections::HashSet::new();
            parts.windows(2).filter(|pair| !seen.insert((pair[0].1, pair[1].0))).count()
        };
        assert!(repeats(&all) < 10, "{}", repeats(&all));
        assert!(repeats(&order) > 8_000, "{}", repeats(&order));
    }

    #[test]
    fn small_and_negative_numbers_come_last() {
        let grid = DecimalGrid { scale: 100.0, first: -300.0, last: 10_000.0 };
        let order = arranged(&grid, &[0, 100, 300, 301, 349, 350, 10_300]);
        assert_eq!(order[2..], [0, 100, 300, 301, 349]);
    }

    #[test]
    fn what_has_no_sixteenths_on_the_grid_stays_ascending() {
        let cells: Vec<u32> = (0..=399).collect();
        assert_eq!(arranged(&PERCENT, &cells), cells);
        assert_eq!(arranged(&PERCENT, &[]), [0; 0]);
        assert_ne!(arranged(&PERCENT, &(0..=400).collect::<Vec<_>>()), (0..=400).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn no_number_is_lost(
            decimals in 0u32..5,
            first in -20_000i32..2_000_000,
            cells in prop::collection::btree_set(0u32..200_000, 0..3_000),
        ) {
            let grid = DecimalGrid { scale: crate::series::grid::scale(decimals), first: f64::from(first), last: 3e6 };
            let cells: Vec<u32> = cells.into_iter().collect();
            let mut order = arranged(&grid, &cells);
            order.sort_unstable();
            prop_assert_eq!(order, cells);
        }
    }
}
