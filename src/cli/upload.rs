//! `generate --upload`: carries out what [`crate::upload`] says, a thread for each request.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant, SystemTime};

use indicatif::{ProgressBar, ProgressStyle};
use reqwest::blocking::{Body as HttpBody, Client, multipart};

use super::bucket::reasons;
use super::files::Folder;
use super::generate::Job;
use crate::error::{Error, ErrorKind, Result};
use crate::export::Artifact;
use crate::upload::checksum::{Checksum, Hasher};
use crate::upload::lint::lint;
use crate::upload::transfer::{Body, Call, Response, State, Step};
use crate::upload::{self, Bundle, Destination, Transfer, bundle, route};

/// How often it is looked whether the user wants it to end.
const LOOK: Duration = Duration::from_millis(100);
/// A server that does not even take the connection is not there.
const CONNECT: Duration = Duration::from_secs(20);
/// Longest answer that is read, bytes.
const MAX_ANSWER: u64 = 4 << 20;

/// Reads a bundle from a file, or from standard input.
pub(super) fn read(path: &Path) -> Result<Bundle> {
    let failed = |reason: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Io, format!("Cannot read the upload bundle {}: {reason}.", path.display()))
    };
    // A little more than it may have, so that it is refused rather than cut.
    let limit = bundle::MAX_LENGTH as u64 + 1;
    let mut text = String::new();
    let read = match path == Path::new("-") {
        true => io::stdin().take(limit).read_to_string(&mut text),
        false => File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text)),
    };
    read.map_err(|error| failed(&error))?;
    Bundle::parse(&text)
}

/// Sends the files; gives a line for each. They stay where they are, whatever happens.
pub(super) fn send(
    bundle: &Bundle,
    files: &[(Artifact, PathBuf)],
    folder: &Folder,
    job: &Job,
    is_shown: bool,
) -> Result<Vec<String>> {
    let sent: Vec<upload::File> = files.iter().map(describe).collect::<Result<_>>()?;
    let places = route::assign(bundle, &sent);
    check(bundle, &sent, &places, folder)?;
    let mut transfer = Transfer::new(&sent, places, upload::Sender::Program);
    transfer.resume();
    let client = Client::builder()
        .timeout(None)
        .connect_timeout(CONNECT)
        // S3 redirects to other regions, for which the signature is not valid.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Io, format!("Cannot upload: {}.", reasons(error.without_url())))
        })?;
    let (tell, events) = mpsc::channel();
    let total = transfer.total(now()).size;
    let progress = if is_shown { progress_bar(total) } else { ProgressBar::hidden() };
    let mut carrier = Carrier { transfer, files, sent: &sent, client, tell, aborts: HashMap::new() };
    while !carrier.transfer.is_over() {
        if job.is_interrupted() {
            return Err(Error::new(
                ErrorKind::Cancelled,
                format!(
                    "Interrupted while uploading: all files are in {}. The same bundle goes on with a multipart upload.",
                    folder.path().display()
                ),
            ));
        }
        let wait = carrier.do_what_is_to_be_done();
        if let Ok(event) = events.recv_timeout(wait) {
            carrier.take(event);
        }
        progress.set_position(carrier.transfer.total(now()).sent);
    }
    progress.finish_and_clear();
    outcome(&carrier.transfer, &sent, folder)
}

fn describe((artifact, path): &(Artifact, PathBuf)) -> Result<upload::File> {
    Ok(upload::File {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        label: artifact.label().to_owned(),
        media_type: artifact.media_type().to_owned(),
        size: std::fs::metadata(path)?.len(),
    })
}

/// Says what is to be known of the bundle; what cannot work is an error.
fn check(bundle: &Bundle, files: &[upload::File], places: &[Destination], folder: &Folder) -> Result<()> {
    let kept = format!("Nothing was uploaded; all files are in {}.", folder.path().display());
    if places.is_empty() {
        return Err(Error::new(
            ErrorKind::Io,
            format!(
                "The upload bundle has a place for none of the files: sign for their names, or a form. {kept}"
            ),
        ));
    }
    let (errors, notes): (Vec<_>, Vec<_>) = lint(bundle, files, places, &upload::Sender::Program, now())
        .into_iter()
        .partition(|found| found.is_error);
    let about = |found: &upload::lint::Finding| match found.file {
        Some(file) => format!("{}: {}", files[file].name, found.text),
        None => found.text.clone(),
    };
    for found in &notes {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr(), "note: {}", about(found));
    }
    match errors.is_empty() {
        true => Ok(()),
        false => {
            let all: Vec<String> = errors.iter().map(|found| format!("\n  {}", about(found))).collect();
            Err(Error::new(
                ErrorKind::Io,
                format!("The upload bundle cannot be used. {kept}{}", all.concat()),
            ))
        }
    }
}

fn outcome(transfer: &Transfer, files: &[upload::File], folder: &Folder) -> Result<Vec<String>> {
    let (mut lines, mut failures) = (Vec::new(), Vec::new());
    for index in 0..transfer.len() {
        let (file, key) = transfer.file(index);
        match transfer.state(index, now()) {
            State::Done(receipt) => {
                lines
                    .push(format!("uploaded {key}, ETag {}", receipt.etag.as_deref().unwrap_or("not given")));
            }
            State::Failed(failure) => failures.push(format!(
                "\n  {}: {}. {} {}",
                files[file].name, failure.title, failure.advice, failure.detail
            )),
            _ => {}
        }
    }
    if failures.is_empty() {
        return Ok(lines);
    }
    let done: Vec<String> = lines.iter().map(|line| format!("\n  {line}")).collect();
    Err(Error::new(
        ErrorKind::Io,
        format!(
            "{} of {} files could not be uploaded; all files are in {}.{}{}",
            failures.len(),
            transfer.len(),
            folder.path().display(),
            failures.concat(),
            done.concat()
        ),
    ))
}

/// What a thread tells.
enum Event {
    Hashed(u64, io::Result<Option<Checksum>>),
    Moved(u64, u64),
    Answered(u64, Response),
}

struct Carrier<'a> {
    transfer: Transfer,
    files: &'a [(Artifact, PathBuf)],
    sent: &'a [upload::File],
    client: Client,
    tell: Sender<Event>,
    /// Of each request that is going: which file it is about, and whether it is to end.
    aborts: HashMap<u64, (usize, Arc<AtomicBool>)>,
}

impl Carrier<'_> {
    /// Gives how long to wait for an event.
    fn do_what_is_to_be_done(&mut self) -> Duration {
        loop {
            match self.transfer.next(now(), random()) {
                Step::Begin { id, file, hash } => self.begin(id, file, hash),
                Step::Stop(id) => {
                    if let Some((_, abort)) = self.aborts.remove(&id) {
                        abort.store(true, Ordering::Relaxed);
                    }
                }
                // Only pages cannot tell silence from refusal.
                Step::Probe(_) => self.transfer.probed(true),
                Step::Wait(milliseconds) => return LOOK.min(Duration::from_secs_f64(milliseconds / 1000.0)),
                Step::Idle => return LOOK,
            }
        }
    }

    fn begin(&mut self, id: u64, file: usize, hash: Option<(u64, u64)>) {
        self.aborts.insert(id, (file, Arc::default()));
        let (tell, path) = (self.tell.clone(), self.files[file].1.clone());
        std::thread::spawn(move || {
            let checksum = hash.map_or(Ok(None), |range| checksum(&path, range));
            // Nobody listens any more once the upload is over.
            let _ = tell.send(Event::Hashed(id, checksum));
        });
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Hashed(id, Ok(checksum)) => match self.transfer.prepare(id, checksum, now()) {
                Some(call) => self.call(id, call),
                None => drop(self.aborts.remove(&id)),
            },
            Event::Hashed(id, Err(error)) => {
                self.aborts.remove(&id);
                self.transfer.unreadable(id, &error.to_string());
            }
            Event::Moved(id, bytes) => self.transfer.moved(id, bytes, now()),
            Event::Answered(id, response) => {
                self.aborts.remove(&id);
                self.transfer.answered(id, &response, now(), random());
            }
        }
    }

    fn call(&mut self, id: u64, call: Call) {
        let Some((file, abort)) = self.aborts.get(&id).cloned() else { return };
        let (client, tell, path) = (self.client.clone(), self.tell.clone(), self.files[file].1.clone());
        let upload::File { name, media_type, .. } = self.sent[file].clone();
        std::thread::spawn(move || {
            let moved = Moving { id, tell: tell.clone(), abort, sent: 0, told: Instant::now() };
            let response = carry(&client, call, &path, (name, &media_type), moved)
                .unwrap_or_else(|reason| Response { body: reason, ..Response::default() });
            let _ = tell.send(Event::Answered(id, response));
        });
    }
}

/// Sends a request and reads its answer. The error is why there is none, without the URL.
fn carry(
    client: &Client,
    call: Call,
    path: &Path,
    (name, media_type): (String, &str),
    moving: Moving,
) -> std::result::Result<Response, String> {
    let method = call.method.parse().map_err(reasons)?;
    let mut request = client.request(method, &call.url);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    request = match call.body {
        Body::Empty => request,
        Body::Text(text) => request.body(text),
        Body::Range(from, to) => {
            let reader = stretch(path, (from, to)).map_err(reasons)?;
            request.body(HttpBody::sized(Counted { reader, moving }, to - from))
        }
        Body::Form(fields) => {
            let size = std::fs::metadata(path).map_err(reasons)?.len();
            let reader = stretch(path, (0, size)).map_err(reasons)?;
            let file = multipart::Part::reader_with_length(Counted { reader, moving }, size).file_name(name);
            let file = file.mime_str(media_type).map_err(|error| reasons(error.without_url()))?;
            let form =
                fields.into_iter().fold(multipart::Form::new(), |form, (name, value)| form.text(name, value));
            request.multipart(form.part("file", file))
        }
    };
    let answer = request.send().map_err(|error| reasons(error.without_url()))?;
    let status = answer.status().as_u16();
    let etag = answer.headers().get("ETag").and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let mut body = String::new();
    answer.take(MAX_ANSWER).read_to_string(&mut body).map_err(reasons)?;
    Ok(Response { status, etag, body })
}

fn stretch(path: &Path, (from, to): (u64, u64)) -> io::Result<io::Take<File>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    Ok(file.take(to - from))
}

fn checksum(path: &Path, range: (u64, u64)) -> io::Result<Option<Checksum>> {
    let mut reader = stretch(path, range)?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(Some(hasher.finish())),
            bytes => hasher.update(&buffer[..bytes]),
        }
    }
}

/// Tells how many bytes of a request are sent, and whether to go on.
struct Moving {
    id: u64,
    tell: Sender<Event>,
    abort: Arc<AtomicBool>,
    sent: u64,
    told: Instant,
}

/// Reads, and counts what is read.
struct Counted {
    reader: io::Take<File>,
    moving: Moving,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let moving = &mut self.moving;
        if moving.abort.load(Ordering::Relaxed) {
            return Err(io::Error::other("it was given up"));
        }
        let bytes = self.reader.read(buffer)?;
        moving.sent += bytes as u64;
        if bytes == 0 || moving.told.elapsed() >= LOOK {
            moving.told = Instant::now();
            let _ = moving.tell.send(Event::Moved(moving.id, moving.sent));
        }
        Ok(bytes)
    }
}

/// Milliseconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

/// A random number in 0..1, from the keys that the standard library draws for each hash map.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// A progress bar on a terminal; nothing elsewhere.
fn progress_bar(bytes: u64) -> ProgressBar {
    let style = "{bar:32} {bytes} of {total_bytes} uploaded, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(style).expect("the template is valid");
    ProgressBar::new(bytes).with_style(style)
}
