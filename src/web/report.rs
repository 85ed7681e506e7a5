//! The report on the page: charts, and the servers to choose from.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::canvas::{LegendEntry, area, theme};
use super::convert::{JsResult, to_js};
use super::metrics::metrics;
use super::source::{Made, Source};
use super::table::{Table, numeric};
use crate::calendar::DayTable;
use crate::chart::{self, ChartInput, ChartKind, Image, Key, Pinned, ServerSeries, Style, View};
use crate::config;
use crate::dataset::{Generator, Series};
use crate::error::{Error, ErrorKind};
use crate::fleet::{Life, Server};
use crate::ingest::FileFleet;
use crate::plan::{Attribute, Plan};
use crate::profile::FleetProfile;
use crate::run::from_bytes;

/// What the charts of one dataset are drawn from.
#[wasm_bindgen]
pub struct Report {
    pub(super) source: Source,
    /// The series that was asked for last, with its server and metric.
    series: RefCell<Option<(u32, usize, Series)>>,
    /// The days in view and the hidden series.
    pub(super) view: RefCell<View>,
    /// The run that the charts lay over this one.
    pinned: Option<PinnedRun>,
}

/// What is kept of a pinned run.
struct PinnedRun {
    plan: Plan,
    days: DayTable,
    profile: FleetProfile,
}

/// Puts an image where it belongs.
fn put(canvas: &HtmlCanvasElement, image: &Image) -> JsResult<()> {
    let refused = |_| Error::new(ErrorKind::Io, "The browser does not take an image for the canvas.");
    let context = canvas.get_context("2d").map_err(refused)?;
    let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return Ok(());
    };
    let data = ImageData::new_with_u8_clamped_array(Clamped(&image.rgba), image.width).map_err(refused)?;
    let (x, y) = image.corner;
    context.put_image_data(&data, f64::from(x), f64::from(y)).map_err(refused)?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServerInfo {
    id: String,
    about: String,
    is_first: bool,
    is_last: bool,
}

#[wasm_bindgen]
impl Report {
    /// The report on the dataset of a configuration, with the profile that its run gave.
    #[wasm_bindgen(constructor)]
    pub fn new(yaml: &str, profile: &[u8]) -> JsResult<Report> {
        let generator = Generator::new(Arc::new(config::plan(yaml, &[])?));
        let (profile, correlations) = (from_bytes(profile)?, OnceCell::new());
        Ok(Self::of(Source::Run(Box::new(Made { generator, profile, correlations }))))
    }

    /// The report on a file, of what was gathered while it was checked.
    #[wasm_bindgen(js_name = ofFile)]
    pub fn of_file(charts: &[u8]) -> JsResult<Report> {
        Ok(Self::of(Source::File(Box::new(FileFleet::from_bytes(charts)?))))
    }

    /// Lays the run of a configuration over this one, by the profile that it gave. One with the same
    /// data is not laid over it.
    pub fn pin(&mut self, yaml: &str, profile: &[u8]) -> JsResult<()> {
        let plan = config::plan(yaml, &[])?;
        self.pinned = match plan.canonical_sha256 == self.source.plan().canonical_sha256 {
            true => None,
            false => Some(PinnedRun { days: plan.day_table(), plan, profile: from_bytes(profile)? }),
        };
        Ok(())
    }

    /// Lays no other run over this one.
    pub fn unpin(&mut self) {
        self.pinned = None;
    }

    /// The metrics.
    #[wasm_bindgen(unchecked_return_type = "MetricInfo[]")]
    pub fn metrics(&self) -> JsResult {
        metrics(self.source.plan())
    }

    /// Draws a chart over the whole canvas, which has `scale` pixels per CSS pixel, and gives its legend.
    #[wasm_bindgen(unchecked_return_type = "LegendEntry[]")]
    pub fn draw(
        &self,
        canvas: HtmlCanvasElement,
        chart: &str,
        metric: usize,
        server: u32,
        dark: bool,
        scale: f64,
    ) -> JsResult {
        let style = Style::canvas(theme(dark), scale);
        let keys = self.draw_on(canvas, chart, metric, server, &style)?;
        to_js(&LegendEntry::all(keys))
    }

    /// A chart's content in a sentence or two.
    pub fn describe(&self, chart: &str, metric: usize, server: u32) -> JsResult<String> {
        self.with_input(chart, metric, server, chart::describe)
    }

    /// A chart's data.
    #[wasm_bindgen(unchecked_return_type = "Table")]
    pub fn table(&self, chart: &str, metric: usize, server: u32) -> JsResult {
        let chart::Table { headers, rows } = self.with_input(chart, metric, server, chart::table)?;
        to_js(&Table { numeric: numeric(&rows, headers.len()), headers, rows, empty: "none" })
    }

    /// A server by its 0-based position.
    #[wasm_bindgen(unchecked_return_type = "ServerInfo")]
    pub fn server(&self, index: u32) -> JsResult {
        let server = self.source.server(index);
        to_js(&ServerInfo {
            about: self.about(&server).join(" · "),
            id: server.id,
            is_first: index == 0,
            is_last: index + 1 >= self.source.servers(),
        })
    }

    /// The position of the server that a text names, by its id or by its number.
    #[wasm_bindgen(js_name = findServer)]
    pub fn find_server(&self, text: &str) -> Option<u32> {
        self.source.find(text)
    }

    /// What to say when no server is found.
    #[wasm_bindgen(js_name = noServer)]
    pub fn no_server(&self, text: &str) -> String {
        self.source.nobody(text)
    }

    /// The position itself, or the last one when the fleet ends before it.
    #[wasm_bindgen(js_name = nearestServer)]
    pub fn nearest_server(&self, index: u32) -> u32 {
        index.min(self.source.servers() - 1)
    }

    /// Ids of servers that fit what a text says.
    #[wasm_bindgen(js_name = suggestServers)]
    pub fn suggest_servers(&self, text: &str) -> Vec<String> {
        self.source.suggest(text)
    }
}

impl PinnedRun {
    fn input(&self) -> Pinned<'_> {
        Pinned { plan: &self.plan, days: &self.days, profile: &self.profile }
    }
}

impl Report {
    fn of(source: Source) -> Self {
        let view = RefCell::new(View::whole(source.days().len()));
        Self { source, series: RefCell::default(), view, pinned: None }
    }

    /// What there is to say of a server: its attributes, and the turns of its life.
    fn about(&self, server: &Server) -> Vec<String> {
        let (plan, days) = (self.source.plan(), self.source.days());
        let value = |attribute: Attribute, value: usize| {
            // A file may lack the column.
            plan.fleet.values(attribute).get(value).map(|(name, _)| name.clone())
        };
        let attributes = Attribute::ALL.into_iter();
        let mut about: Vec<String> = attributes
            .filter_map(|attribute| value(attribute, server.attributes[attribute as usize]))
            .collect();
        let day = |day: usize| days.dates[day];
        let Life { days: there, resize, migration } = &server.life;
        about.extend((there.start > 0).then(|| format!("from {}", day(there.start))));
        about.extend((there.end < days.len()).then(|| format!("until {}", day(there.end - 1))));
        about.extend(resize.map(|(from, ratio)| format!("{ratio} times the capacity from {}", day(from))));
        let moved = migration.and_then(|(from, to)| Some((day(from), value(Attribute::Region, to)?)));
        about.extend(moved.map(|(from, region)| format!("in {region} from {from}")));
        about
    }

    /// Draws a chart over the whole canvas, and gives its legend.
    pub(super) fn draw_on(
        &self,
        canvas: HtmlCanvasElement,
        chart: &str,
        metric: usize,
        server: u32,
        style: &Style,
    ) -> JsResult<Vec<Key>> {
        let root = area(canvas.clone())?;
        let drawn =
            self.with_input(chart, metric, server, |kind, input| chart::draw(&root, kind, input, style))??;
        for image in drawn.images {
            put(&canvas, &image)?;
        }
        Ok(drawn.keys)
    }

    /// Calls with a chart and its input.
    pub(super) fn with_input<T>(
        &self,
        chart: &str,
        metric: usize,
        server: u32,
        call: impl FnOnce(ChartKind, &ChartInput<'_>) -> T,
    ) -> JsResult<T> {
        let plan = self.source.plan();
        let kind = ChartKind::from_id(chart)
            .filter(|_| metric < plan.metrics.len() && server < self.source.servers())
            .ok_or_else(|| Error::new(ErrorKind::Internal, "There is no such chart, metric or server."))?;
        let mut kept = self.series.borrow_mut();
        let (_, _, series) = match kept.take() {
            Some(last) if (last.0, last.1) == (server, metric) => kept.insert(last),
            _ => kept.insert((server, metric, self.source.series(server, metric))),
        };
        let series = ServerSeries {
            server_id: &series.server_id,
            values: &series.values,
            there: &series.steps,
            outliers: &series.outliers,
        };
        let input = ChartInput {
            plan,
            days: self.source.days(),
            profile: self.source.profile(),
            metric,
            series: Some(series),
            correlations: (kind == ChartKind::Correlation).then(|| self.source.correlations()),
            view: &self.view.borrow(),
            pinned: self.pinned.as_ref().map(PinnedRun::input),
        };
        Ok(call(kind, &input))
    }
}
