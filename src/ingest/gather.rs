//! Gathers the charts of a file from its rows in order.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType};
use arrow_array::{Array, Float64Array, RecordBatch, StringArray};

use super::census::{Question, given};
use super::fleet::{Facts, FileFleet, Gathered, Member};
use super::layout::MICROS_PER_DAY;
use crate::aggregate::groups::Facet;
use crate::aggregate::{Aggregates, Observer, Thresholds};
use crate::calendar::DayTable;
use crate::dataset::daily::p95;
use crate::error::Result;
use crate::plan::Plan;
use crate::profile::{Correlations, FleetProfile, Pairs};
use crate::wording::grouped;

/// Most values of single servers that are kept: 80 MB.
const MOST_VALUES: usize = 20_000_000;

pub(super) struct Gatherer {
    facts: Facts,
    plan: Plan,
    days: DayTable,
    observer: Observer,
    seen: Aggregates,
    correlated: Vec<u32>,
    pairs: Pairs,
    /// The places of the metrics in a batch.
    metrics: Vec<usize>,
    /// The places of the columns by which servers are grouped.
    facets: [Option<usize>; Facet::ALL.len()],
    servers: Vec<Member>,
    series: Vec<f32>,
    /// Servers whose series are kept: the first ones.
    kept: usize,
    /// Whether a server has several rows of one day.
    has_several: bool,
    notes: Vec<String>,
    current: Option<Current>,
}

/// The server whose rows come now.
struct Current {
    id: String,
    member: Member,
    /// The day of its last row, from the first of the file, and how many rows that has.
    day: usize,
    rows: usize,
    /// Per metric the values of that day.
    of_day: Vec<Vec<f64>>,
    /// Per metric the values of the days before, from its first on; NaN where there is none.
    values: Vec<Vec<f64>>,
}

/// The columns of a batch that are looked at.
struct Columns<'b> {
    metrics: Vec<&'b Float64Array>,
    facets: [Option<&'b StringArray>; Facet::ALL.len()],
}

impl Gatherer {
    pub(super) fn new(base: &Plan, Question { facts, metrics, facets, notes }: Question) -> Result<Self> {
        let plan = facts.plan(base)?;
        let days = plan.day_table();
        let thresholds = vec![vec![Thresholds::out_of_reach(plan.steps())]; plan.metrics.len()];
        Ok(Self {
            observer: Observer::new(&plan, &days, &thresholds),
            seen: Aggregates::new(&plan),
            correlated: Correlations::servers(&plan),
            pairs: Pairs::new(&plan),
            servers: Vec::with_capacity(facts.ids.len()),
            series: Vec::new(),
            kept: 0,
            has_several: false,
            current: None,
            facts,
            plan,
            days,
            metrics,
            facets,
            notes,
        })
    }

    /// Takes the next rows in, which are sorted and without duplicates.
    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let servers = batch.column(0).as_string::<i32>();
        let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
        let columns = Columns {
            metrics: self
                .metrics
                .iter()
                .map(|&place| batch.column(place).as_primitive::<Float64Type>())
                .collect(),
            facets: self.facets.map(|place| place.map(|place| batch.column(place).as_string::<i32>())),
        };
        for row in 0..batch.num_rows() {
            let (id, time) = (servers.value(row), times.value(row));
            let day = (time.div_euclid(MICROS_PER_DAY) - i64::from(self.facts.first_day)) as usize;
            if self.current.as_ref().is_none_or(|current| current.id != id) {
                self.end_server();
                self.current = Some(Current::new(&self.facts, &columns, id, day, row));
            }
            if let Some(current) = &mut self.current {
                current.add(&self.facts, &columns, day, row);
                self.has_several |= current.rows > 1;
            }
        }
    }

    fn end_server(&mut self) {
        let Some(mut current) = self.current.take() else { return };
        current.end_day();
        let Current { id, member, values, .. } = current;
        let index = self.servers.len() as u32;
        let server = member.server(index, id);
        for (metric, values) in values.iter().enumerate() {
            self.seen.add_series(&self.observer, metric, &server, values);
        }
        if self.correlated.binary_search(&index).is_ok() {
            self.pairs.add(&values);
        }
        let fits = self.series.len() + values.iter().map(Vec::len).sum::<usize>() <= MOST_VALUES;
        if fits && self.kept == self.servers.len() {
            self.series.extend(values.iter().flatten().map(|value| *value as f32));
            self.kept += 1;
        }
        self.servers.push(member);
    }

    /// The charts, once all rows were seen.
    pub(super) fn finish(mut self) -> FileFleet {
        self.end_server();
        let mut notes = Vec::new();
        if self.has_several {
            notes.push(
                "The file has several rows of a server and day: charts show the P95 of each day's rows."
                    .to_owned(),
            );
        }
        if self.kept < self.servers.len() {
            notes.push(format!(
                "One server's chart is there for the first {} of {} servers: more values than {} are not kept.",
                grouped(self.kept),
                grouped(self.servers.len()),
                grouped(MOST_VALUES),
            ));
        }
        notes.extend(self.notes);
        let gathered = Gathered {
            profile: FleetProfile::new(&self.plan, &self.days, &self.seen),
            correlations: self.pairs.finish(),
            facts: self.facts,
            servers: self.servers,
            series: self.series,
            notes,
        };
        FileFleet::new(self.plan, self.days, gathered)
    }
}

impl Current {
    fn new(facts: &Facts, columns: &Columns<'_>, id: &str, day: usize, row: usize) -> Self {
        let metrics = facts.metrics.len();
        let groups = std::array::from_fn(|facet| columns.group(facts, facet, row).unwrap_or(0));
        Self {
            id: id.to_owned(),
            member: Member { groups, days: day..day + 1, migration: None },
            day,
            rows: 0,
            of_day: vec![Vec::new(); metrics],
            values: vec![Vec::new(); metrics],
        }
    }

    fn add(&mut self, facts: &Facts, columns: &Columns<'_>, day: usize, row: usize) {
        if day != self.day {
            self.end_day();
            (self.day, self.rows) = (day, 0);
        }
        self.rows += 1;
        for (values, column) in self.of_day.iter_mut().zip(&columns.metrics) {
            let value = column.value(row);
            if column.is_valid(row) && value.is_finite() {
                values.push(value);
            }
        }
        let region = Facet::Region as usize;
        let stays = self.member.migration.is_some() || day == self.member.days.start;
        if !stays && !columns.is_in(facts, region, self.member.groups[region], row) {
            self.member.migration = columns.group(facts, region, row).map(|region| (day, region));
        }
    }

    /// Sums the last day up.
    fn end_day(&mut self) {
        let place = self.day - self.member.days.start;
        for (values, of_day) in self.values.iter_mut().zip(&mut self.of_day) {
            values.resize(place, f64::NAN);
            values.push(p95(of_day).unwrap_or(f64::NAN));
            of_day.clear();
        }
        self.member.days.end = self.day + 1;
    }
}

impl Columns<'_> {
    /// The text of a facet in a row, where the file has that column.
    fn text(&self, facet: usize, row: usize) -> Option<&str> {
        self.facets[facet].map(|column| given(column.is_valid(row).then(|| column.value(row))))
    }

    /// Its place among the groups.
    fn group(&self, facts: &Facts, facet: usize, row: usize) -> Option<usize> {
        let text = self.text(facet, row)?;
        facts.groups[facet].iter().position(|group| group == text)
    }

    /// Whether a row is of this group; any is where the file has none.
    fn is_in(&self, facts: &Facts, facet: usize, group: usize, row: usize) -> bool {
        self.text(facet, row).is_none_or(|text| facts.groups[facet][group] == text)
    }
}
