//! Dictionary-encoded column chunks, made without looking at every row where rows repeat.

use parquet::basic::Compression;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use super::column::{ColumnChunk, Pages};
use super::hybrid;
use crate::series::grid::DecimalGrid;

/// Most numbers of a dictionary: with more, indices save too little.
const MAX_NUMBERS: usize = 1 << hybrid::MAX_WIDTH;

/// A metric's column by the numbers of its decimal grid; nothing when there are none or too many.
///
/// The dictionary is in the order of the numbers. Every 25th multiple of a hundredth has the same
/// lower bits, so that in this order Snappy finds most of a number again a little before it.
pub(super) fn numbers(
    descr: &ColumnDescPtr,
    compression: Compression,
    grid: &DecimalGrid,
    cells: &[u32],
    missing: &[usize],
) -> Result<Option<ColumnChunk>> {
    let size = grid.table_size().expect("cells come from such a grid");
    let mut index_of = vec![0_u32; size];
    for run in present_runs(cells.len(), missing) {
        for &cell in &cells[run] {
            index_of[cell as usize] = 1;
        }
    }
    let mut dictionary = Vec::new();
    let mut next = 0;
    let mut extremes: Option<(u32, u32)> = None;
    for (cell, index) in (0..).zip(&mut index_of) {
        if *index != 0 {
            *index = next;
            next += 1;
            dictionary.extend_from_slice(&grid.value(cell).to_le_bytes());
            extremes = Some((extremes.map_or(cell, |(first, _)| first), cell));
        }
    }
    let Some((first, last)) = extremes.filter(|_| next as usize <= MAX_NUMBERS) else { return Ok(None) };

    let mut indices = Vec::with_capacity(cells.len() - missing.len());
    for run in present_runs(cells.len(), missing) {
        indices.extend(cells[run].iter().map(|&cell| index_of[cell as usize]));
    }
    let width = bit_width(next);
    let mut data = Vec::with_capacity(indices.len() * width as usize / 8 + indices.len() / 500 + 64);
    levels(&mut data, cells.len(), missing);
    data.push(width as u8);
    hybrid::pack(&mut data, &indices, width);
    // The smallest zero is the negative one: so says parquet-format of statistics.
    let min = Some(grid.value(first)).map(|min| if min == 0.0 { -0.0 } else { min });
    let statistics = Statistics::double(min, Some(grid.value(last)), None, Some(missing.len() as u64), false);
    let pages = Pages { dictionary, dictionary_values: next as usize, data, rows: cells.len(), statistics };
    ColumnChunk::from_pages(descr, compression, pages).map(Some)
}

/// A column of strings, each with the number of rows in which it stands.
pub(super) fn strings<'s>(
    descr: &ColumnDescPtr,
    compression: Compression,
    values: impl Iterator<Item = (&'s str, usize)>,
) -> Result<ColumnChunk> {
    let Indexed { found, dictionary, runs } = Indexed::new(values);
    let width = bit_width(found.len() as u32);
    let mut data = vec![width as u8];
    for &(index, rows) in &runs {
        hybrid::repeat(&mut data, index, rows, width);
    }
    let rows = runs.iter().map(|(_, rows)| rows).sum();
    let statistics = extremes(&found, 0);
    let pages = Pages { dictionary, dictionary_values: found.len(), data, rows, statistics };
    ColumnChunk::from_pages(descr, compression, pages)
}

/// A column of strings, some of which are missing.
pub(super) fn optional_strings(
    descr: &ColumnDescPtr,
    compression: Compression,
    values: &[Option<&str>],
) -> Result<ColumnChunk> {
    let missing: Vec<usize> = (0..values.len()).filter(|&row| values[row].is_none()).collect();
    let Indexed { found, dictionary, runs } = Indexed::new(values.iter().flatten().map(|value| (*value, 1)));
    let width = bit_width(found.len().max(1) as u32);
    let mut data = Vec::new();
    levels(&mut data, values.len(), &missing);
    data.push(width as u8);
    for (index, rows) in runs {
        hybrid::repeat(&mut data, index, rows, width);
    }
    let statistics = extremes(&found, missing.len() as u64);
    let pages = Pages { dictionary, dictionary_values: found.len(), data, rows: values.len(), statistics };
    ColumnChunk::from_pages(descr, compression, pages)
}

/// Strings by their places in a dictionary.
struct Indexed<'s> {
    /// The different strings, as they come.
    found: Vec<&'s str>,
    /// The same, plainly encoded.
    dictionary: Vec<u8>,
    /// Places in it, each with the number of rows that follow each other with it.
    runs: Vec<(u32, usize)>,
}

impl<'s> Indexed<'s> {
    fn new(values: impl Iterator<Item = (&'s str, usize)>) -> Self {
        let (mut found, mut dictionary) = (Vec::new(), Vec::new());
        let mut places = std::collections::HashMap::new();
        let mut runs: Vec<(u32, usize)> = Vec::new();
        for (value, rows) in values {
            let index = *places.entry(value).or_insert_with(|| {
                found.push(value);
                dictionary.extend_from_slice(&(value.len() as u32).to_le_bytes());
                dictionary.extend_from_slice(value.as_bytes());
                found.len() as u32 - 1
            });
            match runs.last_mut() {
                Some((last, count)) if *last == index => *count += rows,
                _ => runs.push((index, rows)),
            }
        }
        Self { found, dictionary, runs }
    }
}

/// The statistics of a column with these strings and so many missing ones.
fn extremes(found: &[&str], missing: u64) -> Statistics {
    let bound = |value: Option<&&str>| value.map(|value| ByteArray::from(*value));
    Statistics::byte_array(bound(found.iter().min()), bound(found.iter().max()), None, Some(missing), false)
}

/// Bits of an index into a dictionary of `size` values. At least 1: readers disagree about 0.
fn bit_width(size: u32) -> u32 {
    (u32::BITS - (size - 1).leading_zeros()).max(1)
}

/// Appends the definition levels of a page, with their length before them: 1 where a value is there.
fn levels(out: &mut Vec<u8>, rows: usize, missing: &[usize]) {
    let place = out.len();
    out.extend_from_slice(&[0; size_of::<u32>()]);
    if missing.len() * BYTES_OF_GAP > rows / 8 {
        let mut levels = vec![1; rows];
        missing.iter().for_each(|&row| levels[row] = 0);
        hybrid::pack(out, &levels, 1);
    } else {
        let mut end = 0;
        for run in present_runs(rows, missing) {
            if run.start > end {
                hybrid::repeat(out, 0, run.start - end, 1);
            }
            hybrid::repeat(out, 1, run.len(), 1);
            end = run.end;
        }
        if rows > end {
            hybrid::repeat(out, 0, rows - end, 1);
        }
    }
    let length = (out.len() - place - size_of::<u32>()) as u32;
    out[place..place + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
}

/// About how long the runs of a gap and of what follows it are.
const BYTES_OF_GAP: usize = 5;

/// The rows that are not missing, as the longest possible runs.
pub(super) fn present_runs(rows: usize, missing: &[usize]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    let ends = missing.iter().copied().chain([rows]);
    ends.map(move |end| std::mem::replace(&mut start, end + 1)..end).filter(|run| !run.is_empty())
}
