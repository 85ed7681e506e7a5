//! The first look at a file: what its columns are, and which of them may be ours.

use arrow_schema::DataType;
use serde::Serialize;

use super::Storage;
use super::layout::{SERVER, TIME, is_number, is_text};
use super::source::{Format, Source};
use crate::error::Result;
use crate::plan::{Attribute, Plan};

/// So many rows of a text tell what is in its columns.
const SAMPLE_ROWS: usize = 1_000;

/// What a first look finds.
#[derive(Clone, Debug)]
pub struct Look {
    /// The file's format.
    pub format: Format,
    /// Its columns, in their order.
    pub columns: Vec<FileColumn>,
    /// Our columns, and which of the file's they may be.
    pub choices: Vec<Choice>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    /// Its name in the file.
    pub name: String,
    /// What it holds; of a text, in its first rows.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Numbers of any type.
    Number,
    /// Text, times as text included.
    Text,
    /// True or false.
    Flag,
    /// Dates or times.
    Time,
    /// Anything else.
    Other,
}

/// One of our columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub ours: String,
    /// Whether no file can do without.
    pub is_required: bool,
    /// The file's column that it may be.
    pub theirs: Option<String>,
}

/// Looks at the columns of a file: at the first rows of a text, at the description of a Parquet file. Our columns
/// are those that `plan` knows.
///
/// # Errors
/// When the file cannot be read, or is no Parquet or CSV file.
pub fn look<S: Storage>(storage: &S, plan: &Plan) -> Result<Look> {
    let source = Source::open(storage, SAMPLE_ROWS)?;
    let column = |field: &arrow_schema::FieldRef| FileColumn {
        name: field.name().clone(),
        kind: ColumnKind::of(field.data_type()),
    };
    let columns: Vec<FileColumn> = source.schema().fields().iter().map(column).collect();
    let mut wanted: Vec<Wanted<'_>> = [SERVER, TIME].map(|name| Wanted { name, kinds: KEYS }).into();
    wanted.extend(Attribute::ALL.map(|attribute| Wanted { name: attribute.name(), kinds: TEXTS }));
    wanted.extend(plan.metrics.iter().map(|metric| Wanted { name: &metric.name, kinds: NUMBERS }));
    let mut choices: Vec<Choice> = wanted.iter().map(Wanted::unchosen).collect();
    for resembles in [Wanted::is_named, Wanted::is_spelled, Wanted::is_called] {
        for (wanted, place) in wanted.iter().zip(0..) {
            let is_free = |column: &&FileColumn| {
                !choices.iter().any(|choice| choice.theirs.as_ref() == Some(&column.name))
            };
            let choice: &Choice = &choices[place];
            if choice.theirs.is_none() {
                let found = columns.iter().filter(is_free).find(|column| resembles(wanted, column));
                choices[place].theirs = found.map(|column| column.name.clone());
            }
        }
    }
    Ok(Look { format: source.format(), columns, choices })
}

impl ColumnKind {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Flag,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Self::Time,
            text if is_text(text) => Self::Text,
            number if is_number(number) => Self::Number,
            _ => Self::Other,
        }
    }
}

const KEYS: &[ColumnKind] = &[ColumnKind::Text, ColumnKind::Number, ColumnKind::Time];
const TEXTS: &[ColumnKind] = &[ColumnKind::Text];
const NUMBERS: &[ColumnKind] = &[ColumnKind::Number];

/// Names under which others have our columns, spelled as [`spelled`] does.
const CALLED: [(&str, &[&str]); 5] = [
    (
        SERVER,
        &[
            "server",
            "server_name",
            "host",
            "hostname",
            "host_name",
            "host_id",
            "instance",
            "instance_id",
            "node",
            "machine",
            "vm",
            "vm_name",
        ],
    ),
    (TIME, &["ts", "time", "datetime", "date_time", "date", "day"]),
    ("business_unit", &["bu", "unit", "department", "line_of_business", "lob"]),
    ("region", &["aws_region", "location", "site", "datacenter", "data_center"]),
    ("criticality", &["tier", "priority"]),
];

/// Words that a metric's name may have or lack.
const MEASURES: [&str; 11] = [
    "p95",
    "pct",
    "percent",
    "percentage",
    "util",
    "utilization",
    "utilisation",
    "usage",
    "used",
    "mbps",
    "value",
];

/// Words for the same.
const SAME: [(&str, &str); 6] =
    [("memory", "mem"), ("network", "net"), ("rx", "in"), ("received", "in"), ("tx", "out"), ("sent", "out")];

/// One of our columns that is looked for.
struct Wanted<'w> {
    name: &'w str,
    /// What it may hold.
    kinds: &'static [ColumnKind],
}

impl Wanted<'_> {
    fn unchosen(&self) -> Choice {
        Choice { ours: self.name.to_owned(), is_required: [SERVER, TIME].contains(&self.name), theirs: None }
    }

    fn is_named(&self, column: &FileColumn) -> bool {
        column.name == self.name
    }

    fn is_spelled(&self, column: &FileColumn) -> bool {
        self.kinds.contains(&column.kind) && spelled(&column.name) == self.name
    }

    fn is_called(&self, column: &FileColumn) -> bool {
        let name = spelled(&column.name);
        let is_synonym =
            CALLED.iter().any(|(ours, theirs)| *ours == self.name && theirs.contains(&name.as_str()));
        let is_metric = self.kinds == NUMBERS && stem(&name) == stem(self.name);
        self.kinds.contains(&column.kind) && (is_synonym || is_metric)
    }
}

/// A name in our spelling: `Server Id`, `serverId` and `SERVER-ID` are `server_id`.
fn spelled(name: &str) -> String {
    let mut spelled = String::with_capacity(name.len());
    let mut was_small = false;
    for letter in name.chars() {
        let begins_word = letter.is_uppercase() && was_small;
        if (begins_word || !letter.is_alphanumeric()) && !spelled.is_empty() && !spelled.ends_with('_') {
            spelled.push('_');
        }
        if letter.is_alphanumeric() {
            spelled.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    spelled.trim_end_matches('_').to_owned()
}

/// What a metric is of: `cpu` of `cpu_p95`, `mem` of `memory_utilization_pct`.
fn stem(name: &str) -> String {
    let words = name.split('_').filter(|word| !MEASURES.contains(word));
    let ours = words.map(|word| SAME.iter().find(|(other, _)| *other == word).map_or(word, |(_, ours)| ours));
    ours.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_our_way() {
        for (name, ours) in [
            ("server_id", "server_id"),
            ("ServerId", "server_id"),
            ("SERVER-ID", "server_id"),
            (" Server  Id (new) ", "server_id_new"),
            ("cpuP95", "cpu_p95"),
            ("Größe", "größe"),
            ("", ""),
        ] {
            assert_eq!(spelled(name), ours, "{name}");
        }
    }

    #[test]
    fn a_metric_is_known_by_its_stem() {
        for (name, ours) in [
            ("cpu_p95", "cpu"),
            ("memory_utilization_pct", "mem"),
            ("network_rx_mbps", "net_in"),
            ("cpu_avg", "cpu_avg"),
        ] {
            assert_eq!(stem(name), ours, "{name}");
        }
    }
}
