//! The boundary: what the page gets from the module, in a browser. The worker that the page runs
//! its jobs in is driven by tests/browser.
#![cfg(target_arch = "wasm32")]

mod common;

use std::sync::Arc;

use fleetsynth::config::{self, PRESETS};
use fleetsynth::dataset::Generator;
use fleetsynth::export::csv;
use fleetsynth::web::{self, Assembly, CsvExport, CsvMaker, CsvTally, FirstChart, Generation, Maker, Report};
use js_sys::{Array, Function, JSON, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlCanvasElement;

wasm_bindgen_test_configure!(run_in_browser);

/// A property behind a path such as `problems.0.line`.
fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap())
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path)
        .as_string()
        .unwrap_or_else(|| panic!("{path} is no text in {:?}", JSON::stringify(value)))
}

fn number(value: &JsValue, path: &str) -> f64 {
    get(value, path).as_f64().unwrap_or_else(|| panic!("{path} is no number in {:?}", JSON::stringify(value)))
}

fn length(value: &JsValue, path: &str) -> u32 {
    Array::from(&get(value, path)).length()
}

fn preset(name: &str) -> &'static str {
    PRESETS.iter().find(|preset| preset.name == name).unwrap().yaml
}

/// The Parquet file and the outcome, as the worker gets them.
fn generate(yaml: &str) -> (Vec<u8>, JsValue) {
    let mut generation = Generation::new(yaml).unwrap();
    let mut parquet = Vec::new();
    for elapsed in 1.. {
        let progress = generation.step(f64::from(elapsed) * 100.0).unwrap();
        parquet.extend(generation.take());
        if get(&progress, "done").is_truthy() {
            assert_eq!(number(&progress, "share"), 1.0);
            break;
        }
    }
    let outcome = generation.finish(1234.5).unwrap();
    parquet.extend(bytes(&outcome, "lastBytes"));
    (parquet, outcome)
}

fn bytes(value: &JsValue, name: &str) -> Vec<u8> {
    Uint8Array::from(get(value, name)).to_vec()
}

fn report(yaml: &str) -> Report {
    let (_, outcome) = generate(yaml);
    Report::new(yaml, &bytes(&outcome, "profile")).unwrap()
}

#[wasm_bindgen_test]
fn every_preset_is_offered_and_has_an_estimate() {
    let presets = web::presets().unwrap();
    for (index, preset) in PRESETS.iter().enumerate() {
        assert_eq!(text(&presets, &format!("{index}.title")), preset.title);
        let check = web::check(&text(&presets, &format!("{index}.yaml")), 2, None).unwrap();
        assert_eq!(length(&check, "problems"), 0);
        assert!(text(&check, "estimate.headline").ends_with(" rows"));
        assert_eq!(text(&check, "configSha256").len(), 64);
    }
}

#[wasm_bindgen_test]
fn the_next_run_is_estimated_at_the_pace_of_the_last_one() {
    let yaml = preset("config");
    let forecast = |pace| text(&web::check(yaml, 2, pace).unwrap(), "estimate.forecast");
    assert_eq!(forecast(None), "About 1.8 MB, 135 MB of memory; time known after a run");
    // 876,600 values at 1,000 a millisecond.
    assert_eq!(forecast(Some(1000.0)), "About 1.8 MB, 135 MB of memory, 0.88 s by the last run");
}

#[wasm_bindgen_test]
fn a_link_gives_back_the_configuration_and_refuses_in_a_sentence() {
    let fragment = web::share_fragment(b"compressed").unwrap();
    assert_eq!(web::shared_bytes(&fragment).unwrap().as_deref(), Some(&b"compressed"[..]));
    assert_eq!(web::shared_bytes("#quality").unwrap(), None);
    let thrown = JsValue::from(web::read_shared(None).expect_err("nothing came out"));
    let message = String::from(thrown.unchecked_ref::<js_sys::Error>().message());
    assert!(message.starts_with("The configuration in the link can't be read: "), "{message}");
    assert_eq!(web::shared_text("a: 1\noutput: {decimals: 1}\n").unwrap(), "output: {decimals: 1}\n");
}

#[wasm_bindgen_test]
fn a_bad_configuration_gives_all_its_problems_with_their_places() {
    let yaml = preset("small")
        .replace("num_servers: 5", "num_servers: 0")
        .replace("  random_seed:", "  random_sed:");
    let check = web::check(&yaml, 2, None).unwrap();
    assert_eq!(text(&check, "title"), "2 problems to mend");
    assert_eq!(length(&check, "problems"), 2);
    assert_eq!(text(&check, "problems.0.path"), "data_generation.num_servers");
    let line = yaml.lines().position(|line| line.contains("num_servers: 0")).unwrap() + 1;
    assert_eq!(number(&check, "problems.0.line"), line as f64);
    assert_eq!(text(&check, "problems.0.place"), format!("Line {line}, data_generation.num_servers"));
    assert!(text(&check, "problems.1.hint").contains("random_seed"));
    assert_eq!(text(&check, "problems.1.fix.text"), "random_seed");
    assert_eq!(number(&check, "problems.1.fix.length"), 10.0);
    assert!(get(&check, "problems.0.fix").is_null());
    assert!(get(&check, "estimate").is_null());

    let thrown = JsValue::from(Generation::new(&yaml).err().expect("a bad configuration is refused"));
    let message = String::from(thrown.unchecked_ref::<js_sys::Error>().message());
    assert!(message.starts_with("The configuration has 2 problems."), "{message}");
}

#[wasm_bindgen_test]
fn the_form_follows_the_text_and_the_text_keeps_its_comments() {
    let yaml =
        "data_generation:\n  num_servers: 5 # a handful\n  start_date: 2024-01-01\n  end_date: 2024-03-30\n";
    let changed = web::set_value(yaml, "data_generation.num_servers", "7").unwrap();
    assert_eq!(changed, yaml.replace("5 #", "7 #"));
    let form = web::form(&changed).unwrap();
    assert_eq!(text(&form, "0.path"), "data_generation.num_servers");
    assert_eq!(text(&form, "0.value"), "7");
    assert_eq!(text(&form, "0.kind"), "integer");
    assert!(Array::from(&form).iter().any(|field| text(&field, "heading") == "CPU P95"));

    assert!(web::form("a: [").unwrap().is_null());
    let days = "start_date: 2024-01-01, end_date: 2024-03-30";
    let shared =
        format!("r: &r {{server_bias: 5}}\ndata_generation: {{num_servers: 5, {days}, realism: *r}}\n");
    for unwritable in ["a: [", &shared] {
        let thrown = web::set_value(unwritable, "data_generation.realism.server_bias", "7").unwrap_err();
        let message = String::from(JsValue::from(thrown).unchecked_ref::<js_sys::Error>().message());
        assert!(message.len() > 40 && !message.contains('\n'), "{message}");
    }
}

#[wasm_bindgen_test]
fn a_run_through_the_boundary_gives_the_bytes_of_a_run_in_rust() {
    let (parquet, outcome) = generate(preset("small"));
    let (expected, direct) = common::run(common::plan("small", &[]));
    assert_eq!(parquet, expected);
    assert_eq!(text(&outcome, "summaryJson"), direct.summary.to_json());
    assert_eq!(Uint8Array::from(get(&outcome, "sampleCsv")).to_vec(), direct.sample_csv);
    assert_eq!(text(&outcome, "configYaml"), common::plan("small", &[]).effective_yaml);

    let view = get(&outcome, "view");
    assert_eq!(text(&view, "figures.0.value"), "450");
    assert_eq!(text(&view, "sha256"), direct.summary.file.sha256);
    assert_eq!(length(&view, "quality"), direct.summary.quality.checks.len() as u32);
    assert_eq!(length(&view, "statistics.rows"), 5);
    assert_eq!(length(&view, "preview.rows"), 100);
    assert_eq!(length(&view, "preview.headers"), 10);
    assert_eq!(text(&view, "preview.rows.0.0"), "SRV-0001");
    assert_eq!(text(&view, "announcement").split(" in 1.23 s.").next(), Some("Done: 450 rows"));
}

#[wasm_bindgen_test]
fn the_csv_through_the_boundary_is_the_csv_in_rust() {
    let mut export = CsvExport::new(preset("small")).unwrap();
    let mut csv = Vec::new();
    while !get(&export.step(1.0).unwrap(), "done").is_truthy() {
        csv.extend(export.take());
    }
    csv.extend(export.take());

    let plan = Arc::new(common::plan("small", &[]));
    let expected = csv::part(&Generator::new(Arc::clone(&plan)), 0).unwrap();
    assert_eq!(String::from_utf8(csv), String::from_utf8(expected));
}

#[wasm_bindgen_test]
fn makers_and_an_assembly_give_what_one_generation_gives() {
    // Three row groups of 90-day servers.
    let yaml = preset("small").replace("num_servers: 5", "num_servers: 6000");
    let (expected, whole) = generate(&yaml);
    let how = web::arrange(&yaml, "generate", 2, true, None).unwrap();
    assert_eq!((number(&how, "groups"), number(&how, "workers")), (3.0, 2.0));

    let mut assembly = Assembly::new(&yaml).unwrap();
    let mut makers = [Maker::new(&yaml).unwrap(), Maker::new(&yaml).unwrap()];
    let mut file = assembly.begin();
    for (group, maker) in [0, 1, 1].into_iter().enumerate() {
        let part = makers[maker].make(group).unwrap();
        let [head, body] = ["head", "body"].map(|name| bytes(&part, name));
        let progress = assembly.append(&head, &body, 1.0).unwrap();
        assert_eq!(get(&progress, "done").is_truthy(), group == 2);
        file.extend(body);
    }
    for maker in makers.into_iter().rev() {
        assembly.merge(&Uint8Array::from(maker.finish().unwrap()).to_vec()).unwrap();
    }
    let outcome = assembly.finish(1234.5).unwrap();
    file.extend(bytes(&outcome, "lastBytes"));
    assert!(file == expected, "{} and {} bytes", file.len(), expected.len());
    assert_eq!(text(&outcome, "summaryJson"), text(&whole, "summaryJson"));
    assert_eq!(bytes(&outcome, "profile"), bytes(&whole, "profile"));
}

#[wasm_bindgen_test]
fn the_parts_of_the_csv_are_the_csv() {
    let yaml = preset("small").replace("num_servers: 5", "num_servers: 6000");
    let (mut maker, mut tally) = (CsvMaker::new(&yaml).unwrap(), CsvTally::new(&yaml).unwrap());
    let mut lines = 0;
    for group in 0..3 {
        lines += maker.make(group).unwrap().iter().filter(|&&byte| byte == b'\n').count();
        assert_eq!(get(&tally.add(group, 1.0).unwrap(), "done").is_truthy(), group == 2);
    }
    assert_eq!(lines, 6000 * 90 + 1);
}

#[wasm_bindgen_test]
fn a_job_that_is_too_large_for_the_tab_is_refused_in_a_sentence() {
    let yaml = preset("config").replace("num_servers: 120", "num_servers: 100000");
    let thrown = JsValue::from(web::arrange(&yaml, "generate", 2, false, None).unwrap_err());
    let message = String::from(thrown.unchecked_ref::<js_sys::Error>().message());
    assert!(message.contains("private windows") && message.contains("command line"), "{message}");
}

#[wasm_bindgen_test]
fn every_chart_is_drawn_in_both_themes_and_told_in_words_and_as_a_table() {
    let report = report(preset("small"));
    let make = Function::new_no_args(
        "const canvas = document.createElement('canvas'); canvas.width = 900; canvas.height = 400; return canvas;",
    );
    let colours = Function::new_with_args(
        "canvas",
        "const { data } = canvas.getContext('2d').getImageData(0, 0, 900, 400); return new Set(new Uint32Array(data.buffer)).size;",
    );
    let charts = web::charts().unwrap();
    for chart in Array::from(&charts).iter() {
        let id = text(&chart, "id");
        for dark in [false, true] {
            let canvas: HtmlCanvasElement = make.call0(&JsValue::NULL).unwrap().unchecked_into();
            report.draw(canvas.clone(), &id, 1, 2, dark, 1.5).unwrap();
            let colours = colours.call1(&JsValue::NULL, &canvas).unwrap().as_f64().unwrap();
            assert!(colours > 5.0, "{id}: {colours} colours");
        }
        assert!(report.describe(&id, 1, 2).unwrap().len() > 40, "{id}");
        let table = report.table(&id, 1, 2).unwrap();
        assert!(length(&table, "rows") > 0 && length(&table, "headers") == length(&table, "numeric"), "{id}");
    }
    assert!(report.describe("weekly", 5, 0).is_err(), "no such metric");
    assert!(report.describe("weekly", 0, 5).is_err(), "no such server");
    assert!(report.describe("pie", 0, 0).is_err(), "no such chart");
}

#[wasm_bindgen_test]
fn the_first_chart_needs_no_report() {
    let (_, outcome) = generate(preset("small"));
    let first = FirstChart::new(preset("small"), &bytes(&outcome, "profile")).unwrap();
    assert_eq!(first.describe(1), report(preset("small")).describe("over-time", 1, 0).unwrap());
    let make = Function::new_no_args(
        "const canvas = document.createElement('canvas'); canvas.width = 900; canvas.height = 400; return canvas;",
    );
    let canvas: HtmlCanvasElement = make.call0(&JsValue::NULL).unwrap().unchecked_into();
    let legend = Array::from(&first.draw(canvas, 0, true, 1.0).unwrap());
    assert_eq!(text(&legend.get(0), "text"), "Fleet mean");
    assert_eq!(Array::from(&first.metrics().unwrap()).length(), 5);
}

#[wasm_bindgen_test]
fn a_report_is_explored_and_its_charts_become_files() {
    let report = report(preset("small"));
    let days = |name: &str| text(&report.days_in_view().unwrap(), name);
    let whole = days("text");
    report.show_days(10, 40);
    assert_eq!(get(&report.days_in_view().unwrap(), "isWhole").as_bool(), Some(false));
    assert_ne!(days("text"), whole);
    let spot = report.spot_at("server", 0, 0, 900, 400, 450.0, 100.0).unwrap();
    assert_eq!(get(&spot, "column").as_f64(), Some(25.0), "the middle one");
    let out = report.read_out("server", 0, 0, 900, 400, false, 10, 0).unwrap();
    assert_eq!(text(&out, "title"), days("first"));
    assert!(text(&out, "sentence").contains("SRV-0001"));
    assert!(report.spot_at("server", 0, 0, 20, 20, 5.0, 5.0).unwrap().is_null(), "there is no room");

    let svg = report.svg("heat", 0, 0).unwrap();
    assert!(
        svg.starts_with("<svg") && svg.contains("<title>Utilisation of each server: CPU P95 of 5 servers")
    );
    let csv = String::from_utf8(report.csv("over-time", 0, 0).unwrap()).unwrap();
    assert_eq!(csv.lines().count(), 1 + 31);
    report.show_all_days();
    assert_eq!(days("text"), whole);
}

#[wasm_bindgen_test]
fn a_server_is_found_by_its_id_or_number_among_thousands() {
    let yaml = config::set_value(preset("small"), "data_generation.num_servers", "12345").unwrap();
    let profile = bytes(&generate(preset("small")).1, "profile");
    let report = Report::new(&yaml, &profile).unwrap();
    assert_eq!(report.find_server("SRV-12345"), Some(12344));
    assert_eq!(report.find_server(" 17 "), Some(16));
    assert_eq!(report.find_server("SRV-00017"), Some(16));
    assert_eq!(
        (report.find_server("0"), report.find_server("12346"), report.find_server("web")),
        (None, None, None)
    );
    assert_eq!(report.suggest_servers("").len(), 12);
    assert_eq!(report.suggest_servers("123")[..4], ["SRV-00123", "SRV-01230", "SRV-01231", "SRV-01232"]);
    assert_eq!(report.suggest_servers("99999"), [""; 0]);
    assert_eq!(text(&report.server(12344).unwrap(), "id"), "SRV-12345");
    assert!(get(&report.server(12344).unwrap(), "isLast").is_truthy());
    assert_eq!(report.nearest_server(20000), 12344);
    assert!(report.no_server("web").contains("12,345"));
}

#[wasm_bindgen_test]
fn sizes_are_short_and_never_reach_a_thousand() {
    let texts =
        [0.0, 999.0, 1000.0, 8_123.0, 99_949.0, 99_951.0, 999_499.0, 999_500.0, 1_876_543.0, 2.1e9, 1.5e16];
    let texts = texts.map(web::size_text);
    let expected = [
        "0 B", "999 B", "1.0 kB", "8.1 kB", "99.9 kB", "100 kB", "999 kB", "1.0 MB", "1.9 MB", "2.1 GB",
        "15000 TB",
    ];
    assert_eq!(texts, expected);
}

#[wasm_bindgen_test]
fn a_failure_becomes_a_sentence_that_says_what_to_do() {
    let title = |text: &str, panic: Option<&str>| {
        let failure = web::failure(text, panic.map(str::to_owned)).unwrap();
        assert!(get(&failure, "advice").as_string().unwrap().len() > 30);
        get(&failure, "title").as_string().unwrap()
    };
    assert_eq!(title("RangeError: Array buffer allocation failed", None), "The browser ran out of memory");
    assert_eq!(title("RuntimeError: unreachable", None), "The generator stopped unexpectedly");
    assert_eq!(title("", None), "The generator could not be loaded");
    assert!(title("RuntimeError: unreachable", Some("panicked at src/x.rs:1")).contains("error of its own"));
}

#[wasm_bindgen_test]
fn a_file_that_cannot_be_saved_is_not_called_a_failed_run() {
    for (text, expected) in [
        ("QuotaExceededError: disk", "There is no room for the file there"),
        ("NotAllowedError: permission", "The browser may not write to that file"),
        ("AbortError: gone", "The file could not be saved"),
    ] {
        let failure = web::save_failure(text).unwrap();
        assert_eq!(get(&failure, "title").as_string().unwrap(), expected);
        assert!(get(&failure, "advice").as_string().unwrap().contains("was made is still here"));
        assert_eq!(get(&failure, "detail").as_string().unwrap(), text);
    }
}

#[wasm_bindgen_test]
fn the_presets_have_their_golden_parquet_files() {
    for line in include_str!("fingerprints.txt").lines() {
        let (sha256, name) = line.split_once("  ").unwrap();
        let (parquet, outcome) = generate(preset(name));
        assert_eq!(text(&outcome, "view.sha256"), sha256, "{name}");
        assert!(!parquet.is_empty());
    }
}
