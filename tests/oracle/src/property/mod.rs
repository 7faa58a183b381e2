//! The claims that hold for every image, each one function with one sentence.
//!
//! Random search, exhaustive search and the fuzzer all call these same functions; none has claims
//! of its own. A property that fails gives a [`Violation`]: which one, and what was expected and
//! found.
//!
//! What the claims do not say: that core and model are right. They were written apart, so a mistake
//! would have to be made twice; and the corpus states, for each of its images, what its author
//! meant to happen.

mod bounds;
mod compare;
pub mod dirty_policies;
mod guarded;
mod order;
mod read_only;
pub mod ring;
mod write_back;

use std::fmt;

use vhdx_log::GuidSource;
use vhdx_log::storage::SparseMemory;
use vhdx_log_model::{self as model, Access, Rules, Verdict};

pub use bounds::{Meter, Metered};
pub use compare::{first_difference, to_model};

/// A property that does not hold for an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The property, as a sentence.
    pub property: &'static str,
    /// What was expected and what was found.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this does not hold: {}\n  {}",
            self.property, self.detail
        )
    }
}

impl std::error::Error for Violation {}

/// What became of an image for which all claims hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// Refused, with this clause.
    Refused(&'static str),
    /// Its log is empty.
    Clean,
    /// Replayed: the active sequence, as both see it.
    Replayed(vhdx_log_model::Active),
}

/// All claims about reading one image: agreement of core and model on verdict, sequence and every
/// byte; overlay and write-back alike; a second replay without effect; refused files untouched;
/// cost bounded; and of small dirty files, what is done with them other than to replay them.
///
/// # Errors
/// The first property that does not hold.
pub fn check(image: &SparseMemory) -> Result<Agreed, Violation> {
    let of_model = to_model(image);
    // A writable open asks for more than a read-only one in HDR-13 only, and its replay shows the
    // same: the model is mostly asked once, for cases are many.
    match model::read(&of_model, &writable()) {
        refused @ Verdict::Refused(model::Refusal {
            clause: "HDR-13", ..
        }) => claims(
            image,
            &model::read(&of_model, &model::Options::default()),
            &refused,
        ),
        verdict => {
            let outcome = claims(image, &verdict, &verdict)?;
            if let Verdict::Replayed(replay) = &verdict {
                dirty_policies::claims(image, replay.image.length())?;
            }
            Ok(outcome)
        }
    }
}

/// As [`check`], with the model by these rules: a wrong model breaks a property on every image that
/// shows what is wrong with it.
///
/// # Errors
/// The first property that does not hold.
pub fn check_against(image: &SparseMemory, rules: &dyn Rules) -> Result<Agreed, Violation> {
    let of_model = to_model(image);
    let read_only = model::read_with(&of_model, &model::Options::default(), rules);
    if let Verdict::Replayed(replay) = &read_only {
        ensure(read_only::UNTOUCHED, replay.operations.is_empty(), || {
            "the model writes".to_owned()
        })?;
    }
    claims(
        image,
        &read_only,
        &model::read_with(&of_model, &writable(), rules),
    )
}

/// All claims, given the model's verdicts on a read-only and on a writable open.
fn claims(
    image: &SparseMemory,
    read_only: &Verdict,
    writable: &Verdict,
) -> Result<Agreed, Violation> {
    let outcome = read_only::read_only(image, read_only)?;
    write_back::claims(image, writable)?;
    Ok(outcome)
}

/// A writable open, with the GUID that core is given.
fn writable() -> model::Options {
    let fresh_guid = guids().fresh().to_bytes_le();
    model::Options {
        access: Access::Writable,
        fresh_guid,
        ..model::Options::default()
    }
}

/// The GUIDs that claims give to core, so that its files can be compared to the byte.
fn guids() -> GuidSource {
    GuidSource::seeded(0)
}

/// Makes sure of a property.
pub fn ensure(
    property: &'static str,
    holds: bool,
    detail: impl FnOnce() -> String,
) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation {
            property,
            detail: detail(),
        })
    }
}
