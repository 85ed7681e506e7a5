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
use crate::plan::{Attribute, CALENDAR_FLAGS, Plan};
use crate::series::Model;
use crate::series::factors;

/// Rows of a row group: whole servers up to this number, and at least one server. Fixed, because
/// the size of the row groups is part of the file's bytes.
pub const ROW_GROUP_ROWS: usize = 1 << 18;

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
    pub values: Vec<f64>,
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

    /// The servers of each row group, in order.
    pub fn row_groups(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let per_group = (ROW_GROUP_ROWS / self.days.len()).max(1) as u32;
        let servers = self.plan.fleet.num_servers;
        (0..servers.div_ceil(per_group)).map(move |group| {
            let first = group * per_group;
            first..first.saturating_add(per_group).min(servers)
        })
    }

    /// The rows of `servers`.
    pub fn chunk(&self, servers: Range<u32>) -> Chunk {
        let servers: Vec<Server> = servers.map(|index| self.fleet.server(index)).collect();
        let steps = self.days.len();
        let metrics = (0..self.model.metrics())
            .map(|metric| {
                let mut values = vec![0.0; servers.len() * steps];
                let mut missing = Vec::new();
                for (position, (server, values)) in
                    servers.iter().zip(values.chunks_exact_mut(steps)).enumerate()
                {
                    let defects = self.model.series(server, metric, values);
                    missing.extend(defects.missing.into_iter().map(|step| position * steps + step));
                }
                MetricColumn { values, missing }
            })
            .collect();
        Chunk { servers, metrics, plan: Arc::clone(&self.plan), shared: Arc::clone(&self.shared) }
    }

    /// One server's series of one metric: the same values as in any chunk.
    pub fn series(&self, server: u32, metric: usize) -> Series {
        let server = self.fleet.server(server);
        let mut values = vec![0.0; self.days.len()];
        let defects = self.model.series(&server, metric, &mut values);
        let mut values: Vec<Option<f64>> = values.into_iter().map(Some).collect();
        for step in defects.missing {
            values[step] = None;
        }
        Series { server_id: server.id, values, outliers: defects.outliers }
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
        Arc::new(Float64Array::new(self.values[..rows].to_vec().into(), Some(nulls)))
    }

    /// The rows of `range` without the missing ones, as the longest possible runs.
    pub fn present_runs(&self, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let from = self.missing.partition_point(|&row| row < range.start);
        let to = self.missing.partition_point(|&row| row < range.end);
        let ends = self.missing[from..to].iter().copied().chain([range.end]);
        let mut start = range.start;
        ends.map(move |end| std::mem::replace(&mut start, end + 1)..end).filter(|run| !run.is_empty())
    }
}

/// The columns of `plan`'s dataset.
pub fn schema(plan: &Plan) -> SchemaRef {
    let mut fields = vec![
        Field::new("server_id", DataType::Utf8, false),
        Field::new("timestamp", DataType::Timestamp(TimeUnit::Microsecond, None), false),
    ];
    fields.extend(Attribute::ALL.map(|attribute| Field::new(attribute.name(), DataType::Utf8, false)));
    fields.extend(plan.metrics.iter().map(|metric| Field::new(&metric.name, DataType::Float64, true)));
    if plan.output.calendar_flags {
        fields.extend(CALENDAR_FLAGS.map(|flag| Field::new(flag, DataType::Boolean, false)));
    }
    Arc::new(Schema::new(fields))
}
