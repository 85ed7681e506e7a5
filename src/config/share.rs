//! A configuration as the fragment of a link: the text, compressed, in the letters that an address may hold.
//!
//! ```text
//! #config=v1.<base64url of: 6 bytes of the SHA-256 of the rest, the text compressed (RFC 1951)>
//! ```
//!
//! Browsers compress and take apart; what is refused, and how much is ever taken apart, is decided here.
//! A fragment is never sent to a server.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::keys::TOP;
use super::problems::nearest;
use super::tree::{self, Content, Entry, MAX_BYTES, Node};
use crate::error::{Error, ErrorKind, Result};
use crate::wording::grouped;

/// What the fragment of a configuration begins with, `#` included.
const BEGIN: &str = "#config=";
/// The way in which it is written.
const VERSION: &str = "v1.";
/// Longest fragment: more is cut off by too many programs that pass links on.
const MAX_LENGTH: usize = 16_000;
/// Bytes of the SHA-256 that tell a link that was damaged on its way.
const CHECK: usize = 6;

/// Most bytes of a text that a link may hold.
pub const MAX_SHARED: usize = MAX_BYTES;

/// What of a text is shared: this program's sections. Those of other programs, which may hold anything, stay out.
///
/// # Errors
/// When the text can't be read, or is written such that they can't be left out.
pub fn shared_text(yaml: &str) -> Result<String> {
    let root = tree::parse(yaml).map_err(Error::config)?.root;
    let Content::Map { entries, flow } = &root.content else { return Ok(yaml.to_owned()) };
    let is_ours = |entry: &&Entry| {
        TOP.contains(&entry.key.as_str()) || nearest(&entry.key, TOP.iter().copied()).is_some()
    };
    let ours = entries.iter().filter(is_ours).count();
    if ours == entries.len() {
        return Ok(yaml.to_owned());
    }
    let lines: Vec<&str> = yaml.split_inclusive('\n').collect();
    let line_of = |place: usize| entries.get(place).map_or(lines.len(), |entry| entry.key_place.line - 1);
    // What stands above the first section, and each of ours to the next one's line.
    let mut kept = lines[..line_of(0)].to_vec();
    for (place, _) in entries.iter().enumerate().filter(|(_, entry)| is_ours(entry)) {
        kept.extend(&lines[line_of(place)..line_of(place + 1).max(line_of(place))]);
    }
    let kept = kept.concat();
    let holds_ours = |other: &Node| {
        let same =
            |entry: &Entry| other.entry(&entry.key).is_some_and(|other| other.value.same(&entry.value));
        entries.iter().filter(is_ours).all(same)
            && matches!(&other.content, Content::Map { entries, .. } if entries.len() == ours)
    };
    match tree::parse(&kept) {
        Ok(tree) if !flow && holds_ours(&tree.root) => Ok(kept),
        _ => Err(refused(
            "The sections of other programs can't be left out of this text, and a link must not hold them. Remove \
             them, or write each section from the beginning of a line of its own.",
        )),
    }
}

/// The fragment for a text that is compressed.
///
/// # Errors
/// When it gets too long for a link.
pub fn fragment(compressed: &[u8]) -> Result<String> {
    let bytes = [&Sha256::digest(compressed)[..CHECK], compressed].concat();
    let fragment = format!("{BEGIN}{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes));
    if fragment.len() > MAX_LENGTH {
        return Err(refused(format!(
            "The link would have {} characters, and many programs cut links off beyond {}. Save the configuration \
             as a file and pass that on.",
            grouped(fragment.len()),
            grouped(MAX_LENGTH)
        )));
    }
    Ok(fragment)
}

/// The compressed text of a fragment; nothing for a fragment of another kind.
///
/// # Errors
/// When it can't have been made by [`fragment`], or was damaged.
pub fn compressed(fragment: &str) -> Result<Option<Vec<u8>>> {
    let Some(rest) = fragment.strip_prefix(BEGIN) else { return Ok(None) };
    if fragment.len() > MAX_LENGTH {
        return Err(damaged(&format!("it has more than {} characters", grouped(MAX_LENGTH))));
    }
    let Some(letters) = rest.strip_prefix(VERSION) else {
        return Err(refused(
            "The configuration in the link is written in a way that this version doesn't know. Use the newest \
             version of this page, or ask for the configuration as a file.",
        ));
    };
    let bytes = URL_SAFE_NO_PAD.decode(letters).unwrap_or_default();
    match bytes.split_at_checked(CHECK) {
        Some((check, compressed)) if Sha256::digest(compressed)[..CHECK] == *check => {
            Ok(Some(compressed.to_vec()))
        }
        _ => Err(damaged("some of its characters are missing or others")),
    }
}

/// The text of what was taken apart: at most one byte more than [`MAX_SHARED`], nothing where that failed.
///
/// # Errors
/// When it is no text that could be a configuration.
pub fn text(bytes: Option<Vec<u8>>) -> Result<String> {
    let bytes = bytes.ok_or_else(|| damaged("what it holds can't be taken apart"))?;
    if bytes.len() > MAX_SHARED {
        return Err(damaged(&format!("the text in it is longer than {} KiB", MAX_SHARED / 1024)));
    }
    String::from_utf8(bytes).map_err(|_| damaged("what it holds is no text"))
}

fn damaged(why: &str) -> Error {
    refused(format!(
        "The configuration in the link can't be read: {why}. Ask for the link again, as a whole."
    ))
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
