//! How servers differ from each other, and what they share.

use super::Hours;

/// A pattern that servers feel more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The days of the week.
    Weekly,
    /// The seasons.
    Annual,
    /// The ends of quarters and months.
    Eoq,
    /// Holidays and the days after them.
    Holiday,
}

impl Pattern {
    /// All patterns.
    pub const ALL: [Self; 4] = [Self::Weekly, Self::Annual, Self::Eoq, Self::Holiday];

    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Annual => "annual",
            Self::Eoq => "eoq",
            Self::Holiday => "holiday",
        }
    }
}

/// How strongly each pattern is felt, in the order of [`Pattern::ALL`]: 0 not at all, 1 as
/// configured, 2 twice as much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity(pub [f64; Pattern::ALL.len()]);

impl Sensitivity {
    /// As configured.
    pub const NEUTRAL: Self = Self([1.0; Pattern::ALL.len()]);

    /// How strongly `pattern` is felt.
    pub fn to(self, pattern: Pattern) -> f64 {
        self.0[pattern as usize]
    }
}

/// A kind of servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Archetype {
    /// Its name.
    pub name: String,
    /// Its relative weight, above 0.
    pub weight: f64,
    /// How its load runs through a day.
    pub hours: Hours,
    /// Correlation of the metrics' noise, as [`super::Plan::correlations`]; `None`: the fleet's.
    pub correlations: Option<Vec<Vec<f64>>>,
    /// What is different about each metric.
    pub traits: Vec<Traits>,
}

/// What is different about one metric of one kind of servers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traits {
    /// Multiplier of the level, above 0.
    pub level: f64,
    /// Multiplier of the noise's standard deviation; 0 or more.
    pub spread: f64,
    /// Multiplier on Saturday and Sunday instead of the metric's weekly pattern.
    pub weekend: Option<f64>,
    /// Multiplier of the growth rate; 0 or more.
    pub growth: f64,
    /// Multiplier of the outlier rate; 0 or more.
    pub outliers: f64,
}

impl Traits {
    /// Nothing different.
    pub const NEUTRAL: Self = Self { level: 1.0, spread: 1.0, weekend: None, growth: 1.0, outliers: 1.0 };
}

/// How servers differ and what they share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarietyPlan {
    /// A server's sensitivity to a pattern is uniform within so much of 1; 0..=1.
    pub sensitivity_spread: f64,
    /// Share of servers without any weekly pattern, 0..=1.
    pub no_weekly_share: f64,
    /// Standard deviation of what all servers of a business unit share, as a share of the level.
    pub business_unit_shock: f64,
    /// The same for all servers of a region.
    pub region_shock: f64,
    /// AR(1) coefficient of both, in -1..1 (exclusive).
    pub shock_autocorrelation: f64,
}

impl VarietyPlan {
    /// Whether anything differs or is shared.
    pub(super) fn is_effective(&self) -> bool {
        self.sensitivity_spread > 0.0
            || self.no_weekly_share > 0.0
            || self.business_unit_shock > 0.0
            || self.region_shock > 0.0
    }
}
