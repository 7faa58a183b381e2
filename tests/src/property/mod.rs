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
mod guarded;
mod inspection;
pub mod ring;
mod write_back;

use std::fmt;

use vhdx_log::GuidSource;
use vhdx_log::storage::SparseMemory;
use vhdx_log_model::{self as model, Access, Verdict};

pub use bounds::{Meter, Metered};
pub use compare::{first_difference, to_model};
pub use inspection::inspecting;

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
    let judged = Judged::of(image);
    let outcome = agreement::read_only(image, &judged.read_only)?;
    write_back::claims(image, judged.writable())?;
    Ok(outcome)
}

/// The model's verdicts on one image.
struct Judged {
    /// On a read-only open. Where it replays, it also says how the replay is written back.
    read_only: Verdict,
    /// On a writable one, where that is another (HDR-13).
    writable: Option<Verdict>,
}

impl Judged {
    /// Asks the model, once where it can: a writable open asks for more than a read-only one in nothing but HDR-13, and
    /// the cases are many.
    fn of(image: &SparseMemory) -> Self {
        let image = to_model(image);
        let options = model::Options {
            access: Access::Writable,
            fresh_guid: guids().fresh().to_bytes_le(),
            ..model::Options::default()
        };
        match model::read(&image, &options) {
            Verdict::Refused(refusal) if refusal.clause == "HDR-13" => Self {
                read_only: model::read(&image, &model::Options::default()),
                writable: Some(Verdict::Refused(refusal)),
            },
            verdict => Self { read_only: verdict, writable: None },
        }
    }

    fn writable(&self) -> &Verdict {
        self.writable.as_ref().unwrap_or(&self.read_only)
    }
}

/// The GUIDs that claims give to core, so that its files can be compared to the byte.
fn guids() -> GuidSource {
    GuidSource::seeded(0)
}

/// Makes sure of a claim.
fn ensure(claim: &'static str, holds: bool, detail: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { claim, detail: detail() }) }
}
