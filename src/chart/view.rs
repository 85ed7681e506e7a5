//! What a reader has chosen to see: the days in view, and the series that are hidden.

use std::collections::BTreeSet;
use std::ops::Range;

/// Fewest days in view: a week, whose rhythm is the finest there is.
pub(super) const FEWEST_DAYS: usize = 7;

/// The days in view, which all charts over time share, and the hidden series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    total: usize,
    shown: Range<usize>,
    hidden: BTreeSet<String>,
}

impl View {
    /// All of so many days, at least one; nothing is hidden.
    pub fn whole(total: usize) -> Self {
        Self { total: total.max(1), shown: 0..total.max(1), hidden: BTreeSet::new() }
    }

    /// The days in view, by their index.
    pub fn days(&self) -> Range<usize> {
        self.shown.clone()
    }

    /// Whether all days are in view.
    pub fn is_whole(&self) -> bool {
        self.shown.len() == self.total
    }

    /// Brings the days from one to the other into view, both included and in any order; more around
    /// them when they are fewer than those of a week.
    pub fn show(&mut self, one: usize, other: usize) {
        let (first, last) = (one.min(other).min(self.total - 1), one.max(other).min(self.total - 1));
        let length = (last - first + 1).max(self.fewest());
        self.place((first + last) as f64 / 2.0 - (length - 1) as f64 / 2.0, length);
    }

    /// Halves the days in view for each step, or doubles them for each step below zero; `day` stays
    /// where it is.
    pub fn zoom(&mut self, day: usize, steps: i32) {
        let factor = (0..steps.unsigned_abs()).fold(1.0, |factor, _| factor * 2.0);
        let length = self.shown.len() as f64 * if steps > 0 { 1.0 / factor } else { factor };
        let length = (length.round() as usize).clamp(self.fewest(), self.total);
        let share = (day as f64 + 0.5 - self.shown.start as f64) / self.shown.len() as f64;
        let share = share.clamp(0.0, 1.0);
        self.place(day as f64 + 0.5 - share * length as f64, length);
    }

    /// Moves the view by a share of its length; to earlier days when that is below zero.
    pub fn pan(&mut self, share: f64) {
        let length = self.shown.len();
        self.place(self.shown.start as f64 + share * length as f64, length);
    }

    /// Brings all days into view.
    pub fn reset(&mut self) {
        self.shown = 0..self.total;
    }

    /// Hides a series that is shown, or shows one that is hidden.
    pub fn toggle(&mut self, series: &str) {
        if !self.hidden.remove(series) {
            self.hidden.insert(series.to_owned());
        }
    }

    /// Whether a series is shown.
    pub fn shows(&self, series: &str) -> bool {
        !self.hidden.contains(series)
    }

    fn fewest(&self) -> usize {
        FEWEST_DAYS.min(self.total)
    }

    /// Shows `length` days from about `first` on, all of which exist.
    fn place(&mut self, first: f64, length: usize) {
        let last_start = self.total - length;
        let start = if first.is_finite() { first.round().max(0.0) as usize } else { 0 };
        let start = start.min(last_start);
        self.shown = start..start + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_shown_in_any_order_and_never_too_few() {
        let mut view = View::whole(100);
        view.show(60, 20);
        assert_eq!(view.days(), 20..61);
        view.show(50, 50);
        assert_eq!(view.days(), 47..54, "a week around the day");
        view.show(0, 1);
        assert_eq!(view.days(), 0..7);
        view.show(99, 500);
        assert_eq!(view.days(), 93..100);
        let mut short = View::whole(3);
        short.show(1, 1);
        assert_eq!(short.days(), 0..3);
        assert!(short.is_whole());
    }

    #[test]
    fn zooming_keeps_the_day_where_it_is() {
        let mut view = View::whole(1000);
        view.zoom(250, 1);
        assert_eq!(view.days(), 125..625, "a quarter of the way from the left, before and after");
        view.zoom(250, 1);
        assert_eq!(view.days(), 188..438);
        view.zoom(250, -2);
        assert!(view.is_whole());
        view.zoom(250, -1);
        assert!(view.is_whole());
        view.zoom(999, 30);
        assert_eq!(view.days(), 993..1000);
    }

    #[test]
    fn panning_stops_at_the_ends() {
        let mut view = View::whole(1000);
        view.show(400, 499);
        view.pan(0.25);
        assert_eq!(view.days(), 425..525);
        view.pan(-9.0);
        assert_eq!(view.days(), 0..100);
        view.pan(90.0);
        assert_eq!(view.days(), 900..1000);
        view.pan(f64::NAN);
        assert_eq!(view.days().len(), 100);
        view.reset();
        assert_eq!(view.days(), 0..1000);
    }

    #[test]
    fn a_series_is_hidden_and_shown_again() {
        let mut view = View::whole(10);
        view.toggle("fleet-band");
        assert!(!view.shows("fleet-band") && view.shows("fleet-mean"));
        view.toggle("fleet-band");
        assert_eq!(view, View::whole(10));
    }
}
