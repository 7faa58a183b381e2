//! The part of an inspection that is about the log.

use serde::{Serialize, Serializer};
use vhdx_log::EntryFault;

use super::list::List;
use super::picture::Picture;
use vhdx_log_image::Guid;

/// The log and what its bytes say.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Where it starts.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// The LogGuid that entries must have (ENT-7); `null` when the log is empty (HDR-9) and all
    /// entries are stale.
    pub generation: Option<Guid>,
    /// What is wrong with its place (HDR-7, HDR-8, HDR-10).
    pub fault: Option<String>,
    /// What stands in it; `null` when its place makes no sense at all. Sectors behind the end of
    /// the file count as missing.
    pub ring: Option<Ring>,
}

/// What stands in the ring. Offsets are from its start.
#[derive(Clone, Debug, Serialize)]
pub struct Ring {
    /// The sequence that a replay applies (SEQ-3); `null` when there is none.
    pub active: Option<Active>,
    /// How many entries there are, by what becomes of them.
    pub counts: EntryCounts,
    /// The entries that are sound in themselves, of whatever generation, in the order of the ring;
    /// one that wraps comes last.
    pub entries: List<Entry>,
    /// The sectors that begin like an entry and start none, in the order of the ring.
    pub torn: List<Torn>,
    /// Entries that follow one another (SEQ-1), in the order of the ring; one that wraps comes
    /// last.
    pub runs: List<Run>,
    /// One character for each sector or few sectors.
    pub picture: Picture,
}

/// How many sound entries there are, by [`EntryState`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntryCounts {
    /// Those that a replay applies.
    pub active: u64,
    /// Those before the tail.
    pub applied: u64,
    /// Those of the current generation in other runs.
    pub other_run: u64,
    /// Those of other generations.
    pub stale: u64,
}

/// The active sequence.
#[derive(Clone, Debug, Serialize)]
pub struct Active {
    /// Where its run starts; entries before the tail are applied already.
    pub start: u32,
    /// The oldest entry to replay.
    pub tail: u32,
    /// The newest entry.
    pub head: u32,
    /// How many entries to replay.
    pub entries: u32,
    /// The number of the entry at the tail.
    pub tail_sequence_number: u64,
    /// The number of the entry at the head.
    pub head_sequence_number: u64,
}

/// A sound entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Where it starts.
    pub offset: u32,
    /// EntryLength.
    pub length: u32,
    /// SequenceNumber.
    pub sequence_number: u64,
    /// Tail.
    pub tail: u32,
    /// How many data descriptors it has.
    pub data_descriptors: u32,
    /// How many zero descriptors it has.
    pub zero_descriptors: u32,
    /// FlushedFileOffset.
    pub flushed_file_offset: u64,
    /// LastFileOffset.
    pub last_file_offset: u64,
    /// LogGuid.
    pub log_guid: Guid,
    /// Whether that is the current header's (ENT-7).
    pub current_generation: bool,
    /// What becomes of it.
    pub state: EntryState,
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// A replay applies it.
    Active,
    /// It is in the active sequence's run, before the tail: applied already (SEQ-4).
    Applied,
    /// It is of the current generation and in another run.
    OtherRun,
    /// It is of another generation (ENT-7).
    Stale,
}

/// A sector that begins like an entry and starts none.
#[derive(Clone, Debug, Serialize)]
pub struct Torn {
    /// The sector.
    pub offset: u32,
    /// Whether the LogGuid that stands there is the current header's.
    pub current_generation: bool,
    /// The clause that is broken.
    pub clause: &'static str,
    /// What the clause demands.
    pub demand: &'static str,
    /// Where in the ring it is broken.
    pub at: u32,
    /// All of this, and what was found, in a sentence.
    pub message: FaultMessage,
}

/// The sentence that tells a fault: text in JSON, and no text in memory, for a log can be full of
/// faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultMessage(pub EntryFault);

impl Serialize for FaultMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Entries each of which starts where the one before ends, with the next number.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Where the first of them starts.
    pub start: u32,
    /// Where the last of them starts.
    pub head: u32,
    /// How many there are.
    pub entries: u32,
    /// The first one's number.
    pub first_sequence_number: u64,
    /// The last one's number.
    pub last_sequence_number: u64,
    /// The last one's Tail.
    pub tail: u32,
    /// The LogGuid they share.
    pub log_guid: Guid,
    /// Whether a replay begins here, or why not.
    pub state: RunState,
}

/// Whether a run holds the active sequence, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It holds the active sequence.
    Active,
    /// It is valid, and the active one has a newer head (SEQ-3).
    Older,
    /// Its head's Tail is not the start of one of its entries (SEQ-2).
    Broken,
    /// It is of another generation (ENT-7).
    Stale,
}
