//! What a subject did with one vector.

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::wide::decimal;

use crate::verdict::Verdict;

/// What a subject did with one vector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRecord {
    /// The id of the vector.
    pub vector: String,
    pub verdict: Verdict,
    pub answer: Answer,
    pub disk: Disk,
    /// The allowed reading that the outcome follows; `null` unless it passes.
    pub reading: Option<String>,
    /// How the outcome differs from each allowed reading; empty when it passes.
    pub differences: Vec<DifferenceRecord>,
    /// What is worth a note and breaks no binding demand, such as UPD-2.
    pub remarks: Vec<String>,
    /// What the list of known failures says of it; `null` when it is not listed.
    pub known: Option<KnownFailure>,
    /// The same vector gave another outcome when it was run again.
    pub flaky: bool,
    pub elapsed_us: u64,
    /// What was run and printed, unless it passes; empty for a built-in subject.
    pub runs: Vec<RunOfProgram>,
    pub seen: Seen,
    /// The command that repeats it in an empty directory.
    pub repeat: String,
}

/// A result that is listed as a known failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFailure {
    pub reason: String,
    pub link: Option<String>,
    /// Whether it fails as the list says. If not, the list is stale.
    pub as_listed: bool,
}

/// Digests of what was seen. Two outcomes with the same [`digest`](Self::digest) are the same
/// mistake on a vector. Hexadecimal, 16 digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Of the answer's kind and of all that follows.
    pub digest: String,
    /// The file afterwards: its length, and what changed in it but the headers. `null` where it is
    /// not shown.
    pub file: Option<String>,
    /// Of its headers what does not depend on chance.
    pub headers: Option<String>,
    /// The file as a reader shows it.
    pub shown: Option<String>,
    /// The disk that a guest sees.
    pub guest: Option<String>,
}

/// What a subject answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer", deny_unknown_fields)]
pub enum Answer {
    Accepted,
    Refused {
        /// The clause it cites, where its words are known.
        clause: Option<String>,
        message: Option<String>,
    },
    /// It says that it cannot do what was asked.
    Unsupported {
        what: String,
    },
    /// It was killed at its time limit.
    Hung {
        /// `null` where it is known never to end.
        limit_ms: Option<u64>,
    },
    Crashed {
        /// `exit code 3`, or `signal 11 (SIGSEGV)`.
        how: String,
    },
    /// It reached a limit.
    Runaway {
        /// `memory`, `disk space`, `output`, `processor time` or `processes`.
        of: String,
    },
    /// The system ended it.
    Environment {
        how: String,
    },
    /// It was not run.
    NotRun {
        why: String,
    },
}

/// What a subject left on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disk {
    /// As demanded.
    AsDemanded,
    /// As it was before.
    Untouched,
    /// The bytes from before the replay where replayed ones are demanded.
    Stale,
    /// Bytes that are neither.
    Wrong,
    /// Changed where nothing may change, or gone, cut or put in another's place.
    Damaged,
    /// Right but for headers or length.
    Unfinished,
    /// It cannot be seen.
    NotObserved,
}

/// How an outcome differs from one allowed reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferenceRecord {
    pub reading: String,
    /// The clause that is broken, where that is known.
    pub clause: Option<String>,
    pub expected: String,
    pub found: String,
    /// The first bytes that differ, where they do.
    pub bytes: Option<FirstBytes>,
}

/// The first sector that differs, from its first wrong byte on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstBytes {
    pub space: Space,
    /// In bytes, decimal.
    #[serde(with = "decimal")]
    pub offset: u64,
    /// Up to 64 bytes, hexadecimal; `null` where only a digest of them is known.
    pub expected: Option<String>,
    pub found: String,
}

/// What an offset counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Space {
    /// The image file.
    File,
    /// The disk as the guest sees it.
    Guest,
}

/// One command, or one question to an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOfProgram {
    /// What was run, with the paths filled in.
    pub command: Vec<String>,
    /// `exit code 1`, `signal 11`, `killed after 2 s`.
    pub ended: String,
    pub elapsed_us: u64,
    pub stdout: Printed,
    pub stderr: Printed,
}

/// The end of what a program printed, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printed {
    /// At most [`PRINTED`] bytes.
    pub text: String,
    /// Bytes that were printed before these.
    #[serde(with = "decimal")]
    pub dropped: u64,
}

/// How much of what a program prints a record keeps, in bytes; `--keep` keeps more.
pub const PRINTED: usize = 4096;
