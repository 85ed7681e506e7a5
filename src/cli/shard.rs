//! A part of the fleet, as the user names it.

use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::stream::say;
use crate::dataset::Generator;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use crate::wording::grouped;

/// Servers by number, the first and the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Servers {
    first: u32,
    last: u32,
}

impl FromStr for Servers {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|&number| number > 0);
        let ends = text.split_once("..").and_then(|(first, last)| Some((number(first)?, number(last)?)));
        match ends {
            Some((first, last)) if first <= last => Ok(Self { first, last }),
            Some(_) => Err("the first server comes after the last: exchange the two".to_owned()),
            None => Err("write the first and the last server, for example 1..134".to_owned()),
        }
    }
}

impl Servers {
    /// These servers as positions in `plan`'s fleet. Says so when they cut through a row group.
    pub(super) fn of(self, plan: &Plan) -> Result<Range<u32>> {
        let all = plan.fleet.num_servers;
        if self.last > all {
            return Err(Error::new(
                ErrorKind::Config,
                format!(
                    "--servers {}..{} goes beyond the fleet: its last server is {}.",
                    self.first,
                    self.last,
                    grouped(u64::from(all))
                ),
            ));
        }
        let servers = self.first - 1..self.last;
        let size = Generator::new(Arc::new(plan.clone())).servers_per_row_group();
        let is_cut = servers.start % size != 0 || (servers.end % size != 0 && servers.end != all);
        if is_cut {
            let (first, last) =
                (servers.start / size * size + 1, servers.end.div_ceil(size).saturating_mul(size).min(all));
            say(&format!(
                "note: a row group of this dataset has {size} servers, so these cut through one. \
                 --servers {first}..{last} has the bytes of whole row groups.\n"
            ));
        }
        Ok(servers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_first_and_last() {
        assert_eq!("1..134".parse(), Ok(Servers { first: 1, last: 134 }));
        assert_eq!("7..7".parse(), Ok(Servers { first: 7, last: 7 }));
        for bad in ["", "5", "0..5", "5..1", "a..b", "1..-2", "1...3", "1..99999999999"] {
            assert!(bad.parse::<Servers>().is_err(), "{bad}");
        }
    }
}
