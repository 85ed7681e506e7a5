//! What the charts show of a dataset, against the values of each server, one by one.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use chrono::Datelike;
use fleetsynth::dataset::Generator;
use fleetsynth::plan::{Attribute, Plan};
use fleetsynth::profile::{Correlations, Facet, FleetProfile};

/// Six servers of some kinds over nearly two years, with gaps.
const SETS: [&str; 7] = [
    "data_generation.num_servers=6",
    "data_generation.start_date=2022-02-10",
    "data_generation.end_date=2023-12-31",
    "data_generation.realism.missing_rate=0.05",
    "data_generation.realism.missing_burst_mean=4",
    "data_generation.metadata.archetypes={web: 1, batch: 1}",
    "data_generation.metadata.regions={north: 1, south: 1}",
];

struct World {
    plan: Plan,
    generator: Generator,
    profile: FleetProfile,
}

impl World {
    fn new(sets: &[&str]) -> Self {
        let all: Vec<&str> = SETS.iter().chain(sets).copied().collect();
        let plan = common::plan("small", &all);
        let (_, outcome) = common::run(plan.clone());
        Self { generator: Generator::new(Arc::new(plan.clone())), plan, profile: outcome.profile }
    }

    /// The values of these servers on these days that are there, and how many are not.
    fn values(&self, metric: usize, servers: &[u32], days: std::ops::Range<usize>) -> (Vec<f64>, usize) {
        let series = servers.iter().map(|&server| self.generator.series(server, metric).values);
        let all: Vec<Option<f64>> = series.flat_map(|values| values[days.clone()].to_vec()).collect();
        let missing = all.iter().filter(|value| value.is_none()).count();
        (all.into_iter().flatten().collect(), missing)
    }
}

fn assert_mean(found: f64, values: &[f64], what: &str) {
    if values.is_empty() {
        return assert!(found.is_nan(), "{what}: {found}");
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    assert!((found - mean).abs() <= 1e-5 * mean.abs().max(1.0), "{what}: {found}, not {mean}");
}

/// On the decimal grid, off it, and with time bins of several days.
const FORMS: [&[&str]; 3] = [
    &[],
    &["output.decimals=null"],
    &["data_generation.start_date=2010-01-01", "data_generation.end_date=2023-12-31"],
];

#[test]
fn groups_have_the_means_of_their_servers() {
    for sets in FORMS {
        let world = World::new(sets);
        let steps = world.plan.steps();
        for (metric, profile) in world.profile.metrics.iter().enumerate() {
            assert_eq!(profile.groups.iter().map(|groups| groups.facet).collect::<Vec<_>>(), Facet::ALL);
            for groups in &profile.groups {
                for (group, name) in groups.names.iter().enumerate() {
                    let belongs = |server: &u32| {
                        let server = world.generator.server(*server);
                        match groups.facet {
                            Facet::BusinessUnit => {
                                server.attributes[Attribute::BusinessUnit as usize] == group
                            }
                            Facet::Region => server.attributes[Attribute::Region as usize] == group,
                            Facet::Criticality => server.attributes[Attribute::Criticality as usize] == group,
                            Facet::Archetype => server.archetype == Some(group),
                        }
                    };
                    let servers: Vec<u32> = (0..6).filter(belongs).collect();
                    for (bin, found) in groups.means[group].iter().enumerate().step_by(97) {
                        let length = world.profile.days_per_bin;
                        let days = bin * length..((bin + 1) * length).min(steps);
                        let (values, _) = world.values(metric, &servers, days);
                        assert_mean(f64::from(*found), &values, &format!("{name}, bin {bin}"));
                    }
                }
            }
        }
    }
}

#[test]
fn more_groups_than_can_be_told_apart_are_one() {
    let units: Vec<String> = (0..20).map(|unit| format!("unit {unit}: 1")).collect();
    let set = format!("data_generation.metadata.business_units={{{}}}", units.join(", "));
    let world = World::new(&[&set, "data_generation.num_servers=60"]);
    let groups = &world.profile.metrics[0].groups[0];
    assert_eq!((groups.names.len(), groups.names[11].as_str()), (12, "All others"));
    let others = |server: &u32| world.generator.server(*server).attributes[0] >= 11;
    let servers: Vec<u32> = (0..60).filter(others).collect();
    assert!(servers.len() > 5);
    assert_mean(f64::from(groups.means[11][7]), &world.values(0, &servers, 7..8).0, "all others");
}

#[test]
fn cells_have_the_means_and_gaps_of_their_servers_and_days() {
    let shard: &[&str] = &["data_generation.num_servers=300"];
    for sets in FORMS.into_iter().chain([shard]) {
        let world = World::new(sets);
        for (metric, profile) in world.profile.metrics.iter().enumerate() {
            let (heat, cells) = (&profile.heat, profile.heat.cells);
            assert!(cells.bands() <= 128 && cells.stretches() <= 366);
            assert_eq!(heat.mean.len(), cells.bands() * cells.stretches());
            assert_eq!(cells.band(cells.bands() - 1).end, world.plan.fleet.num_servers);
            assert_eq!(cells.stretch(cells.stretches() - 1).end, world.plan.steps());
            for place in (0..heat.mean.len()).step_by(heat.mean.len() / 40) {
                let (band, stretch) = (place / cells.stretches(), place % cells.stretches());
                let servers: Vec<u32> = cells.band(band).collect();
                let (values, missing) = world.values(metric, &servers, cells.stretch(stretch));
                assert_mean(f64::from(heat.mean[place]), &values, &format!("cell {place}"));
                let share = missing as f64 / (missing + values.len()) as f64;
                assert!((f64::from(heat.missing[place]) - share).abs() < 1e-6, "cell {place}");
            }
        }
    }
}

#[test]
fn quarters_are_counted_back_from_their_last_business_day() {
    let world = World::new(&[]);
    let quarters = &world.profile.metrics[0].quarters;
    let names: Vec<(i32, u32)> = quarters.iter().map(|quarter| (quarter.year, quarter.quarter)).collect();
    assert_eq!(
        names,
        [(2022, 1), (2022, 2), (2022, 3), (2022, 4), (2023, 1), (2023, 2), (2023, 3), (2023, 4)]
    );
    // The second quarter of 2023 ends on Friday 30 June; Juneteenth and Memorial Day are holidays.
    let days = world.generator.days();
    let day = |date: &str| days.dates.binary_search(&date.parse().unwrap()).unwrap();
    let servers: Vec<u32> = (0..6).collect();
    for (place, date) in
        [(0, "2023-06-30"), (1, "2023-06-29"), (5, "2023-06-23"), (9, "2023-06-16"), (62, "2023-04-03")]
    {
        let day = day(date);
        assert_mean(quarters[5].means[place], &world.values(0, &servers, day..day + 1).0, date);
    }
    assert_eq!(quarters[5].means.len(), 63);
    // One that is not over has no end to count back from.
    let open = World::new(&["data_generation.end_date=2023-12-30"]);
    assert_eq!(open.profile.metrics[0].quarters.last().map(|quarter| quarter.quarter), Some(3));
    assert_eq!(open.plan.end.month(), 12);
}

#[test]
fn low_and_high_values_are_counted_exactly_on_the_grid() {
    let all: Vec<u32> = (0..6).collect();
    for (sets, exact) in [(FORMS[0], true), (FORMS[1], false)] {
        let world = World::new(sets);
        for (metric, profile) in world.profile.metrics.iter().enumerate() {
            let Some(load) = profile.load else {
                assert_ne!(world.plan.metrics[metric].unit, "%");
                continue;
            };
            let (values, _) = world.values(metric, &all, 0..world.plan.steps());
            let count = |keep: fn(f64) -> bool| values.iter().filter(|value| keep(**value)).count() as u64;
            let expected = [
                count(|_| true),
                count(|value| value < 40.0),
                count(|value| value > 80.0),
                count(|value| value > 90.0),
            ];
            let found = [load.total, load.below_40, load.above_80, load.above_90];
            if exact {
                assert_eq!(found, expected);
            }
            assert!(
                found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= 2),
                "{found:?}"
            );
            assert!(load.below_40 > 0);
        }
    }
}

#[test]
fn correlations_are_those_of_the_rows() {
    let world = World::new(&[]);
    let correlations = Correlations::new(&world.generator);
    assert_eq!(correlations.servers, 6);
    let all: Vec<u32> = (0..6).collect();
    let series = |server: u32, metric| world.generator.series(server, metric).values;
    let column = |metric| all.iter().flat_map(|&server| series(server, metric)).collect::<Vec<_>>();
    for (one, other) in [(0, 1), (2, 0), (3, 3)] {
        let pairs: Vec<(f64, f64)> =
            column(one).into_iter().zip(column(other)).filter_map(|(x, y)| Some((x?, y?))).collect();
        let n = pairs.len() as f64;
        let (mx, my) =
            (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
        let covariance = sum(&|(x, y)| (x - mx) * (y - my));
        let varies = (sum(&|(x, _)| (x - mx) * (x - mx)) * sum(&|(_, y)| (y - my) * (y - my))).sqrt();
        assert!((correlations.matrix[one][other] - covariance / varies).abs() < 1e-9, "{one} {other}");
        assert_eq!(correlations.matrix[one][other], correlations.matrix[other][one]);
    }
}
