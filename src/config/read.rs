//! Typed reading of the tree: every getter gives the value or `None`, and then it has said why.

use std::ops::RangeInclusive;

use chrono::{Months, NaiveDate};

use super::keys;
use super::limits::{self, Range};
use super::problems::{Advice, Problems, all_of, escaped, join, nearest, one_of, quoted};
use super::tree::{Content, Entry, Meaning, Node, Place, Scalar};
use crate::error::{Fix, Problem};

/// A section with more keys than this holds nothing but slips.
const MAX_KEYS: usize = 100;

/// A value of the configuration with its path.
#[derive(Clone)]
pub(super) struct Value<'a> {
    pub(super) path: String,
    node: &'a Node,
    key_place: Option<Place>,
    problems: &'a Problems,
}

/// A name that the user gave as a key.
#[derive(Clone)]
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) path: String,
    place: Place,
    source: Option<&'a str>,
    problems: &'a Problems,
}

/// A mapping with known keys.
pub(super) struct Section<'a> {
    pub(super) path: String,
    /// The section's value, if it is there at all.
    node: Option<&'a Node>,
    /// Where its key stands.
    key_place: Option<Place>,
    problems: &'a Problems,
}

impl<'a> Value<'a> {
    pub(super) fn new(path: impl Into<String>, node: &'a Node, problems: &'a Problems) -> Self {
        Self { path: path.into(), node, key_place: None, problems }
    }

    fn of_entry(path: String, entry: &'a Entry, problems: &'a Problems) -> Self {
        Self { path, node: &entry.value, key_place: Some(entry.key_place), problems }
    }

    /// Says what is wrong with this value, and what to write.
    pub(super) fn problem(&self, message: impl Into<String>, hint: impl Into<Advice>) {
        let source = self.node.source.as_deref();
        self.problems
            .add(|| make_problem(&self.path, Some(self.node.place), source, message.into(), hint.into()));
    }

    /// Says what is wrong with an entry of this mapping.
    pub(super) fn problem_at_entry(&self, entry: &Entry, message: &str, hint: Advice) {
        let (path, source) = (join(&self.path, &entry.key), entry.value.source.as_deref());
        self.problems.add(|| make_problem(&path, Some(entry.key_place), source, message.to_owned(), hint));
    }

    /// Whether the value is left empty or `null`.
    pub(super) fn is_nothing(&self) -> bool {
        self.node.is_nothing()
    }

    /// Whether the value is a mapping.
    pub(super) fn is_mapping(&self) -> bool {
        matches!(self.node.content, Content::Map { .. })
    }

    /// Whether the value is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.node.content, Content::List { .. })
    }

    /// A finite number in `range`.
    pub(super) fn number(&self, range: &Range) -> Option<f64> {
        let allowed = limits::describe(range);
        let value = match self.meaning() {
            Some(Meaning::Integer(integer)) => integer as f64,
            Some(Meaning::Number(number)) => number,
            _ => return self.mismatch("a number", number_advice(self.node, &format!("a number {allowed}"))),
        };
        if !limits::allows(range, value) {
            return self.out_of_range(&format!("Write a number {allowed}."));
        }
        // Turns -0 into 0, which is another bit pattern.
        Some(value + 0.0)
    }

    /// A whole number in `range`.
    pub(super) fn integer(&self, range: &RangeInclusive<u64>) -> Option<u64> {
        let hint = format!("a whole number {}", limits::describe_whole(range));
        let value = match self.meaning() {
            Some(Meaning::Integer(integer)) => integer,
            // `1e3` and `120.0` are whole, too.
            Some(Meaning::Number(number)) if number.fract() == 0.0 && (0.0..9e15).contains(&number) => {
                number as u64
            }
            Some(Meaning::Number(number)) if number.is_finite() && number.fract() != 0.0 => {
                return self.mismatch("a whole number", format!("Write {hint}."));
            }
            Some(Meaning::Number(_)) => return self.out_of_range(&format!("Write {hint}.")),
            _ => return self.mismatch("a whole number", number_advice(self.node, &hint)),
        };
        if !range.contains(&value) {
            return self.out_of_range(&format!("Write {hint}."));
        }
        Some(value)
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        let advice = match self.meaning() {
            Some(Meaning::Bool(value)) => return Some(value),
            Some(Meaning::Text(text)) => match text.to_ascii_lowercase().as_str() {
                "yes" | "y" | "on" | "true" | "t" => Advice::write("Write true.", "true"),
                "no" | "n" | "off" | "false" | "f" => Advice::write("Write false.", "false"),
                _ => "Write true or false.".into(),
            },
            Some(Meaning::Integer(1)) => Advice::write("Write true.", "true"),
            Some(Meaning::Integer(0)) => Advice::write("Write false.", "false"),
            _ => "Write true or false.".into(),
        };
        self.mismatch("true or false", advice)
    }

    /// A text, empty ones included.
    pub(super) fn text(&self) -> Option<&'a str> {
        match (self.meaning(), &self.node.content) {
            (Some(Meaning::Text(text)), _) => Some(text),
            (Some(Meaning::Nothing), _) => self.mismatch("a text", "Write it, or \"\" for an empty one."),
            (Some(_), Content::Scalar(scalar)) => {
                let in_quotes = format!("\"{}\"", escaped(&scalar.text));
                self.mismatch("a text", Advice::write(format!("Put it in quotes: {in_quotes}."), in_quotes))
            }
            _ => self.mismatch("a text", "Write a single text."),
        }
    }

    /// A day that exists.
    pub(super) fn date(&self) -> Option<NaiveDate> {
        const HINT: &str = "Write the day as year-month-day, for example 2024-03-31.";
        let Some(Meaning::Text(text)) = self.meaning() else { return self.mismatch("a date", HINT) };
        let Some((year, month, day)) = date_parts(text) else { return self.mismatch("a date", HINT) };
        let date = NaiveDate::from_ymd_opt(year, month, day);
        if date.is_none() {
            let advice = match NaiveDate::from_ymd_opt(year, month, 1) {
                Some(first) => {
                    let days = (first + Months::new(1)).signed_duration_since(first).num_days();
                    let hint = format!("{} has {days} days.", first.format("%B %Y"));
                    Advice::write(hint, format!("{}-{days}", first.format("%Y-%m")))
                }
                None => "A year has the months 01 to 12.".into(),
            };
            self.problem(format!("is {text}, a day that doesn't exist."), advice);
        }
        date
    }

    /// One of `choices` by its name.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let hint = format!("Write {}.", one_of(&names));
        let Some(Meaning::Text(text)) = self.meaning() else { return self.mismatch(&one_of(&names), hint) };
        let choice = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if choice.is_none() {
            let advice = nearest(text, names).map_or(hint.into(), Advice::did_you_mean);
            self.problem(format!("is {}, which is not known here.", quoted(text)), advice);
        }
        choice
    }

    /// The values of a list.
    pub(super) fn list(&self, hint: &str) -> Option<Vec<Value<'a>>> {
        let Content::List { items, .. } = &self.node.content else { return self.mismatch("a list", hint) };
        let value = |(index, node): (usize, &'a Node)| {
            let path = match node.name() {
                Some(name) => join(&self.path, name),
                None => format!("{}[{index}]", self.path),
            };
            Value::new(path, node, self.problems)
        };
        Some(items.iter().enumerate().map(value).collect())
    }

    /// The keys and values of a mapping whose keys the user chooses.
    pub(super) fn map(&self, hint: &str) -> Option<Vec<(Key<'a>, Value<'a>)>> {
        let Content::Map { entries, .. } = &self.node.content else {
            return self.mismatch("a mapping", hint);
        };
        let pair = |entry: &'a Entry| {
            let path = join(&self.path, &entry.key);
            let (place, source) = (entry.key_place, entry.value.source.as_deref());
            let key = Key { name: &entry.key, path: path.clone(), place, source, problems: self.problems };
            (key, Value::of_entry(path, entry, self.problems))
        };
        Some(entries.iter().map(pair).collect())
    }

    /// A mapping with these keys; an empty value is one without any.
    pub(super) fn section(&self, known: &[&str]) -> Section<'a> {
        let (path, node) = (self.path.clone(), Some(self.node));
        let section = Section { path, node, key_place: self.key_place, problems: self.problems };
        match &self.node.content {
            Content::Map { entries, .. } => {
                for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
                    section.unknown(entry, known);
                }
            }
            _ if self.is_nothing() => {}
            _ => {
                let hint = format!("Write keys below it, for example `{}:`.", known[0]);
                self.mismatch::<()>("a mapping", hint);
            }
        }
        section
    }

    fn meaning(&self) -> Option<Meaning<'a>> {
        match &self.node.content {
            Content::Scalar(scalar) => Some(scalar.meaning()),
            _ => None,
        }
    }

    fn mismatch<T>(&self, needed: &str, advice: impl Into<Advice>) -> Option<T> {
        let advice = advice.into();
        if self.is_nothing() {
            let hint = format!("{} Or remove the key.", advice.hint);
            self.problem(format!("has no value; it needs {needed}."), hint);
        } else {
            self.problem(format!("needs {needed}, but this is {}.", kind(self.node)), advice);
        }
        None
    }

    fn out_of_range<T>(&self, hint: &str) -> Option<T> {
        let written = match &self.node.content {
            Content::Scalar(scalar) => escaped(&scalar.text),
            _ => String::new(),
        };
        let why = match self.meaning() {
            Some(Meaning::Number(number)) if !number.is_finite() => "not a finite number",
            _ => "which is out of range",
        };
        self.problem(format!("is {written}, {why}."), hint);
        None
    }
}

impl<'a> Key<'a> {
    /// Says what is wrong with the key itself.
    pub(super) fn problem(&self, message: impl Into<String>, hint: impl Into<Advice>) {
        self.problems
            .add(|| make_problem(&self.path, Some(self.place), self.source, message.into(), hint.into()));
    }

    /// Says that nothing has this name; `what` is, for example, "a metric".
    pub(super) fn unknown<'b>(&self, what: &str, known: impl IntoIterator<Item = &'b str>) {
        let known: Vec<&str> = known.into_iter().collect();
        self.problems.add(|| {
            let advice = match nearest(self.name, known.iter().copied()) {
                Some(name) => Advice::did_you_mean(name),
                None => format!("There are: {}.", all_of(&known)).into(),
            };
            make_problem(&self.path, Some(self.place), self.source, format!("is not {what}."), advice)
        });
    }
}

impl<'a> Section<'a> {
    /// The section at `path` that `entry` holds, if it is there.
    pub(super) fn open(path: &str, entry: Option<&'a Entry>, known: &[&str], problems: &'a Problems) -> Self {
        let path = path.to_owned();
        match entry {
            Some(entry) => Value::of_entry(path, entry, problems).section(known),
            None => Self { path, node: None, key_place: None, problems },
        }
    }

    /// The section `key` of this one.
    pub(super) fn section(&self, key: &str, known: &[&str]) -> Section<'a> {
        let entry = self.node.and_then(|node| node.entry(key));
        Section::open(&join(&self.path, key), entry, known, self.problems)
    }

    /// The value of `key`, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Value<'a>> {
        let entry = self.node?.entry(key)?;
        Some(Value::of_entry(join(&self.path, key), entry, self.problems))
    }

    pub(super) fn number(&self, key: &str, range: &Range, default: f64) -> Option<f64> {
        self.get(key).map_or(Some(default), |value| value.number(range))
    }

    pub(super) fn integer(&self, key: &str, range: &RangeInclusive<u64>, default: u64) -> Option<u64> {
        self.get(key).map_or(Some(default), |value| value.integer(range))
    }

    pub(super) fn boolean(&self, key: &str, default: bool) -> Option<bool> {
        self.get(key).map_or(Some(default), |value| value.boolean())
    }

    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)], default: T) -> Option<T> {
        self.get(key).map_or(Some(default), |value| value.choice(choices))
    }

    /// The value of a key that has no default.
    pub(super) fn required(&self, key: &str, example: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() && self.misses(key) {
            let message = "is missing; it has no default.";
            let hint = format!("Write `{key}: {example}`, for example.");
            self.problem_at_key(key, message, hint);
        }
        value
    }

    /// Whether the absence of `key` is a problem of its own, rather than one with a slip in its name
    /// or with a section that isn't a mapping.
    fn misses(&self, key: &str) -> bool {
        let Some(node) = self.node else { return true };
        let Content::Map { entries, .. } = &node.content else { return node.is_nothing() };
        let mut names = entries.iter().map(|entry| entry.key.as_str()).take(MAX_KEYS);
        !names.any(|name| keys::home(name).is_none() && nearest(name, [key]).is_some())
    }

    /// Says what is wrong with `key`: at its value, or where the section stands when it is left out.
    pub(super) fn problem(&self, key: &str, message: impl Into<String>, hint: impl Into<Advice>) {
        match self.get(key) {
            Some(value) => value.problem(message, hint),
            // There is nothing whose place a text could take.
            None => self.problem_at_key(key, message, hint.into().hint),
        }
    }

    fn problem_at_key(&self, key: &str, message: impl Into<String>, hint: impl Into<Advice>) {
        let path = join(&self.path, key);
        let place = self.key_place.or(self.node.map(|node| node.place));
        let source = self.node.and_then(|node| node.source.as_deref());
        self.problems.add(|| make_problem(&path, place, source, message.into(), hint.into()));
    }

    fn unknown(&self, entry: &Entry, known: &[&str]) {
        self.problems.add(|| {
            let key = entry.key.as_str();
            let advice = match (keys::home(key), nearest(key, known.iter().copied())) {
                (Some(section), _) => format!("It belongs in {section}.").into(),
                (None, Some(name)) => Advice::did_you_mean(name),
                (None, None) if key == "<<" => "Merge keys are not read: write the keys out.".into(),
                (None, None) => format!("The keys here are {}.", all_of(known)).into(),
            };
            let path = join(&self.path, key);
            let source = entry.value.source.as_deref();
            make_problem(
                &path,
                Some(entry.key_place),
                source,
                "is not a key of this section.".to_owned(),
                advice,
            )
        });
    }
}

fn make_problem(
    path: &str,
    place: Option<Place>,
    source: Option<&str>,
    message: String,
    advice: Advice,
) -> Problem {
    let place = place.filter(|_| source.is_none());
    let fix = |(place, text): (Place, String)| Fix {
        label: format!("Write {text}"),
        length: place.end - place.start,
        text,
    };
    Problem {
        path: path.to_owned(),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        source: source.map(str::to_owned),
        message,
        hint: Some(advice.hint),
        fix: place.filter(|place| !place.alias).zip(advice.replacement).map(fix),
    }
}

/// What a value is, in words.
fn kind(node: &Node) -> String {
    let scalar = match &node.content {
        Content::List { .. } => return "a list".to_owned(),
        Content::Map { .. } => return "a mapping".to_owned(),
        Content::Scalar(scalar) => scalar,
    };
    match scalar.meaning() {
        Meaning::Nothing => "empty".to_owned(),
        Meaning::Bool(value) => value.to_string(),
        Meaning::Integer(_) => format!("the number {}", escaped(&scalar.text)),
        Meaning::Number(number) if number.is_finite() => {
            format!("the number {}", escaped(&scalar.text))
        }
        Meaning::Number(_) => format!("{}, not a finite number", escaped(&scalar.text)),
        Meaning::Text("") => "an empty text".to_owned(),
        Meaning::Text(text) => format!("text ({})", quoted(text)),
    }
}

/// What to write where a number is needed: the number that the text seems to mean, or `needed`.
fn number_advice(node: &Node, needed: &str) -> Advice {
    if let Content::Scalar(Scalar { text, .. }) = &node.content {
        let digits = text.trim().replace(['_', ',', ' '], "");
        if digits.len() <= 20 && digits.parse::<f64>().is_ok_and(f64::is_finite) {
            return Advice::write(format!("Write {digits}, without quotes or separators."), digits);
        }
        if let Some(share) =
            text.trim().strip_suffix('%').and_then(|text| text.trim_end().parse::<f64>().ok())
        {
            return format!(
                "Write {needed}, without the percent sign (as a share, {share}% is {}).",
                share / 100.0
            )
            .into();
        }
    }
    format!("Write {needed}.").into()
}

/// Year, month and day of a text that has the form of a date.
fn date_parts(text: &str) -> Option<(i32, u32, u32)> {
    let digits = |from: usize, to: usize| {
        text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if text.len() != 10 || text.as_bytes()[4] != b'-' || text.as_bytes()[7] != b'-' {
        return None;
    }
    Some((digits(0, 4)?.parse().ok()?, digits(5, 7)?.parse().ok()?, digits(8, 10)?.parse().ok()?))
}
