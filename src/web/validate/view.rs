//! What the page shows of a file, in words and in the order in which it shows it.

use serde::Serialize;

use super::super::table::Table;
use super::super::tables::{self, Figure, FileView, QUALITY_HEADERS, QualityRow, label};
use super::super::text;
use crate::ingest::{Choice, ColumnKind, FileColumn, Format, Look, Validation};
use crate::quality::Verdict;

/// Decimals of the statistics.
const DECIMALS: usize = 2;
/// Most columns that are listed by name.
const MOST_LISTED: usize = 40;

/// A file before it is checked.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LookView {
    headline: String,
    columns: String,
    limits: &'static str,
    choices: Vec<ChoiceView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChoiceView {
    ours: String,
    is_required: bool,
    theirs: String,
    options: Vec<OptionView>,
}

#[derive(Serialize)]
struct OptionView {
    value: String,
    label: String,
}

impl LookView {
    /// `is_own`: whether the limits are those of the page's configuration.
    pub(super) fn new(look: &Look, size: f64, is_own: bool) -> Self {
        let named = |column: &FileColumn| format!("{} ({})", column.name, kind(column.kind));
        let mut listed: Vec<String> = look.columns.iter().take(MOST_LISTED).map(named).collect();
        if let Some(more) = look.columns.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
            listed.push(format!("and {more} more"));
        }
        Self {
            headline: format!(
                "{}, {}, {}",
                format_name(look.format),
                text::bytes(size as u64),
                text::counted(look.columns.len() as u64, "column", "columns")
            ),
            columns: listed.join(", "),
            limits: match is_own {
                true => "Limits are those of the configuration on this page.",
                false => "The configuration on this page has problems: limits are those of the default job.",
            },
            choices: look.choices.iter().map(|choice| ChoiceView::new(choice, &look.columns)).collect(),
        }
    }
}

impl ChoiceView {
    fn new(choice: &Choice, columns: &[FileColumn]) -> Self {
        let mut options = Vec::new();
        // A column of our name is ours unless another one is.
        if !columns.iter().any(|column| column.name == choice.ours) {
            let label = if choice.is_required { "choose a column" } else { "not in the file" };
            options.push(OptionView { value: String::new(), label: label.to_owned() });
        }
        options.extend(columns.iter().map(|column| OptionView {
            value: column.name.clone(),
            label: format!("{} ({})", column.name, kind(column.kind)),
        }));
        Self {
            ours: choice.ours.clone(),
            is_required: choice.is_required,
            theirs: choice.theirs.clone().unwrap_or_default(),
            options,
        }
    }
}

fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "numbers",
        ColumnKind::Text => "text",
        ColumnKind::Flag => "flags",
        ColumnKind::Time => "times",
        ColumnKind::Other => "another kind",
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Parquet => "Parquet",
        Format::Csv => "CSV",
    }
}

/// A file that was checked.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileReport {
    verdict: Verdict,
    verdict_label: &'static str,
    verdict_text: String,
    figures: Vec<Figure>,
    quality_headers: [&'static str; 6],
    quality: Vec<QualityRow>,
    statistics: Table,
    files: Vec<FileView>,
    announcement: String,
    summary_json: String,
    charts_note: String,
}

impl FileReport {
    pub(super) fn new(validation: &Validation) -> Self {
        let quality = &validation.quality;
        let verdict_text = quality.in_words();
        Self {
            verdict: quality.verdict,
            verdict_label: label(quality.verdict),
            figures: figures(validation),
            quality_headers: QUALITY_HEADERS,
            quality: tables::quality(&quality.checks),
            statistics: tables::statistics(&validation.statistics, DECIMALS),
            files: files(validation),
            announcement: format!(
                "Checked: {}. {verdict_text}.",
                text::counted(validation.rows_read, "row", "rows")
            ),
            verdict_text,
            summary_json: validation.to_json(),
            charts_note: match &validation.charts {
                Some(Ok(fleet)) => fleet.notes().join(" "),
                Some(Err(refusal)) => refusal.clone(),
                None => String::new(),
            },
        }
    }
}

fn figures(validation: &Validation) -> Vec<Figure> {
    let figure = |id, label, value, note| Figure { id, label, value, note };
    let missing: u64 = validation.statistics.iter().map(|metric| metric.missing).sum();
    let values = missing + validation.statistics.iter().map(|metric| metric.count).sum::<u64>();
    let (first, _) = validation.start.split_once(' ').unwrap_or((&validation.start, ""));
    vec![
        figure(
            "file-rows",
            "Rows",
            text::count(validation.rows),
            format!(
                "{} read, {}",
                text::count(validation.rows_read),
                text::counted(validation.columns.len() as u64, "column", "columns")
            ),
        ),
        figure("file-start", "First day", first.to_owned(), format!("to {}", validation.end)),
        figure(
            "file-servers",
            "Servers",
            text::count(validation.servers),
            validation
                .step
                .as_ref()
                .map_or_else(|| "one row each".to_owned(), |step| format!("a row per {step}")),
        ),
        figure(
            "file-duplicates",
            "Duplicates",
            text::count(validation.duplicates_removed),
            "not in the copy".to_owned(),
        ),
        figure(
            "file-missing",
            "Missing",
            text::percent(if values == 0 { 0.0 } else { missing as f64 / values as f64 }),
            text::counted(missing, "value", "values"),
        ),
        figure(
            "file-size",
            "Validated copy",
            text::bytes(validation.validated.as_ref().map_or(0, |file| file.bytes)),
            "Parquet, snappy".to_owned(),
        ),
    ]
}

fn files(validation: &Validation) -> Vec<FileView> {
    let Some(copy) = &validation.validated else { return Vec::new() };
    let stem = copy.name.trim_end_matches(".parquet");
    let file = |id, name, media_type, label, title| FileView {
        id,
        name,
        media_type,
        label,
        title,
        size: String::new(),
    };
    vec![
        file(
            "validated",
            copy.name.clone(),
            "application/vnd.apache.parquet",
            "Validated copy",
            "The rows in order, without duplicates",
        ),
        file(
            "validated-summary",
            format!("{stem}_summary.json"),
            "application/json",
            "Report, JSON",
            "All checks and statistics",
        ),
    ]
}

#[derive(Serialize)]
pub(super) struct Progress {
    share: f64,
    text: String,
}

/// How far a check has come after `elapsed` milliseconds: `42 % · about 5 s left`.
pub(super) fn progress(share: f64, elapsed: f64) -> Progress {
    let mut words = format!("{:.0} %", (share * 100.0).floor());
    if share > 0.0 && share < 1.0 && elapsed > 0.0 {
        words += &format!(" · {} left", text::left(elapsed / share - elapsed));
    }
    Progress { share, text: words }
}
