//! What a valid entry says, without its descriptors and data.

use uuid::Uuid;

use crate::ring::Ring;
use crate::units::{LogOffset, SequenceNumber};

/// A valid entry, without its descriptors and data: those are read again when it is replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Where it starts.
    pub offset: LogOffset,
    /// EntryLength in bytes: a nonzero multiple of 4 KiB, at most the ring's length (ENT-3).
    pub length: u32,
    /// Tail: where its sequence started when it was written (ENT-4). Only the Tail of a head entry
    /// is used (SEQ-2).
    pub tail: LogOffset,
    /// SequenceNumber, greater than 0 (ENT-5).
    pub sequence_number: SequenceNumber,
    /// How many descriptors update a sector.
    pub data_descriptors: u32,
    /// How many descriptors zero a range.
    pub zero_descriptors: u32,
    /// The generation of the log it belongs to (ENT-7).
    pub log_guid: Uuid,
    /// FlushedFileOffset: a file size in bytes that was stable when the entry was written (SEQ-8).
    pub flushed_file_offset: u64,
    /// LastFileOffset: a file size in bytes that holds every structure (RPL-3).
    pub last_file_offset: u64,
}

impl Entry {
    /// Where the next entry of its run would start.
    pub const fn end(&self, ring: Ring) -> LogOffset {
        ring.after(self.offset, self.length)
    }

    /// Whether the entry passes the end of the ring and continues at its start.
    pub const fn wraps(&self, ring: Ring) -> bool {
        let end = self.end(ring).0;
        end <= self.offset.0 && end > 0
    }
}
