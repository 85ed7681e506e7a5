//! Exploring the charts: what they say of a place, and which days are in view.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

use super::canvas::{area, css, theme};
use super::convert::{JsResult, to_js};
use super::report::Report;
use crate::chart::{self, ChartKind, Edge, Spot, Style};
use crate::profile::Facet;

#[derive(Serialize)]
struct Grouping {
    name: &'static str,
    label: &'static str,
}

#[derive(Serialize)]
struct SpotView {
    column: usize,
    row: usize,
}

#[derive(Serialize)]
struct ReadOutView {
    spot: SpotView,
    first: usize,
    last: usize,
    x: f64,
    y: Option<f64>,
    top: f64,
    bottom: f64,
    left: f64,
    right: f64,
    title: String,
    rows: Vec<RowView>,
    notes: Vec<String>,
    sentence: String,
}

#[derive(Serialize)]
struct RowView {
    swatch: &'static str,
    color: String,
    name: String,
    value: String,
    y: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DaysInView {
    from: f64,
    to: f64,
    is_whole: bool,
    text: String,
    first: String,
    last: String,
}

#[wasm_bindgen]
impl Report {
    /// What lies at a position in a chart of this size, all in CSS pixels.
    #[wasm_bindgen(js_name = spotAt, unchecked_return_type = "Spot | null")]
    #[expect(
        clippy::too_many_arguments,
        reason = "plain numbers cross the boundary without an object to take apart"
    )]
    pub fn spot_at(
        &self,
        chart: &str,
        metric: usize,
        server: u32,
        width: u32,
        height: u32,
        x: f64,
        y: f64,
    ) -> JsResult {
        let spot = self.with_input(chart, metric, server, |kind, input| {
            chart::spot_at(kind, input, (width, height), &Style::canvas(theme(false), 1.0), (x, y))
        })?;
        to_js(&spot.map(|Spot { column, row }| SpotView { column, row }))
    }

    /// What a chart of this size says of a place, or of the nearest one in view.
    #[wasm_bindgen(js_name = readOut, unchecked_return_type = "ReadOut | null")]
    #[expect(
        clippy::too_many_arguments,
        reason = "plain numbers cross the boundary without an object to take apart"
    )]
    pub fn read_out(
        &self,
        chart: &str,
        metric: usize,
        server: u32,
        width: u32,
        height: u32,
        dark: bool,
        column: usize,
        row: usize,
    ) -> JsResult {
        let style = Style::canvas(theme(dark), 1.0);
        let out = self.with_input(chart, metric, server, |kind, input| {
            chart::read_out(kind, input, (width, height), &style, Spot { column, row })
        })?;
        to_js(&out.map(ReadOutView::new))
    }

    /// Width and height of a chart's picture in CSS pixels.
    #[wasm_bindgen(js_name = pictureSize, unchecked_return_type = "[number, number]")]
    pub fn picture_size(&self, chart: &str) -> JsResult {
        to_js(&self.with_input(chart, 0, 0, |kind, _| chart::size(kind))?)
    }

    /// Draws a chart's picture, with title and legend, over a canvas with `scale` pixels per CSS pixel.
    #[wasm_bindgen(js_name = drawPicture)]
    pub fn draw_picture(
        &self,
        canvas: HtmlCanvasElement,
        chart: &str,
        metric: usize,
        server: u32,
        scale: f64,
    ) -> JsResult<()> {
        let style = Style::canvas(theme(false), scale).alone();
        self.draw_on(canvas, chart, metric, server, &style)?;
        Ok(())
    }

    /// A chart's picture as an SVG document.
    pub fn svg(&self, chart: &str, metric: usize, server: u32) -> JsResult<String> {
        Ok(self.with_input(chart, metric, server, chart::svg)??)
    }

    /// What a chart shows as CSV.
    pub fn csv(&self, chart: &str, metric: usize, server: u32) -> JsResult<Vec<u8>> {
        Ok(self.with_input(chart, metric, server, chart::csv)??)
    }

    /// A name for a chart's file.
    #[wasm_bindgen(js_name = chartFile)]
    pub fn chart_file(&self, chart: &str, metric: usize, server: u32, extension: &str) -> JsResult<String> {
        self.with_input(chart, metric, server, |kind, input| chart::file_name(kind, input, extension))
    }

    /// The days in view.
    #[wasm_bindgen(js_name = daysInView, unchecked_return_type = "DaysInView")]
    pub fn days_in_view(&self) -> JsResult {
        let (from, to) = self.view.borrow().shares();
        let text = self.with_input(ChartKind::OverTime.id(), 0, 0, |_, input| input.range())?;
        let days = self.view.borrow().days();
        let date = |day: usize| chart::day_label(self.source.days().dates[day]);
        to_js(&DaysInView {
            from,
            to,
            is_whole: self.view.borrow().is_whole(),
            text,
            first: date(days.start),
            last: date(days.end - 1),
        })
    }

    /// Draws the whole range, to choose the days in view from.
    #[wasm_bindgen(js_name = drawOverview)]
    pub fn draw_overview(
        &self,
        canvas: HtmlCanvasElement,
        metric: usize,
        dark: bool,
        scale: f64,
    ) -> JsResult<()> {
        let root = area(canvas)?;
        Ok(self.with_input(ChartKind::OverTime.id(), metric, 0, |_, input| {
            chart::draw_overview(&root, input, &Style::canvas(theme(dark), scale))
        })??)
    }

    /// Brings the days from one to the other into view.
    #[wasm_bindgen(js_name = showDays)]
    pub fn show_days(&self, one: usize, other: usize) {
        self.view.borrow_mut().show(one, other);
    }

    /// Zooms in around a day by so many steps, out when they are below zero; without a day around the middle.
    pub fn zoom(&self, day: Option<usize>, steps: i32) {
        let mut view = self.view.borrow_mut();
        let days = view.days();
        view.zoom(day.unwrap_or((days.start + days.end) / 2), steps);
    }

    /// Moves the view by quarters of its length.
    pub fn pan(&self, quarters: i32) {
        self.view.borrow_mut().pan(quarters);
    }

    /// Moves the view by so many days.
    #[wasm_bindgen(js_name = panDays)]
    pub fn pan_days(&self, days: i32) {
        self.view.borrow_mut().pan_days(days);
    }

    /// Lets the days in view begin at a share of all days.
    #[wasm_bindgen(js_name = moveTo)]
    pub fn move_to(&self, share: f64) {
        self.view.borrow_mut().move_to(share);
    }

    /// Brings what lies between two shares of all days into view.
    pub fn brush(&self, one: f64, other: f64) {
        self.view.borrow_mut().brush(one, other);
    }

    /// Moves the view so that a day is in it.
    pub fn reveal(&self, day: usize) {
        self.view.borrow_mut().reveal(day);
    }

    /// Moves the first or the last day in view to a share of all days.
    #[wasm_bindgen(js_name = dragEdge)]
    pub fn drag_edge(&self, last: bool, share: f64) {
        self.view.borrow_mut().drag(if last { Edge::Last } else { Edge::First }, share);
    }

    /// Moves the first or the last day in view by so many small steps.
    #[wasm_bindgen(js_name = nudgeEdge)]
    pub fn nudge_edge(&self, last: bool, steps: i32) {
        self.view.borrow_mut().nudge(if last { Edge::Last } else { Edge::First }, steps);
    }

    /// Brings all days into view.
    #[wasm_bindgen(js_name = showAllDays)]
    pub fn show_all_days(&self) {
        self.view.borrow_mut().reset();
    }

    /// What the servers of the fleet over time can be grouped by; nothing at first.
    #[wasm_bindgen(unchecked_return_type = "MetricInfo[]")]
    pub fn groupings(&self) -> JsResult {
        let whole = Grouping { name: "", label: "Whole fleet" };
        let facets = Facet::of_plan(self.source.plan()).into_iter();
        let facets = facets.map(|facet| Grouping { name: facet.name(), label: facet.title() });
        to_js(&std::iter::once(whole).chain(facets).collect::<Vec<_>>())
    }

    /// Groups the servers of the fleet over time by what has this name.
    #[wasm_bindgen(js_name = groupBy)]
    pub fn group_by(&self, name: &str) {
        self.view.borrow_mut().grouping = Facet::from_name(name);
    }

    /// Hides a series that is shown, or shows one that is hidden.
    #[wasm_bindgen(js_name = toggleSeries)]
    pub fn toggle_series(&self, series: &str) {
        self.view.borrow_mut().toggle(series);
    }
}

impl ReadOutView {
    fn new(out: chart::ReadOut) -> Self {
        let sentence = out.sentence();
        let row = |row: chart::ReadOutRow| RowView {
            swatch: row.swatch.id(),
            color: css(row.color),
            name: row.name,
            value: row.value,
            y: row.y,
        };
        Self {
            spot: SpotView { column: out.spot.column, row: out.spot.row },
            first: out.columns.0,
            last: out.columns.1,
            x: out.x,
            y: out.y,
            top: out.plot.0,
            bottom: out.plot.1,
            left: out.sides.0,
            right: out.sides.1,
            title: out.title,
            rows: out.rows.into_iter().map(row).collect(),
            notes: out.notes,
            sentence,
        }
    }
}
