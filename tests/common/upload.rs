//! What the tests of uploads share: URLs and bundles as boto3 makes them.
#![allow(dead_code, reason = "not every test needs all of it")]

use fleetsynth::upload::{Bundle, File, Sender};

/// 2026-01-01 12:00:00 UTC, milliseconds since 1970.
pub(crate) const NOW: f64 = 1_767_268_800_000.0;
/// The signature in every URL here.
pub(crate) const SIGNATURE: &str = "f0dbc5c77aba33369025cfad459edf83ef9dc96e401007e8ae63b8b18061f30c";

/// A page on the web.
pub(crate) fn page() -> Sender {
    Sender::Page { origin: "https://example.org".to_owned() }
}

/// A URL signed a minute ago for an hour; `query` comes before the signature.
pub(crate) fn url(host: &str, path: &str, region: &str, query: &str) -> String {
    format!(
        "https://{host}/{path}?{query}X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDTEST%2F20260101%2F{region}%2Fs3%2Faws4_request&X-Amz-Date=20260101T115900Z\
         &X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={SIGNATURE}"
    )
}

/// The URL of an object in the bucket `b` in Ireland.
pub(crate) fn object(path: &str, query: &str) -> String {
    url("b.s3.eu-west-1.amazonaws.com", path, "eu-west-1", query)
}

/// A bundle with one multipart upload of so many part URLs.
pub(crate) fn multipart(name: &str, parts: usize, has_list: bool) -> String {
    let of = |query: &str| object(&format!("runs/{name}"), &format!("{query}uploadId=U1&"));
    let urls: Vec<String> = (1..=parts).map(|part| of(&format!("partNumber={part}&"))).collect();
    let mut upload = serde_json::json!({
        "upload_id": "U1", "part_urls": urls, "complete_url": of(""), "abort_url": of("")
    });
    if has_list {
        upload["list_url"] = of("").into();
    }
    serde_json::json!({
        "s3_upload_bundle": 1, "bucket": "b", "region": "eu-west-1", "prefix": "runs/",
        "artifacts": {name: {"multipart": upload}}
    })
    .to_string()
}

/// A bundle with a form for every file under `runs/`, with these conditions on top.
pub(crate) fn form(expiration: &str, conditions: &serde_json::Value) -> String {
    use base64::Engine;
    let mut all =
        vec![serde_json::json!({"bucket": "b"}), serde_json::json!(["starts-with", "$key", "runs/"])];
    all.extend(conditions.as_array().unwrap().iter().cloned());
    let policy = serde_json::json!({"expiration": expiration, "conditions": all}).to_string();
    serde_json::json!({
        "s3_upload_bundle": 1, "bucket": "b", "region": "eu-west-1", "prefix": "runs/",
        "post": {"url": "https://b.s3.eu-west-1.amazonaws.com/", "fields": {
            "key": "runs/${filename}", "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-credential": "AKIDTEST/20260101/eu-west-1/s3/aws4_request", "x-amz-date": "20260101T115900Z",
            "policy": base64::engine::general_purpose::STANDARD.encode(policy), "x-amz-signature": SIGNATURE
        }}
    })
    .to_string()
}

/// A file of so many bytes.
pub(crate) fn file(name: &str, size: u64) -> File {
    File { name: name.to_owned(), label: "A file".to_owned(), media_type: "text/csv".to_owned(), size }
}

/// Reads a bundle that is in order.
pub(crate) fn bundle(text: &str) -> Bundle {
    Bundle::parse(text).unwrap()
}
