//! Every server over time, or a band of servers in a large fleet: how busy it is, or how much is missing.
//! Where no server is there, nothing is drawn.

use std::ops::Range;

use plotters::style::RGBColor;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{Key, Swatch};
use super::pen::{Pen, pixel};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, Step, extent};
use super::style::{Palette, blend};
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label, period};
use crate::profile::HeatProfile;

/// What the cells show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Utilisation,
    Gaps,
}

/// Most classes of colours: gaps are few, and mostly none.
fn most_classes(shown: Shown) -> f64 {
    if shown == Shown::Gaps { 6.0 } else { 10.0 }
}

/// Distance of two labels at the left, in CSS pixels.
const APART: f64 = 28.0;

/// Which colour a value has: classes between round numbers.
struct Classes {
    step: Step,
    /// The lower end of the first class, in steps.
    first: f64,
    count: usize,
}

impl Classes {
    fn new(values: impl Iterator<Item = f64>, shown: Shown) -> Self {
        let (lo, hi) = extent(values).unwrap_or((0.0, 0.0));
        let lo = if shown == Shown::Gaps { 0.0 } else { lo };
        let Domain { lo, hi } = Domain::around([lo, hi.max(lo)], (lo, hi.max(lo)));
        let step = Step::fitting(hi - lo, most_classes(shown) - 1.0);
        let first = (lo / step.value()).floor();
        let count = (hi / step.value() - first).ceil().max(1.0);
        Self { step, first, count: count as usize }
    }

    fn of(&self, value: f64) -> usize {
        ((value / self.step.value() - self.first).max(0.0) as usize).min(self.count - 1)
    }

    fn limits(&self, class: usize) -> (f64, f64) {
        let limit = |class: usize| self.step.times(self.first + class as f64);
        (limit(class), limit(class + 1))
    }

    /// The colour of a class; gaps begin with the colour of no gap.
    fn color(&self, class: usize, palette: &Palette, shown: Shown) -> RGBColor {
        let [low, middle, high] = match shown {
            Shown::Utilisation => palette.ramp,
            Shown::Gaps => [palette.ramp[0], palette.event, palette.ink],
        };
        let share = if self.count == 1 { 0.5 } else { class as f64 / (self.count - 1) as f64 };
        if share < 0.5 { blend(low, middle, share * 2.0) } else { blend(middle, high, share * 2.0 - 1.0) }
    }
}

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    classes: Classes,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>, shown: Shown) -> Option<Self> {
        let heat = &input.metric_profile().heat;
        let bands = heat.cells.bands();
        let cells = in_view(input).flat_map(|stretch| (0..bands).map(move |band| (band, stretch)));
        let there = |(band, stretch): &(usize, usize)| there(input, *band, *stretch) > 0.0;
        let cells = cells.filter(there);
        let values: Vec<f64> = cells.map(|(band, stretch)| value(heat, band, stretch, shown)).collect();
        let classes = Classes::new(values.iter().copied(), shown);
        let unit = if shown == Shown::Gaps { "%" } else { input.unit() };
        let class = |class| {
            let (low, high) = classes.limits(class);
            let [low, high] = [low, high].map(|limit| label::number(limit, classes.step.decimals()));
            let text = match unit {
                "" | "%" => format!("{low}\u{2013}{high}{unit}"),
                _ => format!("{low}\u{2013}{high} {unit}"),
            };
            Key::new(Swatch::Cell, classes.color(class, pen.palette, shown), text)
        };
        let mut keys: Vec<Key> = (0..classes.count).map(class).collect();
        if values.iter().any(|value| value.is_nan()) {
            keys.push(Key::new(Swatch::Cell, pen.palette.grid, "No value"));
        }
        let label = match shown {
            Shown::Utilisation => input.axis_label(),
            Shown::Gaps => format!("{}, missing values, %", input.label()),
        };
        let around = Surroundings {
            y_label: &format!("Server number; {label}"),
            keys,
            domain: Domain { lo: 0.0, hi: 1.0 },
            axis_rows: 2,
            columns: Columns::Days(input.window()),
        };
        let labels = labels(heat, pen.css(pen.height) - 60.0);
        Some(Self { frame: Frame::of_rows(pen, around, bands, labels)?, classes })
    }
}

/// The numbers of the first servers of bands that are far enough apart in so many CSS pixels.
fn labels(heat: &HeatProfile, height: f64) -> Vec<(usize, String)> {
    let bands = heat.cells.bands();
    let step = Step::fitting(bands as f64, (height / APART).max(2.0)).value().max(1.0) as usize;
    (0..bands)
        .step_by(step)
        .map(|band| (band, label::count(u64::from(heat.cells.band(band).start) + 1)))
        .collect()
}

/// The stretches of days that have one in view.
fn in_view(input: &ChartInput<'_>) -> Range<usize> {
    let (cells, window) = (input.metric_profile().heat.cells, input.window());
    let stretches = cells.stretches();
    let last = ((window.end - 1) / cells.days_per_stretch).min(stretches - 1);
    (window.start / cells.days_per_stretch).min(last)..last + 1
}

/// What a cell shows: in the metric's unit, or percent of missing values.
fn value(heat: &HeatProfile, band: usize, stretch: usize, shown: Shown) -> f64 {
    let place = band * heat.cells.stretches() + stretch;
    match shown {
        Shown::Utilisation => f64::from(heat.mean[place]),
        Shown::Gaps => f64::from(heat.missing[place]) * 100.0,
    }
}

/// The share of a cell's server-days on which the server is there.
fn there(input: &ChartInput<'_>, band: usize, stretch: usize) -> f64 {
    let stretches = input.metric_profile().heat.cells.stretches();
    f64::from(input.profile.there[band * stretches + stretch])
}

/// The colour of a cell: none but the surface's where no server is there.
fn color(pen: &Pen, classes: &Classes, there: f64, value: f64, shown: Shown) -> RGBColor {
    match value.is_finite() {
        true => classes.color(classes.of(value), pen.palette, shown),
        false if there > 0.0 => pen.palette.grid,
        false => pen.palette.surface,
    }
}

impl Chart for Shown {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let shown = *self;
        let Some(Layout { frame, classes }) = Layout::new(pen, input, shown) else { return };
        let heat = &input.metric_profile().heat;
        let (bands, stretches) = (heat.cells.bands(), in_view(input));
        let edge = |day: usize| pixel(frame.day(day as f64).clamp(frame.left, frame.right));
        let across = std::iter::once(stretches.start)
            .map(|first| edge(heat.cells.stretch(first).start))
            .chain(stretches.clone().map(|stretch| edge(heat.cells.stretch(stretch).end)));
        let down = (0..=bands).map(|row| pixel(frame.y.at((bands - row) as f64)));
        let cells = (0..bands).rev().flat_map(|band| stretches.clone().map(move |stretch| (band, stretch)));
        let color = |(band, stretch)| {
            color(pen, &classes, there(input, band, stretch), value(heat, band, stretch, shown), shown)
        };
        pen.cells(across.collect(), down.collect(), cells.map(color).collect());
        frame.base_line(frame.bottom);
        frame.dates(input.days);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input, *self).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let shown = *self;
        let Layout { frame, classes } = Layout::new(pen, input, shown)?;
        let heat = &input.metric_profile().heat;
        let spot = frame.nearest(spot);
        let stretch = spot.column / heat.cells.days_per_stretch;
        let mut out = frame.read_out(spot, servers(input, heat.cells.band(spot.row)));
        let (there, what) = (there(input, spot.row, stretch), value(heat, spot.row, stretch, shown));
        let color = color(pen, &classes, there, what, shown);
        let (name, text) = match shown {
            _ if there == 0.0 => ("Server", "not there".to_owned()),
            Shown::Utilisation => ("Mean", input.quantity(what)),
            Shown::Gaps => ("Missing", label::quantity(what, "%")),
        };
        out.rows.push(ReadOutRow::new(&Key::new(Swatch::Cell, color, name), text, None));
        if 0.0 < there && there < 1.0 {
            out.notes.push(format!("There on {} of the server-days", label::percent(there)));
        }
        out.notes.push(days(input, heat.cells.stretch(stretch)));
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let shown = *self;
        let heat = &input.metric_profile().heat;
        let cells = heat.cells;
        let bands: Vec<Figures> =
            (0..cells.bands()).map(|band| Figures::new(input, band..band + 1)).collect();
        let figure = |figures: &Figures| match shown {
            Shown::Utilisation => figures.mean,
            Shown::Gaps => figures.missing * 100.0,
        };
        let known = || bands.iter().enumerate().filter(|(_, figures)| figure(figures).is_finite());
        let unit = if shown == Shown::Gaps { "%" } else { input.unit() };
        let what = if shown == Shown::Gaps { "Missing values" } else { "Mean" };
        let subject = format!(
            "{what} of {} by {} and {}, {}",
            input.label(),
            if cells.servers_per_band == 1 {
                "server".to_owned()
            } else {
                label::plural(u64::from(cells.servers_per_band), "server")
            },
            if cells.days_per_stretch == 1 {
                "day".to_owned()
            } else {
                label::plural(cells.days_per_stretch as u64, "day")
            },
            input.range(),
        );
        let by =
            |one: &(usize, &Figures), other: &(usize, &Figures)| figure(one.1).total_cmp(&figure(other.1));
        let (Some(lowest), Some(highest)) = (known().min_by(by), known().rev().max_by(by)) else {
            return match bands.iter().all(|figures| figures.there == 0.0) {
                true => format!("{subject}: no server is there."),
                false => format!("{subject}: every value is missing."),
            };
        };
        let blank = match bands.iter().all(|figures| figures.there == 1.0) {
            true => "",
            false => " Days on which no server is there are blank.",
        };
        let told = |(band, figures): (usize, &Figures)| {
            format!("{} with {}", servers(input, cells.band(band)), label::quantity(figure(figures), unit))
        };
        if cells.bands() == 1 {
            return format!("{subject}: {}.{blank}", told(highest));
        }
        format!("{subject}: most in {}, least in {}.{blank}", told(highest), told(lowest))
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let shown = *self;
        let cells = input.metric_profile().heat.cells;
        let merged = cells.bands().div_ceil(MAX_TABLE_ROWS);
        let row = |first: usize| {
            let bands = first..(first + merged).min(cells.bands());
            let figures = Figures::new(input, bands.clone());
            let servers = servers(input, cells.band(bands.start).start..cells.band(bands.end - 1).end);
            let missing = label::figure(figures.missing * 100.0);
            match shown {
                Shown::Gaps => vec![servers, missing],
                Shown::Utilisation => {
                    let [mean, low, high] = [figures.mean, figures.low, figures.high].map(label::figure);
                    vec![servers, mean, low, high]
                }
            }
        };
        let heading = |name| label::with_unit(name, input.unit());
        let mut headers = vec!["Servers".to_owned()];
        match shown {
            Shown::Gaps => headers.push("Missing, %".to_owned()),
            Shown::Utilisation => {
                headers.extend([heading("Mean"), heading("Lowest cell"), heading("Highest cell")])
            }
        }
        Table { headers, rows: (0..cells.bands()).step_by(merged).map(row).collect() }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let shown = *self;
        let heat = &input.metric_profile().heat;
        let cell = |band: usize, stretch: usize| {
            let (servers, days) = (heat.cells.band(band), heat.cells.stretch(stretch));
            let what = value(heat, band, stretch, shown);
            let what = if shown == Shown::Gaps { what / 100.0 } else { what };
            vec![
                (servers.start + 1).to_string(),
                servers.end.to_string(),
                input.days.dates[days.start].to_string(),
                input.days.dates[days.end - 1].to_string(),
                label::plain(what),
            ]
        };
        let figure = if shown == Shown::Gaps { "missing_share" } else { "mean" };
        let headers = ["first_server", "last_server", "first_date", "last_date"].map(str::to_owned);
        Table {
            headers: headers.into_iter().chain([input.column(figure)]).collect(),
            rows: (0..heat.cells.bands())
                .flat_map(|band| in_view(input).map(move |stretch| (band, stretch)))
                .map(|(band, stretch)| cell(band, stretch))
                .collect(),
        }
    }
}

/// "SRV-0001", or the first and the last server of a band.
fn servers(input: &ChartInput<'_>, band: Range<u32>) -> String {
    let id = |index: u32| input.plan.fleet.server_id(index);
    match band.len() {
        1 => id(band.start),
        _ => format!("{} to {}", id(band.start), id(band.end - 1)),
    }
}

/// "Mon 3 Jan 2022", or the first and the last day of a stretch.
fn days(input: &ChartInput<'_>, stretch: Range<usize>) -> String {
    let dates = &input.days.dates;
    match stretch.len() {
        1 => label::day(dates[stretch.start]),
        _ => format!("{} to {}", label::date(dates[stretch.start]), label::date(dates[stretch.end - 1])),
    }
}

/// The figures of some bands over the stretches in view.
struct Figures {
    mean: f64,
    low: f64,
    high: f64,
    /// Share of the values.
    missing: f64,
    /// Share of the server-days on which the server is there.
    there: f64,
}

impl Figures {
    fn new(input: &ChartInput<'_>, bands: Range<usize>) -> Self {
        let heat = &input.metric_profile().heat;
        let [mut mean, mut missing, mut there] = [period::WeightedMean::default(); 3];
        let mut values = Vec::new();
        for band in bands {
            for stretch in in_view(input) {
                let all = (heat.cells.band(band).len() * heat.cells.stretch(stretch).len()) as f64;
                let of_all = self::there(input, band, stretch);
                let weight = all * of_all;
                let absent = value(heat, band, stretch, Shown::Gaps) / 100.0;
                let one = value(heat, band, stretch, Shown::Utilisation);
                mean.add(one, weight * (1.0 - absent));
                missing.add(absent, weight);
                there.add(of_all, all);
                values.push(one);
            }
        }
        let (low, high) = extent(values).unwrap_or((f64::NAN, f64::NAN));
        Self { mean: mean.get(), low, high, missing: missing.get(), there: there.get() }
    }
}
