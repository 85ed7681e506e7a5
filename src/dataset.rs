//! The dataset: a plan turned into chunks of whole servers, and its Arrow schema.

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
pub const ROW_GROUP_ROWS: usize = 1 << 18;

/// Rows of a part of a row group that is worked on at once: about 1.5 MB with five metrics.
const PART_ROWS: usize = 1 << 14;

/// Makes any part of a plan's dataset. Parts are independent of each other.
#[derive(Clone, Debug)]
pub struct Generator {
    plan: Arc<Plan>,
    days: Arc<DayTable>,
    shared: Arc<SharedColumns>,
    fleet: Fleet,
    model: Model,
}

/// The columns that are the same for every server, one entry per step.
#[derive(Debug)]
struct SharedColumns {
    timestamps: Vec<i64>,
    flags: [Vec<bool>; CALENDAR_FLAGS.len()],
}

/// One server's series of one metric, with what is known of its defects.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The server.
    pub server_id: String,
    /// One value per step in the metric's unit; `None` where it is missing.
    pub values: Vec<Option<f64>>,
    /// Steps with an outlier, missing or not.
    pub outliers: Vec<usize>,
}

/// The rows of consecutive servers, column by column.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The servers, in order.
    pub servers: Vec<Server>,
    /// The metrics' columns, in order.
    pub metrics: Vec<MetricColumn>,
    plan: Arc<Plan>,
    shared: Arc<SharedColumns>,
}

/// The values of one metric: all steps of the first server, then of the next.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricColumn {
    /// One value per row; what stands in a row that is missing means nothing.
    pub values: Values,
    /// The missing rows of the chunk, sorted.
    pub missing: Vec<usize>,
}

impl Generator {
    /// The generator of `plan`.
    pub fn new(plan: Arc<Plan>) -> Self {
        let days = DayTable::new(
            plan.start,
            plan.end,
            plan.calendar.holidays,
            plan.calendar.eoq_window_business_days,
        );
        let micros = |day: &chrono::NaiveDate| i64::from(day.to_epoch_days()) * 86_400_000_000;
        let is_any_eoq = |day| plan.metrics.iter().any(|metric| factors::is_eoq_window(metric, &days, day));
        let shared = SharedColumns {
            timestamps: days.dates.iter().map(micros).collect(),
            flags: [days.weekend.clone(), days.holiday.clone(), (0..days.len()).map(is_any_eoq).collect()],
        };
        Self {
            fleet: Fleet::new(&plan),
            model: Model::new(&plan, &days),
            days: Arc::new(days),
            shared: Arc::new(shared),
            plan,
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The calendar of the days, one entry per step.
    pub fn days(&self) -> &Arc<DayTable> {
        &self.days
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
        self.row_group(group).len() as u64 * self.days.len() as u64
    }

    /// Number of servers of a row group; the last one of a fleet may have fewer.
    pub fn servers_per_row_group(&self) -> u32 {
        (ROW_GROUP_ROWS / self.days.len()).max(1) as u32
    }

    /// Parts of `servers` whose rows fit into the processor's caches.
    pub fn parts(&self, servers: Range<u32>) -> impl Iterator<Item = Range<u32>> + use<> {
        let size = (PART_ROWS / self.days.len()).max(1);
        let end = servers.end;
        servers.step_by(size).map(move |first| first..first.saturating_add(size as u32).min(end))
    }

    /// The rows of `servers`.
    pub fn chunk(&self, servers: Range<u32>) -> Chunk {
        let servers: Vec<Server> = servers.map(|index| self.fleet.server(index)).collect();
        let steps = self.days.len();
        let mut columns = self.model.columns();
        let mut missing = vec![Vec::new(); columns.len()];
        let mut buffers = Buffers::default();
        for (position, server) in servers.iter().enumerate() {
            let defects = self.model.append(server, &mut columns, &mut buffers);
            for (missing, defects) in missing.iter_mut().zip(defects) {
                missing.extend(defects.missing.into_iter().map(|step| position * steps + step));
            }
        }
        let columns = columns.into_iter().zip(missing);
        let metrics = columns.map(|(values, missing)| MetricColumn { values, missing }).collect();
        Chunk { servers, metrics, plan: Arc::clone(&self.plan), shared: Arc::clone(&self.shared) }
    }

    /// One server's series of one metric: the same values as in any chunk.
    pub fn series(&self, server: u32, metric: usize) -> Series {
        let server = self.fleet.server(server);
        let (values, defects) = self.model.single(&server, metric);
        let mut values: Vec<Option<f64>> = values.iter().map(Some).collect();
        for step in defects.missing {
            values[step] = None;
        }
        Series { server_id: server.id, values, outliers: defects.outliers }
    }

    /// For each metric of a server the values without defects, and what is wrong with it.
    pub fn traces(&self, server: &Server, buffers: &mut Buffers) -> Vec<Trace> {
        self.model.traces(server, buffers)
    }
}

impl Chunk {
    /// Number of steps of each server.
    pub fn steps(&self) -> usize {
        self.shared.timestamps.len()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.servers.len() * self.steps()
    }

    /// Microseconds since 1970-01-01 of each step.
    pub fn timestamps(&self) -> &[i64] {
        &self.shared.timestamps
    }

    /// The calendar flags of each step, in the order of [`CALENDAR_FLAGS`].
    pub fn flags(&self) -> &[Vec<bool>; CALENDAR_FLAGS.len()] {
        &self.shared.flags
    }

    /// A server's value of an attribute.
    pub fn attribute(&self, server: &Server, attribute: Attribute) -> &str {
        &self.plan.fleet.values(attribute)[server.attributes[attribute as usize]].0
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
        let steps = self.steps();
        let repeated = |column: &[bool]| -> ArrayRef {
            Arc::new(BooleanArray::from_iter((0..rows).map(|row| Some(column[row % steps]))))
        };
        let mut columns = vec![
            self.strings(rows, |server| &server.id),
            Arc::new(TimestampMicrosecondArray::from_iter_values(
                (0..rows).map(|row| self.shared.timestamps[row % steps]),
            )),
        ];
        columns.extend(
            Attribute::ALL.map(|attribute| self.strings(rows, |server| self.attribute(server, attribute))),
        );
        if self.plan.output.archetype_column {
            columns.push(self.strings(rows, |server| self.archetype(server)));
        }
        columns.extend(self.metrics.iter().map(|metric| metric.array(rows)));
        if self.plan.output.calendar_flags {
            columns.extend(self.shared.flags.iter().map(|flag| repeated(flag)));
        }
        Ok(RecordBatch::try_new(schema(&self.plan), columns)?)
    }

    /// A string column that has one value per server.
    fn strings<'c>(&'c self, rows: usize, value: impl Fn(&'c Server) -> &'c str) -> ArrayRef {
        let steps = self.steps();
        Arc::new(StringArray::from_iter_values((0..rows).map(|row| value(&self.servers[row / steps]))))
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
