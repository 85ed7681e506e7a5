//! How far an upload has come.

use super::item::{Item, Phase, Receipt};
use super::{Running, Transfer};
use crate::upload::failure::Failure;
use crate::upload::retry;

/// What a file is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Its turn has not come.
    Waiting,
    /// It is asked which parts are there.
    Looking,
    /// It is being sent.
    Sending,
    /// The user has paused it.
    Paused,
    /// There is no network.
    Offline,
    /// The last attempt has failed, and there will be another one.
    Retrying {
        /// Milliseconds until then.
        after: f64,
        /// The number of the next attempt.
        attempt: u32,
    },
    /// All is sent, and the server puts it together.
    Completing,
    /// Its parts are being thrown away.
    Aborting,
    /// The server holds it.
    Done(Receipt),
    /// It has failed, and may be retried.
    Failed(Failure),
    /// The user has cancelled it.
    Cancelled,
}

/// How far a file, or all of them, have come.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Bytes that are sent.
    pub sent: u64,
    /// Bytes in all.
    pub size: u64,
    /// Bytes per second, once that can be told.
    pub rate: Option<f64>,
}

impl Progress {
    /// Seconds that are left, once that can be told.
    pub fn left(&self) -> Option<f64> {
        self.rate.map(|rate| (self.size - self.sent) as f64 / rate)
    }
}

impl Transfer {
    /// How many files there are; they are numbered in the order in which they are sent.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The file's number among those that the transfer was made of, and its key.
    pub fn file(&self, item: usize) -> (usize, &str) {
        (self.items[item].source, &self.items[item].key)
    }

    /// Whether nothing more will happen, unless the user wants it.
    pub fn is_over(&self) -> bool {
        self.items.iter().all(Item::is_over)
    }

    /// Whether every file is there.
    pub fn is_done(&self) -> bool {
        self.items.iter().all(|item| matches!(item.phase, Phase::Done(_)))
    }

    /// Whether any file has failed.
    pub fn has_failed(&self) -> bool {
        self.items.iter().any(|item| matches!(item.phase, Phase::Failed(_)))
    }

    /// Whether the user has it paused.
    pub fn is_paused(&self) -> bool {
        self.is_paused && !self.is_over()
    }

    /// What a file is doing.
    pub fn state(&self, index: usize, now: f64) -> State {
        let item = &self.items[index];
        match &item.phase {
            Phase::Done(receipt) => return State::Done(receipt.clone()),
            Phase::Failed(failure) => return State::Failed(failure.clone()),
            Phase::Cancelled => return State::Cancelled,
            _ if self.is_paused => return State::Paused,
            _ if !self.is_online => return State::Offline,
            _ => {}
        }
        let runs = self.running.iter().any(|running| running.item == index);
        let tries = item.units.iter().map(|unit| &unit.tries).chain([&item.tries]);
        let next = tries.filter(|tries| tries.failed > 0 && tries.not_before > now);
        match next.min_by(|a, b| a.not_before.total_cmp(&b.not_before)) {
            Some(tries) if !runs => State::Retrying {
                after: tries.not_before - now,
                attempt: (tries.failed + 1).min(retry::ATTEMPTS),
            },
            _ => match item.phase {
                Phase::List { .. } if runs => State::Looking,
                Phase::Complete => State::Completing,
                Phase::Abort => State::Aborting,
                _ if runs => State::Sending,
                _ => State::Waiting,
            },
        }
    }

    /// How far a file has come.
    pub fn progress(&self, index: usize, now: f64) -> Progress {
        let item = &self.items[index];
        let running = self.running.iter().filter(|running| running.item == index);
        let sent = item.done_bytes() + running.map(|Running { sent, .. }| sent).sum::<u64>();
        Progress { sent: sent.min(item.file.size), size: item.file.size, rate: item.meter.rate(now) }
    }

    /// How far all of them have come.
    pub fn total(&self, now: f64) -> Progress {
        let all = (0..self.items.len()).map(|item| self.progress(item, now));
        let (sent, size) = all.fold((0, 0), |(sent, size), one| (sent + one.sent, size + one.size));
        Progress { sent, size, rate: self.meter.rate(now) }
    }
}
