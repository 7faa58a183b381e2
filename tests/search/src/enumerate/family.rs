//! Kinds of small cases, each with its bounds in words.

use std::fmt;
use vhdx_log_oracle::convert::BuiltImageExt;

use vhdx_log::storage::SparseMemory;

use super::choices::{Choices, Choose};
use super::rings::{self, Encoded, Numbers, RingCase, Tails};
use super::{headers, replays};
use vhdx_log_image::Recipe;
use vhdx_log_oracle::property::{self, Agreed, Violation};

/// A kind of small cases.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What is varied, and how far.
    pub bounds: &'static str,
    /// Whether it is small enough for every `cargo test`.
    pub quick: bool,
    kind: Kind,
}

enum Kind {
    /// Rings alone: the search.
    Search(rings::Bounds),
    /// Rings alone: the search, and the judgement of each entry.
    Judge(rings::Bounds),
    /// Files whose headers are varied.
    Headers(headers::Bounds),
    /// Files whose log is varied in what it says to do.
    Replays(replays::Bounds),
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// A ring alone.
    Ring(RingCase),
    /// A whole file.
    File(Box<Recipe>),
}

/// What one thread keeps from case to case.
#[derive(Default)]
pub struct Scratch {
    encoded: Encoded,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "rings-free",
        bounds: "rings of 1 to 3 sectors; entries of 1 to 3 sectors at every place, overwritten ends, stray data \
                 sectors, holes; each entry's number any of three in a row, at 7, 2^32 - 2, 2^63 - 2, 2^64 - 3; each \
                 entry's Tail any sector, the ring's length, 512",
        quick: true,
        kind: Kind::Search(rings::Bounds {
            sectors: 1..=3,
            numbers: Numbers::Free,
            tails: Tails::Every,
            faults: 0,
            leftovers: true,
        }),
    },
    Family {
        name: "rings-faults",
        bounds: "rings of 1 to 4 sectors; entries of 1 to 3 sectors at every place, holes; numbers counting up from any \
                 entry, in one run or two with a gap of 1 or 2^32, from the same four; one Tail for all, any entry's start; every single \
                 fault of every entry",
        quick: true,
        kind: Kind::Judge(rings::Bounds {
            sectors: 1..=4,
            numbers: Numbers::Counting,
            tails: Tails::Starts,
            faults: 1,
            leftovers: false,
        }),
    },
    Family {
        name: "headers",
        bounds: "two headers, each with at most one of 31 deviations; a log that fits LogGuid, one that does not, an \
                 empty one; seven lengths of the file, two identifiers; region or metadata tables broken",
        quick: true,
        kind: Kind::Headers(headers::Bounds {
            deviations: 1,
            files: true,
        }),
    },
    Family {
        name: "replays",
        bounds: "two entries, each with at most one of 28 descriptors; Tail at either; five FlushedFileOffsets, six \
                 LastFileOffsets, four lengths of the file",
        quick: true,
        kind: Kind::Replays(replays::Bounds {
            descriptors: [1, 1],
            sizes: true,
        }),
    },
    Family {
        name: "rings-free-4",
        bounds: "as rings-free, for rings of 4 sectors",
        quick: false,
        kind: Kind::Search(rings::Bounds {
            sectors: 4..=4,
            numbers: Numbers::Free,
            tails: Tails::Every,
            faults: 0,
            leftovers: true,
        }),
    },
    Family {
        name: "rings-heads",
        bounds: "rings of 5 and 6 sectors; entries of 1 to 3 sectors at every place, holes; each entry's number any of \
                 three in a row, from the same four; of the entries that none continues, one has every Tail, the \
                 others their own start or none",
        quick: false,
        kind: Kind::Search(rings::Bounds {
            sectors: 5..=6,
            numbers: Numbers::Free,
            tails: Tails::OneOfEveryHead,
            faults: 0,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-faults-6",
        bounds: "as rings-faults, for rings of 5 and 6 sectors",
        quick: false,
        kind: Kind::Judge(rings::Bounds {
            sectors: 5..=6,
            numbers: Numbers::Counting,
            tails: Tails::Starts,
            faults: 1,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-pairs",
        bounds: "as rings-faults, with every pair of faults, for rings of 1 to 3 sectors",
        quick: true,
        kind: Kind::Judge(rings::Bounds {
            sectors: 1..=3,
            numbers: Numbers::Counting,
            tails: Tails::Starts,
            faults: 2,
            leftovers: false,
        }),
    },
    Family {
        name: "rings-pairs-4",
        bounds: "as rings-faults, with every pair of faults, for rings of 4 sectors",
        quick: false,
        kind: Kind::Judge(rings::Bounds {
            sectors: 4..=4,
            numbers: Numbers::Counting,
            tails: Tails::Starts,
            faults: 2,
            leftovers: false,
        }),
    },
    Family {
        name: "headers-pairs",
        bounds: "two headers, each with at most two of 31 deviations; the same three logs",
        quick: true,
        kind: Kind::Headers(headers::Bounds {
            deviations: 2,
            files: false,
        }),
    },
    Family {
        name: "replays-pairs",
        bounds: "two entries, each with at most two of 28 descriptors; Tail at either",
        quick: false,
        kind: Kind::Replays(replays::Bounds {
            descriptors: [2, 2],
            sizes: false,
        }),
    },
];

impl Family {
    /// Every kind there is.
    pub const fn all() -> &'static [Self] {
        FAMILIES
    }

    /// Makes the case of these choices, without building it.
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

    /// Holds a case against the claims; whether it has something to replay.
    ///
    /// # Errors
    /// The first property that does not hold.
    pub fn check(&self, case: &Case, scratch: &mut Scratch) -> Result<bool, Violation> {
        let image = case.image(scratch);
        match (&self.kind, case) {
            (Kind::Judge(_), Case::Ring(_)) => {
                property::ring::check_entries(&image, rings::generation())?;
                Ok(property::ring::check_search(&image, rings::generation())?.is_some())
            }
            (_, Case::Ring(_)) => {
                Ok(property::ring::check_search(&image, rings::generation())?.is_some())
            }
            (_, Case::File(_)) => Ok(matches!(property::check(&image)?, Agreed::Replayed(_))),
        }
    }
}

impl Case {
    /// Its bytes: those of the ring, or of the file.
    pub fn image(&self, scratch: &mut Scratch) -> SparseMemory {
        match self {
            Self::Ring(ring) => ring.image(&mut scratch.encoded),
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
