//! What can be told from the URLs alone, before a byte is sent.

use chrono::DateTime;

use super::Sender;
use super::address::{Address, region_of};
use super::bundle::{Bundle, Form, Multipart};
use super::redaction::redact;
use super::route::{Destination, File, MAX_REQUEST, Route, ranges, unused};
use crate::wording::grouped;

/// The rate that a duration is estimated with before anything is known of it, bytes per second:
/// 10 Mbit/s, a modest line.
pub const ASSUMED_RATE: f64 = 1.25e6;
/// Clocks differ, milliseconds: S3 itself forgives so much.
const CLOCK_SKEW: f64 = 15.0 * 60e3;
/// The longest that a URL may be valid, seconds.
const MAX_VALID: u32 = 7 * 24 * 3600;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it cannot work, or is only to be known.
    pub is_error: bool,
    /// The file that it is about; none when it is about the bundle.
    pub file: Option<usize>,
    /// A sentence or two: what is wrong and what to do.
    pub text: String,
}

/// Checks all that files are to be sent with, `now` in milliseconds since 1970.
pub fn lint(
    bundle: &Bundle,
    files: &[File],
    destinations: &[Destination],
    sender: &Sender,
    now: f64,
) -> Vec<Finding> {
    let mut lint = Lint { bundle, sender, now, file: None, found: Vec::new() };
    if let Some(at) = bundle.expires_at.filter(|at| *at <= now) {
        lint.error(format!("The bundle expired at {}. Make it anew with scripts/presign.py.", moment(at)));
    }
    for destination in destinations {
        let file = &files[destination.file];
        lint.file = Some(destination.file);
        match &destination.route {
            Route::Put { address, headers } => {
                lint.size_of_request(file.size);
                lint.url(address, "PutObject", file.size);
                lint.role(address);
                lint.headers(address, headers, file);
            }
            Route::Post(form) => lint.form(form, &destination.key, file),
            Route::Multipart { urls, part_size } => lint.multipart(urls, *part_size, file),
        }
    }
    lint.file = None;
    let left_over = unused(bundle, destinations);
    if !left_over.is_empty() {
        let names = left_over.iter().take(3).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        let more = if left_over.len() > 3 { " and others" } else { "" };
        lint.note(format!("The bundle has URLs for {names}{more}, which this dataset does not have."));
    }
    lint.found
}

/// A name from outside: without what might be secret or is no text, and short.
fn shown(name: &str) -> String {
    let clean: String = redact(name).chars().filter(|c| !c.is_control()).take(80).collect();
    format!("`{clean}`")
}

struct Lint<'a> {
    bundle: &'a Bundle,
    sender: &'a Sender,
    now: f64,
    file: Option<usize>,
    found: Vec<Finding>,
}

impl Lint<'_> {
    fn error(&mut self, text: impl Into<String>) {
        self.push(true, text.into());
    }

    fn note(&mut self, text: impl Into<String>) {
        self.push(false, text.into());
    }

    /// The same is said once, whatever number of URLs it is true of. What a garbled URL names as its
    /// host or region may be the secret part of it.
    fn push(&mut self, is_error: bool, text: String) {
        let text = redact(&text);
        let is_known =
            |found: &Finding| found.text == text && (found.file == self.file || self.file.is_some());
        if !self.found.iter().any(is_known) {
            self.found.push(Finding { is_error, file: self.file, text });
        }
    }

    /// What is true of every presigned URL; `operation` is what it is to be signed for.
    fn url(&mut self, address: &Address, operation: &str, bytes: u64) {
        self.scheme(address);
        if address.parameter("X-Amz-Signature").is_none() {
            let is_old =
                address.parameter("Signature").is_some() && address.parameter("AWSAccessKeyId").is_some();
            return self.error(if is_old { SIGV2 } else { UNSIGNED });
        }
        match address.parameter("X-Amz-Algorithm") {
            Some("AWS4-HMAC-SHA256" | "AWS4-ECDSA-P256-SHA256") => {}
            _ => self.error(
                "The URL's X-Amz-Algorithm is not AWS4-HMAC-SHA256, so that its signature is none of \
                 version 4. Sign it again.",
            ),
        }
        self.method(address, operation);
        match (address.signed_at(), address.valid_for()) {
            (Some(from), Some(seconds)) => self.validity(from, seconds, bytes),
            _ => self.error(
                "The URL's X-Amz-Date or X-Amz-Expires is missing or no time: it was cut or changed. Copy \
                 all of it.",
            ),
        }
        self.region(address, address.region());
        if address.parameter("X-Amz-Security-Token").is_some() {
            self.note(TEMPORARY);
        }
        if address.parameters().any(|name| name.to_ascii_lowercase().starts_with("x-amz-checksum-")) {
            self.error(
                "The URL is signed with the checksum of another body, so that no file fits it. Sign with \
                 request_checksum_calculation=\"when_required\".",
            );
        }
    }

    fn scheme(&mut self, address: &Address) {
        if address.is_https() || address.is_loopback() {
            return;
        }
        match self.sender {
            Sender::Page { .. } => self.error(
                "The URL begins with http:, and a page may only send to https:. Sign with an endpoint that \
                 begins with https://.",
            ),
            Sender::Program => self.note(
                "The URL begins with http:, so that everybody on the way can read what is sent and the \
                 signature too.",
            ),
        }
    }

    fn method(&mut self, address: &Address, operation: &str) {
        let signed_for = address.parameter("x-id").filter(|id| !id.eq_ignore_ascii_case(operation));
        let reads = address.parameters().any(|name| name.to_ascii_lowercase().starts_with("response-"));
        if let Some(id) = signed_for {
            let what = shown(id);
            self.error(format!(
                "The URL is signed for {what}, and this upload needs one for `{operation}`. A URL signed \
                 to read (GET) cannot write. Sign it for {operation}."
            ));
        } else if reads && operation != "ListParts" {
            self.error(format!(
                "The URL is signed to read (GET): its response- parameters say so. Sign it for {operation}."
            ));
        }
    }

    /// A PUT of a whole object is no request of a multipart upload.
    fn role(&mut self, address: &Address) {
        if address.parameter("partNumber").is_some() || address.parameter("uploadId").is_some() {
            self.error(
                "The URL belongs to a multipart upload: alone it makes no object. Paste the whole bundle, \
                 or sign for put_object.",
            );
        }
    }

    fn validity(&mut self, from: f64, seconds: u32, bytes: u64) {
        let until = from + f64::from(seconds) * 1000.0;
        if seconds > MAX_VALID {
            self.error(
                "The URL is to be valid for more than 7 days, which S3 refuses. Sign it for 7 days at most.",
            );
        } else if until <= self.now {
            self.error(format!("The URL expired at {}. Sign it again.", moment(until)));
        } else if from > self.now + CLOCK_SKEW {
            self.error(format!(
                "The URL is valid from {} on only: this computer's clock, or the one that it was signed \
                 by, is wrong. Set it right.",
                moment(from)
            ));
        } else {
            self.duration(until, bytes);
        }
    }

    fn duration(&mut self, until: f64, bytes: u64) {
        let needed = bytes as f64 / ASSUMED_RATE;
        let left = (until - self.now) / 1000.0;
        if needed > left {
            self.note(format!(
                "The URL expires at {}, in {}. At 10 Mbit/s the upload takes about {}: sign it for longer \
                 if your line is no faster.",
                moment(until),
                span(left),
                span(needed)
            ));
        }
    }

    fn region(&mut self, address: &Address, signed_for: Option<&str>) {
        let Some(region) = signed_for else { return };
        let host = address.host().to_ascii_lowercase();
        if let Some(named) = self.bundle.region.as_deref().filter(|named| *named != region) {
            let (named, region) = (shown(named), shown(region));
            self.error(format!(
                "The URL is signed for the region {region}, and the bundle says {named}. Sign with the \
                 bucket's own region."
            ));
        }
        let Some(rest) = host.strip_suffix(".amazonaws.com") else { return };
        // The host's last labels: bucket.s3, s3, bucket.s3.REGION, s3.dualstack.REGION, bucket.s3-REGION.
        let labels: Vec<&str> = rest.split('.').collect();
        let at = labels.iter().rposition(|label| *label == "s3" || label.starts_with("s3-"));
        let of_host = at.and_then(|at| {
            let tail = labels[at + 1..].iter().find(|label| **label != "dualstack").copied();
            tail.or_else(|| labels[at].strip_prefix("s3-").filter(|region| region.contains('-')))
        });
        match of_host {
            None if at.is_some() && region != "us-east-1" => {
                let region = shown(region);
                self.error(format!(
                    "The URL has the global host of S3, but is signed for the region {region}: S3 answers \
                     by a redirection that pages cannot follow. Sign with region_name set and \
                     s3={{\"addressing_style\": \"virtual\"}}."
                ));
            }
            Some(of_host) if of_host != region && at.is_some() => {
                let (of_host, region) = (shown(of_host), shown(region));
                self.error(format!(
                    "The URL's host is in the region {of_host}, but it is signed for {region}: S3 refuses \
                     that. Sign with the bucket's own region."
                ));
            }
            _ => {}
        }
    }

    fn headers(&mut self, address: &Address, headers: &[(String, String)], file: &File) {
        let given = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        for name in address.signed_headers() {
            let shown = shown(&name);
            if matches!(name.as_str(), "host" | "content-length") || (name == "content-type" && !given(&name))
            {
                if name == "content-type" {
                    self.note(format!(
                        "The signature asks for a content-type that the bundle does not give: {} is sent, \
                         and refused if another one was signed.",
                        file.media_type
                    ));
                }
            } else if self.cannot_send(&name) {
                self.error(format!(
                    "The signature asks for the header {shown}, which no page can send. Sign without it."
                ));
            } else if !given(&name) && name != "content-md5" {
                self.error(format!(
                    "The signature asks for the header {shown}, and the bundle does not give its value. \
                     Put it into the artifact's headers, or sign without it."
                ));
            } else if name == "content-md5" && !given(&name) {
                self.note(
                    "The signature holds the checksum (content-md5) of a certain file: any other is refused.",
                );
            }
        }
        for (name, _) in headers {
            if self.cannot_send(name) {
                let shown = self::shown(name);
                self.error(format!(
                    "The bundle gives the header {shown}, which no page can send. Sign without it."
                ));
            }
        }
    }

    /// What the Fetch standard forbids a page to set ("forbidden request-header").
    fn cannot_send(&self, name: &str) -> bool {
        const FORBIDDEN: [&str; 20] = [
            "accept-charset",
            "accept-encoding",
            "access-control-request-headers",
            "access-control-request-method",
            "connection",
            "content-length",
            "cookie",
            "cookie2",
            "date",
            "dnt",
            "expect",
            "host",
            "keep-alive",
            "origin",
            "referer",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
        ];
        let name = name.to_ascii_lowercase();
        matches!(self.sender, Sender::Page { .. })
            && (FORBIDDEN.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-"))
    }

    fn size_of_request(&mut self, bytes: u64) {
        if bytes > MAX_REQUEST {
            self.error(format!(
                "The file has {} bytes, and one request takes at most 5 GiB. Sign a multipart upload for \
                 it: scripts/presign.py --multipart.",
                grouped(bytes)
            ));
        }
    }

    fn form(&mut self, form: &Form, key: &str, file: &File) {
        self.size_of_request(file.size);
        self.scheme(&form.address);
        if form.field("x-amz-signature").is_none() {
            let is_old = form.field("AWSAccessKeyId").is_some();
            return self.error(if is_old { SIGV2 } else { UNSIGNED });
        }
        self.region(&form.address, form.field("x-amz-credential").and_then(region_of));
        if form.field("x-amz-security-token").is_some() {
            self.note(TEMPORARY);
        }
        let Some(policy) = &form.policy else {
            return self
                .error("The form's policy cannot be read: it was cut or changed. Copy all of the bundle.");
        };
        match policy.expires_at {
            Some(until) if until <= self.now => {
                self.error(format!("The form expired at {}. Sign it again.", moment(until)));
            }
            Some(until) => self.duration(until, file.size),
            None => self.error("The form's policy does not say when it expires. Sign it again."),
        }
        if !policy.allows("key", key) {
            let key = shown(key);
            self.error(format!("The form does not allow the key {key}. Sign it for the bundle's prefix."));
        }
        if let Some((from, to)) = policy.length.filter(|(from, to)| !(from..=to).contains(&&file.size)) {
            self.error(format!(
                "The form takes files of {} to {} bytes, and this one has {}. Sign it with another \
                 content-length-range, or a multipart upload.",
                grouped(from),
                grouped(to),
                grouped(file.size)
            ));
        }
    }

    fn multipart(&mut self, urls: &Multipart, part_size: u64, file: &File) {
        let parts = ranges(file.size, part_size);
        if part_size > MAX_REQUEST {
            self.error(format!(
                "The file has {} bytes, too many for {} parts of at most 5 GiB. Sign more parts.",
                grouped(file.size),
                urls.parts.len()
            ));
        }
        for (index, address) in urls.parts.iter().take(parts.len()).enumerate() {
            self.url(address, "UploadPart", file.size);
            self.headers(address, &[], file);
            if address.parameter("partNumber") != Some((index + 1).to_string().as_str()) {
                self.error(format!(
                    "Part URL {} is not signed for partNumber {}. Keep the URLs in their order.",
                    index + 1,
                    index + 1
                ));
            }
        }
        for (address, operation) in [
            (Some(&urls.complete), "CompleteMultipartUpload"),
            (urls.list.as_ref(), "ListParts"),
            (urls.abort.as_ref(), "AbortMultipartUpload"),
        ] {
            if let Some(address) = address {
                self.url(address, operation, file.size);
            }
        }
        let all = urls.parts.iter().chain([&urls.complete]).chain(&urls.list).chain(&urls.abort);
        if all.into_iter().any(|address| address.parameter("uploadId") != Some(urls.upload_id.as_str())) {
            self.error(
                "The multipart upload's URLs are not all signed for its upload_id. Make the bundle anew.",
            );
        }
        if urls.list.is_none() {
            self.note(
                "The bundle has no list_url: an interrupted upload can be resumed only as long as this \
                 page stays open.",
            );
        }
    }
}

const SIGV2: &str = "It is signed by the old version 2, which most regions refuse and which cannot take a checksum. Sign \
     with Config(signature_version=\"s3v4\", s3={\"addressing_style\": \"virtual\"}).";
const UNSIGNED: &str =
    "It has no signature: it is an ordinary address, or was cut when it was copied. Copy all of it.";
const TEMPORARY: &str = "It is signed with temporary credentials: it ends with their session, even if it says that it is \
     valid for longer.";

/// A time for people: `2026-01-01 12:00:00 UTC`.
pub(super) fn moment(milliseconds: f64) -> String {
    match DateTime::from_timestamp_millis(milliseconds as i64) {
        Some(time) => time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        None => "an unknown time".to_owned(),
    }
}

/// A length of time for people, rounded up.
pub(super) fn span(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}
