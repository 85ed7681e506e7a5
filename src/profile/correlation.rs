//! How the metrics move together, from the rows of some servers.

use crate::dataset::Generator;

/// Servers that are looked at: enough for two decimals, and quickly made again.
pub const CORRELATED_SERVERS: u32 = 24;

/// Pearson's correlation of each pair of metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlations {
    /// Servers that were looked at.
    pub servers: u32,
    /// A row per metric; NaN where a metric does not vary or no row has both values.
    pub matrix: Vec<Vec<f64>>,
}

impl Correlations {
    /// The correlations over all rows of at most [`CORRELATED_SERVERS`] servers, spread over the fleet;
    /// of each pair those rows that have both values.
    pub fn new(generator: &Generator) -> Self {
        let plan = generator.plan();
        let fleet = plan.servers();
        let count = fleet.end - fleet.start;
        let servers = count.min(CORRELATED_SERVERS);
        let metrics = plan.metrics.len();
        let mut sums = vec![vec![Sums::default(); metrics]; metrics];
        for place in 0..servers {
            let server = fleet.start + (u64::from(place) * u64::from(count) / u64::from(servers)) as u32;
            let series: Vec<_> = (0..metrics).map(|metric| generator.series(server, metric).values).collect();
            for one in 0..metrics {
                for other in 0..=one {
                    for pair in series[one].iter().zip(&series[other]) {
                        if let (Some(x), Some(y)) = pair {
                            // Around the configured level, so that little is lost to rounding.
                            sums[one][other]
                                .add(x - plan.metrics[one].base_mean, y - plan.metrics[other].base_mean);
                        }
                    }
                }
            }
        }
        let of_pair = |one: usize, other: usize| sums[one.max(other)][one.min(other)].correlation();
        let row = |one| (0..metrics).map(|other| of_pair(one, other)).collect();
        Self { servers, matrix: (0..metrics).map(row).collect() }
    }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    fn correlation(&self) -> f64 {
        let Self { n, x, y, xx, yy, xy } = *self;
        let (varies, covaries) = ((xx - x * x / n) * (yy - y * y / n), xy - x * y / n);
        if varies > 0.0 { (covaries / varies.sqrt()).clamp(-1.0, 1.0) } else { f64::NAN }
    }
}
