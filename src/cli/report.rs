//! What a person reads when a command is done.

use std::fmt::Write;
use std::path::PathBuf;

use crate::export::{Summary, report};
use crate::ingest::Validation;
use crate::wording::counted;

/// The statistics, the checks, what was done with the files, and last the verdict, unless more is to be said.
pub(super) fn text(summary: &Summary, done: &[String], is_last: bool) -> String {
    let mut text = report::dataset(summary) + &lines(done) + &report::checksum(&summary.file.sha256);
    if is_last {
        text += &report::verdict(summary);
    }
    text
}

/// The same of a file that was validated.
pub(super) fn validation(validation: &Validation, written: &[PathBuf]) -> String {
    let mut text = format!(
        "{}: {}, {} to {}\n\n",
        counted(validation.rows, "row", "rows"),
        counted(validation.servers, "server", "servers"),
        validation.start,
        validation.end,
    );
    text += &report::figures(&validation.statistics, &validation.quality);
    text += &lines(&written.iter().map(|path| format!("wrote {}", path.display())).collect::<Vec<_>>());
    if let Some(file) = &validation.validated {
        text += &report::checksum(&file.sha256);
    }
    text += &report::last_words(&validation.quality, "the file is not what is demanded");
    text
}

fn lines(done: &[String]) -> String {
    let mut text = String::new();
    for line in done {
        let _ = writeln!(text, "{line}");
    }
    text
}
