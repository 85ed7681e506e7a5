//! A server's life inside the range: when it is there, when it grows, and when it moves.

use std::ops::Range;

use crate::plan::{Attribute, LifecyclePlan, MetricPlan, Weighted};

/// For each attribute the index of its value in the plan's list.
type Attributes = [usize; Attribute::ALL.len()];

/// When a server is there, and what changes meanwhile. Days are counted from the first of the range.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// The days on which it is there, at least one.
    pub days: Range<usize>,
    /// The first day with another capacity, and what that is multiplied by.
    pub resize: Option<(usize, f64)>,
    /// The first day in another region, and the index of that in the plan's list.
    pub migration: Option<(usize, usize)>,
}

/// Numbers in 0..1 from which a life is made.
pub const DRAWS: usize = 10;

impl Life {
    /// A life from the first of so many days to the last, without a change.
    pub fn whole(days: usize) -> Self {
        Self { days: 0..days, resize: None, migration: None }
    }

    /// The life that numbers in 0..1 give to a server that begins in `region`.
    pub fn new(
        plan: &LifecyclePlan,
        regions: &[Weighted],
        region: usize,
        days: usize,
        draws: [f64; DRAWS],
    ) -> Self {
        let [comes, come, goes, go, grows, grow, ratio, moves, r#move, to] = draws;
        let (comes, goes) = (comes < plan.commissioned_share, goes < plan.decommissioned_share);
        let there = match (comes, goes) {
            (false, false) => 0..days,
            (true, false) => within(1..days, come)..days,
            (false, true) => 0..within(1..days, go),
            (true, true) => {
                // Two different places between days, in order.
                let first = within(1..days, come);
                let second = within(1..days - 1, go);
                let second = second + usize::from(second >= first);
                first.min(second)..first.max(second)
            }
        };
        // What changes is seen before and after.
        let change = |share: f64, whether: f64, when: f64| {
            (whether < share && there.len() > 1).then(|| within(there.start + 1..there.end, when))
        };
        let ratios = &plan.resize_ratios;
        let resize =
            change(plan.resized_share, grows, grow).map(|day| (day, ratios[within(0..ratios.len(), ratio)]));
        let migration =
            change(plan.migrated_share, moves, r#move).map(|day| (day, elsewhere(regions, region, to)));
        Self { days: there, resize, migration }
    }

    /// The steps at which it is there, of so many per day.
    pub fn steps(&self, per_day: usize) -> Range<usize> {
        self.days.start * per_day..self.days.end * per_day
    }

    /// Whether it is there on all of so many days.
    pub fn is_whole(&self, days: usize) -> bool {
        self.days == (0..days)
    }

    /// The attributes on a day, of a server that begins with these.
    pub fn attributes(&self, mut attributes: Attributes, day: usize) -> Attributes {
        if let Some((_, region)) = self.migration.filter(|(from, _)| *from <= day) {
            attributes[Attribute::Region as usize] = region;
        }
        attributes
    }

    /// The capacity on a day over that of the first.
    pub fn capacity(&self, day: usize) -> f64 {
        self.resize.filter(|(from, _)| *from <= day).map_or(1.0, |(_, ratio)| ratio)
    }

    /// What the values of a metric are multiplied by on a day: the same load is a smaller share of a
    /// larger capacity.
    pub fn scale(&self, metric: &MetricPlan, day: usize) -> f64 {
        if metric.is_share_of_capacity() { 1.0 / self.capacity(day) } else { 1.0 }
    }

    /// The stretches of days between changes, in order, over all days of the range.
    pub fn stretches(&self, days: usize) -> Vec<Range<usize>> {
        let mut ends: Vec<usize> = [self.resize.map(|(day, _)| day), self.migration.map(|(day, _)| day)]
            .into_iter()
            .flatten()
            .collect();
        ends.push(days);
        ends.sort_unstable();
        ends.dedup();
        let mut start = 0;
        ends.into_iter().map(|end| std::mem::replace(&mut start, end)..end).collect()
    }
}

/// The place in a range, at least one long, of a number in 0..1.
fn within(range: Range<usize>, draw: f64) -> usize {
    let place = (draw * range.len() as f64) as usize;
    range.start + place.min(range.len() - 1)
}

/// Another region than this one, by weight.
fn elsewhere(regions: &[Weighted], region: usize, draw: f64) -> usize {
    let others = || (0..regions.len()).filter(|other| *other != region);
    let total: f64 = others().map(|other| regions[other].1).sum();
    let mut bound = 0.0;
    let place = others().find(|other| {
        bound += regions[*other].1 / total;
        draw < bound
    });
    place.or(others().next_back()).expect("a fleet that moves has another region")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, StreamKey};

    fn plan(shares: [f64; 4]) -> LifecyclePlan {
        let [commissioned_share, decommissioned_share, resized_share, migrated_share] = shares;
        let resize_ratios = vec![2.0, 0.5];
        LifecyclePlan {
            commissioned_share,
            decommissioned_share,
            resized_share,
            resize_ratios,
            migrated_share,
        }
    }

    fn regions() -> Vec<Weighted> {
        [("a", 1.0), ("b", 2.0), ("c", 3.0)].map(|(name, weight)| (name.to_owned(), weight)).into()
    }

    fn lives(plan: &LifecyclePlan, days: usize) -> Vec<Life> {
        let key = StreamKey::new(7, "", Purpose::Life);
        let draws = |n: u32| std::array::from_fn(|place| key.server(n).unit_at(place as u64));
        (0..60_000).map(|n| Life::new(plan, &regions(), n as usize % 3, days, draws(n))).collect()
    }

    #[test]
    fn without_any_share_everyone_is_always_there() {
        assert!(lives(&plan([0.0; 4]), 30).iter().all(|life| *life == Life::whole(30)));
    }

    #[test]
    fn shares_and_days_are_those_of_the_plan() {
        for days in [3, 30, 400] {
            for shares in [[0.3, 0.2, 0.4, 0.1], [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]] {
                let plan = plan(shares);
                let lives = lives(&plan, days);
                let n = lives.len() as f64;
                let share =
                    |is: &dyn Fn(&Life) -> bool| lives.iter().filter(|life| is(life)).count() as f64 / n;
                assert!((share(&|life| life.days.start > 0) - shares[0]).abs() < 0.01);
                assert!((share(&|life| life.days.end < days) - shares[1]).abs() < 0.01);
                let long = share(&|life| life.days.len() > 1);
                assert!(
                    (share(&|life| life.resize.is_some()) - shares[2] * long).abs() < 0.02,
                    "{days} {shares:?}"
                );
                assert!((share(&|life| life.migration.is_some()) - shares[3] * long).abs() < 0.02);
                let (mean, variance) = plan.days_there(days);
                let lengths: Vec<f64> = lives.iter().map(|life| life.days.len() as f64).collect();
                let found = lengths.iter().sum::<f64>() / n;
                let spread =
                    lengths.iter().map(|length| (length - found) * (length - found)).sum::<f64>() / n;
                assert!((found / mean - 1.0).abs() < 0.01, "{days} {shares:?}: {found} {mean}");
                assert!(
                    (spread - variance).abs() <= 0.03 * variance,
                    "{days} {shares:?}: {spread} {variance}"
                );
            }
        }
    }

    #[test]
    fn a_change_lies_inside_the_life_and_leads_elsewhere() {
        for (n, life) in lives(&plan([0.5, 0.5, 1.0, 1.0]), 20).iter().enumerate() {
            assert!(life.days.start < life.days.end && life.days.end <= 20);
            let inside = |day: usize| life.days.start < day && day < life.days.end;
            if let Some((day, ratio)) = life.resize {
                assert!(inside(day) && [2.0, 0.5].contains(&ratio));
                assert_eq!((life.capacity(day - 1), life.capacity(day)), (1.0, ratio));
            }
            if let Some((day, region)) = life.migration {
                assert!(inside(day) && region != n % 3);
                let first = [7, n % 3, 8];
                assert_eq!(life.attributes(first, day - 1), first);
                assert_eq!(life.attributes(first, day), [7, region, 8]);
            }
            let stretches = life.stretches(20);
            assert_eq!((stretches[0].start, stretches[stretches.len() - 1].end), (0, 20));
            assert!(stretches.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }
}
