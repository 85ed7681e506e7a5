//! Sums over the servers of each business unit, region, criticality level and kind, per time bin. A server
//! that moves counts for the region in which it is on each day.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::stretches::Stretches;
use super::ticks::Tick;
use crate::fleet::Server;
use crate::plan::{ARCHETYPE, Attribute, Plan};

/// Most groups of a facet: of more values, the last ones are one group.
pub const MAX_GROUPS: usize = 12;

/// What servers are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Facet {
    /// `business_unit`
    BusinessUnit,
    /// `region`
    Region,
    /// `criticality`
    Criticality,
    /// `archetype`
    Archetype,
}

impl Facet {
    /// All facets, attributes in column order.
    pub const ALL: [Self; 4] = [Self::BusinessUnit, Self::Region, Self::Criticality, Self::Archetype];

    /// The column's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BusinessUnit => Attribute::BusinessUnit.name(),
            Self::Region => Attribute::Region.name(),
            Self::Criticality => Attribute::Criticality.name(),
            Self::Archetype => ARCHETYPE,
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::BusinessUnit => "Business unit",
            Self::Region => "Region",
            Self::Criticality => "Criticality",
            Self::Archetype => "Archetype",
        }
    }

    /// The facet with that column name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    /// The facets by which `plan`'s servers can be grouped.
    pub fn of_plan(plan: &Plan) -> Vec<Self> {
        Self::ALL.into_iter().filter(|facet| facet.count(plan) > 0).collect()
    }

    /// Names of the groups, at most [`MAX_GROUPS`].
    pub fn groups(self, plan: &Plan) -> Vec<String> {
        let fleet = &plan.fleet;
        let name = |(name, _): &(String, f64)| name.clone();
        let mut names: Vec<String> = match self {
            Self::BusinessUnit => fleet.business_units.iter().map(name).collect(),
            Self::Region => fleet.regions.iter().map(name).collect(),
            Self::Criticality => fleet.criticality_levels.iter().map(name).collect(),
            Self::Archetype => fleet.archetypes.iter().map(|kind| kind.name.clone()).collect(),
        };
        if names.len() > MAX_GROUPS {
            names.truncate(MAX_GROUPS - 1);
            names.push("All others".to_owned());
        }
        names
    }

    fn count(self, plan: &Plan) -> usize {
        let fleet = &plan.fleet;
        let values = match self {
            Self::BusinessUnit => fleet.business_units.len(),
            Self::Region => fleet.regions.len(),
            Self::Criticality => fleet.criticality_levels.len(),
            Self::Archetype => fleet.archetypes.len(),
        };
        values.min(MAX_GROUPS)
    }

    /// The groups of a server, each with the days on which it is there and belongs to it: two groups for the
    /// regions of a server that moves.
    fn groups_of(self, server: &Server) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let there = server.life.days.clone();
        let value = match self {
            Self::Archetype => server.archetype.unwrap_or(0),
            _ => server.attributes[self as usize],
        };
        let move_of = server.life.migration.filter(|_| self == Self::Region);
        let until = move_of.map_or(there.end, |(day, _)| day);
        let before = (value, there.start..until);
        let after = move_of.map(|(day, region)| (region, day..there.end));
        std::iter::once(before).chain(after).map(|(value, days)| (value.min(MAX_GROUPS - 1), days))
    }

    /// The group of a server on a day on which it is there.
    fn group_on(self, server: &Server, day: usize) -> usize {
        let mut groups = self.groups_of(server);
        let group = groups.find(|(_, days)| days.contains(&day));
        group.expect("a server that is there belongs to a group").0
    }
}

/// The sums of one metric by facet and group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    bins: Stretches,
    facets: Vec<FacetSums>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FacetSums {
    facet: Facet,
    /// Per group the servers seen.
    servers: Vec<u64>,
    /// Per group and time bin the sum of the values that are there, in ticks.
    ticks: Vec<u64>,
    /// Per group and time bin the values that are missing.
    absent: Vec<u32>,
    /// Per group and time bin the rows that there would be, were its servers always there and in it.
    away: Vec<u32>,
}

/// What is known of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSums {
    /// Per time bin the mean number of ticks; NaN where there is no value.
    pub means: Vec<f64>,
    /// Per time bin the number of values.
    pub values: Vec<u32>,
}

impl Groups {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan, days_per_bin: usize) -> Self {
        let bins = Stretches::new(plan.days(), days_per_bin, plan.steps_per_day());
        let sums = |facet: Facet| {
            let groups = facet.count(plan);
            let places = groups * bins.count();
            FacetSums {
                facet,
                servers: vec![0; groups],
                ticks: vec![0; places],
                absent: vec![0; places],
                away: vec![0; places],
            }
        };
        Self { bins, facets: Facet::of_plan(plan).into_iter().map(sums).collect() }
    }

    /// Counts all values of a server's series, given in ticks, from the first day on which it is there.
    pub(super) fn count<T: Tick>(&mut self, server: &Server, ticks: &[T]) {
        let (bins, there) = (self.bins, &server.life.days);
        for sums in &mut self.facets {
            for (group, days) in sums.facet.groups_of(server) {
                sums.servers[group] += 1;
                let row = group * bins.count()..(group + 1) * bins.count();
                let steps = bins.steps_until(days.start, there)..bins.steps_until(days.end, there);
                bins.add(&mut sums.ticks[row.clone()], days.start, &ticks[steps]);
                bins.add_away(&mut sums.away[row], &days);
            }
        }
    }

    /// Takes back a value of a day that is missing after all.
    pub(super) fn uncount(&mut self, server: &Server, day: usize, tick: u64) {
        for sums in &mut self.facets {
            let place = sums.facet.group_on(server, day) * self.bins.count() + self.bins.of(day);
            sums.ticks[place] -= tick;
            sums.absent[place] += 1;
        }
    }

    /// Adds what was seen of other servers.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, other) in self.facets.iter_mut().zip(&other.facets) {
            super::add_all(&mut mine.servers, &other.servers);
            super::add_all(&mut mine.ticks, &other.ticks);
            super::add_all(&mut mine.absent, &other.absent);
            super::add_all(&mut mine.away, &other.away);
        }
    }

    /// What is known of the groups of each facet.
    pub fn sums(&self) -> impl Iterator<Item = (Facet, Vec<GroupSums>)> {
        let of_group = |sums: &FacetSums, group: usize| {
            let (means, values) = (0..self.bins.count())
                .map(|bin| {
                    let place = group * self.bins.count() + bin;
                    let rows = sums.servers[group] * self.bins.rows(bin) - u64::from(sums.away[place]);
                    let values = rows - u64::from(sums.absent[place]);
                    (sums.ticks[place] as f64 / values as f64, values as u32)
                })
                .unzip();
            GroupSums { means, values }
        };
        self.facets.iter().map(move |sums| {
            (sums.facet, (0..sums.servers.len()).map(|group| of_group(sums, group)).collect())
        })
    }
}
