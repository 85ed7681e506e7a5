//! Which file goes where, and in which parts.

use super::address::Address;
use super::bundle::{Bundle, Form, MAX_PARTS, Multipart, Target};

/// The size of parts, unless there are too few URLs for it, bytes.
const PART: u64 = 16 << 20;
/// S3's least size of any part but the last, bytes.
const MIN_PART: u64 = 5 << 20;
/// S3's largest single request or part, bytes.
pub const MAX_REQUEST: u64 = 5 << 30;

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it is, for people.
    pub label: String,
    /// Its media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

/// Where one file goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// Which of the files.
    pub file: usize,
    /// The object's key, as far as it is known.
    pub key: String,
    /// How it gets there.
    pub route: Route,
}

/// How a file is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// By one PUT request.
    Put {
        /// Where to.
        address: Address,
        /// Headers that the signature asks for.
        headers: Vec<(String, String)>,
    },
    /// By a form.
    Post(Form),
    /// In parts.
    Multipart {
        /// Its URLs.
        urls: Multipart,
        /// Bytes of every part but the last.
        part_size: u64,
    },
}

/// Bytes of every part but the last, for a file of `size` bytes and so many part URLs: 16 MiB, or what it
/// takes to come by with the URLs, and never less than S3 allows.
pub fn part_size(size: u64, urls: usize) -> u64 {
    let urls = urls.clamp(1, MAX_PARTS) as u64;
    PART.max(size.div_ceil(urls)).max(MIN_PART)
}

/// The ranges of a file's parts, each from its first byte to the one behind its last. An empty file
/// has one part.
pub fn ranges(size: u64, part_size: u64) -> Vec<(u64, u64)> {
    let parts = size.div_ceil(part_size).max(1);
    (0..parts).map(|part| (part * part_size, size.min((part + 1) * part_size))).collect()
}

/// Where each file goes; files for which the bundle has no place are left out. A URL goes to the file of
/// its name, or else to the first that has none and ends as it does.
pub fn assign(bundle: &Bundle, files: &[File]) -> Vec<Destination> {
    let mut names: Vec<Option<&str>> = files
        .iter()
        .map(|file| bundle.artifacts.keys().map(String::as_str).find(|name| *name == file.name))
        .collect();
    for name in bundle.artifacts.keys() {
        if names.contains(&Some(name)) {
            continue;
        }
        let free =
            |(file, taken): (&File, &Option<&str>)| taken.is_none() && ending(&file.name) == ending(name);
        if let Some(file) = files.iter().zip(&names).position(free) {
            names[file] = Some(name);
        }
    }
    // A URL that was pasted alone is for the dataset, whatever it is called.
    if let (1, None, [first, rest @ ..]) = (bundle.artifacts.len(), &bundle.post, names.as_mut_slice())
        && first.is_none()
        && rest.iter().all(|name| name.is_none())
    {
        *first = bundle.artifacts.keys().next().map(String::as_str);
    }
    let destination = |(file, name): (usize, &Option<&str>)| match name {
        Some(name) => Some(to_target(bundle, &bundle.artifacts[*name], file, files[file].size)),
        None => bundle.post.as_ref().map(|form| to_form(bundle, form, file, &files[file].name)),
    };
    names.iter().enumerate().filter_map(destination).collect()
}

/// Names of the bundle that no file was found for.
pub fn unused<'a>(bundle: &'a Bundle, destinations: &[Destination]) -> Vec<&'a str> {
    let is_used = |target: &Target| {
        destinations.iter().any(|destination| match (&destination.route, target) {
            (Route::Put { address, .. }, Target::Put { address: other, .. }) => address == other,
            (Route::Multipart { urls, .. }, Target::Multipart(other)) => urls == other,
            _ => false,
        })
    };
    bundle.artifacts.iter().filter(|(_, target)| !is_used(target)).map(|(name, _)| name.as_str()).collect()
}

fn ending(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending)
}

fn to_target(bundle: &Bundle, target: &Target, file: usize, size: u64) -> Destination {
    match target {
        Target::Put { address, headers } => Destination {
            file,
            key: key_of(bundle, address),
            route: Route::Put { address: address.clone(), headers: headers.clone() },
        },
        Target::Multipart(urls) => Destination {
            file,
            key: key_of(bundle, &urls.complete),
            route: Route::Multipart { urls: urls.clone(), part_size: part_size(size, urls.parts.len()) },
        },
    }
}

/// The place of the file's name in a form's key, as S3 itself puts it there.
const FILE_NAME: &str = "${filename}";

fn to_form(bundle: &Bundle, form: &Form, file: usize, name: &str) -> Destination {
    let key = match form.field("key") {
        Some(key) if key.contains(FILE_NAME) => key.replace(FILE_NAME, name),
        _ => format!("{}{name}", bundle.prefix),
    };
    Destination { file, key, route: Route::Post(form.clone()) }
}

/// The path without the bucket, where that is known to be its first part.
fn key_of(bundle: &Bundle, address: &Address) -> String {
    let path = address.path();
    let is_first = |bucket: &String| !address.host().starts_with(&format!("{bucket}."));
    let bucket = bundle.bucket.as_ref().filter(|bucket| is_first(bucket));
    let key = bucket.and_then(|bucket| path.strip_prefix(bucket.as_str())?.strip_prefix('/'));
    key.unwrap_or(&path).to_owned()
}
