//! Random streams keyed by (seed, server, metric, purpose), and the normal sampler.
//!
//! A stream is the SplitMix64 sequence (Steele, Lea and Flood, "Fast splittable pseudorandom
//! number generators", OOPSLA 2014) whose start is a hash of the key. Its n-th number depends on
//! the key and n only, so servers, metrics and days can be added, left out, or computed in any
//! order and on any number of threads without changing any other value.

use std::convert::Infallible;
use std::sync::LazyLock;

use rand::{RngExt, TryRng};

use crate::math;

/// What a stream is drawn for. The numbers are part of the data format:
/// changing one changes every dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// A server's business unit, region or criticality; the subject is the attribute's name.
    Attribute = 1,
    /// A server's bias in a metric.
    Bias = 2,
    /// The noise of a metric.
    Noise = 3,
    /// Where a metric's values are missing.
    Gap = 4,
    /// Where a metric has outliers.
    Outlier = 5,
    /// A server's own level of a metric.
    Level = 6,
    /// How strongly a server feels a pattern; the subject is the pattern's name.
    Sensitivity = 7,
    /// What the servers of a group share in a metric.
    Shock = 8,
    /// When a region is out; the subject is its name.
    Outage = 9,
    /// Where a metric's values are missing one by one.
    ScatteredGap = 10,
    /// Where a metric's values are missing under load.
    LoadGap = 11,
    /// Where a metric has anomalies.
    Anomaly = 12,
    /// The noise of noisy anomalies.
    AnomalyNoise = 13,
    /// When a server is there, grows and moves.
    Life = 14,
}

/// A family of streams that differ in the server only.
#[derive(Clone, Copy, Debug)]
pub struct StreamKey(u64);

impl StreamKey {
    /// The streams for `purpose` of `subject` (a metric's or an attribute's name).
    pub fn new(seed: u64, subject: &str, purpose: Purpose) -> Self {
        Self(absorb(absorb(absorb(0, seed), purpose as u64), fnv1a(subject)))
    }

    /// The stream of a group of servers, by its name.
    pub fn group(self, name: &str) -> Stream {
        Stream { start: absorb(self.0, fnv1a(name)), drawn: 0 }
    }

    /// The stream of the server with this 0-based index.
    pub fn server(self, index: u32) -> Stream {
        Stream { start: absorb(self.0, u64::from(index)), drawn: 0 }
    }
}

/// A stream of random 64-bit numbers with random access.
#[derive(Clone, Debug)]
pub struct Stream {
    start: u64,
    drawn: u64,
}

/// 2^64 divided by the golden ratio: the step of SplitMix64.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The `n`-th number of the stream, whatever has been drawn.
    #[inline]
    pub fn at(&self, n: u64) -> u64 {
        mix(self.start.wrapping_add((n + 1).wrapping_mul(GAMMA)))
    }

    /// The same, uniform in [0, 1) with 53 bits.
    #[inline]
    pub fn unit_at(&self, n: u64) -> f64 {
        (self.at(n) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// The next number, uniform in [0, 1) with 53 bits.
    pub fn unit(&mut self) -> f64 {
        self.random()
    }
}

/// The number of failures before the first success of independent trials, by inversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometric {
    /// Logarithm of the probability that a trial fails.
    log_failure: f64,
}

impl Geometric {
    /// Trials that succeed with probability `p` in 0..=1.
    pub fn new(p: f64) -> Self {
        Self { log_failure: math::ln_1p(-p) }
    }

    /// The next number of failures.
    pub fn sample(self, stream: &mut Stream) -> u64 {
        let u = 1.0 - stream.unit(); // in (0, 1]
        // The cast saturates, which is right where success never comes: -x / 0. Where it always
        // comes, ln(0) gives x / -infinity = 0, and the NaN of 0 / 0 becomes 0 too.
        (math::ln(u) / self.log_failure) as u64
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let number = self.at(self.drawn);
        self.drawn += 1;
        Ok(number)
    }

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|number| (number >> 32) as u32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

/// SplitMix64's output function.
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn absorb(state: u64, word: u64) -> u64 {
    mix(state.wrapping_add(GAMMA) ^ mix(word.wrapping_add(GAMMA)))
}

/// The 64-bit FNV-1a hash: a key must not depend on where a metric stands in the list.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Turns 64 random bits into a standard normal number by inversion of the distribution function.
///
/// The lower half of the distribution is cut where its probability halves (an octave), each octave
/// into 64 equal parts of probability, and the quantile is a cubic in each part. One bit
/// is the sign, the leading zeros choose the octave, the next bits the segment, the rest is the
/// place in it. Against the exact quantile the error is below 1e-9; the largest number is 7.24.
#[derive(Clone, Debug)]
pub struct NormalTable {
    cubics: Box<[[f64; 4]; OCTAVES * SEGMENTS]>,
}

/// Computed once for the whole program.
static NORMAL: LazyLock<NormalTable> = LazyLock::new(NormalTable::default);

/// Octaves of probability: the last one begins at 2^-42.
const OCTAVES: usize = 41;
/// Segments of an octave; a power of two.
const SEGMENTS: usize = 64;
const SEGMENT_BITS: u32 = SEGMENTS.trailing_zeros();

impl Default for NormalTable {
    fn default() -> Self {
        let mut cubics = Box::new([[0.0; 4]; OCTAVES * SEGMENTS]);
        // Half of a uniform number below one half: the largest octave is [1/4, 1/2).
        let mut low = 0.25;
        for octave in cubics.chunks_exact_mut(SEGMENTS) {
            for (segment, place) in octave.iter_mut().enumerate() {
                *place = cubic(|t| {
                    math::normal_quantile_lower(low * (1.0 + (segment as f64 + t) / SEGMENTS as f64))
                });
            }
            low /= 2.0;
        }
        Self { cubics }
    }
}

impl NormalTable {
    /// The table.
    pub fn shared() -> &'static Self {
        &NORMAL
    }

    /// The standard normal number for these random bits.
    #[inline]
    pub fn sample(&self, bits: u64) -> f64 {
        let magnitude = bits << 1;
        let octave = magnitude.leading_zeros().min(OCTAVES as u32 - 1);
        let place = (magnitude << octave) << 1;
        let segment = (place >> (64 - SEGMENT_BITS)) as usize;
        // 53 bits: a signed conversion gives the same number and is cheaper.
        let t = ((place << SEGMENT_BITS) >> 11) as i64 as f64 * (1.0 / (1u64 << 53) as f64);
        let [c0, c1, c2, c3] = self.cubics[octave as usize * SEGMENTS + segment];
        let lower = ((c3 * t + c2) * t + c1) * t + c0;
        f64::from_bits(lower.to_bits() ^ (bits & (1 << 63)))
    }
}

/// Coefficients, lowest power first, of the cubic through `f` at the four Chebyshev points of [0, 1].
fn cubic(f: impl Fn(f64) -> f64) -> [f64; 4] {
    let x: [f64; 4] =
        std::array::from_fn(|i| 0.5 - 0.5 * math::cos(std::f64::consts::PI * (2.0 * i as f64 + 1.0) / 8.0));
    // Newton's divided differences, then expanded into powers of t.
    let mut d = x.map(f);
    for order in 1..4 {
        for i in (order..4).rev() {
            d[i] = (d[i] - d[i - 1]) / (x[i] - x[i - order]);
        }
    }
    let mut c = [d[3], 0.0, 0.0, 0.0];
    for i in (0..3).rev() {
        for power in (1..4).rev() {
            c[power] = c[power - 1] - x[i] * c[power];
        }
        c[0] = d[i] - x[i] * c[0];
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // First outputs of the reference implementation (Vigna, splitmix64.c) from state 1234567.
        let mut stream = Stream { start: 1_234_567, drawn: 0 };
        let expected: [u64; 3] =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(expected.map(|_| stream.random::<u64>()), expected);
        assert_eq!(stream.at(1), expected[1]);
    }

    #[test]
    fn streams_differ_by_every_part_of_their_key() {
        let first =
            |seed, subject, purpose, server| StreamKey::new(seed, subject, purpose).server(server).at(0);
        let base = first(42, "cpu_p95", Purpose::Noise, 0);
        for other in [
            first(43, "cpu_p95", Purpose::Noise, 0),
            first(42, "mem_p95", Purpose::Noise, 0),
            first(42, "cpu_p95", Purpose::Gap, 0),
            first(42, "cpu_p95", Purpose::Noise, 1),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn normal_numbers_follow_the_quantile_function() {
        let table = NormalTable::default();
        let mut stream = StreamKey::new(1, "test", Purpose::Noise).server(0);
        for _ in 0..200_000 {
            let bits = stream.random::<u64>();
            // As the table reads them: 63 bits of a uniform number, halved.
            let p = (bits << 1) as f64 / (1u128 << 65) as f64;
            let exact = math::normal_quantile_lower(p);
            let sample = table.sample(bits & !(1 << 63));
            assert!((sample - exact).abs() < 1e-9, "{bits:x}: {sample} {exact}");
        }
    }

    #[test]
    fn normal_numbers_are_bounded_and_symmetric() {
        let table = NormalTable::default();
        assert!((table.sample(0) + 7.238).abs() < 0.001, "{}", table.sample(0));
        assert_eq!(table.sample(1 << 63), -table.sample(0));
        assert!(table.sample(u64::MAX >> 1).abs() < 1e-8);
    }

    #[test]
    fn normal_numbers_have_the_moments_of_the_standard_normal() {
        let table = NormalTable::default();
        let stream = StreamKey::new(7, "test", Purpose::Noise).server(3);
        let n = 1_000_000;
        let (mut sum, mut square, mut fourth) = (0.0, 0.0, 0.0);
        for i in 0..n {
            let z = table.sample(stream.at(i));
            sum += z;
            square += z * z;
            fourth += z * z * z * z;
        }
        let n = n as f64;
        // Five standard errors: sqrt(1/n), sqrt(2/n), sqrt(96/n).
        assert!((sum / n).abs() < 5.0 / n.sqrt());
        assert!((square / n - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!((fourth / n - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
    }

    #[test]
    fn the_geometric_distribution_has_its_mean() {
        let mut stream = StreamKey::new(7, "test", Purpose::Gap).server(0);
        for p in [0.01, 0.3, 0.9, 1.0] {
            let n = 100_000;
            let wait = Geometric::new(p);
            let mean = (0..n).map(|_| wait.sample(&mut stream) as f64).sum::<f64>() / f64::from(n);
            let error = ((1.0 - p) / (p * p) / f64::from(n)).sqrt();
            assert!((mean - (1.0 - p) / p).abs() <= 5.0 * error, "{p}: {mean}");
        }
    }
}
