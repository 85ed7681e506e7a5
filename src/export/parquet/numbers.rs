//! A metric's column by the numbers of its decimal grid: a dictionary, and pages of indices into it.

use std::ops::Range;

use parquet::basic::Compression;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use super::chain::Chain;
use super::column::{ColumnChunk, DataPage, Pages};
use super::dictionary::{bit_width, levels, present_runs};
use super::hybrid;
use crate::series::grid::DecimalGrid;

/// Most numbers of a dictionary: with more, indices save too little.
const MAX_NUMBERS: usize = 1 << hybrid::MAX_WIDTH;

/// Fewest rows of a page whose indices are narrower than those of the next: for fewer, a page costs more
/// than it saves.
const MIN_PAGE_ROWS: usize = 1 << 12;

/// Encodes one column after another. Keeps what it works in.
#[derive(Debug, Default)]
pub(super) struct NumberEncoder {
    /// For each number of the grid its place: among those that occur, as they come, from 1; then in the
    /// dictionary, from 0.
    places: Vec<u32>,
    indices: Vec<u32>,
    chain: Chain,
}

/// Rows whose indices are this wide.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PageRows {
    rows: Range<usize>,
    width: u32,
}

impl NumberEncoder {
    /// The column of these cells, of which some are missing; nothing when there are no numbers or too many.
    ///
    /// Numbers that occur in the first rows come first in the dictionary, so that these rows need fewer bits.
    /// Among these it is in the order that Snappy makes most of; for others it is ascending.
    pub(super) fn encode(
        &mut self,
        descr: &ColumnDescPtr,
        compression: Compression,
        grid: &DecimalGrid,
        cells: &[u32],
        missing: &[usize],
    ) -> Result<Option<ColumnChunk>> {
        let Some(pages) = self.rank(grid, cells, missing) else { return Ok(None) };
        let mut parts = vec![Vec::new(); pages.len()];
        for (cell, &place) in (0..).zip(&self.places) {
            if place > 0 {
                parts[pages.partition_point(|page| 1 << page.width < place)].push(cell);
            }
        }
        let first = parts.iter().filter_map(|part| part.first()).min().map(|cell| grid.value(*cell));
        let last = parts.iter().filter_map(|part| part.last()).max().map(|cell| grid.value(*cell));
        if compression == Compression::SNAPPY {
            parts.iter_mut().for_each(|part| self.chain.arrange(grid, part));
        }
        let mut dictionary = Vec::new();
        for (index, cell) in (0..).zip(parts.iter().flatten()) {
            self.places[*cell as usize] = index;
            dictionary.extend_from_slice(&grid.value(*cell).to_le_bytes());
        }
        let data = pages.iter().map(|page| self.page(page, cells, missing)).collect();
        // The smallest zero is the negative one: so says parquet-format of statistics.
        let first = first.map(|first| if first == 0.0 { -0.0 } else { first });
        let statistics = Statistics::double(first, last, None, Some(missing.len() as u64), false);
        let dictionary_values = parts.iter().map(Vec::len).sum();
        let pages = Pages { dictionary, dictionary_values, data, statistics };
        ColumnChunk::from_pages(descr, compression, pages).map(Some)
    }

    /// Ranks the numbers as they come. Gives the pages: each ends where the next number that is new would
    /// need a wider index.
    fn rank(&mut self, grid: &DecimalGrid, cells: &[u32], missing: &[usize]) -> Option<Vec<PageRows>> {
        self.places.clear();
        self.places.resize(grid.table_size().expect("cells come from such a grid"), 0);
        let mut found: u32 = 0;
        let mut pages = Vec::new();
        let mut start = 0;
        for run in present_runs(0..cells.len(), missing) {
            for (row, &cell) in run.clone().zip(&cells[run]) {
                let place = &mut self.places[cell as usize];
                if *place > 0 {
                    continue;
                }
                if found as usize == MAX_NUMBERS {
                    return None;
                }
                if found > 1 && found.is_power_of_two() && row - start >= MIN_PAGE_ROWS {
                    pages.push(PageRows { rows: start..row, width: bit_width(found) });
                    start = row;
                }
                found += 1;
                *place = found;
            }
        }
        if found == 0 {
            return None;
        }
        pages.push(PageRows { rows: start..cells.len(), width: bit_width(found) });
        Some(pages)
    }

    /// The levels and indices of a page.
    fn page(&mut self, PageRows { rows, width }: &PageRows, cells: &[u32], missing: &[usize]) -> DataPage {
        let until = |row| missing.partition_point(|&missing| missing < row);
        let missing = &missing[until(rows.start)..until(rows.end)];
        self.indices.clear();
        for run in present_runs(rows.clone(), missing) {
            self.indices.extend(cells[run].iter().map(|&cell| self.places[cell as usize]));
        }
        let bytes = self.indices.len() * *width as usize / 8;
        let mut content = Vec::with_capacity(bytes + bytes / 500 + rows.len() / 8 + 64);
        levels(&mut content, rows.clone(), missing);
        content.push(*width as u8);
        hybrid::pack(&mut content, &self.indices, *width);
        DataPage { content, rows: rows.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: DecimalGrid = DecimalGrid { scale: 100.0, first: 0.0, last: 9_999.0 };

    fn pages(cells: &[u32], missing: &[usize]) -> Vec<(Range<usize>, u32)> {
        let pages = NumberEncoder::default().rank(&GRID, cells, missing).unwrap();
        pages.into_iter().map(|page| (page.rows, page.width)).collect()
    }

    #[test]
    fn a_page_ends_where_a_new_number_needs_a_wider_index() {
        // 4,096 numbers, once more the same, then one that is new.
        let cells: Vec<u32> = (0..4096).chain(0..4096).chain([5000, 0, 1]).collect();
        assert_eq!(pages(&cells, &[]), [(0..8192, 12), (8192..8195, 13)]);
        // Where that one is missing, nothing is wider.
        assert_eq!(pages(&cells, &[8192]), [(0..8195, 12)]);
    }

    #[test]
    fn short_pages_are_not_worth_it() {
        let cells: Vec<u32> = (0..5000).collect();
        assert_eq!(pages(&cells, &[]), [(0..4096, 12), (4096..5000, 13)]);
        assert_eq!(pages(&cells[..4095], &[]), [(0..4095, 12)]);
        assert_eq!(pages(&[7; 20_000], &[]), [(0..20_000, 1)]);
    }

    #[test]
    fn without_numbers_there_is_no_dictionary() {
        assert_eq!(NumberEncoder::default().rank(&GRID, &[1, 2], &[0, 1]), None);
        assert_eq!(NumberEncoder::default().rank(&GRID, &[], &[]), None);
        let wide = DecimalGrid { last: 1_000_000.0, ..GRID };
        let cells: Vec<u32> = (0..=65_536).collect();
        assert_eq!(NumberEncoder::default().rank(&wide, &cells, &[]), None);
        assert!(NumberEncoder::default().rank(&wide, &cells[1..], &[]).is_some());
    }
}
