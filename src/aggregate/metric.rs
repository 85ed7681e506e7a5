//! What is known of one metric, and how it comes together.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::groups::Groups;
use super::heat::Heat;
use super::hours::HourSums;
use super::observer::MetricObserver;
use super::ticks::{Tick, Ticks};
use super::{BAND_BINS, add_all};
use crate::fleet::Server;
use crate::plan::{MetricPlan, Plan};

/// Days whose values are counted for all servers before the next: what they are counted in stays in a
/// processor's nearest cache meanwhile.
const BLOCK_DAYS: usize = 56;

/// What is known of one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricAggregates {
    /// All values.
    pub distribution: Distribution,
    /// Missing values.
    pub missing: u64,
    /// Values outside the clips, and values that are not finite.
    pub out_of_range: u64,
    /// Servers seen.
    pub servers: u64,
    /// Rows of a server and day.
    steps_per_day: usize,
    /// Per day the sum of the values that are there, in ticks.
    day_ticks: Vec<u64>,
    /// Per day the number of rows without a value inside the clips.
    day_absent: Vec<u32>,
    /// Per day how many more servers are there than on the day before.
    day_changes: Vec<i64>,
    /// The hours of working days, of hourly rows.
    hours: HourSums,
    /// Per time bin a histogram of [`BAND_BINS`] equal bins over the clips.
    pub band: Vec<u32>,
    /// Values above their server's own threshold of the day; see [`super::Thresholds`].
    pub exceedances: u64,
    /// Sums by business unit, region, criticality level and kind.
    pub groups: Groups,
    /// Sums by bands of servers and stretches of days.
    pub heat: Heat,
}

/// The series of a server, as long as it is there.
pub(super) struct Seen<'s, T: Clone> {
    pub(super) server: &'s Server,
    /// A tick per step.
    pub(super) ticks: Cow<'s, [T]>,
    /// Which of the ticks mean nothing, in order.
    pub(super) absent: Vec<usize>,
}

impl MetricAggregates {
    /// Nothing seen yet of this metric of `plan`'s dataset.
    pub(super) fn new(plan: &Plan, metric: &MetricPlan, days_per_bin: usize) -> Self {
        let days = plan.days();
        Self {
            distribution: Distribution::new(Ticks::new(plan, metric)),
            missing: 0,
            out_of_range: 0,
            servers: 0,
            steps_per_day: plan.steps_per_day(),
            day_ticks: vec![0; days],
            day_absent: vec![0; days],
            day_changes: vec![0; days],
            hours: HourSums::default(),
            band: vec![0; days.div_ceil(days_per_bin) * BAND_BINS],
            exceedances: 0,
            groups: Groups::new(plan, days_per_bin),
            heat: Heat::new(plan),
        }
    }

    /// Adds what was seen of other rows.
    pub(super) fn merge(&mut self, other: &Self) {
        self.distribution.merge(&other.distribution);
        self.missing += other.missing;
        self.out_of_range += other.out_of_range;
        self.servers += other.servers;
        self.exceedances += other.exceedances;
        self.groups.merge(&other.groups);
        self.heat.merge(&other.heat);
        self.hours.merge(&other.hours);
        add_all(&mut self.day_ticks, &other.day_ticks);
        add_all(&mut self.day_absent, &other.day_absent);
        add_all(&mut self.day_changes, &other.day_changes);
        add_all(&mut self.band, &other.band);
    }

    /// Number of servers that are there per day.
    pub fn day_servers(&self) -> Vec<u64> {
        let there = self.day_changes.iter().scan(0, |there, change| {
            *there += change;
            Some(*there as u64)
        });
        there.collect()
    }

    /// Number of rows per day.
    pub fn day_rows(&self) -> Vec<u64> {
        self.day_servers().iter().map(|servers| servers * self.steps_per_day as u64).collect()
    }

    /// Number of values per day.
    pub fn day_counts(&self) -> Vec<u64> {
        self.day_rows().iter().zip(&self.day_absent).map(|(rows, &absent)| rows - u64::from(absent)).collect()
    }

    /// Sum of the values per day, in the metric's unit.
    pub fn day_sums(&self) -> Vec<f64> {
        let ticks = self.distribution.ticks();
        let sum = |(&sum, count): (&u64, u64)| ticks.sum(u128::from(sum), count);
        self.day_ticks.iter().zip(self.day_counts()).map(sum).collect()
    }

    /// Number and sum of the values in business hours of working days, and of those at all hours of these, in the
    /// metric's unit; nothing of daily rows.
    pub fn workday_sums(&self) -> [(u64, f64); 2] {
        let ticks = self.distribution.ticks();
        self.hours.get(|sum, count| ticks.sum(sum, count))
    }

    /// A server's series in ticks; those of values that are missing or outside the clips mean nothing.
    pub(super) fn in_ticks<'s>(
        &mut self,
        observer: &MetricObserver,
        server: &'s Server,
        values: impl Iterator<Item = f64>,
        missing: Vec<usize>,
    ) -> Seen<'s, u64> {
        let plan = &observer.plan;
        let mut next_missing = missing.iter().peekable();
        let mut absent = Vec::with_capacity(missing.len());
        let ticks = values.enumerate().map(|(place, value)| {
            let is_missing = next_missing.next_if(|&&next| next == place).is_some();
            let is_inside = (plan.min_clip..=plan.max_clip).contains(&value);
            self.out_of_range += u64::from(!is_missing && !is_inside);
            if is_missing || !is_inside {
                absent.push(place);
                return 0;
            }
            observer.ticks.of(value)
        });
        let ticks = ticks.collect::<Vec<u64>>().into();
        Seen { server, ticks, absent }
    }

    /// Takes in the series of servers. All values are counted first, then those that are absent taken out
    /// again: they are few, and the loop over all has no branch.
    pub(super) fn add<T: Tick>(&mut self, observer: &MetricObserver, all: &[Seen<'_, T>]) {
        let days = self.day_ticks.len();
        for first in (0..days).step_by(BLOCK_DAYS) {
            let block = first..(first + BLOCK_DAYS).min(days);
            all.iter().for_each(|seen| self.count(observer, seen, &block));
        }
        for seen in all {
            self.groups.count(seen.server, &seen.ticks);
            self.heat.count(seen.server, &seen.ticks);
            self.take_out_absent(observer, seen);
            self.count_exceedances(observer, seen);
            let days = &seen.server.life.days;
            self.day_changes[days.start] += 1;
            if let Some(next) = self.day_changes.get_mut(days.end) {
                *next -= 1;
            }
            self.servers += 1;
        }
    }

    /// Counts the values of some days, those too that are absent.
    fn count<T: Tick>(&mut self, observer: &MetricObserver, seen: &Seen<'_, T>, block: &Range<usize>) {
        let (there, per_day) = (&seen.server.life.days, self.steps_per_day);
        let days = there.start.max(block.start)..there.end.min(block.end);
        if days.is_empty() {
            return;
        }
        let ticks = &seen.ticks[(days.start - there.start) * per_day..(days.end - there.start) * per_day];
        self.distribution.count_all(ticks);
        let (band, bins) = (self.band.as_mut_slice(), observer.ticks);
        let sums = self.day_ticks[days.clone()].iter_mut();
        let starts = &observer.band_start[days.clone()];
        if per_day == 1 {
            sums.zip(ticks).for_each(|(sum, tick)| *sum += tick.whole());
            starts
                .iter()
                .zip(ticks)
                .for_each(|(&start, tick)| band[start as usize + tick.band_bin(&bins)] += 1);
            return;
        }
        let workdays = &observer.workday[days];
        for (((sum, &start), ticks), is_workday) in
            sums.zip(starts).zip(ticks.chunks_exact(per_day)).zip(workdays)
        {
            *sum += ticks.iter().map(|tick| tick.whole()).sum::<u64>();
            ticks.iter().for_each(|tick| band[start as usize + tick.band_bin(&bins)] += 1);
            if *is_workday {
                self.hours.add_day(ticks.iter().map(|tick| tick.whole()));
            }
        }
    }

    /// Takes the values that are absent out of what was counted.
    fn take_out_absent<T: Tick>(&mut self, observer: &MetricObserver, seen: &Seen<'_, T>) {
        let first = seen.server.life.steps(self.steps_per_day).start;
        for &place in &seen.absent {
            let (tick, step) = (seen.ticks[place].whole(), first + place);
            let day = step / self.steps_per_day;
            if self.steps_per_day > 1 && observer.workday[day] {
                self.hours.take_out(step % self.steps_per_day, tick);
            }
            self.day_ticks[day] -= tick;
            self.day_absent[day] += 1;
            self.distribution.uncount(tick);
            self.groups.uncount(seen.server, day, tick);
            self.heat.uncount(seen.server, day, tick);
            self.band[observer.band_start[day] as usize + seen.ticks[place].band_bin(&observer.ticks)] -= 1;
        }
        if !self.distribution.is_exact() {
            self.distribution.add_moments(seen.ticks.iter().map(|tick| tick.whole()), &seen.absent);
        }
    }

    /// Counts the values above their server's thresholds.
    fn count_exceedances<T: Tick>(&mut self, observer: &MetricObserver, seen: &Seen<'_, T>) {
        let Seen { server, ticks, absent } = seen;
        let steps = server.life.steps(self.steps_per_day);
        let limits = observer.limits(observer.plan.level(&server.attributes));
        let is_whole = ticks.len() == limits.mean.len();
        let mean_sum =
            if is_whole { limits.mean_sum } else { limits.mean[steps.clone()].iter().sum::<f64>() };
        let mut above_mean = -mean_sum;
        let mut sum: u64 = ticks.iter().map(|tick| tick.whole()).sum();
        for &place in absent {
            sum -= ticks[place].whole();
            above_mean += limits.mean[steps.start + place];
        }
        let present = ticks.len() - absent.len();
        let bias = (above_mean + sum as f64) / present.max(1) as f64;
        let exceeds = |(tick, excess): (&T, &f64)| tick.real() > *excess + bias;
        let excess = &limits.excess[steps.start..];
        let all = ticks.iter().zip(excess).filter(|pair| exceeds(*pair)).count();
        let out = absent.iter().filter(|&&place| exceeds((&ticks[place], &excess[place]))).count();
        self.exceedances += (all - out) as u64;
    }
}
