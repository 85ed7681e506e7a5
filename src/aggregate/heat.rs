//! Sums over bands of servers and stretches of days: a picture of the whole fleet, of bounded size.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::fleet::Server;
use crate::plan::Plan;

/// Most bands of servers: about the pixels of a chart's height.
pub const MAX_BANDS: usize = 128;

/// Most stretches of days: about the pixels of a chart's width.
pub const MAX_STRETCHES: usize = 366;

/// How servers and days are cut into the cells of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    first_server: u32,
    servers: u32,
    steps: usize,
    /// Servers of a band; the last one may have fewer.
    pub servers_per_band: u32,
    /// Days of a stretch: one, or whole weeks, so that the weekly rhythm does not show.
    pub days_per_stretch: usize,
}

impl Cells {
    /// The cells of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let (servers, steps) = (plan.servers(), plan.steps());
        let weeks = steps.div_ceil(7).div_ceil(MAX_STRETCHES);
        Self {
            first_server: servers.start,
            servers: servers.end - servers.start,
            steps,
            servers_per_band: (servers.end - servers.start).div_ceil(MAX_BANDS as u32),
            days_per_stretch: if steps <= MAX_STRETCHES { 1 } else { 7 * weeks },
        }
    }

    /// Number of bands.
    pub fn bands(&self) -> usize {
        self.servers.div_ceil(self.servers_per_band) as usize
    }

    /// Number of stretches.
    pub fn stretches(&self) -> usize {
        self.steps.div_ceil(self.days_per_stretch)
    }

    /// The servers of a band, by 0-based position in the fleet.
    pub fn band(&self, band: usize) -> Range<u32> {
        let first = band as u32 * self.servers_per_band;
        let end = (first + self.servers_per_band).min(self.servers);
        self.first_server + first..self.first_server + end
    }

    /// The days of a stretch.
    pub fn stretch(&self, stretch: usize) -> Range<usize> {
        let first = stretch * self.days_per_stretch;
        first..(first + self.days_per_stretch).min(self.steps)
    }
}

/// The sums of one metric in each cell, band by band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heat {
    /// The cells.
    pub cells: Cells,
    ticks: Vec<u64>,
    absent: Vec<u32>,
}

impl Heat {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let cells = Cells::new(plan);
        let count = cells.bands() * cells.stretches();
        Self { cells, ticks: vec![0; count], absent: vec![0; count] }
    }

    /// Where the cells of a server begin.
    fn row(&self, server: &Server) -> usize {
        let band = (server.index - self.cells.first_server) / self.cells.servers_per_band;
        band as usize * self.cells.stretches()
    }

    /// Counts all days of a server's series, given in ticks.
    pub(super) fn count<T: super::Tick>(&mut self, server: &Server, ticks: &[T]) {
        let row = self.row(server);
        let stretches = ticks.chunks(self.cells.days_per_stretch);
        for (sum, days) in self.ticks[row..].iter_mut().zip(stretches) {
            *sum += days.iter().map(|tick| tick.whole()).sum::<u64>();
        }
    }

    /// Takes back a day that has no value after all.
    pub(super) fn uncount(&mut self, server: &Server, day: usize, tick: u64) {
        let place = self.row(server) + day / self.cells.days_per_stretch;
        self.ticks[place] -= tick;
        self.absent[place] += 1;
    }

    /// Adds what was seen of other servers.
    pub(super) fn merge(&mut self, other: &Self) {
        super::add_all(&mut self.ticks, &other.ticks);
        super::add_all(&mut self.absent, &other.absent);
    }

    /// Per cell, band by band, the mean number of ticks (NaN without a value) and the share of missing values.
    pub fn figures(&self) -> impl Iterator<Item = (f64, f64)> {
        let places = (0..self.cells.bands())
            .flat_map(|band| (0..self.cells.stretches()).map(move |stretch| (band, stretch)));
        places.zip(self.ticks.iter().zip(&self.absent)).map(|((band, stretch), (&ticks, &absent))| {
            let all = self.cells.band(band).len() as u64 * self.cells.stretch(stretch).len() as u64;
            (ticks as f64 / (all - u64::from(absent)) as f64, f64::from(absent) / all as f64)
        })
    }
}
