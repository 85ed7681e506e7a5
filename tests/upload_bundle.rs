//! What is pasted: read, refused, or sent to its place; and no secret in any text.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/upload.rs"]
mod common;

use common::{SIGNATURE, bundle, file, form, multipart, object, url};
use fleetsynth::upload::address::Address;
use fleetsynth::upload::checksum::Checksum;
use fleetsynth::upload::redaction::{REDACTED, redact};
use fleetsynth::upload::xml::{self, Answer, ListedPart};
use fleetsynth::upload::{Bundle, Route, retry, route};
use proptest::prelude::*;
use serde_json::json;

fn refusal(text: &str) -> String {
    Bundle::parse(text).unwrap_err().to_string()
}

/// Pairs of file and key.
fn places(text: &str, names: &[&str]) -> Vec<(String, String)> {
    let files: Vec<_> = names.iter().map(|name| file(name, 10)).collect();
    let all = route::assign(&bundle(text), &files);
    all.into_iter().map(|place| (files[place.file].name.clone(), place.key)).collect()
}

fn pair(name: &str, key: &str) -> (String, String) {
    (name.to_owned(), key.to_owned())
}

#[test]
fn a_pasted_url_is_for_the_file_of_its_name_or_kind_or_for_the_dataset() {
    let names = ["d.parquet", "d.csv", "d_summary.json"];
    assert_eq!(places(&object("runs/d.csv", ""), &names), [pair("d.csv", "runs/d.csv")]);
    assert_eq!(places(&object("x.json", ""), &names), [pair("d_summary.json", "x.json")]);
    assert_eq!(places(&format!("  {}\n", object("upload", "")), &names), [pair("d.parquet", "upload")]);
}

#[test]
fn a_form_takes_what_has_no_url_of_its_own() {
    let mut text: serde_json::Value =
        serde_json::from_str(&form("2026-01-01T14:00:00Z", &json!([]))).unwrap();
    text["artifacts"] = json!({"other.parquet": {"put": {"url": object("big/other.parquet", "")}}});
    let expected = [pair("d.parquet", "big/other.parquet"), pair("d.csv", "runs/d.csv")];
    assert_eq!(places(&text.to_string(), &["d.parquet", "d.csv"]), expected);
}

#[test]
fn the_bucket_in_a_path_is_no_part_of_the_key() {
    let text = json!({"s3_upload_bundle": 1, "bucket": "b", "artifacts": {
        "d.csv": {"put": {"url": url("s3.example.org", "b/runs/a%20b.csv", "r", "")}}}});
    assert_eq!(places(&text.to_string(), &["d.csv"]), [pair("d.csv", "runs/a b.csv")]);
}

#[test]
fn bad_bundles_are_refused_with_a_sentence() {
    assert!(refusal("").starts_with("There is nothing to read."));
    assert!(refusal("hello").starts_with("This is not a presigned URL: it does not begin with https://."));
    assert!(refusal("ftp://a/b").contains("does not begin with https://"));
    assert!(refusal("https://user:pass@host/key").contains("names no host, or a user"));
    assert!(refusal("https://host/a b").contains("holds the character ' '"));
    assert!(refusal("https://host/?X-Amz-Signature=1").contains("no object in it"));
    assert!(refusal(&format!("https://h/{}", "a".repeat(20_000))).contains("longer than 16 kB"));
    assert!(refusal("{").contains("line 1, column 1: it ends too soon"));
    assert!(
        refusal("{\"s3_upload_bundle\": 1, \"post\": 5}")
            .contains("column 33: something is missing or of another kind")
    );
    assert!(refusal("{\"s3_upload_bundle\": 2}").contains("of version 2"));
    assert!(refusal("{\"s3_upload_bundle\": 1}").contains("neither a form nor artifacts"));
    let both = json!({"s3_upload_bundle": 1, "artifacts": {"a": {}}}).to_string();
    assert!(refusal(&both).contains("a needs either put or multipart"));
    let none = multipart("d.parquet", 0, true);
    assert!(refusal(&none).contains("d.parquet has 0 part URLs"));
    let control = json!({"s3_upload_bundle": 1, "artifacts": {"a": {"put": {"url": object("a", ""),
        "headers": {"X-A\r\nHost": "b"}}}}});
    assert!(refusal(&control.to_string()).contains("headers that no request can have"));
    let time =
        json!({"s3_upload_bundle": 1, "expires_at": "soon", "post": {"url": "https://h/", "fields": {}}});
    assert!(refusal(&time.to_string()).contains("expires_at is not a time"));
    let nested = format!("{{\"s3_upload_bundle\": 1, \"x\": {}", "[".repeat(100_000));
    assert!(refusal(&nested).contains("cannot be read"));
}

#[test]
fn debug_texts_keep_the_secret() {
    for text in
        [object("d.parquet", ""), multipart("d.parquet", 2, true), form("2026-01-01T14:00:00Z", &json!([]))]
    {
        let debug = format!("{:?}", bundle(&text));
        assert!(!debug.contains(SIGNATURE) && !debug.contains("AKIDTEST"), "{debug}");
    }
}

#[test]
fn parts_fit_the_pool_and_the_limits() {
    const MIB: u64 = 1 << 20;
    for (size, urls, expected) in [
        (0, 1, 16 * MIB),
        (200 * MIB, 1000, 16 * MIB),
        (200 * MIB, 4, 50 * MIB),
        (16 * MIB * 10_000 + 1, 10_000, 16 * MIB + 1),
    ] {
        assert_eq!(route::part_size(size, urls), expected);
    }
    assert_eq!(route::ranges(0, 16), [(0, 0)]);
    assert_eq!(route::ranges(33, 16), [(0, 16), (16, 32), (32, 33)]);
}

#[test]
fn answers_are_read_whatever_the_order_of_their_elements() {
    // As radosgw writes them, and as AWS documents them.
    let radosgw = "<?xml version=\"1.0\"?><ListPartsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
        <IsTruncated>false</IsTruncated><Part><LastModified>2026</LastModified><PartNumber>2</PartNumber>\
        <ETag>&quot;69a4&quot;</ETag><Size>5242880</Size></Part></ListPartsResult>";
    let aws = "<ListPartsResult><Part><Size>5242880</Size><ETag>\"69a4\"</ETag><PartNumber>2</PartNumber></Part>\
        <IsTruncated>true</IsTruncated></ListPartsResult>";
    let parts = vec![ListedPart { number: 2, size: 5_242_880, etag: "\"69a4\"".to_owned() }];
    assert_eq!(xml::parse(radosgw), Some(Answer::Parts { parts: parts.clone(), is_truncated: false }));
    assert_eq!(xml::parse(aws), Some(Answer::Parts { parts, is_truncated: true }));
    let empty = "<CompleteMultipartUploadResult><Key>m</Key><ETag></ETag></CompleteMultipartUploadResult>";
    assert_eq!(xml::parse(empty), Some(Answer::Completed { etag: None }));
    // S3 keeps a slow connection open by spaces before the answer.
    let late =
        "\n  <?xml version=\"1.0\"?>\n<Error><Message>Try again</Message><Code>InternalError</Code></Error>";
    let error = Answer::Error { code: "InternalError".to_owned(), message: "Try again".to_owned() };
    assert_eq!(xml::parse(late), Some(error));
    for nothing in ["", "ok", "<html><Error/></html>", "<CompleteMultipartUploadResult><Key>"] {
        assert_eq!(xml::parse(nothing), None, "{nothing}");
    }
    let bomb = "<!DOCTYPE e [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Error><Code>&b;</Code></Error>";
    assert_eq!(xml::parse(bomb), None);
}

#[test]
fn checksums_are_written_as_s3_writes_them() {
    // RFC 1321, appendix A.5, and its Base64.
    let checksum = Checksum::of(b"abc");
    assert_eq!(checksum.hex(), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(checksum.base64(), "kAFQmDzST7DWlj99KOF/cg==");
    assert_eq!(Checksum::from_etag("\"900150983cd24fb0d6963f7d28e17f72\""), Some(checksum));
    assert_eq!(Checksum::from_etag("900150983cd24fb0d6963f7d28e17f72-2"), None);
    // Two parts of 5 MiB of the letter y, as radosgw put them together.
    let part = Checksum::of(&vec![b'y'; 5 << 20]);
    assert_eq!(Checksum::of_parts(&[part, part]), "796ca8c6e7129ef48d224336f6c20ffc-2");
}

#[test]
fn the_request_to_complete_names_the_parts_in_order() {
    assert_eq!(
        xml::complete_request(["a", "<&>"].into_iter()),
        "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1</PartNumber>\
         <ETag>a</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&lt;&amp;&gt;</ETag></Part></CompleteMultipartUpload>"
    );
}

#[test]
fn what_is_no_secret_stays() {
    for text in ["part 3 of 12 at 4.5 MB/s", "https://b.s3.amazonaws.com/runs/d.parquet", "Is it there? Yes."]
    {
        assert_eq!(redact(text), text);
    }
    let text = redact(&format!("PUT {} failed", object("runs/d.parquet", "")));
    assert_eq!(text, format!("PUT https://b.s3.eu-west-1.amazonaws.com/runs/d.parquet?{REDACTED} failed"));
}

#[test]
fn a_secret_is_found_wherever_it_stands_in_a_word() {
    for text in [
        format!("x-amz-signature-ccx-amz-signature={SIGNATURE}fz"),
        format!("{SIGNATURE}psecret=x"),
        format!("policy-policy%3D{SIGNATURE}"),
    ] {
        assert!(!redact(&text).contains(&SIGNATURE[..16]), "{}", redact(&text));
    }
    assert_eq!(
        redact("zcx-amz-signaturecx-amz-signature=0f0f"),
        format!("zcx-amz-signaturecx-amz-signature={REDACTED}")
    );
}

#[test]
fn what_is_redacted_stays_as_it_is() {
    for text in ["=://?(redacted)|ml", "https://h/k?", "url=https://h/k?a=b&c=d"] {
        let clean = redact(text);
        assert_eq!(redact(&clean), clean, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_gives_a_signature_away(
        before in "\\PC{0,20}", after in "\\PC{0,20}", signature in "[0-9a-f]{64}", token in "[A-Za-z0-9+/]{20,60}",
        wrap in prop::sample::select(vec![("", ""), ("\"", "\""), ("<", ">"), ("(", ")."), ("`", "`"), ("url=", "")]),
    ) {
        let url = format!("https://h/k?X-Amz-Security-Token={token}&X-Amz-Signature={signature}");
        for secret in [url.clone(), signature.clone(), format!("X-Amz-Signature={signature}"), format!("<S>{signature}</S>")] {
            let clean = redact(&format!("{before}{}{secret}{}{after}", wrap.0, wrap.1));
            prop_assert!(!clean.contains(&signature), "{clean}");
            prop_assert!(!clean.contains(&token), "{clean}");
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        if let Err(error) = Bundle::parse(&text) {
            prop_assert!(error.to_string().ends_with('.'));
        }
        let _ = Address::parse(&text);
        let _ = xml::parse(&text);
    }

    #[test]
    fn a_damaged_bundle_is_read_or_refused_without_giving_a_secret_away(
        at in any::<prop::sample::Index>(), length in 0..40usize, piece in "[\\PC\\[\\]{}\",:0-9]{0,4}",
    ) {
        let mut text: Vec<char> = multipart("d.parquet", 3, true).chars().collect();
        let start = at.index(text.len());
        text.splice(start..(start + length).min(start + (text.len() - start)), piece.chars());
        let text: String = text.into_iter().collect();
        match Bundle::parse(&text) {
            Ok(bundle) => {
                let debug = format!("{bundle:?}");
                prop_assert!(!debug.contains(&SIGNATURE[..32]));
            }
            Err(error) => prop_assert!(!error.to_string().contains(&SIGNATURE[..32]), "{error}"),
        }
    }

    #[test]
    fn parts_cover_the_file_within_the_limits(size in 0u64..40_000_000_000_000, urls in 1usize..10_000) {
        let part = route::part_size(size, urls);
        prop_assert!(part >= 5 << 20);
        let ranges = route::ranges(size, part);
        prop_assert!(ranges.len() <= urls);
        prop_assert_eq!(ranges[0].0, 0);
        prop_assert_eq!(ranges[ranges.len() - 1].1, size);
        for pair in ranges.windows(2) {
            prop_assert_eq!(pair[0].1, pair[1].0);
            prop_assert_eq!(pair[0].1 - pair[0].0, part);
        }
    }

    #[test]
    fn waits_grow_within_their_limits(attempt in 1u32..40, random in 0.0..1.0f64) {
        let most = retry::delay(attempt, 1.0);
        prop_assert!((500.0..=30_000.0).contains(&most));
        prop_assert!(retry::delay(attempt + 1, 1.0) >= most);
        prop_assert_eq!(retry::delay(attempt, random), most * random);
    }
}

#[test]
fn the_waits_are_these_and_for_these_answers() {
    assert_eq!([1, 2, 3, 4].map(|attempt| retry::delay(attempt, 1.0)), [500.0, 2000.0, 8000.0, 30_000.0]);
    assert!([0, 408, 429, 500, 503, 599].into_iter().all(retry::is_worth_it));
    assert!(![200, 301, 400, 403, 404, 412].into_iter().any(retry::is_worth_it));
}

#[test]
fn the_route_of_a_multipart_upload_has_its_part_size() {
    let places = route::assign(&bundle(&multipart("d.parquet", 4, true)), &[file("d.parquet", 200 << 20)]);
    assert!(matches!(&places[0].route, Route::Multipart { part_size, .. } if *part_size == 50 << 20));
}
