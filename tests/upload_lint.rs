//! What is told from the URLs alone, each in its own sentence.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/upload.rs"]
mod common;

use common::{NOW, SIGNATURE, bundle, file, form, multipart, object, page, url};
use fleetsynth::upload::lint::{Finding, lint};
use fleetsynth::upload::{File, Sender, route};
use serde_json::json;

fn findings_for(text: &str, files: &[File], sender: &Sender) -> Vec<Finding> {
    let bundle = bundle(text);
    let found = lint(&bundle, files, &route::assign(&bundle, files), sender, NOW);
    for finding in &found {
        assert!(!finding.text.contains(SIGNATURE) && !finding.text.contains("AKIDTEST"), "{}", finding.text);
        assert!(finding.text.ends_with('.'), "a sentence: {}", finding.text);
    }
    found
}

fn findings(text: &str) -> Vec<Finding> {
    findings_for(text, &[file("d.parquet", 1_000_000)], &page())
}

/// The only finding: whether it is an error, and its text.
fn only(text: &str) -> (bool, String) {
    let mut found = findings(text);
    assert_eq!(found.len(), 1, "{found:?}");
    let Finding { is_error, text, .. } = found.remove(0);
    (is_error, text)
}

fn error(text: &str) -> String {
    let (is_error, text) = only(text);
    assert!(is_error, "{text}");
    text
}

fn note(text: &str) -> String {
    let (is_error, text) = only(text);
    assert!(!is_error, "{text}");
    text
}

#[test]
fn a_url_in_order_has_no_finding() {
    assert_eq!(findings(&object("runs/d.parquet", "")), []);
    assert_eq!(findings(&object("runs/d.parquet", "x-id=PutObject&")), []);
    assert_eq!(findings(&multipart("d.parquet", 3, true)), []);
    let open = json!([["content-length-range", 0, 5_368_709_120_u64], ["starts-with", "$Content-Type", ""]]);
    assert_eq!(findings(&form("2026-01-01T14:00:00Z", &open)), []);
    // Other S3 services have hosts of their own.
    assert_eq!(findings(&url("minio.example.org:9000", "b/runs/d.parquet", "garage", "")), []);
}

#[test]
fn a_garbled_url_whose_host_has_the_secret_in_it() {
    let host = format!("b.s3.eu&x-amz-signature={SIGNATURE}.amazonaws.com");
    // `findings` itself looks for the secret.
    assert!(!findings(&url(&host, "runs/d.parquet", "eu-west-1", "")).is_empty());
}

#[test]
fn an_expired_url() {
    let old = object("d.parquet", "").replace("X-Amz-Expires=3600", "X-Amz-Expires=30");
    assert_eq!(error(&old), "The URL expired at 2026-01-01 11:59:30 UTC. Sign it again.");
}

#[test]
fn a_url_that_expires_too_soon_for_the_file() {
    let text = object("d.parquet", "");
    let found = findings_for(&text, &[file("d.parquet", 4_500_000_000)], &page());
    assert_eq!(
        found[0].text,
        "The URL expires at 2026-01-01 12:59:00 UTC, in 59 min. At 10 Mbit/s the upload takes about 60 min: sign it \
         for longer if your line is no faster."
    );
    assert!(!found[0].is_error);
    assert_eq!(findings_for(&text, &[file("d.parquet", 4_400_000_000)], &page()), []);
}

#[test]
fn a_url_of_the_future() {
    let early = object("d.parquet", "").replace("20260101T115900Z", "20260101T121600Z");
    assert!(
        error(&early)
            .starts_with("The URL is valid from 2026-01-01 12:16:00 UTC on only: this computer's clock")
    );
    let skewed = object("d.parquet", "").replace("20260101T115900Z", "20260101T121400Z");
    assert_eq!(findings(&skewed), []);
}

#[test]
fn a_url_for_too_long() {
    let long = object("d.parquet", "").replace("X-Amz-Expires=3600", "X-Amz-Expires=604801");
    assert!(error(&long).contains("more than 7 days"));
    let longest = object("d.parquet", "").replace("X-Amz-Expires=3600", "X-Amz-Expires=604800");
    assert_eq!(findings(&longest), []);
}

#[test]
fn version_2_of_the_signature() {
    let text =
        "https://b.s3.amazonaws.com/d.parquet?AWSAccessKeyId=AKIDTEST&Signature=abc%3D&Expires=1767272400";
    assert!(error(text).starts_with("It is signed by the old version 2"));
    let old_form = json!({"s3_upload_bundle": 1, "prefix": "", "post": {"url": "https://b.s3.amazonaws.com/",
        "fields": {"AWSAccessKeyId": "AKIDTEST", "signature": "abc=", "policy": "e30="}}});
    assert!(error(&old_form.to_string()).starts_with("It is signed by the old version 2"));
}

#[test]
fn no_signature_at_all() {
    assert!(error("https://b.s3.amazonaws.com/d.parquet").starts_with("It has no signature"));
    let cut = object("d.parquet", "").replace("X-Amz-Expires=3600&", "");
    assert!(error(&cut).contains("X-Amz-Date or X-Amz-Expires is missing"));
}

#[test]
fn a_url_signed_to_read() {
    let text = error(&object("d.parquet", "x-id=GetObject&"));
    assert_eq!(
        text,
        "The URL is signed for `GetObject`, and this upload needs one for `PutObject`. A URL signed to read (GET) \
         cannot write. Sign it for PutObject."
    );
    let text = error(&object("d.parquet", "response-content-disposition=attachment&"));
    assert!(text.starts_with("The URL is signed to read (GET): its response- parameters say so."));
}

#[test]
fn a_url_of_a_part_alone() {
    assert!(
        error(&object("d.parquet", "partNumber=1&uploadId=U1&"))
            .starts_with("The URL belongs to a multipart upload")
    );
}

#[test]
fn the_global_host_with_another_region() {
    for host in ["b.s3.amazonaws.com", "s3.amazonaws.com", "s3.b.s3.amazonaws.com"] {
        let text = error(&url(host, "d.parquet", "eu-west-1", ""));
        assert!(
            text.starts_with("The URL has the global host of S3, but is signed for the region `eu-west-1`"),
            "{text}"
        );
        assert_eq!(findings(&url(host, "d.parquet", "us-east-1", "")), []);
    }
}

#[test]
fn a_host_of_another_region_than_the_signature() {
    for host in [
        "b.s3.us-west-2.amazonaws.com",
        "b.s3.dualstack.us-west-2.amazonaws.com",
        "s3-us-west-2.amazonaws.com",
    ] {
        let text = error(&url(host, "d.parquet", "eu-west-1", ""));
        assert!(
            text.starts_with("The URL's host is in the region `us-west-2`, but it is signed for `eu-west-1`"),
            "{text}"
        );
        assert_eq!(findings(&url(host, "d.parquet", "us-west-2", "")), []);
    }
}

#[test]
fn a_bundle_of_another_region_than_its_urls() {
    let text =
        multipart("d.parquet", 1, true).replace(r#""region":"eu-west-1""#, r#""region":"eu-central-1""#);
    assert!(
        error(&text)
            .starts_with("The URL is signed for the region `eu-west-1`, and the bundle says `eu-central-1`")
    );
}

#[test]
fn signed_headers_that_a_page_cannot_send() {
    let signed = |names: &str| {
        object("d.parquet", "").replace("SignedHeaders=host", &format!("SignedHeaders={names}"))
    };
    let text = signed("date%3Bhost");
    assert_eq!(
        error(&text),
        "The signature asks for the header `date`, which no page can send. Sign without it."
    );
    assert!(error(&signed("host%3Bsec-fetch-site")).contains("`sec-fetch-site`, which no page can send"));
    let program = findings_for(&text, &[file("d.parquet", 1)], &Sender::Program);
    assert!(program[0].text.contains("the bundle does not give its value"), "a program could: {program:?}");
    assert!(
        error(&signed("host%3Bx-amz-acl")).contains("`x-amz-acl`, and the bundle does not give its value")
    );
    assert!(note(&signed("content-type%3Bhost")).contains("text/csv is sent"));
    assert!(note(&signed("content-md5%3Bhost")).contains("any other is refused"));
    assert_eq!(findings(&signed("content-length%3Bhost")), []);
}

#[test]
fn signed_headers_whose_values_the_bundle_gives() {
    let url = object("d.parquet", "")
        .replace("SignedHeaders=host", "SignedHeaders=content-type%3Bhost%3Bx-amz-acl");
    let with = |headers: serde_json::Value| {
        json!({"s3_upload_bundle": 1, "artifacts": {"d.parquet": {"put": {"url": url, "headers": headers}}}})
            .to_string()
    };
    assert_eq!(
        findings(&with(json!({"Content-Type": "application/octet-stream", "x-amz-acl": "private"}))),
        []
    );
    assert!(
        findings(&with(json!({"Origin": "x"})))
            .iter()
            .any(|found| found.text.contains("gives the header `Origin`"))
    );
}

#[test]
fn the_checksum_of_another_body() {
    assert!(
        error(&object("d.parquet", "x-amz-checksum-crc32=AAAAAA%3D%3D&"))
            .contains("checksum of another body")
    );
}

#[test]
fn temporary_credentials() {
    assert!(
        note(&object("d.parquet", "X-Amz-Security-Token=abc&"))
            .starts_with("It is signed with temporary credentials")
    );
}

#[test]
fn http_but_on_this_machine() {
    let plain = url("s3.example.org", "d.parquet", "r", "").replace("https:", "http:");
    assert!(error(&plain).starts_with("The URL begins with http:, and a page may only send to https:"));
    let program = findings_for(&plain, &[file("d.parquet", 1)], &Sender::Program);
    assert!(!program[0].is_error);
    let loopback = url("127.0.0.1:9000", "b/d.parquet", "default", "").replace("https:", "http:");
    assert_eq!(findings(&loopback), []);
}

#[test]
fn parts_that_are_not_in_order_or_of_another_upload() {
    let swapped = multipart("d.parquet", 2, true).replace("partNumber=1&", "partNumber=3&");
    assert!(error(&swapped).starts_with("Part URL 1 is not signed for partNumber 1"));
    let other = multipart("d.parquet", 2, true).replacen("uploadId=U1", "uploadId=U2", 1);
    assert!(error(&other).contains("not all signed for its upload_id"));
    assert!(note(&multipart("d.parquet", 2, false)).contains("no list_url"));
}

#[test]
fn what_is_wrong_with_every_part_is_said_once() {
    let old = multipart("d.parquet", 50, true).replace("X-Amz-Expires=3600", "X-Amz-Expires=30");
    let found = findings_for(&old, &[file("d.parquet", 800 << 20)], &page());
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn forms_that_do_not_fit() {
    let open = json!([["content-length-range", 0, 5_368_709_120_u64]]);
    assert!(
        error(&form("2026-01-01T11:00:00Z", &open))
            .starts_with("The form expired at 2026-01-01 11:00:00 UTC")
    );
    let small = form("2026-01-01T14:00:00Z", &json!([["content-length-range", 1, 999_999]]));
    assert!(
        error(&small).starts_with("The form takes files of 1 to 999,999 bytes, and this one has 1,000,000.")
    );
    let elsewhere = form("2026-01-01T14:00:00Z", &open).replace("runs/${filename}", "other/${filename}");
    assert!(error(&elsewhere).starts_with("The form does not allow the key `other/d.parquet`."));
    let cut = form("2026-01-01T14:00:00Z", &open).replace(r#""policy":""#, r#""policy":"!"#);
    assert!(error(&cut).starts_with("The form's policy cannot be read"));
}

#[test]
fn a_file_too_large_for_one_request() {
    let found = findings_for(&object("d.parquet", ""), &[file("d.parquet", (5 << 30) + 1)], &page());
    assert!(found[0].is_error && found[0].text.contains("5,368,709,121 bytes"), "{found:?}");
}

#[test]
fn a_bundle_that_has_expired_or_has_more_than_there_is() {
    let text = json!({"s3_upload_bundle": 1, "expires_at": "2026-01-01T11:00:00Z", "artifacts": {
        "d.parquet": {"put": {"url": object("d.parquet", "")}}, "e.txt": {"put": {"url": object("e.txt", "")}}}});
    let found = findings(&text.to_string());
    assert_eq!(
        found[0].text,
        "The bundle expired at 2026-01-01 11:00:00 UTC. Make it anew with scripts/presign.py."
    );
    assert_eq!(found[1].text, "The bundle has URLs for `e.txt`, which this dataset does not have.");
    assert_eq!(found.len(), 2);
}
