//! The charts: drawn on any plotters backend, told as a sentence, and as the table behind them.
//!
//! They are drawn from the profile, whose size does not depend on the number of servers, and no
//! chart draws more points than its pixels can show.

mod curve;
mod dates;
mod distribution;
mod frame;
mod grouped;
mod heat;
mod label;
mod legend;
mod mark;
mod matrix;
mod missing;
mod monthly;
mod over_time;
mod overview;
mod pen;
mod period;
mod picture;
mod quarters;
mod read_out;
mod risk;
mod scale;
mod server;
mod style;
mod view;
mod weekly;

use std::ops::Range;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;

pub use label::{day as day_label, metric_label};
pub use legend::{Key, Swatch};
pub use mark::Image;
pub use picture::{csv, file_name, size, svg};
pub use read_out::{ReadOut, ReadOutRow, Spot};
pub use style::{Medium, Palette, Setting, Style, Theme};
pub use view::{Edge, View};

use crate::calendar::DayTable;
use crate::error::Result;
use crate::plan::{MetricPlan, Plan};
use crate::profile::{Correlations, FleetProfile, GroupMeans, MetricProfile};
use frame::Frame;
use heat::Shown;
use mark::Mark;
use pen::Pen;
use scale::extent;

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
    /// Each quarter's business days, laid over each other at the quarter's end.
    Quarters,
    /// Share of server-days, or server-hours, with low and high utilisation.
    Risk,
    /// How the metrics move together.
    Correlation,
    /// Utilisation of each server over time.
    Heat,
    /// Missing values of each server over time.
    Gaps,
}

impl ChartKind {
    /// All charts, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::OverTime,
        Self::Server,
        Self::Quarters,
        Self::Distribution,
        Self::Weekly,
        Self::Monthly,
        Self::Missing,
        Self::Risk,
        Self::Correlation,
        Self::Heat,
        Self::Gaps,
    ];

    /// A name that never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::OverTime => "over-time",
            Self::Server => "server",
            Self::Distribution => "distribution",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Missing => "missing",
            Self::Quarters => "quarters",
            Self::Risk => "risk",
            Self::Correlation => "correlation",
            Self::Heat => "heat",
            Self::Gaps => "gaps",
        }
    }

    /// The chart with that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Whether it is as wide as two others.
    pub fn is_wide(self) -> bool {
        matches!(self, Self::OverTime | Self::Server | Self::Quarters)
    }

    /// Whether days lie along the chart, of which it shows those in view.
    pub fn is_over_time(self) -> bool {
        matches!(self, Self::OverTime | Self::Server | Self::Missing | Self::Heat | Self::Gaps)
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
            Self::Quarters => "Quarter ends",
            Self::Risk => "Low and high utilisation",
            Self::Correlation => "Correlation of the metrics",
            Self::Heat => "Utilisation of each server",
            Self::Gaps => "Gaps of each server",
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
    /// What [`ChartKind::Correlation`] shows.
    pub correlations: Option<&'a Correlations>,
    /// Which days and series are shown.
    pub view: &'a View,
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

/// What is left to be done when a chart is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// The legend.
    pub keys: Vec<Key>,
    /// On a canvas: images to be put where they belong.
    pub images: Vec<Image>,
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
) -> Result<Drawn> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    if style.setting == Setting::Alone {
        pen.heading(&input.heading(kind));
    }
    match kind {
        ChartKind::OverTime => over_time::draw(&pen, input),
        ChartKind::Server => server::draw(&pen, input),
        ChartKind::Distribution => distribution::draw(&pen, input),
        ChartKind::Weekly => weekly::draw(&pen, input),
        ChartKind::Monthly => monthly::draw(&pen, input),
        ChartKind::Missing => missing::draw(&pen, input),
        ChartKind::Quarters => quarters::draw(&pen, input),
        ChartKind::Risk => risk::draw(&pen, input),
        ChartKind::Correlation => matrix::draw(&pen, input),
        ChartKind::Heat => heat::draw(&pen, input, Shown::Utilisation),
        ChartKind::Gaps => heat::draw(&pen, input, Shown::Gaps),
    }
    let (marks, keys) = pen.finish();
    let mut images = Vec::new();
    for mark in marks {
        match (mark, style.medium) {
            (Mark::Cells { across, down, colors }, Medium::Canvas) => {
                images.extend(Image::of_cells(&across, &down, &colors));
            }
            (mark, _) => mark.draw(root, style)?,
        }
    }
    Ok(Drawn { keys, images })
}

/// Draws [`ChartKind::OverTime`] of the whole fleet, and gives its legend: what a page needs to show this
/// chart first, without bringing in the others.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw_fleet<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<Vec<Key>> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    over_time::draw_fleet(&pen, input);
    let (marks, keys) = pen.finish();
    marks.into_iter().try_for_each(|mark| mark.draw(root, style))?;
    Ok(keys)
}

/// Says what [`draw_fleet`] shows.
pub fn describe_fleet(input: &ChartInput<'_>) -> String {
    over_time::describe_fleet(input)
}

/// Draws the fleet's mean over all days from edge to edge of `root`, to choose the days in view from.
///
/// # Errors
/// When the backend fails to draw.
pub fn draw_overview<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    input: &ChartInput<'_>,
    style: &Style,
) -> Result<()> {
    let pen = Pen::new(root.dim_in_pixel(), *style);
    pen.clear();
    let whole = View::whole(input.days.len());
    overview::draw(&pen, &ChartInput { view: &whole, ..*input });
    let (marks, _) = pen.finish();
    marks.into_iter().try_for_each(|mark| mark.draw(root, style))
}

/// What lies at a position in a chart that covers `size` device pixels, or nearest to it; `None` when
/// nothing is drawn.
pub fn spot_at(
    kind: ChartKind,
    input: &ChartInput<'_>,
    size: (u32, u32),
    style: &Style,
    at: (f64, f64),
) -> Option<Spot> {
    let pen = Pen::new(size, *style);
    Some(frame_of(kind, &pen, input)?.spot(at))
}

/// What a chart says of a spot: of the nearest one that is in view. `None` when nothing is drawn.
pub fn read_out(
    kind: ChartKind,
    input: &ChartInput<'_>,
    size: (u32, u32),
    style: &Style,
    spot: Spot,
) -> Option<ReadOut> {
    let pen = Pen::new(size, *style);
    match kind {
        ChartKind::OverTime => over_time::read_out(&pen, input, spot),
        ChartKind::Server => server::read_out(&pen, input, spot),
        ChartKind::Distribution => distribution::read_out(&pen, input, spot),
        ChartKind::Weekly => weekly::read_out(&pen, input, spot),
        ChartKind::Monthly => monthly::read_out(&pen, input, spot),
        ChartKind::Missing => missing::read_out(&pen, input, spot),
        ChartKind::Quarters => quarters::read_out(&pen, input, spot),
        ChartKind::Risk => risk::read_out(&pen, input, spot),
        ChartKind::Correlation => matrix::read_out(&pen, input, spot),
        ChartKind::Heat => heat::read_out(&pen, input, spot, Shown::Utilisation),
        ChartKind::Gaps => heat::read_out(&pen, input, spot, Shown::Gaps),
    }
}

/// The frame that a chart is drawn in.
fn frame_of<'p>(kind: ChartKind, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
    match kind {
        ChartKind::OverTime => over_time::frame(pen, input),
        ChartKind::Server => server::frame(pen, input),
        ChartKind::Distribution => distribution::frame(pen, input),
        ChartKind::Weekly => weekly::frame(pen, input),
        ChartKind::Monthly => monthly::frame(pen, input),
        ChartKind::Missing => missing::frame(pen, input),
        ChartKind::Quarters => quarters::frame(pen, input),
        ChartKind::Risk => risk::frame(pen, input),
        ChartKind::Correlation => matrix::frame(pen, input),
        ChartKind::Heat => heat::frame(pen, input, Shown::Utilisation),
        ChartKind::Gaps => heat::frame(pen, input, Shown::Gaps),
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
        ChartKind::Quarters => quarters::describe(input),
        ChartKind::Risk => risk::describe(input),
        ChartKind::Correlation => matrix::describe(input),
        ChartKind::Heat => heat::describe(input, Shown::Utilisation),
        ChartKind::Gaps => heat::describe(input, Shown::Gaps),
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
        ChartKind::Quarters => quarters::table(input),
        ChartKind::Risk => risk::table(input),
        ChartKind::Correlation => matrix::table(input),
        ChartKind::Heat => heat::table(input, Shown::Utilisation),
        ChartKind::Gaps => heat::table(input, Shown::Gaps),
    }
}

/// All that a chart shows, for programs: plain numbers, ISO dates, every day in view.
pub fn data(kind: ChartKind, input: &ChartInput<'_>) -> Table {
    match kind {
        ChartKind::OverTime => over_time::data(input),
        ChartKind::Server => server::data(input),
        ChartKind::Distribution => distribution::data(input),
        ChartKind::Weekly => weekly::data(input),
        ChartKind::Monthly => monthly::data(input),
        ChartKind::Missing => missing::data(input),
        ChartKind::Quarters => quarters::data(input),
        ChartKind::Risk => risk::data(input),
        ChartKind::Correlation => matrix::data(input),
        ChartKind::Heat => heat::data(input, Shown::Utilisation),
        ChartKind::Gaps => heat::data(input, Shown::Gaps),
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

    /// The means by group, where the reader wants them.
    fn grouping(&self) -> Option<&GroupMeans> {
        let facet = self.view.grouping?;
        self.metric_profile().groups.iter().find(|groups| groups.facet == facet)
    }

    /// The name of a column of [`data`]: `cpu_p95_mean`.
    fn column(&self, figure: &str) -> String {
        format!("{}_{figure}", self.metric_plan().name)
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

    /// The days in view: at least one.
    fn window(&self) -> Range<usize> {
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
    fn all_bins(&self) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let (length, days) = (self.profile.days_per_bin.max(1), self.days.len());
        let bins = self.metric_profile().mean.len().min(days.div_ceil(length));
        (0..bins).map(move |bin| (bin, bin * length..((bin + 1) * length).min(days)))
    }

    /// The time bins in view with their days that are.
    fn bins(&self) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let window = self.window();
        let in_view = move |(bin, days): (usize, Range<usize>)| {
            let days = days.start.max(window.start)..days.end.min(window.end);
            (!days.is_empty()).then_some((bin, days))
        };
        self.all_bins().filter_map(in_view)
    }

    /// The time bin of a day.
    fn bin(&self, day: usize) -> usize {
        (day / self.profile.days_per_bin.max(1)).min(self.metric_profile().mean.len().saturating_sub(1))
    }

    /// Mean of all values in these time bins; NaN when there is none.
    fn mean_over(&self, bins: impl Iterator<Item = (usize, Range<usize>)>) -> f64 {
        let profile = self.metric_profile();
        let mut mean = period::WeightedMean::default();
        for (bin, days) in bins {
            mean.add(profile.mean[bin], self.rows(bin, &days) * (1.0 - profile.missing[bin]));
        }
        mean.get()
    }

    /// What a chart shows of which days, as the title of a picture.
    fn heading(&self, kind: ChartKind) -> String {
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
    fn span(&self, low: f64, high: f64) -> String {
        match low.is_finite() && high.is_finite() {
            true => format!("{} to {}", self.quantity(low), self.quantity(high)),
            false => self.quantity(f64::NAN),
        }
    }

    /// "Mon 3 Mar 2025", or the first and the last day of a longer time bin.
    fn bin_title(&self, bin: usize) -> String {
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
    fn servers_note(&self, bin: usize) -> Option<String> {
        let servers = &self.profile.servers;
        let differ = extent(servers.iter().copied()).is_some_and(|(fewest, most)| fewest < most);
        differ.then(|| format!("{} there", label::plural(servers[bin].round() as u64, "server")))
    }

    /// What the calendar makes special about a day.
    fn day_notes(&self, day: usize) -> Vec<String> {
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
