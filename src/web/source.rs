//! Whose charts are drawn: those of a run, or those of a file.

use std::cell::OnceCell;

use super::text;
use crate::calendar::DayTable;
use crate::dataset::{Generator, Series};
use crate::fleet::Server;
use crate::ingest::FileFleet;
use crate::plan::Plan;
use crate::profile::{Correlations, FleetProfile};

/// How many servers are suggested.
const SUGGESTIONS: usize = 12;

/// Where a report's figures come from.
pub(super) enum Source {
    /// A run that was made.
    Run(Box<Made>),
    /// A file that was read.
    File(Box<FileFleet>),
}

/// What is known of a run. One server's series is made again when it is asked for: that takes less than keeping
/// them all.
pub(super) struct Made {
    pub(super) generator: Generator,
    pub(super) profile: FleetProfile,
    /// How the metrics move together, once that is asked for.
    pub(super) correlations: OnceCell<Correlations>,
}

impl Source {
    pub(super) fn plan(&self) -> &Plan {
        match self {
            Self::Run(run) => run.generator.plan(),
            Self::File(fleet) => fleet.plan(),
        }
    }

    pub(super) fn days(&self) -> &DayTable {
        match self {
            Self::Run(run) => run.generator.days(),
            Self::File(fleet) => fleet.days(),
        }
    }

    pub(super) fn profile(&self) -> &FleetProfile {
        match self {
            Self::Run(run) => &run.profile,
            Self::File(fleet) => fleet.profile(),
        }
    }

    pub(super) fn correlations(&self) -> &Correlations {
        match self {
            Self::Run(run) => run.correlations.get_or_init(|| Correlations::new(&run.generator)),
            Self::File(fleet) => fleet.correlations(),
        }
    }

    /// How many servers there are to choose from: the first ones.
    pub(super) fn servers(&self) -> u32 {
        match self {
            Self::Run(_) => self.plan().fleet.num_servers,
            Self::File(fleet) => fleet.shown_servers(),
        }
    }

    pub(super) fn server(&self, index: u32) -> Server {
        match self {
            Self::Run(run) => run.generator.server(index),
            Self::File(fleet) => fleet.server(index),
        }
    }

    /// One server's series of one metric by day.
    pub(super) fn series(&self, server: u32, metric: usize) -> Series {
        match self {
            Self::Run(run) => run.generator.daily_series(server, metric),
            Self::File(fleet) => fleet.series(server, metric),
        }
    }

    /// The position of the server that a text names: by its id, or of a run by its number.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        let found = match self {
            Self::Run(_) => self.number(text)?.checked_sub(1),
            Self::File(fleet) => fleet.find(text.trim()),
        };
        found.filter(|index| *index < self.servers())
    }

    /// What to say when no server is found.
    pub(super) fn nobody(&self, text: &str) -> String {
        let text = text.trim();
        match self {
            Self::Run(_) => format!("No server “{text}”: 1 to {} exist.", text::count(self.servers())),
            Self::File(fleet) => {
                format!("No server “{text}”: type an id of the file, such as {}.", fleet.server(0).id)
            }
        }
    }

    /// Ids of servers whose number begins with what a text says; of a file, of those whose id contains it.
    pub(super) fn suggest(&self, text: &str) -> Vec<String> {
        let servers = u64::from(self.servers());
        if let Self::File(fleet) = self {
            let ids = (0..self.servers()).map(|index| fleet.plan().fleet.server_id(index));
            return ids.filter(|id| id.contains(text.trim())).take(SUGGESTIONS).collect();
        }
        let typed = u64::from(self.number(text).unwrap_or(0));
        // 12 -> 12, then 120..=129, then 1200..=1299 and so on.
        let mut ranges = vec![if typed == 0 { 1..=servers } else { typed..=typed }];
        let mut size = 10;
        while typed > 0 && typed * size <= servers {
            ranges.push(typed * size..=typed * size + size - 1);
            size *= 10;
        }
        let numbers = ranges.into_iter().flatten().take_while(|&number| number <= servers);
        numbers.take(SUGGESTIONS).map(|number| self.server((number - 1) as u32).id).collect()
    }

    /// The number of the server that a text names: what follows the prefix, if it stands there.
    fn number(&self, text: &str) -> Option<u32> {
        let text = text.trim();
        let prefix = &self.plan().fleet.server_prefix;
        text.strip_prefix(prefix.as_str()).unwrap_or(text).parse().ok()
    }
}
