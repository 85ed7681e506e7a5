//! What is known of the keys (server_id, timestamp).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dataset::Chunk;
use crate::plan::Attribute;

/// What is known of the keys of consecutive rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAggregates {
    /// Rows.
    pub rows: u64,
    /// Servers.
    pub servers: u64,
    /// Neighbouring servers whose ids are equal, and steps whose timestamps are.
    pub duplicates: u64,
    /// Neighbouring steps of a server that are not exactly one step apart.
    pub discontinuities: u64,
    /// Neighbouring rows that are out of order.
    pub unsorted: u64,
    /// Smallest timestamp, in microseconds since 1970-01-01.
    pub first_timestamp: Option<i64>,
    /// Largest timestamp, in microseconds since 1970-01-01.
    pub last_timestamp: Option<i64>,
    /// Servers whose first row is not of the first step of the range.
    pub late: u64,
    /// Servers whose last row is not of the last step of the range.
    pub early: u64,
    /// Servers whose region changes.
    pub moved: u64,
    first_server: Option<String>,
    last_server: Option<String>,
    last_steps: u64,
}

impl KeyAggregates {
    /// The keys of a chunk.
    pub fn of(chunk: &Chunk) -> Self {
        let mut keys = Self::default();
        let range = 0..chunk.timestamps().len();
        // Most servers have the same steps, about which there is the same to say.
        let mut known: Option<(Range<usize>, Self)> = None;
        for (position, server) in chunk.servers.iter().enumerate() {
            let steps = chunk.steps_of(position);
            let of_steps = match known.take() {
                Some((of, said)) if of == steps => said,
                _ => Self::of_steps(&chunk.timestamps()[steps.clone()], chunk.step_micros()),
            };
            keys.append(&Self {
                late: u64::from(steps.start != range.start),
                early: u64::from(steps.end != range.end),
                moved: u64::from(chunk.attribute(position, Attribute::Region).count() > 1),
                first_server: Some(server.id.clone()),
                last_server: Some(server.id.clone()),
                ..of_steps.clone()
            });
            known = Some((steps, of_steps));
        }
        keys
    }

    /// The keys of a server with these timestamps, which should be so far apart.
    fn of_steps(timestamps: &[i64], step_micros: i64) -> Self {
        let (mut equal, mut apart, mut behind) = (0, 0, 0);
        for pair in timestamps.windows(2) {
            equal += u64::from(pair[0] == pair[1]);
            apart += u64::from(pair[1] - pair[0] != step_micros);
            behind += u64::from(pair[1] < pair[0]);
        }
        Self {
            rows: timestamps.len() as u64,
            servers: 1,
            duplicates: equal,
            discontinuities: apart,
            unsorted: behind,
            first_timestamp: timestamps.first().copied(),
            last_timestamp: timestamps.last().copied(),
            last_steps: timestamps.len() as u64,
            ..Self::default()
        }
    }

    /// Adds the keys of the rows that follow.
    pub fn append(&mut self, next: &Self) {
        if let (Some(last), Some(first)) = (&self.last_server, &next.first_server) {
            self.duplicates += u64::from(last == first) * self.last_steps;
            self.unsorted += u64::from(last > first);
        }
        self.rows += next.rows;
        self.servers += next.servers;
        self.duplicates += next.duplicates;
        self.discontinuities += next.discontinuities;
        self.unsorted += next.unsorted;
        self.late += next.late;
        self.early += next.early;
        self.moved += next.moved;
        self.first_timestamp = self.first_timestamp.into_iter().chain(next.first_timestamp).min();
        self.last_timestamp = self.last_timestamp.max(next.last_timestamp);
        self.first_server = self.first_server.take().or_else(|| next.first_server.clone());
        if next.last_server.is_some() {
            self.last_server.clone_from(&next.last_server);
            self.last_steps = next.last_steps;
        }
    }
}
