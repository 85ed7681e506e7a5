//! What the charts show of a dataset, against the values of each server, one by one: whether they are
//! always there or come, go and move, by day and by hour.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::ops::Range;
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

    /// The values of these servers on these days that are there, and how many are missing.
    fn values(&self, metric: usize, servers: &[u32], days: Range<usize>) -> (Vec<f64>, usize) {
        let on: Vec<(u32, Range<usize>)> = servers.iter().map(|&server| (server, days.clone())).collect();
        self.values_on(metric, &on)
    }

    /// The same of servers on days of their own.
    fn values_on(&self, metric: usize, servers: &[(u32, Range<usize>)]) -> (Vec<f64>, usize) {
        let per_day = self.plan.steps_per_day();
        let (mut values, mut missing) = (Vec::new(), 0);
        for (server, days) in servers {
            let series = self.generator.series(*server, metric);
            let steps = days.start * per_day..days.end * per_day;
            for step in steps.filter(|step| series.steps.contains(step)) {
                match series.values[step] {
                    Some(value) => values.push(value),
                    None => missing += 1,
                }
            }
        }
        (values, missing)
    }

    /// The region of a server on each day.
    fn regions(&self, server: u32) -> Vec<usize> {
        let server = self.generator.server(server);
        let region = |day| server.life.attributes(server.attributes, day)[Attribute::Region as usize];
        (0..self.plan.days()).map(region).collect()
    }
}

fn assert_mean(found: f64, values: &[f64], what: &str) {
    if values.is_empty() {
        return assert!(found.is_nan(), "{what}: {found}");
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    assert!((found - mean).abs() <= 1e-5 * mean.abs().max(1.0), "{what}: {found}, not {mean}");
}

/// Servers that come, go and move.
const LIVELY: &str =
    "data_generation.lifecycle={commissioned_share: 0.6, decommissioned_share: 0.6, migrated_share: 0.8}";

/// On the decimal grid, off it, and with time bins of several days; the same with servers that come, go and
/// move; and hour by hour.
const FORMS: [&[&str]; 8] = [
    &[],
    &["output.decimals=null"],
    &["data_generation.start_date=2010-01-01", "data_generation.end_date=2023-12-31"],
    &[LIVELY],
    &[LIVELY, "output.decimals=null"],
    &[LIVELY, "data_generation.start_date=2010-01-01", "data_generation.end_date=2023-12-31"],
    &["data_generation.granularity=hourly", "data_generation.start_date=2023-06-10"],
    &[LIVELY, "data_generation.granularity=hourly", "data_generation.start_date=2022-12-25"],
];

#[test]
fn groups_have_the_means_of_their_servers() {
    for sets in FORMS {
        let world = World::new(sets);
        let all_days = world.plan.days();
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
                            // By its region on each day, below.
                            Facet::Region => false,
                            Facet::Criticality => server.attributes[Attribute::Criticality as usize] == group,
                            Facet::Archetype => server.archetype == Some(group),
                        }
                    };
                    let servers: Vec<u32> = (0..6).filter(belongs).collect();
                    for (bin, found) in groups.means[group].iter().enumerate().step_by(97) {
                        let length = world.profile.days_per_bin;
                        let days = bin * length..((bin + 1) * length).min(all_days);
                        let on: Vec<(u32, Range<usize>)> = match groups.facet {
                            Facet::Region => (0..6)
                                .flat_map(|server| {
                                    let regions = world.regions(server);
                                    let inside = days.clone().filter(move |day| regions[*day] == group);
                                    inside.map(move |day| (server, day..day + 1))
                                })
                                .collect(),
                            _ => servers.iter().map(|&server| (server, days.clone())).collect(),
                        };
                        let (values, _) = world.values_on(metric, &on);
                        assert_mean(f64::from(*found), &values, &format!("{sets:?}: {name}, bin {bin}"));
                        assert_eq!(groups.values[group][bin] as usize, values.len(), "{name}, bin {bin}");
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
    let lively_shard: &[&str] = &["data_generation.num_servers=300", LIVELY];
    for sets in FORMS.into_iter().chain([shard, lively_shard]) {
        let world = World::new(sets);
        // Which cells nobody is in, and which somebody is in for a part.
        let mut seen = Vec::new();
        for (metric, profile) in world.profile.metrics.iter().enumerate() {
            let (heat, cells) = (&profile.heat, profile.heat.cells);
            assert!(cells.bands() <= 128 && cells.stretches() <= 366);
            assert_eq!(heat.mean.len(), cells.bands() * cells.stretches());
            assert_eq!(cells.band(cells.bands() - 1).end, world.plan.fleet.num_servers);
            assert_eq!(cells.stretch(cells.stretches() - 1).end, world.plan.days());
            for place in (0..heat.mean.len()).step_by(heat.mean.len() / 40) {
                let (band, stretch) = (place / cells.stretches(), place % cells.stretches());
                let servers: Vec<u32> = cells.band(band).collect();
                let (values, missing) = world.values(metric, &servers, cells.stretch(stretch));
                assert_mean(f64::from(heat.mean[place]), &values, &format!("cell {place}"));
                let rows = missing + values.len();
                let all = servers.len() * cells.stretch(stretch).len() * world.plan.steps_per_day();
                let there = f64::from(world.profile.there[place]);
                assert!((there - rows as f64 / all as f64).abs() < 1e-6, "cell {place}: {there}");
                let share = f64::from(heat.missing[place]);
                match rows {
                    0 => assert!(share.is_nan(), "nobody there is no gap: cell {place}"),
                    _ => assert!((share - missing as f64 / rows as f64).abs() < 1e-6, "cell {place}"),
                }
                seen.push((rows == 0, 0 < rows && rows < all));
            }
        }
        assert_eq!(seen.iter().any(|(empty, partly)| *empty || *partly), sets.contains(&LIVELY), "{sets:?}");
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
    // One that is not over has no end to count back from; the last two days of 2023 are a weekend.
    for (end, last) in [("2023-12-28", 3), ("2023-12-29", 4), ("2023-12-30", 4)] {
        let open = World::new(&[&format!("data_generation.end_date={end}")]);
        assert_eq!(
            open.profile.metrics[0].quarters.last().map(|quarter| quarter.quarter),
            Some(last),
            "{end}"
        );
        assert_eq!(open.plan.end.month(), 12);
    }
}

#[test]
fn low_and_high_values_are_counted_exactly_on_the_grid() {
    let all: Vec<u32> = (0..6).collect();
    for (sets, exact) in [(FORMS[0], true), (FORMS[1], false), (FORMS[3], true), (FORMS[7], true)] {
        let world = World::new(sets);
        for (metric, profile) in world.profile.metrics.iter().enumerate() {
            let Some(load) = profile.load else {
                assert_ne!(world.plan.metrics[metric].unit, "%");
                continue;
            };
            let (values, _) = world.values(metric, &all, 0..world.plan.days());
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
