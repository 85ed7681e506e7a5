//! One file on its way.

use super::meter::Meter;
use crate::upload::address::Address;
use crate::upload::checksum::Checksum;
use crate::upload::failure::Failure;
use crate::upload::route::{Destination, File, Route, ranges};

/// What a file is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// To be told which parts are there: before anything is sent, or because their ETags are not known.
    List {
        /// Whether all parts are sent.
        is_sent: bool,
    },
    /// To be sent.
    Send,
    /// To be put together from its parts.
    Complete,
    /// To be thrown away, as the user wants.
    Abort,
    /// Nothing: it is there.
    Done(Receipt),
    /// The user, who may retry.
    Failed(Failure),
    /// Nothing: the user has cancelled it.
    Cancelled,
}

/// What the server said of an object that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The ETag, without quotes; none where the bucket's CORS rule hides it.
    pub etag: Option<String>,
}

/// A stretch of the file that goes in one request.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) range: (u64, u64),
    pub(super) checksum: Option<Checksum>,
    /// What the server says that it holds of it already.
    pub(super) listed: Option<String>,
    pub(super) is_done: bool,
    pub(super) etag: Option<String>,
    pub(super) is_running: bool,
    pub(super) tries: Tries,
}

/// Attempts at one request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tries {
    pub(super) failed: u32,
    /// Not to be tried again before, milliseconds.
    pub(super) not_before: f64,
}

/// A file and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) file: File,
    pub(super) key: String,
    pub(super) source: usize,
    pub(super) route: Route,
    pub(super) phase: Phase,
    pub(super) units: Vec<Unit>,
    /// Of the requests without a part of the file.
    pub(super) tries: Tries,
    pub(super) is_controlled: bool,
    /// Whether it was ever asked to be put together: it may have been, even if no answer came.
    pub(super) was_completed: bool,
    pub(super) meter: Meter,
}

impl Item {
    pub(super) fn new(file: &File, destination: Destination) -> Self {
        let Destination { file: source, key, route } = destination;
        let part_size = match &route {
            Route::Multipart { part_size, .. } => *part_size,
            Route::Put { .. } | Route::Post(_) => u64::MAX,
        };
        let unit = |range| Unit {
            range,
            checksum: None,
            listed: None,
            is_done: false,
            etag: None,
            is_running: false,
            tries: Tries::default(),
        };
        let mut item = Self {
            units: ranges(file.size, part_size).into_iter().map(unit).collect(),
            file: file.clone(),
            key,
            source,
            route,
            phase: Phase::Send,
            tries: Tries::default(),
            is_controlled: false,
            was_completed: false,
            meter: Meter::default(),
        };
        item.phase = item.first_phase();
        item
    }

    /// Where it begins, or begins again.
    pub(super) fn first_phase(&self) -> Phase {
        match &self.route {
            Route::Multipart { .. } if self.was_completed => Phase::Complete,
            Route::Multipart { urls, .. } if urls.list.is_some() => Phase::List { is_sent: false },
            _ => Phase::Send,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Done(_) | Phase::Failed(_) | Phase::Cancelled)
    }

    /// The URL of the request for this part, or of what the phase asks for.
    pub(super) fn address(&self, unit: Option<usize>) -> Option<&Address> {
        match (&self.route, &self.phase, unit) {
            (Route::Put { address, .. }, ..) => Some(address),
            (Route::Post(form), ..) => Some(&form.address),
            (Route::Multipart { urls, .. }, _, Some(unit)) => urls.parts.get(unit),
            (Route::Multipart { urls, .. }, Phase::List { .. }, None) => urls.list.as_ref(),
            (Route::Multipart { urls, .. }, Phase::Abort, None) => urls.abort.as_ref(),
            (Route::Multipart { urls, .. }, ..) => Some(&urls.complete),
        }
    }

    /// When the URL for this stops to be valid, milliseconds since 1970.
    pub(super) fn expires_at(&self, unit: Option<usize>) -> Option<f64> {
        match &self.route {
            Route::Post(form) => form.policy.as_ref().and_then(|policy| policy.expires_at),
            _ => self.address(unit).and_then(Address::expires_at),
        }
    }

    /// Goes on after a part was done: to the next phase once all are.
    pub(super) fn advance(&mut self) {
        if self.phase != Phase::Send || !self.units.iter().all(|unit| unit.is_done) {
            return;
        }
        self.phase = match &self.route {
            Route::Multipart { .. } if self.units.iter().any(|unit| unit.etag.is_none()) => {
                Phase::List { is_sent: true }
            }
            Route::Multipart { .. } => Phase::Complete,
            Route::Put { .. } | Route::Post(_) => Phase::Done(Receipt { etag: self.units[0].etag.clone() }),
        };
    }

    /// The ETag of the whole, where the server does not say it: S3's rule is that of the parts'.
    pub(super) fn etag_of_parts(&self) -> Option<String> {
        let parts: Option<Vec<Checksum>> =
            self.units.iter().map(|unit| Checksum::from_etag(unit.etag.as_deref()?)).collect();
        Some(Checksum::of_parts(&parts?))
    }

    pub(super) fn done_bytes(&self) -> u64 {
        match self.phase {
            Phase::Done(_) => self.file.size,
            _ => self.units.iter().filter(|unit| unit.is_done).map(|unit| unit.range.1 - unit.range.0).sum(),
        }
    }

    /// Forgets failed attempts, for another start.
    pub(super) fn reset_tries(&mut self) {
        self.tries = Tries::default();
        for unit in &mut self.units {
            unit.tries = Tries::default();
        }
    }
}
