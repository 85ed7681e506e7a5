//! What a reader has chosen to see: the days in view, and the series that are hidden.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::profile::Facet;

/// Fewest days in view: a week, whose rhythm is the finest there is.
pub(super) const FEWEST_DAYS: usize = 7;

/// The days in view, which all charts over time share, and the hidden series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    total: usize,
    shown: Range<usize>,
    hidden: BTreeSet<String>,
    /// What the servers of the fleet over time are grouped by.
    pub grouping: Option<Facet>,
}

/// One end of the days in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The first day.
    First,
    /// The last day.
    Last,
}

impl View {
    /// All of so many days, at least one; nothing is hidden.
    pub fn whole(total: usize) -> Self {
        Self { total: total.max(1), shown: 0..total.max(1), hidden: BTreeSet::new(), grouping: None }
    }

    /// All days, however many there are; nothing is hidden.
    pub(super) fn everything() -> &'static Self {
        static EVERYTHING: View =
            View { total: usize::MAX, shown: 0..usize::MAX, hidden: BTreeSet::new(), grouping: None };
        &EVERYTHING
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

    /// Brings two thirds of the days in view for each step, or one and a half times as many for each step
    /// below zero; `day` stays where it is.
    pub fn zoom(&mut self, day: usize, steps: i32) {
        let factor = (0..steps.unsigned_abs()).fold(1.0, |factor, _| factor * 1.5);
        let length = self.shown.len() as f64 * if steps > 0 { 1.0 / factor } else { factor };
        let length = (length.round() as usize).clamp(self.fewest(), self.total);
        let share = (day as f64 + 0.5 - self.shown.start as f64) / self.shown.len() as f64;
        let share = share.clamp(0.0, 1.0);
        self.place(day as f64 + 0.5 - share * length as f64, length);
    }

    /// Moves the view by quarters of its length; to earlier days when there are less than none.
    pub fn pan(&mut self, quarters: i32) {
        let length = self.shown.len();
        self.place(self.shown.start as f64 + f64::from(quarters) * length as f64 / 4.0, length);
    }

    /// Moves the view by so many days; to earlier ones when that is below zero.
    pub fn pan_days(&mut self, days: i32) {
        self.place(self.shown.start as f64 + f64::from(days), self.shown.len());
    }

    /// Lets the days in view begin at a share of all days.
    pub fn move_to(&mut self, share: f64) {
        self.place(share * self.total as f64, self.shown.len());
    }

    /// Brings what lies between two shares of all days into view, in any order.
    pub fn brush(&mut self, one: f64, other: f64) {
        let day = |share: f64| (share.clamp(0.0, 1.0) * self.total as f64) as usize;
        self.show(day(one), day(other));
    }

    /// Moves the view, by as little as is needed, so that the day is in it.
    pub fn reveal(&mut self, day: usize) {
        let (day, length) = (day.min(self.total - 1), self.shown.len());
        if !self.shown.contains(&day) {
            let first = if day < self.shown.start { day } else { day + 1 - length };
            self.place(first as f64, length);
        }
    }

    /// The first day in view and the day after the last one, as shares of all days.
    pub fn shares(&self) -> (f64, f64) {
        let share = |day: usize| day as f64 / self.total as f64;
        (share(self.shown.start), share(self.shown.end))
    }

    /// Moves one end of the view to a share of all days.
    pub fn drag(&mut self, edge: Edge, share: f64) {
        let day = (share.clamp(0.0, 1.0) * self.total as f64).round() as usize;
        let Range { start, end } = self.shown;
        self.shown = match edge {
            Edge::First => day.min(end - self.fewest())..end,
            Edge::Last => start..day.max(start + self.fewest()),
        };
    }

    /// Moves one end of the view by so many hundredths of all days, one day at least; to earlier days
    /// when that is below zero.
    pub fn nudge(&mut self, edge: Edge, steps: i32) {
        let (first, last) = self.shares();
        let step = (0.01_f64).max(1.0 / self.total as f64) * f64::from(steps);
        match edge {
            Edge::First => self.drag(edge, first + step),
            Edge::Last => self.drag(edge, last + step),
        }
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
        assert_eq!(view.days(), 83..750, "a quarter of the way from the left, before and after");
        view.zoom(250, 1);
        assert_eq!(view.days(), 139..584);
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
        view.pan(1);
        assert_eq!(view.days(), 425..525);
        view.pan_days(-30);
        assert_eq!(view.days(), 395..495);
        view.pan(-90);
        assert_eq!(view.days(), 0..100);
        view.pan(90);
        assert_eq!(view.days(), 900..1000);
        view.move_to(0.25);
        assert_eq!(view.days(), 250..350);
        view.move_to(f64::NAN);
        assert_eq!(view.days(), 0..100);
        view.brush(0.5, 0.25);
        assert_eq!(view.days(), 250..501);
        view.reset();
        assert_eq!(view.days(), 0..1000);
    }

    #[test]
    fn a_day_is_revealed_by_the_smallest_move() {
        let mut view = View::whole(1000);
        view.show(400, 499);
        for (day, days) in [(450, 400..500), (399, 399..499), (500, 401..501), (5000, 900..1000)] {
            view.reveal(day);
            assert_eq!(view.days(), days);
        }
    }

    #[test]
    fn each_end_moves_alone_and_never_past_the_other() {
        let mut view = View::whole(200);
        view.drag(Edge::First, 0.25);
        view.drag(Edge::Last, 0.75);
        assert_eq!((view.days(), view.shares()), (50..150, (0.25, 0.75)));
        view.nudge(Edge::First, -5);
        view.nudge(Edge::Last, 1);
        assert_eq!(view.days(), 40..152);
        view.drag(Edge::First, 2.0);
        assert_eq!(view.days(), 145..152);
        view.drag(Edge::Last, -1.0);
        assert_eq!(view.days(), 145..152);
        view.nudge(Edge::Last, 900);
        assert_eq!(view.days(), 145..200);
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
