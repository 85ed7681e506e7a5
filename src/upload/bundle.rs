//! What the user pastes: one presigned PUT URL, or a bundle of URLs and forms as JSON.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Deserialize;

use super::address::Address;
use super::policy::Policy;
use super::redaction::redact;
use crate::error::{Error, ErrorKind, Result};

/// Longest text that is read, bytes: ten thousand URLs with a session token have some 20 MB.
pub const MAX_LENGTH: usize = 32 << 20;
/// Most parts that S3 takes.
pub const MAX_PARTS: usize = 10_000;
/// Most artifacts of a bundle.
const MAX_ARTIFACTS: usize = 1000;
/// Most fields of a form and headers of a request.
const MAX_FIELDS: usize = 100;

/// Where files may be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// The bucket, if the bundle says.
    pub bucket: Option<String>,
    /// Its region, if the bundle says.
    pub region: Option<String>,
    /// What keys begin with.
    pub prefix: String,
    /// When the bundle says that it expires, milliseconds since 1970.
    pub expires_at: Option<f64>,
    /// The form that takes every file without a URL of its own.
    pub post: Option<Form>,
    /// By the name of a file; a URL that was pasted alone has the last part of its path.
    pub artifacts: BTreeMap<String, Target>,
}

/// A URL, or several, for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One request.
    Put {
        /// Where to.
        address: Address,
        /// Headers that the signature asks for.
        headers: Vec<(String, String)>,
    },
    /// Many.
    Multipart(Multipart),
}

/// The URLs of a multipart upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multipart {
    /// The upload's id.
    pub upload_id: String,
    /// One per part that there may be.
    pub parts: Vec<Address>,
    /// Tells which parts there are.
    pub list: Option<Address>,
    /// Puts the parts together.
    pub complete: Address,
    /// Throws them away.
    pub abort: Option<Address>,
}

/// A presigned form.
#[derive(Clone, PartialEq)]
pub struct Form {
    /// Where it is posted.
    pub address: Address,
    /// Its fields, without the file: secrets.
    pub fields: BTreeMap<String, String>,
    /// What it allows, if its policy can be read.
    pub policy: Option<Policy>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form to {:?} with {} fields", self.address, self.fields.len())
    }
}

impl Form {
    /// A field's value; names are compared without case, as S3 does.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Deserialize)]
struct RawBundle {
    s3_upload_bundle: u64,
    bucket: Option<String>,
    region: Option<String>,
    prefix: Option<String>,
    expires_at: Option<String>,
    post: Option<RawForm>,
    artifacts: Option<BTreeMap<String, RawTarget>>,
}

#[derive(Deserialize)]
struct RawForm {
    url: String,
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RawTarget {
    put: Option<RawPut>,
    multipart: Option<RawMultipart>,
}

#[derive(Deserialize)]
struct RawPut {
    url: String,
    headers: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct RawMultipart {
    upload_id: String,
    part_urls: Vec<String>,
    list_url: Option<String>,
    complete_url: String,
    abort_url: Option<String>,
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, redact(&message.into()))
}

impl Bundle {
    /// Reads what was pasted: a bundle, or a URL.
    ///
    /// # Errors
    /// When it is neither. No text of the input but names and keys stands in the error.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > MAX_LENGTH {
            return Err(refused(
                "This text is longer than 32 MB, and no upload bundle is. Paste the bundle alone.",
            ));
        }
        let text = text.trim().trim_start_matches('\u{feff}');
        match text.chars().next() {
            None => Err(refused("There is nothing to read. Paste an upload bundle or a presigned URL.")),
            Some('{') => Self::from_json(text),
            Some(_) => Self::from_url(text),
        }
    }

    fn from_url(text: &str) -> Result<Self> {
        let address = Address::parse(text)?;
        let name = address.path().rsplit('/').next().unwrap_or_default().to_owned();
        if name.is_empty() {
            return Err(refused(
                "This URL names a bucket but no object in it. Sign the URL of an object, for example \
                 runs/r1/dataset.parquet.",
            ));
        }
        let target = Target::Put { address, headers: Vec::new() };
        Ok(Self { artifacts: BTreeMap::from([(name, target)]), ..Self::default() })
    }

    fn from_json(text: &str) -> Result<Self> {
        let raw: RawBundle = serde_json::from_str(text).map_err(|error| {
            // The parser's own words may quote the text.
            let what = match error.classify() {
                serde_json::error::Category::Eof => "it ends too soon",
                serde_json::error::Category::Data => "something is missing or of another kind there",
                _ => "it is no JSON there",
            };
            refused(format!(
                "The upload bundle cannot be read at line {}, column {}: {what}. Make it anew with \
                 scripts/presign.py, and copy all of it.",
                error.line(),
                error.column()
            ))
        })?;
        if raw.s3_upload_bundle != 1 {
            return Err(refused(format!(
                "This upload bundle is of version {}, and only version 1 is known here. Make it with the \
                 scripts/presign.py of this version.",
                raw.s3_upload_bundle
            )));
        }
        let artifacts = raw.artifacts.unwrap_or_default();
        if artifacts.len() > MAX_ARTIFACTS {
            return Err(refused(format!(
                "The upload bundle has {} artifacts; at most {MAX_ARTIFACTS} are read.",
                artifacts.len()
            )));
        }
        let bundle = Self {
            bucket: raw.bucket.filter(|bucket| !bucket.is_empty()),
            region: raw.region.filter(|region| !region.is_empty()),
            prefix: raw.prefix.unwrap_or_default(),
            expires_at: raw.expires_at.as_deref().map(time).transpose()?,
            post: raw.post.map(form).transpose()?,
            artifacts: artifacts
                .into_iter()
                .map(|(name, raw)| Ok((name.clone(), target(&name, raw)?)))
                .collect::<Result<_>>()?,
        };
        if bundle.post.is_none() && bundle.artifacts.is_empty() {
            return Err(refused(
                "The upload bundle has neither a form nor artifacts, so nothing can be sent with it. Make it \
                 anew with scripts/presign.py.",
            ));
        }
        Ok(bundle)
    }
}

fn time(text: &str) -> Result<f64> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
        refused(
            "The upload bundle's expires_at is not a time. Write it as 2026-01-01T00:00:00Z, or leave it out.",
        )
    })?;
    Ok(time.timestamp_millis() as f64)
}

/// Says where in the bundle a URL stands.
fn address(place: &str, url: &str) -> Result<Address> {
    Address::parse(url).map_err(|error| refused(format!("The upload bundle's {place}: {error}")))
}

fn form(raw: RawForm) -> Result<Form> {
    if raw.fields.len() > MAX_FIELDS {
        return Err(refused(format!("The upload bundle's post has more than {MAX_FIELDS} fields.")));
    }
    let mut form = Form { address: address("post.url", &raw.url)?, fields: raw.fields, policy: None };
    form.policy = form.field("policy").and_then(Policy::parse);
    Ok(form)
}

fn target(name: &str, raw: RawTarget) -> Result<Target> {
    match (raw.put, raw.multipart) {
        (Some(put), None) => Ok(Target::Put {
            address: address(&format!("{name}: put.url"), &put.url)?,
            headers: headers(name, put.headers.unwrap_or_default())?,
        }),
        (None, Some(raw)) => multipart(name, &raw).map(Target::Multipart),
        _ => Err(refused(format!("The upload bundle's {name} needs either put or multipart, and not both."))),
    }
}

fn headers(name: &str, raw: BTreeMap<String, String>) -> Result<Vec<(String, String)>> {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_value = |text: &str| text.len() <= 4096 && text.bytes().all(|byte| (32..127).contains(&byte));
    if raw.len() > MAX_FIELDS || !raw.iter().all(|(key, value)| is_token(key) && is_value(value)) {
        return Err(refused(format!(
            "The upload bundle's {name} has headers that no request can have. Leave them out."
        )));
    }
    Ok(raw.into_iter().collect())
}

fn multipart(name: &str, raw: &RawMultipart) -> Result<Multipart> {
    let count = raw.part_urls.len();
    if !(1..=MAX_PARTS).contains(&count) {
        return Err(refused(format!(
            "The upload bundle's {name} has {count} part URLs. S3 takes 1 to {MAX_PARTS} parts: sign so many."
        )));
    }
    let optional = |what: &str, url: &Option<String>| {
        url.as_deref().map(|url| address(&format!("{name}: {what}"), url)).transpose()
    };
    Ok(Multipart {
        upload_id: raw.upload_id.clone(),
        parts: raw
            .part_urls
            .iter()
            .enumerate()
            .map(|(index, url)| address(&format!("{name}: part URL {}", index + 1), url))
            .collect::<Result<_>>()?,
        list: optional("list_url", &raw.list_url)?,
        complete: address(&format!("{name}: complete_url"), &raw.complete_url)?,
        abort: optional("abort_url", &raw.abort_url)?,
    })
}
