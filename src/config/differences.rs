//! What differs between two configurations, key by key.

use super::problems::join;
use super::tree::{self, Content, Node};
use crate::error::{Error, Result};

/// A key that two configurations give different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Dotted path of the key.
    pub path: String,
    /// Its value in the one; empty where it is left out.
    pub before: String,
    /// Its value in the other; empty where it is left out.
    pub after: String,
}

/// The keys that differ, in the order of the texts; both are best given in full, defaults included.
///
/// # Errors
/// When one of the texts can't be read.
pub fn differences(before: &str, after: &str) -> Result<Vec<Difference>> {
    let (before, after) = (leaves(before)?, leaves(after)?);
    let value = |leaves: &[(String, String)], path: &str| {
        leaves.iter().find(|(other, _)| other == path).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let gone =
        before.iter().map(|(path, _)| path).filter(|path| !after.iter().any(|(other, _)| other == *path));
    let paths = after.iter().map(|(path, _)| path).chain(gone);
    let pairs = paths.map(|path| (path, value(&before, path), value(&after, path)));
    let differing = pairs.filter(|(_, before, after)| before != after);
    Ok(differing.map(|(path, before, after)| Difference { path: path.clone(), before, after }).collect())
}

/// The single values and lists of a text with their paths.
fn leaves(yaml: &str) -> Result<Vec<(String, String)>> {
    fn walk(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
        match &node.content {
            Content::Map { entries, .. } if !entries.is_empty() => {
                for entry in entries {
                    walk(&entry.value, &join(path, &entry.key), found);
                }
            }
            _ => found.push((path.to_owned(), flow(node))),
        }
    }
    let root = tree::parse(yaml).map_err(Error::config)?.root;
    let mut found = Vec::new();
    walk(&root, "", &mut found);
    Ok(found)
}

/// The value in one line.
fn flow(node: &Node) -> String {
    match &node.content {
        Content::Scalar(scalar) => scalar.text.clone(),
        Content::List { items, .. } => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Content::Map { entries, .. } => {
            let pairs = entries.iter().map(|entry| format!("{}: {}", entry.key, flow(&entry.value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}
