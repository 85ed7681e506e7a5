//! The number of servers and what their attributes may be.

use std::collections::BTreeSet;

use super::FleetPlan;
use crate::config::defaults;
use crate::config::limits::{self, MAX_VALUES};
use crate::config::names::name_problem;
use crate::config::problems::quoted;
use crate::config::read::Section;
use crate::plan::{Attribute, Hours, Weighted};

/// For each attribute all values that are listed, those with weight 0 too; `None` where the list
/// has problems, so that nothing more can be said of its values.
pub(super) type Values = [Option<Vec<Weighted>>; Attribute::ALL.len()];

pub(super) fn read(data: &Section<'_>, metadata: &Section<'_>) -> (Option<FleetPlan>, Values) {
    let num_servers = data.required("num_servers", "120").and_then(|value| value.integer(&limits::SERVERS));
    let server_prefix = prefix(metadata);
    let server_id_width = metadata.integer("server_id_width", &limits::ID_WIDTH, defaults::SERVER_ID_WIDTH);
    let values = [
        weighted(metadata, "business_units", defaults::BUSINESS_UNITS),
        weighted(metadata, "regions", defaults::REGIONS),
        weighted(metadata, "criticality_levels", defaults::CRITICALITY_LEVELS),
    ];
    let plan = || {
        let num_servers = u32::try_from(num_servers?).ok()?;
        let [business_units, regions, criticality_levels] =
            values.each_ref().map(|values| values.as_deref().map(occurring));
        Some(FleetPlan {
            num_servers,
            ids: None,
            server_prefix: server_prefix?,
            server_id_width: (server_id_width? as usize).max(num_servers.to_string().len()),
            business_units: business_units?,
            regions: regions?,
            criticality_levels: criticality_levels?,
            archetypes: Vec::new(),
            hours: Hours::Business,
            sensitivities: Vec::new(),
        })
    };
    (plan(), values)
}

/// The values that are ever drawn.
fn occurring(values: &[Weighted]) -> Vec<Weighted> {
    values.iter().filter(|(_, weight)| *weight > 0.0).cloned().collect()
}

fn prefix(metadata: &Section<'_>) -> Option<String> {
    let Some(value) = metadata.get("server_prefix") else { return Some(defaults::SERVER_PREFIX.to_owned()) };
    let prefix = value.text()?;
    if let Some((message, hint)) = name_problem(prefix) {
        value.problem(message, hint);
        return None;
    }
    Some(prefix.to_owned())
}

/// A list of names with equal weights, or a mapping from name to weight.
fn weighted(metadata: &Section<'_>, key: &str, default: &[(&str, f64)]) -> Option<Vec<Weighted>> {
    const HINT: &str = "Write a list, `[North, South]`, or weights, `{North: 0.7, South: 0.3}`.";
    let Some(value) = metadata.get(key) else {
        return Some(default.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect());
    };
    let mut values = Vec::new();
    let mut sound = true;
    if value.is_list() {
        let mut seen = BTreeSet::new();
        for item in value.list(HINT)? {
            let Some(name) = item.text() else {
                sound = false;
                continue;
            };
            if let Some((message, hint)) = value_name_problem(name) {
                item.problem(message, hint);
                sound = false;
            } else if !seen.insert(name) {
                item.problem(
                    format!("lists {} a second time.", quoted(name)),
                    "Remove it, or give weights instead.",
                );
                sound = false;
            }
            values.push((name.to_owned(), 1.0));
        }
    } else {
        for (name, weight) in value.map(HINT)? {
            if let Some((message, hint)) = value_name_problem(name.name) {
                name.problem(message, hint);
                sound = false;
            }
            match weight.number(&limits::WEIGHT) {
                Some(weight) => values.push((name.name.to_owned(), weight)),
                None => sound = false,
            }
        }
    }
    if !sound {
        return None;
    }
    if values.is_empty() {
        value.problem("is empty.", "List at least one name, or remove the key.");
        return None;
    }
    if values.len() > MAX_VALUES {
        value.problem(
            format!("has {} names; at most {MAX_VALUES} are allowed.", values.len()),
            "Remove some.",
        );
        return None;
    }
    if values.iter().all(|(_, weight)| *weight == 0.0) {
        value.problem("has weights whose sum is 0.", "Give at least one name a weight above 0.");
        return None;
    }
    Some(values)
}

fn value_name_problem(name: &str) -> Option<(String, &'static str)> {
    if name.trim().is_empty() {
        return Some(("is an empty name.".to_owned(), "Write a name."));
    }
    name_problem(name)
}
