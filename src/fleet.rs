//! The fleet: each server's id, attributes and life, drawn from its own streams.

pub mod life;

use std::ops::Range;
use std::sync::Arc;

use crate::plan::{ARCHETYPE, Attribute, LifecyclePlan, Plan, Weighted};
use crate::rng::{Purpose, StreamKey};
pub use life::Life;

/// One server.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// 0-based position in the fleet.
    pub index: u32,
    /// Identifier, for example `SRV-0001`.
    pub id: String,
    /// For each attribute the index of its value in the plan's list, on its first day.
    pub attributes: [usize; Attribute::ALL.len()],
    /// Index of its kind in the plan's list, where there are kinds.
    pub archetype: Option<usize>,
    /// When it is there, and what changes meanwhile.
    pub life: Life,
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
    days: usize,
    steps_per_day: usize,
    /// What only some plans have.
    lives: Option<Arc<Lives>>,
}

/// How lives are drawn.
#[derive(Debug)]
struct Lives {
    key: StreamKey,
    plan: LifecyclePlan,
    regions: Vec<Weighted>,
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
            days: plan.days(),
            steps_per_day: plan.steps_per_day(),
            lives: (!plan.lifecycle.is_neutral()).then(|| {
                Arc::new(Lives {
                    key: StreamKey::new(plan.seed, "", Purpose::Life),
                    plan: plan.lifecycle.clone(),
                    regions: plan.fleet.regions.clone(),
                })
            }),
        }
    }

    /// The server at a 0-based position.
    pub fn server(&self, index: u32) -> Server {
        let number = u64::from(index) + 1;
        let attributes = self.attributes.each_ref().map(|(key, bounds)| place(*key, bounds, index));
        Server {
            index,
            id: format!("{}{number:0width$}", self.prefix, width = self.width),
            life: self.life(index, attributes[Attribute::Region as usize]),
            attributes,
            archetype: {
                let (key, bounds) = &self.archetypes;
                (!bounds.is_empty()).then(|| place(*key, bounds, index))
            },
        }
    }

    /// How many rows the servers at these positions have in all: one for every step at which they are there.
    pub fn rows(&self, servers: Range<u32>) -> u64 {
        let days = match &self.lives {
            Some(lives) if !lives.plan.always_there() => {
                // Where a server is has nothing to do with when it is there.
                servers.map(|index| self.life(index, 0).days.len() as u64).sum()
            }
            _ => servers.len() as u64 * self.days as u64,
        };
        days * self.steps_per_day as u64
    }

    fn life(&self, index: u32, region: usize) -> Life {
        let Some(lives) = &self.lives else { return Life::whole(self.days) };
        let stream = lives.key.server(index);
        let draws = std::array::from_fn(|place| stream.unit_at(place as u64));
        Life::new(&lives.plan, &lives.regions, region, self.days, draws)
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
