//! The rules of the house: which module may know what. See "How it is built" in the README.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which data passes through them.
const ROOMS: [&str; 25] = [
    "wording",
    "error",
    "math",
    "cholesky",
    "rng",
    "calendar",
    "plan",
    "config",
    "fleet",
    "realism",
    "series",
    "dataset",
    "aggregate",
    "profile",
    "quality",
    "export",
    "run",
    "upload",
    "ingest",
    "chart",
    "document",
    "web",
    "cli",
    "bin",
    "lib",
];

fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![];
    walk(&root, &mut found);
    let room = |path: &PathBuf| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    found
        .into_iter()
        .map(|path| (room(&path), path.clone(), code(&fs::read_to_string(&path).unwrap())))
        .collect()
}

/// The text without comments and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_source_file_belongs_to_a_known_room() {
    let sources = sources();
    assert!(sources.len() > 40);
    for (room, path, _) in sources {
        assert!(ROOMS.contains(&room.as_str()), "{} is in no known room", path.display());
    }
}

#[test]
fn a_room_never_imports_a_later_one() {
    let place = |room: &str| ROOMS.iter().position(|candidate| *candidate == room).unwrap();
    for (room, path, code) in sources() {
        for later in &ROOMS[place(&room) + 1..] {
            assert!(!code.contains(&format!("crate::{later}")), "{} imports {later}", path.display());
        }
    }
}

#[test]
fn each_library_stays_in_its_rooms() {
    let rules: [(&str, &[&str]); 17] = [
        ("wasm_bindgen", &["web"]),
        ("web_sys", &["web"]),
        ("js_sys", &["web"]),
        ("serde_wasm_bindgen", &["web"]),
        ("plotters_canvas", &["web"]),
        ("plotters::", &["chart", "web"]),
        // `error` turns the crate's errors into ours.
        ("parquet::", &["export", "ingest", "error"]),
        ("serde_yaml", &["config"]),
        ("saphyr_parser", &["config"]),
        ("libm::", &["math"]),
        ("roxmltree", &["upload"]),
        ("md5::", &["upload"]),
        ("maud::", &["document"]),
        ("object_store::", &["cli"]),
        ("reqwest::", &["cli"]),
        ("std::fs", &["cli"]),
        ("std::env", &["cli"]),
    ];
    for (room, path, code) in sources() {
        for (library, rooms) in rules {
            let allowed = rooms.contains(&room.as_str());
            let used = code.match_indices(library).any(|(at, _)| !code[..at].ends_with("export::"));
            assert!(allowed || !used, "{} uses {library}", path.display());
        }
    }
}

#[test]
fn clock_threads_and_printing_belong_to_the_command_line() {
    for (room, path, code) in sources() {
        for word in ["std::thread", "Instant::now", "SystemTime", "println!", "eprintln!", "dbg!"] {
            assert!(room == "cli" || room == "bin" || !code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn the_judge_never_sees_the_answers() {
    for (room, path, code) in sources() {
        if room == "quality" || room == "aggregate" {
            for word in ["Defects", "outliers:", "StreamKey", "crate::rng"] {
                assert!(!code.contains(word), "{} knows {word}", path.display());
            }
        }
    }
}
