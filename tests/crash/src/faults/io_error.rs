//! I/O errors: which request fails, and how.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The faults injected while a program is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultPlan {
    pub io_error: Option<IoFault>,
}

/// The request that fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IoFault {
    pub kind: IoFaultKind,
    /// Which of the requests that can fail in this way; the first is 0.
    pub nth: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IoFaultKind {
    /// A read returns an error and no bytes.
    ReadError,
    /// A read returns the first half of the bytes and an error.
    ShortRead,
    /// A write, a zeroing or a change of length returns an error and does nothing.
    WriteError,
    /// A write does its first half and returns an error.
    ShortWrite,
    /// There is no space for a write or a greater length.
    NoSpace,
    /// A flush returns an error; earlier changes may or may not be durable.
    FlushError,
}

impl IoFaultKind {
    pub const ALL: [Self; 6] = [
        Self::ReadError,
        Self::ShortRead,
        Self::WriteError,
        Self::ShortWrite,
        Self::NoSpace,
        Self::FlushError,
    ];

    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadError => "read error",
            Self::ShortRead => "short read",
            Self::WriteError => "write error",
            Self::ShortWrite => "short write",
            Self::NoSpace => "no space",
            Self::FlushError => "flush error",
        }
    }

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ReadError => "read_error",
            Self::ShortRead => "short_read",
            Self::WriteError => "write_error",
            Self::ShortWrite => "short_write",
            Self::NoSpace => "no_space",
            Self::FlushError => "flush_error",
        }
    }

    /// Whether it makes a read fail.
    pub const fn is_of_reads(self) -> bool {
        matches!(self, Self::ReadError | Self::ShortRead)
    }
}

impl fmt::Display for IoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nth = Ordinal(u64::from(self.nth) + 1);
        match self.kind {
            IoFaultKind::ReadError => write!(f, "the {nth} read returns an error and no bytes"),
            IoFaultKind::ShortRead => {
                write!(f, "the {nth} read returns half of its bytes and an error")
            }
            IoFaultKind::WriteError => write!(
                f,
                "the {nth} write, zeroing or change of length returns an error and does nothing"
            ),
            IoFaultKind::ShortWrite => {
                write!(
                    f,
                    "the {nth} write does its first half and returns an error"
                )
            }
            IoFaultKind::NoSpace => write!(
                f,
                "the {nth} write, zeroing or change of length finds no space left"
            ),
            IoFaultKind::FlushError => write!(f, "the {nth} flush returns an error"),
        }
    }
}

/// A number as in "the 4th flush".
struct Ordinal(u64);

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = match (self.0 % 100, self.0 % 10) {
            (11..=13, _) => "th",
            (_, 1) => "st",
            (_, 2) => "nd",
            (_, 3) => "rd",
            _ => "th",
        };
        write!(f, "{}{suffix}", self.0)
    }
}
