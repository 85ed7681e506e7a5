//! Anomalies by kind.

/// What goes wrong for a while in one metric of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnomalyKind {
    /// The value is multiplied by the size.
    Spike,
    /// The value is divided by the size.
    Dip,
    /// The value is multiplied by the size, for long.
    LevelShift,
    /// The first value is repeated.
    Stuck,
    /// The value rises evenly until it is multiplied by the size, then falls back.
    SlowLeak,
    /// So many more standard deviations of noise as the size says.
    Noisy,
}

impl AnomalyKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Spike, Self::Dip, Self::LevelShift, Self::Stuck, Self::SlowLeak, Self::Noisy];

    /// Its name in configurations and in the ground truth.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spike => "spike",
            Self::Dip => "dip",
            Self::LevelShift => "level_shift",
            Self::Stuck => "stuck",
            Self::SlowLeak => "slow_leak",
            Self::Noisy => "noisy",
        }
    }

    /// The usual size and mean length, with rate 0.
    pub const fn absent(self) -> Anomaly {
        let (size, mean_days) = match self {
            Self::Spike => (1.8, 1.0),
            Self::Dip => (1.8, 1.0),
            Self::LevelShift => (1.3, 45.0),
            Self::Stuck => (1.0, 5.0),
            Self::SlowLeak => (1.5, 30.0),
            Self::Noisy => (2.0, 10.0),
        };
        Anomaly { rate: 0.0, size, mean_days }
    }
}

/// How often an anomaly of one kind occurs, and how large it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anomaly {
    /// Share of the values that lie in one, 0..1; the rates of all kinds add up to less than 1.
    pub rate: f64,
    /// Multiplier or number of standard deviations, by kind; above 0.
    pub size: f64,
    /// Mean length in days, 1 or more.
    pub mean_days: f64,
}
