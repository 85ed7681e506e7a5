//! The report on a file that was checked.

use maud::{Markup, PreEscaped, html};

use super::{checked, drawn, page, statistics, table};
use crate::PROGRAM;
use crate::error::Result;
use crate::ingest::Validation;
use crate::wording::{counted, grouped};

/// The report on the file of this name, with its charts where they were gathered.
///
/// # Errors
/// None that a caller can cause.
pub fn of_file(name: &str, validation: &Validation) -> Result<String> {
    let rest = html! {
        section { h2 { "Charts" } (charts(validation)?) }
        (checked(&validation.quality))
        section { h2 { "Statistics" } (table(&statistics(&validation.statistics))) }
        @if let Some(copy) = &validation.validated {
            section {
                h2 { "Validated copy" }
                dl class="prints" {
                    dt { (copy.name) ", " (counted(copy.bytes, "byte", "bytes")) ", SHA-256" }
                    dd { code { (copy.sha256) } }
                }
            }
        }
    };
    Ok(page(name, &head(name, validation), &rest))
}

fn head(name: &str, validation: &Validation) -> Markup {
    let quality = &validation.quality;
    html! {
        header {
            p class="made-by" { (PROGRAM) }
            h1 { (name) }
            p class={ "verdict " (quality.verdict.name()) } { (quality.in_words()) }
            dl class="figures" {
                div { dt { "Rows" } dd { (grouped(validation.rows)) } }
                div { dt { "Servers" } dd { (grouped(validation.servers)) } }
                div { dt { "Range" } dd { (validation.start) " to " (validation.end) } }
                div { dt { "Metrics" } dd { (validation.statistics.len()) } }
                div { dt { "Duplicates" } dd { (grouped(validation.duplicates_removed)) } }
            }
        }
    }
}

/// The charts, or why there are none.
fn charts(validation: &Validation) -> Result<Markup> {
    let fleet = match &validation.charts {
        Some(Ok(fleet)) => fleet,
        Some(Err(refusal)) => return Ok(html! { p { (refusal) } }),
        None => return Ok(html! { p { "No charts were asked for." } }),
    };
    let drawn = drawn(fleet.plan(), fleet.days(), fleet.profile(), fleet.correlations())?;
    Ok(html! {
        @for note in fleet.notes() { p { (note) } }
        div class="charts" { (PreEscaped(drawn)) }
    })
}
