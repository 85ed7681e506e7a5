//! YAML text as a tree of values that know where they stand.

mod parse;

use std::rc::Rc;
use std::str::FromStr;

pub use parse::too_long;
pub(super) use parse::{MAX_BYTES, MAX_DEPTH, parse};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    /// The override that it comes from; the place is then one in the override's value.
    pub(super) source: Option<Rc<str>>,
    pub(super) content: Content,
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// 1-based line of the first character.
    pub(super) line: usize,
    /// 1-based column of the first character, counted in characters.
    pub(super) column: usize,
    /// Index of the first character.
    pub(super) start: usize,
    /// Index behind the last character.
    pub(super) end: usize,
    /// Whether an alias (`*name`) stands here for a value that is written elsewhere.
    pub(super) alias: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Scalar(Scalar),
    List { items: Vec<Node>, flow: bool },
    Map { entries: Vec<Entry>, flow: bool },
}

/// A value that is neither a list nor a mapping.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    /// The text, without quotes.
    pub(super) text: String,
    /// Whether it is written plainly: without quotes, not as a block. Only such can be a number.
    pub(super) plain: bool,
}

/// A key of a mapping with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_place: Place,
    pub(super) value: Node,
}

impl Entry {
    /// Index behind the last character of the entry.
    pub(super) fn end(&self) -> usize {
        if self.value.is_left_out() { self.key_place.end } else { self.value.place.end }
    }
}

/// What a scalar means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning<'a> {
    Nothing,
    Bool(bool),
    Integer(u64),
    Number(f64),
    Text(&'a str),
}

impl Scalar {
    /// What the scalar means by the rules of `serde_yaml`, which are those of YAML 1.2.
    pub(super) fn meaning(&self) -> Meaning<'_> {
        let text = self.text.as_str();
        if !self.plain {
            return Meaning::Text(text);
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Meaning::Nothing,
            "true" | "True" | "TRUE" => return Meaning::Bool(true),
            "false" | "False" | "FALSE" => return Meaning::Bool(false),
            _ => {}
        }
        match serde_yaml::Number::from_str(text) {
            Ok(number) => match (number.as_u64(), number.as_f64()) {
                (Some(integer), _) => Meaning::Integer(integer),
                (_, Some(float)) => Meaning::Number(float),
                _ => Meaning::Text(text),
            },
            // Whole numbers beyond 64 bits, which `serde_yaml` refuses.
            Err(_) => text.parse::<i128>().map_or(Meaning::Text(text), |number| {
                if text.trim_start_matches(['+', '-']).starts_with('0') {
                    Meaning::Text(text)
                } else {
                    Meaning::Number(number as f64)
                }
            }),
        }
    }
}

impl Node {
    /// The entry of `key`, when this is a mapping that has it.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.content {
            Content::Map { entries, .. } => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// Whether the value is left empty or `null`.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.meaning() == Meaning::Nothing)
    }

    /// Whether nothing at all is written, as behind `key:`.
    pub(super) fn is_left_out(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.plain && scalar.text.is_empty())
            && !self.place.alias
    }

    /// The text of the `name` key, by which the entries of a list of mappings are addressed.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.entry("name")?.value.content {
            Content::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether both trees hold the same values, wherever they stand.
    pub(super) fn same(&self, other: &Node) -> bool {
        match (&self.content, &other.content) {
            (Content::Scalar(a), Content::Scalar(b)) => match (a.meaning(), b.meaning()) {
                (Meaning::Number(a), Meaning::Number(b)) => a.to_bits() == b.to_bits(),
                (a, b) => a == b,
            },
            (Content::List { items: a, .. }, Content::List { items: b, .. }) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Content::Map { entries: a, .. }, Content::Map { entries: b, .. }) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && a.value.same(&b.value))
            }
            _ => false,
        }
    }

    fn depth(&self) -> usize {
        match &self.content {
            Content::Scalar(_) => 0,
            Content::List { items, .. } => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            Content::Map { entries, .. } => {
                1 + entries.iter().map(|entry| entry.value.depth()).max().unwrap_or(0)
            }
        }
    }

    fn count(&self) -> usize {
        match &self.content {
            Content::Scalar(_) => 1,
            Content::List { items, .. } => 1 + items.iter().map(Node::count).sum::<usize>(),
            Content::Map { entries, .. } => {
                1 + entries.iter().map(|entry| 1 + entry.value.count()).sum::<usize>()
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tree as `serde_yaml` would have read it.
    fn as_value(node: &Node) -> serde_yaml::Value {
        match &node.content {
            Content::List { items, .. } => serde_yaml::Value::Sequence(items.iter().map(as_value).collect()),
            Content::Map { entries, .. } => entries
                .iter()
                .map(|entry| (serde_yaml::Value::from(entry.key.as_str()), as_value(&entry.value)))
                .collect::<serde_yaml::Mapping>()
                .into(),
            Content::Scalar(scalar) => match scalar.meaning() {
                Meaning::Nothing => serde_yaml::Value::Null,
                Meaning::Bool(value) => value.into(),
                Meaning::Integer(integer) => integer.into(),
                Meaning::Number(number)
                    if number.fract() == 0.0
                        && number.abs() < 9e18
                        && !scalar.text.contains(['.', 'e', 'E']) =>
                {
                    (number as i64).into()
                }
                Meaning::Number(number) => number.into(),
                Meaning::Text(text) => text.into(),
            },
        }
    }

    /// Keys as text, which is how the tree has them.
    fn with_text_keys(value: serde_yaml::Value) -> Option<serde_yaml::Value> {
        Some(match value {
            serde_yaml::Value::Sequence(items) => {
                serde_yaml::Value::Sequence(items.into_iter().map(with_text_keys).collect::<Option<_>>()?)
            }
            serde_yaml::Value::Mapping(entries) => {
                let pairs = entries.into_iter().map(|(key, value)| match key {
                    serde_yaml::Value::String(key) => Some((key.into(), with_text_keys(value)?)),
                    _ => None,
                });
                serde_yaml::Value::Mapping(pairs.collect::<Option<_>>()?)
            }
            scalar => scalar,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_both_read_means_the_same_to_serde_yaml(
            text in r#"([a-c]|[0-9.+-]{1,5}|: |:|- |, |\[|\]|\{|\}|'|"|#| |\n|\n  |true|null|~|\.nan|\.inf|&x |\*x|\||>|0x1F|1e3){0,24}"#
        ) {
            let text = format!("{text}\n");
            let Ok(tree) = parse(&text) else { return Ok(()) };
            let Ok(value) = serde_yaml::from_str::<serde_yaml::Value>(&text) else { return Ok(()) };
            if matches!(tree.root.content, Content::Scalar(_)) {
                return Ok(());
            }
            if let Some(value) = with_text_keys(value) {
                prop_assert_eq!(as_value(&tree.root), value);
            }
        }
    }

    #[test]
    fn a_value_s_place_is_the_stretch_of_text_that_it_is_written_in() {
        let text = "ä: 'it''s' # 1\nb: \"\\\"x\" # 2\nc: [1,  2 ] # 3\nd: {e: f} # 4\ng: h i # 5\n";
        let tree = parse(text).unwrap();
        let Content::Map { entries, .. } = &tree.root.content else { panic!("a mapping") };
        let stretches: Vec<String> = entries
            .iter()
            .map(|entry| {
                let place = entry.value.place;
                text.chars().skip(place.start).take(place.end - place.start).collect()
            })
            .collect();
        assert_eq!(stretches, ["'it''s'", "\"\\\"x\"", "[1,  2 ]", "{e: f}", "h i"]);
    }
}
