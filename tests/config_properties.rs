//! Promises about any text: nothing panics, and an edit of the text means what an override means.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, Override, PRESETS};
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that YAML gives a meaning.
const PIECES: [&str; 24] = [
    "\n", "\n  ", "  ", ": ", ":", "- ", ", ", "[", "]", "{", "}", "'", "\"", "#", "&a ", "*a", "|", ">",
    "!t ", "? ", "\t", "---\n", "null", "\u{feff}",
];

/// A preset with a few stretches replaced.
fn mutated_preset() -> impl Strategy<Value = String> {
    let piece = prop_oneof![select(PIECES.as_slice()).prop_map(str::to_owned), "\\PC{0,3}", "[0-9.e+-]{1,6}"];
    let change = (any::<prop::sample::Index>(), 0..20usize, piece);
    (0..PRESETS.len(), prop::collection::vec(change, 1..4)).prop_map(|(preset, changes)| {
        let mut text: Vec<char> = PRESETS[preset].yaml.chars().collect();
        for (at, length, piece) in changes {
            let start = at.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,200}",
        prop::collection::vec(select(PIECES.as_slice()), 0..60).prop_map(|pieces| pieces.concat()),
        mutated_preset(),
    ]
}

/// Paths that are there, that can be made, and that lead nowhere.
fn any_path() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        select(
            [
                "data_generation",
                "output",
                "metrics",
                "realism",
                "metadata",
                "regions",
                "cpu_p95",
                "base_mean",
                "missing_rate",
                "eoq_months",
                "num_servers",
                "decimals",
                "x",
            ]
            .as_slice()
        )
        .prop_map(str::to_owned),
        ".{0,3}",
    ];
    prop::collection::vec(name, 1..5).prop_map(|names| names.join("."))
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        "[a-z ]{0,8}",
        "\\PC{0,8}",
        Just("[1, 2]".to_owned()),
        Just("{}".to_owned())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_path_or_value_panics(text in any_text(), path in any_path(), value in any_value()) {
        let _ = config::plan(&text, &[]);
        let _ = config::form(&text);
        let _ = config::set_value(&text, &path, &value);
        let change = Override { path, value, source: "test".to_owned() };
        let _ = config::plan(&text, &[change]);
    }

    #[test]
    fn problems_are_complete_and_in_order(text in mutated_preset()) {
        let Err(error) = config::plan(&text, &[]) else { return Ok(()) };
        prop_assert!(!error.problems().is_empty());
        let places: Vec<_> = error.problems().iter().filter_map(|problem| Some((problem.line?, problem.column?))).collect();
        prop_assert!(places.is_sorted());
        for problem in error.problems() {
            prop_assert!(problem.hint.as_ref().is_some_and(|hint| hint.ends_with(['.', '?', '!', '`'])), "{}", problem);
            prop_assert!(problem.message.ends_with('.'), "{}", problem);
        }
    }

    #[test]
    fn an_edit_of_a_preset_means_what_an_override_means_and_keeps_all_comments(
        preset in select(PRESETS.as_slice()),
        field in any::<prop::sample::Index>(),
        value in prop_oneof!["[0-9]{1,3}", "0\\.[0-9]{1,3}", "-[0-9]", "2024-0[1-3]-[0-3][0-9]", "true|false", "[a-z]{1,5}"],
    ) {
        let fields = config::form(preset.yaml).unwrap();
        let path = fields[field.index(fields.len())].path.clone();
        let edited = config::set_value(preset.yaml, &path, &value).unwrap();
        let comments = |text: &str| -> Vec<String> {
            text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment.to_owned()).collect()
        };
        prop_assert_eq!(comments(&edited), comments(preset.yaml));

        let change = Override { path: path.clone(), value: value.clone(), source: "test".to_owned() };
        match (config::plan(&edited, &[]), config::plan(preset.yaml, &[change])) {
            (Ok(edited), Ok(overridden)) => prop_assert_eq!(edited, overridden),
            (Err(edited), Err(overridden)) => {
                let told = |error: fleetsynth::error::Error| -> Vec<_> {
                    error.problems().iter().map(|problem| (problem.path.clone(), problem.message.clone())).collect()
                };
                prop_assert_eq!(told(edited), told(overridden));
            }
            (edited, overridden) => prop_assert!(false, "{edited:?}\n{overridden:?}"),
        }

        let shown = config::form(&edited).unwrap().into_iter().find(|field| field.path == path);
        prop_assert_eq!(shown.map(|field| field.value), Some(value.clone()));
        prop_assert_eq!(config::set_value(&edited, &path, &value).unwrap(), edited);
    }

    #[test]
    fn an_edit_of_any_text_is_readable_and_idempotent(text in any_text(), path in any_path(), value in any_value()) {
        // An anchor can be written once only.
        prop_assume!(!value.contains('&'));
        if let Ok(edited) = config::set_value(&text, &path, &value) {
            prop_assert!(config::form(&edited).is_ok());
            prop_assert_eq!(config::set_value(&edited, &path, &value).ok(), Some(edited));
        }
    }

    #[test]
    fn a_sound_configuration_s_effective_form_is_a_fixed_point(text in mutated_preset()) {
        if let Ok(plan) = config::plan(&text, &[]) {
            let again = config::plan(&plan.effective_yaml, &[]);
            prop_assert_eq!(again, Ok(plan));
        }
    }
}
