//! Uploads: the page's script sends what stands here, and tells how that went.

mod types;
mod view;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{JsResult, to_js};
use super::text;
use crate::upload::checksum::Hasher;
use crate::upload::lint::{Finding, lint};
use crate::upload::route::{self, ranges};
use crate::upload::transfer::{Body, Call, Response, Step};
use crate::upload::{Bundle, Destination, File, Route, Sender, Transfer};
use view::View;

/// What the user has pasted.
#[wasm_bindgen]
pub struct UploadBundle(Bundle);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UploadFile {
    name: String,
    label: String,
    media_type: String,
    size: f64,
}

fn files(files: JsValue) -> JsResult<Vec<File>> {
    let files: Vec<UploadFile> = serde_wasm_bindgen::from_value(files)?;
    let file = |file: UploadFile| File {
        name: file.name,
        label: file.label,
        media_type: file.media_type,
        size: file.size as u64,
    };
    Ok(files.into_iter().map(file).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    headline: String,
    detail: String,
    rows: Vec<CheckRow>,
    findings: Vec<CheckFinding>,
    can_start: bool,
}

#[derive(Serialize)]
struct CheckRow {
    label: String,
    size: String,
    key: String,
    how: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckFinding {
    is_error: bool,
    place: String,
    text: String,
}

#[wasm_bindgen]
impl UploadBundle {
    /// Reads what was pasted.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> JsResult<UploadBundle> {
        Ok(Self(Bundle::parse(text)?))
    }

    /// What it would do with these files, and what is wrong with it, at the time `now`.
    #[wasm_bindgen(unchecked_return_type = "UploadCheck")]
    pub fn check(
        &self,
        #[wasm_bindgen(unchecked_param_type = "UploadFile[]")] sent: JsValue,
        origin: &str,
        now: f64,
    ) -> JsResult {
        let files = files(sent)?;
        let places = route::assign(&self.0, &files);
        let found = lint(&self.0, &files, &places, &page(origin), now);
        let row = |(index, file): (usize, &File)| {
            let place = places.iter().find(|place| place.file == index);
            CheckRow {
                label: file.label.clone(),
                size: text::bytes(file.size),
                key: place.map(|place| place.key.clone()).unwrap_or_default(),
                how: place
                    .map_or_else(|| "The bundle has no place for it".to_owned(), |place| how(place, file)),
            }
        };
        let bytes = places.iter().map(|place| files[place.file].size).sum();
        to_js(&Check {
            headline: match &self.0.bucket {
                _ if places.is_empty() => "The bundle has a place for none of these files".to_owned(),
                Some(bucket) => format!("{} to the bucket {bucket}", counted_files(places.len())),
                None => format!("{} to S3", counted_files(places.len())),
            },
            detail: text::bytes(bytes),
            rows: files.iter().enumerate().map(row).collect(),
            can_start: !places.is_empty() && !found.iter().any(|finding| finding.is_error),
            findings: found.into_iter().map(|finding| CheckFinding::new(finding, &files)).collect(),
        })
    }
}

impl CheckFinding {
    fn new(Finding { is_error, file, text }: Finding, files: &[File]) -> Self {
        Self { is_error, place: file.map(|file| files[file].label.clone()).unwrap_or_default(), text }
    }
}

fn counted_files(files: usize) -> String {
    text::counted(files as u64, "file", "files")
}

fn page(origin: &str) -> Sender {
    Sender::Page { origin: origin.to_owned() }
}

fn how(place: &Destination, file: &File) -> String {
    match &place.route {
        Route::Put { .. } => "One request (PUT)".to_owned(),
        Route::Post(_) => "One request (form)".to_owned(),
        Route::Multipart { part_size, .. } => {
            text::counted(ranges(file.size, *part_size).len() as u64, "part", "parts")
        }
    }
}

/// The MD5 of something that comes piece by piece.
#[wasm_bindgen]
#[derive(Default)]
pub struct Md5(Hasher);

#[wasm_bindgen]
impl Md5 {
    /// Of nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Md5 {
        Self::default()
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// An upload under way. Times are milliseconds since 1970.
#[wasm_bindgen]
pub struct Upload {
    transfer: Transfer,
    files: Vec<File>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum StepView {
    Begin { id: u64, file: usize, hash: Option<Range> },
    Stop { id: u64 },
    Probe { origin: String },
    Wait { milliseconds: f64 },
    Idle,
}

#[derive(Serialize)]
struct Range {
    from: u64,
    to: u64,
}

#[derive(Serialize)]
struct Named {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct CallView {
    method: &'static str,
    url: String,
    headers: Vec<Named>,
    text: Option<String>,
    range: Option<Range>,
    fields: Option<Vec<Named>>,
}

fn named(pairs: Vec<(String, String)>) -> Vec<Named> {
    pairs.into_iter().map(|(name, value)| Named { name, value }).collect()
}

#[wasm_bindgen]
impl Upload {
    /// An upload of these files, which has not begun yet.
    #[wasm_bindgen(constructor)]
    pub fn new(
        bundle: &UploadBundle,
        #[wasm_bindgen(unchecked_param_type = "UploadFile[]")] sent: JsValue,
        origin: &str,
    ) -> JsResult<Upload> {
        let files = files(sent)?;
        let places = route::assign(&bundle.0, &files);
        Ok(Self { transfer: Transfer::new(&files, places, page(origin)), files })
    }

    /// What to do now; `random` is in 0..1.
    #[wasm_bindgen(unchecked_return_type = "UploadStep")]
    pub fn next(&mut self, now: f64, random: f64) -> JsResult {
        to_js(&match self.transfer.next(now, random) {
            Step::Begin { id, file, hash } => {
                StepView::Begin { id, file, hash: hash.map(|(from, to)| Range { from, to }) }
            }
            Step::Stop(id) => StepView::Stop { id },
            Step::Probe(origin) => StepView::Probe { origin },
            Step::Wait(milliseconds) => StepView::Wait { milliseconds },
            Step::Idle => StepView::Idle,
        })
    }

    /// The request that was begun, with the checksum that was asked for; null when there is none to send.
    #[wasm_bindgen(unchecked_return_type = "UploadCall | null")]
    pub fn prepare(&mut self, id: f64, md5: Option<Md5>, now: f64) -> JsResult {
        let call = self.transfer.prepare(id as u64, md5.map(|md5| md5.0.finish()), now);
        to_js(&call.map(|Call { method, url, headers, body }| {
            let (text, range, fields) = match body {
                Body::Empty => (None, None, None),
                Body::Text(text) => (Some(text), None, None),
                Body::Range(from, to) => (None, Some(Range { from, to }), None),
                Body::Form(fields) => (None, None, Some(named(fields))),
            };
            CallView { method, url, headers: named(headers), text, range, fields }
        }))
    }

    /// So many bytes of a request are sent, or more of its answer has come.
    pub fn moved(&mut self, id: f64, bytes: f64, now: f64) {
        self.transfer.moved(id as u64, bytes as u64, now);
    }

    /// The answer to a request; status 0 when there is none.
    pub fn answered(
        &mut self,
        id: f64,
        status: u16,
        etag: Option<String>,
        body: String,
        now: f64,
        random: f64,
    ) {
        self.transfer.answered(id as u64, &Response { status, etag, body }, now, random);
    }

    /// The file could not be read for a request.
    pub fn unreadable(&mut self, id: f64, text: &str) {
        self.transfer.unreadable(id as u64, text);
    }

    /// Whether the server that was asked about can be reached.
    pub fn probed(&mut self, is_reachable: bool) {
        self.transfer.probed(is_reachable);
    }

    /// Whether there is a network.
    #[wasm_bindgen(js_name = setOnline)]
    pub fn set_online(&mut self, is_online: bool) {
        self.transfer.set_online(is_online);
    }

    /// Lets go of what is being sent.
    pub fn pause(&mut self) {
        self.transfer.pause();
    }

    /// Begins, or goes on.
    pub fn resume(&mut self) {
        self.transfer.resume();
    }

    /// Ends it for good.
    pub fn cancel(&mut self) {
        self.transfer.cancel();
    }

    /// Goes on with what has failed.
    pub fn retry(&mut self) {
        self.transfer.retry();
    }

    /// How it stands, in words.
    #[wasm_bindgen(unchecked_return_type = "UploadView")]
    pub fn view(&self, now: f64) -> JsResult {
        to_js(&View::new(&self.transfer, &self.files, now))
    }
}
