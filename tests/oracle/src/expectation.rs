//! An allowed outcome as data, from a vector or from the model.
//!
//! Contract: an [`Expectation`] says all there is to say of one outcome, so that the judge can
//! compare everything a subject reports. The contents of the replayed file are known either as an
//! image or as digests (a stored vector has digests); both are compared in the same way.

use std::collections::BTreeSet;

use vhdx_log_corpus::{Changed, Expect, File, Guest, Headers, LogState, Reading, Sequence, Vector};
use vhdx_log_image::SECTOR;
use vhdx_log_model::Image;

use crate::digest::{guest_of, guest_with_old_contents, sha256};
use crate::subject::Case;

/// Everything that may happen to one image.
#[derive(Clone, Debug)]
pub struct Expectations<'a> {
    pub case: Case<'a>,
    /// The first is the one that `core` and the model follow; never empty.
    pub allowed: Vec<Expectation>,
}

impl<'a> Expectations<'a> {
    /// What a vector allows.
    pub fn of_vector(vector: &Vector, case: Case<'a>) -> Self {
        let of_reading = |reading| Expectation::of_reading(reading, vector.open.as_deref());
        Self {
            case,
            allowed: vector.readings.iter().map(of_reading).collect(),
        }
    }
}

/// One allowed outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The name among those of its image.
    pub name: String,
    /// The reading it follows of each OPEN clause that makes a difference for this image.
    pub follows: Vec<Choice>,
    pub expected: Expected,
}

/// The reading of an OPEN clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub clause: String,
    pub reading: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is not opened, and the file is not changed (RPL-8).
    Refused {
        /// The clauses that the refusal may cite.
        reasons: Vec<String>,
    },
    /// It is opened.
    Accepted(Box<ExpectedFile>),
}

/// What an opened image must be; what is absent is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFile {
    pub log: Option<LogState>,
    /// What is replayed; absent when nothing is.
    pub sequence: Option<Sequence>,
    /// The file as it is shown, or as it is after it was written back. The headers are not part of
    /// it.
    pub contents: Option<Contents>,
    pub guest: ExpectedGuest,
    /// The headers after a replay that is written back; absent when they must not change.
    pub headers: Option<Headers>,
    /// Nothing is written, headers included (HDR-13).
    pub untouched: bool,
}

/// The bytes of the replayed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The sectors that differ from the image before.
    Digests(File),
    Whole(Image),
}

/// The disk that a guest sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedGuest {
    /// This one, where any is known.
    Known(Option<Guest>),
    /// What the contents show: zeros for blocks that are not present.
    OfContents,
    /// What the contents show, with the old contents of blocks that are not present, undefined or
    /// unmapped (DSK-3).
    OfContentsWithOldBlocks,
}

impl ExpectedFile {
    /// The disk that a guest sees, where the file holds one.
    pub fn guest(&self) -> Option<Guest> {
        match (&self.guest, &self.contents) {
            (ExpectedGuest::Known(guest), _) => guest.clone(),
            (ExpectedGuest::OfContents, Some(Contents::Whole(image))) => guest_of(image),
            (ExpectedGuest::OfContentsWithOldBlocks, Some(Contents::Whole(image))) => {
                guest_with_old_contents(image)
            }
            _ => None,
        }
    }
}

impl Contents {
    /// The length of the file, and its sectors that differ from those before.
    pub fn digests(&self, before: &Image) -> File {
        match self {
            Self::Digests(file) => file.clone(),
            Self::Whole(after) => File {
                length: after.length(),
                changed: changed_sectors(before, after),
            },
        }
    }
}

impl Expectation {
    /// The reading of a vector; `open` is the vector's OPEN clause.
    pub fn of_reading(reading: &Reading, open: Option<&str>) -> Self {
        let follows = open.map(|clause| Choice {
            clause: clause.to_owned(),
            reading: reading.name.clone(),
        });
        let expected = match reading.expect {
            Expect::Refuse => Expected::Refused {
                reasons: reading.reasons.clone(),
            },
            Expect::Accept => Expected::Accepted(Box::new(ExpectedFile {
                log: reading.log,
                sequence: reading.sequence.clone(),
                contents: reading.file.clone().map(Contents::Digests),
                guest: ExpectedGuest::Known(reading.guest.clone()),
                headers: reading.headers.clone(),
                untouched: reading.untouched,
            })),
        };
        Self {
            name: reading.name.clone(),
            follows: follows.into_iter().collect(),
            expected,
        }
    }

    /// The same as a reading of a vector; `before` is the image before the replay.
    pub fn to_reading(&self, before: &Image) -> Reading {
        let nothing = Reading::accepting(&self.name);
        match &self.expected {
            Expected::Refused { reasons } => Reading {
                expect: Expect::Refuse,
                reasons: reasons.clone(),
                ..nothing
            },
            Expected::Accepted(file) => Reading {
                log: file.log,
                guest: file.guest(),
                file: file
                    .contents
                    .as_ref()
                    .map(|contents| contents.digests(before)),
                headers: file.headers.clone(),
                sequence: file.sequence.clone(),
                untouched: file.untouched,
                ..nothing
            },
        }
    }
}

/// The sectors in which two files differ, as the second has them.
pub fn changed_sectors(before: &Image, after: &Image) -> Vec<Changed> {
    let numbers: BTreeSet<u64> = after.difference(before);
    let changed = |number| Changed {
        offset: number * SECTOR,
        sha256: sha256(after.bytes(number)),
    };
    numbers.into_iter().map(changed).collect()
}
