//! Pages of a Parquet file, looked at before they are decoded.
//!
//! The crate makes room for as many values as a page says it has. A damaged page says terabytes, and then the
//! allocator ends the process: no error comes back that could be explained.

use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{FilePageIterator, FileReader};

use super::delta;

/// No page may say that it has more values. Writers end pages after some 20,000 rows, and those that don't, at a
/// row group's end, of a million rows by default.
const MOST_VALUES: u64 = 1 << 24;

/// The row groups of a file, each page of which is looked at.
pub(super) struct Checked {
    pub file: Arc<dyn FileReader>,
}

impl RowGroups for Checked {
    fn num_rows(&self) -> usize {
        self.file.num_rows()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let descriptor = self.file.metadata().file_metadata().schema_descr().column(column);
        Ok(Box::new(Chunks {
            chunks: FilePageIterator::new(column, Arc::clone(&self.file))?,
            levels: [descriptor.max_rep_level(), descriptor.max_def_level()],
        }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        self.file.row_groups()
    }

    fn metadata(&self) -> &ParquetMetaData {
        FileReader::metadata(self.file.as_ref())
    }
}

/// The chunks of one column.
struct Chunks {
    chunks: FilePageIterator,
    /// Its greatest repetition and definition level.
    levels: [i16; 2],
}

impl Iterator for Chunks {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let levels = self.levels;
        let chunk = self.chunks.next()?;
        Some(chunk.map(|pages| Box::new(Pages { pages, levels }) as Box<dyn PageReader>))
    }
}

impl PageIterator for Chunks {}

/// The pages of one chunk.
struct Pages {
    pages: Box<dyn PageReader>,
    levels: [i16; 2],
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.map(|page| check(&page, self.levels).map(|()| page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

/// Refuses a page that says it has more values than it can have.
fn check(page: &Page, levels: [i16; 2]) -> Result<()> {
    let most = match page {
        // An entry takes a byte at least.
        Page::DictionaryPage { buf, num_values, .. } => {
            return within(u64::from(*num_values), buf.len() as u64);
        }
        Page::DataPage { num_values, .. } | Page::DataPageV2 { num_values, .. } => {
            u64::from(*num_values).min(MOST_VALUES)
        }
    };
    // Strings that are stored by their lengths: these are counted once more, in front of them.
    let lengths = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(()),
    };
    let mut rest = values(page, levels);
    for _ in 0..lengths {
        // What cannot be followed is refused by the decoder, with a reason.
        let Some(count) = rest.and_then(delta::count) else { return Ok(()) };
        within(count, most)?;
        rest = rest.and_then(delta::skip);
    }
    Ok(())
}

fn within(count: u64, most: u64) -> Result<()> {
    if count <= most {
        return Ok(());
    }
    Err(ParquetError::General(format!(
        "a page says that it has {count} values, where there can be {most} at most"
    )))
}

/// The bytes of a page's values, behind the levels; none when they don't fit.
fn values(page: &Page, levels: [i16; 2]) -> Option<&[u8]> {
    match page {
        Page::DataPageV2 { buf, rep_levels_byte_len, def_levels_byte_len, .. } => {
            buf.get(rep_levels_byte_len.checked_add(*def_levels_byte_len)? as usize..)
        }
        Page::DataPage { buf, num_values, rep_level_encoding, def_level_encoding, .. } => {
            let mut rest: &[u8] = buf;
            for (most, encoding) in levels.into_iter().zip([rep_level_encoding, def_level_encoding]) {
                let bits = 16 - most.leading_zeros();
                let length = match encoding {
                    _ if bits == 0 => 0,
                    Encoding::RLE => 4 + u32::from_le_bytes(rest.first_chunk().copied()?) as usize,
                    _ => (*num_values as usize).checked_mul(bits as usize)?.div_ceil(8),
                };
                rest = rest.get(length..)?;
            }
            Some(rest)
        }
        Page::DictionaryPage { .. } => None,
    }
}
