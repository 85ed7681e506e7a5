//! Any answer of a server is understood or not; what is said of it holds no signature.
#![no_main]

use fleetsynth::upload::failure::Failure;
use fleetsynth::upload::redaction::redact;
use fleetsynth::upload::xml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    if let Some(xml::Answer::Parts { parts, .. }) = xml::parse(body) {
        // What is sent back is XML again, whatever the server called its parts.
        let request = xml::complete_request(parts.iter().map(|part| part.etag.as_str()));
        let _ = xml::parse(&request);
    }
    let _ = Failure::refused(403, body);
    let clean = redact(body);
    let longest = clean.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max();
    assert!(longest < Some(32), "this may be a signature: {clean}");
});
