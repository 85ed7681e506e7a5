//! Fleetsynth generates synthetic enterprise server telemetry: a row per server and day (or hour) with
//! P95 CPU, memory, disk and network utilisation, shaped like a large bank's capacity feed.
//!
//! The data's way through the modules, in their order below; a module never imports a later one:
//!
//! ```text
//! YAML text -- config --> Plan -- dataset --> chunks of whole servers --+--> profile  (charts)
//!               |                 |  fleet, series, realism             +--> quality  (verdict)
//!            calendar          rng, math                                +--> export   (files)
//!                                                       run: one step after another, to the end
//!                                                    upload: files to S3 by presigned URLs
//! ```
//!
//! The same configuration gives the same bytes on every platform: random numbers come from
//! streams keyed by (seed, server, metric, purpose) in [`rng`], and transcendental functions
//! from [`math`].

pub mod aggregate;
pub mod calendar;
pub mod chart;
pub mod cholesky;
pub mod config;
pub mod dataset;
pub mod document;
pub mod error;
pub mod export;
pub mod fleet;
pub mod ingest;
pub mod math;
pub mod plan;
pub mod profile;
pub mod quality;
pub mod realism;
pub mod rng;
pub mod run;
pub mod series;
pub mod upload;
pub mod wording;

#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(feature = "cli")]
pub mod cli;

/// The program's name and version, as written into every file.
pub const PROGRAM: &str = concat!("fleetsynth ", env!("CARGO_PKG_VERSION"));
