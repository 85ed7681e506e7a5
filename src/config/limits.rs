//! The ranges of all numbers, in one place for the reader, the page's form and the messages.

use std::ops::Bound::{self, Excluded, Included};
use std::ops::{RangeBounds, RangeInclusive};

/// The allowed range of a number.
pub(super) type Range = (Bound<f64>, Bound<f64>);

/// A level or a clip in the metric's unit. With six decimals it still has an exact grid.
pub(super) const LEVEL: Range = (Included(-1e9), Included(1e9));
/// A standard deviation or half width in the metric's unit.
pub(super) const SPREAD: Range = (Included(0.0), Included(1e9));
/// What a value is multiplied by.
pub(super) const MULTIPLIER: Range = (Excluded(0.0), Included(100.0));
/// The same for a day on which nothing may run.
pub(super) const MULTIPLIER_OR_ZERO: Range = (Included(0.0), Included(100.0));
/// Growth per year.
pub(super) const GROWTH: Range = (Excluded(-1.0), Included(10.0));
/// Amplitude of a season, as a share of the level.
pub(super) const AMPLITUDE: Range = (Excluded(-1.0), Excluded(1.0));
/// Period of a Fourier term in days.
pub(super) const PERIOD: Range = (Excluded(0.0), Included(1e6));
/// Shift of a Fourier term in days.
pub(super) const PHASE: Range = (Included(-1e6), Included(1e6));
/// AR(1) coefficient.
pub(super) const AUTOCORRELATION: Range = (Excluded(-1.0), Excluded(1.0));
/// Correlation of two metrics.
pub(super) const CORRELATION: Range = (Included(-1.0), Included(1.0));
/// A share of all values.
pub(super) const SHARE: Range = (Included(0.0), Included(1.0));
/// A share that leaves something.
pub(super) const PARTIAL_SHARE: Range = (Included(0.0), Excluded(1.0));
/// Mean length of a gap in steps.
pub(super) const BURST: Range = (Included(1.0), Included(10_000.0));
/// A share in percent.
pub(super) const PERCENT: Range = (Included(0.0), Included(100.0));
/// Standard deviation of the logarithm of the servers' levels.
pub(super) const LEVEL_SPREAD: Range = (Included(0.0), Included(2.0));
/// Exponent of the end-of-quarter ramp.
pub(super) const RAMP: Range = (Included(0.0), Included(10.0));
/// How much larger or smaller something is.
pub(super) const FACTOR: Range = (Included(0.0), Included(100.0));
/// Time constant in years.
pub(super) const YEARS: Range = (Included(0.0), Included(1_000.0));
/// A relative weight.
pub(super) const WEIGHT: Range = (Included(0.0), Included(1e9));

/// Servers of a fleet; the budget is the tighter limit for most ranges of dates.
pub(super) const SERVERS: RangeInclusive<u64> = 1..=u32::MAX as u64;
/// Any seed.
pub(super) const SEED: RangeInclusive<u64> = 0..=u64::MAX;
/// Business days of the end-of-quarter window; no month has more than 23.
pub(super) const EOQ_WINDOW: RangeInclusive<u64> = 1..=23;
/// Months of the year.
pub(super) const MONTH: RangeInclusive<u64> = 1..=12;
/// Digits of a server id.
pub(super) const ID_WIDTH: RangeInclusive<u64> = 1..=20;
/// Rows that a dataset may differ from its plan.
pub(super) const TOLERANCE: RangeInclusive<u64> = 0..=1_000_000_000;
/// Fewest days of a server's history.
pub(super) const HISTORY_DAYS: RangeInclusive<u64> = 0..=1_000_000;
/// Decimals of metric values.
pub(super) const DECIMALS: RangeInclusive<u64> = 0..=6;
/// Servers of the panel.
pub(super) const PANEL: RangeInclusive<u64> = 0..=1_000;
/// Rows of the sample.
pub(super) const SAMPLE_ROWS: RangeInclusive<u64> = 0..=100_000;

/// Most metrics of a dataset.
pub(super) const MAX_METRICS: usize = 64;
/// Most values of a server attribute.
pub(super) const MAX_VALUES: usize = 1_000;
/// Most further Fourier terms of a metric.
pub(super) const MAX_TERMS: usize = 16;
/// Most level shifts of a metric.
pub(super) const MAX_SHIFTS: usize = 16;
/// Most dated events.
pub(super) const MAX_EVENTS: usize = 64;
/// Most ratios by which servers are resized.
pub(super) const MAX_RATIOS: usize = 16;
/// Most kinds of servers.
pub(super) const MAX_ARCHETYPES: usize = 32;
/// Most numbers of what groups of servers share: per business unit and region, metric and day.
pub(super) const MAX_SHARED: usize = 1 << 22;
/// Most characters of a name.
pub(super) const MAX_NAME: usize = 64;
/// Most characters of a path or key prefix.
pub(super) const MAX_PATH: usize = 512;

/// What to write for a number in `range`.
pub(super) fn describe(range: &Range) -> String {
    match range {
        (Included(min), Included(max)) => format!("from {min} to {max}"),
        (Included(min), Excluded(max)) => format!("at least {min} and below {max}"),
        (Excluded(min), Included(max)) => format!("above {min} and at most {max}"),
        (Excluded(min), Excluded(max)) => format!("above {min} and below {max}"),
        _ => "that is finite".to_owned(),
    }
}

/// What to write for a whole number in `range`.
pub(super) fn describe_whole(range: &RangeInclusive<u64>) -> String {
    format!("from {} to {}", range.start(), range.end())
}

/// Whether `value` is a finite number in `range`.
pub(super) fn allows(range: &Range, value: f64) -> bool {
    value.is_finite() && range.contains(&value)
}

/// The bounds as text for a form field; whether they themselves are allowed is left to the reader.
pub(super) fn bounds(range: &Range) -> (String, String) {
    let text = |bound: &Bound<f64>| match bound {
        Included(value) | Excluded(value) => value.to_string(),
        Bound::Unbounded => String::new(),
    };
    (text(&range.0), text(&range.1))
}
