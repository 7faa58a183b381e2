//! Why a header slot holds no valid header, and why a log sector starts no valid entry.
//!
//! Faults are ordinary values, not errors: old, torn and never-written space is full of them. An
//! error may carry a fault ([`Refusal::NoValidHeader`](crate::Refusal)); a fault knows no error.

use std::fmt;

use crate::clause::Clause;
use crate::units::LogOffset;

/// Why a header slot holds no valid header (HDR-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// The file ends before the slot does.
    Missing,
    /// The slot does not begin with `head`.
    Signature {
        /// The four bytes that stand there.
        found: [u8; 4],
    },
    /// The checksum does not fit the contents.
    Checksum {
        /// The checksum of what stands there.
        expected: u32,
        /// The checksum that stands there.
        found: u32,
    },
}

/// Why a place in the log that begins like an entry is not a valid one.
///
/// Not an error: old, torn and never-written space is full of such places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFault {
    /// The demand that is broken.
    pub clause: Clause,
    /// The sector, or the descriptor, that breaks it.
    pub at: LogOffset,
    /// What was expected: the checksum, length, bound or sequence number that goes with the rest; 0
    /// where the clause alone says it.
    pub expected: u64,
    /// The value that stands there (a GUID or signature as its first bytes, little-endian).
    pub found: u64,
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "the file ends before it"),
            Self::Signature { found } => write!(
                f,
                "it begins with \"{}\", not \"head\"",
                found.escape_ascii()
            ),
            Self::Checksum { expected, found } => {
                write!(
                    f,
                    "its checksum is {found:#010x}, but that of its contents is {expected:#010x}"
                )
            }
        }
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            clause,
            at,
            expected,
            found,
        } = self;
        write!(f, "{clause} at {at}: expected that {}", clause.demand())?;
        match clause {
            Clause::Ent2 | Clause::Ent6 | Clause::Dsc2 | Clause::Dat2 => {
                write!(f, "; found {found:#x}, not {expected:#x}")
            }
            Clause::Ent1 | Clause::Dsc1 | Clause::Dat1 => {
                let [a, b, c, d, ..] = found.to_le_bytes();
                write!(f, "; found \"{}\"", [a, b, c, d].escape_ascii())
            }
            Clause::Ent7 => write!(f, "; found another"),
            _ => write!(f, "; found {found:#x}"),
        }
    }
}
