//! What the charts are drawn from, and what all of them ask of it.

use std::ops::Range;

use super::kind::ChartKind;
use super::label::{self, metric_label};
use super::period::WeightedMean;
use super::pinned::Pinned;
use super::scale::extent;
use super::view::View;
use crate::calendar::DayTable;
use crate::plan::{MetricPlan, Plan};
use crate::profile::{Correlations, FleetProfile, GroupMeans, MetricProfile};

/// What the charts show.
#[derive(Clone, Copy, Debug)]
pub struct ChartInput<'a> {
    /// The plan of the dataset.
    pub plan: &'a Plan,
    /// The days of the plan.
    pub days: &'a DayTable,
    /// The profile of the dataset.
    pub profile: &'a FleetProfile,
    /// Index of the metric.
    pub metric: usize,
    /// The series of that metric that [`ChartKind::Server`] shows.
    pub series: Option<ServerSeries<'a>>,
    /// What [`ChartKind::Correlation`] shows.
    pub correlations: Option<&'a Correlations>,
    /// Which days and series are shown.
    pub view: &'a View,
    /// A run that is laid over it.
    pub pinned: Option<Pinned<'a>>,
}

/// One server's series of one metric.
#[derive(Clone, Copy, Debug)]
pub struct ServerSeries<'a> {
    /// The server.
    pub server_id: &'a str,
    /// A value per day, `None` where it is missing or the server is not there.
    pub values: &'a [Option<f64>],
    /// The days on which the server is there.
    pub there: &'a Range<usize>,
    /// Days with an outlier, in order, missing or not.
    pub outliers: &'a [usize],
}

impl<'a> ChartInput<'a> {
    pub(super) fn metric_plan(&self) -> &'a MetricPlan {
        &self.plan.metrics[self.metric]
    }

    pub(super) fn metric_profile(&self) -> &'a MetricProfile {
        &self.profile.metrics[self.metric]
    }

    pub(super) fn unit(&self) -> &str {
        &self.metric_plan().unit
    }

    pub(super) fn clips(&self) -> (f64, f64) {
        (self.metric_plan().min_clip, self.metric_plan().max_clip)
    }

    /// The means by group, where the reader wants them.
    pub(super) fn grouping(&self) -> Option<&'a GroupMeans> {
        let facet = self.view.grouping?;
        self.metric_profile().groups.iter().find(|groups| groups.facet == facet)
    }

    /// The name of a column of [`data`]: `cpu_p95_mean`.
    pub(super) fn column(&self, figure: &str) -> String {
        format!("{}_{figure}", self.metric_plan().name)
    }

    /// The metric's name for people.
    pub(super) fn label(&self) -> String {
        metric_label(&self.metric_plan().name)
    }

    /// The metric's name with its unit.
    pub(super) fn axis_label(&self) -> String {
        label::with_unit(&self.label(), self.unit())
    }

    /// A value with the metric's unit.
    pub(super) fn quantity(&self, value: f64) -> String {
        label::quantity(value, self.unit())
    }

    /// "between 35.1% and 68.2%".
    pub(super) fn between(&self, low: f64, high: f64) -> String {
        match low == high {
            true => format!("always {}", self.quantity(low)),
            false => format!("between {} and {}", self.quantity(low), self.quantity(high)),
        }
    }

    /// The days in view: at least one.
    pub(super) fn window(&self) -> Range<usize> {
        let days = self.view.days();
        let end = days.end.clamp(1, self.days.len());
        days.start.min(end - 1)..end
    }

    /// "1 Jan 2022 to 31 Dec 2025": the days in view.
    pub fn range(&self) -> String {
        let window = self.window();
        let (first, last) = (self.days.dates[window.start], self.days.dates[window.end - 1]);
        match first == last {
            true => label::date(first),
            false => format!("{} to {}", label::date(first), label::date(last)),
        }
    }

    /// All time bins with their days.
    pub(super) fn all_bins(&self) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        self.bins_on(0..self.days.len())
    }

    /// The time bins in view with their days that are.
    pub(super) fn bins(&self) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        self.bins_on(self.window())
    }

    /// The time bins that have some of these days, with those that they have.
    pub(super) fn bins_on(&self, days: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let length = self.profile.days_per_bin.max(1);
        let end = days.end.div_ceil(length).min(self.metric_profile().mean.len());
        let part = move |bin: usize| (bin * length).max(days.start)..((bin + 1) * length).min(days.end);
        (days.start / length..end).map(move |bin| (bin, part(bin))).filter(|(_, days)| !days.is_empty())
    }

    /// The time bin of a day.
    pub(super) fn bin(&self, day: usize) -> usize {
        (day / self.profile.days_per_bin.max(1)).min(self.metric_profile().mean.len().saturating_sub(1))
    }

    /// Mean of all values in these time bins; NaN when there is none.
    pub(super) fn mean_over(&self, bins: impl Iterator<Item = (usize, Range<usize>)>) -> f64 {
        let profile = self.metric_profile();
        let mut mean = WeightedMean::default();
        for (bin, days) in bins {
            mean.add(profile.mean[bin], self.rows(bin, &days) * (1.0 - profile.missing[bin]));
        }
        mean.get()
    }

    /// Share of the values in these time bins that are missing; NaN when there is none.
    pub(super) fn missing_over(&self, bins: impl Iterator<Item = (usize, Range<usize>)>) -> f64 {
        let mut missing = WeightedMean::default();
        for (bin, days) in bins {
            missing.add(self.metric_profile().missing[bin], self.rows(bin, &days));
        }
        missing.get()
    }

    /// What a chart shows of which days, as the title of a picture.
    pub(super) fn heading(&self, kind: ChartKind) -> String {
        let of = match (kind, self.series) {
            (ChartKind::Server, Some(series)) => series.server_id.to_owned(),
            _ => label::plural(u64::from(self.plan.fleet.num_servers), "server"),
        };
        match kind {
            ChartKind::Risk | ChartKind::Correlation => format!("{}: {of}", kind.title()),
            _ => format!("{}: {} of {of}, {}", kind.title(), self.label(), self.range()),
        }
    }

    /// "35.1% to 68.2%".
    pub(super) fn span(&self, low: f64, high: f64) -> String {
        match low.is_finite() && high.is_finite() {
            true => format!("{} to {}", self.quantity(low), self.quantity(high)),
            false => self.quantity(f64::NAN),
        }
    }

    /// "Mon 3 Mar 2025", or the first and the last day of a longer time bin.
    pub(super) fn bin_title(&self, bin: usize) -> String {
        let length = self.profile.days_per_bin.max(1);
        let first = (bin * length).min(self.days.len() - 1);
        let last = (first + length).min(self.days.len()) - 1;
        match first == last {
            true => label::day(self.days.dates[first]),
            false => {
                format!("{} to {}", label::date(self.days.dates[first]), label::date(self.days.dates[last]))
            }
        }
    }

    /// How many servers are there in a time bin, where not all always are.
    pub(super) fn servers_note(&self, bin: usize) -> Option<String> {
        let servers = &self.profile.servers;
        let differ = extent(servers.iter().copied()).is_some_and(|(fewest, most)| fewest < most);
        differ.then(|| format!("{} there", label::plural(servers[bin].round() as u64, "server")))
    }

    /// What the calendar makes special about a day.
    pub(super) fn day_notes(&self, day: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.in_window(day) {
            notes.push("Quarter-end window".to_owned());
        }
        if self.plan.calendar.use_holidays {
            let of_day = self.days.holidays().iter().filter(|(index, _)| *index == day);
            notes.extend(of_day.map(|(_, holiday)| holiday.to_string()));
        }
        notes
    }

    /// How many rows a time bin of these days has.
    pub(super) fn rows(&self, bin: usize, days: &Range<usize>) -> f64 {
        self.profile.servers[bin] * days.len() as f64
    }

    /// Whether the day lies in an end-of-quarter window of the metric.
    pub(super) fn in_window(&self, day: usize) -> bool {
        self.plan.calendar.use_eoq_spikes
            && self.days.month_end_window[day]
            && self.metric_plan().eoq_months[usize::from(self.days.month[day]) - 1]
    }
}
