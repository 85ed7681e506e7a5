//! Servers that come, go, grow and move inside the range.

use chrono::NaiveDate;

use crate::config::defaults;
use crate::config::keys;
use crate::config::limits::{self, MAX_RATIOS};
use crate::config::read::{Section, Value};
use crate::plan::{LifecyclePlan, Weighted};

/// The lifecycles; `regions` are all regions that are listed, if these are sound, and `dates` the range.
pub(super) fn read(
    data: &Section<'_>,
    dates: Option<(NaiveDate, NaiveDate)>,
    regions: Option<&[Weighted]>,
) -> Option<LifecyclePlan> {
    let section = data.section("lifecycle", keys::LIFECYCLE);
    let share = |key| section.number(key, &limits::SHARE, 0.0);
    let (commissioned, decommissioned) = (share("commissioned_share"), share("decommissioned_share"));
    let (resized, migrated) = (share("resized_share"), share("migrated_share"));
    let ratios = match section.get("resize_ratios") {
        Some(value) => ratios(&value),
        None => Some(vec![defaults::RESIZE_RATIO]),
    };
    let plan = LifecyclePlan {
        commissioned_share: commissioned?,
        decommissioned_share: decommissioned?,
        resized_share: resized?,
        resize_ratios: ratios?,
        migrated_share: migrated?,
    };
    let drawn = regions.map(|regions| regions.iter().filter(|(_, weight)| *weight > 0.0).count());
    if plan.migrated_share > 0.0 && drawn == Some(1) {
        section.problem(
            "migrated_share",
            "moves servers to another region, but there is only one.",
            "Write 0, or list more regions in data_generation.metadata.regions.",
        );
        return None;
    }
    let days = dates.map(|(start, end)| (end - start).num_days() + 1);
    if !plan.is_neutral() && days.is_some_and(|days| days < LifecyclePlan::MIN_DAYS as i64) {
        let key = ["commissioned_share", "decommissioned_share", "resized_share", "migrated_share"]
            .into_iter()
            .find(|key| section.number(key, &limits::SHARE, 0.0).is_some_and(|share| share > 0.0));
        section.problem(
            key.unwrap_or("commissioned_share"),
            "is above 0, but the range of dates leaves no room for it.",
            format!("Write 0, or generate at least {} days.", LifecyclePlan::MIN_DAYS),
        );
        return None;
    }
    Some(plan)
}

/// What capacities are multiplied by.
fn ratios(value: &Value<'_>) -> Option<Vec<f64>> {
    let items = value.list("Write `[2, 1.5, 0.5]`, for example.")?;
    if items.is_empty() {
        value.problem("is empty.", "List at least one ratio, or remove the key.");
        return None;
    }
    if items.len() > MAX_RATIOS {
        let message = format!("lists {} ratios; at most {MAX_RATIOS} are allowed.", items.len());
        value.problem(message, "Remove some.");
        return None;
    }
    let ratios: Vec<Option<f64>> = items.iter().map(|item| item.number(&limits::MULTIPLIER)).collect();
    ratios.into_iter().collect()
}
