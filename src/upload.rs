//! Uploads to S3 by presigned URLs: what is sent where, in which order, and what each answer means.
//! Nothing here touches a network, a clock or a random number: whoever carries requests asks a
//! [`Transfer`] for the next step and tells it how that went.
//!
//! ```text
//! pasted text -- bundle --> Bundle -- route --> where each file goes -- lint --> findings
//!                                                       |
//!                                  transfer: steps <----+----> answers (xml, failure, retry)
//! ```
//!
//! Presigned URLs are secrets: they leave this module in a [`transfer::Call`] alone, and every text
//! goes through [`redaction`].

pub mod address;
pub mod bundle;
pub mod checksum;
pub mod cors;
pub mod failure;
pub mod lint;
pub mod policy;
pub mod redaction;
pub mod retry;
pub mod route;
pub mod transfer;
pub mod xml;

pub use bundle::Bundle;
pub use route::{Destination, File, Route};
pub use transfer::Transfer;

/// Who sends: a page may send less than a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A page of this origin, such as `https://example.org`.
    Page {
        /// Scheme, host and port.
        origin: String,
    },
    /// The command line.
    Program,
}
