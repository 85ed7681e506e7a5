//! Sums over bands of servers and stretches of days: a picture of the whole fleet, of bounded size.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::stretches::Stretches;
use super::ticks::Tick;
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
    /// Servers of a band; the last one may have fewer.
    pub servers_per_band: u32,
    /// Days of a stretch: one, or whole weeks, so that the weekly rhythm does not show.
    pub days_per_stretch: usize,
    along: Stretches,
}

impl Cells {
    /// The cells of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let (servers, days) = (plan.servers(), plan.days());
        let weeks = days.div_ceil(7).div_ceil(MAX_STRETCHES);
        let days_per_stretch = if days <= MAX_STRETCHES { 1 } else { 7 * weeks };
        Self {
            first_server: servers.start,
            servers: servers.end - servers.start,
            servers_per_band: (servers.end - servers.start).div_ceil(MAX_BANDS as u32),
            days_per_stretch,
            along: Stretches::new(days, days_per_stretch, plan.steps_per_day()),
        }
    }

    /// Number of bands.
    pub fn bands(&self) -> usize {
        self.servers.div_ceil(self.servers_per_band) as usize
    }

    /// Number of stretches.
    pub fn stretches(&self) -> usize {
        self.along.count()
    }

    /// The servers of a band, by 0-based position in the fleet.
    pub fn band(&self, band: usize) -> Range<u32> {
        let first = band as u32 * self.servers_per_band;
        let end = (first + self.servers_per_band).min(self.servers);
        self.first_server + first..self.first_server + end
    }

    /// The days of a stretch.
    pub fn stretch(&self, stretch: usize) -> Range<usize> {
        self.along.days(stretch)
    }
}

/// The sums of one metric in each cell, band by band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heat {
    /// The cells.
    pub cells: Cells,
    ticks: Vec<u64>,
    /// Values that are missing.
    absent: Vec<u32>,
    /// Rows that there would be, were the servers always there.
    away: Vec<u32>,
}

/// What is known of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellSums {
    ticks: u64,
    absent: u32,
    /// Rows of the servers as long as they are there.
    rows: u64,
    /// Rows, were the servers always there.
    all: u64,
}

impl CellSums {
    /// Mean number of ticks; NaN where there is no value.
    pub fn mean(&self) -> f64 {
        self.ticks as f64 / (self.rows - u64::from(self.absent)) as f64
    }

    /// Share of the rows whose value is missing; NaN where no server is there.
    pub fn missing(&self) -> f64 {
        f64::from(self.absent) / self.rows as f64
    }

    /// Share of the band's server-days on which the server is there.
    pub fn there(&self) -> f64 {
        self.rows as f64 / self.all as f64
    }
}

impl Heat {
    /// Nothing seen yet of `plan`'s dataset.
    pub fn new(plan: &Plan) -> Self {
        let cells = Cells::new(plan);
        let count = cells.bands() * cells.stretches();
        Self { cells, ticks: vec![0; count], absent: vec![0; count], away: vec![0; count] }
    }

    /// The cells of a server.
    fn row(&self, server: &Server) -> Range<usize> {
        let band = (server.index - self.cells.first_server) / self.cells.servers_per_band;
        let stretches = self.cells.stretches();
        band as usize * stretches..(band as usize + 1) * stretches
    }

    /// Counts all values of a server's series, given in ticks, from the first day on which it is there.
    pub(super) fn count<T: Tick>(&mut self, server: &Server, ticks: &[T]) {
        let (row, days) = (self.row(server), &server.life.days);
        self.cells.along.add(&mut self.ticks[row.clone()], days.start, ticks);
        self.cells.along.add_away(&mut self.away[row], days);
    }

    /// Takes back a value of a day that is missing after all.
    pub(super) fn uncount(&mut self, server: &Server, day: usize, tick: u64) {
        let place = self.row(server).start + self.cells.along.of(day);
        self.ticks[place] -= tick;
        self.absent[place] += 1;
    }

    /// Adds what was seen of other servers.
    pub(super) fn merge(&mut self, other: &Self) {
        super::add_all(&mut self.ticks, &other.ticks);
        super::add_all(&mut self.absent, &other.absent);
        super::add_all(&mut self.away, &other.away);
    }

    /// What is known of each cell, band by band.
    pub fn sums(&self) -> impl Iterator<Item = CellSums> {
        let rows_of_one: Vec<u64> =
            (0..self.cells.stretches()).map(|stretch| self.cells.along.rows(stretch)).collect();
        let all = (0..self.cells.bands()).flat_map(move |band| {
            let servers = self.cells.band(band).len() as u64;
            rows_of_one.clone().into_iter().map(move |rows| servers * rows)
        });
        let sums = self.ticks.iter().zip(&self.absent).zip(&self.away);
        all.zip(sums).map(|(all, ((&ticks, &absent), &away))| CellSums {
            ticks,
            absent,
            rows: all - u64::from(away),
            all,
        })
    }
}
