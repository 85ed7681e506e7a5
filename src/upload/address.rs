//! A presigned URL, taken apart.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDateTime;
use percent_encoding::percent_decode_str;

use super::redaction::redact;
use crate::error::{Error, ErrorKind, Result};

/// Longest URL that is read, bytes: with a session token they have about two thousand.
const MAX_LENGTH: usize = 16 << 10;

/// A presigned URL. Its `Debug` text does not give the signature away.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    host_at: usize,
    path_at: usize,
    query: Vec<(String, String)>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.url))
    }
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// When the text is not an absolute `http:` or `https:` URL as S3 clients write them.
    pub fn parse(text: &str) -> Result<Self> {
        let url = text.trim();
        let wrong = |what: &str| {
            Error::new(
                ErrorKind::Config,
                format!("This is not a presigned URL: {what}. Paste the whole URL as it was signed."),
            )
        };
        if url.len() > MAX_LENGTH {
            return Err(wrong("it is longer than 16 kB"));
        }
        let scheme = url.find("://").ok_or_else(|| wrong("it does not begin with https://"))?;
        if !["http", "https"].iter().any(|known| url[..scheme].eq_ignore_ascii_case(known)) {
            return Err(wrong("it does not begin with https://"));
        }
        if let Some(odd) = url.chars().find(|c| !c.is_ascii_graphic() || "<>\"\\^`{|}#".contains(*c)) {
            return Err(wrong(&format!("it holds the character {odd:?}, which URLs only hold encoded")));
        }
        let host_at = scheme + 3;
        let path_at = host_at + url[host_at..].find(['/', '?']).unwrap_or(url.len() - host_at);
        let authority = &url[host_at..path_at];
        if authority.is_empty() || authority.contains('@') {
            return Err(wrong("it names no host, or a user before it"));
        }
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { url: url.to_owned(), host_at, path_at, query })
    }

    /// The URL as it is sent: a secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Scheme, host and port: no secret.
    pub fn origin(&self) -> &str {
        &self.url[..self.path_at]
    }

    /// Host without port.
    pub fn host(&self) -> &str {
        let authority = &self.url[self.host_at..self.path_at];
        match authority.rfind(':') {
            Some(colon) if !authority.ends_with(']') => &authority[..colon],
            _ => authority,
        }
    }

    /// Whether it is encrypted on its way.
    pub fn is_https(&self) -> bool {
        self.url[..5].eq_ignore_ascii_case("https")
    }

    /// Whether it leads to this very machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
    }

    /// The path, decoded, without its first slash.
    pub fn path(&self) -> Cow<'_, str> {
        let path = self.url[self.path_at..].split('?').next().unwrap_or_default();
        percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy()
    }

    /// A parameter of the query, decoded; names are compared without case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Names of the query's parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name.as_str())
    }

    /// The region that it is signed for, from the credential's scope.
    pub fn region(&self) -> Option<&str> {
        region_of(self.parameter("X-Amz-Credential")?)
    }

    /// Headers that are part of the signature, in lower case.
    pub fn signed_headers(&self) -> Vec<String> {
        let names = self.parameter("X-Amz-SignedHeaders").unwrap_or_default();
        names.split(';').filter(|name| !name.is_empty()).map(str::to_lowercase).collect()
    }

    /// When it was signed, milliseconds since 1970.
    pub fn signed_at(&self) -> Option<f64> {
        compact_time(self.parameter("X-Amz-Date")?)
    }

    /// How long it is valid, seconds.
    pub fn valid_for(&self) -> Option<u32> {
        self.parameter("X-Amz-Expires")?.parse().ok()
    }

    /// When it expires, milliseconds since 1970.
    pub fn expires_at(&self) -> Option<f64> {
        Some(self.signed_at()? + f64::from(self.valid_for()?) * 1000.0)
    }
}

/// The region in the scope of a credential: `KEY/20260101/REGION/s3/aws4_request`.
pub(super) fn region_of(credential: &str) -> Option<&str> {
    credential.rsplit('/').nth(2).filter(|region| !region.is_empty())
}

/// A time such as `20260101T120000Z`, milliseconds since 1970.
fn compact_time(text: &str) -> Option<f64> {
    let time = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok()?;
    Some(time.and_utc().timestamp_millis() as f64)
}
