//! Single values that replace what the text says.

use std::rc::Rc;

use super::defaults::implied;
use super::keys::TOP;
use super::problems::{Problems, escaped, join, nearest, one_of, quoted};
use super::tree::{self, Content, Entry, MAX_DEPTH, Node, Place, Scalar};
use crate::error::{Error, ErrorKind, Problem, Result};

/// What an environment variable begins with that overrides a value.
const ENV_PREFIX: &str = "FLEETSYNTH__";

/// A single value that replaces what the text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Dotted path of the key; capitals and small letters count as the same.
    pub path: String,
    /// The value as YAML text.
    pub value: String,
    /// The environment variable or the argument, as problems name it.
    pub source: String,
}

impl Override {
    /// From an argument `a.b=c` of `--set`.
    ///
    /// # Errors
    /// When there is no `=`, or nothing before it.
    pub fn from_set(arg: &str) -> Result<Self> {
        match arg.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() => Ok(Self {
                path: path.trim().to_owned(),
                value: value.to_owned(),
                source: format!("--set {}", escaped(path.trim())),
            }),
            _ => Err(Error::new(
                ErrorKind::Config,
                format!(
                    "--set {}: needs a key and a value. Write, for example, --set data_generation.num_servers=200.",
                    escaped(arg)
                ),
            )),
        }
    }

    /// From an environment variable such as `FLEETSYNTH__DATA_GENERATION__NUM_SERVERS`;
    /// `None` for one of another name.
    pub fn from_env(name: &str, value: &str) -> Option<Self> {
        let (prefix, path) = name.split_at_checked(ENV_PREFIX.len())?;
        prefix.eq_ignore_ascii_case(ENV_PREFIX).then(|| Self {
            path: path.to_ascii_lowercase().replace("__", "."),
            value: value.to_owned(),
            source: escaped(name),
        })
    }

    /// Puts the value into the tree.
    pub(super) fn apply(&self, root: &mut Node, problems: &Problems) {
        let source: Rc<str> = self.source.as_str().into();
        let problem = |path: &str, message: String, hint: String| Problem {
            path: path.to_owned(),
            line: None,
            column: None,
            source: Some(self.source.clone()),
            message,
            hint: Some(hint),
            fix: None,
        };
        let segments: Vec<&str> = self.path.split('.').collect();
        if !TOP.iter().any(|name| name.eq_ignore_ascii_case(segments[0])) {
            let hint = match nearest(segments[0], TOP.iter().copied()) {
                Some(name) => format!("Did you mean {}?", quoted(name)),
                None => format!("The path begins with {}.", one_of(TOP)),
            };
            problems
                .add(|| problem(&escaped(&self.path), "names no section of this program.".to_owned(), hint));
            return;
        }
        let mut value = match tree::parse(&self.value) {
            Ok(tree) => tree.root,
            Err(_) => {
                let message = format!("is set to {}, which is not a YAML value.", quoted(&self.value));
                let hint = "Put a text with special characters in quotes.".to_owned();
                problems.add(|| problem(&escaped(&self.path), message, hint));
                return;
            }
        };
        cite(&mut value, &source);
        if let Err(error) = set(root, &segments, value, Some(&source)) {
            problems.add(|| problem(&error.path, error.message, error.hint));
        }
    }
}

/// Why a value could not be set.
pub(super) struct SetError {
    pub(super) path: String,
    pub(super) message: String,
    pub(super) hint: String,
}

/// Sets the value at `segments`, making the mappings on the way that are missing.
pub(super) fn set(
    root: &mut Node,
    segments: &[&str],
    value: Node,
    source: Option<&Rc<str>>,
) -> std::result::Result<(), SetError> {
    let error = |path: &str, message: String, hint: &str| {
        Err(SetError { path: path.to_owned(), message, hint: hint.to_owned() })
    };
    if segments.len() > MAX_DEPTH || segments.contains(&"") {
        let path = escaped(&segments.join("."));
        return error(&path, "is not the path of a key.".to_owned(), "Write keys with single dots between.");
    }
    let mut path = String::new();
    let mut node = root;
    for segment in segments {
        if node.is_nothing() {
            node.content = Content::Map { entries: Vec::new(), flow: false };
        }
        node = match &mut node.content {
            Content::Map { entries, .. } => {
                let known = position(entries.iter().map(|entry| entry.key.as_str()), segment);
                let index = known.unwrap_or_else(|| {
                    entries.push(missing_entry(&path, segment, source));
                    entries.len() - 1
                });
                let entry = &mut entries[index];
                path = join(&path, &entry.key);
                &mut entry.value
            }
            Content::List { items, .. } => {
                let index = position(items.iter().map(|item| item.name().unwrap_or_default()), segment)
                    .or_else(|| segment.parse().ok().filter(|index| *index < items.len()));
                let Some(index) = index else {
                    let message = format!("is a list without an entry {}.", quoted(segment));
                    return error(&path, message, "Set the whole list, or add the entry to the text.");
                };
                path = join(&path, segment);
                &mut items[index]
            }
            Content::Scalar(_) => {
                let message = format!("is a single value, which has no key {}.", quoted(segment));
                return error(&path, message, "Leave out the end of the path.");
            }
        };
    }
    *node = value;
    Ok(())
}

/// Which of the names is meant: the very same, or the same but for capitals.
fn position<'a>(names: impl Iterator<Item = &'a str> + Clone, wanted: &str) -> Option<usize> {
    let same = names.clone().position(|name| name == wanted);
    same.or_else(|| names.clone().position(|name| name.eq_ignore_ascii_case(wanted)))
}

/// An entry for a key that isn't there: with what it stands for when left out, if that is a mapping
/// of names, so that a change inside one name keeps the others.
fn missing_entry(path: &str, key: &str, source: Option<&Rc<str>>) -> Entry {
    let place = Place { line: 1, column: 1, start: 0, end: 0, alias: false };
    let nothing = Content::Scalar(Scalar { text: String::new(), plain: true });
    let content = implied(&join(path, key))
        .and_then(|text| tree::parse(&text).ok())
        .map_or(nothing, |tree| tree.root.content);
    let mut value = Node { place, source: None, content };
    if let Some(source) = source {
        cite(&mut value, source);
    }
    Entry { key: key.to_owned(), key_place: place, value }
}

/// Says of a value and all within it that it comes from `source`.
fn cite(node: &mut Node, source: &Rc<str>) {
    node.source = Some(Rc::clone(source));
    match &mut node.content {
        Content::Scalar(_) => {}
        Content::List { items, .. } => items.iter_mut().for_each(|item| cite(item, source)),
        Content::Map { entries, .. } => entries.iter_mut().for_each(|entry| cite(&mut entry.value, source)),
    }
}
