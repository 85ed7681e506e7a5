//! What `config/config.yaml` says of each key: its comment, and the value that it has by default.

use serde_json::Value;

use crate::config::edit::find;
use crate::config::tree::{self, Content, Entry, Meaning, Node};

/// The metrics' path, below which every metric has the same keys and defaults of its own.
const METRICS: &str = "data_generation.metrics";

/// The text, read.
pub(super) struct Described {
    lines: Vec<&'static str>,
    root: Node,
}

impl Described {
    pub(super) fn of(yaml: &'static str) -> Self {
        let root = tree::parse(yaml).map(|tree| tree.root);
        Self { lines: yaml.lines().collect(), root: root.expect("the default job is sound") }
    }

    /// The first name in the mapping at `path`.
    pub(super) fn first_name(&self, path: &str) -> Option<&str> {
        match &find(&self.root, &segments(path))?.content {
            Content::Map { entries, .. } => entries.first().map(|entry| entry.key.as_str()),
            _ => None,
        }
    }

    /// The comment beside a key and in the lines below that hold nothing else, as sentences.
    pub(super) fn comment(&self, path: &str) -> String {
        let Some(entry) = self.entry(path) else { return String::new() };
        let mut rest = self.lines[entry.key_place.line - 1..].iter();
        let beside = rest.next().and_then(|line| line.split_once(" # ")).map_or("", |(_, comment)| comment);
        let below = rest.map_while(|line| line.trim_start().strip_prefix("# ")).map(str::trim);
        let words: Vec<&str> = std::iter::once(beside.trim()).chain(below).collect();
        sentence(&words.join(" "))
    }

    /// What holds when a key is left out, unless it is a section: the value, where it is one, and words.
    pub(super) fn default(&self, path: &str) -> Option<(Option<Value>, String)> {
        let value = plain(&self.entry(path)?.value)?;
        let own = self.of_each_metric(path);
        if own.iter().any(|(_, other)| *other != value) {
            let words: Vec<String> = own.iter().map(|(metric, value)| format!("{metric} {value}")).collect();
            return Some((None, format!("Default: {}.", words.join(", "))));
        }
        let words = match value.as_str() {
            Some(text) => format!("Default: {text}."),
            None => format!("Default: {value}."),
        };
        Some((Some(value), words))
    }

    /// A metric's key with the value that it has in each metric.
    fn of_each_metric(&self, path: &str) -> Vec<(&str, Value)> {
        let Some((_, key)) = path.strip_prefix(METRICS).and_then(|rest| rest[1..].split_once('.')) else {
            return Vec::new();
        };
        let Some(Content::Map { entries, .. }) =
            find(&self.root, &segments(METRICS)).map(|node| &node.content)
        else {
            return Vec::new();
        };
        let value = |entry: &Entry| plain(find(&entry.value, &segments(key))?);
        entries.iter().filter_map(|entry| Some((entry.key.as_str(), value(entry)?))).collect()
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let segments = segments(path);
        let (key, above) = segments.split_last()?;
        find(&self.root, above)?.entry(key)
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// The value, unless it is a mapping that has keys.
fn plain(node: &Node) -> Option<Value> {
    match &node.content {
        Content::Scalar(scalar) => Some(match scalar.meaning() {
            Meaning::Nothing => Value::Null,
            Meaning::Bool(value) => value.into(),
            Meaning::Integer(integer) => integer.into(),
            Meaning::Number(number) if number.fract() == 0.0 => (number as i64).into(),
            Meaning::Number(number) => number.into(),
            Meaning::Text(text) => text.into(),
        }),
        Content::List { items, .. } => items.iter().map(plain).collect::<Option<Vec<_>>>().map(Value::from),
        Content::Map { entries, .. } => entries.is_empty().then(|| Value::Object(serde_json::Map::new())),
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut rest = text.chars();
    match rest.next() {
        None => String::new(),
        Some(first) => {
            let end = if text.ends_with(['.', '}', ']']) { "" } else { "." };
            format!("{}{}{end}", first.to_uppercase(), rest.as_str())
        }
    }
}
