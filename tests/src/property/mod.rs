//! The claims that hold for every image, each one function with one sentence.
//!
//! Random search, exhaustive search and the fuzzer all call these same functions; none has claims of its own. A claim
//! that fails gives a [`Violation`]: which one, and what was expected and found.
//!
//! What the claims do not say: that core and model are right. They were written apart, so a mistake would have to be made
//! twice; and the corpus states, for each of its images, what its author meant to happen.

mod agreement;
mod bounds;
mod compare;
mod write_back;

use std::fmt;

use vhdx_log::GuidSource;
use vhdx_log::storage::SparseMemory;

pub use bounds::{Meter, Metered};
pub use compare::{first_difference, to_model};

/// A claim that does not hold for an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The claim, as a sentence.
    pub claim: &'static str,
    /// What was expected and what was found.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this does not hold: {}\n  {}", self.claim, self.detail)
    }
}

impl std::error::Error for Violation {}

/// What became of an image for which all claims hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Refused, with this clause.
    Refused(&'static str),
    /// Its log is empty.
    Clean,
    /// Replayed: the active sequence, as both see it.
    Replayed(vhdx_log_model::Active),
}

/// All claims about reading one image: agreement of core and model on verdict, sequence and every byte; overlay and
/// write-back alike; a second replay without effect; refused files untouched; cost bounded.
///
/// # Errors
/// The first claim that does not hold.
pub fn reading(image: &SparseMemory) -> Result<Outcome, Violation> {
    let outcome = agreement::read_only(image)?;
    write_back::claims(image)?;
    bounds::reads_are_bounded(image)?;
    Ok(outcome)
}

/// The GUIDs that claims give to core, so that its files can be compared to the byte.
fn guids() -> GuidSource {
    GuidSource::seeded(0)
}

/// Makes sure of a claim.
fn ensure(claim: &'static str, holds: bool, detail: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { claim, detail: detail() }) }
}
