//! Promise: a bad configuration tells all its problems, each with path, place, what is wrong and
//! what to write.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config;
use fleetsynth::error::{ErrorKind, Problem};

const HEAD: &str = "\
data_generation:
  num_servers: 5
  start_date: 2024-01-01
  end_date: 2024-12-31
";

/// Stands in a text before the place that a problem must point at.
const MARK: char = '‸';

fn problems(yaml: &str) -> Vec<Problem> {
    let error = config::plan(yaml, &[]).expect_err("the configuration has a problem");
    assert_eq!(error.kind(), ErrorKind::Config);
    error.problems().to_vec()
}

/// The text without its mark, and the line and column where the mark stood.
fn unmarked(text: &str) -> (String, usize, usize) {
    let at = text.find(MARK).expect("the text has a mark");
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (text.replacen(MARK, "", 1), line, column)
}

/// The text has exactly one problem: at the mark, with this path and these words.
fn has_one_problem(marked: &str, path: &str, words: &[&str]) {
    let (text, line, column) = unmarked(marked);
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    let problem = &found[0];
    assert_eq!(problem.path, path, "{problem}");
    assert_eq!((problem.line, problem.column), (Some(line), Some(column)), "{problem}\n{text}");
    assert_eq!(problem.source, None);
    let told = problem.to_string();
    for word in words {
        assert!(told.contains(word), "{word:?} is missing in: {told}");
    }
}

/// The same for lines below `data_generation`.
fn refused(lines: &str, path: &str, words: &[&str]) {
    has_one_problem(&format!("{HEAD}{lines}\n"), &format!("data_generation.{path}"), words);
}

/// The same for the default job with one of its lines changed.
fn refused_instead(old: &str, new: &str, path: &str, words: &[&str]) {
    has_one_problem(&HEAD.replace(old, new), &format!("data_generation.{path}"), words);
}

#[test]
fn a_slip_in_a_key_is_told_with_the_nearest_key() {
    let slip = ["not a key of this section", "Did you mean `num_servers`?"];
    refused_instead("num_servers", "‸num_server", "num_server", &slip);
    refused_instead("num_servers", "‸Num-Servers", "Num-Servers", &slip);
    refused("  realism: {‸mising_rate: 0.1}", "realism.mising_rate", &["`missing_rate`"]);
    refused("  metrics: {cpu: {‸base_men: 1}}", "metrics.cpu.base_men", &["`base_mean`"]);
}

#[test]
fn a_key_in_the_wrong_section_is_told_where_it_belongs() {
    refused("  ‸missing_rate: 0.1", "missing_rate", &["belongs in data_generation.realism"]);
    refused("  ‸base_mean: 50", "base_mean", &["belongs in a metric"]);
    refused("  realism: {‸decimals: 3}", "realism.decimals", &["belongs in output"]);
}

#[test]
fn an_unknown_key_like_no_other_is_told_with_the_keys_that_there_are() {
    refused(
        "  quality: {‸colour: red}",
        "quality.colour",
        &["`row_count_tolerance`, `panel_servers` and `min_history_days`"],
    );
    refused("  realism: {‸<<: 1}", "realism.<<", &["Merge keys"]);
}

#[test]
fn sections_of_other_steps_are_ignored_but_not_a_slip_in_one_of_ours() {
    assert!(config::plan(&format!("{HEAD}forecast: {{horizon: [1, 2]}}\nrisk: high\n"), &[]).is_ok());
    has_one_problem(
        &HEAD.replace("data_generation", "‸data_generaton"),
        "data_generaton",
        &["Did you mean `data_generation`?"],
    );
    has_one_problem(&format!("{HEAD}‸ouput: {{}}\n"), "ouput", &["Did you mean `output`?"]);
    // With ours in place, a similar name is someone else's.
    assert!(config::plan(&format!("{HEAD}output: {{}}\noutputs: 5\n"), &[]).is_ok());
}

#[test]
fn missing_keys_are_told_where_their_section_stands() {
    has_one_problem(
        "general: {}\n‸data_generation:\n  num_servers: 1\n  start_date: 2024-01-01\n",
        "data_generation.end_date",
        &["is missing", "`end_date: "],
    );
    for empty in ["", "# nothing\n", "general:\n  env: local\n"] {
        let paths: Vec<String> = problems(empty).into_iter().map(|problem| problem.path).collect();
        let expected = ["num_servers", "start_date", "end_date"].map(|key| format!("data_generation.{key}"));
        paths.iter().for_each(|path| assert!(expected.contains(path), "{path}"));
        assert_eq!(paths.len(), 3);
    }
}

#[test]
fn wrong_types_are_told_with_what_was_found_and_what_to_write() {
    refused("  use_holidays: ‸yes", "use_holidays", &["needs true or false", "text (`yes`)", "Write true."]);
    refused("  use_holidays: ‸\"false\"", "use_holidays", &["Write false."]);
    refused("  use_eoq_spikes: ‸0", "use_eoq_spikes", &["the number 0", "Write false."]);
    refused("  random_seed: ‸lucky", "random_seed", &["needs a whole number", "text (`lucky`)"]);
    refused("  random_seed: ‸1.5", "random_seed", &["needs a whole number", "the number 1.5"]);
    refused("  realism: {server_bias: ‸[8]}", "realism.server_bias", &["needs a number", "a list"]);
    refused("  realism: {server_bias: ‸\"8\"}", "realism.server_bias", &["Write 8, without quotes"]);
    refused("  realism: ‸8", "realism", &["needs a mapping", "the number 8"]);
    refused("  metadata: {server_prefix: ‸12}", "metadata.server_prefix", &["needs a text", "\"12\""]);
    refused("  metrics: ‸cpu_p95", "metrics", &["needs a mapping"]);
    refused("  metrics: [‸cpu_p95]", "metrics[0]", &["needs a mapping"]);
    refused_instead("5", "‸1,000", "num_servers", &["Write 1000, without quotes or separators."]);
    refused_instead("5", "‸5 servers", "num_servers", &["needs a whole number", "from 1 to"]);
    refused("  realism: {missing_rate: ‸1%}", "realism.missing_rate", &["0.01"]);
    refused("  realism: {missing_rate‸: }", "realism.missing_rate", &["has no value", "remove the key"]);
}

#[test]
fn dates_must_exist_and_be_in_order_and_within_the_known_holidays() {
    refused_instead(
        "2024-01-01",
        "‸2024-02-30",
        "start_date",
        &["doesn't exist", "February 2024 has 29 days"],
    );
    refused_instead("2024-01-01", "‸2024-13-01", "start_date", &["doesn't exist", "01 to 12"]);
    refused_instead("2024-01-01", "‸01/02/2024", "start_date", &["needs a date", "year-month-day"]);
    refused_instead("2024-01-01", "‸2024", "start_date", &["needs a date", "the number 2024"]);
    refused_instead(
        "2024-12-31",
        "‸2023-12-31",
        "end_date",
        &["2023-12-31", "before the start on 2024-01-01"],
    );
    refused_instead("2024-01-01", "‸1970-12-31", "start_date", &["1970-12-31", "1971-01-01 to 2199-12-31"]);
    refused_instead("2024-12-31", "‸2200-01-01", "end_date", &["2200-01-01", "1971-01-01 to 2199-12-31"]);
}

#[test]
fn numbers_must_be_finite_and_in_range() {
    refused_instead("num_servers: 5", "num_servers: ‸0", "num_servers", &["is 0", "from 1 to"]);
    refused_instead("num_servers: 5", "num_servers: ‸-5", "num_servers", &["is -5", "from 1 to"]);
    refused("  random_seed: ‸18446744073709551616", "random_seed", &["out of range", "18446744073709551615"]);
    refused("  eoq_window_business_days: ‸24", "eoq_window_business_days", &["from 1 to 23"]);
    for number in [".nan", ".inf", "-.inf"] {
        refused(
            &format!("  realism: {{server_bias: ‸{number}}}"),
            "realism.server_bias",
            &[number, "not a finite number"],
        );
    }
    for (key, number, words) in [
        ("missing_rate", "1", "at least 0 and below 1"),
        ("missing_rate", "-0.1", "at least 0 and below 1"),
        ("outlier_rate", "1.1", "from 0 to 1"),
        ("outlier_multiplier", "0", "above 0"),
        ("missing_burst_mean", "0.5", "from 1 to"),
        ("server_bias", "-1", "from 0 to"),
    ] {
        refused(&format!("  realism: {{{key}: ‸{number}}}"), &format!("realism.{key}"), &[number, words]);
    }
    for (key, number, words) in [
        ("base_std", "-0.5", "from 0 to"),
        ("autocorrelation", "1", "above -1 and below 1"),
        ("autocorrelation", "-1", "above -1 and below 1"),
        ("seasonality_amplitude", "1", "below 1"),
        ("eoq_spike_multiplier", "0", "above 0"),
        ("holiday_effect_multiplier", "-0.1", "from 0 to"),
        ("weekly_pattern_factor", "-1", "above 0"),
        ("growth_rate", "-1", "above -1"),
    ] {
        refused(
            &format!("  metrics: {{cpu: {{{key}: ‸{number}}}}}"),
            &format!("metrics.cpu.{key}"),
            &[number, words],
        );
    }
    refused("  quality: {max_missing_pct: ‸101}", "quality.max_missing_pct", &["from 0 to 100"]);
    has_one_problem(&format!("{HEAD}output: {{decimals: ‸7}}"), "output.decimals", &["from 0 to 6"]);
}

#[test]
fn lifecycles_need_room_and_somewhere_to_go() {
    let shares = ["commissioned_share", "decommissioned_share", "resized_share", "migrated_share"];
    for share in shares {
        refused(
            &format!("  lifecycle: {{{share}: ‸1.5}}"),
            &format!("lifecycle.{share}"),
            &["1.5", "from 0 to 1"],
        );
    }
    refused("  lifecycle: {resize_ratios: ‸[]}", "lifecycle.resize_ratios", &["empty", "at least one"]);
    refused("  lifecycle: {resize_ratios: ‸2}", "lifecycle.resize_ratios", &["[2, 1.5, 0.5]"]);
    refused("  lifecycle: {resize_ratios: [2, ‸0]}", "lifecycle.resize_ratios[1]", &["above 0"]);
    refused(
        "  lifecycle: {‸resize_share: 0.1}",
        "lifecycle.resize_share",
        &["Did you mean `resized_share`?"],
    );
    refused(
        "  metadata: {regions: {here: 1, nowhere: 0}}\n  lifecycle: {migrated_share: ‸0.1}",
        "lifecycle.migrated_share",
        &["only one", "metadata.regions"],
    );
    let two_days = "data_generation:\n  num_servers: 5\n  start_date: 2024-01-01\n  end_date: 2024-01-02\n";
    has_one_problem(
        &format!("{two_days}  lifecycle: {{commissioned_share: 0, resized_share: ‸0.1}}"),
        "data_generation.lifecycle.resized_share",
        &["no room", "at least 3 days"],
    );
}

#[test]
fn the_correlations_of_a_kind_must_go_with_those_of_the_fleet() {
    refused(
        "  metadata: {archetypes: {web: {weight: 1, correlations: {cpu_p95: {mem_p95: ‸1.5}}}}}",
        "metadata.archetypes.web.correlations.cpu_p95.mem_p95",
        &["from -1 to 1"],
    );
    refused(
        "  realism: {correlations: {cpu_p95: {mem_p95: 0.6, disk_p95: 0.6}}}\n  \
           metadata: {archetypes: {web: {weight: 1, correlations: ‸{mem_p95: {disk_p95: -0.8}}}}}",
        "metadata.archetypes.web.correlations",
        &["With those of the fleet", "contradict each other"],
    );
    refused(
        "  metadata: {archetypes: {web: {weight: 1, correlations: {cpu_p95: {‸mem_p59: 0.1}}}}}",
        "metadata.archetypes.web.correlations.cpu_p95.mem_p59",
        &["Did you mean `mem_p95`?"],
    );
}

#[test]
fn hours_are_told_what_they_may_be() {
    refused("  granularity: ‸hourley", "granularity", &["Did you mean `hourly`?"]);
    refused("  hours: ‸busines", "hours", &["Did you mean `business`?"]);
    refused("  hours: ‸[1, 2, 3]", "hours", &["3 loads", "24 hours", "`business`, `night` or `flat`"]);
    let zeros = vec!["0"; 24].join(", ");
    refused(&format!("  hours: ‸[{zeros}]"), "hours", &["sum is 0"]);
    let negative = vec!["-1"; 24].join(", ").replacen("-1", "‸-1", 1);
    let problems = config::plan(&format!("{HEAD}  hours: [{}]", negative.replace('‸', "")), &[]).unwrap_err();
    assert_eq!(problems.problems().len(), 24);
    refused("  metrics: {cpu: {hours_amplitude: ‸1.1}}", "metrics.cpu.hours_amplitude", &["from 0 to 1"]);
    refused(
        "  metadata: {archetypes: {mine: {weight: 1, hours: ‸noon}}}",
        "metadata.archetypes.mine.hours",
        &["`business`, `night` or `flat`"],
    );
    has_one_problem(
        &format!("{HEAD}output: {{daily_p95: ‸true}}"),
        "output.daily_p95",
        &["daily already", "hourly"],
    );
}

#[test]
fn choices_are_told_by_name() {
    refused("  holiday_calendar: ‸us_federl", "holiday_calendar", &["Did you mean `us_federal`?"]);
    refused("  holiday_calendar: ‸TARGET", "holiday_calendar", &["`us_federal` or `us_bank`"]);
    has_one_problem(
        &format!("{HEAD}output: {{compression: ‸gzip}}"),
        "output.compression",
        &["`none` or `snappy`"],
    );
    has_one_problem(&format!("{HEAD}general: {{env: ‸Local}}"), "general.env", &["Did you mean `local`?"]);
}

#[test]
fn clips_must_leave_room_on_the_decimal_grid() {
    refused("  metrics: {cpu: {min_clip: ‸50, max_clip: 50}}", "metrics.cpu.min_clip", &["50", "no room"]);
    refused("  metrics: {cpu: {max_clip: ‸-1}}", "metrics.cpu.max_clip", &["the smallest value is 0"]);
    refused(
        "  metrics: {cpu: {min_clip: ‸0.001, max_clip: 0.009}}",
        "metrics.cpu.min_clip",
        &["2 decimals", "`output.decimals`"],
    );
    let fine = "  metrics: {cpu: {min_clip: 0.001, max_clip: 0.009}}\noutput: {decimals: null}\n";
    assert!(config::plan(&format!("{HEAD}{fine}"), &[]).is_ok());
}

#[test]
fn seasons_must_not_take_the_level_below_zero() {
    refused(
        "  metrics: {cpu: {seasonality_amplitude: 0.6, seasonality_terms: ‸[{period_days: 30, amplitude: -0.4}]}}",
        "metrics.cpu.seasonality_terms",
        &["to 1 in all", "below 1"],
    );
    refused(
        "  metrics: {cpu: {seasonality_terms: [{period_days: ‸0, amplitude: 0.1}]}}",
        "metrics.cpu.seasonality_terms[0].period_days",
        &["above 0"],
    );
    refused(
        "  metrics: {cpu: {seasonality_terms: [‸{amplitude: 0.1}]}}",
        "metrics.cpu.seasonality_terms[0].period_days",
        &["is missing"],
    );
}

#[test]
fn growth_must_leave_something_to_the_last_day() {
    let text = HEAD.replace("2024-12-31", "2028-12-31");
    has_one_problem(
        &format!("{text}  metrics: {{cpu: {{growth_rate: ‸-0.25}}}}"),
        "data_generation.metrics.cpu.growth_rate",
        &["-0.25", "5.0 years", "above -0.200"],
    );
}

#[test]
fn lists_must_be_complete_and_without_repetition() {
    refused(
        "  metrics: {cpu: {weekly_pattern_factor: ‸[1, 1]}}",
        "metrics.cpu.weekly_pattern_factor",
        &["2 factors", "seven"],
    );
    refused(
        "  metrics: {cpu: {weekly_pattern_factor: [1, 1, 1, ‸x, 1, 1, 1]}}",
        "metrics.cpu.weekly_pattern_factor[3]",
        &["needs a number"],
    );
    refused(
        "  metrics: {cpu: {eoq_months: [3, ‸13]}}",
        "metrics.cpu.eoq_months[1]",
        &["is 13", "from 1 to 12"],
    );
    refused(
        "  metrics: {cpu: {eoq_months: [3, ‸3]}}",
        "metrics.cpu.eoq_months[1]",
        &["month 3 a second time"],
    );
    refused(
        "  metrics: {cpu: {eoq_months: ‸[]}}",
        "metrics.cpu.eoq_months",
        &["empty", "`use_eoq_spikes: false`"],
    );
    refused("  metrics: ‸{}", "metrics", &["lists no metric"]);
    refused("  metrics: ‸[]", "metrics", &["lists no metric"]);
    refused("  metadata: {regions: ‸[]}", "metadata.regions", &["is empty"]);
    refused("  metadata: {regions: [North, ‸North]}", "metadata.regions[1]", &["`North` a second time"]);
}

#[test]
fn weights_must_be_positive_in_sum() {
    refused(
        "  metadata: {regions: {North: ‸-1, South: 2}}",
        "metadata.regions.North",
        &["is -1", "from 0 to"],
    );
    refused("  metadata: {regions: ‸{North: 0, South: 0}}", "metadata.regions", &["sum is 0"]);
    refused("  metadata: {regions: {North: ‸.nan}}", "metadata.regions.North", &["not a finite number"]);
}

#[test]
fn metric_names_must_be_free_column_names() {
    refused("  metrics: {‸CPU: {}}", "metrics.CPU", &["not a column name", "`cpu`"]);
    refused("  metrics: {‸9lives: {}}", "metrics.9lives", &["`m_9lives`"]);
    for fixed in [
        "server_id",
        "timestamp",
        "business_unit",
        "region",
        "criticality",
        "is_weekend",
        "is_holiday",
        "is_eoq_window",
    ] {
        refused(&format!("  metrics: {{‸{fixed}: {{}}}}"), &format!("metrics.{fixed}"), &["always there"]);
    }
    refused("  metrics: [{name: cpu}, {name: ‸cpu}]", "metrics.cpu.name", &["`cpu` a second time"]);
    refused("  metrics: [‸{base_mean: 5}]", "metrics[0].name", &["is missing"]);
    let many: String = (0..65).map(|i| format!("    m{i}: {{}}\n")).collect();
    refused(&format!("  metrics:\n    ‸{}", many.trim_start()), "metrics", &["65 metrics", "at most 64"]);
}

#[test]
fn effects_must_name_what_exists() {
    let path = "metadata.effects";
    refused(
        "  metadata: {effects: {‸business_units: {}}}",
        &format!("{path}.business_units"),
        &["belongs in data_generation.metadata"],
    );
    refused(
        "  metadata: {effects: {business_unit: {‸Investments: {cpu_p95: 2}}}}",
        &format!("{path}.business_unit.Investments"),
        &["not a business unit of this fleet", "Did you mean `Investment`?"],
    );
    refused(
        "  metadata: {effects: {criticality: {High: {‸gpu: 2}}}}",
        &format!("{path}.criticality.High.gpu"),
        &["not a metric of this configuration", "`cpu_p95`"],
    );
    refused(
        "  metadata: {effects: {criticality: {High: {cpu_p95: ‸0}}}}",
        &format!("{path}.criticality.High.cpu_p95"),
        &["above 0"],
    );
}

#[test]
fn correlations_must_be_possible() {
    let metrics = "  metrics: {a: {}, b: {}, c: {}}\n";
    let refused = |lines: &str, path: &str, words: &[&str]| {
        refused(
            &format!("{metrics}  realism:\n    correlations: {lines}"),
            &format!("realism.correlations{path}"),
            words,
        );
    };
    refused("{a: {b: ‸1.5}}", ".a.b", &["from -1 to 1"]);
    refused("{a: {‸d: 0.5}}", ".a.d", &["not a metric"]);
    refused("{a: {a: ‸0.5}}", ".a.a", &["with itself"]);
    refused("{a: {b: 0.5}, b: {a: ‸0.4}}", ".b.a", &["contradicts", "which is 0.5"]);
    refused(
        "‸{a: {b: 0.9, c: 0.9}, b: {c: -0.9}}",
        "",
        &["contradict each other", "`c` breaks it", "closer to 0"],
    );
    refused("‸{a: {b: 1}}", "", &["`b` breaks it"]);
    let same =
        format!("{HEAD}{metrics}  realism: {{correlations: {{a: {{a: 1, b: 0.5}}, b: {{a: 0.5}}}}}}\n");
    assert!(config::plan(&same, &[]).is_ok());
}

#[test]
fn correlations_must_be_possible_for_the_autocorrelations_too() {
    let metrics = "  metrics: {a: {autocorrelation: 0.95}, b: {autocorrelation: 0}}\n";
    refused(
        &format!("{metrics}  realism: {{correlations: ‸{{a: {{b: 0.5}}}}}}"),
        "realism.correlations",
        &["autocorrelation differs", "`b` breaks it"],
    );
    let alike = metrics.replace("autocorrelation: 0}", "autocorrelation: 0.95}");
    assert!(
        config::plan(&format!("{HEAD}{alike}  realism: {{correlations: {{a: {{b: 0.5}}}}}}\n"), &[]).is_ok()
    );
    refused(
        "  ‸realism: {}\n  metrics: {cpu_p95: {autocorrelation: 0.95}, mem_p95: {}}",
        "realism.correlations",
        &["The default correlations", "`mem_p95` breaks it"],
    );
}

#[test]
fn hostile_names_are_refused() {
    let long = "x".repeat(65);
    for (name, word) in [
        (r#""a\u0007b""#, "U+0007"),
        (r#""a\u202eb""#, "U+202E"),
        (r#""a\u200fb""#, "U+200F"),
        (r#""a\nb""#, "U+000A"),
        ("a/b", "slash"),
        (r"a\b", "slash"),
        (long.as_str(), "longer than 64 characters"),
    ] {
        refused(&format!("  metadata: {{server_prefix: ‸{name}}}"), "metadata.server_prefix", &[word]);
        refused(&format!("  metadata: {{regions: [‸{name}]}}"), "metadata.regions[0]", &[word]);
    }
    refused("  metrics: {cpu: {unit: ‸\"a\\u202eb\"}}", "metrics.cpu.unit", &["U+202E"]);
    refused("  metadata: {regions: [‸\"\"]}", "metadata.regions[0]", &["empty name"]);
    assert!(config::plan(&format!("{HEAD}  metrics: {{disk: {{unit: MB/s}}}}\n"), &[]).is_ok());
    has_one_problem(&format!("{HEAD}storage: {{raw_prefix: ‸../up}}"), "storage.raw_prefix", &["`..`"]);
    has_one_problem(&format!("{HEAD}storage: {{raw_prefix: ‸/etc}}"), "storage.raw_prefix", &["slash"]);
}

#[test]
fn messages_show_hostile_text_harmlessly() {
    let text = format!("{HEAD}  \"\\e[31m\\u202e{}\": 1\n", "k".repeat(10_000));
    let told = problems(&text)[0].to_string();
    assert!(told.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{told:?}");
    assert!(told.len() < 1_000);
}

#[test]
fn duplicate_keys_are_told_where_they_stand() {
    refused("  ‸num_servers: 6", "num_servers", &["a second time"]);
    refused(
        "  metrics:\n    cpu: {base_mean: 1, ‸base_mean: 2}",
        "metrics.cpu.base_mean",
        &["a second time"],
    );
    has_one_problem(&format!("{HEAD}‸data_generation: {{}}\n"), "data_generation", &["a second time"]);
}

#[test]
fn a_fleet_over_the_budget_is_told_with_the_largest_that_fits() {
    refused_instead(
        "5",
        "‸4294967295",
        "num_servers",
        &[
            "4,294,967,295 servers x 366 days x 10 columns",
            "the limit is 16.0 GiB",
            "at most 586,744 servers fit",
        ],
    );
    let fits = |servers: u32| {
        let text = HEAD.replace(" 5\n", &format!(" {servers}\n"));
        config::plan(&text, &[]).map(|plan| config::estimate(&plan))
    };
    assert_eq!(fits(586_744).unwrap().bytes, 586_744 * 366 * 10 * 8);
    assert!(fits(586_745).is_err());
}

#[test]
fn twelve_thousand_servers_over_forty_years_fit_the_budget() {
    let text = "data_generation: {num_servers: 12000, start_date: 1986-01-01, end_date: 2025-12-31}";
    let size = config::estimate(&config::plan(text, &[]).unwrap());
    assert_eq!((size.servers, size.steps, size.columns), (12_000, 14_610, 10));
    assert_eq!((size.rows, size.bytes), (175_320_000, 14_025_600_000));
}

#[test]
fn columns_are_counted_in_characters() {
    refused("  metadata: {regions: {Zürich: 1, 東京: 1, a: ‸-1}}", "metadata.regions.a", &["-1"]);
}

#[test]
fn text_that_is_not_yaml_is_explained() {
    for (text, words) in [
        ("a:\n\tb: 1\n", "tab"),
        ("a: [1, 2\nb: 3\n", "bracket"),
        ("a: \"x\nb: 3\n", "quote"),
        ("a: b: c\n", "colon"),
        ("a: 1\nb\n", "no colon"),
        ("a: *b\n", "anchor"),
        ("a: @b\n", "begins with this character"),
        ("a: !!str b\n", "Tags are not read"),
        ("a: 1\n---\nb: 2\n", "second YAML document"),
        ("? [a]\n: 1\n", "as a key"),
        ("a: &a [*a]\n", "inside the value"),
        ("- a\n- b\n", "no sections"),
        ("just words\n", "no sections"),
    ] {
        let found = problems(text);
        let told = found[0].to_string();
        assert!(told.contains(words), "{words:?} is missing in: {told}");
        assert!(found[0].path.is_empty() && found[0].line.is_some() && found[0].hint.is_some(), "{told}");
    }
}

#[test]
fn ten_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let text = "\
general:
  env: ‸cloud
data_generation:
  num_servers: ‸0
  start_date: ‸2022-02-30
  end_date: 2025-12-31
  use_holidays: ‸yes
  metrics:
    cpu_p95:
      base_mean: ‸fifty
      min_clip: ‸100
    ‸Mem: {}
  metadata:
    regions: {a: ‸-1}
  realism:
    ‸outlier_rat: 0.1
output:
  decimals: ‸2.5
";
    let mut expected = Vec::new();
    let mut text = text.to_owned();
    while text.contains(MARK) {
        let (unmarked, line, column) = unmarked(&text);
        expected.push((Some(line), Some(column)));
        text = unmarked;
    }
    assert_eq!(expected.len(), 10);
    let found = problems(&text);
    let places: Vec<_> = found.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, expected, "{found:#?}");
    let paths: Vec<_> = found.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "general.env",
            "data_generation.num_servers",
            "data_generation.start_date",
            "data_generation.use_holidays",
            "data_generation.metrics.cpu_p95.base_mean",
            "data_generation.metrics.cpu_p95.min_clip",
            "data_generation.metrics.Mem",
            "data_generation.metadata.regions.a",
            "data_generation.realism.outlier_rat",
            "output.decimals",
        ]
    );
    let error = config::plan(&text, &[]).unwrap_err().to_string();
    assert!(
        error.starts_with("The configuration has 10 problems.\n  line 2, column 8: general.env: "),
        "{error}"
    );
}

#[test]
fn more_than_a_hundred_problems_are_cut_short() {
    let many: String = (0..1_000).map(|i| format!("  key{i}: 1\n")).collect();
    let found = problems(&format!("{HEAD}{many}"));
    assert_eq!(found.len(), 101);
    assert!(found[100].message.contains("900 more"), "{}", found[100]);
}

#[test]
fn kinds_of_servers_need_weights_known_metrics_and_sound_numbers() {
    let refused = |lines: &str, path: &str, words: &[&str]| {
        refused(&format!("  metadata: {{{lines}}}"), &format!("metadata.{path}"), words);
    };
    refused("archetypes: ‸web", "archetypes", &["needs a mapping", "{web: 0.7, batch: 0.3}"]);
    refused("archetypes: {web: ‸lots}", "archetypes.web", &["needs a number"]);
    refused("archetypes: ‸{web: 0, batch: 0}", "archetypes", &["sum is 0"]);
    refused("archetypes: {‸web: {metrics: {}}}", "archetypes.web.weight", &["is missing"]);
    refused(
        "archetypes: {web: {weight: 1, ‸levels: {}}}",
        "archetypes.web.levels",
        &["`weight`, `hours`, `correlations` and `metrics`"],
    );
    refused(
        "archetypes: {web: {weight: 1, metrics: {‸cpu: {}}}}",
        "archetypes.web.metrics.cpu",
        &["not a metric of this configuration"],
    );
    refused(
        "archetypes: {web: {weight: 1, metrics: {cpu_p95: {level: ‸0}}}}",
        "archetypes.web.metrics.cpu_p95.level",
        &["above 0"],
    );
    refused("archetypes: {‸a/b: 1}", "archetypes.a/b", &["contains a slash"]);
    refused("sensitivities: {‸Retial: {eoq: 2}}", "sensitivities.Retial", &["Did you mean `Retail`?"]);
    refused("sensitivities: {Retail: {‸quarter: 2}}", "sensitivities.Retail.quarter", &["`eoq`"]);
    refused("sensitivities: {Retail: {eoq: ‸-1}}", "sensitivities.Retail.eoq", &["from 0 to 100"]);
    has_one_problem(
        &format!("{HEAD}output: {{archetype_column: ‸true}}"),
        "output.archetype_column",
        &["all servers are of one kind", "data_generation.metadata.archetypes"],
    );
}

#[test]
fn events_and_level_shifts_need_days_and_business_units_that_exist() {
    let event = |lines: &str| format!("  events: [{{name: Release, {lines}}}]");
    refused("  events: ‸{name: x}", "events", &["needs a list"]);
    refused(
        &event("start: 2024-03-05, end: ‸2024-03-01, multiplier: 2"),
        "events.Release.end",
        &["before the event's start on 2024-03-05"],
    );
    refused(
        &event("start: ‸2024-02-30, end: 2024-03-01, multiplier: 2"),
        "events.Release.start",
        &["doesn't exist"],
    );
    refused(
        &event("start: 2024-03-01, end: 2024-03-01, multiplier: ‸0"),
        "events.Release.multiplier",
        &["above 0"],
    );
    let dates = "start: 2024-03-01, end: 2024-03-02, multiplier: 2";
    refused(
        &event(&format!("{dates}, business_unit: [‸Retial]")),
        "events.Release.business_unit[0]",
        &["not a business unit of this fleet", "Did you mean `Retail`?"],
    );
    refused(&event(&format!("{dates}, business_unit: ‸[]")), "events.Release.business_unit", &["is empty"]);
    refused(&event(&format!("{dates}, ‸colour: red")), "events.Release.colour", &["not a key"]);
    refused(
        "  metrics: {cpu_p95: {level_shifts: [‸{multiplier: 2}]}}",
        "metrics.cpu_p95.level_shifts[0].date",
        &["is missing"],
    );
}

#[test]
fn realism_must_stay_within_what_can_be() {
    let refused = |lines: &str, path: &str, words: &[&str]| {
        refused(&format!("  realism: {{{lines}}}"), &format!("realism.{path}"), words);
    };
    refused(
        "gaps: {independent_share: ‸0.6, outage_share: 0.6}",
        "gaps.independent_share",
        &["add up to 1.2", "bursts"],
    );
    refused("missing_rate: 0.3, gaps: {load_share: ‸0.9}", "gaps.load_share", &["a fifth of the days"]);
    refused("gaps: {outage_mean: ‸0.5}", "gaps.outage_mean", &["from 1"]);
    refused("gaps: {‸outage_rate: 0.5}", "gaps.outage_rate", &["`outage_share`"]);
    refused("anomalies: ‸{spike: {rate: 0.3}, dip: {rate: 0.3}}", "anomalies", &["add up to 0.6"]);
    refused("anomalies: {‸spikes: {rate: 0.3}}", "anomalies.spikes", &["Did you mean `spike`?"]);
    refused("anomalies: {spike: {rate: ‸1}}", "anomalies.spike.rate", &["below 1"]);
    refused("anomalies: {stuck: {mean_days: ‸0}}", "anomalies.stuck.mean_days", &["from 1"]);
    refused("sensitivity_spread: ‸1.5", "sensitivity_spread", &["from 0 to 1"]);
    refused("shock_autocorrelation: ‸1", "shock_autocorrelation", &["below 1"]);
    refused("business_unit_shock: ‸-0.1", "business_unit_shock", &["from 0 to 1"]);
}

#[test]
fn too_many_groups_of_servers_to_vary_by_the_day_are_refused() {
    let units: Vec<String> = (0..1_000).map(|unit| format!("U{unit}")).collect();
    let yaml = format!(
        "data_generation:\n  num_servers: 5\n  start_date: 2000-01-01\n  end_date: 2024-12-31\n  metadata:\n    business_units: ‸[{}]\n  realism: {{business_unit_shock: 0.1}}\n",
        units.join(", ")
    );
    has_one_problem(&yaml, "data_generation.metadata.business_units", &["1,004 groups", "List fewer"]);
    assert!(config::plan(&yaml.replace('‸', "").replace("0.1}", "0}"), &[]).is_ok());
}
