//! The MD5 of what is sent: the server refuses a body that does not have it, so that none is stored
//! that was damaged on its way. It protects against accidents, not against people.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

/// The MD5 of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum([u8; 16]);

impl Checksum {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// As the header `Content-MD5` holds it.
    pub fn base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// As an ETag holds it.
    pub fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The one that an ETag holds, if it has the form of one.
    pub fn from_etag(etag: &str) -> Option<Self> {
        let digits = etag.trim_matches('"');
        if digits.len() != 32 || !digits.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, at) in bytes.iter_mut().zip((0..32).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The ETag of an object that was put together from these parts.
    pub fn of_parts(parts: &[Self]) -> String {
        let mut hasher = Hasher::default();
        for part in parts {
            hasher.update(&part.0);
        }
        format!("{}-{}", hasher.finish().hex(), parts.len())
    }
}

/// Computes a [`Checksum`] piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(Md5);

impl Hasher {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum of them all.
    pub fn finish(self) -> Checksum {
        Checksum(self.0.finalize().into())
    }
}
