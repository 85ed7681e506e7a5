//! The column chunks of a Parquet file, whatever they are compressed with.
//!
//! The crate unpacks Zstandard by a C library, which not every build has room or a compiler for: here its pages
//! are taken as they are stored, and unpacked afterwards.

use std::io::Read;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use ruzstd::decoding::StreamingDecoder;

/// The format has no room for a larger size of a page.
const MOST_BYTES: u64 = i32::MAX as u64;

/// A file whose chunks can be read.
pub(super) struct Chunked<R> {
    reader: Arc<R>,
    metadata: ParquetMetaData,
}

impl<R: ChunkReader> Chunked<R> {
    pub(super) fn new(reader: R) -> Result<Self> {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&reader)?;
        Ok(Self { reader: Arc::new(reader), metadata })
    }
}

impl<R: ChunkReader + 'static> FileReader for Chunked<R> {
    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    fn num_row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn get_row_group(&self, group: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        let metadata = self.metadata.row_group(group);
        Ok(Box::new(Group { reader: Arc::clone(&self.reader), metadata }))
    }

    fn get_row_iter(&self, _: Option<Type>) -> Result<RowIter<'_>> {
        Err(by_columns_only())
    }
}

struct Group<'f, R> {
    reader: Arc<R>,
    metadata: &'f RowGroupMetaData,
}

impl<R: ChunkReader + 'static> RowGroupReader for Group<'_, R> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, column: usize) -> Result<Box<dyn PageReader>> {
        let chunk = self.metadata.column(column);
        let rows = usize::try_from(self.metadata.num_rows())?;
        let reader = Arc::clone(&self.reader);
        if !matches!(chunk.compression(), Compression::ZSTD(_)) {
            return Ok(Box::new(SerializedPageReader::new(reader, chunk, rows, None)?));
        }
        let most = u64::try_from(chunk.uncompressed_size())?.min(MOST_BYTES);
        let stored = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        Ok(Box::new(Zstandard { pages: SerializedPageReader::new(reader, &stored, rows, None)?, most }))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, _: Option<Type>) -> Result<RowIter<'_>> {
        Err(by_columns_only())
    }
}

fn by_columns_only() -> ParquetError {
    ParquetError::NYI("rows are read by columns".to_owned())
}

/// The pages of a chunk that is compressed with Zstandard.
struct Zstandard<R: ChunkReader> {
    pages: SerializedPageReader<R>,
    /// Bytes of the whole chunk, unpacked: no page can have more.
    most: u64,
}

impl<R: ChunkReader> Iterator for Zstandard<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for Zstandard<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let mut page = self.pages.get_next_page()?;
        let most = self.most;
        match &mut page {
            Some(Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. }) => {
                *buf = unpack(buf, 0, most)?.into();
            }
            // The levels are never compressed.
            Some(Page::DataPageV2 {
                buf,
                is_compressed: true,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            }) => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                *buf = unpack(buf, usize::try_from(levels)?, most)?.into();
            }
            _ => {}
        }
        Ok(page)
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

/// The first bytes as they are, and behind them what the others unpack to.
fn unpack(stored: &[u8], first: usize, most: u64) -> Result<Vec<u8>> {
    let failed = |reason: String| ParquetError::General(format!("a page cannot be unpacked: {reason}"));
    let (levels, packed) =
        stored.split_at_checked(first).ok_or_else(|| failed("it ends too soon".to_owned()))?;
    let mut unpacked = levels.to_vec();
    if packed.is_empty() {
        return Ok(unpacked);
    }
    let frame = StreamingDecoder::new(packed).map_err(|error| failed(error.to_string()))?;
    frame.take(most + 1).read_to_end(&mut unpacked).map_err(|error| failed(error.to_string()))?;
    if unpacked.len() as u64 > most {
        return Err(failed("it has more bytes than its column".to_owned()));
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn levels_stay_and_the_rest_is_unpacked() {
        let values = b"many values, many values, many values".repeat(1_000);
        let stored = [b"levels".as_slice(), &packed(&values)].concat();
        let unpacked = unpack(&stored, 6, 1 << 20).unwrap();
        assert_eq!(unpacked, [b"levels".as_slice(), &values].concat());
        assert_eq!(unpack(b"levels", 6, 1 << 20).unwrap(), b"levels");
    }

    #[test]
    fn no_page_unpacks_to_more_than_its_column() {
        let stored = packed(&[0; 1 << 16]);
        assert_eq!(unpack(&stored, 0, 1 << 16).unwrap().len(), 1 << 16);
        let error = unpack(&stored, 0, (1 << 16) - 1).unwrap_err().to_string();
        assert!(error.contains("more bytes than its column"), "{error}");
    }

    #[test]
    fn a_page_that_is_cut_or_none_is_an_error() {
        let stored = packed(&b"many values, many values".repeat(100));
        for length in [1, 5, stored.len() / 2, stored.len() - 1] {
            assert!(unpack(&stored[..length], 0, 1 << 20).is_err(), "{length}");
        }
        assert!(unpack(b"no frame at all", 0, 1 << 20).is_err());
        assert!(unpack(b"short", 6, 1 << 20).unwrap_err().to_string().contains("it ends too soon"));
    }
}
