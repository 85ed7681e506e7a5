//! Promise: the file, then environment variables, then `--set`: the later wins, and its problems cite it.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::{self, Override};
use fleetsynth::error::Problem;
use fleetsynth::plan::Plan;

const JOB: &str = "\
data_generation:
  num_servers: 5
  start_date: 2024-01-01
  end_date: 2024-12-31
  metrics:
    - name: cpu_p95
      base_mean: 40
    - name: gpu_p95
";

fn env(name: &str, value: &str) -> Override {
    Override::from_env(name, value).expect("the name is ours")
}

fn set(arg: &str) -> Override {
    Override::from_set(arg).expect("the argument is well formed")
}

fn plan(overrides: &[Override]) -> Plan {
    config::plan(JOB, overrides).expect("the configuration is sound")
}

fn problem(overrides: &[Override]) -> Problem {
    let error = config::plan(JOB, overrides).expect_err("the configuration has a problem");
    assert_eq!(error.problems().len(), 1, "{error}");
    error.problems()[0].clone()
}

#[test]
fn the_later_override_wins() {
    let environment = env("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS", "200");
    let argument = set("data_generation.num_servers=300");
    assert_eq!(plan(&[]).fleet.num_servers, 5);
    assert_eq!(plan(std::slice::from_ref(&environment)).fleet.num_servers, 200);
    assert_eq!(plan(&[environment.clone(), argument.clone()]).fleet.num_servers, 300);
    assert_eq!(plan(&[argument, environment]).fleet.num_servers, 200);
}

#[test]
fn an_override_mends_a_problem_of_the_text() {
    let text = JOB.replace("num_servers: 5", "num_servers: 0");
    assert!(config::plan(&text, &[]).is_err());
    assert!(config::plan(&text, &[set("data_generation.num_servers=1")]).is_ok());
}

#[test]
fn metrics_in_a_list_are_addressed_by_name() {
    let plan = plan(&[
        set("data_generation.metrics.gpu_p95.base_mean=70"),
        env("FLEETSYNTH__DATA_GENERATION__METRICS__CPU_P95__BASE_STD", "3"),
    ]);
    let [cpu, gpu] = plan.metrics.as_slice() else { panic!("two metrics") };
    assert_eq!((cpu.base_mean, cpu.base_std), (40.0, 3.0));
    assert_eq!(gpu.base_mean, 70.0);
    let problem = problem(&[set("data_generation.metrics.tpu.base_mean=70")]);
    assert_eq!(problem.path, "data_generation.metrics");
    assert!(problem.message.contains("`tpu`"), "{problem}");
}

#[test]
fn changing_one_default_metric_or_weight_keeps_the_others() {
    let text = "data_generation: {num_servers: 5, start_date: 2024-01-01, end_date: 2024-12-31}";
    let changes = [
        set("data_generation.metrics.mem_p95.base_mean=70"),
        set("data_generation.metadata.regions.eu-west-1=7"),
    ];
    let (plain, changed) = (config::plan(text, &[]).unwrap(), config::plan(text, &changes).unwrap());
    assert_eq!(changed.columns(), plain.columns());
    assert_eq!(changed.metrics[1].base_mean, 70.0);
    assert_eq!(changed.metrics[0], plain.metrics[0]);
    assert_eq!(changed.fleet.regions[0], plain.fleet.regions[0]);
    assert_eq!(changed.fleet.regions[2], ("eu-west-1".to_owned(), 7.0));
}

#[test]
fn sections_that_are_not_there_are_made() {
    let plan = plan(&[set("output.calendar_flags=true"), set("data_generation.realism.missing_rate=0.2")]);
    assert!(plan.output.calendar_flags);
    assert_eq!(plan.realism.missing_rate, 0.2);
    let required = ["num_servers=5", "start_date=2024-01-01", "end_date=2024-12-31"];
    let all = required.map(|key| set(&format!("data_generation.{key}")));
    assert!(config::plan("", &all).is_ok());
}

#[test]
fn a_value_is_yaml() {
    let plan = plan(&[
        set("data_generation.metadata.regions=[North, South]"),
        set("output.decimals=null"),
        set("storage.raw_prefix=\"\""),
        set("data_generation.metadata.server_prefix=a=b"),
    ]);
    assert_eq!(plan.fleet.regions, [("North".to_owned(), 1.0), ("South".to_owned(), 1.0)]);
    assert_eq!(plan.output.decimals, None);
    assert_eq!(plan.storage.raw_prefix, "");
    assert_eq!(plan.fleet.server_prefix, "a=b");
}

#[test]
fn a_problem_cites_its_override_and_no_place_in_the_text() {
    let problem = problem(&[env("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS", "many")]);
    assert_eq!(problem.path, "data_generation.num_servers");
    assert_eq!(problem.source.as_deref(), Some("FLEETSYNTH__DATA_GENERATION__NUM_SERVERS"));
    assert_eq!((problem.line, problem.column), (None, None));
    assert!(problem.message.contains("needs a whole number"), "{problem}");

    let found = config::plan(JOB, &[set("data_generation.realism.misssing_rate=1")]).unwrap_err();
    let problem = &found.problems()[0];
    assert_eq!(problem.source.as_deref(), Some("--set data_generation.realism.misssing_rate"));
    assert_eq!(problem.hint.as_deref(), Some("Did you mean `missing_rate`?"));
}

#[test]
fn the_text_s_problems_come_first_and_an_override_s_last() {
    let text = JOB.replace("base_mean: 40", "base_mean: x");
    let error = config::plan(&text, &[set("data_generation.num_servers=0")]).unwrap_err();
    let paths: Vec<_> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["data_generation.metrics.cpu_p95.base_mean", "data_generation.num_servers"]);
}

#[test]
fn a_path_to_nowhere_is_told() {
    for (arg, words) in [
        ("data_generaton.num_servers=1", "Did you mean `data_generation`?"),
        ("forecast.horizon=1", "begins with `general`"),
        ("data_generation.num_servers.x=1", "single value"),
        ("data_generation..x=1", "single dots"),
        ("data_generation.num_servers=[1", "not a YAML value"),
    ] {
        let problem = problem(&[set(arg)]);
        assert!(problem.to_string().contains(words), "{words:?} is missing in: {problem}");
        assert_eq!(
            problem.source.as_deref(),
            Some(format!("--set {}", arg.split('=').next().unwrap()).as_str())
        );
    }
}

#[test]
fn only_well_formed_arguments_and_names_of_ours_are_overrides() {
    assert!(
        Override::from_set("data_generation.num_servers")
            .unwrap_err()
            .to_string()
            .contains("needs a key and a value")
    );
    assert!(Override::from_set("=5").is_err());
    assert_eq!(set("a.b=c=d").value, "c=d");
    assert_eq!(Override::from_env("HOME", "/root"), None);
    assert_eq!(Override::from_env("FLEETSYNTH", "1"), None);
    assert_eq!(env("FLEETSYNTH__OUTPUT__DECIMALS", "3").path, "output.decimals");
}
