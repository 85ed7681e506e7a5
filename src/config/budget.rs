//! How large a dataset gets, and how large it may get.

use serde::Serialize;

use super::limits::MAX_SHARED;
use super::read::Section;
use crate::plan::{Granularity, Plan};
use crate::wording::grouped;

/// Largest size of a dataset's values.
const MAX_BYTES: u64 = 16 << 30;
/// Size of one value.
const VALUE_BYTES: u64 = 8;

/// How large a dataset gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Servers.
    pub servers: u64,
    /// How far apart the steps of a server are.
    pub granularity: Granularity,
    /// Steps of each server.
    pub steps: u64,
    /// Columns of the table.
    pub columns: u64,
    /// Rows of the table.
    pub rows: u64,
    /// Whether it has just so many rows, and not about so many.
    pub is_exact: bool,
    /// Size of all values in memory, eight bytes each.
    pub bytes: u64,
}

/// How large the dataset of `plan` gets.
pub fn estimate(plan: &Plan) -> Estimate {
    let (columns, rows) = (plan.columns().len() as u64, plan.rows());
    Estimate {
        servers: plan.servers().len() as u64,
        granularity: plan.granularity,
        steps: plan.steps() as u64,
        columns,
        rows,
        is_exact: plan.lifecycle.always_there(),
        bytes: rows.saturating_mul(columns).saturating_mul(VALUE_BYTES),
    }
}

/// Refuses a dataset over the budget.
pub(super) fn check(plan: &Plan, data: &Section<'_>) {
    let size = estimate(plan);
    if size.bytes <= MAX_BYTES {
        return;
    }
    let largest = MAX_BYTES / (size.steps * size.columns * VALUE_BYTES);
    let message = format!(
        "takes {} servers x {} {} x {} columns = {} of values, and the limit is {}.",
        grouped(size.servers),
        grouped(size.steps),
        size.granularity.nouns().1,
        size.columns,
        gibibytes(size.bytes),
        gibibytes(MAX_BYTES),
    );
    let hint = format!("With these dates and metrics at most {} servers fit.", grouped(largest));
    data.problem("num_servers", message, hint);
}

/// Refuses more business units and regions than what each of them shares has room for.
pub(super) fn check_shared(plan: &Plan, metadata: &Section<'_>) {
    let groups = plan.fleet.business_units.len() + plan.fleet.regions.len();
    let numbers = groups.saturating_mul(plan.metrics.len()).saturating_mul(plan.steps());
    if plan.is_varied() && numbers > MAX_SHARED {
        let message = format!(
            "and the regions are {} groups, too many to vary day by day over {} metrics and {} {}.",
            grouped(groups),
            plan.metrics.len(),
            grouped(plan.steps()),
            plan.granularity.nouns().1
        );
        metadata.problem("business_units", message, "List fewer of them, or generate fewer metrics or days.");
    }
}

fn gibibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 30);
    format!("{}.{} GiB", grouped(tenths / 10), tenths % 10)
}
