//! A sink that counts and hashes what passes through it.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// Passes everything on to `inner`, counting and hashing it.
#[derive(Debug)]
pub struct DigestWriter<W> {
    inner: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> DigestWriter<W> {
    /// Nothing written yet.
    pub fn new(inner: W) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    /// Where everything goes.
    pub fn inner_mut(&mut self) -> &mut W {
        &mut self.inner
    }

    /// Number of bytes written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The inner sink, the number of bytes written, and their SHA-256.
    pub fn finish(self) -> (W, u64, String) {
        (self.inner, self.bytes, hex(&self.hash.finalize()))
    }
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
