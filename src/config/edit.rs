//! Changing one value in the text, and nothing else: comments and layout stay.
//!
//! An edit is made on the text and then checked on the tree: the edited text must hold what setting
//! the value in the tree gives. What can't be edited so is refused.

use super::defaults::implied;
use super::overrides::{SetError, set};
use super::problems::{escaped, key_text, quoted};
use super::tree::{self, Content, Entry, Node};
use crate::error::{Error, Problem, Result};

/// The text with the value at `path` replaced by `value`, which is YAML text such as `200`.
///
/// A missing key is inserted, with the sections that it needs. Metrics that are written as a list
/// are addressed by name, too.
///
/// # Errors
/// When the text can't be read, the path leads through something that has no keys, or the text is
/// written such that only a person can change it.
pub fn set_value(yaml: &str, path: &str, value: &str) -> Result<String> {
    let refuse = |path: &str, message: String, hint: &str| {
        Error::config(vec![Problem {
            path: escaped(path),
            line: None,
            column: None,
            source: None,
            message,
            hint: Some(hint.to_owned()),
            fix: None,
        }])
    };
    let tree = tree::parse(yaml).map_err(Error::config)?;
    let value_node = match tree::parse(value) {
        Ok(tree) => tree.root,
        Err(_) => {
            let message = format!("can't be set to {}, which is not a YAML value.", quoted(value));
            return Err(refuse(path, message, "Put a text with special characters in quotes."));
        }
    };
    let segments: Vec<&str> = path.split('.').collect();

    // What holds while a mapping of names is left out must be written before one of them changes.
    for length in 1..segments.len() {
        let parent = segments[..length].join(".");
        if let (Some(text), None) = (implied(&parent), find(&tree.root, &segments[..length])) {
            return set_value(&set_value(yaml, &parent, &text)?, path, value);
        }
    }

    let mut expected = tree.root.clone();
    set(&mut expected, &segments, value_node.clone(), None)
        .map_err(|SetError { path, message, hint }| refuse(&path, message, &hint))?;
    // As it was given, without a comment; or else in quotes. A block would take in what follows it.
    let place = value_node.place;
    let as_given: String = value.chars().take(place.end).skip(place.start).collect();
    let is_block = as_given.split_whitespace().any(|word| word.starts_with(['|', '>']));
    let mut ways: Vec<String> = if is_block { Vec::new() } else { vec![as_given] };
    if let Content::Scalar(scalar) = &value_node.content {
        ways.extend(serde_json::to_string(&scalar.text).ok());
    }
    ways.iter()
        .filter_map(|written| Text::new(yaml).edited(&tree.root, &segments, written))
        .find(|text| tree::parse(text).is_ok_and(|edited| edited.root.same(&expected)))
        .ok_or_else(|| {
            let message = format!("can't be set to {} here.", quoted(value));
            refuse(path, message, "The text is written in a way that only you can change: edit it by hand.")
        })
}

/// The value at `segments`, if it is there.
pub(super) fn find<'a>(root: &'a Node, segments: &[&str]) -> Option<&'a Node> {
    segments.iter().try_fold(root, |node, segment| child(node, segment).map(|(node, _)| node))
}

/// The value of a key, or of the list's entry of this name, with the key if there is one.
fn child<'a>(node: &'a Node, name: &str) -> Option<(&'a Node, Option<&'a Entry>)> {
    match &node.content {
        Content::Map { .. } => node.entry(name).map(|entry| (&entry.value, Some(entry))),
        Content::List { items, .. } => {
            items.iter().find(|item| item.name() == Some(name)).map(|item| (item, None))
        }
        Content::Scalar(_) => None,
    }
}

/// The text, addressed by characters as the tree does.
struct Text<'a> {
    text: &'a str,
    /// Byte offset of each character and of the end.
    offsets: Vec<usize>,
    line_break: &'static str,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Self {
        let offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect();
        Self { text, offsets, line_break: if text.contains("\r\n") { "\r\n" } else { "\n" } }
    }

    /// The text with `written` as the value at `segments`; whether it is right remains to be checked.
    fn edited(&self, root: &Node, segments: &[&str], written: &str) -> Option<String> {
        let (mut node, mut entry) = (root, None);
        for (depth, segment) in segments.iter().enumerate() {
            // A change behind an alias would change every place that repeats the value.
            if node.place.alias {
                return None;
            }
            match child(node, segment) {
                Some(next) => (node, entry) = next,
                None => return self.inserted(root, node, entry, &segments[depth..], written),
            }
        }
        self.replaced(node, entry, written)
    }

    fn replaced(&self, node: &Node, entry: Option<&Entry>, written: &str) -> Option<String> {
        let start = self.offset(node.place.start);
        let end = self.offset(node.place.end);
        let Some(entry) = entry else { return Some(self.splice(start, end, written)) };
        let key_end = self.offset(entry.key_place.end);
        let behind_colon = if written.is_empty() { String::new() } else { format!(" {written}") };
        if node.is_left_out() {
            let colon = self.behind_colon(key_end)?;
            return Some(self.splice(colon, colon, &behind_colon));
        }
        if !self.text[key_end..start].contains(['\n', '\r']) {
            return Some(self.splice(start, end, written));
        }
        // A block below its key: the value goes behind the colon, and the block goes, but for a
        // comment in the key's line.
        let colon = self.behind_colon(key_end)?;
        let line_end = self.line_end(colon);
        let comment = Some(&self.text[colon..line_end]).filter(|rest| rest.trim_start().starts_with('#'));
        let block_end = colon + self.text[colon..end].trim_end().len();
        Some(self.splice(colon, block_end, &(behind_colon + comment.unwrap_or_default())))
    }

    /// The text with the keys of `missing` put into `node`, the last with the value.
    fn inserted(
        &self,
        root: &Node,
        node: &Node,
        entry: Option<&Entry>,
        missing: &[&str],
        written: &str,
    ) -> Option<String> {
        let keys: Vec<String> = missing.iter().map(|key| key_text(key)).collect();
        let in_braces = || {
            keys.iter().rev().fold(written.to_owned(), |inner, key| match inner == written {
                true => format!("{key}: {inner}"),
                false => format!("{key}: {{{inner}}}"),
            })
        };
        let step = indent_step(root);
        let in_lines = |indent: usize| {
            let line = |(depth, key): (usize, &String)| format!("{:1$}{key}:", "", indent + depth * step);
            let lines: Vec<String> = keys.iter().enumerate().map(line).collect();
            format!("{} {written}", lines.join(self.line_break))
        };
        match &node.content {
            Content::Map { entries, flow: false } => {
                let (first, last) = (entries.first()?, entries.last()?);
                let end = self.line_end(self.offset(last.end()));
                Some(self.splice(
                    end,
                    end,
                    &format!("{}{}", self.line_break, in_lines(first.key_place.column - 1)),
                ))
            }
            Content::Map { entries, flow: true } => match entries.last() {
                None => {
                    let inside = self.offset(node.place.start) + 1;
                    Some(self.splice(inside, inside, &in_braces()))
                }
                Some(last) => {
                    let end = self.offset(last.end());
                    let end =
                        if last.value.is_left_out() { self.behind_colon(end).unwrap_or(end) } else { end };
                    Some(self.splice(end, end, &format!(", {}", in_braces())))
                }
            },
            Content::Scalar(_) if node.is_left_out() => match entry {
                Some(entry) => {
                    let end = self.line_end(self.offset(entry.key_place.end));
                    let lines = in_lines(entry.key_place.column - 1 + step);
                    Some(self.splice(end, end, &format!("{}{lines}", self.line_break)))
                }
                None => {
                    let gap =
                        if self.text.is_empty() || self.text.ends_with('\n') { "" } else { self.line_break };
                    Some(format!("{}{gap}{}{}", self.text, in_lines(0), self.line_break))
                }
            },
            Content::Scalar(_) => self.replaced(node, entry, &format!("{{{}}}", in_braces())),
            Content::List { .. } => None,
        }
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets[index.min(self.offsets.len() - 1)]
    }

    /// Offset behind the colon that follows a key.
    fn behind_colon(&self, key_end: usize) -> Option<usize> {
        let rest = &self.text[key_end..];
        let colon = rest.len() - rest.trim_start().len();
        rest[colon..].starts_with(':').then_some(key_end + colon + 1)
    }

    fn line_end(&self, offset: usize) -> usize {
        self.text[offset..].find(['\r', '\n']).map_or(self.text.len(), |length| offset + length)
    }

    fn splice(&self, start: usize, end: usize, new: &str) -> String {
        [&self.text[..start], new, &self.text[end..]].concat()
    }
}

/// By how many columns the text indents its sections.
fn indent_step(root: &Node) -> usize {
    let Content::Map { entries, .. } = &root.content else { return 2 };
    let steps = entries.iter().filter_map(|entry| match &entry.value.content {
        Content::Map { flow: false, .. } => entry.value.place.column.checked_sub(entry.key_place.column),
        _ => None,
    });
    steps.filter(|step| *step > 0).min().unwrap_or(2)
}
