//! The dataset: a plan turned into chunks of whole servers, and its Arrow schema.

pub mod daily;

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::calendar::DayTable;
use crate::error::Result;
use crate::fleet::{Fleet, Server};
use crate::plan::{ARCHETYPE, Attribute, CALENDAR_FLAGS, Plan};
use crate::series::grid::Values;
use crate::series::{Buffers, Model, Trace, factors};

/// Rows of a row group: whole servers up to this number, and at least one server. Fixed, because
/// the size of the row groups is part of the file's bytes.
pub const ROW_GROUP_ROWS: usize = 3 << 16;

/// Number of servers of a row group of `plan`'s dataset; the last one of a fleet may have fewer.
pub fn servers_per_row_group(plan: &Plan) -> usize {
    (ROW_GROUP_ROWS / plan.steps()).max(1)
}

/// Rows of a part of a row group whose text is made at once: a fraction of what that takes.
const PART_ROWS: usize = 1 << 14;

/// Makes any part of a plan's dataset. Parts are independent of each other, and clones share what they know.
#[derive(Clone, Debug)]
pub struct Generator {
    plan: Arc<Plan>,
    days: Arc<DayTable>,
    shared: Arc<SharedColumns>,
    fleet: Fleet,
    model: Arc<Model>,
}

/// The columns that are the same for every server, one entry per step.
#[derive(Debug)]
struct SharedColumns {
    steps_per_day: usize,
    timestamps: Vec<i64>,
    flags: [Vec<bool>; CALENDAR_FLAGS.len()],
}

/// One server's series of one metric, with what is known of its defects.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The server.
    pub server_id: String,
    /// One value per step in the metric's unit; `None` where it is missing or the server is not there.
    pub values: Vec<Option<f64>>,
    /// The steps at which the server is there.
    pub steps: Range<usize>,
    /// Steps with an outlier, missing or not.
    pub outliers: Vec<usize>,
}

/// The rows of consecutive servers, column by column: of each server the steps at which it is there.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The servers, in order.
    pub servers: Vec<Server>,
    /// Where the rows of each server begin, and the number of all rows.
    offsets: Vec<usize>,
    /// The metrics' columns, in order.
    pub metrics: Vec<MetricColumn>,
    plan: Arc<Plan>,
    shared: Arc<SharedColumns>,
}

/// The values of one metric: all rows of the first server, then of the next.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricColumn {
    /// One value per row; what stands in a row that is missing means nothing.
    pub values: Values,
    /// The missing rows of the chunk, sorted.
    pub missing: Vec<usize>,
}

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

impl SharedColumns {
    /// The columns of a dataset with so many steps per day.
    fn new(plan: &Plan, days: &DayTable, steps_per_day: usize) -> Self {
        let steps = |day: &chrono::NaiveDate| {
            let midnight = i64::from(day.to_epoch_days()) * DAY_MICROS;
            (0..steps_per_day as i64).map(move |step| midnight + step * (DAY_MICROS / steps_per_day as i64))
        };
        let is_any_eoq = |day| plan.metrics.iter().any(|metric| factors::is_eoq_window(metric, days, day));
        let is_any_eoq: Vec<bool> = (0..days.len()).map(is_any_eoq).collect();
        let flags = [&days.weekend, &days.holiday, &is_any_eoq];
        Self {
            steps_per_day,
            timestamps: days.dates.iter().flat_map(steps).collect(),
            flags: flags
                .map(|flag| flag.iter().flat_map(|&flag| std::iter::repeat_n(flag, steps_per_day)).collect()),
        }
    }
}

impl Generator {
    /// The generator of `plan`.
    pub fn new(plan: Arc<Plan>) -> Self {
        let days = plan.day_table();
        let shared = SharedColumns::new(&plan, &days, plan.steps_per_day());
        Self {
            fleet: Fleet::new(&plan),
            model: Arc::new(Model::new(&plan, &days)),
            days: Arc::new(days),
            shared: Arc::new(shared),
            plan,
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The calendar of the days.
    pub fn days(&self) -> &Arc<DayTable> {
        &self.days
    }

    /// Microseconds since 1970-01-01 of each step.
    pub fn timestamps(&self) -> &[i64] {
        &self.shared.timestamps
    }

    /// The server at a 0-based position.
    pub fn server(&self, index: u32) -> Server {
        self.fleet.server(index)
    }

    /// Number of row groups.
    pub fn row_groups(&self) -> usize {
        let servers = self.plan.servers();
        let per_group = self.servers_per_row_group();
        (servers.end.div_ceil(per_group) - servers.start / per_group) as usize
    }

    /// The servers of a row group. Groups begin at the same servers in every part of a fleet, so
    /// that a part has the bytes of the whole.
    pub fn row_group(&self, group: usize) -> Range<u32> {
        let servers = self.plan.servers();
        let per_group = self.servers_per_row_group();
        let first = (servers.start / per_group + group as u32) * per_group;
        first.max(servers.start)..first.saturating_add(per_group).min(servers.end)
    }

    /// Number of rows of a row group.
    pub fn rows(&self, group: usize) -> u64 {
        self.fleet.rows(self.row_group(group))
    }

    /// Number of rows of the dataset.
    pub fn total_rows(&self) -> u64 {
        self.fleet.rows(self.plan.servers())
    }

    /// Number of servers of a row group; see [`servers_per_row_group`].
    pub fn servers_per_row_group(&self) -> u32 {
        servers_per_row_group(&self.plan) as u32
    }

    /// Parts of `servers` that are worked on one after another where their rows take much more memory
    /// than in a chunk.
    pub fn parts(&self, servers: Range<u32>) -> impl Iterator<Item = Range<u32>> + use<> {
        let size = (PART_ROWS / self.plan.steps()).max(1);
        let end = servers.end;
        servers.step_by(size).map(move |first| first..first.saturating_add(size as u32).min(end))
    }

    /// The rows of `servers`.
    pub fn chunk(&self, servers: Range<u32>) -> Chunk {
        let mut columns = self.model.columns(self.fleet.rows(servers.clone()) as usize);
        let servers: Vec<Server> = servers.map(|index| self.fleet.server(index)).collect();
        let mut missing = vec![Vec::new(); columns.len()];
        let mut buffers = Buffers::default();
        let mut offsets = vec![0];
        let mut rows = 0;
        for server in &servers {
            let there = server.life.steps(self.plan.steps_per_day());
            let defects = self.model.append(server, &mut columns, &mut buffers);
            for (missing, defects) in missing.iter_mut().zip(defects) {
                missing.extend(defects.missing.into_iter().map(|step| rows + step - there.start));
            }
            rows += there.len();
            offsets.push(rows);
        }
        let columns = columns.into_iter().zip(missing);
        let metrics = columns.map(|(values, missing)| MetricColumn { values, missing }).collect();
        Chunk { servers, offsets, metrics, plan: Arc::clone(&self.plan), shared: Arc::clone(&self.shared) }
    }

    /// One server's series of one metric: the same values as in any chunk.
    pub fn series(&self, server: u32, metric: usize) -> Series {
        let server = self.fleet.server(server);
        let (there, defects) = self.model.single(&server, metric);
        let steps = server.life.steps(self.plan.steps_per_day());
        let mut values = vec![None; self.plan.steps()];
        values[steps.clone()].iter_mut().zip(there.iter()).for_each(|(place, value)| *place = Some(value));
        for step in defects.missing {
            values[step] = None;
        }
        Series { server_id: server.id, values, steps, outliers: defects.outliers }
    }

    /// For each metric of a server the values without defects, and what is wrong with it.
    pub fn traces(&self, server: &Server, buffers: &mut Buffers) -> Vec<Trace> {
        self.model.traces(server, buffers)
    }
}

impl Chunk {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.offsets[self.servers.len()]
    }

    /// The rows of the server at a position.
    pub fn rows_of(&self, position: usize) -> Range<usize> {
        self.offsets[position]..self.offsets[position + 1]
    }

    /// The steps at which the server at a position is there, one row each.
    pub fn steps_of(&self, position: usize) -> Range<usize> {
        self.servers[position].life.steps(self.shared.steps_per_day)
    }

    /// Whether every server has a row for every step.
    pub fn is_whole(&self) -> bool {
        self.rows() == self.servers.len() * self.shared.timestamps.len()
    }

    /// Microseconds since 1970-01-01 of each step.
    pub fn timestamps(&self) -> &[i64] {
        &self.shared.timestamps
    }

    /// Microseconds from one step to the next.
    pub fn step_micros(&self) -> i64 {
        DAY_MICROS / self.shared.steps_per_day as i64
    }

    /// The calendar flags of each step, in the order of [`CALENDAR_FLAGS`].
    pub fn flags(&self) -> &[Vec<bool>; CALENDAR_FLAGS.len()] {
        &self.shared.flags
    }

    /// The values of an attribute of the server at a position, with how many rows each has.
    pub fn attribute(&self, position: usize, attribute: Attribute) -> impl Iterator<Item = (&str, usize)> {
        let server = &self.servers[position];
        let steps = self.steps_of(position);
        let first = server.attributes[attribute as usize];
        let moved = server.life.migration.filter(|_| attribute == Attribute::Region);
        let moved = moved.map(|(day, region)| (day * self.shared.steps_per_day, region));
        let change = moved.map_or(steps.end, |(step, _)| step);
        let stretches = [(first, change - steps.start)].into_iter();
        let stretches = stretches.chain(moved.map(|(step, region)| (region, steps.end - step)));
        let values = self.plan.fleet.values(attribute);
        stretches.map(|(value, rows)| (values[value].0.as_str(), rows))
    }

    /// A server's kind; empty where there are no kinds.
    pub fn archetype(&self, server: &Server) -> &str {
        server.archetype.map_or("", |kind| &self.plan.fleet.archetypes[kind].name)
    }

    /// The first `rows` rows (all, if there are fewer) as an Arrow record batch.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn record_batch(&self, rows: usize) -> Result<RecordBatch> {
        let rows = rows.min(self.rows());
        let positions = 0..self.servers.len();
        let steps = || positions.clone().flat_map(|position| self.steps_of(position)).take(rows);
        let mut columns = vec![
            self.strings(rows, |position| {
                [(self.servers[position].id.as_str(), self.rows_of(position).len())]
            }),
            Arc::new(TimestampMicrosecondArray::from_iter_values(
                steps().map(|step| self.shared.timestamps[step]),
            )),
        ];
        columns.extend(
            Attribute::ALL
                .map(|attribute| self.strings(rows, move |position| self.attribute(position, attribute))),
        );
        if self.plan.output.archetype_column {
            columns.push(self.strings(rows, |position| {
                [(self.archetype(&self.servers[position]), self.rows_of(position).len())]
            }));
        }
        columns.extend(self.metrics.iter().map(|metric| metric.array(rows)));
        if self.plan.output.calendar_flags {
            columns.extend(self.shared.flags.iter().map(|flag| -> ArrayRef {
                Arc::new(BooleanArray::from_iter(steps().map(|step| Some(flag[step]))))
            }));
        }
        Ok(RecordBatch::try_new(schema(&self.plan), columns)?)
    }

    /// A column of the first `rows` strings, of which each server has a few, each in so many rows.
    fn strings<'c, I: IntoIterator<Item = (&'c str, usize)>>(
        &'c self,
        rows: usize,
        of_server: impl Fn(usize) -> I,
    ) -> ArrayRef {
        let all = (0..self.servers.len()).flat_map(of_server);
        let repeated = all.flat_map(|(value, rows)| std::iter::repeat_n(value, rows));
        Arc::new(StringArray::from_iter_values(repeated.take(rows)))
    }
}

impl MetricColumn {
    fn array(&self, rows: usize) -> ArrayRef {
        let mut present = vec![true; rows];
        for &row in self.missing.iter().take_while(|&&row| row < rows) {
            present[row] = false;
        }
        let nulls = NullBuffer::new(BooleanBuffer::from(present));
        let values: Vec<f64> = self.values.iter().take(rows).collect();
        Arc::new(Float64Array::new(values.into(), Some(nulls)))
    }
}

/// The columns of `plan`'s dataset.
pub fn schema(plan: &Plan) -> SchemaRef {
    let mut fields = vec![
        Field::new("server_id", DataType::Utf8, false),
        Field::new("timestamp", DataType::Timestamp(TimeUnit::Microsecond, None), false),
    ];
    fields.extend(Attribute::ALL.map(|attribute| Field::new(attribute.name(), DataType::Utf8, false)));
    fields.extend(plan.output.archetype_column.then(|| Field::new(ARCHETYPE, DataType::Utf8, false)));
    fields.extend(plan.metrics.iter().map(|metric| Field::new(&metric.name, DataType::Float64, true)));
    if plan.output.calendar_flags {
        fields.extend(CALENDAR_FLAGS.map(|flag| Field::new(flag, DataType::Boolean, false)));
    }
    Arc::new(Schema::new(fields))
}
