//! A linear scale from values to pixels, and round numbers along it.

/// Beyond this magnitude a difference of two values could overflow.
const LARGEST: f64 = 1e300;

/// A number `mantissa * 10^exponent` with a mantissa of 1, 2 or 5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    mantissa: f64,
    exponent: i32,
}

impl Step {
    /// The smallest step of which at most `count` fit into `span`; both are positive.
    pub(super) fn fitting(span: f64, count: f64) -> Self {
        let mut step = Self { mantissa: 1.0, exponent: 0 };
        while span / step.value() > count {
            step = step.next();
        }
        while span / step.previous().value() <= count {
            step = step.previous();
        }
        step
    }

    /// The step as a number.
    pub(super) fn value(self) -> f64 {
        self.times(1.0)
    }

    /// So many steps; dividing by a whole power of ten is more exact than multiplying by 0.1.
    pub(super) fn times(self, count: f64) -> f64 {
        let power = (0..self.exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        if self.exponent < 0 { count * self.mantissa / power } else { count * self.mantissa * power }
    }

    /// Decimals that its multiples need.
    pub(super) fn decimals(self) -> usize {
        (-self.exponent).max(0) as usize
    }

    fn next(self) -> Self {
        match self.mantissa {
            1.0 => Self { mantissa: 2.0, ..self },
            2.0 => Self { mantissa: 5.0, ..self },
            _ => Self { mantissa: 1.0, exponent: self.exponent + 1 },
        }
    }

    fn previous(self) -> Self {
        match self.mantissa {
            5.0 => Self { mantissa: 2.0, ..self },
            2.0 => Self { mantissa: 1.0, ..self },
            _ => Self { mantissa: 5.0, exponent: self.exponent - 1 },
        }
    }
}

/// Values from `lo` to `hi`, which is larger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Domain {
    pub(super) lo: f64,
    pub(super) hi: f64,
}

impl Domain {
    /// A domain around values with some air, not beyond `bounds` unless the values are; `bounds`
    /// themselves when there is no value.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, bounds: (f64, f64)) -> Self {
        let Some((lo, hi)) = extent(values) else { return Self::new(bounds.0, bounds.1) };
        let magnitude = hi.abs().max(lo.abs());
        let constant = hi - lo <= 1e-9 * magnitude || hi - lo < 1e-200;
        let air = match constant {
            false => (hi - lo) * 0.06,
            true if magnitude < 1e-200 => 1.0,
            true => magnitude * 0.1,
        };
        Self::new((lo - air).max(bounds.0.min(lo)), (hi + air).min(bounds.1.max(hi)))
    }

    /// A domain from zero, where bars begin, to some air beyond the values.
    pub(super) fn from_zero(values: impl IntoIterator<Item = f64>, smallest: f64) -> Self {
        let (lo, hi) = extent(values).unwrap_or((0.0, 0.0));
        let air = |value: f64| value * 1.08;
        match (air(lo.min(0.0)), air(hi.max(0.0))) {
            (0.0, hi) => Self::new(0.0, hi.max(smallest)),
            (lo, hi) => Self::new(lo, hi),
        }
    }

    fn new(lo: f64, hi: f64) -> Self {
        let (lo, hi) = (lo.clamp(-LARGEST, LARGEST), hi.clamp(-LARGEST, LARGEST));
        Self { lo, hi: if hi - lo > lo.abs() * 1e-12 { hi } else { lo + (lo.abs() * 0.1).max(1.0) } }
    }
}

/// Smallest and largest finite value.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |extent, value| {
        let value = value.clamp(-LARGEST, LARGEST);
        let (lo, hi) = extent.unwrap_or((value, value));
        Some((value.min(lo), value.max(hi)))
    })
}

/// A domain laid along pixels, with round ticks.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    domain: Domain,
    pixels: (f64, f64),
    step: Step,
}

impl Scale {
    /// Lays `domain` from pixel `pixels.0` to `pixels.1`, with ticks at least `spacing` pixels apart.
    pub(super) fn new(domain: Domain, pixels: (f64, f64), spacing: f64) -> Self {
        let count = ((pixels.1 - pixels.0).abs() / spacing).max(2.0);
        Self { domain, pixels, step: Step::fitting(domain.hi - domain.lo, count) }
    }

    /// Where a value lies; beyond the domain it lies at the nearer end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let Domain { lo, hi } = self.domain;
        let share = (value.clamp(lo, hi) - lo) / (hi - lo);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// Whether the value lies in the domain.
    pub(super) fn shows(&self, value: f64) -> bool {
        (self.domain.lo..=self.domain.hi).contains(&value)
    }

    /// The round numbers in the domain, with their labels.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let Domain { lo, hi } = self.domain;
        let first = (lo / self.step.value()).ceil();
        let most = ((hi - lo) / self.step.value()) as usize + 1;
        let ticks = (0..=most).map(|index| self.step.times(first + index as f64) + 0.0);
        ticks.filter(|tick| self.shows(*tick)).map(|tick| (tick, self.label(tick))).collect()
    }

    fn label(&self, tick: f64) -> String {
        let decimals = self.step.decimals();
        let magnitude = self.domain.lo.abs().max(self.domain.hi.abs());
        if magnitude < 1e7 && decimals <= 6 {
            return super::label::number(tick, decimals);
        }
        let digits = super::label::order(magnitude) - self.step.exponent;
        if tick == 0.0 { "0".to_owned() } else { format!("{tick:.*e}", digits.clamp(0, 6) as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lo: f64, hi: f64) -> Vec<String> {
        let scale = Scale::new(Domain { lo, hi }, (250.0, 0.0), 50.0);
        scale.ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(labels(0.0, 100.0), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(31.7, 68.2), ["40", "50", "60"]);
        assert_eq!(labels(-0.013, 0.021), ["-0.01", "0.00", "0.01", "0.02"]);
        assert_eq!(labels(0.0, 12_345.0), ["0", "5,000", "10,000"]);
        assert_eq!(labels(0.0, 3.1e9), ["0", "1e9", "2e9", "3e9"]);
    }

    #[test]
    fn any_domain_has_ticks() {
        for (lo, hi) in [(-LARGEST, LARGEST), (0.0, 1e-199), (1e15, 1e15 + 4.0), (-7.0, -6.999_999)] {
            let ticks = Scale::new(Domain { lo, hi }, (100.0, 0.0), 40.0).ticks();
            assert!((1..=3).contains(&ticks.len()), "{lo} {hi}: {ticks:?}");
        }
    }

    #[test]
    fn a_domain_has_air_but_stays_inside_the_bounds() {
        assert_eq!(Domain::around([50.0, 100.0, f64::NAN], (0.0, 100.0)), Domain { lo: 47.0, hi: 100.0 });
        assert_eq!(Domain::around([50.0], (0.0, 100.0)), Domain { lo: 45.0, hi: 55.0 });
        assert_eq!(Domain::around([0.0], (0.0, 100.0)), Domain { lo: 0.0, hi: 1.0 });
        assert_eq!(Domain::around([], (10.0, 20.0)), Domain { lo: 10.0, hi: 20.0 });
        assert_eq!(Domain::from_zero([25.0, 50.0], 1.0), Domain { lo: 0.0, hi: 54.0 });
        assert_eq!(Domain::from_zero([f64::NAN], 1.0), Domain { lo: 0.0, hi: 1.0 });
    }
}
