//! The charts of a file: a generated one gives those of its run, any other one what its rows say.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use bytes::Bytes;
use fleetsynth::chart::{self, ChartInput, ChartKind, ServerSeries, View};
use fleetsynth::dataset::Generator;
use fleetsynth::document;
use fleetsynth::export::csv;
use fleetsynth::ingest::{self, Demands, FileFleet};
use fleetsynth::plan::Plan;
use fleetsynth::profile::{Correlations, Facet, FleetProfile};
use fleetsynth::run::to_bytes;

/// Six servers of some kinds over a year and a half, with gaps.
const SETS: [&str; 9] = [
    "data_generation.num_servers=6",
    "data_generation.start_date=2022-02-10",
    "data_generation.end_date=2023-08-31",
    "data_generation.realism.missing_rate=0.05",
    "data_generation.metadata.archetypes={web: 1, batch: 1}",
    "output.archetype_column=true",
    "data_generation.metadata.business_units={Retail: 1, Wealth: 1}",
    "data_generation.metadata.regions={north: 1, south: 1}",
    "data_generation.metadata.criticality_levels={High: 1, Low: 1}",
];

/// Servers that come, go and move.
const LIVELY: &str =
    "data_generation.lifecycle={commissioned_share: 0.5, decommissioned_share: 0.4, migrated_share: 0.6}";

fn made(sets: &[&str]) -> Plan {
    common::plan("small", &[&SETS, sets].concat())
}

fn charts(plan: &Plan, file: impl Into<Bytes>) -> Result<FileFleet, String> {
    let demands = Demands { plan, columns: Vec::new(), most_unsorted_rows: 1_000_000, charts: true };
    let checked = ingest::validate::<_, Vec<u8>>(&file.into(), &demands, None, &mut |_| Ok(()));
    let fleet = checked.unwrap().0.charts.unwrap()?;
    // As the page has it, from another worker.
    Ok(FileFleet::from_bytes(&fleet.to_bytes().unwrap()).unwrap())
}

fn of_text(text: &str) -> FileFleet {
    charts(&common::plan("small", &[]), text.to_owned()).unwrap()
}

/// Equal to the last bit; NaN equals NaN.
fn assert_same(found: &FleetProfile, made: &FleetProfile, what: &str) {
    assert_eq!(found.days_per_bin, made.days_per_bin, "{what}");
    for (found, made) in found.metrics.iter().zip(&made.metrics) {
        assert_eq!(found.histogram, made.histogram, "{what}");
        assert_eq!(found.load, made.load, "{what}");
        for (found, made) in found.groups.iter().zip(&made.groups) {
            assert_eq!(found.names, made.names, "{what}");
            assert!(to_bytes(found).unwrap() == to_bytes(made).unwrap(), "{what}: {:?}", found.facet);
        }
    }
    assert!(to_bytes(found).unwrap() == to_bytes(made).unwrap(), "{what}");
}

/// The text of every chart; fails when one cannot be drawn.
fn told(fleet: &FileFleet, metric: usize) -> Vec<(ChartKind, String)> {
    let series = fleet.series(0, metric);
    let view = View::whole(fleet.days().len());
    let input = ChartInput {
        plan: fleet.plan(),
        days: fleet.days(),
        profile: fleet.profile(),
        metric,
        series: Some(ServerSeries {
            server_id: &series.server_id,
            values: &series.values,
            there: &series.steps,
            outliers: &series.outliers,
        }),
        correlations: Some(fleet.correlations()),
        view: &view,
        pinned: None,
    };
    let text = |kind: ChartKind| {
        let svg = chart::svg(kind, &input).unwrap();
        assert!(roxmltree::Document::parse(&svg).is_ok(), "{kind:?}");
        let table = chart::csv(kind, &input).unwrap();
        (kind, chart::describe(kind, &input) + "\n" + &String::from_utf8(table).unwrap())
    };
    ChartKind::ALL.map(text).into()
}

fn words(fleet: &FileFleet, wanted: ChartKind) -> String {
    told(fleet, 0).into_iter().find(|(kind, _)| *kind == wanted).unwrap().1
}

#[test]
fn a_generated_file_has_the_charts_of_its_run() {
    for sets in
        [&[][..], &[LIVELY], &["data_generation.num_servers=150", "data_generation.end_date=2022-03-31"]]
    {
        let plan = made(sets);
        let (parquet, outcome) = common::run(plan.clone());
        let generator = Generator::new(Arc::new(plan.clone()));
        let fleet = charts(&plan, parquet).unwrap();
        assert_same(fleet.profile(), &outcome.profile, &format!("{sets:?}"));
        assert_eq!((fleet.plan().start, fleet.plan().end), (plan.start, plan.end));
        assert_eq!(fleet.notes(), [""; 0]);
        assert_eq!(fleet.shown_servers(), plan.fleet.num_servers);
        for server in [0, 3, 5] {
            for metric in 0..plan.metrics.len() {
                assert_eq!(fleet.series(server, metric), {
                    let mut series = generator.series(server, metric);
                    series.outliers.clear();
                    series
                });
            }
            let (found, made) = (fleet.server(server), generator.server(server));
            assert_eq!((found.id, found.life.days), (made.id, made.life.days));
            assert_eq!(found.life.migration.map(|(day, _)| day), made.life.migration.map(|(day, _)| day));
        }
        let made = Correlations::new(&generator);
        assert_eq!(fleet.correlations().servers, made.servers);
        for (found, made) in fleet.correlations().matrix.iter().flatten().zip(made.matrix.iter().flatten()) {
            assert!((found - made).abs() < 1e-9, "{found} {made}");
        }
    }
}

#[test]
fn full_precision_gives_the_same_means() {
    let plan = made(&["output.decimals=null"]);
    let (parquet, outcome) = common::run(plan.clone());
    let fleet = charts(&plan, parquet).unwrap();
    for (found, made) in fleet.profile().metrics.iter().zip(&outcome.profile.metrics) {
        assert_eq!(found.histogram.iter().sum::<u64>(), made.histogram.iter().sum::<u64>());
        for (found, made) in found.mean.iter().zip(&made.mean) {
            assert!((found - made).abs() < 1e-6, "{found} {made}");
        }
    }
}

#[test]
fn the_csv_gives_the_charts_of_the_parquet_file() {
    let plan = made(&[]);
    let (_, outcome) = common::run(plan.clone());
    let text = csv::part(&Generator::new(Arc::new(plan.clone())), 0).unwrap();
    assert_same(charts(&plan, text).unwrap().profile(), &outcome.profile, "CSV");
}

#[test]
fn gaps_duplicates_and_disorder_are_what_they_are() {
    let fleet = of_text(
        "server_id,timestamp,region,cpu_p95\n\
         b,2024-03-04,north,50.5\n\
         a,2024-03-03,south,30\n\
         a,2024-03-01,south,10\n\
         a,2024-03-01,south,99\n\
         b,2024-03-05,south,\n\
         b,2024-03-06,south,70\n",
    );
    let cpu = &fleet.profile().metrics[0];
    assert_eq!(fleet.days().len(), 6);
    // The first of two rows of a key stays.
    assert_eq!(format!("{:?}", cpu.mean), "[10.0, NaN, 30.0, 50.5, NaN, 70.0]");
    // Day by day: a has no row, b not yet any; b has a row without a value.
    assert_eq!(format!("{:?}", cpu.missing), "[0.0, 1.0, 0.0, 0.0, 1.0, 0.0]");
    assert_eq!(fleet.profile().servers, [1.0; 6]);
    assert_eq!(cpu.load.unwrap().below_40, 2);
    assert_eq!(fleet.plan().metrics[0].unit, "%");
    let series = fleet.series(1, 0);
    assert_eq!((series.server_id.as_str(), series.steps), ("b", 3..6));
    assert_eq!(series.values, [None, None, None, Some(50.5), None, Some(70.0)]);
    // Groups by region alone; a server counts where it is.
    let groups = &cpu.groups;
    assert_eq!((groups.len(), groups[0].facet), (1, Facet::Region));
    assert_eq!(groups[0].names, ["south", "north"]);
    assert_eq!(groups[0].values, [[1, 0, 1, 0, 0, 1], [0, 0, 0, 1, 0, 0]]);
    assert_eq!((fleet.find("b"), fleet.find("c")), (Some(1), None));

    let missing = words(&fleet, ChartKind::Missing);
    assert!(missing.contains("33.3% of the CPU P95 values are missing; the limit is 5%."), "{missing}");
    let server = words(&fleet, ChartKind::Server);
    assert!(server.contains("1 gap.\n") && !server.contains("outlier"), "{server}");
    assert!(server.contains("date,server_id,cpu_p95\n"), "{server}");
    let heat = words(&fleet, ChartKind::Heat);
    assert!(heat.contains("most in b with 60.2%, least in a with 20.0%"), "{heat}");
}

#[test]
fn names_with_control_characters_make_no_broken_pictures() {
    let fleet = of_text("server_id,timestamp,a\u{1}b\u{FFFF}\nx\u{8},2024-01-01,1\nx\u{8},2024-01-02,2\n");
    let texts = told(&fleet, 0);
    assert_eq!(texts.len(), ChartKind::ALL.len());
}

#[test]
fn a_foreign_metric_has_its_own_name_and_range() {
    let fleet = of_text(
        "server_id,timestamp,<b>Disk & net</b> (kB/s),empty,note\nx,2024-01-01,-1500.25,,p\nx,2024-01-02,2500,,q\ny,2024-01-02,2000,,r\n",
    );
    let plan = &fleet.plan().metrics;
    assert_eq!(plan.len(), 1);
    assert_eq!((plan[0].name.as_str(), plan[0].unit.as_str()), ("<b>Disk & net</b> (kB/s)", ""));
    assert!((plan[0].min_clip + 1500.255).abs() < 1e-9 && (plan[0].max_clip - 2500.005).abs() < 1e-9);
    assert_eq!(fleet.profile().metrics[0].mean, [-1500.25, 2250.0]);
    assert_eq!(fleet.profile().metrics[0].load, None);
    assert_eq!(fleet.series(0, 0).values, [Some(-1500.25), Some(2500.0)]);
    assert!(fleet.notes()[0].starts_with("Without charts: empty."), "{:?}", fleet.notes());
    assert_eq!(told(&fleet, 0).len(), ChartKind::ALL.len());
}

#[test]
fn values_beyond_the_configured_limits_are_shown() {
    let fleet =
        of_text("server_id,timestamp,cpu_p95\na,2024-01-01,120.5\na,2024-01-02,inf\na,2024-01-03,40\n");
    let cpu = &fleet.profile().metrics[0];
    assert_eq!(format!("{:?}", cpu.mean), "[120.5, NaN, 40.0]");
    assert_eq!(cpu.load.unwrap().above_90, 1);
    // A single value, which a range has to be made for.
    let one = of_text("server_id,timestamp,load\na,2024-01-01,0.123456789\n");
    assert!((one.profile().metrics[0].mean[0] - 0.123_456_789).abs() < 1e-9);
    assert_eq!(told(&one, 0).len(), ChartKind::ALL.len());
}

#[test]
fn hours_are_summed_up_by_day() {
    let plan = made(&["data_generation.granularity=hourly", "data_generation.end_date=2022-03-10"]);
    let (parquet, _) = common::run(plan.clone());
    let generator = Generator::new(Arc::new(plan.clone()));
    let fleet = charts(&plan, parquet).unwrap();
    assert_eq!(
        fleet.notes(),
        ["The file has several rows of a server and day: charts show the P95 of each day's rows."]
    );
    assert_eq!(fleet.days().len(), 29);
    for metric in 0..plan.metrics.len() {
        let (found, made) = (fleet.series(2, metric).values, generator.daily_series(2, metric).values);
        for (found, made) in found.iter().zip(made) {
            // Rounded as the file's values are.
            assert!((found.unwrap() - made.unwrap()).abs() <= 0.005 + 1e-9, "{found:?} {made:?}");
        }
    }
    let of_day =
        |day: usize| (0..6).map(|server| fleet.series(server, 0).values[day].unwrap()).sum::<f64>() / 6.0;
    assert!((fleet.profile().metrics[0].mean[7] - of_day(7)).abs() < 1e-9);
}

#[test]
fn a_day_of_whole_numbers_has_a_p95_with_decimals() {
    let hours: String = (0..24).map(|hour| format!("a,2024-01-01 {hour:02}:00:00,{hour}\n")).collect();
    let fleet = of_text(&("server_id,timestamp,cpu_p95\n".to_owned() + &hours));
    assert_eq!(fleet.series(0, 0).values, [Some(21.85)]);
    assert!((fleet.profile().metrics[0].mean[0] - 21.85).abs() < 1e-9);
}

#[test]
fn the_report_on_a_file_has_its_charts_or_says_why_not() {
    let plan = common::plan("small", &[]);
    let report = |text: &'static str| {
        let demands = Demands { plan: &plan, columns: Vec::new(), most_unsorted_rows: 9, charts: true };
        let file = Bytes::from_static(text.as_bytes());
        let (validation, _) = ingest::validate::<_, Vec<u8>>(&file, &demands, None, &mut |_| Ok(())).unwrap();
        document::of_file("<i>export</i>.csv", &validation).unwrap()
    };
    let html = report("server_id,timestamp,<script>\na,2024-01-01,1\na,2024-01-02,3\nb,2024-01-02,5\n");
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
    assert!(html.contains("<h1>&lt;i&gt;export&lt;/i&gt;.csv</h1>") && !html.contains("<script"));
    assert_eq!(html.matches("<svg ").count(), 7);
    assert!(
        html.contains("&lt;script&gt; of 2 servers (1 to 2 at a time), 1 Jan 2024 to 2 Jan 2024: mean 3.00,")
    );
    let none = report("server_id,timestamp,note\na,2024-01-01,x\n");
    assert!(none.contains("<p>Charts need a column of numbers, and the file has none with values.</p>"));
    assert!(!none.contains("<svg "));
}

#[test]
fn why_there_are_no_charts_is_said() {
    let plan = common::plan("small", &[]);
    for (text, told) in [
        ("server_id,timestamp,note\na,2024-01-01,x\n", "Charts need a column of numbers"),
        (
            "server_id,timestamp,cpu_p95\na,1969-12-31,1\n",
            "Charts know the calendar from 1971-01-01 to 2199-12-31",
        ),
        ("server_id,timestamp,cpu_p95\na,2024-01-01,1\na,2200-01-01,1\n", "the file has rows of other days"),
    ] {
        let refusal = charts(&plan, text.to_owned()).map(|fleet| fleet.notes().join("")).unwrap_err();
        assert!(refusal.contains(told), "{refusal}");
    }
}
