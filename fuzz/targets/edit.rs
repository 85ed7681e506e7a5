//! A value that is set in any text stands in it afterwards, or the text is left alone with a reason.
#![no_main]

use fleetsynth::config;
use libfuzzer_sys::fuzz_target;

/// Keys of every depth.
const KEYS: [&str; 4] = [
    "data_generation.num_servers",
    "data_generation.metrics.cpu_p95.base_mean",
    "data_generation.realism.correlations.cpu_p95.mem_p95",
    "output.decimals",
];

fuzz_target!(|text: &str| {
    for key in KEYS {
        if let Ok(edited) = config::set_value(text, key, "1") {
            // To set it again changes nothing.
            assert_eq!(config::set_value(&edited, key, "1").as_deref(), Ok(edited.as_str()));
        }
    }
});
