//! How an upload stands, in words.

use serde::Serialize;

use super::counted_files;
use crate::upload::failure::Failure;
use crate::upload::transfer::{Progress, State};
use crate::upload::{File, Transfer};
use crate::web::text;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    rows: Vec<Option<Row>>,
    share: f64,
    text: String,
    title: String,
    failures: Vec<FailureView>,
    is_over: bool,
    is_done: bool,
    is_paused: bool,
    can_retry: bool,
    receipt: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    state: &'static str,
    state_label: &'static str,
    share: f64,
    text: String,
    etag: String,
}

#[derive(Serialize)]
struct FailureView {
    files: String,
    title: String,
    advice: String,
    causes: Vec<String>,
    cors: Option<String>,
    detail: String,
}

impl View {
    /// How an upload of these files stands.
    pub(super) fn new(transfer: &Transfer, files: &[File], now: f64) -> Self {
        let mut rows: Vec<Option<Row>> = files.iter().map(|_| None).collect();
        let mut failures: Vec<(Failure, Vec<&str>)> = Vec::new();
        let mut receipt = String::new();
        let mut done = 0;
        for index in 0..transfer.len() {
            let (file, key) = transfer.file(index);
            let state = transfer.state(index, now);
            let row = Row::new(&state, &transfer.progress(index, now));
            if let State::Done(_) = state {
                done += 1;
                receipt += &format!("{key}\t{}\t{}\n", files[file].size, row.etag);
            }
            if let State::Failed(failure) = state {
                let label = files[file].label.as_str();
                match failures.iter_mut().find(|(known, _)| *known == failure) {
                    Some((_, labels)) => labels.push(label),
                    None => failures.push((failure, vec![label])),
                }
            }
            rows[file] = Some(row);
        }
        let total = transfer.total(now);
        let all = transfer.len();
        let title = match () {
            () if transfer.is_done() => format!("Uploaded: {}", counted_files(all)),
            () if transfer.is_over() && transfer.has_failed() => {
                format!("{done} of {} uploaded", counted_files(all))
            }
            () if transfer.is_over() => format!("Cancelled: {done} of {} uploaded", counted_files(all)),
            () if transfer.is_paused() => "Paused".to_owned(),
            () => "Uploading".to_owned(),
        };
        Self {
            rows,
            share: share(&total),
            text: moving(&total),
            title,
            failures: failures.into_iter().map(FailureView::new).collect(),
            is_over: transfer.is_over(),
            is_done: transfer.is_done(),
            is_paused: transfer.is_paused(),
            can_retry: transfer.has_failed(),
            receipt: if receipt.is_empty() { receipt } else { format!("key\tbytes\tetag\n{receipt}") },
        }
    }
}

impl FailureView {
    fn new((failure, labels): (Failure, Vec<&str>)) -> Self {
        let Failure { title, advice, causes, cors, detail } = failure;
        Self { files: labels.join(", "), title, advice, causes, cors, detail }
    }
}

impl Row {
    fn new(state: &State, progress: &Progress) -> Self {
        let (name, label) = match state {
            State::Waiting => ("waiting", "Waiting"),
            State::Looking => ("sending", "Asking what is there already"),
            State::Sending => ("sending", "Sending"),
            State::Paused => ("paused", "Paused"),
            State::Offline => ("paused", "Waiting for the network"),
            State::Retrying { .. } => ("retrying", "Trying again"),
            State::Completing => ("sending", "Putting the parts together"),
            State::Aborting => ("sending", "Throwing the parts away"),
            State::Done(_) => ("done", "Uploaded"),
            State::Failed(_) => ("failed", "Failed"),
            State::Cancelled => ("cancelled", "Cancelled"),
        };
        let words = match state {
            State::Sending | State::Paused => moving(progress),
            State::Retrying { after, attempt } => {
                format!("attempt {attempt} in {}", text::left(*after))
            }
            _ => String::new(),
        };
        let etag = match state {
            State::Done(receipt) => {
                receipt.etag.clone().unwrap_or_else(|| "hidden by the bucket's CORS rule".to_owned())
            }
            _ => String::new(),
        };
        Self { state: name, state_label: label, share: share(progress), text: words, etag }
    }
}

fn share(progress: &Progress) -> f64 {
    if progress.size == 0 { 0.0 } else { progress.sent as f64 / progress.size as f64 }
}

/// `42 % · 3.1 MB/s · about 5 s left`.
fn moving(progress: &Progress) -> String {
    let mut words = format!("{:.0} %", (share(progress) * 100.0).floor());
    if let (Some(rate), Some(left)) = (progress.rate, progress.left().filter(|left| *left > 0.0)) {
        words += &format!(" · {}/s · {} left", text::bytes(rate as u64), text::left(left * 1000.0));
    }
    words
}
