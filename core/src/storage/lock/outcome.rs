//! What is asked of a lock, and what comes of it.

use std::fmt;
use std::io;

/// What a program means to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Reads. Others may read as well, and nobody may write.
    Read,
    /// Reads and writes. Nobody else may write, and nobody may read who needs the file to stay as
    /// it is.
    Write,
}

/// What came of an attempt to lock a file.
#[derive(Debug)]
pub enum LockOutcome {
    /// The file is locked until it is closed.
    Taken,
    /// Another program uses the file in a way that does not go with this one. Nothing is locked.
    InUse(Holder),
    /// The file system, or the system, has no such locks (ENOLCK, EINVAL, ENOTSUP), so it cannot be
    /// made sure that no other program uses the file.
    Unavailable(io::Error),
}

/// Who uses a file, as far as the system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// Whether it writes the file, or reads it and lets nobody write.
    pub intent: Intent,
    /// The number of its process. `None` where the system does not tell: the process belongs to
    /// another user or another machine.
    pub pid: Option<u32>,
    /// The name of its program, without control characters.
    pub program: Option<String>,
}

impl Holder {
    /// A program of which no more is known.
    pub const fn unknown(intent: Intent) -> Self {
        Self {
            intent,
            pid: None,
            program: None,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.program, self.pid) {
            (Some(program), Some(pid)) => write!(f, "{program} (process {pid})")?,
            (Some(program), None) => f.write_str(program)?,
            (None, Some(pid)) => write!(f, "process {pid}")?,
            (None, None) => f.write_str("another program")?,
        }
        f.write_str(match self.intent {
            Intent::Read => " is reading it, and lets nobody write",
            Intent::Write => " has it open for writing",
        })
    }
}
