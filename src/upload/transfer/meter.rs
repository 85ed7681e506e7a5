//! How fast it goes.

use std::collections::VecDeque;

/// The rate is that of the last so many milliseconds.
const WINDOW: f64 = 8_000.0;
/// Between two samples, milliseconds.
const SPACING: f64 = 200.0;

/// Counts bytes as they are sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter {
    total: u64,
    samples: VecDeque<(f64, u64)>,
}

impl Meter {
    /// So many more bytes have been sent.
    pub(super) fn add(&mut self, bytes: u64, now: f64) {
        if self.samples.is_empty() {
            self.samples.push_back((now, self.total));
        }
        self.total += bytes;
        if self.samples.back().is_none_or(|(at, _)| now - at >= SPACING) {
            self.samples.push_back((now, self.total));
        }
        while self.samples.len() > 2 && self.samples.front().is_some_and(|(at, _)| now - at > WINDOW) {
            self.samples.pop_front();
        }
    }

    /// Forgets what was before a pause.
    pub(super) fn restart(&mut self) {
        self.samples.clear();
    }

    /// Bytes per second, once that can be told.
    pub(super) fn rate(&self, now: f64) -> Option<f64> {
        let (at, bytes) = *self.samples.front()?;
        let seconds = (now - at) / 1000.0;
        (seconds >= 0.5 && self.total > bytes).then(|| (self.total - bytes) as f64 / seconds)
    }
}
