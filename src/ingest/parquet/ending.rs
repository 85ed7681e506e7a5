//! A file whose end is an error.

use std::io::{self, ErrorKind, Read};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::FOOTER_SIZE;
use parquet::file::reader::{ChunkReader, Length};

use super::header;

/// A file that nothing reads beyond its end. The crate skips fields of a page's header that it doesn't know, and
/// takes what isn't there for empty: a damaged header keeps it busy for hours with lists that have no elements.
pub(super) struct Ending<R>(pub R);

impl<R: Length> Length for Ending<R> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<R: ChunkReader> ChunkReader for Ending<R> {
    type T = UntilEnd<R::T>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        // Whatever is read in this way, but for the length of the footer, is a page's header.
        if start.checked_add(FOOTER_SIZE as u64) != Some(self.len()) {
            header::walk(&mut UntilEnd(self.0.get_read(start)?))?;
        }
        self.0.get_read(start).map(UntilEnd)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Before room is made for them.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes from {start} on reach beyond its end")));
        }
        self.0.get_bytes(start, length)
    }
}

/// A reader that fails where there is nothing more.
pub(super) struct UntilEnd<R>(R);

impl<R: Read> Read for UntilEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}
