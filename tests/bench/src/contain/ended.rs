//! How a contained program ended, as data.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::subject::{Resource, Tail};

/// How a program ended, and what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub how: How,
    /// What it wanted too much of, if it did.
    pub runaway: Option<Resource>,
    pub stdout: Tail,
    pub stderr: Tail,
    /// From the start to the end of the program, without what it left running.
    pub elapsed: Duration,
    /// The processor time of the program, in user and kernel mode.
    pub processor: Duration,
    /// How many processes it left running, which were killed.
    pub stragglers: usize,
    /// How many of them could not be killed. Not 0 only when the system itself is ill.
    pub survivors: usize,
}

/// The way in which a program ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// With this exit code.
    Exit(i32),
    /// By this signal, which the bench did not send.
    Signal(i32),
    /// It was killed because its time was over.
    TimedOut,
    /// It was killed because of what [`Ended::runaway`] says.
    Overran,
    /// It was killed because the run was stopped.
    Stopped,
    /// It was never started, and why.
    NotStarted(String),
}

impl Ended {
    pub(super) fn not_started(why: String) -> Self {
        Self {
            how: How::NotStarted(why),
            runaway: None,
            stdout: Tail::default(),
            stderr: Tail::default(),
            elapsed: Duration::ZERO,
            processor: Duration::ZERO,
            stragglers: 0,
            survivors: 0,
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Signal(number) => write!(f, "signal {number}"),
            Self::TimedOut => f.write_str("killed: its time was over"),
            Self::Overran => f.write_str("killed: it took more than it may have"),
            Self::Stopped => f.write_str("killed: the run was stopped"),
            Self::NotStarted(why) => write!(f, "not started: {why}"),
        }
    }
}
