//! Sums over the servers of each business unit, region, criticality level and kind, per time bin.

use serde::{Deserialize, Serialize};

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

    /// The group of a server.
    fn group(self, server: &Server) -> usize {
        let value = match self {
            Self::Archetype => server.archetype.unwrap_or(0),
            _ => server.attributes[self as usize],
        };
        value.min(MAX_GROUPS - 1)
    }
}

/// The sums of one metric by facet and group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    bins: usize,
    days_per_bin: usize,
    facets: Vec<FacetSums>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FacetSums {
    facet: Facet,
    /// Per group the servers seen.
    servers: Vec<u64>,
    /// Per group and time bin the sum of the values that are there, in ticks.
    ticks: Vec<u64>,
    /// Per group and time bin the values that are not.
    absent: Vec<u32>,
}

impl Groups {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan, days_per_bin: usize) -> Self {
        let bins = plan.steps().div_ceil(days_per_bin);
        let sums = |facet: Facet| {
            let groups = facet.count(plan);
            FacetSums {
                facet,
                servers: vec![0; groups],
                ticks: vec![0; groups * bins],
                absent: vec![0; groups * bins],
            }
        };
        Self { bins, days_per_bin, facets: Facet::of_plan(plan).into_iter().map(sums).collect() }
    }

    /// Counts all days of a server's series, given in ticks.
    pub(super) fn count<T: super::Tick>(&mut self, server: &Server, ticks: &[T]) {
        let (bins, length) = (self.bins, self.days_per_bin);
        for sums in &mut self.facets {
            let group = sums.facet.group(server);
            sums.servers[group] += 1;
            let row = &mut sums.ticks[group * bins..(group + 1) * bins];
            if length == 1 {
                row.iter_mut().zip(ticks).for_each(|(sum, tick)| *sum += tick.whole());
            } else {
                let whole = |days: &[T]| days.iter().map(|tick| tick.whole()).sum::<u64>();
                row.iter_mut().zip(ticks.chunks(length)).for_each(|(sum, days)| *sum += whole(days));
            }
        }
    }

    /// Takes back a day that has no value after all.
    pub(super) fn uncount(&mut self, server: &Server, day: usize, tick: u64) {
        for sums in &mut self.facets {
            let place = sums.facet.group(server) * self.bins + day / self.days_per_bin;
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
        }
    }

    /// Per facet and group the mean number of ticks of each time bin of a range of so many days; NaN
    /// where there is no value.
    pub fn means(&self, steps: usize) -> Vec<(Facet, Vec<Vec<f64>>)> {
        let mean = |sums: &FacetSums, group: usize, bin: usize| {
            let days = (steps - bin * self.days_per_bin).min(self.days_per_bin) as u64;
            let place = group * self.bins + bin;
            let count = sums.servers[group] * days - u64::from(sums.absent[place]);
            sums.ticks[place] as f64 / count as f64
        };
        let facet = |sums: &FacetSums| {
            let groups = 0..sums.servers.len();
            let means = groups.map(|group| (0..self.bins).map(|bin| mean(sums, group, bin)).collect());
            (sums.facet, means.collect())
        };
        self.facets.iter().map(facet).collect()
    }
}
