//! The charts: drawn on any plotters backend, told as a sentence, and as the table behind them.
//!
//! They are drawn from the profile, whose size does not depend on the number of servers, and no
//! chart draws more points than its pixels can show.

mod curve;
mod dates;
mod distribution;
mod frame;
mod label;
mod legend;
mod missing;
mod monthly;
mod over_time;
mod pen;
mod period;
mod scale;
mod server;
mod style;
mod weekly;

use std::ops::Range;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;

pub use label::metric_label;
pub use style::{Medium, Palette, Style, Theme};

use crate::calendar::DayTable;
use crate::error::Result;
use crate::plan::{MetricPlan, Plan};
use crate::profile::{FleetProfile, MetricProfile};
use pen::Pen;

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Mean of the fleet over time, with the band of most servers.
    OverTime,
    /// One server's series with its gaps and outliers.
    Server,
    /// How often values occur.
    Distribution,
    /// Mean of each weekday.
    Weekly,
    /// Mean of each month.
    Monthly,
    /// Share of missing values over time.
    Missing,
}

impl ChartKind {
    /// All charts, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::OverTime, Self::Server, Self::Distribution, Self::Weekly, Self::Monthly, Self::Missing];

    /// A name that never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::OverTime => "over-time",
            Self::Server => "server",
            Self::Distribution => "distribution",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Missing => "missing",
        }
    }

    /// The chart with that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The heading for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::OverTime => "Fleet over time",
            Self::Server => "One server",
            Self::Distribution => "Distribution",
            Self::Weekly => "Weekly profile",
            Self::Monthly => "Monthly profile",
            Self::Missing => "Missing values",
        }
    }
}

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

/// The data behind a chart, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the columns are.
    pub headers: Vec<String>,
    /// The cells; an empty one has no value.
    pub rows: Vec<Vec<String>>,
}

/// Draws a chart over all of `root`. An area too small for it is left with its surface only.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    kind: ChartKind,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<()> {
    let pen = Pen::new(root, *style);
    pen.clear()?;
    match kind {
        ChartKind::OverTime => over_time::draw(&pen, input),
        ChartKind::Server => server::draw(&pen, input),
        ChartKind::Distribution => distribution::draw(&pen, input),
        ChartKind::Weekly => weekly::draw(&pen, input),
        ChartKind::Monthly => monthly::draw(&pen, input),
        ChartKind::Missing => missing::draw(&pen, input),
    }
}

/// Says what a chart shows, with its figures, in a sentence or two.
pub fn describe(kind: ChartKind, input: &ChartInput<'_>) -> String {
    match kind {
        ChartKind::OverTime => over_time::describe(input),
        ChartKind::Server => server::describe(input),
        ChartKind::Distribution => distribution::describe(input),
        ChartKind::Weekly => weekly::describe(input),
        ChartKind::Monthly => monthly::describe(input),
        ChartKind::Missing => missing::describe(input),
    }
}

/// The data behind a chart, in at most [`MAX_TABLE_ROWS`] rows.
pub fn table(kind: ChartKind, input: &ChartInput<'_>) -> Table {
    match kind {
        ChartKind::OverTime => over_time::table(input),
        ChartKind::Server => server::table(input),
        ChartKind::Distribution => distribution::table(input),
        ChartKind::Weekly => weekly::table(input),
        ChartKind::Monthly => monthly::table(input),
        ChartKind::Missing => missing::table(input),
    }
}

/// Most rows of a [`Table`].
pub const MAX_TABLE_ROWS: usize = 60;

impl ChartInput<'_> {
    fn metric_plan(&self) -> &MetricPlan {
        &self.plan.metrics[self.metric]
    }

    fn metric_profile(&self) -> &MetricProfile {
        &self.profile.metrics[self.metric]
    }

    fn unit(&self) -> &str {
        &self.metric_plan().unit
    }

    fn clips(&self) -> (f64, f64) {
        (self.metric_plan().min_clip, self.metric_plan().max_clip)
    }

    /// The metric's name for people.
    fn label(&self) -> String {
        metric_label(&self.metric_plan().name)
    }

    /// The metric's name with its unit.
    fn axis_label(&self) -> String {
        label::with_unit(&self.label(), self.unit())
    }

    /// A value with the metric's unit.
    fn quantity(&self, value: f64) -> String {
        label::quantity(value, self.unit())
    }

    /// "between 35.1% and 68.2%".
    fn between(&self, low: f64, high: f64) -> String {
        match low == high {
            true => format!("always {}", self.quantity(low)),
            false => format!("between {} and {}", self.quantity(low), self.quantity(high)),
        }
    }

    /// "1 Jan 2022 to 31 Dec 2025".
    fn range(&self) -> String {
        let (first, last) = (self.days.dates[0], self.days.dates[self.days.len() - 1]);
        match first == last {
            true => label::date(first),
            false => format!("{} to {}", label::date(first), label::date(last)),
        }
    }

    /// The time bins with their days.
    fn bins(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let (length, days) = (self.profile.days_per_bin.max(1), self.days.len());
        let bins = self.metric_profile().mean.len().min(days.div_ceil(length));
        (0..bins).map(move |bin| (bin, bin * length..((bin + 1) * length).min(days)))
    }

    /// Mean of all values; NaN when there is none.
    fn overall_mean(&self) -> f64 {
        let profile = self.metric_profile();
        let mut mean = period::WeightedMean::default();
        for (bin, days) in self.bins() {
            mean.add(profile.mean[bin], self.rows(bin, &days) * (1.0 - profile.missing[bin]));
        }
        mean.get()
    }

    /// How many rows a time bin of these days has.
    fn rows(&self, bin: usize, days: &Range<usize>) -> f64 {
        self.profile.servers[bin] * days.len() as f64
    }

    /// Whether the day lies in an end-of-quarter window of the metric.
    fn in_window(&self, day: usize) -> bool {
        self.plan.calendar.use_eoq_spikes
            && self.days.month_end_window[day]
            && self.metric_plan().eoq_months[usize::from(self.days.month[day]) - 1]
    }
}
