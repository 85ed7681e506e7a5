//! The plan: a validated configuration, in the form that everything downstream works from.
//!
//! Only [`crate::config`] makes one, so whoever holds a `Plan` may rely on its promises:
//! dates in order, weights positive, clips in order, rates in 0..=1, all numbers finite,
//! and a dataset that fits the budget. [`crate::ingest`] bends one to a file's rows, for their charts alone: there
//! an attribute that the file lacks has no values.

mod anomaly;
mod granularity;
mod lifecycle;
mod variety;

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::{DayTable, HolidayCalendar};
pub use anomaly::{Anomaly, AnomalyKind};
pub use granularity::{Granularity, HOURS, Hours};
pub use lifecycle::LifecyclePlan;
pub use variety::{Archetype, Pattern, Sensitivity, Traits, VarietyPlan};

/// Everything that decides a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Seed of every random stream.
    pub seed: u64,
    /// First day.
    pub start: NaiveDate,
    /// Last day, inclusive.
    pub end: NaiveDate,
    /// How far apart the rows of a server are.
    pub granularity: Granularity,
    /// The servers and how their attributes are drawn.
    pub fleet: FleetPlan,
    /// The servers to make, by 0-based position, where it is not the whole fleet; at least one.
    pub shard: Option<Range<u32>>,
    /// Which servers come, go, grow and move.
    pub lifecycle: LifecyclePlan,
    /// Which days are special.
    pub calendar: CalendarPlan,
    /// The metrics in column order; at least one.
    pub metrics: Vec<MetricPlan>,
    /// Correlation of the metrics' noise: a row per metric, symmetric, 1 on the diagonal,
    /// positive definite. `None` when every pair is uncorrelated.
    pub correlations: Option<Vec<Vec<f64>>>,
    /// Bias, gaps and outliers.
    pub realism: RealismPlan,
    /// Limits of the quality gates.
    pub quality: QualityPlan,
    /// The form of the files.
    pub output: OutputPlan,
    /// Where the command line writes.
    pub storage: StoragePlan,
    /// The canonical configuration: the sections that decide the data
    /// (`data_generation`, `output`) with all defaults filled in, as YAML.
    pub canonical_yaml: String,
    /// SHA-256 of `canonical_yaml`, lower-case hexadecimal.
    pub canonical_sha256: String,
    /// The effective configuration: all sections of this program, defaults filled in, as YAML.
    pub effective_yaml: String,
}

/// A value and its relative weight; weights are positive and finite, their sum is finite.
pub type Weighted = (String, f64);

/// The servers and how their attributes are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetPlan {
    /// Number of servers, at least 1.
    pub num_servers: u32,
    /// The servers' ids where a file has named them; `None`: a prefix and a number.
    pub ids: Option<Arc<[String]>>,
    /// What every server id begins with.
    pub server_prefix: String,
    /// Digits of the number in a server id, already widened to what the fleet needs.
    pub server_id_width: usize,
    /// Business units with their weights; at least one.
    pub business_units: Vec<Weighted>,
    /// Regions with their weights; at least one.
    pub regions: Vec<Weighted>,
    /// Criticality levels with their weights; at least one.
    pub criticality_levels: Vec<Weighted>,
    /// Kinds of servers; none when all are of one kind.
    pub archetypes: Vec<Archetype>,
    /// How the load of servers that are of no kind runs through a day.
    pub hours: Hours,
    /// How strongly each business unit feels the patterns, in the order of `business_units`.
    pub sensitivities: Vec<Sensitivity>,
}

impl FleetPlan {
    /// The id of the server at a 0-based position.
    pub fn server_id(&self, index: u32) -> String {
        match &self.ids {
            Some(ids) => ids[index as usize].clone(),
            None => format!("{}{:0width$}", self.server_prefix, index + 1, width = self.server_id_width),
        }
    }

    /// The values of an attribute with their weights.
    pub fn values(&self, attribute: Attribute) -> &[Weighted] {
        match attribute {
            Attribute::BusinessUnit => &self.business_units,
            Attribute::Region => &self.regions,
            Attribute::Criticality => &self.criticality_levels,
        }
    }
}

/// Which days are special.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarPlan {
    /// Whether holidays have an effect on the metrics.
    pub use_holidays: bool,
    /// Whose holidays; they shape the business days even where they have no effect of their own.
    pub holidays: HolidayCalendar,
    /// Whether the end-of-quarter window has an effect on the metrics.
    pub use_eoq_spikes: bool,
    /// The window: the last so many business days of the month, 1..=23.
    pub eoq_window_business_days: u32,
    /// The same for the ends of the other months.
    pub month_end_business_days: u32,
    /// Extra dated events.
    pub events: Vec<Event>,
}

/// A release or an incident: what the level is multiplied by on some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name for people.
    pub name: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day, inclusive; not before `start`.
    pub end: NaiveDate,
    /// The multiplier, above 0.
    pub multiplier: f64,
    /// Whose servers, as indices into [`FleetPlan::business_units`]; `None`: everyone's.
    pub business_units: Option<Vec<usize>>,
}

/// One metric's parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricPlan {
    /// Column name, `[a-z][a-z0-9_]*`.
    pub name: String,
    /// Unit for people, for example `%` or `Mbps`.
    pub unit: String,
    /// Mean level before factors, in the metric's unit.
    pub base_mean: f64,
    /// Standard deviation of the noise before factors, in the metric's unit; 0 or more.
    pub base_std: f64,
    /// Smallest value, in the metric's unit.
    pub min_clip: f64,
    /// Largest value, in the metric's unit; above `min_clip`.
    pub max_clip: f64,
    /// Amplitude of the annual sine, as a share of the level.
    pub seasonality_amplitude: f64,
    /// Further Fourier terms.
    pub seasonality_terms: Vec<FourierTerm>,
    /// Multiplier of each weekday, Monday first.
    pub weekly_pattern: [f64; 7],
    /// Multiplier inside the end-of-quarter window.
    pub eoq_spike_multiplier: f64,
    /// Months that have a window: `eoq_months[m - 1]` for month m.
    pub eoq_months: [bool; 12],
    /// Multiplier on holidays.
    pub holiday_effect_multiplier: f64,
    /// Growth per year as a share of the level at the start.
    pub growth_rate: f64,
    /// AR(1) coefficient phi of the noise from step to step, in -1..1 (exclusive).
    pub autocorrelation: f64,
    /// Standard deviation of the logarithm of the servers' own levels, whose mean stays; 0 or more.
    pub level_spread: f64,
    /// How the end-of-quarter lift rises: on the k-th of n days it is its (k/n)^ramp part; 0 or more.
    pub eoq_ramp: f64,
    /// How much larger the lift is in December than in the other months; 0 or more.
    pub year_end_factor: f64,
    /// Multiplier in the month-end window of months outside `eoq_months`.
    pub month_end_multiplier: f64,
    /// Multiplier on the first business day after a holiday.
    pub post_holiday_multiplier: f64,
    /// Time constant after which growth levels off, in years; 0: growth is linear.
    pub growth_saturation_years: f64,
    /// Days from which on the level is another one.
    pub level_shifts: Vec<LevelShift>,
    /// How strongly it feels the hours of the day, 0..=1.
    pub hours_amplitude: f64,
    /// Level multipliers by attribute value; absent means 1.
    pub effects: Vec<Effect>,
}

/// A sine of any period: `amplitude * sin(2 pi (t - phase_days) / period_days)`,
/// t in days since 1970-01-01, so that it does not move with the start date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FourierTerm {
    /// Period in days, above 0.
    pub period_days: f64,
    /// Share of the level.
    pub amplitude: f64,
    /// Shift in days.
    pub phase_days: f64,
}

/// A change of level for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelShift {
    /// The first day on the new level.
    pub date: NaiveDate,
    /// What the level is multiplied by, above 0.
    pub multiplier: f64,
}

/// Which attribute of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// `business_unit`
    BusinessUnit,
    /// `region`
    Region,
    /// `criticality`
    Criticality,
}

impl Attribute {
    /// All attributes in column order.
    pub const ALL: [Self; 3] = [Self::BusinessUnit, Self::Region, Self::Criticality];

    /// The column's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BusinessUnit => "business_unit",
            Self::Region => "region",
            Self::Criticality => "criticality",
        }
    }
}

/// The level multiplier of servers whose `attribute` is `value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Which attribute.
    pub attribute: Attribute,
    /// Index into that attribute's list of values in the [`FleetPlan`].
    pub value: usize,
    /// The multiplier, above 0.
    pub multiplier: f64,
}

impl MetricPlan {
    /// Whether values are a share of the server's capacity: then twice the capacity halves them.
    /// Other units count what passes, however large the server is.
    pub fn is_share_of_capacity(&self) -> bool {
        self.unit == "%"
    }

    /// The level of a server whose attributes have these values, in the metric's unit.
    pub fn level(&self, attributes: &[usize; Attribute::ALL.len()]) -> f64 {
        let of_server = |effect: &&Effect| attributes[effect.attribute as usize] == effect.value;
        let multipliers = self.effects.iter().filter(of_server).map(|effect| effect.multiplier);
        self.base_mean * multipliers.product::<f64>()
    }
}

/// Bias, gaps and outliers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RealismPlan {
    /// Half width of the uniform per-server bias, in each metric's unit; 0 or more.
    pub server_bias: f64,
    /// Share of missing values, 0..1.
    pub missing_rate: f64,
    /// Mean length of a gap in steps, 1 or more.
    pub missing_burst_mean: f64,
    /// Share of outliers, 0..=1.
    pub outlier_rate: f64,
    /// What an outlier is multiplied by, above 0.
    pub outlier_multiplier: f64,
    /// How the missing values come about.
    pub gaps: GapPlan,
    /// Anomalies by kind, in the order of [`AnomalyKind::ALL`].
    pub anomalies: [Anomaly; AnomalyKind::ALL.len()],
    /// How servers differ and what they share.
    pub variety: VarietyPlan,
}

impl GapPlan {
    /// The share of days that count as days under load.
    pub const LOAD_DAYS: f64 = 0.2;
}

/// Shares of the missing values that come about by special mechanisms, 0..=1 in all; the rest comes
/// in bursts of `missing_burst_mean` per server and metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapPlan {
    /// Scattered one by one.
    pub independent_share: f64,
    /// While a whole region is out: all its servers and metrics at once.
    pub outage_share: f64,
    /// Mean length of an outage in steps, 1 or more.
    pub outage_mean: f64,
    /// Under load: only on days whose noise is among the highest fifth of their server.
    pub load_share: f64,
}

/// Limits of the quality gates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualityPlan {
    /// Largest share of missing values per metric, percent.
    pub max_missing_pct: f64,
    /// How many rows the dataset may differ from servers x steps.
    pub row_count_tolerance: u64,
    /// How many servers are looked at one by one, spread over the fleet; 0: none.
    pub panel_servers: u32,
    /// Fewest days of history of a server in a file that is validated.
    pub min_history_days: u64,
}

/// The form of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputPlan {
    /// Decimals of metric values, 0..=6; `None` keeps full precision.
    pub decimals: Option<u32>,
    /// Compression of the Parquet pages.
    pub compression: Compression,
    /// Whether the three calendar flags are columns.
    pub calendar_flags: bool,
    /// Whether the archetype is a column.
    pub archetype_column: bool,
    /// Whether the command line writes the ground truth too.
    pub truth: bool,
    /// Whether the command line writes the daily P95 of hourly rows too.
    pub daily_p95: bool,
    /// Whether text in CSV cells is kept from being taken for a formula.
    pub csv_escape_formulas: bool,
    /// Rows of the sample CSV.
    pub sample_rows: usize,
}

/// Compression of the Parquet pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Uncompressed.
    None,
    /// Snappy.
    Snappy,
}

/// Where the command line writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoragePlan {
    /// Whether to write to S3.
    pub use_s3: bool,
    /// The bucket.
    pub bucket_name: String,
    /// Prefix of keys, and folder below the base path.
    pub raw_prefix: String,
    /// Base path of files.
    pub local_base_path: String,
}

impl Plan {
    /// Whether it describes the rows of a file, of which nobody has configured how they come about.
    pub fn is_of_file(&self) -> bool {
        self.fleet.ids.is_some()
    }

    /// Days of the range, both ends included.
    pub fn days(&self) -> usize {
        usize::try_from((self.end - self.start).num_days() + 1).expect("the range is in order")
    }

    /// The calendar of these days.
    pub fn day_table(&self) -> DayTable {
        let CalendarPlan { holidays, eoq_window_business_days, .. } = self.calendar;
        DayTable::new(self.start, self.end, holidays, eoq_window_business_days)
    }

    /// Steps of a day.
    pub fn steps_per_day(&self) -> usize {
        self.granularity.steps_per_day()
    }

    /// Steps of the range.
    pub fn steps(&self) -> usize {
        self.days() * self.steps_per_day()
    }

    /// The servers to make, by 0-based position.
    pub fn servers(&self) -> Range<u32> {
        self.shard.clone().unwrap_or(0..self.fleet.num_servers)
    }

    /// Rows of the dataset, servers x steps; about so many where servers come and go.
    pub fn rows(&self) -> u64 {
        let servers = self.servers().len();
        match self.lifecycle.always_there() {
            true => servers as u64 * self.steps() as u64,
            false => {
                let days = servers as f64 * self.lifecycle.days_there(self.days()).0;
                (days * self.steps_per_day() as f64).round() as u64
            }
        }
    }

    /// Names of all columns in file order.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec!["server_id", "timestamp"];
        columns.extend(Attribute::ALL.map(Attribute::name));
        columns.extend(self.output.archetype_column.then_some(ARCHETYPE));
        columns.extend(self.metrics.iter().map(|metric| metric.name.as_str()));
        if self.output.calendar_flags {
            columns.extend(CALENDAR_FLAGS);
        }
        columns
    }

    /// Correlation of the noise of two metrics of servers of a kind, or of all where there are no kinds.
    pub fn correlation(&self, kind: Option<usize>, one: usize, other: usize) -> f64 {
        let own = kind.and_then(|kind| self.fleet.archetypes[kind].correlations.as_ref());
        let matrix = own.or(self.correlations.as_ref());
        matrix.map_or(f64::from(u8::from(one == other)), |matrix| matrix[one][other])
    }

    /// Whether servers differ by more than their level and bias, so that each has its own factors.
    pub fn is_varied(&self) -> bool {
        let variety = &self.realism.variety;
        !self.fleet.archetypes.is_empty()
            || self.fleet.sensitivities.iter().any(|unit| *unit != Sensitivity::NEUTRAL)
            || self.calendar.events.iter().any(|event| event.business_units.is_some())
            || self.metrics.iter().any(|metric| metric.level_spread > 0.0)
            || variety.is_effective()
    }

    /// The same plan without gaps, outliers and anomalies: all other draws stay as they are.
    pub fn without_defects(&self) -> Self {
        let mut clean = self.clone();
        (clean.realism.missing_rate, clean.realism.outlier_rate) = (0.0, 0.0);
        clean.realism.anomalies = AnomalyKind::ALL.map(AnomalyKind::absent);
        clean
    }

    /// The stem of every file name of this dataset:
    /// `raw_server_metrics_20220101_to_20251231`, with `_servers_1_to_179` for a part of the fleet.
    pub fn file_stem(&self) -> String {
        let (start, end) = (self.start.format("%Y%m%d"), self.end.format("%Y%m%d"));
        let stem = format!("raw_server_metrics_{start}_to_{end}");
        match &self.shard {
            Some(servers) => format!("{stem}_servers_{}_to_{}", servers.start + 1, servers.end),
            None => stem,
        }
    }
}

/// The optional column of the servers' kinds.
pub const ARCHETYPE: &str = "archetype";

/// The optional boolean columns.
pub const CALENDAR_FLAGS: [&str; 3] = ["is_weekend", "is_holiday", "is_eoq_window"];
