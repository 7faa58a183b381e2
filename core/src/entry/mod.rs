//! One log entry: what it says, and why what stands in the log is not one.
//!
//! Serves ENT-1 to ENT-9, DSC-1 to DSC-4, DAT-1 and DAT-2. The demands on *targets* (DSC-5 to
//! DSC-7) do not make an entry invalid (DSC-9); they are checked when a replay is planned.

mod assembly;
mod descriptor;
pub(crate) mod layout;

use std::fmt;

use uuid::Uuid;

use crate::clause::Clause;
use crate::ring::Ring;
use crate::units::{LogOffset, SequenceNumber};
pub(crate) use assembly::{Assembly, Progress};
pub(crate) use descriptor::parse_descriptor;
pub use descriptor::{Descriptor, DescriptorKind};

/// A valid entry, without its descriptors and data: those are read again when it is replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it starts.
    pub offset: LogOffset,
    /// EntryLength in bytes: a nonzero multiple of 4 KiB, at most the ring's length (ENT-3).
    pub length: u32,
    /// Where the sequence started when it was written (ENT-4); meaningful when it is a head
    /// (SEQ-2).
    pub tail: LogOffset,
    /// Its number (ENT-5).
    pub sequence_number: SequenceNumber,
    /// How many descriptors update a sector.
    pub data_descriptors: u32,
    /// How many descriptors zero a range.
    pub zero_descriptors: u32,
    /// The generation of the log it belongs to (ENT-7).
    pub log_guid: Uuid,
    /// A file size in bytes that was stable when it was written (SEQ-8).
    pub flushed_file_offset: u64,
    /// A file size in bytes that holds every structure (RPL-3).
    pub last_file_offset: u64,
}

impl Entry {
    /// Where the entry behind this one starts.
    pub fn end(&self, ring: Ring) -> LogOffset {
        ring.after(self.offset, self.length)
    }

    /// Whether the entry runs past the end of the ring and goes on at its start.
    pub fn wraps(&self, ring: Ring) -> bool {
        u64::from(self.offset.0).saturating_add(u64::from(self.length)) > u64::from(ring.length())
    }
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
