//! About how large a dataset's Parquet file gets, before it is made.
//!
//! The model follows the encoder: per metric and row group a dictionary of the numbers that occur, and
//! an index of as many bits as that needs for every value; the first rows need fewer, for which nothing is taken
//! off. How many numbers occur is what a normal
//! distribution of the metric's overall spread would draw from the decimal grid. What compression leaves was
//! fitted to files of the presets and their variations; `tests/forecast.rs` keeps it within 10 % of such.

use crate::dataset::servers_per_row_group;
use crate::math;
use crate::plan::{Compression, Granularity, Hours, MetricPlan, Plan};
use crate::series::grid::DecimalGrid;

/// Bytes of a value for which no dictionary pays, without and with Snappy.
const PLAIN: (f64, f64) = (8.0, 7.13);
/// Bytes of a number in a dictionary that Snappy leaves, in the order that it makes most of; and how many more
/// of the first ones, in which little is repeated.
const NUMBER_LEFT: f64 = 2.6;
const FIRST_NUMBERS_LEFT: (f64, f64) = (1.7, 350.0);
/// Most numbers of a dictionary.
const MOST_NUMBERS: f64 = 65_536.0;
/// Bytes of the two runs of definition levels that a gap takes, and of a row where gaps are so many that
/// every row has a bit.
const GAP: f64 = 4.4;
const LEVEL: f64 = 0.125;
/// Bytes of a server's strings.
const SERVER: f64 = 13.0;
/// Bytes of a row's timestamp, without and with Snappy.
const ROW: (f64, f64) = (0.98, 0.057);
/// What Snappy leaves of the calendar flags.
const FLAGS_LEFT: f64 = 0.2;
/// Bytes of a calendar flag's row, which is a bit.
const FLAG: f64 = 0.125;
/// Bytes of the footer besides the configuration, and of a column chunk's pages and metadata.
const FOOTER: f64 = 900.0;
const CHUNK: f64 = 150.0;
/// The grid is looked at in so many places.
const PLACES: usize = 400;

/// The size in bytes.
pub fn parquet_bytes(plan: &Plan) -> f64 {
    let servers = plan.servers().len();
    let per_group = servers_per_row_group(plan).min(servers);
    let (groups, rest) = (servers / per_group, servers % per_group);
    let group = |servers: usize| if servers == 0 { 0.0 } else { row_group_bytes(plan, servers) };
    FOOTER + plan.canonical_yaml.len() as f64 + groups as f64 * group(per_group) + group(rest)
}

fn row_group_bytes(plan: &Plan, servers: usize) -> f64 {
    let rows = plan.rows() as f64 * servers as f64 / plan.servers().len() as f64;
    let metrics: f64 = plan.metrics.iter().map(|metric| metric_bytes(plan, metric, rows)).sum();
    let (row, flags_left) = match plan.output.compression {
        Compression::None => (ROW.0, 1.0),
        Compression::Snappy => (ROW.1, FLAGS_LEFT),
    };
    let flags = if plan.output.calendar_flags { 3.0 * FLAG * flags_left } else { 0.0 };
    metrics + (row + flags) * rows + SERVER * servers as f64 + CHUNK * plan.columns().len() as f64
}

fn metric_bytes(plan: &Plan, metric: &MetricPlan, rows: f64) -> f64 {
    let is_compressed = plan.output.compression == Compression::Snappy;
    let realism = &plan.realism;
    let values = rows * (1.0 - realism.missing_rate);
    let gaps = rows * realism.missing_rate * (1.0 - realism.missing_rate) / realism.missing_burst_mean;
    let numbers = DecimalGrid::new(&plan.output, metric)
        .filter(|grid| grid.table_size().is_some())
        .map(|grid| distinct(plan, metric, &grid, values))
        .filter(|numbers| *numbers <= MOST_NUMBERS);
    let content = match numbers {
        Some(numbers) => {
            let bits = (64 - (numbers.max(2.0).ceil() as u64 - 1).leading_zeros()).into();
            let dictionary = match is_compressed {
                true => numbers * NUMBER_LEFT + numbers.min(FIRST_NUMBERS_LEFT.1) * FIRST_NUMBERS_LEFT.0,
                false => 8.0 * numbers,
            };
            values * f64::max(bits, 1.0) / 8.0 * (1.0 + 1.0 / 504.0) + dictionary
        }
        None => values * if is_compressed { PLAIN.1 } else { PLAIN.0 },
    };
    content + f64::min(gaps * GAP, rows * LEVEL)
}

/// How many different numbers of the grid so many values are.
fn distinct(plan: &Plan, metric: &MetricPlan, grid: &DecimalGrid, values: f64) -> f64 {
    let (mean, spread) = (metric.base_mean, overall_spread(plan, metric).max(0.5 / grid.scale));
    let (outliers, multiplier) = (plan.realism.outlier_rate, plan.realism.outlier_multiplier);
    let density = |x: f64| {
        let usual = math::normal_density((x - mean) / spread) / spread;
        let (mean, spread) = (mean * multiplier, spread * multiplier);
        (1.0 - outliers) * usual + outliers * math::normal_density((x - mean) / spread) / spread
    };
    let reach = |side: f64| {
        let usual = mean + side * 6.0 * spread;
        let outlying = (mean + side * 6.0 * spread) * multiplier;
        if outliers > 0.0 && side * outlying > side * usual { outlying } else { usual }
    };
    let low = reach(-1.0).clamp(metric.min_clip, metric.max_clip);
    let high = reach(1.0).clamp(metric.min_clip, metric.max_clip);
    let width = (high - low) / PLACES as f64;
    let occupied = |place: usize| {
        let x = low + (place as f64 + 0.5) * width;
        // A cell of the grid stays empty when none of the values falls into it.
        width * grid.scale * (1.0 - math::exp(-values * density(x) / grid.scale))
    };
    // The clips themselves are numbers, too.
    1.0 + (0..PLACES).map(occupied).sum::<f64>()
}

/// The standard deviation of all of a metric's values, over servers and days.
fn overall_spread(plan: &Plan, metric: &MetricPlan) -> f64 {
    let square = math::square;
    let share_of_days = |days: u32, months: f64| f64::from(days) * 12.0 / 365.25 * months / 12.0;
    let mut relative = 0.0;
    let week = metric.weekly_pattern;
    let mean = week.iter().sum::<f64>() / 7.0;
    relative += week.iter().map(|factor| square(factor - mean)).sum::<f64>() / 7.0;
    relative += square(metric.seasonality_amplitude) / 2.0;
    relative += metric.seasonality_terms.iter().map(|term| square(term.amplitude) / 2.0).sum::<f64>();
    let years = plan.days() as f64 / 365.25;
    relative += square(metric.growth_rate * years) / 12.0;
    if plan.calendar.use_eoq_spikes {
        let months = metric.eoq_months.iter().filter(|month| **month).count() as f64;
        // Seven business days are nine or ten days.
        let share = share_of_days(plan.calendar.eoq_window_business_days, months) * 1.4;
        relative += share * (1.0 - share) * square(metric.eoq_spike_multiplier - 1.0);
    }
    if plan.granularity == Granularity::Hourly {
        relative += hours_variance(plan, metric);
    }
    relative += math::exp(square(metric.level_spread)) - 1.0;
    let noise = square(metric.base_std) + square(plan.realism.server_bias) / 3.0;
    (noise + square(metric.base_mean) * relative).sqrt()
}

/// How much the hours of the day vary around their mean, over all days and kinds of servers.
fn hours_variance(plan: &Plan, metric: &MetricPlan) -> f64 {
    let variance = |hours: &Hours| {
        let days = hours.multipliers(metric.hours_amplitude);
        let [workday, day_off] =
            days.map(|day| day.iter().map(|hour| math::square(hour - 1.0)).sum::<f64>() / day.len() as f64);
        // Five days of seven are working days, but for holidays.
        (5.0 * workday + 2.0 * day_off) / 7.0
    };
    let kinds = &plan.fleet.archetypes;
    let weight: f64 = kinds.iter().map(|kind| kind.weight).sum();
    match kinds.is_empty() {
        true => variance(&plan.fleet.hours),
        false => kinds.iter().map(|kind| kind.weight * variance(&kind.hours)).sum::<f64>() / weight,
    }
}
