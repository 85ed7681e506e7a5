//! Tables as the page shows them.

use serde::Serialize;

/// Rows of text, with what each column holds.
#[derive(Serialize)]
pub(super) struct Table {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) numeric: Vec<bool>,
    pub(super) empty: &'static str,
}

/// Which columns hold numbers: those whose cells all begin like one, and are no dates.
#[cfg(any(feature = "generator", feature = "charts"))]
pub(super) fn numeric(rows: &[Vec<String>], columns: usize) -> Vec<bool> {
    let is_number = |cell: &str| {
        let digits = cell.strip_prefix(['-', '+', '±']).unwrap_or(cell);
        digits.starts_with(|first: char| first.is_ascii_digit()) && !digits.contains('-')
    };
    let all = |column: usize| rows.iter().all(|row| row[column].is_empty() || is_number(&row[column]));
    (0..columns).map(all).collect()
}
