//! Gaps by mechanism, with the configured share of missing values in all.

use std::sync::Arc;

use super::{GapProcess, Trials};
use crate::fleet::Server;
use crate::math;
use crate::plan::{Attribute, GapPlan, MetricPlan, Plan};
use crate::rng::{Purpose, StreamKey};

/// How a gap came about. Where two meet, the values are missing for the one that comes first here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapCause {
    /// The region was out.
    Outage,
    /// A burst of the server's metric.
    Burst,
    /// One by one.
    Scattered,
    /// Under load.
    Load,
}

impl GapCause {
    /// All causes.
    pub const ALL: [Self; 4] = [Self::Outage, Self::Burst, Self::Scattered, Self::Load];

    /// Its name in the ground truth.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outage => "gap_outage",
            Self::Burst => "gap_burst",
            Self::Scattered => "gap_scattered",
            Self::Load => "gap_load",
        }
    }
}

/// Standard normal noise above this is the highest fifth: [`GapPlan::LOAD_DAYS`].
const LOAD_THRESHOLD: f64 = 0.841_621_233_572_914_3;

/// The rates of the mechanisms, by [`GapCause::ALL`]: independent of each other they leave exactly
/// the configured share of values, since each leaves a power of it.
pub fn rates(plan: &Plan) -> [f64; GapCause::ALL.len()] {
    let (rate, gaps) = (plan.realism.missing_rate, &plan.realism.gaps);
    let special = [gaps.outage_share, gaps.independent_share, gaps.load_share];
    let [outage, scattered, load] =
        special.map(|share| if share == 0.0 { 0.0 } else { 1.0 - math::pow(1.0 - rate, share) });
    let rest = 1.0 - special.iter().sum::<f64>();
    let burst = match special == [0.0; 3] {
        true => rate,
        // Three shares may add up to a little more than 1.
        false => 1.0 - math::pow(1.0 - rate, rest.max(0.0)),
    };
    [outage, burst, scattered, load]
}

/// Draws the gaps of any server and metric.
#[derive(Clone, Debug)]
pub struct Gaps {
    bursts: GapProcess,
    steps: usize,
    /// What only some plans have.
    special: Option<Arc<Special>>,
}

#[derive(Debug)]
struct Special {
    steps_per_day: usize,
    /// Per region the steps at which it is out.
    outages: Vec<Vec<usize>>,
    scattered: Trials,
    /// Probability that a value under load is missing.
    load: f64,
}

impl Special {
    /// The steps at which the region is out where a server is then.
    fn outages(&self, server: &Server) -> Vec<usize> {
        let of_first = &self.outages[server.attributes[Attribute::Region as usize]];
        match server.life.migration {
            None => of_first.clone(),
            Some((day, region)) => {
                let first = day * self.steps_per_day;
                let before = of_first.iter().filter(|step| **step < first);
                before.chain(self.outages[region].iter().filter(|step| **step >= first)).copied().collect()
            }
        }
    }
}

/// The streams of one metric's gaps.
#[derive(Clone, Copy, Debug)]
pub struct GapKeys {
    burst: StreamKey,
    scattered: StreamKey,
    load: StreamKey,
}

impl GapKeys {
    /// The streams of `metric`.
    pub fn new(seed: u64, metric: &MetricPlan) -> Self {
        let key = |purpose| StreamKey::new(seed, &metric.name, purpose);
        Self { burst: key(Purpose::Gap), scattered: key(Purpose::ScatteredGap), load: key(Purpose::LoadGap) }
    }
}

impl Gaps {
    /// The gaps of `plan`, which has so many steps.
    pub fn new(plan: &Plan, steps: usize) -> Self {
        let [outage, burst, scattered, load] = rates(plan);
        let is_special = outage > 0.0 || scattered > 0.0 || load > 0.0;
        let outages = || {
            let process = GapProcess::new(outage, plan.realism.gaps.outage_mean);
            let regions = plan.fleet.regions.iter();
            let stream = |name: &str| StreamKey::new(plan.seed, "region", Purpose::Outage).group(name);
            regions.map(|(name, _)| process.missing_steps(stream(name), steps)).collect()
        };
        Self {
            bursts: GapProcess::new(burst, plan.realism.missing_burst_mean),
            steps,
            special: is_special.then(|| {
                Arc::new(Special {
                    steps_per_day: plan.steps_per_day(),
                    outages: outages(),
                    scattered: Trials::new(scattered),
                    load: load / GapPlan::LOAD_DAYS,
                })
            }),
        }
    }

    /// The missing steps of a server, sorted, by cause; no step stands twice. `z` is the noise, by
    /// which load is told.
    pub fn by_cause(&self, keys: &GapKeys, server: &Server, z: &[f64]) -> [Vec<usize>; 4] {
        let bursts = self.bursts.missing_steps(keys.burst.server(server.index), self.steps);
        let Some(special) = &self.special else { return [Vec::new(), bursts, Vec::new(), Vec::new()] };
        let scattered = special.scattered.successes(keys.scattered.server(server.index), self.steps);
        let load = match special.load > 0.0 {
            true => {
                let stream = keys.load.server(server.index);
                let is_hit =
                    |&step: &usize| z[step] > LOAD_THRESHOLD && stream.unit_at(step as u64) < special.load;
                (0..self.steps).filter(is_hit).collect()
            }
            false => Vec::new(),
        };
        let mut by_cause = [special.outages(server), bursts, scattered, load];
        for cause in 1..by_cause.len() {
            let (earlier, rest) = by_cause.split_at_mut(cause);
            rest[0].retain(|step| earlier.iter().all(|steps| steps.binary_search(step).is_err()));
        }
        by_cause
    }
}

/// The steps of all causes, sorted.
pub fn all(by_cause: [Vec<usize>; 4]) -> Vec<usize> {
    let [outages, bursts, scattered, load] = by_cause;
    let mut steps = bursts;
    let own = steps.len();
    for more in [outages, scattered, load] {
        steps.extend(more);
    }
    if steps.len() > own {
        steps.sort_unstable();
    }
    steps
}
