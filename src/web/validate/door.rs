//! The way in and out of a worker: the file's bytes by slices, and those of its copy.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

use crate::ingest::{ChunkReader, Length, ParquetResult, Storage};

/// The first part of a text or of a page's head that is read, bytes; each further part is larger, up to
/// [`LARGEST_PART`].
const FIRST_PART: u64 = 1 << 14;
/// Largest part of a text that is read at once, bytes.
const LARGEST_PART: u64 = 1 << 22;
/// The copy leaves in parts of at least so many bytes.
const PART_OUT: usize = 1 << 20;

/// A file, of which no more is in memory than is being read.
#[derive(Debug)]
pub(super) struct Door {
    file: Blob,
    size: u64,
    reader: FileReaderSync,
    /// Who is told how far reading has come.
    report: Option<Function>,
    /// How often all of it is read.
    readings: u64,
    /// Bytes read so far.
    read: AtomicU64,
    /// What the browser has thrown.
    failure: Mutex<Option<JsValue>>,
}

impl Door {
    /// Tells `report`, if there is one, how far reading the file so many times has come.
    pub(super) fn new(file: Blob, report: Option<Function>, readings: u64) -> Result<Self, JsValue> {
        let size = file.size() as u64;
        let reader = FileReaderSync::new()?;
        let (read, failure) = (AtomicU64::new(0), Mutex::new(None));
        Ok(Self { file, size, reader, report, readings, read, failure })
    }

    /// What the browser has thrown, if it has.
    pub(super) fn failure(&self) -> Option<JsValue> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps what was thrown: the reader's error would only say that there was something.
    fn failed(&self, thrown: JsValue) -> io::Error {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(thrown);
        io::Error::other("the browser has refused it")
    }

    fn slice(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let part = self.file.slice_with_f64_and_f64(from as f64, to as f64);
        let bytes = part.and_then(|part| self.reader.read_as_array_buffer(&part));
        let bytes = Uint8Array::new(&bytes.map_err(|thrown| self.failed(thrown))?.into()).to_vec();
        let read = self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed) + bytes.len() as u64;
        if let Some(report) = &self.report {
            // What is read twice, such as the footer, would add up to more.
            let share = (read as f64 / (self.size * self.readings) as f64).min(1.0);
            report.call1(&JsValue::NULL, &share.into()).map_err(|thrown| self.failed(thrown))?;
        }
        Ok(bytes)
    }
}

/// A reader of the file.
#[derive(Debug)]
pub(super) struct Reader(Arc<Door>);

impl Storage for Arc<Door> {
    type Reader = Reader;

    fn open(&self) -> io::Result<Reader> {
        Ok(Reader(Self::clone(self)))
    }
}

impl Length for Reader {
    fn len(&self) -> u64 {
        self.0.size
    }
}

impl ChunkReader for Reader {
    type T = Parts;

    fn get_read(&self, start: u64) -> ParquetResult<Parts> {
        let door = Arc::clone(&self.0);
        Ok(Parts { door, next: start, length: FIRST_PART, part: Vec::new(), used: 0 })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.0.slice(start, start.saturating_add(length as u64))?;
        if bytes.len() < length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends too soon").into());
        }
        Ok(bytes.into())
    }
}

/// The file from one place on.
pub(super) struct Parts {
    door: Arc<Door>,
    /// Where the next part begins, and how long it is.
    next: u64,
    length: u64,
    part: Vec<u8>,
    used: usize,
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.used == self.part.len() && self.next < self.door.size {
            self.part = self.door.slice(self.next, self.next + self.length)?;
            self.used = 0;
            self.next += self.length;
            self.length = (self.length * 4).min(LARGEST_PART);
        }
        let count = (&self.part[self.used..]).read(into)?;
        self.used += count;
        Ok(count)
    }
}

/// Takes the copy, and hands it on in parts.
pub(super) struct Outlet {
    door: Arc<Door>,
    write: Function,
    part: Vec<u8>,
}

impl Outlet {
    pub(super) fn new(door: Arc<Door>, write: Function) -> Self {
        Self { door, write, part: Vec::new() }
    }

    /// Hands on what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        let part = Uint8Array::from(self.part.as_slice());
        self.part.clear();
        self.write.call1(&JsValue::NULL, &part).map_err(|thrown| self.door.failed(thrown))?;
        Ok(())
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART_OUT {
            self.hand_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
