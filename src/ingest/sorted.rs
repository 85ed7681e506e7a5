//! Rows in order, where the file has them in another.

use arrow_array::RecordBatch;
use arrow_array::UInt32Array;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;

use super::Storage;
use super::layout::Layout;
use super::source::{BATCH_ROWS, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::wording::grouped;

/// Reads all rows and hands them on sorted by server, then time; equal ones in the file's order.
pub(super) fn in_order<S: Storage>(
    source: &Source<'_, S>,
    layout: &Layout,
    take: &mut impl FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let batches: Result<Vec<RecordBatch>> =
        source.batches()?.map(|batch| Ok(layout.rows(&batch?)?.batch)).collect();
    let all = concat_batches(layout.schema(), &batches?)?;
    let servers = all.column(0).as_string::<i32>();
    let times = all.column(1).as_primitive::<TimestampMicrosecondType>();
    let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
    order.sort_by_key(|&row| (servers.value(row as usize), times.value(row as usize)));
    for rows in order.chunks(BATCH_ROWS) {
        take(take_record_batch(&all, &UInt32Array::from(rows.to_vec()))?)?;
    }
    Ok(())
}

/// The error of a file that would not fit.
pub(super) fn too_large(most: u64) -> Error {
    let message = format!(
        "The file is not sorted by server and time, and has more than the {} rows that can be sorted here: sort it first.",
        grouped(most)
    );
    Error::new(ErrorKind::Io, message)
}
