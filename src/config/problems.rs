//! Problems as they are found, and the words they are told in.

use std::cell::{Cell, RefCell};

use crate::error::Problem;

/// So many problems are told; a text with more is better mended in steps.
pub(super) const MAX_PROBLEMS: usize = 100;
/// Longest stretch of the user's text that a message repeats.
const MAX_QUOTE: usize = 64;
/// Longest name for which a similar one is looked for.
const MAX_NAME: usize = 64;

/// Most names among which a similar one is looked for.
const MAX_CANDIDATES: usize = 100;

/// The problems found so far.
#[derive(Default)]
pub(super) struct Problems {
    found: RefCell<Vec<Problem>>,
    untold: Cell<usize>,
}

impl Problems {
    /// Adds the problem that `make` makes, unless there are enough already.
    pub(super) fn add(&self, make: impl FnOnce() -> Problem) {
        if self.found.borrow().len() < MAX_PROBLEMS {
            let problem = make();
            self.found.borrow_mut().push(problem);
        } else {
            self.untold.set(self.untold.get() + 1);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// The problems in the order of the text; those of overrides last.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.found.into_inner();
        problems.sort_by_key(|problem| {
            (problem.source.is_some(), problem.line.unwrap_or(0), problem.column.unwrap_or(0))
        });
        if self.untold.get() > 0 {
            problems.push(Problem {
                path: String::new(),
                line: None,
                column: None,
                source: None,
                message: format!("There are {} more problems.", self.untold.get()),
                hint: Some("Mend these first.".to_owned()),
                fix: None,
            });
        }
        problems
    }
}

/// What to do about a problem, and the text that does it if there is one.
pub(super) struct Advice {
    pub(super) hint: String,
    /// What to write in the place of the value or key that is wrong.
    pub(super) replacement: Option<String>,
}

impl Advice {
    /// To write `replacement`, which `hint` says.
    pub(super) fn write(hint: impl Into<String>, replacement: impl Into<String>) -> Self {
        Self { hint: hint.into(), replacement: Some(replacement.into()) }
    }

    /// To write the name that is meant.
    pub(super) fn did_you_mean(name: &str) -> Self {
        Self::write(format!("Did you mean {}?", quoted(name)), key_text(name))
    }
}

impl From<String> for Advice {
    fn from(hint: String) -> Self {
        Self { hint, replacement: None }
    }
}

impl From<&str> for Advice {
    fn from(hint: &str) -> Self {
        hint.to_owned().into()
    }
}

/// A name as it is written: in quotes where it needs them.
pub(super) fn key_text(key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if plain { key.to_owned() } else { serde_json::to_string(key).unwrap_or_else(|_| key.to_owned()) }
}

/// The path of `key` in the section at `path`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { escaped(key) } else { format!("{path}.{}", escaped(key)) }
}

/// A stretch of the user's text as a message may show it: short, and without characters that could
/// garble a terminal or a page.
pub(super) fn escaped(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_QUOTE).flat_map(char::escape_debug).collect();
    // Quotes and backslashes need no escape to be read.
    shown = shown.replace("\\'", "'").replace("\\\"", "\"");
    if text.chars().nth(MAX_QUOTE).is_some() {
        shown.push('…');
    }
    shown
}

/// A stretch of the user's text in backticks.
pub(super) fn quoted(text: impl AsRef<str>) -> String {
    format!("`{}`", escaped(text.as_ref()))
}

/// `a, b or c`, each in backticks.
pub(super) fn one_of<T: AsRef<str>>(names: &[T]) -> String {
    listed(names, "or")
}

/// `a, b and c`, each in backticks.
pub(super) fn all_of<T: AsRef<str>>(names: &[T]) -> String {
    listed(names, "and")
}

fn listed<T: AsRef<str>>(names: &[T], word: &str) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = names.iter().take(MOST).map(quoted).collect();
    match shown.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= MOST => format!("{} {word} {last}", first.join(", ")),
        _ => format!("{}, …", shown.join(", ")),
    }
}

/// The one of `known` that `name` is a slip of, if any.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.chars().nth(MAX_NAME).is_some() {
        return None;
    }
    let plain = |name: &str| name.to_lowercase().replace(['-', ' ', '.'], "_");
    let name = plain(name);
    let allowed = 1.max(name.chars().count() / 3);
    known
        .into_iter()
        .take(MAX_CANDIDATES)
        .map(|candidate| (strsim::damerau_levenshtein(&name, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
