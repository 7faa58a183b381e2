//! A run as data: what is stored, and what every report is made from.
//!
//! Contract: a record says what was run, with what, and what was seen. It judges once, when it is
//! made; reports only arrange it. One record holds any number of subjects over the same vectors.
//! Texts that a corpus has (title, why, clauses) are not repeated: a report takes them from the
//! corpus by id, and shows the id alone where its corpus does not have it. 64-bit numbers that can
//! exceed 2^53 are decimal strings. A key is never left out: `null` means unknown or not
//! applicable.

mod diagnosis;
mod result;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::diagnosis::{DiagnosedFlaw, Diagnosis};
pub use self::result::{
    Answer, DifferenceRecord, Disk, FirstBytes, KnownFailure, PRINTED, Printed, ResultRecord,
    RunOfProgram, Seen, Space,
};
use crate::verdict::Verdict;

/// The version of the format of a record: changed when a key changes its meaning or is removed, not
/// for a new key.
pub const RECORD: u32 = 1;

/// A run of subjects over vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`RECORD`].
    pub record: u32,
    /// The version of the program that made it.
    pub tool_version: String,
    pub corpus_version: String,
    /// How many vectors the corpus has.
    pub corpus_vectors: usize,
    /// Whether all of them were chosen, and none was left out by a stop.
    pub complete: bool,
    /// Whether a signal stopped the run.
    pub interrupted: bool,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    pub elapsed_ms: u64,
    pub machine: Machine,
    /// Worst first is a report's business; this is the order in which they were given.
    pub subjects: Vec<SubjectRecord>,
}

/// Where a run took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    pub os: String,
    pub arch: String,
    /// The name and version that the system gives, such as `Linux 6.18.5`.
    pub kernel: Option<String>,
    pub jobs: usize,
    /// Each protection of the machine from outside programs: on, or why it is off.
    pub protections: Vec<Protection>,
}

/// One means of keeping a program in bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// Such as `address space 2 GiB` or `writes only in its folder`.
    pub name: String,
    /// Why it is off; `null` when it is on.
    pub off: Option<String>,
}

/// A subject, and what it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectRecord {
    pub name: String,
    pub kind: SubjectKind,
    /// The version line that it prints.
    pub version: Option<String>,
    /// The executable.
    pub path: Option<String>,
    /// Of the executable, hexadecimal.
    pub sha256: Option<String>,
    /// The command lines, with their placeholders.
    pub commands: Vec<String>,
    pub homepage: Option<String>,
    /// How long it may take for one image.
    pub limit_ms: Option<u64>,
    /// How long its results took, several at a time.
    pub elapsed_ms: u64,
    pub state: SubjectState,
    /// One for each vector that it was run on, in the order of the corpus.
    pub results: Vec<ResultRecord>,
    /// The mistakes that explain the results; empty when nothing is wrong or nothing explains it.
    pub diagnoses: Vec<Diagnosis>,
    /// For each OPEN clause, the readings that it follows, and in how many vectors.
    pub readings: BTreeMap<String, BTreeMap<String, usize>>,
}

/// How a subject is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// Part of this program.
    Builtin,
    /// A command line for each image.
    Command,
    /// A program that answers JSON lines.
    Adapter,
}

/// Whether a subject was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum SubjectState {
    Ran,
    /// It was not found on this machine.
    NotInstalled {
        /// What was looked for.
        looked_for: String,
    },
    /// It did not do what any reader of VHDX does, so nothing that it answers can be believed.
    FailedProof {
        /// What it did, and what to mend.
        reason: String,
    },
}

impl SubjectRecord {
    /// The worst verdict of all results; `None` when there are none.
    pub fn worst(&self) -> Option<Verdict> {
        self.results.iter().map(|result| result.verdict).min()
    }

    /// How many results have each verdict.
    pub fn counts(&self) -> BTreeMap<Verdict, usize> {
        let mut counts = BTreeMap::new();
        for result in &self.results {
            *counts.entry(result.verdict).or_insert(0) += 1;
        }
        counts
    }
}
