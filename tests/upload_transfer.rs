//! An upload against a server of any mood: whatever happens, what is said to be there is there.
//! (The server here is a model that decides what happens; tests/browser and tests/python have a real one.)
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/upload.rs"]
mod common;

use std::collections::{BTreeMap, VecDeque};

use common::{NOW, bundle, file, form, multipart, object, page};
use fleetsynth::upload::checksum::Checksum;
use fleetsynth::upload::transfer::{Body, Call, Response, State, Step};
use fleetsynth::upload::{File, Sender, Transfer, route};
use proptest::prelude::*;
use serde_json::json;

const PART: usize = 16 << 20;

fn transfer(text: &str, files: &[File]) -> Transfer {
    let mut transfer = Transfer::new(files, route::assign(&bundle(text), files), page());
    transfer.resume();
    transfer
}

/// Stands for the checksum of a stretch of a file.
fn checksum(range: (u64, u64)) -> Checksum {
    Checksum::of(format!("{range:?}").as_bytes())
}

/// What the next step is to be, as a request.
fn begin(transfer: &mut Transfer, now: f64) -> (u64, Option<Call>) {
    match transfer.next(now, 1.0) {
        Step::Begin { id, hash, .. } => (id, transfer.prepare(id, hash.map(checksum), now)),
        other => panic!("{other:?} instead of a request"),
    }
}

fn ok(etag: Option<&str>) -> Response {
    Response { status: 200, etag: etag.map(str::to_owned), body: String::new() }
}

fn status(status: u16) -> Response {
    Response { status, ..Response::default() }
}

fn refusal(status: u16, code: &str) -> Response {
    let body = format!("<Error><Code>{code}</Code><Message>No</Message></Error>");
    Response { status, body, ..Response::default() }
}

/// A failure's title, advice and detail.
fn failure(transfer: &Transfer) -> (String, String, String) {
    match transfer.state(0, NOW) {
        State::Failed(failure) => (failure.title, failure.advice, failure.detail),
        other => panic!("{other:?} instead of a failure"),
    }
}

#[test]
fn a_file_goes_in_one_request_with_its_checksum_and_type() {
    let mut transfer = transfer(&object("runs/d.parquet", ""), &[file("d.parquet", 10)]);
    let (id, call) = begin(&mut transfer, NOW);
    let call = call.unwrap();
    assert_eq!(call.method, "PUT");
    assert_eq!(call.url, object("runs/d.parquet", ""));
    let md5 = checksum((0, 10)).base64();
    let expected = [("Content-Type".to_owned(), "text/csv".to_owned()), ("Content-MD5".to_owned(), md5)];
    assert_eq!(call.headers, expected);
    assert!(call.body == Body::Range(0, 10));
    transfer.answered(id, &ok(Some("\"abc\"")), NOW, 0.0);
    assert!(matches!(transfer.state(0, NOW), State::Done(receipt) if receipt.etag.as_deref() == Some("abc")));
    assert!(transfer.is_done() && transfer.next(NOW, 0.0) == Step::Idle);
}

#[test]
fn headers_of_the_bundle_win() {
    let text = json!({"s3_upload_bundle": 1, "artifacts": {"d": {"put": {"url": object("d", ""),
        "headers": {"content-type": "a/b", "x-amz-acl": "private"}}}}});
    let mut transfer = transfer(&text.to_string(), &[file("d", 1)]);
    let names: Vec<String> = begin(&mut transfer, NOW)
        .1
        .unwrap()
        .headers
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(names[..2], ["content-type=a/b", "x-amz-acl=private"]);
    assert!(names.len() == 3 && names[2].starts_with("Content-MD5="));
}

#[test]
fn a_form_has_the_fields_that_its_policy_allows() {
    let open = json!([["starts-with", "$Content-Type", ""], ["starts-with", "$Content-MD5", ""]]);
    let fields = |conditions: &serde_json::Value| {
        let mut transfer = transfer(&form("2026-01-01T14:00:00Z", conditions), &[file("d.csv", 10)]);
        match begin(&mut transfer, NOW).1.unwrap().body {
            Body::Form(fields) => fields.into_iter().collect::<BTreeMap<_, _>>(),
            _ => panic!("no form"),
        }
    };
    let all = fields(&open);
    assert_eq!(all["key"], "runs/d.csv");
    assert_eq!(all["Content-Type"], "text/csv");
    assert_eq!(all["Content-MD5"], checksum((0, 10)).base64());
    let few = fields(&json!([]));
    assert!(
        !few.contains_key("Content-Type") && !few.contains_key("Content-MD5") && few.contains_key("policy")
    );
}

#[test]
fn a_form_is_there_only_with_the_checksum_of_the_file() {
    let post = |etag: &str| {
        let mut transfer = transfer(&form("2026-01-01T14:00:00Z", &json!([])), &[file("d.csv", 10)]);
        let (id, _) = begin(&mut transfer, NOW);
        let body = format!("<PostResponse><Key>runs/d.csv</Key><ETag>{etag}</ETag></PostResponse>");
        transfer.answered(id, &Response { status: 201, etag: None, body }, NOW, 0.0);
        transfer
    };
    assert!(post(&checksum((0, 10)).hex()).is_done());
    let other = post(&checksum((0, 9)).hex());
    assert!(!other.is_done());
    assert_eq!(failure(&other).0, "The server's checksum is not that of the file");
}

#[test]
fn a_refusal_is_final_and_says_why() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 1)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &refusal(403, "SignatureDoesNotMatch"), NOW, 0.0);
    let (title, advice, detail) = failure(&transfer);
    assert_eq!(title, "The signature does not fit the request");
    assert!(advice.contains("another method (GET instead of PUT)"));
    assert_eq!(detail, "HTTP 403 SignatureDoesNotMatch: No");
    assert!(transfer.has_failed() && transfer.is_over());
    transfer.retry();
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &ok(None), NOW, 0.0);
    assert!(transfer.is_done());
}

#[test]
fn five_attempts_with_growing_waits_then_it_has_failed() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 1)]);
    let mut now = NOW;
    for wait in [500.0, 2000.0, 8000.0, 30_000.0] {
        let (id, _) = begin(&mut transfer, now);
        transfer.answered(id, &status(503), now, 1.0);
        let probe = matches!(transfer.next(now, 1.0), Step::Probe(origin) if origin == "https://b.s3.eu-west-1.amazonaws.com");
        assert_eq!(probe, wait == 500.0);
        assert_eq!(transfer.next(now, 1.0), Step::Wait(wait));
        assert!(matches!(transfer.state(0, now), State::Retrying { after, .. } if after == wait));
        now += wait;
    }
    let (id, _) = begin(&mut transfer, now);
    transfer.answered(id, &status(503), now, 1.0);
    assert_eq!(failure(&transfer).0, "The server cannot take it at the moment");
}

#[test]
fn a_server_that_is_there_but_lets_no_byte_in_is_a_matter_of_cors() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 1)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &status(0), NOW, 0.0);
    assert!(matches!(transfer.next(NOW, 0.0), Step::Probe(_)));
    transfer.probed(true);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &status(0), NOW, 0.0);
    let State::Failed(failure) = transfer.state(0, NOW) else { panic!("not failed after two attempts") };
    assert!(failure.causes[0].contains("CORS rule does not let this page in"), "{failure:?}");
    let rule: serde_json::Value = serde_json::from_str(&failure.cors.unwrap()).unwrap();
    assert_eq!(
        rule,
        json!({"CORSRules": [{"AllowedOrigins": ["https://example.org"], "AllowedMethods": ["PUT", "POST", "GET", "DELETE"],
            "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3000}]})
    );
}

#[test]
fn a_server_that_is_not_there_is_called_that_first() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 1)]);
    for attempt in 1..=5 {
        let (id, _) = begin(&mut transfer, NOW);
        transfer.answered(id, &status(0), NOW, 0.0);
        if attempt == 1 {
            assert!(matches!(transfer.next(NOW, 0.0), Step::Probe(_)));
            transfer.probed(false);
        }
    }
    let State::Failed(failure) = transfer.state(0, NOW) else { panic!("not failed after five attempts") };
    assert!(failure.causes[0].starts_with("The server is not there"), "{failure:?}");
}

#[test]
fn a_connection_that_broke_in_the_middle_is_called_that_first() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 10)]);
    for _ in 0..5 {
        let (id, _) = begin(&mut transfer, NOW);
        transfer.moved(id, 5, NOW);
        transfer.answered(id, &status(0), NOW, 0.0);
        if matches!(transfer.next(NOW, 0.0), Step::Probe(_)) {
            transfer.probed(true);
        }
        // `next` above may have begun the request already; a pause lets go of it.
        transfer.pause();
        while let Step::Stop(_) = transfer.next(NOW, 0.0) {}
        transfer.resume();
    }
    let State::Failed(failure) = transfer.state(0, NOW) else { panic!("not failed after five attempts") };
    assert!(failure.causes[0].starts_with("The connection was lost"), "{failure:?}");
}

#[test]
fn half_a_minute_without_a_byte_ends_a_request() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 10)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.moved(id, 3, NOW + 20_000.0);
    assert_eq!(transfer.next(NOW + 30_000.0, 0.0), Step::Wait(20_000.0));
    assert_eq!(transfer.next(NOW + 50_000.0, 0.0), Step::Stop(id));
    assert!(matches!(transfer.next(NOW + 50_000.0, 0.0), Step::Probe(_)));
    let (again, _) = begin(&mut transfer, NOW + 50_000.0);
    assert!(again > id);
}

#[test]
fn a_url_that_expires_in_the_middle_is_not_used() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 10)]);
    let (_, call) = begin(&mut transfer, NOW + 3_600_000.0);
    assert!(call.is_none());
    assert_eq!(failure(&transfer).0, "The URL expired at 2026-01-01 12:59:00 UTC");
}

#[test]
fn offline_nothing_is_sent_and_nothing_has_failed() {
    let mut transfer = transfer(&object("d", ""), &[file("d", 10)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.set_online(false);
    for _ in 0..9 {
        transfer.answered(id, &status(0), NOW, 0.0);
    }
    assert_eq!(transfer.next(NOW, 0.0), Step::Idle);
    assert_eq!(transfer.state(0, NOW), State::Offline);
    transfer.set_online(true);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &ok(None), NOW, 0.0);
    assert!(transfer.is_done());
}

#[test]
fn four_requests_at_a_time_small_files_first() {
    let files = [file("d.parquet", 10 * PART as u64), file("d.csv", 5)];
    let mut text: serde_json::Value = serde_json::from_str(&multipart("d.parquet", 1000, false)).unwrap();
    text["artifacts"]["d.csv"] = json!({"put": {"url": object("d.csv", "")}});
    let mut transfer = transfer(&text.to_string(), &files);
    let calls: Vec<Call> = (0..4).map(|_| begin(&mut transfer, NOW).1.unwrap()).collect();
    assert!(calls[0].url == object("d.csv", ""));
    assert!(calls[3].body == Body::Range(2 * PART as u64, 3 * PART as u64));
    assert!(matches!(transfer.next(NOW, 0.0), Step::Wait(_)));
}

#[test]
fn pausing_lets_go_and_keeps_what_is_done() {
    let mut transfer = transfer(&multipart("d.parquet", 10, false), &[file("d.parquet", 3 * PART as u64)]);
    let ids: Vec<u64> = (0..3).map(|_| begin(&mut transfer, NOW).0).collect();
    transfer.answered(ids[0], &ok(Some("\"e0\"")), NOW, 0.0);
    transfer.pause();
    let mut stopped = vec![];
    while let Step::Stop(id) = transfer.next(NOW, 0.0) {
        stopped.push(id);
    }
    stopped.sort_unstable();
    assert_eq!(stopped, ids[1..]);
    assert_eq!(transfer.next(NOW, 0.0), Step::Idle);
    assert_eq!(transfer.total(NOW).sent, PART as u64);
    transfer.resume();
    assert!(begin(&mut transfer, NOW).1.unwrap().body == Body::Range(PART as u64, 2 * PART as u64));
}

#[test]
fn cancelling_has_the_parts_thrown_away() {
    let mut transfer = transfer(&multipart("d.parquet", 10, false), &[file("d.parquet", 3 * PART as u64)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.cancel();
    assert_eq!(transfer.next(NOW, 0.0), Step::Stop(id));
    let (id, call) = begin(&mut transfer, NOW);
    let call = call.unwrap();
    assert_eq!((call.method, call.url), ("DELETE", object("runs/d.parquet", "uploadId=U1&")));
    transfer.answered(id, &status(204), NOW, 0.0);
    assert_eq!(transfer.state(0, NOW), State::Cancelled);
    assert!(transfer.is_over());
}

#[test]
fn listed_parts_are_trusted_only_with_their_size_and_checksum() {
    let size = 3 * PART as u64;
    let mut transfer = transfer(&multipart("d.parquet", 10, true), &[file("d.parquet", size)]);
    let (id, call) = begin(&mut transfer, NOW);
    assert_eq!(call.unwrap().method, "GET");
    let part = |number: usize, size: usize, etag: &str| {
        format!(
            "<Part><PartNumber>{number}</PartNumber><Size>{size}</Size><ETag>&quot;{etag}&quot;</ETag></Part>"
        )
    };
    let right = |index: u64| checksum((index * PART as u64, (index + 1) * PART as u64)).hex();
    let body = format!(
        "<ListPartsResult>{}{}{}{}</ListPartsResult>",
        part(1, PART, &right(0)),
        part(2, PART - 1, &right(1)),
        part(3, PART, &right(1)),
        part(4, PART, &right(2)),
    );
    transfer.answered(id, &Response { status: 200, etag: None, body }, NOW, 0.0);
    let mut sent = vec![];
    for _ in 0..3 {
        let (id, call) = begin(&mut transfer, NOW);
        if let Some(Call { body: Body::Range(from, _), .. }) = call {
            sent.push(from);
            transfer.answered(id, &ok(Some("\"e\"")), NOW, 0.0);
        }
    }
    assert_eq!(sent, [PART as u64, 2 * PART as u64]);
    let (id, call) = begin(&mut transfer, NOW);
    let call = call.unwrap();
    assert_eq!(call.method, "POST");
    let Body::Text(text) = call.body else { panic!("no text") };
    assert!(text.contains(&format!("<PartNumber>1</PartNumber><ETag>{}</ETag>", right(0))), "{text}");
    assert_eq!(call.headers[1], ("Content-MD5".to_owned(), Checksum::of(text.as_bytes()).base64()));
    let body =
        "<CompleteMultipartUploadResult><ETag>\"x-3\"</ETag></CompleteMultipartUploadResult>".to_owned();
    transfer.answered(id, &Response { status: 200, etag: None, body }, NOW, 0.0);
    assert!(transfer.is_done());
}

#[test]
fn hidden_etags_are_asked_for_or_the_rule_is_shown() {
    let mut without = transfer(&multipart("d.parquet", 10, false), &[file("d.parquet", 5)]);
    let (id, _) = begin(&mut without, NOW);
    without.answered(id, &ok(None), NOW, 0.0);
    assert_eq!(failure(&without).0, "The parts arrived, but their ETags cannot be read");
    let State::Failed(failure) = without.state(0, NOW) else { unreachable!() };
    assert!(failure.cors.unwrap().contains("\"ExposeHeaders\""));

    let mut with = transfer(&multipart("d.parquet", 10, true), &[file("d.parquet", 5)]);
    let list = |transfer: &mut Transfer, parts: &str| {
        let (id, call) = begin(transfer, NOW);
        assert_eq!(call.unwrap().method, "GET");
        let body = format!("<ListPartsResult>{parts}</ListPartsResult>");
        transfer.answered(id, &Response { status: 200, etag: None, body }, NOW, 0.0);
    };
    list(&mut with, "");
    let (id, _) = begin(&mut with, NOW);
    with.answered(id, &ok(None), NOW, 0.0);
    list(&mut with, "<Part><PartNumber>1</PartNumber><Size>5</Size><ETag>\"e1\"</ETag></Part>");
    let Body::Text(text) = begin(&mut with, NOW).1.unwrap().body else { panic!("not to be completed") };
    assert!(text.contains("<ETag>e1</ETag>"));
}

#[test]
fn an_answer_is_judged_by_its_root_element() {
    let complete = |response: Response| {
        let mut transfer = transfer(&multipart("d.parquet", 10, false), &[file("d.parquet", 5)]);
        let (id, _) = begin(&mut transfer, NOW);
        transfer.answered(id, &ok(Some("\"900150983cd24fb0d6963f7d28e17f72\"")), NOW, 0.0);
        let (id, _) = begin(&mut transfer, NOW);
        transfer.answered(id, &response, NOW, 0.0);
        transfer.state(0, NOW)
    };
    let empty = "<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>";
    let answer = |body: &str| Response { status: 200, etag: None, body: body.to_owned() };
    let State::Done(receipt) = complete(answer(empty)) else { panic!("not done") };
    // By S3's rule: the MD5 of the parts' MD5s, and their number.
    assert_eq!(receipt.etag.as_deref(), Some("af5da9f45af7a300e3aded972f8ff687-1"));
    assert!(!matches!(complete(answer("")), State::Done(_)), "cut off");
    let State::Failed(failure) = complete(refusal(200, "InvalidPart")) else { panic!("200, but an error") };
    assert_eq!(failure.title, "The server does not have all the parts");
}

#[test]
fn after_a_lost_answer_completing_is_asked_for_again() {
    let mut transfer = transfer(&multipart("d.parquet", 10, true), &[file("d.parquet", 5)]);
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(
        id,
        &Response { status: 200, etag: None, body: "<ListPartsResult/>".to_owned() },
        NOW,
        0.0,
    );
    let (id, _) = begin(&mut transfer, NOW);
    transfer.answered(id, &ok(Some("e")), NOW, 0.0);
    for _ in 0..5 {
        let (id, call) = begin(&mut transfer, NOW);
        assert_eq!(call.unwrap().method, "POST");
        transfer.answered(id, &status(0), NOW, 0.0);
        if transfer.has_failed() {
            break;
        }
        assert!(matches!(transfer.next(NOW, 0.0), Step::Probe(_)) || !transfer.has_failed());
        transfer.probed(true);
        transfer.pause();
        while let Step::Stop(_) = transfer.next(NOW, 0.0) {}
        transfer.resume();
    }
    assert!(transfer.has_failed());
    transfer.retry();
    // Its parts are gone if it was completed: they cannot be listed any more.
    assert_eq!(begin(&mut transfer, NOW).1.unwrap().method, "POST");
}

#[test]
fn the_command_line_needs_no_cors() {
    let files = [file("d", 1)];
    let mut transfer =
        Transfer::new(&files, route::assign(&bundle(&object("d", "")), &files), Sender::Program);
    transfer.resume();
    for _ in 0..5 {
        let (id, _) = begin(&mut transfer, NOW);
        transfer.answered(id, &status(0), NOW, 0.0);
    }
    let State::Failed(failure) = transfer.state(0, NOW) else { panic!("not failed") };
    assert_eq!((failure.title.as_str(), failure.cors), ("The server cannot be reached", None));
}

/// A server with one multipart upload, as a model.
#[derive(Default)]
struct Model {
    parts: BTreeMap<u64, Checksum>,
    object: Option<Vec<Checksum>>,
}

impl Model {
    fn serve(&mut self, call: &Call, ranges: &[(u64, u64)]) -> Response {
        if self.object.is_some() && call.method != "POST" {
            return refusal(404, "NoSuchUpload");
        }
        match (call.method, &call.body) {
            ("GET", _) => {
                let part = |(number, checksum): (&u64, &Checksum)| {
                    let (from, to) = ranges[*number as usize];
                    let (number, size, etag) = (number + 1, to - from, checksum.hex());
                    format!(
                        "<Part><PartNumber>{number}</PartNumber><Size>{size}</Size><ETag>{etag}</ETag></Part>"
                    )
                };
                let parts: String = self.parts.iter().map(part).collect();
                Response {
                    status: 200,
                    etag: None,
                    body: format!("<ListPartsResult>{parts}</ListPartsResult>"),
                }
            }
            ("PUT", Body::Range(from, to)) => {
                let sum = checksum((*from, *to));
                self.parts.insert(from / PART as u64, sum);
                ok(Some(&format!("\"{}\"", sum.hex())))
            }
            ("POST", Body::Text(text)) => {
                let is_named = self.parts.values().filter(|sum| text.contains(&sum.hex())).count();
                if self.parts.len() != ranges.len() || is_named != ranges.len() {
                    return refusal(400, "InvalidPart");
                }
                self.object = Some(self.parts.values().copied().collect());
                let body = "<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>";
                Response { status: 200, etag: None, body: body.to_owned() }
            }
            other => panic!("{}", other.0),
        }
    }
}

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered,
    NeverArrived,
    AnswerLost,
    EtagHidden,
    Busy,
    Stalls,
    Paused,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    use Fate::*;
    prop::collection::vec(
        prop::sample::select(vec![
            Answered,
            Answered,
            Answered,
            NeverArrived,
            AnswerLost,
            EtagHidden,
            Busy,
            Stalls,
            Paused,
        ]),
        0..60,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_happens_what_is_said_to_be_there_is_there(
        fates in fates(), size in 1u64..100_000_000, has_list in any::<bool>(), seed in any::<u64>(),
    ) {
        let files = [file("d.parquet", size)];
        let ranges = route::ranges(size, PART as u64);
        let mut transfer = transfer(&multipart("d.parquet", 10, has_list), &files);
        let mut server = Model::default();
        let mut fates: VecDeque<Fate> = fates.into();
        let (mut now, mut dice) = (NOW, seed);
        let mut going: Vec<(u64, Call)> = vec![];
        for _ in 0..3000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = (dice >> 11) as f64 / (1u64 << 53) as f64;
            match transfer.next(now, random) {
                Step::Begin { id, hash, .. } => {
                    if let Some(call) = transfer.prepare(id, hash.map(checksum), now) {
                        going.push((id, call));
                    }
                    prop_assert!(going.len() <= 4);
                    continue;
                }
                Step::Stop(id) => {
                    going.retain(|(other, _)| *other != id);
                    continue;
                }
                Step::Probe(_) => {
                    transfer.probed(true);
                    continue;
                }
                Step::Wait(wait) if going.is_empty() => now += wait,
                Step::Wait(_) | Step::Idle => {}
            }
            if transfer.has_failed() {
                prop_assert!(server.object.is_none() || !transfer.is_done());
                transfer.retry();
            } else if transfer.is_over() {
                break;
            }
            if going.is_empty() {
                continue;
            }
            let (id, call) = going.swap_remove((dice >> 33) as usize % going.len());
            match fates.pop_front().unwrap_or(Fate::Answered) {
                Fate::Answered => {
                    let response = server.serve(&call, &ranges);
                    transfer.answered(id, &response, now, random);
                }
                Fate::EtagHidden => {
                    let response = Response { etag: None, ..server.serve(&call, &ranges) };
                    transfer.answered(id, &response, now, random);
                }
                Fate::NeverArrived => transfer.answered(id, &status(0), now, random),
                Fate::AnswerLost => {
                    server.serve(&call, &ranges);
                    transfer.answered(id, &status(0), now, random);
                }
                Fate::Busy => transfer.answered(id, &status(503), now, random),
                Fate::Stalls => {
                    going.push((id, call));
                    now += 31_000.0;
                }
                Fate::Paused => {
                    going.push((id, call));
                    transfer.pause();
                    while let Step::Stop(id) = transfer.next(now, random) {
                        going.retain(|(other, _)| *other != id);
                    }
                    prop_assert!(going.is_empty());
                    transfer.resume();
                }
            }
            prop_assert!(!transfer.is_done() || server.object.is_some());
        }
        prop_assert!(transfer.is_done(), "{:?}", transfer.state(0, now));
        let whole: Vec<Checksum> = ranges.iter().copied().map(checksum).collect();
        prop_assert_eq!(server.object, Some(whole.clone()));
        let State::Done(receipt) = transfer.state(0, now) else { unreachable!() };
        prop_assert_eq!(receipt.etag, Some(Checksum::of_parts(&whole)));
    }
}
