//! The part of an inspection that is about the log.

use serde::{Serialize, Serializer};
use vhdx_log::EntryFault;

use super::decimal;
use super::list::List;
use super::picture::Picture;
use vhdx_log_image::Guid;

/// The log: its place and its contents.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Whether its place is that of a valid header. When neither header is valid but both give the
    /// same log, that log is shown and not to be trusted.
    pub trusted: bool,
    #[serde(serialize_with = "decimal::text")]
    pub offset: u64,
    #[serde(serialize_with = "decimal::text")]
    pub length: u64,
    /// The LogGuid that entries must have (ENT-7); `null` when the log is empty (HDR-9), so that
    /// every entry is stale.
    pub generation: Option<Guid>,
    /// Why its offset or length is not valid (HDR-7, HDR-8, HDR-10).
    pub fault: Option<String>,
    /// Its contents; `null` when no part of it can be read. Sectors past the end of the file are
    /// missing.
    pub ring: Option<Ring>,
}

/// The contents of the ring. Offsets are from the log's start.
#[derive(Clone, Debug, Serialize)]
pub struct Ring {
    /// The sequence that a replay applies (SEQ-3); `null` when there is none.
    pub active: Option<Active>,
    /// Counts of valid entries by state.
    pub counts: EntryCounts,
    /// The valid entries of every generation, in ring order; one that wraps comes last.
    pub entries: List<Entry>,
    /// The sectors with an entry signature but no valid entry, in ring order.
    pub torn: List<Torn>,
    /// The runs of consecutive entries (SEQ-1), in ring order; one that wraps comes last.
    pub runs: List<Run>,
    /// One character for each sector, or for a few sectors.
    pub picture: Picture,
}

/// How many valid entries there are, by [`EntryState`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntryCounts {
    pub active: u64,
    pub applied: u64,
    pub other_run: u64,
    pub stale: u64,
}

/// The active sequence.
#[derive(Clone, Debug, Serialize)]
pub struct Active {
    /// Where its run starts; entries before the tail are already applied.
    pub start: u32,
    /// The oldest entry to replay.
    pub tail: u32,
    /// The newest entry.
    pub head: u32,
    pub entries: u32,
    #[serde(serialize_with = "decimal::text")]
    pub tail_sequence_number: u64,
    #[serde(serialize_with = "decimal::text")]
    pub head_sequence_number: u64,
}

/// A valid entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub offset: u32,
    pub length: u32,
    #[serde(serialize_with = "decimal::text")]
    pub sequence_number: u64,
    pub tail: u32,
    pub data_descriptors: u32,
    pub zero_descriptors: u32,
    #[serde(serialize_with = "decimal::text")]
    pub flushed_file_offset: u64,
    #[serde(serialize_with = "decimal::text")]
    pub last_file_offset: u64,
    pub log_guid: Guid,
    /// Whether its LogGuid is the current header's (ENT-7).
    pub current_generation: bool,
    pub state: EntryState,
}

/// What a replay does with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Applied.
    Active,
    /// In the active sequence's run, before the tail: already applied (SEQ-4).
    Applied,
    /// Ignored: of the current generation, but in another run (SEQ-3).
    OtherRun,
    /// Ignored: of another generation (ENT-7).
    Stale,
}

/// A sector with an entry signature but no valid entry.
#[derive(Clone, Debug, Serialize)]
pub struct Torn {
    pub offset: u32,
    /// Whether its LogGuid is the current header's.
    pub current_generation: bool,
    /// The violated clause.
    pub clause: &'static str,
    /// What the clause requires.
    pub demand: &'static str,
    /// Where in the ring it is violated.
    pub at: u32,
    /// All of this, and what was found, as a sentence.
    pub message: FaultMessage,
}

/// A fault, formatted only when it is serialized: a log can be full of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultMessage(pub EntryFault);

impl Serialize for FaultMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Entries of which each starts where the previous one ends and has the next number (SEQ-1).
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Where the first entry starts.
    pub start: u32,
    /// Where the last entry starts.
    pub head: u32,
    pub entries: u32,
    #[serde(serialize_with = "decimal::text")]
    pub first_sequence_number: u64,
    #[serde(serialize_with = "decimal::text")]
    pub last_sequence_number: u64,
    /// The last entry's Tail.
    pub tail: u32,
    pub log_guid: Guid,
    pub state: RunState,
}

/// Whether a run holds the active sequence, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Holds the active sequence.
    Active,
    /// Valid, but the active one has a newer head (SEQ-3).
    Older,
    /// Its head's Tail is not the start of one of its entries (SEQ-2).
    Broken,
    /// Of another generation (ENT-7).
    Stale,
}
