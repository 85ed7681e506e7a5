//! An upload, step by step: what to do now, and what each answer leads to.
//!
//! Whoever carries it out calls [`Transfer::next`] until it says that there is nothing to do now,
//! carries out what it says, and reports back. Times are milliseconds since 1970, random numbers are in
//! 0..1; both come from outside, so that every course of events can be tested.

mod answers;
mod call;
mod item;
mod meter;
mod progress;

use super::Sender;
use super::checksum::Checksum;
use super::failure::Failure;
use super::route::{Destination, File, Route};
use call::call;
use item::{Item, Phase};
use meter::Meter;

pub use item::Receipt;
pub use progress::{Progress, State};

/// Requests at the same time.
pub const PARALLEL: usize = 4;
/// A request that has not moved for so long is given up, milliseconds.
const STALLED: f64 = 30_000.0;
/// Putting thousands of parts together takes the server longer, milliseconds.
const STALLED_COMPLETE: f64 = 180_000.0;

/// What to do now.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Begin a request: compute the checksum of `hash`, if there is one, and call [`Transfer::prepare`].
    Begin {
        /// The request's number.
        id: u64,
        /// Which of the files it is about.
        file: usize,
        /// First byte and the one behind the last.
        hash: Option<(u64, u64)>,
    },
    /// End this request, whatever it is doing.
    Stop(u64),
    /// Find out whether this server can be reached, and call [`Transfer::probed`].
    Probe(String),
    /// Ask again then, or when anything has happened.
    Wait(f64),
    /// Ask again when anything has happened.
    Idle,
}

/// A request to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// Its method.
    pub method: &'static str,
    /// A secret.
    pub url: String,
    /// Headers to set.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Body,
}

/// What a request carries.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A stretch of the file: first byte and the one behind the last.
    Range(u64, u64),
    /// A form with these fields, secrets among them, and last the whole file as `file`.
    Form(Vec<(String, String)>),
}

/// A server's answer, or that there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The header `ETag`, where it can be read.
    pub etag: Option<String>,
    /// The body; without an answer, why there is none, where that is known.
    pub body: String,
}

#[derive(Clone, Debug)]
struct Running {
    id: u64,
    item: usize,
    /// The part of the file, or none for a request about the whole.
    unit: Option<usize>,
    sent: u64,
    moved_at: f64,
    is_sent: bool,
}

/// An upload of some files.
#[derive(Clone, Debug)]
pub struct Transfer {
    sender: Sender,
    items: Vec<Item>,
    running: Vec<Running>,
    stops: Vec<u64>,
    next_id: u64,
    is_paused: bool,
    is_online: bool,
    has_progressed: bool,
    /// Whether the server can be reached, and whether that is being tried.
    is_reachable: Option<bool>,
    is_probing: bool,
    meter: Meter,
}

impl Transfer {
    /// An upload of these files to their destinations, paused. Small files come first: whoever sees the
    /// dataset can then see the files that describe it.
    pub fn new(files: &[File], mut destinations: Vec<Destination>, sender: Sender) -> Self {
        destinations.sort_by_key(|destination| files[destination.file].size);
        let item = |destination: Destination| Item::new(&files[destination.file], destination);
        Self {
            sender,
            items: destinations.into_iter().map(item).collect(),
            running: Vec::new(),
            stops: Vec::new(),
            next_id: 0,
            is_paused: true,
            is_online: true,
            has_progressed: false,
            is_reachable: None,
            is_probing: false,
            meter: Meter::default(),
        }
    }

    /// What to do now.
    pub fn next(&mut self, now: f64, random: f64) -> Step {
        self.give_up_stalled(now, random);
        if let Some(id) = self.stops.pop() {
            return Step::Stop(id);
        }
        if let Some(origin) = self.probe() {
            return Step::Probe(origin);
        }
        if self.running.len() < PARALLEL
            && let Some((item, unit)) = self.work(now)
        {
            return self.begin(item, unit, now);
        }
        let deadlines = self.running.iter().filter(|running| running.is_sent);
        let deadlines = deadlines.map(|running| running.moved_at + self.patience(running));
        let retries = (0..self.items.len()).filter_map(|item| self.earliest(item));
        match deadlines.chain(retries).min_by(f64::total_cmp) {
            Some(at) => Step::Wait((at - now).max(0.0)),
            None => Step::Idle,
        }
    }

    /// The request with this number, now that the checksum of what it is to carry is known; nothing if it
    /// turns out that it need not or cannot be sent.
    pub fn prepare(&mut self, id: u64, checksum: Option<Checksum>, now: f64) -> Option<Call> {
        let at = self.running.iter().position(|running| running.id == id)?;
        let Running { item, unit, .. } = self.running[at].clone();
        let target = &mut self.items[item];
        if let Some(unit) = unit {
            let unit = &mut target.units[unit];
            unit.checksum = checksum.or(unit.checksum);
            let listed = unit.listed.take();
            if listed.is_some() && listed.as_deref().and_then(Checksum::from_etag) == unit.checksum {
                (unit.is_done, unit.is_running, unit.etag) = (true, false, listed);
                target.advance();
                self.running.remove(at);
                return None;
            }
        }
        if let Some(expired) = target.expires_at(unit).filter(|at| *at <= now) {
            self.running.remove(at);
            self.fail(item, Failure::expired(expired));
            return None;
        }
        let running = &mut self.running[at];
        (running.moved_at, running.is_sent) = (now, true);
        Some(call(&self.items[item], unit))
    }

    /// So many bytes of this request are sent, or something of its answer has come.
    pub fn moved(&mut self, id: u64, bytes: u64, now: f64) {
        let Some(running) = self.running.iter_mut().find(|running| running.id == id) else { return };
        running.moved_at = now;
        let item = &mut self.items[running.item];
        // A form is somewhat larger than its file.
        let size = running.unit.map_or(0, |unit| item.units[unit].range.1 - item.units[unit].range.0);
        let bytes = bytes.min(size);
        let more = bytes.saturating_sub(running.sent);
        running.sent = running.sent.max(bytes);
        if more > 0 {
            self.has_progressed = true;
            item.meter.add(more, now);
            self.meter.add(more, now);
        }
    }

    /// The answer to this request has come, or none will.
    pub fn answered(&mut self, id: u64, response: &Response, now: f64, random: f64) {
        let Some(at) = self.running.iter().position(|running| running.id == id) else { return };
        let Running { item, unit, .. } = self.running.remove(at);
        if response.status != 0 {
            self.has_progressed = true;
        }
        self.clear(item, unit);
        match (response.status, unit) {
            (200..=299, Some(unit)) => self.sent(item, unit, response, now, random),
            (200..=299, None) => self.controlled(item, response, now, random),
            _ => self.not_done(item, unit, response, now, random),
        }
    }

    /// The file could not be read, so that this request will not be sent.
    pub fn unreadable(&mut self, id: u64, text: &str) {
        let Some(at) = self.running.iter().position(|running| running.id == id) else { return };
        let Running { item, unit, .. } = self.running.remove(at);
        self.clear(item, unit);
        self.fail(item, Failure::unreadable(text));
    }

    /// Whether the server can be reached.
    pub fn probed(&mut self, is_reachable: bool) {
        (self.is_probing, self.is_reachable) = (false, Some(is_reachable));
        // What has failed meanwhile is said better now.
        for item in 0..self.items.len() {
            if matches!(&self.items[item].phase, Phase::Failed(failure) if !failure.causes.is_empty()) {
                self.items[item].phase = Phase::Failed(self.silence(false, ""));
            }
        }
    }

    /// Whether this computer has a network at all.
    pub fn set_online(&mut self, is_online: bool) {
        self.is_online = is_online;
    }

    /// Lets go of what is being sent; what is done stays.
    pub fn pause(&mut self) {
        self.is_paused = true;
        self.stop(|_| true);
        self.meter.restart();
    }

    /// Begins, or goes on.
    pub fn resume(&mut self) {
        self.is_paused = false;
    }

    /// Ends it, and has parts thrown away that will be of no use.
    pub fn cancel(&mut self) {
        self.stop(|_| true);
        self.is_paused = false;
        for item in &mut self.items {
            if matches!(item.phase, Phase::Done(_) | Phase::Cancelled) {
                continue;
            }
            item.reset_tries();
            item.phase = match &item.route {
                Route::Multipart { urls, .. } if urls.abort.is_some() => Phase::Abort,
                _ => Phase::Cancelled,
            };
        }
    }

    /// Goes on with what has failed.
    pub fn retry(&mut self) {
        (self.is_paused, self.is_reachable) = (false, None);
        for item in &mut self.items {
            if matches!(item.phase, Phase::Failed(_)) {
                item.reset_tries();
                item.phase = item.first_phase();
                item.advance();
            }
        }
    }

    /// The server to be probed, once something has had no answer and nothing is known of it.
    fn probe(&mut self) -> Option<String> {
        let is_silent = |item: &Item| {
            item.tries.failed > 0
                || item.units.iter().any(|unit| unit.tries.failed > 0)
                || matches!(item.phase, Phase::Failed(_))
        };
        if self.is_probing || self.is_reachable.is_some() || !self.is_online || self.sender == Sender::Program
        {
            return None;
        }
        let item = self.items.iter().find(|item| is_silent(item))?;
        self.is_probing = true;
        Some(item.address(Some(0))?.origin().to_owned())
    }

    /// The next request that there is to begin.
    fn work(&self, now: f64) -> Option<(usize, Option<usize>)> {
        self.items.iter().enumerate().find_map(|(index, item)| {
            if self.rests(item) {
                return None;
            }
            if item.phase == Phase::Send {
                let is_ready =
                    |unit: &item::Unit| !unit.is_done && !unit.is_running && unit.tries.not_before <= now;
                return item.units.iter().position(is_ready).map(|unit| (index, Some(unit)));
            }
            (!item.is_controlled && item.tries.not_before <= now).then_some((index, None))
        })
    }

    /// When this file has something to do next, if it is only time that it waits for.
    fn earliest(&self, index: usize) -> Option<f64> {
        let item = &self.items[index];
        if self.rests(item) || self.running.len() >= PARALLEL {
            return None;
        }
        if item.phase == Phase::Send {
            let waiting = item.units.iter().filter(|unit| !unit.is_done && !unit.is_running);
            return waiting.map(|unit| unit.tries.not_before).min_by(f64::total_cmp);
        }
        (!item.is_controlled).then_some(item.tries.not_before)
    }

    fn rests(&self, item: &Item) -> bool {
        item.is_over() || !self.is_online || self.is_paused
    }

    fn begin(&mut self, index: usize, unit: Option<usize>, now: f64) -> Step {
        self.next_id += 1;
        let id = self.next_id;
        let item = &mut self.items[index];
        let hash = match unit {
            Some(unit) => {
                let unit = &mut item.units[unit];
                unit.is_running = true;
                unit.checksum.is_none().then_some(unit.range)
            }
            None => {
                item.is_controlled = true;
                item.was_completed |= item.phase == Phase::Complete;
                None
            }
        };
        self.running.push(Running { id, item: index, unit, sent: 0, moved_at: now, is_sent: false });
        Step::Begin { id, file: item.source, hash }
    }

    /// This request is no longer going.
    fn clear(&mut self, item: usize, unit: Option<usize>) {
        match unit {
            Some(unit) => self.items[item].units[unit].is_running = false,
            None => self.items[item].is_controlled = false,
        }
    }

    fn patience(&self, running: &Running) -> f64 {
        match self.items[running.item].phase {
            Phase::Complete => STALLED_COMPLETE,
            _ => STALLED,
        }
    }

    fn give_up_stalled(&mut self, now: f64, random: f64) {
        let stalled =
            |running: &&Running| running.is_sent && now - running.moved_at >= self.patience(running);
        let stalled: Vec<Running> = self.running.iter().filter(stalled).cloned().collect();
        for Running { id, item, unit, .. } in stalled {
            self.running.retain(|running| running.id != id);
            self.stops.push(id);
            self.clear(item, unit);
            self.try_again(item, unit, now, random, |this| this.silence(true, ""));
        }
    }

    /// Stops the requests of some files.
    fn stop(&mut self, of: impl Fn(usize) -> bool) {
        let (stopped, kept) =
            std::mem::take(&mut self.running).into_iter().partition(|running| of(running.item));
        self.running = kept;
        let stopped: Vec<Running> = stopped;
        for Running { id, item, unit, .. } in stopped {
            self.stops.push(id);
            self.clear(item, unit);
        }
    }

    fn fail(&mut self, item: usize, failure: Failure) {
        self.stop(|running| running == item);
        let item = &mut self.items[item];
        for unit in &mut item.units {
            unit.is_running = false;
        }
        item.is_controlled = false;
        // Parts that could not be thrown away go by the bucket's lifecycle rule.
        item.phase = if item.phase == Phase::Abort { Phase::Cancelled } else { Phase::Failed(failure) };
    }
}
