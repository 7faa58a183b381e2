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
        /// The first four bytes of the slot.
        found: [u8; 4],
    },
    /// The checksum does not match the contents.
    Checksum {
        /// The checksum of the contents.
        expected: u32,
        /// The checksum that is stored.
        found: u32,
    },
}

/// Why a sector that begins like an entry starts no valid one.
///
/// Not an error: old, torn and never-written space is full of such sectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFault {
    /// The clause that is broken.
    pub clause: Clause,
    /// The sector, or the descriptor, that breaks it.
    pub at: LogOffset,
    /// What was expected: the checksum, length, bound or sequence number that goes with the rest; 0
    /// where the clause alone says it.
    pub expected: u64,
    /// The value found (a signature as its four bytes, little-endian; 0 for a GUID).
    pub found: u64,
}

impl EntryFault {
    /// What was found, and what was expected where that is a value: for a column of a table.
    pub fn found(&self) -> String {
        let Self {
            clause,
            expected,
            found,
            ..
        } = self;
        match clause {
            Clause::Ent2 | Clause::Ent6 | Clause::Dsc2 | Clause::Dat2 => {
                format!("{found:#x}, not {expected:#x}")
            }
            Clause::Ent1 | Clause::Dsc1 | Clause::Dat1 => {
                let [a, b, c, d, ..] = found.to_le_bytes();
                format!("\"{}\"", [a, b, c, d].escape_ascii())
            }
            Clause::Ent7 => "another".to_owned(),
            _ => format!("{found:#x}"),
        }
    }
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "the file ends before it"),
            Self::Signature { found } => write!(
                f,
                "bad signature \"{}\" (expected \"head\")",
                found.escape_ascii()
            ),
            Self::Checksum { expected, found } => write!(
                f,
                "checksum mismatch (stored {found:#010x}, computed {expected:#010x})"
            ),
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
        let [a, b, c, d, ..] = found.to_le_bytes();
        let signature = [a, b, c, d];
        let signature = signature.escape_ascii();
        write!(f, "{clause} at {at}: ")?;
        match clause {
            Clause::Ent1 => write!(
                f,
                "bad entry signature: found \"{signature}\", expected \"loge\""
            ),
            Clause::Ent2 => write!(
                f,
                "checksum mismatch: stored {found:#010x}, computed {expected:#010x}"
            ),
            Clause::Ent3 => write!(
                f,
                "bad EntryLength {found:#x}: expected a nonzero multiple of 0x1000, \
                 at most the log's {expected:#x}"
            ),
            Clause::Ent4 => write!(
                f,
                "bad Tail {found:#x}: expected a multiple of 0x1000 below the log's length \
                 {expected:#x}"
            ),
            Clause::Ent5 => write!(f, "bad SequenceNumber {found}: expected more than 0"),
            Clause::Ent6 => write!(
                f,
                "bad EntryLength {found:#x}: the descriptors need {expected:#x}"
            ),
            Clause::Ent7 => write!(f, "bad LogGuid: expected the current header's"),
            Clause::Dsc1 => write!(
                f,
                "bad descriptor signature: found \"{signature}\", expected \"desc\" or \"zero\""
            ),
            Clause::Dsc2 => write!(
                f,
                "bad SequenceNumber {found} in a descriptor: expected the entry's, {expected}"
            ),
            Clause::Dsc3 => write!(
                f,
                "bad FileOffset {found:#x}: expected a multiple of 0x1000"
            ),
            Clause::Dsc4 => write!(
                f,
                "bad ZeroLength {found:#x}: expected a multiple of 0x1000"
            ),
            Clause::Dat1 => write!(
                f,
                "bad data sector signature: found \"{signature}\", expected \"data\""
            ),
            Clause::Dat2 => write!(
                f,
                "bad SequenceHigh and SequenceLow in a data sector: found {found}, expected the \
                 entry's, {expected}"
            ),
            _ => write!(f, "{}: found {found:#x}", clause.demand()),
        }
    }
}
