//! The configurations that come with the program.

use serde::Serialize;

/// A configuration that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// Name, which is also that of its file below `config/`.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// What it is good for, in a sentence.
    pub description: &'static str,
    /// The configuration.
    pub yaml: &'static str,
}

/// The presets; the first is the default job.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "config",
        title: "Default fleet",
        description: "120 servers over four years: enough for trends, seasons and quarter ends.",
        yaml: include_str!("../../config/config.yaml"),
    },
    Preset {
        name: "small",
        title: "Small fleet",
        description: "5 servers over one quarter: a first look, done in an instant.",
        yaml: include_str!("../../config/small.yaml"),
    },
    Preset {
        name: "large",
        title: "Large fleet",
        description: "2,000 servers over five years: the size of a data centre, for load tests.",
        yaml: include_str!("../../config/large.yaml"),
    },
    Preset {
        name: "bank_realistic",
        title: "Realistic bank fleet",
        description: "200 servers over four years that meet the bands of the realism scorecard: kinds of servers, shared shocks, gaps and anomalies.",
        yaml: include_str!("../../config/bank_realistic.yaml"),
    },
];
