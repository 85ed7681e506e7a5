//! The configuration's JSON Schema, for editors: every key with its meaning, range and default.
//!
//! What a key may hold stands in `forms`, in the reader's own limits. What it means and what holds
//! when it is left out are read from `config/config.yaml`, which says both to people.

mod described;
mod forms;

use serde::Serialize;
use serde_json::{Value, json};

use described::Described;
use forms::{Form, Key};

use super::limits;
use super::preset::PRESETS;
use crate::calendar::{FIRST_DATE, LAST_DATE};

/// A part of the schema. Unlike a `serde_json::Value` it keeps the order of its keys.
#[derive(Serialize)]
#[serde(untagged)]
enum Part {
    Value(Value),
    Object(#[serde(serialize_with = "in_order")] Vec<(String, Part)>),
    List(Vec<Part>),
}

fn in_order<S: serde::Serializer>(pairs: &[(String, Part)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, part)| (key, part)))
}

/// The schema (JSON Schema draft 7), as text.
pub fn schema() -> String {
    let described = Described::of(PRESETS[0].yaml);
    let keys = forms::top();
    let mut parts = vec![
        value("$schema", "http://json-schema.org/draft-07/schema#"),
        value("title", "Fleetsynth's configuration"),
        value(
            "description",
            "Sections of other names belong to other steps of the pipeline and are ignored.",
        ),
    ];
    parts.extend(section(&keys, "", &described));
    // Other steps' sections may stand beside ours.
    parts.retain(|(name, _)| name != "additionalProperties");
    let text = serde_json::to_string_pretty(&Part::Object(parts));
    text.expect("a schema has nothing that JSON has not") + "\n"
}

fn value(name: &str, value: impl Into<Value>) -> (String, Part) {
    (name.to_owned(), Part::Value(value.into()))
}

fn object(name: &str, parts: Vec<(String, Part)>) -> (String, Part) {
    (name.to_owned(), Part::Object(parts))
}

/// The keys of a section; `path` is its own.
fn section(keys: &[Key], path: &str, described: &Described) -> Vec<(String, Part)> {
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let properties = keys.iter().map(|key| {
        let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        object(key.name, of_key(key, &path, described))
    });
    let kind = if required.is_empty() { json!(["object", "null"]) } else { json!("object") };
    let mut parts = vec![value("type", kind)];
    if !required.is_empty() {
        parts.push(value("required", required));
    }
    parts.push(value("additionalProperties", false));
    parts.push(object("properties", properties.collect()));
    parts
}

fn of_key(key: &Key, path: &str, described: &Described) -> Vec<(String, Part)> {
    // The required ones have an example in the file, not a default.
    let default = if key.required { None } else { described.default(path) };
    let (default, in_words) = default.unzip();
    let about = match (key.about, described.comment(path)) {
        ("", comment) => comment,
        (about, _) => about.to_owned(),
    };
    let sentences = [about, allowed(&key.form), in_words.unwrap_or_default()];
    let sentences: Vec<String> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    let mut parts = vec![value("description", sentences.join("\n"))];
    parts.extend(default.flatten().map(|default| value("default", default)));
    parts.extend(of_form(&key.form, path, described));
    parts
}

fn of_form(form: &Form, path: &str, described: &Described) -> Vec<(String, Part)> {
    match form {
        Form::Flag => vec![value("type", "boolean")],
        Form::Nothing => vec![value("type", "null")],
        Form::Day => {
            vec![value("type", "string"), value("format", "date"), value("pattern", "^\\d{4}-\\d{2}-\\d{2}$")]
        }
        Form::Text(most) => vec![value("type", "string"), value("maxLength", *most)],
        Form::Choice(names) => vec![value("type", "string"), value("enum", names.clone())],
        Form::Whole(range) => {
            vec![value("type", "integer"), value("minimum", *range.start()), value("maximum", *range.end())]
        }
        Form::Number((least, most)) => {
            use std::ops::Bound::{Excluded, Included, Unbounded};
            let bound = |bound, inclusive, exclusive| match bound {
                Included(limit) => Some(value(inclusive, number(limit))),
                Excluded(limit) => Some(value(exclusive, number(limit))),
                Unbounded => None,
            };
            let mut parts = vec![value("type", "number")];
            parts.extend(bound(*least, "minimum", "exclusiveMinimum"));
            parts.extend(bound(*most, "maximum", "exclusiveMaximum"));
            parts
        }
        Form::Section(keys) => section(keys, path, described),
        Form::ByName { columns, most, form } => {
            let mut names = vec![value("maxLength", limits::MAX_NAME)];
            if *columns {
                names.push(value("pattern", "^[a-z][a-z0-9_]*$"));
            }
            let mut parts =
                vec![value("type", "object"), value("maxProperties", *most), object("propertyNames", names)];
            // What is said of one name's keys holds for those of any name.
            let inner = format!("{path}.{}", described.first_name(path).unwrap_or_default());
            parts.push(object("additionalProperties", of_form(form, &inner, described)));
            parts
        }
        Form::List { least, most, form } => {
            let mut parts = vec![value("type", "array")];
            if *least > 0 {
                parts.push(value("minItems", *least));
            }
            parts.push(value("maxItems", *most));
            let first = format!("{path}.{}", described.first_name(path).unwrap_or_default());
            parts.push(object("items", of_form(form, &first, described)));
            parts
        }
        Form::Either(forms) => {
            let parts = forms.iter().map(|form| Part::Object(of_form(form, path, described)));
            vec![("anyOf".to_owned(), Part::List(parts.collect()))]
        }
    }
}

/// A number, whole where it is.
fn number(limit: f64) -> Value {
    if limit.fract() == 0.0 { json!(limit as i64) } else { json!(limit) }
}

/// What a key may hold, in a sentence; nothing where its own comment has to say it.
fn allowed(form: &Form) -> String {
    match form {
        Form::Flag => "true or false.".to_owned(),
        Form::Day => format!("A day such as 2024-03-31, from {FIRST_DATE} to {LAST_DATE}."),
        Form::Text(most) => format!("A text of at most {most} characters."),
        Form::Choice(names) if names.len() == 1 => String::new(),
        Form::Choice(names) => format!("One of {}.", names.join(", ")),
        Form::Whole(range) => format!("A whole number {}.", limits::describe_whole(range)),
        Form::Number(range) => format!("A number {}.", limits::describe(range)),
        Form::List { least, most, .. } if least == most => format!("A list of {most}."),
        Form::List { most, .. } => format!("A list of at most {most}."),
        Form::Either(forms) => {
            let ways: Vec<String> = forms.iter().map(allowed).collect();
            if ways.contains(&String::new()) { String::new() } else { ways.join(" Or: ") }
        }
        Form::Nothing => "null.".to_owned(),
        Form::Section(_) | Form::ByName { .. } => String::new(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::keys;
    use super::*;
    use crate::plan::AnomalyKind;

    /// The keys of the section at a path, whatever else may stand there.
    fn keys_at(path: &[&str]) -> Vec<&'static str> {
        fn find(form: &Form, path: &[&str]) -> Option<Vec<&'static str>> {
            match (form, path) {
                (Form::Section(keys), []) => Some(keys.iter().map(|key| key.name).collect()),
                (Form::Section(keys), [first, rest @ ..]) => {
                    keys.iter().find(|key| key.name == *first).and_then(|key| find(&key.form, rest))
                }
                (Form::ByName { form, .. }, ["*", rest @ ..]) => find(form, rest),
                (Form::List { form, .. }, ["[]", rest @ ..]) => find(form, rest),
                (Form::Either(forms), _) => forms.iter().find_map(|form| find(form, path)),
                _ => None,
            }
        }
        find(&Form::Section(forms::top()), path).unwrap_or_default()
    }

    #[test]
    fn every_section_has_the_reader_s_keys_in_the_reader_s_order() {
        let anomalies = AnomalyKind::ALL.map(AnomalyKind::name);
        let sections: [(&str, &[&str]); 21] = [
            ("", keys::TOP),
            ("general", keys::GENERAL),
            ("data_generation", keys::DATA_GENERATION),
            ("data_generation events []", keys::EVENT),
            ("data_generation lifecycle", keys::LIFECYCLE),
            ("data_generation metrics *", keys::METRIC),
            ("data_generation metrics []", keys::LISTED_METRIC),
            ("data_generation metrics * seasonality_terms []", keys::SEASONALITY_TERM),
            ("data_generation metrics [] level_shifts []", keys::LEVEL_SHIFT),
            ("data_generation metadata", keys::METADATA),
            ("data_generation metadata effects", keys::EFFECTS),
            ("data_generation metadata archetypes *", keys::ARCHETYPE),
            ("data_generation metadata archetypes * metrics *", keys::TRAITS),
            ("data_generation metadata sensitivities *", keys::SENSITIVITY),
            ("data_generation realism", keys::REALISM),
            ("data_generation realism gaps", keys::GAPS),
            ("data_generation realism anomalies", &anomalies),
            ("data_generation realism anomalies stuck", keys::ANOMALY),
            ("data_generation quality", keys::QUALITY),
            ("output", keys::OUTPUT),
            ("storage", keys::STORAGE),
        ];
        for (path, keys) in sections {
            let path: Vec<&str> = path.split_whitespace().collect();
            assert_eq!(keys_at(&path), keys, "{path:?}");
        }
    }
}
