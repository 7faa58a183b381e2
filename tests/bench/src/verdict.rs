//! What a subject's outcome means for the person whose disk it is, ordered by harm.
//!
//! Contract: the order of the variants is the order of harm, worst first; [`Ord`] follows it, so
//! the worst verdict of several is their minimum. A verdict is one word for two facts that a record
//! keeps apart: what the subject answered, and what it left on disk.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a subject's outcome on one vector means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It accepted the image and shows stale or wrong bytes.
    LostData,
    /// It changed what no entry names, or a file that it refused or was not to write.
    DamagedFile,
    /// It did not end within its time.
    Hang,
    /// It ended by a signal, or with an exit code that means nothing.
    Crash,
    /// It took more memory, disk or output than it was given.
    Runaway,
    /// It refused an image that must be accepted.
    RefusedGood,
    /// It accepted an image that must be refused, and left it as it was.
    AcceptedBad,
    /// The disk is right; headers or length are not as demanded (UPD-1, UPD-4, RPL-3, RPL-6).
    Unfinished,
    /// The outcome is an allowed one.
    Pass,
    /// It says that it does not support this.
    Unsupported,
    /// What the vector is judged by cannot be seen of this subject.
    NotObservable,
    /// The system ended it, not the program and not the bench: nothing is known.
    Environment,
}

impl Verdict {
    /// Every verdict, worst first.
    pub const ALL: [Self; 12] = [
        Self::LostData,
        Self::DamagedFile,
        Self::Hang,
        Self::Crash,
        Self::Runaway,
        Self::RefusedGood,
        Self::AcceptedBad,
        Self::Unfinished,
        Self::Pass,
        Self::Unsupported,
        Self::NotObservable,
        Self::Environment,
    ];

    /// Whether the subject broke a demand.
    pub const fn is_failure(self) -> bool {
        (self as u8) < (Self::Pass as u8)
    }

    /// The name in files, as [`serde`] writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LostData => "lost-data",
            Self::DamagedFile => "damaged-file",
            Self::Hang => "hang",
            Self::Crash => "crash",
            Self::Runaway => "runaway",
            Self::RefusedGood => "refused-good",
            Self::AcceptedBad => "accepted-bad",
            Self::Unfinished => "unfinished",
            Self::Pass => "pass",
            Self::Unsupported => "unsupported",
            Self::NotObservable => "not-observable",
            Self::Environment => "environment",
        }
    }

    /// The verdict in words, for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LostData => "lost data silently",
            Self::DamagedFile => "damaged the file",
            Self::Hang => "hang",
            Self::Crash => "crash",
            Self::Runaway => "runaway",
            Self::RefusedGood => "refused a good file",
            Self::AcceptedBad => "accepted a bad file",
            Self::Unfinished => "unfinished",
            Self::Pass => "pass",
            Self::Unsupported => "unsupported",
            Self::NotObservable => "not observable",
            Self::Environment => "ended by the system",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
