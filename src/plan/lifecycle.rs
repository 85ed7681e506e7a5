//! Servers that come, go, grow and move inside the range.

/// How many servers do so. All shares are 0..=1.
#[derive(Clone, Debug, PartialEq)]
pub struct LifecyclePlan {
    /// Share of the servers that begin on a later day than the first.
    pub commissioned_share: f64,
    /// Share of the servers that end on an earlier day than the last.
    pub decommissioned_share: f64,
    /// Share of the servers whose capacity becomes another one.
    pub resized_share: f64,
    /// What the capacity of a resized server is multiplied by, above 0: one of these, each as likely;
    /// at least one.
    pub resize_ratios: Vec<f64>,
    /// Share of the servers that move to another region.
    pub migrated_share: f64,
}

impl LifecyclePlan {
    /// Fewest days in which a server can begin, be there, and end.
    pub const MIN_DAYS: usize = 3;

    /// Whether the servers are there from the first to the last day, and stay as they are.
    pub fn is_neutral(&self) -> bool {
        self.always_there() && self.resized_share == 0.0 && self.migrated_share == 0.0
    }

    /// Whether the servers are there from the first to the last day.
    pub fn always_there(&self) -> bool {
        self.commissioned_share == 0.0 && self.decommissioned_share == 0.0
    }

    /// Mean and variance of the number of days on which a server is there, of so many.
    ///
    /// There are n = days - 1 places between two days. One that begins or ends is there on 1 to n days,
    /// all as likely; one that does both lies between two different places, k apart with probability
    /// 2 (n - k) / (n (n - 1)).
    pub fn days_there(&self, days: usize) -> (f64, f64) {
        let (begins, ends) = (self.commissioned_share, self.decommissioned_share);
        let (all, n) = (days as f64, days as f64 - 1.0);
        let once = begins + ends - 2.0 * begins * ends;
        let never = (1.0 - begins) * (1.0 - ends);
        let mean = never * all + once * all / 2.0 + begins * ends * all / 3.0;
        let of_squares =
            never * all * all + once * all * (2.0 * n + 1.0) / 6.0 + begins * ends * n * all / 6.0;
        (mean, (of_squares - mean * mean).max(0.0))
    }
}
