//! What a valid entry says, without its descriptors and data.

use uuid::Uuid;

use crate::ring::Ring;
use crate::units::{LogOffset, SequenceNumber};

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
