//! Which of a file's columns are which, and their values in this program's types.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow_select::filter::filter_record_batch;
use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::error::{Error, ErrorKind, Result};
use crate::series::grid::scale;

/// The name of the column that says which server a row is about.
pub(super) const SERVER: &str = "server_id";
/// The name of the column that says when.
pub(super) const TIME: &str = "timestamp";

pub(super) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The columns of a file: where ours are, and what becomes of the others.
#[derive(Debug)]
pub(super) struct Layout {
    server: usize,
    time: usize,
    rest: Vec<(usize, Kind)>,
    /// Columns that the validated copy does not have, as it cannot hold their kind or has another one of their
    /// name: by their names in the file.
    pub(super) left_out: Vec<String>,
    schema: SchemaRef,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Metric,
    Flag,
    Text,
}

/// Rows in our types, those without a server or a time left out.
#[derive(Debug)]
pub(super) struct Rows {
    /// `server_id`, `timestamp`, then the other columns.
    pub(super) batch: RecordBatch,
    /// How many rows there were.
    pub(super) read: usize,
}

impl Layout {
    /// The layout of files with this schema. `names` says which of the file's columns hold ours where
    /// they are named otherwise: ours, then the file's.
    pub(super) fn new(file: &Schema, names: &[(String, String)]) -> Result<Self> {
        for (place, (ours, theirs)) in names.iter().enumerate() {
            file.index_of(theirs).map_err(|_| missing(file, theirs, ""))?;
            if let Some((other, _)) = names[..place].iter().find(|(_, name)| name == theirs) {
                let message = format!("The file's column `{theirs}` cannot be both `{other}` and `{ours}`.");
                return Err(Error::new(ErrorKind::Config, message));
            }
        }
        // A name that was given to another column is not that of the one which bears it in the file.
        let is_given = |name: &str| names.iter().any(|(ours, _)| ours == name);
        let name_of = |theirs: &str| match names.iter().find(|(_, name)| name == theirs) {
            Some((ours, _)) => Some(ours.clone()),
            None => (!is_given(theirs)).then(|| theirs.to_owned()),
        };
        let place = |ours: &str| {
            let found = file.fields().iter().position(|field| name_of(field.name()).as_deref() == Some(ours));
            found.ok_or_else(|| missing(file, ours, " Say which one holds it: column names can be mapped."))
        };
        let (server, time) = (place(SERVER)?, place(TIME)?);
        let mut fields = vec![
            Field::new(SERVER, DataType::Utf8, false),
            Field::new(TIME, DataType::Timestamp(TimeUnit::Microsecond, None), false),
        ];
        let (mut rest, mut left_out) = (Vec::new(), Vec::new());
        for (index, field) in
            file.fields().iter().enumerate().filter(|(index, _)| ![server, time].contains(index))
        {
            match name_of(field.name()).zip(kind(field.data_type())) {
                Some((name, _)) if fields.iter().any(|field| *field.name() == name) => {
                    return Err(Error::new(ErrorKind::Io, format!("The file has two columns for `{name}`.")));
                }
                Some((name, kind)) => {
                    fields.push(Field::new(name, kind.data_type(), true));
                    rest.push((index, kind));
                }
                None => left_out.push(field.name().clone()),
            }
        }
        Ok(Self { server, time, rest, left_out, schema: Arc::new(Schema::new(fields)) })
    }

    /// The columns as [`Layout::rows`] gives them.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The metrics: their places in a batch, and their names.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (usize, &str)> {
        let fields = self.schema.fields().iter().enumerate();
        fields
            .filter(|(_, field)| *field.data_type() == DataType::Float64)
            .map(|(place, field)| (place, field.name().as_str()))
    }

    /// The names of the columns that are neither keys nor metrics.
    pub(super) fn others(&self) -> impl Iterator<Item = &str> {
        let fields = self.schema.fields().iter().skip(2);
        fields.filter(|field| *field.data_type() != DataType::Float64).map(|field| field.name().as_str())
    }

    /// A batch of the file in our types.
    pub(super) fn rows(&self, batch: &RecordBatch) -> Result<Rows> {
        let servers = batch.column(self.server);
        let servers = texts(servers).map_err(|_| unfit(SERVER, "text or whole numbers", servers))?;
        let times = times(batch.column(self.time))?;
        let whole: BooleanArray =
            (0..batch.num_rows()).map(|row| Some(servers.is_valid(row) && times.is_valid(row))).collect();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(servers), Arc::new(times)];
        for &(index, kind) in &self.rest {
            let column = batch.column(index);
            columns.push(match kind {
                Kind::Metric => Arc::new(numbers(column)?),
                Kind::Flag => Arc::clone(column),
                Kind::Text => Arc::new(texts(column)?),
            });
        }
        let read = batch.num_rows();
        if whole.true_count() == read {
            return Ok(Rows { batch: RecordBatch::try_new(Arc::clone(&self.schema), columns)?, read });
        }
        // The schema promises a server and a time in every row: true only without the others.
        let loose = Schema::new(
            self.schema
                .fields()
                .iter()
                .map(|field| field.as_ref().clone().with_nullable(true))
                .collect::<Vec<_>>(),
        );
        let kept = filter_record_batch(&RecordBatch::try_new(Arc::new(loose), columns)?, &whole)?;
        Ok(Rows { batch: RecordBatch::try_new(Arc::clone(&self.schema), kept.columns().to_vec())?, read })
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Self::Metric => DataType::Float64,
            Self::Flag => DataType::Boolean,
            Self::Text => DataType::Utf8,
        }
    }
}

fn kind(data_type: &DataType) -> Option<Kind> {
    match data_type {
        DataType::Boolean => Some(Kind::Flag),
        number if is_number(number) => Some(Kind::Metric),
        text if is_text(text) => Some(Kind::Text),
        _ => None,
    }
}

pub(super) fn is_number(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float32 | DataType::Float64 => true,
        DataType::Decimal128(_, decimals) => *decimals >= 0,
        other => other.is_integer(),
    }
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn missing(file: &Schema, name: &str, hint: &str) -> Error {
    let names: Vec<&str> = file.fields().iter().map(|field| field.name().as_str()).collect();
    let message = format!("The file has no column `{name}`. It has: {}.{hint}", names.join(", "));
    Error::new(ErrorKind::Config, message)
}

/// The error of a column that is taken for ours, but cannot be it.
fn unfit(ours: &str, what: &str, column: &ArrayRef) -> Error {
    let message = format!(
        "The column for `{ours}` has the type {}: it has to hold {what}. Say which one does: column names can be mapped.",
        column.data_type()
    );
    Error::new(ErrorKind::Io, message)
}

/// Texts; whole numbers as texts.
fn texts(column: &ArrayRef) -> Result<StringArray> {
    Ok(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().clone(),
        DataType::LargeUtf8 => column.as_string::<i64>().iter().collect(),
        DataType::Utf8View => column.as_string_view().iter().collect(),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let values = texts(dictionary.values())?;
            let keys = dictionary.normalized_keys();
            let text = |row: usize| column.is_valid(row).then(|| values.value(keys[row]));
            (0..column.len()).map(text).collect()
        }
        _ => numbers(column)?.iter().map(|number| number.map(|number| number.to_string())).collect(),
    })
}

/// Numbers; NaN counts as missing.
fn numbers(column: &ArrayRef) -> Result<Float64Array> {
    fn all<T: ArrowPrimitiveType>(column: &ArrayRef, number: impl Fn(T::Native) -> f64) -> Float64Array {
        let numbers = column.as_primitive::<T>().iter();
        numbers.map(|value| value.map(&number).filter(|number| !number.is_nan())).collect()
    }
    Ok(match column.data_type() {
        DataType::Float64 => all::<Float64Type>(column, |n| n),
        DataType::Float32 => all::<Float32Type>(column, f64::from),
        DataType::Int8 => all::<Int8Type>(column, f64::from),
        DataType::Int16 => all::<Int16Type>(column, f64::from),
        DataType::Int32 => all::<Int32Type>(column, f64::from),
        DataType::Int64 => all::<Int64Type>(column, |n| n as f64),
        DataType::UInt8 => all::<UInt8Type>(column, f64::from),
        DataType::UInt16 => all::<UInt16Type>(column, f64::from),
        DataType::UInt32 => all::<UInt32Type>(column, f64::from),
        DataType::UInt64 => all::<UInt64Type>(column, |n| n as f64),
        DataType::Decimal128(_, decimals) if *decimals >= 0 => {
            let scale = scale(u32::from(decimals.unsigned_abs()));
            all::<Decimal128Type>(column, |n| n as f64 / scale)
        }
        _ => return Err(unfit("a metric", "numbers", column)),
    })
}

/// Times in microseconds, by UTC where the file has a time zone.
fn times(column: &ArrayRef) -> Result<TimestampMicrosecondArray> {
    fn all<T: ArrowPrimitiveType>(
        column: &ArrayRef,
        micros: impl Fn(T::Native) -> Option<i64>,
    ) -> TimestampMicrosecondArray {
        column.as_primitive::<T>().iter().map(|value| value.and_then(&micros)).collect()
    }
    Ok(match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            all::<TimestampSecondType>(column, |n| n.checked_mul(1_000_000))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            all::<TimestampMillisecondType>(column, |n| n.checked_mul(1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => all::<TimestampMicrosecondType>(column, Some),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            all::<TimestampNanosecondType>(column, |n| Some(n.div_euclid(1_000)))
        }
        DataType::Date32 => all::<Date32Type>(column, |n| i64::from(n).checked_mul(MICROS_PER_DAY)),
        DataType::Date64 => all::<Date64Type>(column, |n| n.checked_mul(1_000)),
        text if is_text(text) => {
            let times = texts(column)?;
            times
                .iter()
                .map(|text| text.map(time).transpose())
                .collect::<Result<TimestampMicrosecondArray>>()?
        }
        _ => return Err(unfit(TIME, "dates or times such as 2024-01-31T00:00:00", column)),
    })
}

/// A date or a time as ISO 8601 writes them, with or without a zone, in microseconds.
fn time(text: &str) -> Result<i64> {
    let naive = |format: &str| NaiveDateTime::parse_from_str(text, format).ok();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let zoned = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.naive_utc());
    let time = day()
        .or_else(|| naive("%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|| naive("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(zoned);
    time.map(|time| time.and_utc().timestamp_micros()).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        let message = format!(
            "`{shown}` in the column of times is no date such as 2024-01-31, and no time such as 2024-01-31T00:00:00."
        );
        Error::new(ErrorKind::Io, message)
    })
}
