//! Promise: the page changes one value of the text and nothing else.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, PRESETS, form, set_value};

/// `before`, with the value set, is `after`.
fn edit(before: &str, path: &str, value: &str, after: &str) {
    assert_eq!(set_value(before, path, value).unwrap_or_else(|error| panic!("{before}\n{error}")), after);
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    edit("a:\n  b: 1   # one\n  c: 2\n", "a.b", "10", "a:\n  b: 10   # one\n  c: 2\n");
    edit("a: {b: 1, c: 'x'} # y\n", "a.c", "2", "a: {b: 1, c: 2} # y\n");
    edit("a: [1,\n  2] # y\n", "a", "3", "a: 3 # y\n");
    edit("a: &x 1\nb: *x\n", "b", "2", "a: &x 1\nb: 2\n");
    edit("a: {b: 'it''s' , c: 1}\n", "a.b", "2", "a: {b: 2 , c: 1}\n");
    edit("a: \"\\\"'\" # y\n", "a", "2", "a: 2 # y\n");
    edit("ä: 'ö' # ü\n", "ä", "1", "ä: 1 # ü\n");
    edit("a: &x\n  b: 1\n", "a.c", "2", "a: &x\n  b: 1\n  c: 2\n");
    edit("a: 1\r\nb: 2\r\n", "a", "3", "a: 3\r\nb: 2\r\n");
    edit("- name: x\n  v: 1\n- name: y\n  v: 2\n", "y.v", "3", "- name: x\n  v: 1\n- name: y\n  v: 3\n");
}

#[test]
fn a_value_that_is_left_out_is_filled_in() {
    edit("a:\n  b:   # none\n  c: 1\n", "a.b", "5", "a:\n  b: 5   # none\n  c: 1\n");
    edit("a: {b: , c: }\n", "a.b", "5", "a: {b: 5 , c: }\n");
    edit("a:", "a", "1", "a: 1");
}

#[test]
fn a_block_gives_way_to_a_value() {
    edit("a:  # days\n- 1\n- 2\nb: 1\n", "a", "0.8", "a: 0.8  # days\nb: 1\n");
    edit("a:\n  - 1\n  - 2 # two\n\nb: 1\n", "a", "0.8", "a: 0.8 # two\n\nb: 1\n");
    edit("a:\n  b: |\n    x\n    y\n  c: 1\n", "a.b", "z", "a:\n  b: z\n  c: 1\n");
}

#[test]
fn a_value_takes_nothing_in_that_follows_it() {
    // As a block, the value would reach to the next key, comments included.
    edit("a:\n  b: 1\n# c\nd: 2\n", "a", "|", "a: \"\"\n# c\nd: 2\n");
    edit("a: 1\n# c\nd: 2\n", "a", ">-", "a: \"\"\n# c\nd: 2\n");
    for preset in PRESETS {
        let edited = set_value(preset.yaml, "data_generation", "|").unwrap();
        assert_eq!(set_value(&edited, "data_generation", "|").unwrap(), edited);
    }
}

#[test]
fn a_missing_key_is_put_at_the_end_of_its_section() {
    edit("a:\n    b: 1 # one\n\nc: 2\n", "a.d", "5", "a:\n    b: 1 # one\n    d: 5\n\nc: 2\n");
    edit("a: {b: 1}\n", "a.d", "5", "a: {b: 1, d: 5}\n");
    edit("a: {}\n", "a.d", "5", "a: {d: 5}\n");
    edit("a: [{name: x}]\n", "a.x.v", "5", "a: [{name: x, v: 5}]\n");
    edit("a:\n- name: x\n  u: 1\n", "a.x.v", "5", "a:\n- name: x\n  u: 1\n  v: 5\n");
    edit("a: 1", "b", "2", "a: 1\nb: 2");
    edit("a:\r\n  b: 1\r\n", "a.c", "2", "a:\r\n  b: 1\r\n  c: 2\r\n");
}

#[test]
fn missing_sections_are_made() {
    edit("", "a.b.c", "1", "a:\n  b:\n    c: 1\n");
    edit("# only this\n", "a.b", "1", "# only this\na:\n  b: 1\n");
    edit("a:\n    b: 1\n", "a.c.d", "5", "a:\n    b: 1\n    c:\n        d: 5\n");
    edit("a: {b: 1}\n", "a.c.d", "5", "a: {b: 1, c: {d: 5}}\n");
    edit("a:\n  b: # none\n  c: 1\n", "a.b.d", "5", "a:\n  b: # none\n    d: 5\n  c: 1\n");
    edit("a: null\n", "a.b", "5", "a: {b: 5}\n");
}

#[test]
fn a_text_that_needs_quotes_gets_them() {
    edit("a: 1\n", "a", "x y", "a: x y\n");
    edit("a: {b: 1}\n", "a.b", "'x, y'", "a: {b: 'x, y'}\n");
    edit("a: {b: 1}\n", "a.b", "x, y", "a: {b: \"x, y\"}\n");
    edit("a: 1\n", "b c", "2", "a: 1\n\"b c\": 2\n");
}

#[test]
fn changing_one_metric_of_a_text_without_metrics_keeps_the_others() {
    let text = "data_generation:\n  num_servers: 5\n  start_date: 2024-01-01\n  end_date: 2024-12-31\n";
    let edited = set_value(text, "data_generation.metrics.mem_p95.base_mean", "70").unwrap();
    assert!(edited.starts_with(text), "{edited}");
    let (before, after) = (config::plan(text, &[]).unwrap(), config::plan(&edited, &[]).unwrap());
    assert_eq!(after.metrics[1].base_mean, 70.0);
    assert_eq!(after.columns(), before.columns());
    assert_eq!(after.metrics[0], before.metrics[0]);
}

#[test]
fn what_only_a_person_can_change_is_refused() {
    for (text, path, value, words) in [
        ("a: &x {b: 1}\nc: *x\n", "c.b", "2", "edit it by hand"),
        ("a: &x\n  b: 1\nc: *x\n", "a.b", "2", "edit it by hand"),
        ("a: &x\n  b: 1\nc: *x\n", "a.d", "2", "edit it by hand"),
        ("a: &x 1\nb: *x\n", "a", "[", "not a YAML value"),
        ("a: 1\n", "a.b", "2", "single value"),
        ("a: [1, 2]\n", "a.b", "2", "a list without an entry `b`"),
        ("a: [1\n", "a", "2", "bracket"),
        ("a: 1\n", "a..b", "2", "single dots"),
        ("a: &x 1\nb: *x\n", "a", "2", "edit it by hand"),
        ("a: {b: 1}\n", "a.b", "- 1\n- 2", "edit it by hand"),
    ] {
        match set_value(text, path, value) {
            Ok(edited) => panic!("{text} {path} {value}:\n{edited}"),
            Err(error) => assert!(error.to_string().contains(words), "{words:?} is missing in: {error}"),
        }
    }
}

#[test]
fn every_field_of_the_form_can_be_set_in_every_preset() {
    for preset in &PRESETS {
        for field in form(preset.yaml).unwrap() {
            let value = match field.kind {
                config::Kind::Integer => "7",
                config::Kind::Number => "0.5",
                config::Kind::Date => "2024-02-02",
                config::Kind::Toggle => "false",
                config::Kind::Choice => "us_bank",
            };
            let edited = set_value(preset.yaml, &field.path, value).unwrap();
            let now = form(&edited).unwrap().into_iter().find(|now| now.path == field.path).unwrap();
            assert_eq!(now.value, value, "{}", field.path);
            let comments = |text: &str| text.matches('#').count();
            assert_eq!(comments(&edited), comments(preset.yaml), "{}", field.path);
            assert!(edited.lines().count() >= preset.yaml.lines().count(), "{}", field.path);
        }
    }
}
