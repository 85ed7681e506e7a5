//! Dictionary-encoded columns of strings, made without looking at every row where rows repeat.

use std::ops::Range;

use parquet::basic::Compression;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use super::column::{ColumnChunk, DataPage, Pages};
use super::hybrid;

/// A column of strings, each with the number of rows in which it stands.
pub(super) fn strings<'s>(
    descr: &ColumnDescPtr,
    compression: Compression,
    values: impl Iterator<Item = (&'s str, usize)>,
) -> Result<ColumnChunk> {
    let Indexed { found, dictionary, runs } = Indexed::new(values);
    let width = bit_width(found.len() as u32);
    let mut content = vec![width as u8];
    for &(index, rows) in &runs {
        hybrid::repeat(&mut content, index, rows, width);
    }
    let rows = runs.iter().map(|(_, rows)| rows).sum();
    let statistics = extremes(&found, 0);
    let data = vec![DataPage { content, rows }];
    let pages = Pages { dictionary, dictionary_values: found.len(), data, statistics };
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
    let mut content = Vec::new();
    levels(&mut content, 0..values.len(), &missing);
    content.push(width as u8);
    for (index, rows) in runs {
        hybrid::repeat(&mut content, index, rows, width);
    }
    let statistics = extremes(&found, missing.len() as u64);
    let data = vec![DataPage { content, rows: values.len() }];
    let pages = Pages { dictionary, dictionary_values: found.len(), data, statistics };
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
pub(super) fn bit_width(size: u32) -> u32 {
    (u32::BITS - (size - 1).leading_zeros()).max(1)
}

/// Appends the definition levels of a page of these rows, with their length before them: 1 where a value is
/// there.
pub(super) fn levels(out: &mut Vec<u8>, rows: Range<usize>, missing: &[usize]) {
    let place = out.len();
    out.extend_from_slice(&[0; size_of::<u32>()]);
    if missing.len() * BYTES_OF_GAP > rows.len() / 8 {
        let mut levels = vec![1; rows.len()];
        missing.iter().for_each(|&row| levels[row - rows.start] = 0);
        hybrid::pack(out, &levels, 1);
    } else {
        let mut end = rows.start;
        for run in present_runs(rows.clone(), missing) {
            if run.start > end {
                hybrid::repeat(out, 0, run.start - end, 1);
            }
            hybrid::repeat(out, 1, run.len(), 1);
            end = run.end;
        }
        if rows.end > end {
            hybrid::repeat(out, 0, rows.end - end, 1);
        }
    }
    let length = (out.len() - place - size_of::<u32>()) as u32;
    out[place..place + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
}

/// About how long the runs of a gap and of what follows it are.
const BYTES_OF_GAP: usize = 5;

/// Those of the rows that are not missing, as the longest possible runs.
pub(super) fn present_runs(rows: Range<usize>, missing: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let mut start = rows.start;
    let ends = missing.iter().copied().chain([rows.end]);
    ends.map(move |end| std::mem::replace(&mut start, end + 1)..end).filter(|run| !run.is_empty())
}
