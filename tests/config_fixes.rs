//! Promise: where a problem offers a text of its own, that text in its place mends it.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config;
use fleetsynth::error::Problem;

fn problems(yaml: &str) -> Vec<Problem> {
    config::plan(yaml, &[]).map_or_else(|error| error.problems().to_vec(), |_| Vec::new())
}

/// The text with the fix of a problem in its place, as an editor puts it there.
fn mended(yaml: &str, problem: &Problem) -> String {
    let fix = problem.fix.as_ref().unwrap();
    let mut lines: Vec<String> = yaml.lines().map(str::to_owned).collect();
    let line: Vec<char> = lines[problem.line.unwrap() - 1].chars().collect();
    let (before, rest) = line.split_at(problem.column.unwrap() - 1);
    let after = &rest[fix.length..];
    lines[problem.line.unwrap() - 1] =
        [before.iter().collect(), fix.text.clone(), after.iter().collect::<String>()].concat();
    lines.join("\n") + "\n"
}

const WRONG: &str = "\
data_genration:
  num_servers: \"1,200\"   # ä
  start_date: 2024-02-30
  end_date: 2024-12-31
  granularity: hourley
  random_sed: 7
  use_holidays: yes
  holiday_calendar: us_bnak
  events: [{name: 2024, start: 2024-03-01, end: 2024-03-05, multiplier: 1.2, business_unit: [Retial]}]
  metrics:
    cpu_p95: {base_men: 40}
  metadata:
    business_units: [Retail, Wealth]
    effects:
      business_unit:
        Weelth: {cpu_p59: 1.1}
    sensitivities: {Retial: {eoqq: 1.5}}
  realism:
    correlations: {}
output:
  compression: Snapy
";

#[test]
fn every_offered_text_mends_its_problem() {
    let (mut text, mut fixed) = (WRONG.to_owned(), Vec::new());
    while let Some(problem) = problems(&text).into_iter().find(|problem| problem.fix.is_some()) {
        let before = problems(&text);
        text = mended(&text, &problem);
        let after = problems(&text);
        assert!(
            !after.iter().any(|left| (&left.path, left.line) == (&problem.path, problem.line)),
            "{problem} is still there in\n{text}"
        );
        fixed.push(problem.fix.unwrap().text);
        assert!(fixed.len() < 20, "{before:?}");
    }
    assert_eq!(problems(&text), []);
    let expected = [
        "data_generation",
        "1200",
        "2024-02-29",
        "hourly",
        "random_seed",
        "true",
        "us_bank",
        "\"2024\"",
        "Retail",
        "base_mean",
        "Wealth",
        "cpu_p95",
        "Retail",
        "eoq",
        "snappy",
    ];
    assert_eq!(fixed, expected);
    assert!(text.contains("num_servers: 1200   # ä"));
}

#[test]
fn what_only_a_person_knows_has_no_fix() {
    let yaml = "data_generation: {num_servers: 0, start_date: 2024-13-01, end_date: x, zzz: 1, output: {}}";
    let found = problems(yaml);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|problem| problem.fix.is_none()), "{found:?}");
}

#[test]
fn a_label_says_what_will_stand_there() {
    let yaml = "data_generation: {num_server: 5, start_date: 2024-01-01, end_date: 2024-01-31}";
    let found = problems(yaml);
    let fix = found[0].fix.clone().unwrap();
    assert_eq!((fix.label.as_str(), fix.length, fix.text.as_str()), ("Write num_servers", 10, "num_servers"));
}

#[test]
fn an_alias_and_an_override_are_not_mended_in_the_text() {
    let base = "data_generation: {num_servers: 5, start_date: 2024-01-01, end_date: 2024-01-31";
    let aliased = format!("x: &yes yes\n{base}, use_holidays: *yes}}");
    assert_eq!(problems(&aliased)[0].fix, None);
    let set = config::Override::from_set("data_generation.use_holidays=yes").unwrap();
    let error = config::plan(&format!("{base}}}"), &[set]).unwrap_err();
    assert_eq!(error.problems()[0].fix, None);
}
