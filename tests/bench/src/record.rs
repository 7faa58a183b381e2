//! A run as data: what is stored, and what every report is made from.
//!
//! Contract: a record says what was run, with what, and what was seen. It judges once, when it is
//! made; reports only arrange it. One record holds any number of subjects over the same vectors.
//! Texts that a corpus has (title, why, clauses) are not repeated: a report takes them from the
//! corpus by id, and shows the id alone where its corpus does not have it. 64-bit numbers that can
//! exceed 2^53 are decimal strings. A key is never left out: `null` means unknown or not applicable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// The same vector gave another outcome when it was run again.
    pub flaky: bool,
    pub elapsed_us: u64,
    /// What it printed; `null` for a built-in subject.
    pub output: Option<Output>,
    /// The digest of what was seen: of the answer's kind, and the bytes shown or left. Two outcomes
    /// with the same digest are the same mistake on this vector. Hexadecimal, 16 digits.
    pub seen: String,
    /// The command that repeats it in an empty directory.
    pub repeat: String,
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
    Unsupported,
    /// It was killed at its time limit.
    Hung {
        limit_ms: u64,
    },
    Crashed {
        /// `exit code 3`, or `signal 11 (SIGSEGV)`.
        how: String,
    },
    /// It reached a limit.
    Runaway {
        /// `memory`, `disk`, `output` or `processor time`.
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

/// What a program printed: the last 64 KiB, and how much was dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// Bytes that were printed before these.
    #[serde(with = "decimal")]
    pub dropped: u64,
}

/// A mistake, or a set of them, that explains what a subject did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnosis {
    /// The flaws of the model that behave like it together.
    pub flaws: Vec<DiagnosedFlaw>,
    /// How many vectors the comparison is over.
    pub vectors: usize,
    /// On how many of them the subject did what the flaws do together.
    pub agree: usize,
}

/// One flaw of a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiagnosedFlaw {
    pub name: String,
    /// The clause that it drops or bends.
    pub clause: String,
    /// On how many vectors the flaws up to this one agree.
    pub agree: usize,
    /// The vectors that decide for it.
    pub decided_by: Vec<String>,
}

mod decimal {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
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
