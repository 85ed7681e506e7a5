//! Which charts there are, and what is to be known of them without drawing any.

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Mean of the fleet over time, with the band of most servers.
    OverTime,
    /// One server's series with its gaps and outliers.
    Server,
    /// How often values occur.
    Distribution,
    /// Mean of each weekday.
    Weekly,
    /// Mean of each month.
    Monthly,
    /// Share of missing values over time.
    Missing,
    /// Each quarter's business days, laid over each other at the quarter's end.
    Quarters,
    /// Share of server-days, or server-hours, with low and high utilisation.
    Risk,
    /// How the metrics move together.
    Correlation,
    /// Utilisation of each server over time.
    Heat,
    /// Missing values of each server over time.
    Gaps,
}

impl ChartKind {
    /// All charts, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::OverTime,
        Self::Server,
        Self::Quarters,
        Self::Distribution,
        Self::Weekly,
        Self::Monthly,
        Self::Missing,
        Self::Risk,
        Self::Correlation,
        Self::Heat,
        Self::Gaps,
    ];

    /// A name that never changes.
    pub fn id(self) -> &'static str {
        self.about().id
    }

    /// The chart with that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The heading for people.
    pub fn title(self) -> &'static str {
        self.about().title
    }

    /// Whether it is as wide as two others.
    pub fn is_wide(self) -> bool {
        self.about().width == Width::Two
    }

    /// Whether days lie along the chart, of which it shows those in view.
    pub fn is_over_time(self) -> bool {
        self.about().along == Along::Days
    }

    fn about(self) -> About {
        match self {
            Self::OverTime => About::new("over-time", "Fleet over time", Width::Two, Along::Days),
            Self::Server => About::new("server", "One server", Width::Two, Along::Days),
            Self::Quarters => About::new("quarters", "Quarter ends", Width::Two, Along::Other),
            Self::Distribution => About::new("distribution", "Distribution", Width::One, Along::Other),
            Self::Weekly => About::new("weekly", "Weekly profile", Width::One, Along::Other),
            Self::Monthly => About::new("monthly", "Monthly profile", Width::One, Along::Other),
            Self::Missing => About::new("missing", "Missing values", Width::One, Along::Days),
            Self::Risk => About::new("risk", "Low and high utilisation", Width::One, Along::Other),
            Self::Correlation => {
                About::new("correlation", "Correlation of the metrics", Width::One, Along::Other)
            }
            Self::Heat => About::new("heat", "Utilisation of each server", Width::One, Along::Days),
            Self::Gaps => About::new("gaps", "Gaps of each server", Width::One, Along::Days),
        }
    }
}

/// How many charts it is as wide as.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    One,
    Two,
}

/// What lies along a chart.
#[derive(Clone, Copy, PartialEq)]
enum Along {
    Days,
    Other,
}

struct About {
    id: &'static str,
    title: &'static str,
    width: Width,
    along: Along,
}

impl About {
    fn new(id: &'static str, title: &'static str, width: Width, along: Along) -> Self {
        Self { id, title, width, along }
    }
}
