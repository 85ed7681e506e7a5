//! Reads the tree in one pass under a budget.
//!
//! The parser hands out one event at a time and the tree is built on a stack of its own, so that
//! nothing recurses and reading ends at the first event over the budget.

use std::collections::HashSet;
use std::str::Chars;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::{Content, Entry, Node, Place, Scalar};
use crate::config::problems::{MAX_PROBLEMS, join};
use crate::config::syntax::explained;
use crate::error::Problem;

/// Longest text that is read.
pub(in crate::config) const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting of lists and mappings.
pub(in crate::config) const MAX_DEPTH: usize = 32;
/// Most values, keys included; what an alias stands for counts each time.
const MAX_NODES: usize = 20_000;
/// Most commas, colons and brackets. The parser holds a bracket's content until it is closed, so
/// that the count of values alone would come too late.
const MAX_MARKS: usize = 2 * MAX_NODES;

/// A text that could be read.
#[derive(Debug)]
pub(in crate::config) struct Tree {
    pub(in crate::config) root: Node,
    /// Keys that stand twice; the tree has the first.
    pub(in crate::config) duplicates: Vec<Problem>,
}

/// Reads `text`, or says why it can't be read; problems found on the way come first.
pub(in crate::config) fn parse(text: &str) -> Result<Tree, Vec<Problem>> {
    if let Some(problem) = too_long(text.len()) {
        return Err(vec![problem]);
    }
    let marks = text.bytes().filter(|byte| b",:[]{}".contains(byte)).count();
    if marks > MAX_MARKS {
        let message =
            format!("The text has {marks} commas, colons and brackets; at most {MAX_MARKS} are read.");
        return Err(vec![over_budget(message)]);
    }
    let mut builder = Builder::new(text);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => Err(syntax_fault(&error)),
        };
        if let Err(fault) = step {
            builder.problems.push(fault.into_problem(String::new()));
            return Err(builder.problems);
        }
    }
    let nothing = || Node {
        place: Place { line: 1, column: 1, start: 0, end: 0, alias: false },
        source: None,
        content: Content::Scalar(Scalar { text: String::new(), plain: true }),
    };
    Ok(Tree { root: builder.root.unwrap_or_else(nothing), duplicates: builder.problems })
}

/// What is wrong with a text of so many bytes, if it is too long to be read.
pub fn too_long(bytes: usize) -> Option<Problem> {
    let (length, most) = (bytes.div_ceil(1024), MAX_BYTES / 1024);
    let message = || format!("The text is {length} KiB long; at most {most} KiB are read.");
    (bytes > MAX_BYTES).then(|| over_budget(message()))
}

fn over_budget(message: String) -> Problem {
    let hint = Some("Remove what doesn't belong to the configuration.".to_owned());
    Problem { path: String::new(), line: None, column: None, source: None, message, hint, fix: None }
}

/// The tree under construction.
struct Builder<'t> {
    /// The text from the character of index `read`.
    rest: Chars<'t>,
    read: usize,
    root: Option<Node>,
    stack: Vec<Frame>,
    /// What each anchor stands for, by its number; `None` while that is still being read.
    anchors: Vec<Option<Node>>,
    nodes: usize,
    documents: usize,
    problems: Vec<Problem>,
}

/// A list or mapping whose end hasn't come yet.
struct Frame {
    place: Place,
    content: Content,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<(String, Place)>,
    /// The keys so far.
    seen: HashSet<String>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            rest: text.chars(),
            read: 0,
            root: None,
            stack: Vec::new(),
            anchors: Vec::new(),
            nodes: 0,
            documents: 0,
            problems: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let place = Place {
            line: span.start.line(),
            column: span.start.col() + 1,
            start: span.start.index(),
            end: span.end.index(),
            alias: false,
        };
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents == 1 {
                    return Ok(());
                }
                let message = "A second YAML document begins here; only one is read.";
                Err(Fault::new(place, message, "Remove the line with `---`."))
            }
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.is_some(), place)?;
                let scalar = Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain };
                let end = match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.closing_quote(place),
                    _ => place.end,
                };
                self.finish(Place { end, ..place }, Content::Scalar(scalar), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.is_some(), place)?;
                self.open(place, Content::List { items: Vec::new(), flow: false }, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.is_some(), place)?;
                self.open(place, Content::Map { entries: Vec::new(), flow: false }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place),
            Event::Alias(anchor) => self.alias(place, anchor),
        }
    }

    fn open(&mut self, place: Place, content: Content, anchor: usize) -> Result<(), Fault> {
        if self.stack.len() == MAX_DEPTH {
            return Err(too_deep(place));
        }
        self.stack.push(Frame { place, content, anchor, key: None, seen: HashSet::new() });
        Ok(())
    }

    fn close(&mut self, end: Place) -> Result<(), Fault> {
        let Some(Frame { mut place, mut content, anchor, .. }) = self.stack.pop() else { return Ok(()) };
        // A closing bracket has a width, the end of an indented block has none.
        let bracket = (end.end > end.start).then_some(end.start + 1);
        match &mut content {
            Content::List { items, flow } => {
                *flow = bracket.is_some();
                place.end = bracket.or(items.last().map(|item| item.place.end)).unwrap_or(place.end);
            }
            Content::Map { entries, flow } => {
                *flow = bracket.is_some();
                place.end = bracket.or(entries.last().map(Entry::end)).unwrap_or(place.end);
            }
            Content::Scalar(_) => {}
        }
        self.finish(place, content, anchor)
    }

    fn alias(&mut self, place: Place, anchor: usize) -> Result<(), Fault> {
        let Some(Some(target)) = self.anchors.get(anchor) else {
            let message = "This alias stands inside the value that it repeats.";
            return Err(Fault::new(place, message, "Write the value out."));
        };
        let nodes = target.count();
        if self.nodes + nodes > MAX_NODES {
            return Err(too_many(place));
        }
        if self.stack.len() + target.depth() > MAX_DEPTH {
            return Err(too_deep(place));
        }
        self.nodes += nodes - 1;
        self.finish(Place { alias: true, ..place }, target.content.clone(), 0)
    }

    /// Index behind the quote that closes the text at `place`: the parser counts blanks and a comment
    /// behind it in.
    fn closing_quote(&mut self, place: Place) -> usize {
        let skipped = place.start.saturating_sub(self.read);
        let quote = self.rest.nth(skipped);
        self.read += skipped + 1;
        if !matches!(quote, Some('\'' | '"')) {
            // An anchor stands before the quote.
            return place.end;
        }
        while let Some(c) = self.rest.next() {
            self.read += 1;
            let doubled = c == '\'' && self.rest.clone().next() == Some(c);
            if Some(c) == quote && !doubled {
                break;
            }
            if doubled && Some(c) == quote || c == '\\' && quote == Some('"') {
                self.rest.next();
                self.read += 1;
            }
        }
        self.read
    }

    /// Puts a complete value where it belongs.
    fn finish(&mut self, place: Place, content: Content, anchor: usize) -> Result<(), Fault> {
        let node = Node { place, source: None, content };
        self.nodes += 1;
        if anchor > 0 {
            // The copy for the aliases counts like any other value.
            self.nodes += node.count();
            self.anchors.resize(self.anchors.len().max(anchor + 1), None);
            self.anchors[anchor] = Some(node.clone());
        }
        if self.nodes > MAX_NODES {
            return Err(too_many(place));
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let entries = match &mut frame.content {
            Content::List { items, .. } => {
                items.push(node);
                return Ok(());
            }
            Content::Map { entries, .. } => entries,
            Content::Scalar(_) => return Ok(()),
        };
        match (frame.key.take(), node.content) {
            (None, Content::Scalar(scalar)) => frame.key = Some((scalar.text, place)),
            (None, _) => {
                let message = "A list or a mapping stands here as a key.";
                return Err(Fault::new(place, message, "A key is a name."));
            }
            (Some((key, key_place)), content) => {
                if frame.seen.insert(key.clone()) {
                    entries.push(Entry { key, key_place, value: Node { content, ..node } });
                } else if self.problems.len() < MAX_PROBLEMS {
                    let path = join(&self.path(), &key);
                    let fault = Fault::new(key_place, "stands here a second time.", "Keep one of the two.");
                    self.problems.push(fault.into_problem(path));
                }
            }
        }
        Ok(())
    }

    /// The path of the mapping or list that is being read.
    fn path(&self) -> String {
        let keys = self.stack.iter().filter_map(|frame| frame.key.as_ref());
        keys.fold(String::new(), |path, (key, _)| join(&path, key))
    }
}

fn refuse_tag(tagged: bool, place: Place) -> Result<(), Fault> {
    if tagged {
        let hint = "Remove the word that begins with `!`; quotes make a text of anything.";
        return Err(Fault::new(place, "Tags are not read.", hint));
    }
    Ok(())
}

fn too_deep(place: Place) -> Fault {
    let message = format!("Lists and mappings are nested more than {MAX_DEPTH} deep here.");
    Fault::new(place, message, "Remove the needless levels.")
}

fn too_many(place: Place) -> Fault {
    let message = format!("The text holds more than {MAX_NODES} values up to here, aliases counted in full.");
    Fault::new(place, message, "Remove what doesn't belong to the configuration.")
}

fn syntax_fault(error: &ScanError) -> Fault {
    let mark = error.marker();
    let place = Place { line: mark.line(), column: mark.col() + 1, start: 0, end: 0, alias: false };
    if error.info() == "recursion limit exceeded" {
        return too_deep(place);
    }
    let (message, hint) = explained(error.info());
    Fault::new(place, message, hint)
}

/// Why reading ends here.
struct Fault {
    place: Place,
    message: String,
    hint: &'static str,
}

impl Fault {
    fn new(place: Place, message: impl Into<String>, hint: &'static str) -> Self {
        Self { place, message: message.into(), hint }
    }

    fn into_problem(self, path: String) -> Problem {
        Problem {
            path,
            line: Some(self.place.line),
            column: Some(self.place.column),
            source: None,
            message: self.message,
            hint: Some(self.hint.to_owned()),
            fix: None,
        }
    }
}
