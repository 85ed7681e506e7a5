//! What the page shows of a dataset, in words and in the order in which it shows it.

use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::convert::{JsResult, to_js};
use super::table::{Table, numeric};
use super::tables::{self, Figure, FileView, QUALITY_HEADERS, QualityRow, label};
use super::text;
use crate::document::Document;
use crate::error::Result;
use crate::export::compare::Figures;
use crate::export::snippet::Tool;
use crate::export::{Artifact, Summary, csv, report};
use crate::plan::{Compression, Plan};
use crate::quality::scorecard::{Property, Standing};
use crate::quality::{QualityReport, Verdict};
use crate::run::{Outcome, forecast, to_bytes};

/// Most rows of the preview.
const PREVIEW_ROWS: usize = 100;

/// All that a run gives the page; `rest` is the end of the Parquet file.
pub(super) fn outcome(plan: &Plan, outcome: &Outcome, rest: &[u8], elapsed: f64) -> JsResult {
    let object = js_sys::Object::new();
    let set = |name: &str, value: JsValue| {
        Reflect::set(&object, &name.into(), &value).expect("a plain object takes every property");
    };
    set("view", to_js(&Report::new(plan, outcome, elapsed)?)?);
    set("profile", Uint8Array::from(to_bytes(&outcome.profile)?.as_slice()).into());
    let figures = to_bytes(&Figures::new(&outcome.summary))?;
    set("figures", Uint8Array::from(figures.as_slice()).into());
    set("summaryJson", outcome.summary.to_json().into());
    let report = report::whole(&outcome.summary);
    set("reportText", report.into());
    let Document { before, after } = Document::new(plan, &outcome.summary);
    set("document", Array::of2(&before.into(), &after.into()).into());
    set("configYaml", plan.effective_yaml.as_str().into());
    set("sampleCsv", Uint8Array::from(outcome.sample_csv.as_slice()).into());
    set("lastBytes", Uint8Array::from(rest).into());
    Ok(object.into())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    title: String,
    figures: Vec<Figure>,
    verdict: Verdict,
    verdict_label: &'static str,
    verdict_text: String,
    pace: Option<f64>,
    sha256: String,
    config_sha256: String,
    quality_headers: [&'static str; 6],
    quality: Vec<QualityRow>,
    realism: Option<Table>,
    realism_note: String,
    statistics: Table,
    preview: Table,
    preview_note: String,
    files: Vec<FileView>,
    uploads: Vec<FileView>,
    snippets: Vec<SnippetView>,
    announcement: String,
}

#[derive(Serialize)]
struct SnippetView {
    id: &'static str,
    label: &'static str,
    text: String,
}

impl Report {
    fn new(plan: &Plan, outcome: &Outcome, elapsed: f64) -> Result<Self> {
        let Outcome { summary, sample_csv, .. } = outcome;
        let QualityReport { verdict, checks, realism } = &summary.quality;
        let verdict_text = summary.quality.in_words();
        let preview = preview(sample_csv)?;
        Ok(Self {
            title: plan.file_stem(),
            figures: figures(plan, summary, elapsed),
            verdict: *verdict,
            verdict_label: label(*verdict),
            pace: forecast::pace(plan, elapsed),
            sha256: summary.file.sha256.clone(),
            config_sha256: summary.config_sha256.clone(),
            quality_headers: QUALITY_HEADERS,
            quality: tables::quality(checks),
            realism: (!realism.is_empty()).then(|| scorecard(realism)),
            realism_note: scorecard_note(realism),
            statistics: tables::statistics(
                &summary.statistics,
                plan.output.decimals.map_or(2, |decimals| decimals as usize),
            ),
            preview_note: format!(
                "{} of {}",
                text::count(preview.rows.len() as u64),
                text::counted(summary.rows, "row", "rows")
            ),
            preview,
            files: Artifact::ALL
                .into_iter()
                .filter(|artifact| artifact.is_of(plan))
                .map(|artifact| FileView::new(artifact, plan, outcome))
                .collect(),
            uploads: Artifact::UPLOADED.map(|artifact| FileView::new(artifact, plan, outcome)).into(),
            snippets: Tool::ALL.map(|tool| SnippetView::new(tool, plan)).into(),
            announcement: format!(
                "Done: {} in {}. {verdict_text}.",
                text::counted(summary.rows, "row", "rows"),
                text::seconds(elapsed)
            ),
            verdict_text,
        })
    }
}

fn figures(plan: &Plan, summary: &Summary, elapsed: f64) -> Vec<Figure> {
    let figure = |id, label, value, note| Figure { id, label, value, note };
    let missing: u64 = summary.statistics.iter().map(|metric| metric.missing).sum();
    let values = missing + summary.statistics.iter().map(|metric| metric.count).sum::<u64>();
    let compression = match plan.output.compression {
        Compression::None => "Parquet, not compressed",
        Compression::Snappy => "Parquet, snappy",
    };
    vec![
        figure("rows", "Rows", text::count(summary.rows), format!("{} columns", summary.columns.len())),
        figure("servers", "Servers", text::count(summary.servers), format!("seed {}", summary.seed)),
        figure(
            "days",
            "Days",
            text::count(plan.days() as u64),
            format!("{} to {}", summary.start, summary.end),
        ),
        figure(
            "missing",
            "Missing",
            text::percent(missing as f64 / values as f64),
            text::counted(missing, "value", "values"),
        ),
        figure("size", "File size", text::bytes(summary.file.bytes), compression.to_owned()),
        figure(
            "time",
            "Made in",
            text::seconds(elapsed),
            format!("{} rows/s", text::short(summary.rows as f64 / elapsed.max(1.0) * 1000.0)),
        ),
    ]
}

/// The realism scorecard.
fn scorecard(properties: &[Property]) -> Table {
    let headers = ["Property", "This dataset", "Band", "Noise floor", "Standing", "Source"];
    let row = |property: &Property| {
        let texts = [property.title, property.standing.label(), property.source];
        let [title, standing, source] = texts.map(str::to_owned);
        vec![title, property.shown(), property.band(), property.floor(), standing, source]
    };
    Table {
        headers: headers.map(str::to_owned).into(),
        rows: properties.iter().map(row).collect(),
        numeric: (0..headers.len()).map(|column| column == 1 || column == 3).collect(),
        empty: "none",
    }
}

/// `20 of 20 in their bands, 6 without a band`.
fn scorecard_note(properties: &[Property]) -> String {
    let count = |standing| properties.iter().filter(|property| property.standing == standing).count();
    let (inside, outside) = (count(Standing::Inside), count(Standing::Outside));
    format!("{inside} of {} in their bands, {} not judged", inside + outside, count(Standing::Open))
}

/// The first rows, as they stand in the sample.
fn preview(sample_csv: &[u8]) -> Result<Table> {
    let mut rows = csv::cells(sample_csv, PREVIEW_ROWS + 1)?;
    let headers = rows.remove(0);
    Ok(Table { numeric: numeric(&rows, headers.len()), headers, rows, empty: "null" })
}

impl SnippetView {
    fn new(tool: Tool, plan: &Plan) -> Self {
        Self { id: tool.id(), label: tool.label(), text: tool.snippet(plan) }
    }
}

impl FileView {
    fn new(artifact: Artifact, plan: &Plan, outcome: &Outcome) -> Self {
        let size = match artifact {
            Artifact::Csv => csv_size(plan, &outcome.sample_csv),
            _ => String::new(),
        };
        let (id, label) = names(artifact);
        Self {
            id,
            name: artifact.file_name(plan),
            media_type: artifact.media_type(),
            label,
            title: artifact.label(),
            size,
        }
    }
}

/// A name that never changes, and a short one for people.
fn names(artifact: Artifact) -> (&'static str, &'static str) {
    match artifact {
        Artifact::Parquet => ("parquet", "Parquet"),
        Artifact::SampleCsv => ("sample-csv", "Sample CSV"),
        Artifact::Csv => ("csv", "Full CSV"),
        Artifact::CsvGzip => ("csv-gz", "Full CSV, gzip"),
        Artifact::Summary => ("summary", "Summary"),
        Artifact::Config => ("config", "Configuration"),
        Artifact::Truth => ("truth", "Ground truth"),
        Artifact::Clean => ("clean", "Without defects"),
        Artifact::DailyP95 => ("daily-p95", "Daily P95"),
        Artifact::Report => ("report", "Report"),
        Artifact::Document => ("document", "Report, HTML"),
    }
}

/// About how large the whole CSV is, by the rows of the sample.
fn csv_size(plan: &Plan, sample_csv: &[u8]) -> String {
    let lines = sample_csv.iter().filter(|&&byte| byte == b'\n').count();
    match lines.checked_sub(1) {
        None | Some(0) => String::new(),
        Some(rows) => {
            let header = sample_csv.iter().take_while(|&&byte| byte != b'\n').count();
            let row = (sample_csv.len() - header) as f64 / rows as f64;
            format!("about {}", text::bytes((row * plan.rows() as f64) as u64))
        }
    }
}
