//! What can go wrong with a subject, as data, ordered by harm. A failure is never a refusal.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What went wrong, as data. The order of the variants is the order of harm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// The image is not the file any more that the subject was given, or not one that can be read.
    Damaged(Damage),
    /// It did not come to an end within its time.
    Hang {
        /// The time it had; `None` where it is known never to end.
        limit: Option<Duration>,
    },
    /// It ended in a way that is not an answer.
    Crash(Crash),
    /// It wanted more than it may have.
    Runaway(Resource),
    /// It ended and left processes running, which were killed.
    Leaked { processes: usize },
    /// It broke the protocol of adapters: an answer that is no answer, or to another question.
    Protocol(String),
    /// It says that it cannot do what was asked. No finding.
    Unsupported(String),
    /// This machine was in the way: somebody else killed it, our disk was full, it could not be
    /// started. No finding.
    Environment(String),
}

/// What became of the image, where its contents are not all there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// There is no file of that name any more.
    Deleted,
    /// Another file, a link or a folder has its name.
    Replaced,
    /// It has become larger than is read back.
    TooLarge {
        /// Its length in bytes.
        length: u64,
    },
}

/// How a program ends that neither accepts nor refuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crash {
    /// By this signal.
    Signal(i32),
    /// With this exit code, which means nothing in its exit map.
    Exit(i32),
    /// By an error of its own that is not a refusal.
    Internal(String),
}

/// What a program can want too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Processor time.
    Cpu,
    /// Address space.
    Memory,
    /// The size of a file, or of all that it wrote.
    FileSize,
    /// What it printed.
    Output,
    /// The number of processes that it started.
    Processes,
}

impl FailureKind {
    /// Whether it says something about the subject. What it does not support, and what the machine
    /// did to it, does not.
    pub const fn is_finding(&self) -> bool {
        !matches!(self, Self::Unsupported(_) | Self::Environment(_))
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => damage.fmt(f),
            Self::Hang { limit: None } => f.write_str("it never ends"),
            Self::Hang { limit: Some(limit) } => {
                write!(f, "no end within {} s", limit.as_secs_f64())
            }
            Self::Crash(crash) => crash.fmt(f),
            Self::Runaway(resource) => write!(f, "more {resource} than it may have"),
            Self::Leaked { processes: 1 } => f.write_str("a process left running"),
            Self::Leaked { processes } => write!(f, "{processes} processes left running"),
            Self::Protocol(what) => write!(f, "not the protocol of adapters: {what}"),
            Self::Unsupported(what) => write!(f, "unsupported: {what}"),
            Self::Environment(what) => write!(f, "not run properly on this machine: {what}"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleted => f.write_str("the image was deleted"),
            Self::Replaced => f.write_str("the image was replaced by another file"),
            Self::TooLarge { length } => write!(f, "the image grew to {length} bytes"),
        }
    }
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(number) => write!(f, "ended by signal {number}"),
            Self::Exit(code) => write!(f, "exit code {code}, which is neither yes nor no"),
            Self::Internal(message) => write!(f, "a failure: {message}"),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "processor time",
            Self::Memory => "memory",
            Self::FileSize => "disk space",
            Self::Output => "output",
            Self::Processes => "processes",
        })
    }
}
