//! Days of hours: the P95 of each day's hourly values, in the same columns.

use std::sync::Arc;

use super::{Chunk, Generator, MetricColumn, Series, SharedColumns};
use crate::series::grid::{DecimalGrid, Values};

/// Which quantile of a day's values stands for the day.
const QUANTILE: f64 = 0.95;

/// Turns chunks of hours into chunks of days.
#[derive(Clone, Debug)]
pub struct Daily {
    shared: Arc<SharedColumns>,
    grids: Vec<Option<DecimalGrid>>,
}

impl Daily {
    /// For the chunks of `generator`.
    pub fn new(generator: &Generator) -> Self {
        let plan = generator.plan();
        let shared = SharedColumns::new(plan, generator.days(), 1);
        let grids = plan.metrics.iter().map(|metric| DecimalGrid::new(&plan.output, metric));
        Self { shared: Arc::new(shared), grids: grids.collect() }
    }

    /// The same servers by day: of each metric the 95th percentile of the day's values that are there, rounded
    /// as all values are. A day without any is missing.
    pub fn chunk(&self, hours: &Chunk) -> Chunk {
        let per_day = hours.shared.steps_per_day;
        let column = |(column, grid): (&MetricColumn, &Option<DecimalGrid>)| {
            let (mut days, mut missing) = (Vec::new(), Vec::new());
            let mut gaps = column.missing.iter().copied().peekable();
            let mut of_day = Vec::with_capacity(per_day);
            for day in 0..hours.rows() / per_day {
                of_day.clear();
                let rows = day * per_day..(day + 1) * per_day;
                of_day.extend(
                    rows.filter(|row| gaps.next_if_eq(row).is_none()).map(|row| column.values.get(row)),
                );
                if of_day.is_empty() {
                    missing.push(day);
                }
                // What stands in a missing row means nothing, but is inside the clips.
                let value = p95(&mut of_day).unwrap_or_else(|| column.values.get(day * per_day));
                days.push(value);
            }
            let mut values = Values::with_capacity(*grid, days.len());
            values.extend(&days, grid.as_ref());
            MetricColumn { values, missing }
        };
        Chunk {
            servers: hours.servers.clone(),
            offsets: hours.offsets.iter().map(|rows| rows / per_day).collect(),
            metrics: hours.metrics.iter().zip(&self.grids).map(column).collect(),
            plan: Arc::clone(&hours.plan),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Generator {
    /// One server's series of one metric by day: as it is where it is daily, or else the P95 of each day's hours.
    /// A day has an outlier when one of its hours has.
    pub fn daily_series(&self, server: u32, metric: usize) -> Series {
        let series = self.series(server, metric);
        let per_day = self.plan.steps_per_day();
        if per_day == 1 {
            return series;
        }
        let mut outliers: Vec<usize> = series.outliers.iter().map(|step| step / per_day).collect();
        outliers.dedup();
        let day = |hours: &[Option<f64>]| p95(&mut hours.iter().flatten().copied().collect::<Vec<f64>>());
        Series {
            server_id: series.server_id,
            values: series.values.chunks(per_day).map(day).collect(),
            steps: series.steps.start / per_day..series.steps.end / per_day,
            outliers,
        }
    }
}

/// The 95th percentile by linear interpolation between the nearest two, as numpy's default does it (method 7
/// of Hyndman and Fan, "Sample quantiles in statistical packages", 1996); nothing for no values.
pub fn p95(values: &mut [f64]) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    values.sort_unstable_by(f64::total_cmp);
    let place = QUANTILE * last as f64;
    let (below, share) = (place as usize, place.fract());
    let (low, high) = (values[below], values[(below + 1).min(last)]);
    // As numpy does it, so that the last bit is the same.
    Some(if share < 0.5 { low + (high - low) * share } else { high - (high - low) * (1.0 - share) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_that_of_numpy() {
        // numpy.percentile(values, 95)
        let mut hours: Vec<f64> = (1..=24).map(f64::from).rev().collect();
        assert_eq!(p95(&mut hours), Some(22.849_999_999_999_998));
        assert_eq!(p95(&mut [3.0, 1.0, 2.0]), Some(2.9));
        assert_eq!(p95(&mut [10.0, 20.0]), Some(19.5));
        assert_eq!(p95(&mut [7.0]), Some(7.0));
        assert_eq!(p95(&mut []), None);
    }
}
