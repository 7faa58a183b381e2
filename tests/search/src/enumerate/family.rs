//! Families of small cases: what is varied, how far, and which properties are checked.
//!
//! A family makes a [`Case`] of a sequence of choices ([`Family::make`]) and checks it
//! ([`Family::check`]).

use std::fmt;

use vhdx_log::storage::SparseMemory;
use vhdx_log_image::Recipe;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Agreed, Violation};

use super::choices::{Choices, Choose};
use super::encoded::{Encoded, generation};
use super::ring::RingCase;
use super::{headers, replays, rings};

/// A family of small cases.
pub struct Family {
    pub name: &'static str,
    /// What is varied, and how far.
    pub bounds: &'static str,
    /// Whether it is small enough for every `cargo test`.
    pub quick: bool,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// Rings alone: the active sequence.
    Search(rings::Bounds),
    /// Rings alone: the active sequence, and the verdict on each entry.
    Judge(rings::Bounds),
    /// Files whose headers vary.
    Headers(headers::Bounds),
    /// Files whose log varies in its descriptors and file sizes.
    Replays(replays::Bounds),
}

/// One small case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// A ring without a file around it.
    Ring(RingCase),
    /// A whole file.
    File(Box<Recipe>),
}

/// What one thread keeps from case to case.
#[derive(Default)]
pub struct Scratch {
    encoded: Encoded,
}

impl Family {
    /// The case that these choices make, not built yet.
    pub fn make(&self, choose: &mut impl Choose) -> Case {
        match &self.kind {
            Kind::Search(bounds) | Kind::Judge(bounds) => {
                Case::Ring(RingCase::make(bounds, choose))
            }
            Kind::Headers(bounds) => Case::File(Box::new(headers::make(bounds, choose))),
            Kind::Replays(bounds) => Case::File(Box::new(replays::make(bounds, choose))),
        }
    }

    /// How many cases there are whose choices begin like this.
    pub(super) fn count(&self, prefix: &[usize]) -> u64 {
        let mut choices = Choices::below(prefix);
        let mut count = 0;
        loop {
            self.make(&mut choices);
            count += 1;
            if !choices.advance() {
                return count;
            }
        }
    }

    /// Checks the properties of a case. Returns whether it has something to replay.
    ///
    /// # Errors
    /// The first property that is violated.
    pub fn check(&self, case: &Case, scratch: &mut Scratch) -> Result<bool, Violation> {
        let image = case.image(scratch);
        match (&self.kind, case) {
            (kind, Case::Ring(_)) => {
                if matches!(kind, Kind::Judge(_)) {
                    property::ring::check_entries(&image, generation())?;
                }
                Ok(property::ring::check_search(&image, generation())?.is_some())
            }
            (_, Case::File(_)) => Ok(matches!(property::check(&image)?, Agreed::Replayed(_))),
        }
    }
}

impl Case {
    /// The image of the ring, or of the file.
    pub fn image(&self, scratch: &mut Scratch) -> SparseMemory {
        match self {
            Self::Ring(ring) => scratch.encoded.image(ring),
            Self::File(recipe) => recipe.build().to_storage(),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(ring) => ring.fmt(f),
            Self::File(recipe) => recipe.fmt(f),
        }
    }
}
