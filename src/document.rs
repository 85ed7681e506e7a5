//! The report as one HTML file: charts as SVG, checks, statistics, configuration and fingerprints. It asks for
//! nothing from anywhere and runs nothing, so it can be attached to a mail and read in years; it prints well.

mod file;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::PROGRAM;
use crate::calendar::DayTable;
use crate::chart::{self, ChartInput, ChartKind, View, metric_label};
use crate::dataset::Generator;
use crate::error::Result;
use crate::export::Summary;
use crate::export::report::{checks, realism, statistics};
use crate::plan::Plan;
use crate::profile::{Correlations, FleetProfile};
use crate::quality::{QualityReport, Verdict};
use crate::wording::{bytes, counted, grouped};

pub use file::of_file;

/// The file's own rules, for the screen and for paper.
const STYLE: &str = include_str!("document.css");
/// Nothing is loaded, run or sent, whoever opens it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Charts of each metric.
const OF_METRIC: [ChartKind; 5] = [
    ChartKind::OverTime,
    ChartKind::Quarters,
    ChartKind::Distribution,
    ChartKind::Weekly,
    ChartKind::Monthly,
];
/// Charts of the whole fleet.
const OF_FLEET: [ChartKind; 2] = [ChartKind::Risk, ChartKind::Correlation];

/// The file without its charts, which may be put in one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What comes before the charts.
    pub before: String,
    /// What comes after them.
    pub after: String,
}

impl Document {
    /// The report on a dataset.
    pub fn new(plan: &Plan, summary: &Summary) -> Self {
        let charts = html! { section { h2 { "Charts" } div class="charts" { (SPLIT) } } };
        let text = page(&plan.file_stem(), &head(plan, summary), &html! { (charts) (rest(plan, summary)) });
        let (before, after) = text.split_once(SPLIT.0).unwrap_or((&text, ""));
        Self { before: before.to_owned(), after: after.to_owned() }
    }
}

/// A file from its title, its head and all that follows.
fn page(title: &str, head: &Markup, rest: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Report on " (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (head) main { (rest) } }
        }
    };
    page.into_string()
}

/// Where the charts go.
const SPLIT: PreEscaped<&str> = PreEscaped("<!-- charts -->");

/// The whole file.
///
/// # Errors
/// None that a caller can cause.
pub fn whole(generator: &Generator, summary: &Summary, profile: &FleetProfile) -> Result<String> {
    let Document { before, after } = Document::new(generator.plan(), summary);
    let charts = drawn(generator.plan(), generator.days(), profile, &Correlations::new(generator))?;
    Ok(before + &charts + &after)
}

/// All charts, one after the other.
fn drawn(
    plan: &Plan,
    days: &DayTable,
    profile: &FleetProfile,
    correlations: &Correlations,
) -> Result<String> {
    let (correlations, view) = (Some(correlations), &View::whole(days.len()));
    let draw = |(kind, metric)| {
        let input =
            ChartInput { plan, days, profile, metric, series: None, correlations, view, pinned: None };
        figure(kind, &input)
    };
    figures(plan).into_iter().map(draw).collect()
}

/// The charts in their order, each with the index of its metric.
pub fn figures(plan: &Plan) -> Vec<(ChartKind, usize)> {
    let has_quarters = |kind: &ChartKind| *kind != ChartKind::Quarters || plan.calendar.use_eoq_spikes;
    let of_metric = |metric| OF_METRIC.into_iter().filter(has_quarters).map(move |kind| (kind, metric));
    let of_metrics = (0..plan.metrics.len()).flat_map(of_metric);
    of_metrics.chain(OF_FLEET.map(|kind| (kind, 0))).collect()
}

/// A chart over the whole range, whatever days are in view and whatever is pinned, with what it shows as a sentence.
///
/// # Errors
/// None that a caller can cause.
pub fn figure(kind: ChartKind, input: &ChartInput<'_>) -> Result<String> {
    let view = &View::whole(input.days.len());
    let input = ChartInput { view, pinned: None, ..*input };
    let svg = chart::svg(kind, &input)?;
    let markup = html! {
        @if kind == OF_METRIC[0] { h3 { (metric_label(&input.plan.metrics[input.metric].name)) } }
        @if kind == OF_FLEET[0] { h3 { "The fleet" } }
        figure class=[kind.is_wide().then_some("wide")] {
            (PreEscaped(svg))
            figcaption { (chart::describe(kind, &input)) }
        }
    };
    Ok(markup.into_string())
}

/// Name, verdict and the main figures.
fn head(plan: &Plan, summary: &Summary) -> Markup {
    let quality = &summary.quality;
    html! {
        header {
            p class="made-by" { (PROGRAM) }
            h1 { (plan.file_stem()) }
            p class={ "verdict " (quality.verdict.name()) } { (quality.in_words()) }
            dl class="figures" {
                div { dt { "Rows" } dd { (grouped(summary.rows)) } }
                div { dt { "Servers" } dd { (grouped(summary.servers)) } }
                div { dt { "Range" } dd { (summary.start) " to " (summary.end) } }
                div { dt { "Metrics" } dd { (summary.statistics.len()) } }
                div { dt { "File" } dd { (bytes(summary.file.bytes)) } }
                div { dt { "Seed" } dd { (summary.seed) } }
            }
        }
    }
}

/// What comes after the charts.
fn rest(plan: &Plan, summary: &Summary) -> Markup {
    let quality = &summary.quality;
    html! {
        (checked(quality))
        @if !quality.realism.is_empty() {
            section { h2 { "Realism scorecard" } (table(&realism(&quality.realism))) }
        }
        section { h2 { "Statistics" } (table(&statistics(&summary.statistics))) }
        section {
            h2 { "Fingerprints" }
            p { "The same configuration gives the same bytes, wherever it is generated." }
            dl class="prints" {
                dt { (summary.file.name) ", " (counted(summary.file.bytes, "byte", "bytes")) ", SHA-256" }
                dd { code { (summary.file.sha256) } }
                dt { "Configuration, SHA-256" }
                dd { code { (summary.config_sha256) } }
            }
        }
        section { h2 { "Configuration" } pre { (plan.effective_yaml) } }
    }
}

/// The checks with their notes.
fn checked(quality: &QualityReport) -> Markup {
    let notes = || quality.checks.iter().filter(|check| !check.note.is_empty());
    html! {
        section {
            h2 { "Quality checks" }
            (table(&checks(&quality.checks)))
            @if notes().next().is_some() {
                ul class="notes" {
                    @for check in notes() {
                        li { (check.metric.as_deref().unwrap_or("dataset")) ", " (check.title) ": " (check.note) }
                    }
                }
            }
        }
    }
}

/// A table whose first row has the headings.
fn table(rows: &[Vec<String>]) -> Markup {
    let is_number = |column: usize| rows[1..].iter().all(|row| row[column].parse::<f64>().is_ok());
    let numeric: Vec<bool> = (0..rows[0].len()).map(is_number).collect();
    let verdict =
        |cell: &str| Verdict::ALL.iter().find(|verdict| verdict.name() == cell).map(|verdict| verdict.name());
    html! {
        div class="table" tabindex="0" {
            table {
                thead { tr {
                    @for (heading, numeric) in rows[0].iter().zip(&numeric) {
                        th scope="col" class=[numeric.then_some("number")] { (heading) }
                    }
                } }
                tbody {
                    @for row in &rows[1..] {
                        tr {
                            @for (cell, numeric) in row.iter().zip(&numeric) {
                                td class=[verdict(cell).or(numeric.then_some("number"))] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}
