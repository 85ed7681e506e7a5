//! The fleet: each server's id, attributes and bias, drawn from its own streams.

use crate::plan::{ARCHETYPE, Attribute, Plan};
use crate::rng::{Purpose, StreamKey};

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// 0-based position in the fleet.
    pub index: u32,
    /// Identifier, for example `SRV-0001`.
    pub id: String,
    /// For each attribute the index of its value in the plan's list.
    pub attributes: [usize; Attribute::ALL.len()],
    /// Index of its kind in the plan's list, where there are kinds.
    pub archetype: Option<usize>,
}

/// Draws servers one by one, each independent of the size of the fleet.
#[derive(Clone, Debug)]
pub struct Fleet {
    prefix: String,
    width: usize,
    /// Per attribute the key of its streams and the upper bounds of its values' shares of [0, 1).
    attributes: [(StreamKey, Vec<f64>); Attribute::ALL.len()],
    /// The same for the kinds; no bounds where there are none.
    archetypes: (StreamKey, Vec<f64>),
}

impl Fleet {
    /// The fleet of `plan`.
    pub fn new(plan: &Plan) -> Self {
        Self {
            prefix: plan.fleet.server_prefix.clone(),
            width: plan.fleet.server_id_width,
            attributes: Attribute::ALL.map(|attribute| {
                let key = StreamKey::new(plan.seed, attribute.name(), Purpose::Attribute);
                (key, upper_bounds(plan.fleet.values(attribute).iter().map(|(_, weight)| *weight)))
            }),
            archetypes: (
                StreamKey::new(plan.seed, ARCHETYPE, Purpose::Attribute),
                upper_bounds(plan.fleet.archetypes.iter().map(|archetype| archetype.weight)),
            ),
        }
    }

    /// The server at a 0-based position.
    pub fn server(&self, index: u32) -> Server {
        let number = u64::from(index) + 1;
        Server {
            index,
            id: format!("{}{number:0width$}", self.prefix, width = self.width),
            attributes: self.attributes.each_ref().map(|(key, bounds)| place(*key, bounds, index)),
            archetype: {
                let (key, bounds) = &self.archetypes;
                (!bounds.is_empty()).then(|| place(*key, bounds, index))
            },
        }
    }
}

/// Where the number of the server with this index falls.
fn place(key: StreamKey, bounds: &[f64], index: u32) -> usize {
    let place = key.server(index).unit();
    // The last bound is 1 up to rounding: whatever lies above belongs to the last value.
    bounds.iter().position(|&bound| place < bound).unwrap_or(bounds.len() - 1)
}

fn upper_bounds(weights: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let total: f64 = weights.clone().sum();
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum / total)
        })
        .collect()
}
