//! How far apart the rows of a server are, and how the load runs through a day.

use serde::Serialize;

/// Hours of a day.
pub const HOURS: usize = 24;

/// The distance between two rows of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// A row per server and day.
    Daily,
    /// A row per server and hour.
    Hourly,
}

impl Granularity {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Hourly];

    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Hourly => "hourly",
        }
    }

    /// Steps of a day.
    pub fn steps_per_day(self) -> usize {
        match self {
            Self::Daily => 1,
            Self::Hourly => HOURS,
        }
    }

    /// What to call one step, and several.
    pub fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Daily => ("day", "days"),
            Self::Hourly => ("hour", "hours"),
        }
    }
}

/// How the load of a kind of servers runs through a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hours {
    /// With people: high in the business hours of working days, with a dip at noon; much flatter on
    /// weekends and holidays.
    Business,
    /// When people sleep: high from ten in the evening to five in the morning, every day.
    Night,
    /// The same at all hours.
    Flat,
    /// Any load of each hour relative to the others, from midnight on, every day; none is negative, and
    /// their sum is above 0.
    Own([f64; HOURS]),
}

/// Load of each hour with people at work, relative to the others. No public trace gives one for a bank:
/// the shape is ours.
const BUSINESS: [f64; HOURS] = [
    0.55, 0.50, 0.48, 0.47, 0.48, 0.55, 0.70, 0.95, 1.25, 1.50, 1.60, 1.55, 1.35, 1.45, 1.55, 1.50, 1.40,
    1.20, 1.00, 0.88, 0.80, 0.75, 0.68, 0.60,
];

/// The same of jobs at night.
const NIGHT: [f64; HOURS] = [
    1.90, 2.00, 2.00, 1.90, 1.60, 1.20, 0.90, 0.75, 0.65, 0.60, 0.60, 0.60, 0.60, 0.60, 0.60, 0.60, 0.60,
    0.65, 0.70, 0.75, 0.85, 1.05, 1.40, 1.70,
];

/// How much of the business hours is left on weekends and holidays.
const ON_DAYS_OFF: f64 = 0.3;

impl Hours {
    /// Those that have a name.
    pub const NAMED: [(&'static str, Self); 3] =
        [("business", Self::Business), ("night", Self::Night), ("flat", Self::Flat)];

    /// Multipliers of the hours on working days, and on weekends and holidays: their mean is 1. A metric feels
    /// them with this amplitude, 0..=1.
    pub fn multipliers(&self, amplitude: f64) -> [[f64; HOURS]; 2] {
        let (load, on_days_off) = match self {
            Self::Business => (BUSINESS, ON_DAYS_OFF),
            Self::Night => (NIGHT, 1.0),
            Self::Flat => ([1.0; HOURS], 1.0),
            Self::Own(load) => (*load, 1.0),
        };
        let mean = load.iter().sum::<f64>() / HOURS as f64;
        [amplitude, amplitude * on_days_off]
            .map(|amplitude| load.map(|load| 1.0 + amplitude * (load / mean - 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_the_same_mean_whatever_its_hours() {
        let mut own = [0.0; HOURS];
        own[7] = 3.0;
        for hours in Hours::NAMED.map(|(_, hours)| hours).into_iter().chain([Hours::Own(own)]) {
            for amplitude in [0.0, 0.4, 1.0] {
                for day in hours.multipliers(amplitude) {
                    assert!((day.iter().sum::<f64>() / HOURS as f64 - 1.0).abs() < 1e-12);
                    assert!(day.iter().all(|multiplier| *multiplier >= 0.0));
                }
            }
        }
    }

    #[test]
    fn people_work_by_day_and_batches_by_night() {
        let highest = |day: [f64; HOURS]| (0..HOURS).max_by(|a, b| day[*a].total_cmp(&day[*b])).unwrap();
        let [workday, day_off] = Hours::Business.multipliers(1.0);
        assert!((9..17).contains(&highest(workday)) && workday[12] < workday[10]);
        assert!((day_off[10] - 1.0 - 0.3 * (workday[10] - 1.0)).abs() < 1e-12);
        let [workday, day_off] = Hours::Night.multipliers(1.0);
        assert!(highest(workday) < 5 && workday == day_off);
        assert_eq!(Hours::Flat.multipliers(1.0), [[1.0; HOURS]; 2]);
    }
}
