//! What an answer, or the lack of one, leads to.

use super::item::{self, Phase, Receipt};
use super::{Response, Transfer};
use crate::upload::checksum::Checksum;
use crate::upload::failure::{Failure, Silence};
use crate::upload::retry;
use crate::upload::route::Route;
use crate::upload::xml::{self, Answer};

impl Transfer {
    /// Counts a failed attempt: it is made again later, or was the last one.
    pub(super) fn try_again(
        &mut self,
        item: usize,
        unit: Option<usize>,
        now: f64,
        random: f64,
        failure: impl FnOnce(&Self) -> Failure,
    ) {
        let attempts = match (self.has_progressed, self.is_reachable) {
            (false, Some(true)) => retry::ATTEMPTS_REFUSED,
            _ => retry::ATTEMPTS,
        };
        let is_online = self.is_online;
        let target = &mut self.items[item];
        let tries = match unit {
            Some(unit) => &mut target.units[unit].tries,
            None => &mut target.tries,
        };
        // Without a network no attempt is one.
        if !is_online {
            return;
        }
        tries.failed += 1;
        tries.not_before = now + retry::delay(tries.failed, random);
        if tries.failed >= attempts {
            let failure = failure(self);
            self.fail(item, failure);
        }
    }

    pub(super) fn silence(&self, has_stalled: bool, reason: &str) -> Failure {
        let silence =
            Silence { has_progressed: self.has_progressed, is_reachable: self.is_reachable, has_stalled };
        Failure::silence(silence, &self.sender, reason)
    }

    /// A part of a file has got through.
    pub(super) fn sent(&mut self, index: usize, unit: usize, response: &Response, now: f64, random: f64) {
        let item = &mut self.items[index];
        let mut etag = response.etag.clone();
        if let Route::Post(_) = item.route {
            match xml::parse(&response.body) {
                Some(Answer::Posted { etag: posted }) => etag = posted.or(etag),
                Some(Answer::Error { .. }) => return self.not_done(index, Some(unit), response, now, random),
                _ => {}
            }
            let stored = etag.as_deref().and_then(Checksum::from_etag);
            if stored.is_some() && stored != item.units[unit].checksum {
                return self.fail(index, Failure::other_content());
            }
        }
        let unit = &mut item.units[unit];
        (unit.is_done, unit.etag) = (true, etag.map(|etag| etag.trim_matches('"').to_owned()));
        item.advance();
        self.lacks_etags(index);
    }

    /// ETags are missing, and there is nobody to ask.
    fn lacks_etags(&mut self, index: usize) {
        let item = &self.items[index];
        if item.phase == (Phase::List { is_sent: true }) && item.address(None).is_none() {
            let failure = Failure::hidden_etags(&self.sender);
            self.fail(index, failure);
            // To be sent again: the ETags of these are not to be had any more.
            for unit in &mut self.items[index].units {
                unit.is_done &= unit.etag.is_some();
            }
        }
    }

    /// A request without a part of the file has got through.
    pub(super) fn controlled(&mut self, index: usize, response: &Response, now: f64, random: f64) {
        let item = &mut self.items[index];
        item.tries = item::Tries::default();
        match (&item.phase, xml::parse(&response.body)) {
            (Phase::Abort, _) => item.phase = Phase::Cancelled,
            (Phase::List { is_sent }, Some(Answer::Parts { parts, .. })) => {
                let is_sent = *is_sent;
                for part in parts {
                    let Some(unit) = part.number.checked_sub(1).and_then(|at| item.units.get_mut(at)) else {
                        continue;
                    };
                    let etag = part.etag.trim_matches('"').to_owned();
                    if part.size != unit.range.1 - unit.range.0 {
                        // Not ours, or not all of it: whatever was thought of it.
                        unit.is_done = false;
                    } else if unit.is_done {
                        unit.etag = Some(etag);
                    } else {
                        unit.listed = Some(etag);
                    }
                }
                if is_sent {
                    // What is not listed is not there.
                    for unit in &mut item.units {
                        unit.is_done &= unit.etag.is_some();
                    }
                }
                item.phase = Phase::Send;
                item.advance();
            }
            (Phase::Complete, Some(Answer::Completed { etag })) => {
                let etag = etag.map(|etag| etag.trim_matches('"').to_owned()).filter(|etag| !etag.is_empty());
                item.phase = Phase::Done(Receipt { etag: etag.or_else(|| item.etag_of_parts()) });
            }
            (_, Some(Answer::Error { .. })) => self.not_done(index, None, response, now, random),
            // Cut off, or from somebody in between.
            _ => self.try_again(index, None, now, random, |this| this.silence(false, "")),
        }
    }

    /// A request was refused or got no answer.
    pub(super) fn not_done(
        &mut self,
        index: usize,
        unit: Option<usize>,
        response: &Response,
        now: f64,
        random: f64,
    ) {
        let code = match xml::parse(&response.body) {
            Some(Answer::Error { code, .. }) => code,
            _ => String::new(),
        };
        let item = &mut self.items[index];
        let is_transient = retry::is_worth_it(response.status)
            || ["RequestTimeout", "BadDigest", "InternalError", "SlowDown", "ServiceUnavailable"]
                .contains(&code.as_str());
        match item.phase {
            // Whoever signed may not list; the upload works without that.
            Phase::List { is_sent: false } if response.status == 403 => item.phase = Phase::Send,
            Phase::Abort if response.status == 404 => item.phase = Phase::Cancelled,
            _ if response.status == 0 => {
                self.try_again(index, unit, now, random, |this| this.silence(false, &response.body))
            }
            _ if is_transient => {
                let failure = Failure::refused(response.status, &response.body);
                self.try_again(index, unit, now, random, |_| failure);
            }
            _ => {
                // Not completed, then: its parts are to be looked at again.
                if item.phase == Phase::Complete && code.starts_with("InvalidPart") {
                    item.was_completed = false;
                    for unit in &mut item.units {
                        (unit.is_done, unit.etag) = (false, None);
                    }
                }
                let failure = Failure::refused(response.status, &response.body);
                self.fail(index, failure);
            }
        }
    }
}
