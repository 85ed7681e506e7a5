//! What the charts of a file are drawn from.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::aggregate::groups::Facet;
use crate::calendar::DayTable;
use crate::config;
use crate::dataset::Series;
use crate::error::{Error, ErrorKind, Result};
use crate::fleet::{Life, Server};
use crate::plan::{Archetype, Granularity, Hours, MetricPlan, Plan, Weighted};
use crate::profile::{Correlations, FleetProfile};
use crate::run::{from_bytes, to_bytes};
use crate::series::grid::scale;

/// The fleet of a file: its profile and its servers, day by day.
#[derive(Clone, Debug)]
pub struct FileFleet {
    plan: Plan,
    days: DayTable,
    gathered: Gathered,
}

/// What is gathered of a file, as it goes from one worker to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Gathered {
    pub(super) facts: Facts,
    pub(super) servers: Vec<Member>,
    /// The values of the first servers: of each one metric after the other, a value per day from its first to its
    /// last, NaN where it is missing. Single precision has seven digits, more than a chart shows.
    pub(super) series: Vec<f32>,
    pub(super) profile: FleetProfile,
    pub(super) correlations: Correlations,
    pub(super) notes: Vec<String>,
}

/// What the plan of a file's fleet is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Facts {
    /// The configuration whose calendar, limits and units hold.
    pub(super) configuration: String,
    /// Days since 1970.
    pub(super) first_day: i32,
    /// The same, inclusive.
    pub(super) last_day: i32,
    /// With how many decimals all values can be written, if there are few.
    pub(super) decimals: Option<u32>,
    pub(super) metrics: Vec<MetricFacts>,
    /// Per facet the groups; none where the file lacks the column.
    pub(super) groups: [Vec<String>; Facet::ALL.len()],
    /// The servers' ids, in order.
    pub(super) ids: Vec<String>,
}

/// What is known of one of its metrics.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MetricFacts {
    pub(super) name: String,
    pub(super) unit: String,
    /// No value is smaller.
    pub(super) low: f64,
    /// No value is larger.
    pub(super) high: f64,
    /// Which months have an end-of-quarter window.
    pub(super) eoq_months: [bool; 12],
}

/// What is known of one of its servers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Member {
    /// Per facet its group on its first day.
    pub(super) groups: [usize; Facet::ALL.len()],
    /// From the day of its first row to that of its last.
    pub(super) days: Range<usize>,
    /// The first day in another region, and that region.
    pub(super) migration: Option<(usize, usize)>,
}

impl Facts {
    /// The plan of the file's fleet, made of that of the configuration. How its rows come about means nothing.
    pub(super) fn plan(&self, base: &Plan) -> Result<Plan> {
        let day = |day| NaiveDate::from_epoch_days(day).ok_or_else(|| foreign("a day that does not exist"));
        let mut plan = base.without_defects();
        (plan.start, plan.end) = (day(self.first_day)?, day(self.last_day)?);
        (plan.granularity, plan.shard) = (Granularity::Daily, None);
        plan.output.decimals = self.decimals;
        plan.metrics = self.metrics.iter().map(|metric| metric.plan(base)).collect();
        let fleet = &mut plan.fleet;
        (fleet.num_servers, fleet.ids) = (self.ids.len() as u32, Some(Arc::from(self.ids.as_slice())));
        let alike =
            |groups: &Vec<String>| groups.iter().map(|name| (name.clone(), 1.0)).collect::<Vec<Weighted>>();
        let [business_units, regions, criticality_levels, archetypes] = &self.groups;
        fleet.business_units = alike(business_units);
        fleet.regions = alike(regions);
        fleet.criticality_levels = alike(criticality_levels);
        let archetype = |(name, weight)| Archetype {
            name,
            weight,
            hours: Hours::Flat,
            correlations: None,
            traits: Vec::new(),
        };
        fleet.archetypes = alike(archetypes).into_iter().map(archetype).collect();
        Ok(plan)
    }
}

impl MetricFacts {
    fn plan(&self, base: &Plan) -> MetricPlan {
        MetricPlan {
            name: self.name.clone(),
            unit: self.unit.clone(),
            base_mean: f64::midpoint(self.low, self.high),
            min_clip: self.low,
            max_clip: self.high,
            eoq_months: self.eoq_months,
            effects: Vec::new(),
            ..base.metrics[0].clone()
        }
    }
}

impl Member {
    /// The server with this position and id.
    pub(super) fn server(&self, index: u32, id: String) -> Server {
        let [business_unit, region, criticality, archetype] = self.groups;
        Server {
            index,
            id,
            attributes: [business_unit, region, criticality],
            archetype: Some(archetype),
            life: Life { days: self.days.clone(), resize: None, migration: self.migration },
        }
    }
}

fn foreign(what: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("What was gathered of the file has {what}."))
}

impl FileFleet {
    pub(super) fn new(plan: Plan, days: DayTable, gathered: Gathered) -> Self {
        Self { plan, days, gathered }
    }

    /// All of it as bytes, for another worker.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        to_bytes(&self.gathered)
    }

    /// The way back.
    ///
    /// # Errors
    /// When `bytes` do not come from [`FileFleet::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let gathered: Gathered = from_bytes(bytes)?;
        let plan = gathered.facts.plan(&config::plan(&gathered.facts.configuration, &[])?)?;
        Ok(Self { days: plan.day_table(), plan, gathered })
    }

    /// Its plan: days, metrics and servers of the file, calendar and limits of the configuration.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The calendar of its days.
    pub fn days(&self) -> &DayTable {
        &self.days
    }

    /// What the charts of the fleet show.
    pub fn profile(&self) -> &FleetProfile {
        &self.gathered.profile
    }

    /// How its metrics move together.
    pub fn correlations(&self) -> &Correlations {
        &self.gathered.correlations
    }

    /// What the charts leave out or sum up, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.gathered.notes
    }

    /// How many servers can be looked at one by one: the first ones, at least one.
    pub fn shown_servers(&self) -> u32 {
        let mut left = self.gathered.series.len();
        let fits = |server: &&Member| match left.checked_sub(self.values_of(server)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        self.gathered.servers.iter().take_while(fits).count() as u32
    }

    /// The server at a 0-based position.
    pub fn server(&self, index: u32) -> Server {
        self.gathered.servers[index as usize].server(index, self.plan.fleet.server_id(index))
    }

    /// The position of the server with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.gathered
            .facts
            .ids
            .binary_search_by(|candidate| candidate.as_str().cmp(id))
            .ok()
            .map(|place| place as u32)
    }

    /// One server's series of one metric, of those that can be looked at.
    pub fn series(&self, server: u32, metric: usize) -> Series {
        let (before, rest) = self.gathered.servers.split_at(server as usize);
        let days = rest[0].days.clone();
        let start = before.iter().map(|server| self.values_of(server)).sum::<usize>() + metric * days.len();
        let mut values = vec![None; self.plan.days()];
        let stored = &self.gathered.series[start..start + days.len()];
        for (place, value) in values[days.clone()].iter_mut().zip(stored) {
            *place = (!value.is_nan()).then(|| self.rounded(f64::from(*value)));
        }
        Series { server_id: self.plan.fleet.server_id(server), values, steps: days, outliers: Vec::new() }
    }

    fn values_of(&self, server: &Member) -> usize {
        server.days.len() * self.plan.metrics.len()
    }

    /// The number in the file that was stored in single precision.
    fn rounded(&self, value: f64) -> f64 {
        match self.gathered.facts.decimals.map(scale) {
            Some(scale) => (value * scale).round() / scale,
            None => value,
        }
    }
}
