//! Encoded column chunks: their pages and their metadata.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::{ColumnWriterImpl, get_typed_column_writer};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use snap::raw::Encoder;

/// Bytes of a page's header, and what a compressor may add: rather too many than too few.
const PAGE_HEADER: usize = 128;

/// A column chunk; places in its metadata are counted from the beginning of its bytes.
#[derive(Clone, Debug)]
pub(super) struct ColumnChunk {
    pub(super) bytes: Vec<u8>,
    pub(super) metadata: ColumnChunkMetaData,
}

/// Pages of our own, before compression.
pub(super) struct Pages {
    /// The dictionary, plainly encoded.
    pub(super) dictionary: Vec<u8>,
    pub(super) dictionary_values: usize,
    pub(super) data: Vec<DataPage>,
    pub(super) statistics: Statistics,
}

/// A page of indices into the dictionary.
pub(super) struct DataPage {
    /// Levels, the width of the indices, and the indices.
    pub(super) content: Vec<u8>,
    /// Rows, missing ones included.
    pub(super) rows: usize,
}

impl ColumnChunk {
    /// Values encoded by the crate; `levels` are 1 where a value is there and 0 where it is missing,
    /// `repetitions` are 0 where a list begins.
    pub(super) fn by_crate<T: DataType>(
        descr: &ColumnDescPtr,
        properties: &WriterPropertiesPtr,
        values: &[T::T],
        levels: Option<&[i16]>,
        repetitions: Option<&[i16]>,
    ) -> Result<Self> {
        let mut bytes = Vec::new();
        let mut sink = TrackedWrite::new(&mut bytes);
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut writer: ColumnWriterImpl<'_, T> = get_typed_column_writer(
            parquet::column::writer::get_column_writer(descr.clone(), properties.clone(), pages),
        );
        writer.write_batch(values, levels, repetitions)?;
        let metadata = writer.close()?.metadata;
        sink.into_inner()?;
        let mut builder = metadata.clone().into_builder();
        if let Some(statistics) = metadata.statistics() {
            builder = builder.set_statistics(lasting(statistics));
        }
        Ok(Self { bytes, metadata: builder.build()? })
    }

    /// A dictionary page and data pages.
    pub(super) fn from_pages(descr: &ColumnDescPtr, compression: Compression, pages: Pages) -> Result<Self> {
        let Pages { dictionary, dictionary_values, data, statistics } = pages;
        let size: usize = data.iter().map(|page| page.content.len() + PAGE_HEADER).sum();
        let mut bytes = Vec::with_capacity(dictionary.len() + PAGE_HEADER + size);
        let mut sink = TrackedWrite::new(&mut bytes);
        let mut writer = SerializedPageWriter::new(&mut sink);
        let (uncompressed, buf) = compressed(compression, dictionary)?;
        let page = Page::DictionaryPage {
            buf,
            num_values: dictionary_values as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let dictionary = writer.write_page(CompressedPage::new(page, uncompressed))?;
        let (count, mut rows) = (data.len() as i32, 0);
        let (mut first_page, mut all_bytes) = (None, dictionary.bytes_written);
        let mut all_uncompressed = dictionary.uncompressed_size;
        for DataPage { content, rows: rows_of_page } in data {
            let (uncompressed, buf) = compressed(compression, content)?;
            let page = Page::DataPage {
                buf,
                num_values: rows_of_page as u32,
                encoding: Encoding::RLE_DICTIONARY,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let page = writer.write_page(CompressedPage::new(page, uncompressed))?;
            rows += rows_of_page;
            first_page = first_page.or(Some(page.offset));
            all_bytes += page.bytes_written;
            all_uncompressed += page.uncompressed_size;
        }
        sink.into_inner()?;
        let stats = |page_type, encoding, count| PageEncodingStats { page_type, encoding, count };
        let metadata = ColumnChunkMetaData::builder(descr.clone())
            .set_compression(compression)
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
            .set_page_encoding_stats(vec![
                stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1),
                stats(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY, count),
            ])
            .set_num_values(rows as i64)
            .set_total_compressed_size(all_bytes as i64)
            .set_total_uncompressed_size(all_uncompressed as i64)
            .set_dictionary_page_offset(Some(dictionary.offset as i64))
            .set_data_page_offset(first_page.unwrap_or_default() as i64)
            .set_statistics(statistics)
            .build()?;
        Ok(Self { bytes, metadata })
    }

    /// Data pages that are repeated `times`, then those of `rest`, which have no dictionary and
    /// whose smallest and largest values are the same.
    pub(super) fn repeated(&self, times: usize, rest: Option<&Self>) -> Result<Self> {
        let mut bytes = self.bytes.repeat(times);
        let sum = |of: fn(&ColumnChunkMetaData) -> i64| {
            of(&self.metadata) * times as i64 + rest.map_or(0, |rest| of(&rest.metadata))
        };
        let pages = |chunk: &Self| {
            chunk.metadata.page_encoding_stats().map_or(0, |all| all.iter().map(|s| s.count).sum())
        };
        let pages = pages(self) * times as i32 + rest.map_or(0, pages);
        let mut builder = self.metadata.clone().into_builder();
        if let Some(stats) = self.metadata.page_encoding_stats().and_then(|all| all.first()) {
            builder = builder.set_page_encoding_stats(vec![PageEncodingStats { count: pages, ..*stats }]);
        }
        bytes.extend(rest.iter().flat_map(|rest| &rest.bytes));
        let metadata = builder
            .set_num_values(sum(ColumnChunkMetaData::num_values))
            .set_total_compressed_size(sum(ColumnChunkMetaData::compressed_size))
            .set_total_uncompressed_size(sum(ColumnChunkMetaData::uncompressed_size))
            .build()?;
        Ok(Self { bytes, metadata })
    }
}

/// The same statistics without the fields of older readers, which are lost when metadata is read
/// again: a row group that comes from another worker must not differ from one that does not.
fn lasting(statistics: &Statistics) -> Statistics {
    let nulls = statistics.null_count_opt();
    match statistics {
        Statistics::Boolean(of) => {
            Statistics::boolean(of.min_opt().copied(), of.max_opt().copied(), None, nulls, false)
        }
        Statistics::Int64(of) => {
            Statistics::int64(of.min_opt().copied(), of.max_opt().copied(), None, nulls, false)
        }
        Statistics::Double(of) => {
            Statistics::double(of.min_opt().copied(), of.max_opt().copied(), None, nulls, false)
        }
        other => other.clone(),
    }
}

/// The size of a page's content, and the content as it stands in the file.
fn compressed(compression: Compression, content: Vec<u8>) -> Result<(usize, Bytes)> {
    let size = content.len();
    let content = match compression {
        Compression::SNAPPY => Encoder::new()
            .compress_vec(&content)
            .map_err(|error| parquet::errors::ParquetError::External(Box::new(error)))?,
        _ => content,
    };
    Ok((size, Bytes::from(content)))
}

/// The metadata of a chunk of this description that begins `by` bytes further on.
pub(super) fn placed(
    metadata: &ColumnChunkMetaData,
    descr: ColumnDescPtr,
    by: i64,
) -> Result<ColumnChunkMetaData> {
    let mut builder = ColumnChunkMetaData::builder(descr)
        .set_compression_codec(metadata.compression_codec())
        .set_encodings_mask(*metadata.encodings_mask())
        .set_num_values(metadata.num_values())
        .set_total_compressed_size(metadata.compressed_size())
        .set_total_uncompressed_size(metadata.uncompressed_size())
        .set_dictionary_page_offset(metadata.dictionary_page_offset().map(|place| place + by))
        .set_data_page_offset(metadata.data_page_offset() + by);
    if let Some(stats) = metadata.page_encoding_stats() {
        builder = builder.set_page_encoding_stats(stats.clone());
    }
    if let Some(statistics) = metadata.statistics() {
        builder = builder.set_statistics(statistics.clone());
    }
    builder.build()
}
