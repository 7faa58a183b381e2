//! What a subject is: an image and a way to open it go in, an [`Outcome`] comes out.
//!
//! Fields that a subject does not report are not compared. An outcome is only what happened; what
//! should have happened is said by the expectations, and the judge compares the two.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use vhdx_log_corpus::{Access, Guest, LogState, Sequence};
use vhdx_log_model::Image;

use super::failed::FailureKind;
use super::transcript::Transcript;
use crate::write_order::Steps;

/// An implementation under test.
pub trait Subject: Sync {
    fn name(&self) -> String;

    /// Its version, if it reports one.
    fn version(&self) -> Option<String> {
        None
    }

    /// Opens an image, and replays its log where it has one.
    fn open(&self, case: &Case<'_>) -> Outcome;

    /// The same, with what was run and printed. A subject in this process has nothing to add.
    fn open_with_transcript(&self, case: &Case<'_>) -> (Outcome, Transcript) {
        (self.open(case), Transcript::default())
    }

    /// Which readings it follows, and what it can show.
    fn profile(&self) -> Profile {
        Profile::default()
    }
}

/// An image, and how to open it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub image: &'a Image,
    pub access: Access,
    /// The limit on the size of the replayed file in bytes; absent: the subject's own.
    pub max_file_size: Option<u64>,
}

/// What a subject does where the format lets it choose, and what it can show.
#[derive(Clone, Debug)]
pub struct Profile {
    /// For an OPEN clause, the name of the reading it follows; where none is named, every allowed
    /// one passes.
    pub readings: BTreeMap<String, String>,
    /// It shows the image file after the replay, not only the guest's disk.
    pub shows_file: bool,
    /// It shows the disk that a guest sees.
    pub shows_guest: bool,
    /// How it can open a file.
    pub opens: Opens,
    /// It opens differencing disks.
    pub opens_differencing: bool,
    /// The limit on the size of the replayed file can be set.
    pub limits_size: bool,
}

/// How a subject can open a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opens {
    /// As the case says.
    #[default]
    Both,
    /// For writing only: what is asked of an open for reading says nothing about it.
    ForWriting,
    /// For reading only, whatever the case says: it may refuse a dirty file, and writes to none
    /// (RPL-5).
    ForReading,
}

impl Default for Profile {
    /// Everything can be shown and set, and every allowed reading passes.
    fn default() -> Self {
        Self {
            readings: BTreeMap::new(),
            shows_file: true,
            shows_guest: true,
            opens: Opens::Both,
            opens_differencing: true,
            limits_size: true,
        }
    }
}

/// What a subject did with an image.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was not opened.
    Refused {
        /// The clause it is said to break.
        clause: Option<String>,
        message: String,
        /// The file afterwards.
        file: Option<Image>,
    },
    /// It was opened.
    Accepted(Box<Accepted>),
    /// It gave no answer, or one that cannot stand by itself: it hung, crashed, ran away, or
    /// damaged what it was given.
    Failed(Box<Failed>),
}

/// A subject that hung, crashed, ran away, or damaged what it was given.
///
/// What went wrong, what it answered all the same, and what it left on disk are kept apart: a
/// program that opened its image and replaced it has all three.
#[derive(Clone, Debug)]
pub struct Failed {
    /// What went wrong; of several, what does the most harm.
    pub kind: FailureKind,
    /// What else went wrong, by harm.
    pub also: Vec<FailureKind>,
    /// The outcome as it would be without the failure, where the subject answered. Never a
    /// [`Outcome::Failed`].
    pub answered: Option<Box<Outcome>>,
    /// The file afterwards, where it can still be read.
    pub file: Option<Image>,
}

impl Outcome {
    /// The file afterwards, where it is known.
    pub fn file(&self) -> Option<&Image> {
        match self {
            Self::Refused { file, .. } => file.as_ref(),
            Self::Accepted(accepted) => accepted.file.as_ref(),
            Self::Failed(failed) => {
                let answered = failed.answered.as_deref();
                failed
                    .file
                    .as_ref()
                    .or_else(|| answered.and_then(Self::file))
            }
        }
    }

    /// What can be seen from outside: the clause, the log's state and the sequence are left out,
    /// because only the subject itself can report them.
    #[must_use]
    pub fn seen_from_outside(self) -> Self {
        match self {
            Self::Refused { message, file, .. } => Self::Refused {
                clause: None,
                message,
                file,
            },
            Self::Accepted(accepted) => Self::Accepted(Box::new(Accepted {
                log: None,
                sequence: None,
                ..*accepted
            })),
            Self::Failed(failed) => Self::Failed(Box::new(Failed {
                answered: failed
                    .answered
                    .map(|answered| Box::new(answered.seen_from_outside())),
                ..*failed
            })),
        }
    }
}

/// What is known of an image that was opened.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// What the log was found to be.
    pub log: Option<LogState>,
    /// What was replayed.
    pub sequence: Option<Sequence>,
    /// The file as it is shown: replayed.
    pub shown: Option<Image>,
    /// The file afterwards.
    pub file: Option<Image>,
    /// The disk that a guest sees, as digests.
    pub guest: Option<Guest>,
    /// The same disk itself, where the subject gives its bytes: to show where it differs.
    pub disk: Option<Image>,
    /// What was done to the file, in order.
    pub steps: Option<Steps>,
}

impl Failed {
    /// A failure of one kind, with nothing answered and no file to show.
    pub fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            also: Vec::new(),
            answered: None,
            file: None,
        }
    }
}

impl From<Failed> for Outcome {
    fn from(failed: Failed) -> Self {
        Self::Failed(Box::new(failed))
    }
}

impl From<FailureKind> for Outcome {
    fn from(kind: FailureKind) -> Self {
        Failed::new(kind).into()
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        self.also.iter().try_for_each(|kind| write!(f, "; {kind}"))
    }
}
