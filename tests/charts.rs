//! The charts show what the data say: every mark, label, sentence and table row is checked against
//! made-up data small enough to count by hand, drawn as SVG.
#![cfg(not(target_arch = "wasm32"))]

#[path = "charts/pinned.rs"]
mod pinned;

use std::ops::Range;

use chrono::NaiveDate;
use fleetsynth::calendar::{DayTable, HolidayCalendar};
use fleetsynth::chart::{
    ChartInput, ChartKind, MAX_TABLE_ROWS, Medium, Palette, Pinned, ReadOut, ServerSeries, Setting, Spot,
    Style, Theme, View, csv, describe, draw, file_name, read_out, spot_at, svg, table,
};
use fleetsynth::config::{self, PRESETS};
use fleetsynth::plan::{Granularity, MetricPlan, Plan};
use fleetsynth::profile::{
    Cells, Correlations, Facet, FleetProfile, GroupMeans, HeatProfile, Load, MAX_TIME_BINS, MetricProfile,
    Quarter,
};
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use plotters::style::RGBColor;
use proptest::prelude::*;

/// The charts of one metric that have no rows.
const SIX: [ChartKind; 6] = [
    ChartKind::OverTime,
    ChartKind::Server,
    ChartKind::Distribution,
    ChartKind::Weekly,
    ChartKind::Monthly,
    ChartKind::Missing,
];
const WIDE: (u32, u32) = (1100, 360);
const NARROW: (u32, u32) = (320, 240);
const ACCENT: RGBColor = Palette::LIGHT.accent;
const OUTLIER: RGBColor = Palette::LIGHT.outlier;
const WINDOW: RGBColor = Palette::LIGHT.window;
const EVENT: RGBColor = Palette::LIGHT.event;

/// Everything a chart is drawn from.
struct World {
    plan: Plan,
    days: DayTable,
    profile: FleetProfile,
    values: Vec<Option<f64>>,
    there: Range<usize>,
    outliers: Vec<usize>,
    view: View,
    correlations: Correlations,
}

impl World {
    /// Ten servers with a level of 60 on weekdays and 40 on weekends, 10 either way, without gaps.
    fn new(start: &str, end: &str) -> Self {
        let mut plan = config::plan(PRESETS[0].yaml, &[]).expect("a preset is a valid configuration");
        (plan.start, plan.end) = (date(start), date(end));
        plan.fleet.num_servers = 10;
        plan.calendar.use_holidays = true;
        plan.calendar.use_eoq_spikes = true;
        plan.realism.missing_rate = 0.01;
        plan.quality.max_missing_pct = 5.0;
        plan.metrics = vec![MetricPlan {
            name: "cpu_p95".to_owned(),
            unit: "%".to_owned(),
            min_clip: 0.0,
            max_clip: 100.0,
            eoq_months: std::array::from_fn(|month| (month + 1) % 3 == 0),
            ..plan.metrics[0].clone()
        }];
        let days = DayTable::new(plan.start, plan.end, HolidayCalendar::UsFederal, 7);
        let days_per_bin = days.len().div_ceil(MAX_TIME_BINS);
        let level: Vec<f64> = days.weekend.iter().map(|weekend| if *weekend { 40.0 } else { 60.0 }).collect();
        let mean: Vec<f64> = level.iter().copied().step_by(days_per_bin).collect();
        let mean_bins = mean.len();
        let mut histogram = vec![0; 100];
        (histogram[40], histogram[60]) = (200, 600);
        let metric = MetricProfile {
            p05: mean.iter().map(|mean| mean - 10.0).collect(),
            p95: mean.iter().map(|mean| mean + 10.0).collect(),
            missing: vec![0.0; mean.len()],
            mean,
            histogram,
            weekday_mean: [60.0, 61.0, 60.0, 60.0, 60.0, 40.0, 40.0],
            month_mean: std::array::from_fn(|month| 50.0 + month as f64),
            groups: vec![GroupMeans {
                facet: Facet::Criticality,
                names: ["High", "Low"].map(str::to_owned).into(),
                means: [5.0, -5.0]
                    .map(|more| {
                        level.iter().step_by(days_per_bin).map(|level| (level + more) as f32).collect()
                    })
                    .into(),
                values: [4, 6].map(|servers| vec![servers * days_per_bin as u32; mean_bins]).into(),
            }],
            heat: heat(&plan),
            quarters: [(3, 20.0), (4, 30.0)]
                .map(|(quarter, lift)| Quarter {
                    year: 2021,
                    quarter,
                    means: (0..62).map(|day| 50.0 + if day < 7 { lift } else { 0.0 }).collect(),
                })
                .into(),
            load: Some(Load { total: 800, below_40: 160, above_80: 40, above_90: 8 }),
        };
        Self {
            there: 0..days.len(),
            values: level.into_iter().map(Some).collect(),
            outliers: Vec::new(),
            view: View::whole(days.len()),
            correlations: Correlations { servers: 10, matrix: vec![vec![1.0]] },
            profile: FleetProfile {
                days_per_bin,
                servers: vec![10.0; metric.mean.len()],
                there: vec![1.0; metric.heat.mean.len()],
                metrics: vec![metric],
            },
            plan,
            days,
        }
    }

    fn metric(&mut self) -> &mut MetricProfile {
        &mut self.profile.metrics[0]
    }

    fn input(&self) -> ChartInput<'_> {
        let series = ServerSeries {
            server_id: "SRV-0007",
            values: &self.values,
            there: &self.there,
            outliers: &self.outliers,
        };
        ChartInput {
            plan: &self.plan,
            days: &self.days,
            profile: &self.profile,
            metric: 0,
            series: Some(series),
            correlations: Some(&self.correlations),
            view: &self.view,
            pinned: None,
        }
    }

    fn pinned(&self) -> Pinned<'_> {
        Pinned { plan: &self.plan, days: &self.days, profile: &self.profile }
    }

    fn draw(&self, kind: ChartKind, size: (u32, u32)) -> Svg {
        self.draw_as(kind, size, Style::document(Theme::Light))
    }

    fn draw_as(&self, kind: ChartKind, size: (u32, u32), style: Style) -> Svg {
        Svg::of(kind, &self.input(), size, style)
    }

    fn describe(&self, kind: ChartKind) -> String {
        describe(kind, &self.input())
    }

    fn rows(&self, kind: ChartKind) -> Vec<String> {
        let table = table(kind, &self.input());
        std::iter::once(table.headers).chain(table.rows).map(|row| row.join("|")).collect()
    }
}

/// The first server has 10 and the last one 100; the second one has no value, and the others no gap.
fn heat(plan: &Plan) -> HeatProfile {
    let cells = Cells::new(plan);
    let bands = 0..cells.bands();
    let row = |value: f32| std::iter::repeat_n(value, cells.stretches());
    HeatProfile {
        mean: bands
            .clone()
            .flat_map(|band| row(if band == 1 { f32::NAN } else { band as f32 * 10.0 + 10.0 }))
            .collect(),
        missing: bands.flat_map(|band| row(if band == 1 { 1.0 } else { 0.0 })).collect(),
        cells,
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is no date"))
}

/// A drawn chart, of which elements can be counted: plotters writes one per line.
struct Svg(String);

impl Svg {
    fn of(kind: ChartKind, input: &ChartInput<'_>, size: (u32, u32), style: Style) -> Self {
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            draw(&root, kind, input, &style).expect("an SVG can always be written");
            root.present().expect("an SVG can always be written");
        }
        Self(svg)
    }

    fn elements<'a>(&'a self, tag: &'a str, color: RGBColor) -> impl Iterator<Item = &'a str> {
        let RGBColor(r, g, b) = color;
        let color = format!("\"#{r:02X}{g:02X}{b:02X}\"");
        self.0.lines().filter(move |line| line[1..].starts_with(tag) && line.contains(&color))
    }

    fn count(&self, tag: &str, color: RGBColor) -> usize {
        self.elements(tag, color).count()
    }

    /// All texts in the order in which they were drawn.
    fn texts(&self) -> Vec<&str> {
        let lines: Vec<&str> = self.0.lines().collect();
        lines.windows(2).filter(|pair| pair[0].starts_with("<text")).map(|pair| pair[1]).collect()
    }

    /// The texts from the first to the last one that are given.
    fn texts_between(&self, first: &str, last: &str) -> Vec<&str> {
        let texts = self.texts();
        let place = |text| {
            texts.iter().position(|other| *other == text).unwrap_or_else(|| panic!("{text}: {texts:?}"))
        };
        texts[place(first)..=place(last)].to_vec()
    }

    fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
        let start =
            element.find(&format!(" {name}=\"")).expect("the element has the attribute") + name.len() + 3;
        element[start..].split('"').next().expect("there is a rest")
    }

    fn number(element: &str, name: &str) -> i32 {
        Self::attribute(element, name).parse().expect("plotters draws on whole pixels")
    }

    /// Nothing is drawn outside, and no number was lost on the way.
    fn assert_sound(&self, (width, height): (u32, u32)) {
        assert!(!self.0.contains("NaN") && !self.0.contains("inf"), "{}", self.0);
        let (width, height) = (width as i32, height as i32);
        let inside = |x: i32, y: i32| (-1..=width + 1).contains(&x) && (-1..=height + 1).contains(&y);
        for line in self.0.lines() {
            if line.starts_with("<rect") {
                let [x, y, w, h] = ["x", "y", "width", "height"].map(|name| Self::number(line, name));
                assert!(inside(x, y) && inside(x + w, y + h) && w > 0 && h > 0, "{line}");
            } else if line.starts_with("<poly") {
                for point in Self::attribute(line, "points").split_whitespace() {
                    let (x, y) = point.split_once(',').expect("a point is a pair");
                    assert!(inside(x.parse().expect("a number"), y.parse().expect("a number")), "{line}");
                }
            } else if line.starts_with("<text") {
                assert!(inside(Self::number(line, "x"), Self::number(line, "y")), "{line}");
            }
        }
    }
}

// Names

#[test]
fn charts_have_names_that_lead_back_to_them() {
    let ids = ChartKind::ALL.map(ChartKind::id);
    let expected = [
        "over-time",
        "server",
        "quarters",
        "distribution",
        "weekly",
        "monthly",
        "missing",
        "risk",
        "correlation",
        "heat",
        "gaps",
    ];
    assert_eq!(ids, expected);
    assert_eq!(ids.map(ChartKind::from_id), ChartKind::ALL.map(Some));
    assert_eq!(ChartKind::from_id("pie"), None);
    assert_eq!(ChartKind::ALL.map(ChartKind::title)[0], "Fleet over time");
}

// Axes and legends

#[test]
fn the_time_axis_has_quarters_when_wide_and_years_when_narrow() {
    let world = World::new("2022-01-01", "2025-12-31");
    let wide = world.draw(ChartKind::Server, WIDE);
    for label in ["Jan", "Apr", "Jul", "Oct"] {
        assert_eq!(wide.texts().iter().filter(|text| **text == label).count(), 4, "{label}");
    }
    assert_eq!(wide.texts().iter().filter(|text| **text == "2024").count(), 1);
    // Labels are drawn from right to left.
    assert!(world.draw(ChartKind::Server, NARROW).texts().ends_with(&["2025", "2024", "2023", "2022"]));
}

#[test]
fn the_value_axis_fits_the_data_and_carries_the_unit() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    let svg = world.draw(ChartKind::Server, WIDE);
    assert_eq!(svg.texts()[..2], ["CPU P95, %", "SRV-0007"]);
    assert_eq!(svg.texts_between("40", "60"), ["40", "45", "50", "55", "60"]);

    world.plan.metrics[0].name = "net_in_p95".to_owned();
    world.plan.metrics[0].unit = "Mbps".to_owned();
    assert_eq!(world.draw(ChartKind::Weekly, NARROW).texts()[0], "Net in P95, Mbps");
}

#[test]
fn themes_and_sizes_change_the_look_but_not_the_words() {
    let world = World::new("2022-01-01", "2022-12-31");
    for kind in ChartKind::ALL {
        let light = world.draw(kind, WIDE);
        let dark = world.draw_as(kind, WIDE, Style::document(Theme::Dark));
        assert_ne!(light.0, dark.0);
        assert_eq!(light.texts(), dark.texts());
        assert_eq!(light.count("rect", Palette::LIGHT.surface), 1);
        assert_eq!(dark.count("rect", Palette::DARK.surface), 1);

        let doubled = world.draw_as(kind, (2200, 720), Style { scale: 2.0, ..Style::document(Theme::Light) });
        assert_eq!(doubled.texts(), light.texts(), "twice the pixels show the same chart");
        for (svg, size) in
            [(light, WIDE), (dark, WIDE), (doubled, (2200, 720)), (world.draw(kind, NARROW), NARROW)]
        {
            svg.assert_sound(size);
        }
    }
}

#[test]
fn the_palettes_have_enough_contrast() {
    for palette in [Palette::LIGHT, Palette::DARK] {
        for text in [palette.ink, palette.muted] {
            assert!(contrast(text, palette.surface) >= 4.5, "{text:?}");
        }
        let marks = [palette.accent, palette.outlier, palette.event, palette.pinned];
        for mark in marks.into_iter().chain(palette.groups) {
            assert!(contrast(mark, palette.surface) >= 3.0, "{mark:?}");
        }
    }
}

/// Contrast ratio of WCAG 2.2.
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let luminance = |RGBColor(r, g, b): RGBColor| {
        let [r, g, b] = [r, g, b].map(|channel| linear(f64::from(channel) / 255.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

/// The sRGB curve, with an exponent of 2.4 as 2 + 3/8 + 1/32.
fn linear(channel: f64) -> f64 {
    if channel <= 0.04045 {
        return channel / 12.92;
    }
    let base = (channel + 0.055) / 1.055;
    let eighth = base.sqrt().sqrt().sqrt();
    base * base * eighth * eighth * eighth * eighth.sqrt().sqrt()
}

// Over time

#[test]
fn the_band_and_the_mean_break_where_a_day_has_no_value() {
    let mut world = World::new("2022-01-03", "2022-02-13");
    let whole = world.draw(ChartKind::OverTime, WIDE);
    assert_eq!((whole.count("polyline", ACCENT), whole.count("polygon", ACCENT)), (1, 1));

    for day in [10, 20, 21] {
        let metric = world.metric();
        (metric.mean[day], metric.p05[day], metric.p95[day]) = (f64::NAN, f64::NAN, f64::NAN);
    }
    let broken = world.draw(ChartKind::OverTime, WIDE);
    assert_eq!((broken.count("polyline", ACCENT), broken.count("polygon", ACCENT)), (3, 3));
}

#[test]
fn windows_and_holidays_are_marked_where_they_have_an_effect() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    let holidays = world.days.holiday.iter().filter(|holiday| **holiday).count();
    let marked = world.draw(ChartKind::OverTime, WIDE);
    // Each once more in the legend.
    assert_eq!(marked.count("rect", WINDOW), 4 + 1);
    assert_eq!(marked.count("rect", EVENT), holidays + 1);
    assert!(marked.texts().contains(&"Quarter end") && marked.texts().contains(&"Holiday"));

    world.plan.metrics[0].eoq_months[2] = false;
    assert_eq!(world.draw(ChartKind::OverTime, WIDE).count("rect", WINDOW), 3 + 1);

    world.plan.calendar.use_eoq_spikes = false;
    world.plan.calendar.use_holidays = false;
    let plain = world.draw(ChartKind::OverTime, WIDE);
    assert_eq!((plain.count("rect", WINDOW), plain.count("rect", EVENT)), (0, 0));
    assert!(!plain.texts().contains(&"Quarter end") && !plain.texts().contains(&"Holiday"));
}

#[test]
fn narrow_weeks_get_a_mean_over_whole_weeks() {
    let world = World::new("2022-01-01", "2025-12-31");
    let svg = world.draw(ChartKind::OverTime, WIDE);
    assert!(svg.texts().contains(&"Mean, 7 days"));
    let lines: Vec<&str> = svg.elements("polyline", ACCENT).collect();
    assert_eq!(lines.len(), 2);
    // Five days of 60 and two of 40 are 54.3 in any seven days: a flat line in front.
    let heights = |line| {
        Svg::attribute(line, "points").split_whitespace().map(|point| point.split_once(',').unwrap().1)
    };
    assert!(heights(lines[0]).any(|y| y != heights(lines[0]).next().unwrap()));
    assert!(heights(lines[1]).all(|y| y == heights(lines[1]).next().unwrap()));

    let year = World::new("2022-01-01", "2022-06-30");
    assert!(year.draw(ChartKind::OverTime, WIDE).texts().contains(&"Fleet mean"));
}

// One server

#[test]
fn a_series_is_broken_at_gaps_and_its_outliers_are_ringed() {
    let mut world = World::new("2022-01-03", "2022-04-02");
    for day in [5, 20, 21, 22, 40] {
        world.values[day] = None;
    }
    world.values[30] = Some(90.0);
    world.outliers = vec![12, 22, 30];
    let svg = world.draw(ChartKind::Server, WIDE);
    assert_eq!(svg.count("polyline", ACCENT), 3 + 1, "three gaps make four pieces");
    // A mark and a shade per gap, and the mark in the legend.
    assert_eq!(svg.count("rect", EVENT), 2 * 3 + 1);
    // An outlier in a gap has no value to ring.
    let rings: Vec<&str> = svg.elements("circle", OUTLIER).collect();
    assert_eq!(rings.len(), 2 + 1);
    for ring in &rings[1..] {
        let center = format!("{},{} ", Svg::attribute(ring, "cx"), Svg::attribute(ring, "cy"));
        assert!(svg.elements("polyline", ACCENT).any(|line| line.contains(&center)), "{ring}");
    }
    assert_eq!(svg.texts()[1..4], ["SRV-0007", "2 outliers", "3 gaps"]);
}

#[test]
fn a_single_value_between_gaps_is_a_dot() {
    let mut world = World::new("2022-01-03", "2022-01-09");
    world.values = vec![None, Some(50.0), None, Some(51.0), None, Some(52.0), Some(53.0)];
    let svg = world.draw(ChartKind::Server, WIDE);
    assert_eq!((svg.count("circle", ACCENT), svg.count("polyline", ACCENT)), (2, 1));
}

#[test]
fn no_line_has_more_points_than_its_pixels_can_show() {
    let mut world = World::new("1985-01-01", "2024-12-31");
    for (day, value) in world.values.iter_mut().enumerate() {
        *value = Some((day * 37 % 100) as f64);
    }
    for kind in [ChartKind::Server, ChartKind::OverTime] {
        let svg = world.draw(kind, NARROW);
        let points: usize = svg.elements("polyline", ACCENT).map(|line| line.matches(',').count()).sum();
        assert!((300..=4 * 320).contains(&points), "{points}");
    }
}

// Distribution, weekly, monthly, missing

#[test]
fn the_histogram_has_a_bar_per_bin_and_its_rules_in_the_legend() {
    let world = World::new("2022-01-03", "2022-01-30");
    let svg = world.draw(ChartKind::Distribution, WIDE);
    let bars: Vec<&str> = svg.elements("rect", ACCENT).collect();
    assert_eq!(bars.len(), 2);
    let [low, high] = [0, 1].map(|bar| Svg::number(bars[bar], "height"));
    assert!((high - 3 * low).abs() <= 2, "600 values are three times 200: {low} {high}");
    assert_eq!(svg.texts()[..4], ["Share of values, %", "Mean 54.3%", "P50 60.3%", "P95 60.9%"]);
    assert_eq!(svg.texts().last(), Some(&"CPU P95, %"));
}

#[test]
fn weekday_bars_begin_at_zero_and_those_of_the_weekend_are_hollow() {
    let world = World::new("2022-01-03", "2022-01-30");
    let svg = world.draw(ChartKind::Weekly, WIDE);
    // Per hollow bar, and in the legend, an area and four edges.
    let bars: Vec<&str> = svg.elements("rect", ACCENT).collect();
    assert_eq!(bars.len(), (1 + 5) + 5 + 2 * 5);
    let [monday, saturday] = [6, 11].map(|bar| f64::from(Svg::number(bars[bar], "height")));
    assert!(
        (saturday / monday - 40.0 / 60.0).abs() < 0.01,
        "bars that begin at zero have the ratio of their values"
    );
    assert_eq!(svg.texts()[1..3], ["Weekday", "Weekend"]);
    assert!(svg.texts().contains(&"61.0") && svg.texts().contains(&"Tue"));
}

#[test]
fn months_with_a_window_are_shaded() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    let svg = world.draw(ChartKind::Monthly, WIDE);
    assert_eq!(svg.count("rect", WINDOW), 4 + 1);
    assert_eq!(svg.count("circle", ACCENT), 12 + 1);
    assert!(svg.texts().ends_with(&["Oct", "Nov", "Dec"]));
    assert!(world.draw(ChartKind::Monthly, NARROW).texts().ends_with(&["O", "N", "D"]));

    world.plan.calendar.use_eoq_spikes = false;
    assert_eq!(world.draw(ChartKind::Monthly, WIDE).count("rect", WINDOW), 0);
}

#[test]
fn the_missing_share_stands_against_its_rate_and_the_limit_when_in_view() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    (0..31).for_each(|day| world.metric().missing[day] = 0.02);
    let svg = world.draw(ChartKind::Missing, NARROW);
    assert_eq!(svg.texts()[1..3], ["Missing per week", "Configured 1%"]);
    assert_eq!(svg.count("rect", OUTLIER), 0, "5% is far above");

    (31..40).for_each(|day| world.metric().missing[day] = 0.08);
    let svg = world.draw(ChartKind::Missing, NARROW);
    assert_eq!(svg.texts()[3], "Limit 5%");
    assert_eq!(svg.count("rect", OUTLIER), 1 + 1);
}

// Words

#[test]
fn each_chart_is_told_with_its_figures() {
    let mut world = World::new("2022-03-01", "2022-03-31");
    for day in [4, 10, 11] {
        world.values[day] = None;
    }
    world.values[20] = Some(96.0);
    world.outliers = vec![20];
    (0..31).for_each(|day| world.metric().missing[day] = if day == 3 { 0.31 } else { 0.0 });
    let told = SIX.map(|kind| world.describe(kind));
    let expected = [
        "CPU P95 of 10 servers, 1 Mar 2022 to 31 Mar 2022: mean 54.8%, fleet mean between 40.0% and 60.0%, P5 to \
         P95 of servers between 30.0% and 70.0%. The range has 1 quarter-end window and no holidays.",
        "CPU P95 of SRV-0007, 1 Mar 2022 to 31 Mar 2022: mean 57.0%, values between 40.0% and 96.0%. 3 of 31 values \
         are missing (9.68%), in 2 gaps; 1 outlier.",
        "800 values of CPU P95: the mean is 54.8%, half of them lie below 60.3% (P50) and 95% below 60.9% (P95). \
         Most often they lie between 60.0% and 61.0%, with 75.0% of all values.",
        "Mean CPU P95 by weekday: highest on Tuesday (61.0%), lowest on Saturday (40.0%). The weekend has 66.4% of \
         the level of the other days.",
        "Mean CPU P95 by month: highest in December (61.0%), lowest in January (50.0%). March, June, September and \
         December end with a quarter-end window.",
        "1.00% of the CPU P95 values are missing; the configuration asks for 1%, and the limit is 5%. By day it is \
         highest on 4 Mar 2022, with 31.0%.",
    ];
    assert_eq!(told, expected);
}

#[test]
fn tables_have_the_data_behind_the_chart() {
    let mut world = World::new("2022-02-26", "2022-05-02");
    world.values[1] = None;
    world.outliers = vec![0, 3];
    world.metric().month_mean[3] = f64::NAN;
    assert_eq!(
        world.rows(ChartKind::OverTime)[..3],
        ["Week of|Mean, %|P5, %|P95, %", "26 Feb 2022|40.0|30.0|50.0", "28 Feb 2022|54.3|44.3|64.3"]
    );
    assert_eq!(
        world.rows(ChartKind::Server)[..3],
        [
            "Week of|Mean, %|Lowest, %|Highest, %|Missing|Outliers",
            "26 Feb 2022|40.0|40.0|40.0|1|1",
            "28 Feb 2022|54.3|40.0|60.0|0|1"
        ]
    );
    let distribution = world.rows(ChartKind::Distribution);
    assert_eq!(distribution.len(), 1 + 21);
    assert_eq!(
        [&distribution[0], &distribution[1], &distribution[2]],
        ["From, %|To, %|Values|Share, %", "40.0|41.0|200|25.0", "41.0|42.0|0|0"]
    );
    assert_eq!(world.rows(ChartKind::Weekly)[5..7], ["Friday|60.0|no", "Saturday|40.0|yes"]);
    assert_eq!(world.rows(ChartKind::Monthly)[3..5], ["March|52.0|yes", "April||no"]);
    assert_eq!(world.rows(ChartKind::Missing)[..2], ["Week of|Missing, %", "26 Feb 2022|0"]);
}

#[test]
fn tables_stay_short_for_long_ranges() {
    for (end, heading, first, rows) in [
        ("2022-02-28", "Day", "1 Jan 2022", 59),
        ("2022-12-31", "Week of", "1 Jan 2022", 53),
        ("2025-12-31", "Month", "Jan 2022", 48),
        ("2029-12-31", "Quarter", "Q1 2022", 32),
        ("2061-12-31", "Year", "2022", 40),
        ("2120-12-31", "Years", "2022\u{2013}2023", 50),
    ] {
        let table = table(ChartKind::OverTime, &World::new("2022-01-01", end).input());
        assert_eq!(
            (table.headers[0].as_str(), table.rows[0][0].as_str(), table.rows.len()),
            (heading, first, rows)
        );
    }
}

// Exploring

impl World {
    fn read(&self, kind: ChartKind, column: usize) -> ReadOut {
        let style = Style::canvas(Theme::Light, 1.0);
        read_out(kind, &self.input(), WIDE, &style, Spot { column, row: 0 }).expect("there is room")
    }

    /// The read-out as a sentence.
    fn told(&self, kind: ChartKind, column: usize) -> String {
        self.read(kind, column).sentence()
    }
}

#[test]
fn each_chart_says_what_lies_at_a_place_with_its_unit() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    world.values[183] = None;
    world.values[184] = None;
    world.values[90] = Some(96.5);
    world.outliers = vec![90, 184];
    world.metric().missing[90] = 0.2;
    let years = World::new("2022-01-01", "2025-12-31");
    let smoothed =
        "Tue 4 Jan 2022: Mean, 7 days 54.3%, 1 day 60.0%, P5\u{2013}P95 of servers 50.0% to 70.0%.";
    assert_eq!(years.told(ChartKind::OverTime, 3), smoothed);
    let told = [
        (
            ChartKind::OverTime,
            0,
            "Sat 1 Jan 2022: Fleet mean 40.0%, P5\u{2013}P95 of servers 30.0% to 50.0%; New Year's Day.",
        ),
        (
            ChartKind::OverTime,
            89,
            "Thu 31 Mar 2022: Fleet mean 60.0%, P5\u{2013}P95 of servers 50.0% to 70.0%; Quarter-end window.",
        ),
        (ChartKind::Server, 90, "Fri 1 Apr 2022: SRV-0007 96.5%; Outlier."),
        (ChartKind::Server, 184, "Mon 4 Jul 2022: SRV-0007 missing; Gap of 2 days; Independence Day."),
        (ChartKind::Distribution, 1, "42.0% to 44.0%: Share of values 0%; no values."),
        (ChartKind::Weekly, 1, "Tuesday: Mean 61.0%."),
        (ChartKind::Monthly, 11, "December: Mean 61.0%; Month with a quarter-end window."),
        (ChartKind::Missing, 90, "Week of 28 Mar 2022: Missing per week 2.86%."),
    ];
    for (kind, column, expected) in told {
        assert_eq!(world.told(kind, column), expected);
    }
}

#[test]
fn a_read_out_stands_where_its_mark_is_drawn() {
    let mut world = World::new("2022-01-03", "2022-02-13");
    world.values[20] = Some(75.0);
    world.outliers = vec![20];
    let style = Style::document(Theme::Light);
    let svg = world.draw_as(ChartKind::Server, WIDE, style);
    let ring = svg.elements("circle", OUTLIER).last().expect("the outlier has a ring");
    let out = read_out(ChartKind::Server, &world.input(), WIDE, &style, Spot { column: 20, row: 0 }).unwrap();
    assert_eq!(out.x.round() as i32, Svg::number(ring, "cx"));
    assert_eq!(out.rows[0].y.unwrap().round() as i32, Svg::number(ring, "cy"));
    for kind in ChartKind::ALL {
        let out = read_out(kind, &world.input(), WIDE, &style, Spot { column: 3, row: 0 }).unwrap();
        let spot = spot_at(kind, &world.input(), WIDE, &style, (out.x, out.y.unwrap_or(out.plot.0)));
        assert_eq!(spot, Some(out.spot), "{kind:?}");
        assert_eq!(spot_at(kind, &world.input(), (30, 30), &style, (1.0, 1.0)), None);
    }
}

#[test]
fn charts_over_time_show_the_days_in_view() {
    let mut world = World::new("2022-01-01", "2025-12-31");
    world.values[3] = None;
    world.values[600] = None;
    world.view.show(590, 620);
    for kind in [ChartKind::OverTime, ChartKind::Server] {
        assert!(world.describe(kind).contains("14 Aug 2023 to 13 Sep 2023"), "{}", world.describe(kind));
    }
    let svg = world.draw(ChartKind::Server, WIDE);
    assert!(svg.texts().contains(&"1 gap"));
    // The axis has a label per two days now.
    assert!(svg.texts().contains(&"Aug 2023") && svg.texts().contains(&"Sep 2023"), "{:?}", svg.texts());
    assert_eq!(world.rows(ChartKind::Server).len(), 1 + 31);
    assert_eq!(world.rows(ChartKind::OverTime)[1], "14 Aug 2023|60.0|50.0|70.0");
    assert_eq!(world.rows(ChartKind::Missing).len(), 1 + 31);
    let out = world.read(ChartKind::OverTime, 0);
    assert_eq!((out.spot.column, out.columns), (590, (590, 620)), "the nearest day in view");
    // What has no days along it stays.
    let whole = World::new("2022-01-01", "2025-12-31");
    for kind in ChartKind::ALL.into_iter().filter(|kind| !kind.is_over_time()) {
        assert_eq!(world.draw(kind, WIDE).0, whole.draw(kind, WIDE).0);
    }
}

#[test]
fn hidden_series_are_neither_drawn_nor_told_nor_in_the_way() {
    let mut world = World::new("2022-01-03", "2022-03-31");
    for series in ["fleet-band", "fleet-windows", "fleet-holidays"] {
        world.view.toggle(series);
    }
    let svg = world.draw(ChartKind::OverTime, WIDE);
    assert_eq!(
        [svg.count("polygon", ACCENT), svg.count("rect", WINDOW), svg.count("rect", EVENT)],
        [0, 0, 0]
    );
    assert_eq!(svg.texts()[..2], ["CPU P95, %", "Fleet mean"]);
    assert_eq!(svg.texts_between("40", "60"), ["40", "45", "50", "55", "60"], "the axis fits what is left");
    assert_eq!(world.told(ChartKind::OverTime, 0), "Mon 3 Jan 2022: Fleet mean 60.0%.");

    let mut keys = vec![];
    let mut sink = String::new();
    let root = SVGBackend::with_string(&mut sink, WIDE).into_drawing_area();
    keys.extend(
        draw(&root, ChartKind::OverTime, &world.input(), &Style::canvas(Theme::Light, 1.0)).unwrap().keys,
    );
    let keys: Vec<_> = keys.iter().map(|key| (key.series.as_deref().unwrap(), key.shown)).collect();
    let hidden = [("fleet-band", false), ("fleet-windows", false), ("fleet-holidays", false)];
    assert_eq!(keys[0], ("fleet-mean", true));
    assert_eq!(keys[1..], hidden, "they can be shown again");
}

#[test]
fn a_page_has_the_legend_and_a_lone_picture_the_title() {
    let world = World::new("2022-01-01", "2022-12-31");
    let page = world.draw_as(
        ChartKind::Weekly,
        WIDE,
        Style { medium: Medium::Document, ..Style::canvas(Theme::Light, 1.0) },
    );
    assert!(!page.texts().contains(&"Weekday"));
    let alone = world.draw_as(ChartKind::OverTime, WIDE, Style::document(Theme::Light).alone());
    assert_eq!(alone.texts()[0], "Fleet over time: CPU P95 of 10 servers, 1 Jan 2022 to 31 Dec 2022");
    assert!(alone.texts().contains(&"Fleet mean") || alone.texts().contains(&"Mean, 7 days"));
    alone.assert_sound(WIDE);
    assert_eq!(Style::document(Theme::Light).setting, Setting::Document);
}

#[test]
fn a_picture_says_what_it_is_and_its_data_are_plain_numbers() {
    let mut world = World::new("2022-01-01", "2025-12-31");
    world.plan.metrics[0].unit = "<b>&".to_owned();
    world.values[2] = None;
    world.outliers = vec![1];
    world.view.show(0, 6);
    let svg = svg(ChartKind::Server, &world.input()).unwrap();
    let document = roxmltree::Document::parse(&svg).expect("it is XML");
    let text = |tag| {
        document.descendants().find(|node| node.has_tag_name(tag)).and_then(|node| node.text()).unwrap()
    };
    assert_eq!(
        text(("http://www.w3.org/2000/svg", "title")),
        "One server: CPU P95 of SRV-0007, 1 Jan 2022 to 7 Jan 2022"
    );
    assert!(text(("http://www.w3.org/2000/svg", "desc")).contains("1 of 7 values are missing"));
    assert!(svg.contains("SRV-0007") && svg.contains("1 outlier"), "the legend is in the picture");

    let lines = |kind| {
        let csv = String::from_utf8(csv(kind, &world.input()).unwrap()).unwrap();
        csv.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        lines(ChartKind::Server)[..4],
        [
            "date,server_id,cpu_p95,is_outlier",
            "2022-01-01,SRV-0007,40,false",
            "2022-01-02,SRV-0007,40,true",
            "2022-01-03,SRV-0007,,false"
        ]
    );
    assert_eq!(
        lines(ChartKind::OverTime)[..2],
        ["date,cpu_p95_mean,cpu_p95_p05,cpu_p95_p95,cpu_p95_missing_share", "2022-01-01,40,30,50,0"]
    );
    assert_eq!(lines(ChartKind::OverTime).len(), 1 + 7);
    assert_eq!(lines(ChartKind::Missing).len(), 1 + 7);
    assert_eq!(lines(ChartKind::Distribution)[..2], ["cpu_p95_from,cpu_p95_to,cpu_p95_values", "40,41,200"]);
    assert_eq!(lines(ChartKind::Weekly)[2], "Tuesday,61");
    assert_eq!(lines(ChartKind::Monthly)[12], "December,61");

    let name = |kind| file_name(kind, &world.input(), "svg");
    assert_eq!(name(ChartKind::Server), "fleetsynth_server_SRV-0007_cpu_p95_20220101_to_20220107.svg");
    assert_eq!(name(ChartKind::Weekly), "fleetsynth_weekly_cpu_p95_20220101_to_20251231.svg");
}

#[test]
fn the_fleet_is_shown_by_group_when_the_reader_wants_it() {
    let mut world = World::new("2022-01-01", "2022-06-30");
    world.view.grouping = Some(Facet::Criticality);
    let svg = world.draw(ChartKind::OverTime, WIDE);
    let [high, low] = [0, 1].map(|group| Palette::LIGHT.groups[group]);
    assert_eq!((svg.count("polyline", high), svg.count("polyline", low)), (1, 1));
    assert_eq!(svg.texts()[..3], ["CPU P95, %", "High", "Low"]);
    assert_eq!(world.told(ChartKind::OverTime, 2), "Mon 3 Jan 2022: High 65.0%, Low 55.0%.");
    assert_eq!(
        world.describe(ChartKind::OverTime),
        "CPU P95 by criticality, 1 Jan 2022 to 30 Jun 2022: mean of High 59.3% and Low 49.3%."
    );
    assert_eq!(
        world.rows(ChartKind::OverTime)[..3],
        ["Week of|High, %|Low, %", "1 Jan 2022|45.0|35.0", "3 Jan 2022|59.3|49.3"]
    );
    let csv = String::from_utf8(csv(ChartKind::OverTime, &world.input()).unwrap()).unwrap();
    assert!(csv.starts_with("date,cpu_p95_mean_High,cpu_p95_mean_Low\n2022-01-01,45,35\n"));

    world.view.toggle("criticality-0");
    let svg = world.draw(ChartKind::OverTime, WIDE);
    assert_eq!((svg.count("polyline", high), svg.count("polyline", low)), (0, 1));
    assert_eq!(world.told(ChartKind::OverTime, 2), "Mon 3 Jan 2022: Low 55.0%.");

    world.view.grouping = Some(Facet::Region);
    assert!(world.told(ChartKind::OverTime, 2).contains("Fleet mean"), "there are no means by region");
}

impl World {
    /// The read-out of a cell as a sentence.
    fn told_of_cell(&self, kind: ChartKind, column: usize, row: usize) -> String {
        let style = Style::canvas(Theme::Light, 1.0);
        read_out(kind, &self.input(), WIDE, &style, Spot { column, row }).expect("there is room").sentence()
    }
}

#[test]
fn each_server_has_its_row_in_the_pictures_of_the_fleet() {
    let mut world = World::new("2022-01-01", "2022-03-31");
    let subject = "CPU P95 by server and day, 1 Jan 2022 to 31 Mar 2022";
    assert_eq!(
        world.describe(ChartKind::Heat),
        format!("Mean of {subject}: most in SRV-0010 with 100%, least in SRV-0001 with 10.0%.")
    );
    assert_eq!(
        world.describe(ChartKind::Gaps),
        format!("Missing values of {subject}: most in SRV-0002 with 100%, least in SRV-0001 with 0%.")
    );
    assert_eq!(world.told_of_cell(ChartKind::Heat, 2, 3), "SRV-0004: Mean 40.0%; Mon 3 Jan 2022.");
    assert_eq!(world.told_of_cell(ChartKind::Heat, 2, 1), "SRV-0002: Mean no value; Mon 3 Jan 2022.");
    assert_eq!(world.told_of_cell(ChartKind::Gaps, 2, 1), "SRV-0002: Missing 100%; Mon 3 Jan 2022.");
    assert_eq!(
        world.rows(ChartKind::Heat)[..3],
        ["Servers|Mean, %|Lowest cell, %|Highest cell, %", "SRV-0001|10.0|10.0|10.0", "SRV-0002|||"]
    );
    assert_eq!(world.rows(ChartKind::Gaps)[1..3], ["SRV-0001|0", "SRV-0002|100"]);

    // A row of equal cells is one rectangle, and each colour is in the legend.
    let svg = world.draw(ChartKind::Heat, WIDE);
    assert_eq!(svg.count("rect", Palette::LIGHT.grid), 1 + 1);
    let [_, _, high] = Palette::LIGHT.ramp;
    let most: Vec<&str> = svg.elements("rect", high).collect();
    assert_eq!(most.len(), 1 + 2, "90 and 100 are of one class");
    assert!(Svg::number(most[1], "width") > 1000 && Svg::number(most[1], "height") > 20);
    svg.assert_sound(WIDE);

    // On a canvas the same picture is an image: the last server on top.
    let mut sink = String::new();
    let root = SVGBackend::with_string(&mut sink, WIDE).into_drawing_area();
    let drawn = draw(&root, ChartKind::Heat, &world.input(), &Style::canvas(Theme::Light, 1.0)).unwrap();
    let image = &drawn.images[0];
    assert_eq!(image.rgba[..4], [high.0, high.1, high.2, 255]);
    assert_eq!(image.rgba.len() % (image.width as usize * 4), 0);

    world.view.show(31, 58);
    assert!(world.describe(ChartKind::Heat).contains("1 Feb 2022 to 28 Feb 2022"));
    let csv = String::from_utf8(csv(ChartKind::Gaps, &world.input()).unwrap()).unwrap();
    assert_eq!(csv.lines().count(), 1 + 10 * 28);
    let second = csv.lines().nth(1 + 28).unwrap();
    assert_eq!(second, "2,2,2022-02-01,2022-02-01,1");
}

#[test]
fn quarters_lie_over_each_other_at_their_ends() {
    let world = World::new("2021-07-01", "2021-12-31");
    assert_eq!(
        world.describe(ChartKind::Quarters),
        "CPU P95 on the business days of 2 quarters, laid over each other at their ends: on the last 7 business days \
         the mean is 75.0%, 50.0% more than on the days before."
    );
    let last = "Last business day of the quarter: Mean of 2 quarters 75.0%, Q4 2021 80.0%.";
    assert_eq!(world.told(ChartKind::Quarters, 61), last);
    let first = "62 business days to the end of the quarter: Mean of 2 quarters 50.0%, Q4 2021 50.0%.";
    assert_eq!(world.told(ChartKind::Quarters, 0), first);
    assert_eq!(
        world.rows(ChartKind::Quarters),
        [
            "Quarter|Days before, %|Last 7 business days, %|Lift, %",
            "Q3 2021|50.0|70.0|40.0",
            "Q4 2021|50.0|80.0|60.0"
        ]
    );
    let svg = world.draw(ChartKind::Quarters, WIDE);
    assert_eq!((svg.count("polyline", ACCENT), svg.count("polyline", EVENT)), (2 + 1, 1));
    let window = svg.elements("rect", WINDOW).last().expect("the window is shaded");
    let share = f64::from(Svg::number(window, "width")) / f64::from(WIDE.0 - 50);
    assert!((share - 7.0 / 62.0).abs() < 0.01, "seven of 62 days: {share}");
}

#[test]
fn low_and_high_utilisation_are_shares_of_all_server_days() {
    let world = World::new("2022-01-01", "2022-12-31");
    assert_eq!(
        world.describe(ChartKind::Risk),
        "Of all server-days, of CPU P95 20.0% are under 40%, 5.00% above 80% and 1.00% above 90%."
    );
    assert_eq!(world.rows(ChartKind::Risk)[1], "CPU P95|20.0|75.0|5.00|1.00");
    let svg = world.draw(ChartKind::Risk, WIDE);
    let width = |color| f64::from(Svg::number(svg.elements("rect", color).last().unwrap(), "width"));
    let ratio = width(Palette::LIGHT.ramp[1]) / width(Palette::LIGHT.window);
    assert!((ratio - 75.0 / 4.0).abs() < 0.5, "{ratio}");

    let mut none = World::new("2022-01-01", "2022-12-31");
    none.metric().load = None;
    assert_eq!(none.describe(ChartKind::Risk), "No metric is in percent.");
    assert!(none.draw(ChartKind::Risk, WIDE).texts().contains(&"No metric is in percent"));
}

#[test]
fn the_matrix_has_a_cell_per_pair_of_metrics() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    let memory = MetricPlan { name: "mem_p95".to_owned(), ..world.plan.metrics[0].clone() };
    world.plan.metrics.push(memory);
    world.profile.metrics.push(world.profile.metrics[0].clone());
    world.correlations.matrix = vec![vec![1.0, -0.25], vec![-0.25, 1.0]];
    assert_eq!(
        world.describe(ChartKind::Correlation),
        "Correlation of the metrics, over all rows of 10 servers that are spread over the fleet: strongest between \
         CPU P95 and Memory P95, with -0.25."
    );
    // The first metric is the upper row.
    assert_eq!(
        world.told_of_cell(ChartKind::Correlation, 0, 0),
        "Memory P95 and CPU P95: Correlation -0.25."
    );
    assert_eq!(world.told_of_cell(ChartKind::Correlation, 0, 1), "CPU P95 and CPU P95: Correlation 1.00.");
    assert_eq!(
        world.rows(ChartKind::Correlation),
        ["Metric|CPU|Memory", "CPU|1.00|-0.25", "Memory|-0.25|1.00"]
    );
    let texts = world.draw(ChartKind::Correlation, WIDE);
    assert_eq!(texts.texts().iter().filter(|text| **text == "-0.25").count(), 2);
}

// Edges

/// A name and a change that makes a world an unusual one.
type Edge = (&'static str, fn(&mut World));

const EDGES: [Edge; 6] = [
    ("usual", |_| {}),
    ("constant", |world| {
        let metric = world.metric();
        metric.mean.fill(50.0);
        metric.p05.fill(50.0);
        metric.p95.fill(50.0);
        world.values.fill(Some(50.0));
    }),
    ("zero", |world| {
        let metric = world.metric();
        metric.mean.fill(0.0);
        metric.p05.fill(0.0);
        metric.p95.fill(0.0);
        metric.weekday_mean = [0.0; 7];
        metric.month_mean = [0.0; 12];
        metric.histogram = vec![7; 1];
        world.values.fill(Some(0.0));
    }),
    ("all missing", |world| {
        let metric = world.metric();
        metric.mean.fill(f64::NAN);
        metric.p05.fill(f64::NAN);
        metric.p95.fill(f64::NAN);
        metric.missing.fill(1.0);
        metric.histogram.fill(0);
        metric.weekday_mean = [f64::NAN; 7];
        metric.month_mean = [f64::NAN; 12];
        world.values.fill(None);
    }),
    ("every second day missing", |world| {
        for day in (0..world.metric().mean.len()).step_by(2) {
            let metric = world.metric();
            (metric.mean[day], metric.p05[day], metric.p95[day]) = (f64::NAN, f64::NAN, f64::NAN);
            metric.missing[day] = 1.0;
        }
        world.values.iter_mut().step_by(2).for_each(|value| *value = None);
    }),
    ("all outliers", |world| world.outliers = (0..world.values.len()).collect()),
];

#[test]
fn unusual_data_draw_well() {
    for (start, end) in
        [("2022-03-31", "2022-03-31"), ("2022-01-01", "2025-12-31"), ("1985-01-01", "2024-12-31")]
    {
        for (name, change) in EDGES {
            let mut world = World::new(start, end);
            change(&mut world);
            for kind in ChartKind::ALL {
                for size in [WIDE, (520, 300), NARROW] {
                    world.draw(kind, size).assert_sound(size);
                }
                let told = world.describe(kind);
                assert!(!told.contains("NaN") && told.ends_with('.'), "{name}: {told}");
                let table = table(kind, &world.input());
                assert!(
                    table.rows.len() <= MAX_TABLE_ROWS
                        && table.rows.iter().all(|row| row.len() == table.headers.len())
                );
            }
        }
    }
}

#[test]
fn a_chart_without_values_says_so() {
    let mut world = World::new("2022-01-01", "2022-12-31");
    EDGES[3].1(&mut world);
    for kind in SIX.into_iter().filter(|kind| *kind != ChartKind::Missing) {
        assert!(world.draw(kind, WIDE).texts().contains(&"Every value is missing"), "{kind:?}");
        assert!(world.describe(kind).ends_with("every value is missing."), "{kind:?}");
    }
    assert!(world.describe(ChartKind::Missing).starts_with("100% of the CPU P95 values are missing"));

    let input = ChartInput { series: None, ..world.input() };
    assert_eq!(describe(ChartKind::Server, &input), "No server is selected.");
    assert!(table(ChartKind::Server, &input).rows.is_empty());
    let svg = Svg::of(ChartKind::Server, &input, WIDE, Style::document(Theme::Light));
    assert!(svg.texts().contains(&"No server is selected"));
}

#[test]
fn an_area_without_room_stays_empty() {
    let world = World::new("2022-01-01", "2022-12-31");
    for size in [(1, 1), (40, 40), (60, 400), (400, 50)] {
        for kind in ChartKind::ALL {
            world.draw(kind, size);
        }
    }
    assert_eq!(world.draw(ChartKind::Weekly, (40, 40)).0.matches("<rect").count(), 1);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -100.0..1000.0, 1 => Just(f64::NAN), 1 => Just(0.0), 1 => any::<f64>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_profile_draws_well(
        start in 0..80_000_i64,
        length in prop_oneof![1..40_i64, 300..3000_i64, 8000..20_000_i64],
        numbers in prop::collection::vec(number(), 1..200),
        counts in prop::collection::vec(0..1_000_000_u64, 1..300),
        clips in (-1e6..1e6, 1e-6..1e9),
        missing in 0.0..=1.0,
        (width, height) in (1_u32..2400, 1_u32..900),
        scale in 0.5..3.0,
        dark in any::<bool>(),
        look in (0..20_000_usize, 0..20_000_usize),
        hides in any::<bool>(),
    ) {
        let start = date("1971-01-01") + chrono::Days::new(start as u64);
        let end = (start + chrono::Days::new(length as u64 - 1)).min(date("2199-12-31"));
        let mut world = World::new(&start.to_string(), &end.to_string());
        let mut next = numbers.iter().copied().cycle();
        let metric = world.metric();
        for bin in 0..metric.mean.len() {
            let [mean, p05, p95] = [0; 3].map(|_| next.next().expect("a cycle has no end"));
            (metric.mean[bin], metric.p05[bin], metric.p95[bin]) = (mean, p05, p95);
            metric.missing[bin] = missing;
        }
        metric.histogram = counts;
        metric.weekday_mean = [0; 7].map(|_| next.next().expect("a cycle has no end"));
        metric.month_mean = [0; 12].map(|_| next.next().expect("a cycle has no end"));
        world.values.iter_mut().for_each(|value| *value = next.next().filter(|value| value.is_finite()));
        world.outliers = (0..world.values.len()).step_by(5).collect();
        world.view.show(look.0, look.1);
        if hides {
            for series in ["fleet-mean", "fleet-band", "server-line", "missing-share"] {
                world.view.toggle(series);
            }
        }
        world.plan.metrics[0].min_clip = clips.0;
        world.plan.metrics[0].max_clip = clips.0 + clips.1;
        let theme = if dark { Theme::Dark } else { Theme::Light };
        for kind in ChartKind::ALL {
            let style = Style { scale, ..Style::document(theme) };
            world.draw_as(kind, (width, height), style).assert_sound((width, height));
            let spot = spot_at(kind, &world.input(), (width, height), &style, (f64::from(width) / 2.0, 0.0));
            if let Some(out) = spot.and_then(|spot| read_out(kind, &world.input(), (width, height), &style, spot)) {
                prop_assert!(!out.sentence().contains("NaN") && !out.sentence().contains("inf"), "{:?}", out);
                prop_assert!((0.0..=f64::from(width)).contains(&out.x), "{:?}", out);
            }
            let told = world.describe(kind);
            prop_assert!(!told.contains("NaN") && !told.contains("inf"), "{}", told);
            let table = table(kind, &world.input());
            prop_assert!(table.rows.len() <= MAX_TABLE_ROWS);
            prop_assert!(table.rows.iter().flatten().all(|cell| !cell.contains("NaN") && !cell.contains("inf")));
        }
    }
}

// Servers that are there for a part of the range

#[test]
fn a_server_that_is_not_there_has_no_gap_then() {
    let mut world = World::new("2022-01-03", "2022-04-02");
    world.there = 10..50;
    (0..90).filter(|day| !(10..50).contains(day)).for_each(|day| world.values[day] = None);
    (world.values[20], world.values[21]) = (None, None);
    let svg = world.draw(ChartKind::Server, WIDE);
    assert_eq!(svg.count("polyline", ACCENT), 2, "one gap makes two pieces");
    assert!(svg.texts().contains(&"1 gap"));
    assert_eq!(
        world.describe(ChartKind::Server),
        "CPU P95 of SRV-0007, 13 Jan 2022 to 21 Feb 2022: mean 54.2%, values between 40.0% and 60.0%. \
         2 of 40 values are missing (5.00%), in 1 gap; no outliers."
    );
    assert_eq!(world.told(ChartKind::Server, 9), "Wed 12 Jan 2022: SRV-0007 not there.");
    assert_eq!(world.told(ChartKind::Server, 20), "Sun 23 Jan 2022: SRV-0007 missing; Gap of 2 days.");
    assert_eq!(world.told(ChartKind::Server, 10), "Thu 13 Jan 2022: SRV-0007 60.0%.");
    let csv = String::from_utf8(csv(ChartKind::Server, &world.input()).unwrap()).unwrap();
    assert_eq!(csv.lines().count(), 1 + 40, "the dataset has no other rows");
    assert!(csv.lines().nth(1).unwrap().starts_with("2022-01-13,SRV-0007,60"));

    world.view.show(60, 80);
    let subject = "CPU P95 of SRV-0007, 4 Mar 2022 to 24 Mar 2022";
    assert_eq!(world.describe(ChartKind::Server), format!("{subject}: the server is not there."));
    assert!(world.draw(ChartKind::Server, WIDE).texts().contains(&"The server is not there on these days"));
    assert!(world.rows(ChartKind::Server).iter().skip(1).all(|row| row.ends_with("||||0|0")));
}

#[test]
fn cells_of_servers_that_are_not_there_are_blank() {
    let mut world = World::new("2022-01-01", "2022-03-31");
    // The fourth server comes on the third day, and is never seen to be missing before.
    for day in 0..2 {
        world.profile.there[3 * 90 + day] = 0.0;
        let metric = world.metric();
        (metric.heat.mean[3 * 90 + day], metric.heat.missing[3 * 90 + day]) = (f32::NAN, f32::NAN);
    }
    world.profile.there[3 * 90 + 2] = 0.5;
    assert_eq!(world.told_of_cell(ChartKind::Heat, 1, 3), "SRV-0004: Server not there; Sun 2 Jan 2022.");
    assert_eq!(world.told_of_cell(ChartKind::Gaps, 1, 3), "SRV-0004: Server not there; Sun 2 Jan 2022.");
    assert_eq!(
        world.told_of_cell(ChartKind::Heat, 2, 3),
        "SRV-0004: Mean 40.0%; There on 50.0% of the server-days; Mon 3 Jan 2022."
    );
    for kind in [ChartKind::Heat, ChartKind::Gaps] {
        assert!(world.describe(kind).ends_with(" Days on which no server is there are blank."));
    }
    // A row of nine days in which the whole range is, and the day that is blank.
    let svg = world.draw(ChartKind::Gaps, WIDE);
    let surface = Palette::LIGHT.surface;
    let before = World::new("2022-01-01", "2022-03-31").draw(ChartKind::Gaps, WIDE);
    assert_eq!(svg.count("rect", surface), before.count("rect", surface) + 1);
    assert_eq!(svg.count("rect", Palette::LIGHT.grid), before.count("rect", Palette::LIGHT.grid));
    assert!(!svg.texts().contains(&"No value"), "who is not there is no missing value");

    world.profile.there.fill(0.0);
    world.metric().heat.mean.fill(f32::NAN);
    assert!(world.describe(ChartKind::Heat).ends_with(": no server is there."));
}

#[test]
fn the_fleet_says_how_many_servers_are_there() {
    let mut world = World::new("2022-01-03", "2022-04-02");
    assert!(!world.told(ChartKind::OverTime, 20).contains("there"));
    world.profile.servers[20] = 8.0;
    assert!(world.told(ChartKind::OverTime, 20).ends_with("; 8 servers there."));
    assert!(world.describe(ChartKind::OverTime).contains("10 servers (8 to 10 at a time)"));
    world.view.show(30, 60);
    assert!(!world.describe(ChartKind::OverTime).contains("at a time"), "these days have all of them");
}

#[test]
fn the_mean_of_a_group_is_that_of_its_values() {
    let mut world = World::new("2022-01-03", "2022-01-07");
    let groups = &mut world.metric().groups[0];
    (groups.means[0], groups.values[0]) = (vec![10.0, 20.0, 20.0, 20.0, 20.0], vec![12, 1, 1, 1, 1]);
    world.view.grouping = Some(Facet::Criticality);
    assert_eq!(
        world.describe(ChartKind::OverTime),
        "CPU P95 by criticality, 3 Jan 2022 to 7 Jan 2022: mean of Low 55.0% and High 12.5%."
    );
}

#[test]
fn hours_are_called_so() {
    let mut world = World::new("2022-01-03", "2022-04-02");
    assert!(world.describe(ChartKind::Risk).starts_with("Of all server-days, of CPU P95"));
    world.plan.granularity = Granularity::Hourly;
    assert!(world.describe(ChartKind::Risk).starts_with("Of all server-hours, of CPU P95"));
    assert!(world.draw(ChartKind::Risk, WIDE).texts().contains(&"Share of server-hours, %"));
    assert!(world.told(ChartKind::OverTime, 0).contains(", P5\u{2013}P95 of server-hours 50.0% to 70.0%"));
    assert!(
        world.describe(ChartKind::OverTime).contains(", P5 to P95 of server-hours between 30.0% and 70.0%.")
    );
    // A time bin of several days has several rows of each server, too.
    let decades = World::new("1985-01-01", "2024-12-31");
    assert!(decades.draw(ChartKind::OverTime, WIDE).texts().contains(&"P5\u{2013}P95 of server-days"));
}
