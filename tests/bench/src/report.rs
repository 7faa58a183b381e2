//! The result of a run as data, for writers to print.
//!
//! Contract: one [`VectorResult`] for each chosen vector, in the order of the corpus; when the run
//! was interrupted, for those that were run. A vector is skipped only where the subject cannot be
//! judged by it ([`SkipReason`]); a subject that hangs or crashes *fails*. Nothing here prints:
//! `vhdx-log-cli` makes text and JSON from these values.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use vhdx_log_corpus::{Topic, Vector};
use vhdx_log_oracle::Failure;

/// What a subject did with a set of vectors.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The subject's name.
    pub subject: String,
    /// The subject's version, if it reports one.
    pub subject_version: Option<String>,
    pub corpus_version: &'static str,
    pub started: SystemTime,
    pub elapsed: Duration,
    /// Whether the run was stopped before the last of the chosen vectors.
    pub interrupted: bool,
    pub results: Vec<VectorResult>,
}

/// What a subject did with one vector.
#[derive(Clone, Debug)]
pub struct VectorResult {
    pub vector: Vector,
    pub status: Status,
    /// How long the subject took.
    pub elapsed: Duration,
}

#[derive(Clone, Debug)]
pub enum Status {
    /// The outcome is an allowed one.
    Passed {
        /// The name of the vector's reading that the outcome follows.
        reading: String,
    },
    /// The outcome is not an allowed one.
    Failed(Failure),
    /// The subject was not run.
    Skipped(SkipReason),
}

/// Why a subject cannot be judged by a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// The vector is judged by the file after the replay, and the subject shows only the guest's
    /// disk.
    FileNotShown,
    /// The vector sets a limit on the file's size, and the subject has no option for it.
    SizeLimitNotSupported,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileNotShown => {
                "the vector is judged by the image file, and the subject shows only the \
                 guest's disk"
            }
            Self::SizeLimitNotSupported => {
                "the vector limits the file's size, and the subject has no such option"
            }
        })
    }
}

/// How many vectors have each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Counts {
    pub const fn vectors(self) -> usize {
        self.passed + self.failed + self.skipped
    }

    fn add(&mut self, status: &Status) {
        match status {
            Status::Passed { .. } => self.passed += 1,
            Status::Failed(_) => self.failed += 1,
            Status::Skipped(_) => self.skipped += 1,
        }
    }
}

impl RunReport {
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.results
            .iter()
            .for_each(|result| counts.add(&result.status));
        counts
    }

    /// The counts of each topic that has a vector among the chosen ones.
    pub fn by_topic(&self) -> BTreeMap<Topic, Counts> {
        let mut topics: BTreeMap<Topic, Counts> = BTreeMap::new();
        for result in &self.results {
            let counts = topics.entry(result.vector.topic).or_default();
            counts.add(&result.status);
        }
        topics
    }

    /// The vectors that the subject fails, and how its outcomes differ from the allowed ones.
    pub fn failures(&self) -> impl Iterator<Item = (&Vector, &Failure)> {
        self.results
            .iter()
            .filter_map(|result| match &result.status {
                Status::Failed(failure) => Some((&result.vector, failure)),
                _ => None,
            })
    }

    /// The vectors that the subject was not run on, and why.
    pub fn skipped(&self) -> impl Iterator<Item = (&Vector, SkipReason)> {
        self.results
            .iter()
            .filter_map(|result| match &result.status {
                Status::Skipped(reason) => Some((&result.vector, *reason)),
                _ => None,
            })
    }

    /// For each OPEN clause, the readings that the subject follows, and in how many vectors.
    pub fn readings(&self) -> BTreeMap<&str, BTreeMap<&str, usize>> {
        let mut readings: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for result in &self.results {
            if let (Some(clause), Status::Passed { reading }) =
                (&result.vector.open, &result.status)
            {
                let of_clause = readings.entry(clause).or_default();
                *of_clause.entry(reading).or_default() += 1;
            }
        }
        readings
    }
}
