//! The configuration: YAML text and overrides in, a validated [`Plan`] out, or all problems at once.
//!
//! ```text
//! text -- tree --> values with places -- overrides --> -- read, validate --> Plan -- document --> YAML
//! ```
//!
//! `tree` reads the text in one pass under a budget, so that hostile text ends early; `validate`
//! reads typed values from the tree, and every getter that fails says why and lets the next one go
//! on; `document` writes the plan back. The page edits the text itself: `edit` and `form`; `schema`
//! describes it to any editor, and `share` puts the text into links.

mod budget;
mod defaults;
mod differences;
mod document;
mod edit;
mod form;
mod keys;
mod limits;
mod names;
mod overrides;
mod preset;
mod problems;
mod read;
mod schema;
pub mod share;
mod syntax;
mod tree;
mod validate;

pub use budget::{Estimate, estimate};
pub use differences::{Difference, differences};
pub use edit::set_value;
pub use form::{Field, Kind, form};
pub use overrides::Override;
pub use preset::{PRESETS, Preset};
pub use schema::schema;
pub use tree::too_long;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use problems::Problems;

/// The plan that `yaml` and the overrides describe; later overrides win.
///
/// ```
/// let yaml = "data_generation: {num_servers: 5, start_date: 2024-01-01, end_date: 2024-03-30}";
/// let plan = fleetsynth::config::plan(yaml, &[])?;
/// assert_eq!(plan.rows(), 450);
///
/// let error = fleetsynth::config::plan(&yaml.replace("num_servers", "num_server"), &[]).unwrap_err();
/// let problem = &error.problems()[0];
/// assert_eq!(problem.hint.as_deref(), Some("Did you mean `num_servers`?"));
/// # Ok::<(), fleetsynth::error::Error>(())
/// ```
///
/// # Errors
/// When anything is wrong: all problems, in the order of the text, those of overrides last.
pub fn plan(yaml: &str, overrides: &[Override]) -> Result<Plan> {
    let mut tree = tree::parse(yaml).map_err(Error::config)?;
    let problems = Problems::default();
    for duplicate in tree.duplicates {
        problems.add(|| duplicate);
    }
    for value in overrides {
        value.apply(&mut tree.root, &problems);
    }
    match validate::validate(&tree.root, &problems) {
        Some((plan, environment)) => document::complete(plan, environment),
        None if problems.is_empty() => {
            Err(Error::new(ErrorKind::Internal, "The configuration was refused without a reason."))
        }
        None => Err(Error::config(problems.into_sorted())),
    }
}
