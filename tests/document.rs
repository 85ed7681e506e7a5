//! The HTML report: one file, well formed, with everything in it and nothing from elsewhere.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use fleetsynth::dataset::Generator;
use fleetsynth::document;
use fleetsynth::quality::meaning;

/// The report on a preset, and its charts.
fn report(preset: &str, sets: &[&str]) -> (String, usize) {
    let plan = common::plan(preset, sets);
    let charts = document::figures(&plan).len();
    let (_, outcome) = common::run(plan.clone());
    let generator = Generator::new(Arc::new(plan));
    (document::whole(&generator, &outcome.summary, &outcome.profile).unwrap(), charts)
}

#[test]
fn the_report_has_charts_checks_statistics_configuration_and_fingerprints() {
    let plan = common::plan("small", &[]);
    let (_, outcome) = common::run(plan.clone());
    let (html, charts) = report("small", &[]);
    // 5 of each of 5 metrics, and 2 of the fleet.
    assert_eq!(charts, 27);
    assert_eq!(html.matches("<svg ").count(), charts);
    assert_eq!(html.matches("<figcaption>").count(), charts);
    for check in &outcome.summary.quality.checks {
        assert!(html.contains(check.title), "{}", check.title);
    }
    for text in [
        "CPU P95 of 5 servers",
        outcome.summary.file.sha256.as_str(),
        outcome.summary.config_sha256.as_str(),
        outcome.summary.quality.in_words().as_str(),
        "num_servers: 5",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let without = report("small", &["data_generation.use_eoq_spikes=false"]);
    assert_eq!(without.1, 22, "no quarter ends where there are none");
}

#[test]
fn the_report_asks_for_nothing_and_runs_nothing() {
    let (html, _) = report("small", &[]);
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
    assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'"));
    let svg = "http://www.w3.org/2000/svg";
    for address in ["http:", "https:", "//", "url(", "@import", "<script", "<link", "<img", "<iframe", " on"]
    {
        let rest = html.replace(svg, "");
        let tags =
            rest.split('<').filter_map(|piece| piece.split_once('>')).map(|(tag, _)| format!("<{tag}"));
        assert_eq!(tags.filter(|tag| tag.contains(address)).collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn hostile_names_stay_text() {
    let (html, _) = report("small", &["data_generation.metadata.server_prefix=<script>alert(1)<"]);
    assert!(!html.contains("<script"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;"), "the configuration shows the prefix as it is");
}

#[test]
fn every_check_says_what_it_looks_at() {
    for preset in ["small", "bank_realistic"] {
        let (_, outcome) = common::run(common::plan(preset, &["data_generation.num_servers=40"]));
        for check in &outcome.summary.quality.checks {
            assert!(meaning(check.id).ends_with('.'), "{}", check.id);
        }
    }
    assert_eq!(meaning("nothing"), "");
}
