//! Promise: a link holds this program's configuration and nothing else, and no link can do harm.
#![cfg(not(target_arch = "wasm32"))]

use fleetsynth::config::share::{self, MAX_SHARED};
use fleetsynth::config::{self, PRESETS};
use proptest::prelude::*;

#[test]
fn sections_of_other_programs_stay_out_of_a_link() {
    let yaml = "\
# mine
model: {token: abc}
data_generation:  # ours
  num_servers: 3  # few
  start_date: 2024-01-01
  end_date: 2024-01-31
database:
  password: hunter2   # secret
  # more
output: {decimals: 1}
";
    let shared = share::shared_text(yaml).unwrap();
    assert_eq!(
        shared,
        "# mine\ndata_generation:  # ours\n  num_servers: 3  # few\n  start_date: 2024-01-01\n  end_date: 2024-01-31\n\
         output: {decimals: 1}\n"
    );
    let (whole, part) = (config::plan(yaml, &[]).unwrap(), config::plan(&shared, &[]).unwrap());
    assert_eq!(whole.canonical_sha256, part.canonical_sha256);
    for preset in &PRESETS {
        assert_eq!(share::shared_text(preset.yaml).unwrap(), preset.yaml);
    }
    assert!(share::shared_text("data_generation: [").is_err());
    // A slip in the name of one of ours is not another program's.
    let slip = "data_genration: {num_servers: 3}\nmodel: 1\n";
    assert_eq!(share::shared_text(slip).unwrap(), "data_genration: {num_servers: 3}\n");
}

#[test]
fn a_text_that_cannot_do_without_them_makes_no_link() {
    for yaml in [
        "{model: {token: abc}, data_generation: {num_servers: 3}}",
        "model: &seed 7\ndata_generation: {num_servers: 3, random_seed: *seed}\n",
    ] {
        let message = share::shared_text(yaml).unwrap_err().to_string();
        assert!(message.contains("can't be left out of this text"), "{message}");
    }
}

#[test]
fn what_was_put_into_a_fragment_comes_out() {
    let fragment = share::fragment(b"compressed").unwrap();
    assert!(fragment.starts_with("#config=v1."), "{fragment}");
    assert!(
        fragment[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte)),
        "{fragment}"
    );
    assert_eq!(share::compressed(&fragment).unwrap().unwrap(), b"compressed");
    assert_eq!(share::compressed("#quality").unwrap(), None);
    assert_eq!(share::compressed("").unwrap(), None);
}

#[test]
fn a_text_too_long_for_a_link_is_refused_with_a_way_out() {
    let noise: Vec<u8> = (0..13_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let message = share::fragment(&noise).unwrap_err().to_string();
    assert_eq!(
        message,
        "The link would have 17,353 characters, and many programs cut links off beyond 16,000. Save the configuration \
         as a file and pass that on."
    );
}

#[test]
fn a_link_that_is_cut_changed_or_of_another_version_is_refused() {
    let good = share::fragment(b"something that is compressed").unwrap();
    for length in "#config=v1.".len()..good.len() {
        let message = share::compressed(&good[..length]).unwrap_err().to_string();
        assert!(message.contains("characters are missing or others"), "{message}");
    }
    for place in "#config=v1.".len()..good.len() {
        let mut letters: Vec<char> = good.chars().collect();
        letters[place] = if letters[place] == 'A' { 'B' } else { 'A' };
        let changed: String = letters.into_iter().collect();
        assert!(share::compressed(&changed).is_err(), "{changed}");
    }
    let newer = share::compressed("#config=v2.AAAA").unwrap_err().to_string();
    assert!(newer.contains("a way that this version doesn't know"), "{newer}");
    let long = format!("#config=v1.{}", "A".repeat(20_000));
    assert!(share::compressed(&long).unwrap_err().to_string().contains("more than 16,000 characters"));
}

#[test]
fn what_is_taken_apart_must_be_a_text_of_bounded_length() {
    assert_eq!(share::text(Some(b"a: 1\n".to_vec())).unwrap(), "a: 1\n");
    for (bytes, why) in [
        (None, "can't be taken apart"),
        (Some(vec![b' '; MAX_SHARED + 1]), "longer than 256 KiB"),
        (Some(vec![0xff, 0xfe]), "no text"),
    ] {
        assert!(share::text(bytes).unwrap_err().to_string().contains(why), "{why}");
    }
    assert!(share::text(Some(vec![b' '; MAX_SHARED])).is_ok());
}

proptest! {
    #[test]
    fn no_fragment_causes_a_panic(text in "(#config=(v1\\.)?)?[A-Za-z0-9_\\-=%.é#]{0,80}") {
        if let Ok(Some(bytes)) = share::compressed(&text) {
            prop_assert!(bytes.len() < text.len());
        }
    }

    #[test]
    fn every_content_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let fragment = share::fragment(&bytes).unwrap();
        prop_assert_eq!(share::compressed(&fragment).unwrap(), Some(bytes));
    }
}
