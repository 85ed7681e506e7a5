//! The only door to transcendental functions.
//!
//! The standard library's `sin`, `exp` and `ln` come from the platform and differ between native
//! and WASM in the last bit; the `libm` crate computes the same bits everywhere. They are called
//! for tables and for rare events only, so their speed does not matter. `f64::sqrt` is correctly
//! rounded everywhere and needs no door.

/// Sine of `x` radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of `x` radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// `x` times itself.
pub fn square(x: f64) -> f64 {
    x * x
}

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `x` to the power of `y`.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `value`, or the nearer bound where it lies outside. Unlike `f64::clamp` it does not check the bounds, so that
/// a loop over many values can be vectorised.
#[inline]
pub fn clip(value: f64, low: f64, high: f64) -> f64 {
    let value = if value < low { low } else { value };
    if value > high { high } else { value }
}

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Natural logarithm of `1 + x`, accurate for small `x`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Density of the standard normal distribution at `x`.
pub fn normal_density(x: f64) -> f64 {
    const INV_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
    INV_SQRT_TAU * libm::exp(-0.5 * x * x)
}

/// Cumulative distribution function of the standard normal distribution at `x`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Lower quantile of the standard normal distribution for a probability in (0, 0.5].
///
/// Algorithm AS 241 (PPND16), M. J. Wichura, "The percentage points of the normal distribution",
/// Applied Statistics 37 (1988), 477-484; accurate to about 1 part in 10^16.
pub fn normal_quantile_lower(p: f64) -> f64 {
    debug_assert!(p > 0.0 && p <= 0.5, "p = {p}");
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&as241::CENTRE_NUMERATOR, r) / polynomial(&as241::CENTRE_DENOMINATOR, r);
    }
    let r = (-ln(p)).sqrt();
    if r <= 5.0 {
        -polynomial(&as241::MIDDLE_NUMERATOR, r - 1.6) / polynomial(&as241::MIDDLE_DENOMINATOR, r - 1.6)
    } else {
        -polynomial(&as241::TAIL_NUMERATOR, r - 5.0) / polynomial(&as241::TAIL_DENOMINATOR, r - 5.0)
    }
}

/// Value at `x` of the polynomial with these coefficients, lowest power first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// The coefficients of Algorithm AS 241.
#[expect(clippy::excessive_precision, reason = "the digits are as published")]
mod as241 {
    pub(super) const CENTRE_NUMERATOR: [f64; 8] = [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ];
    pub(super) const CENTRE_DENOMINATOR: [f64; 8] = [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ];
    pub(super) const MIDDLE_NUMERATOR: [f64; 8] = [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ];
    pub(super) const MIDDLE_DENOMINATOR: [f64; 8] = [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ];
    pub(super) const TAIL_NUMERATOR: [f64; 8] = [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ];
    pub(super) const TAIL_DENOMINATOR: [f64; 8] = [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_has_the_published_values_and_inverts_the_distribution() {
        // Python: statistics.NormalDist().inv_cdf(p)
        for (p, expected) in [
            (0.5, 0.0),
            (0.25, -0.674_489_750_196_081_7),
            (0.025, -1.959_963_984_540_053_8),
            (0.001, -3.090_232_306_167_813),
            (1e-12, -7.034_483_825_301_132),
            (1e-20, -9.262_340_089_798_405),
        ] {
            let x = normal_quantile_lower(p);
            assert!((x - expected).abs() < 1e-14 * expected.abs().max(1.0), "{p}: {x}");
            assert!((normal_cdf(x) / p - 1.0).abs() < 1e-12, "{p}");
        }
    }
}
