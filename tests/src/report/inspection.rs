//! The JSON that `vhdx-log inspect --format json` prints: [`Inspection`] and what it is made of.
//!
//! These documents are the format's description. What holds throughout:
//!
//! - Numbers are plain JSON numbers, up to 2^64 − 1; offsets and lengths are in bytes. GUIDs are text in their usual
//!   form, in small letters. Clauses are ids such as `SEQ-8`.
//! - `null` stands for what cannot be known or does not apply; no key is ever left out.
//! - [`SCHEMA`] grows when a key changes its meaning or goes; a new key does not count.
//! - A [`List`] is cut in the middle when it has more than 64 items, and says so; `--all` gives every item.

use serde::{Serialize, Serializer};
use vhdx_log::EntryFault;

use super::bounded::List;
use super::picture::Picture;
use crate::image::Guid;

/// The version of this format: the value of `schema`.
pub const SCHEMA: u32 = 1;

/// Everything `inspect` finds out about an image.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The file's name as it was given.
    pub file: String,
    /// The file's length.
    pub length: u64,
    /// What a reader of the log makes of the file.
    pub verdict: Verdict,
    /// How the file begins (FID-1).
    pub identifier: Identifier,
    /// Header 1 and header 2.
    pub headers: [HeaderSlot; 2],
    /// The log that the current header names, or both when neither is current and they agree; else `null`.
    pub log: Option<Log>,
    /// What a replay would do; `null` when there is nothing to replay or the file is refused.
    pub replay: Option<Replay>,
    /// The regions as they are once the log is replayed (HDR-11); `null` when the file is refused, because region tables
    /// mean nothing before (RPL-4).
    pub regions: Option<Regions>,
}

/// What a reader of the log makes of the file.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Clean, dirty or refused.
    pub state: State,
    /// Whether the file may be opened for writing: not when it is refused, nor with HDR-13.
    pub writable: bool,
    /// The clause that is broken.
    pub clause: Option<&'static str>,
    /// What is wrong, in a sentence.
    pub message: Option<String>,
}

/// The three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The log is empty (HDR-9).
    Clean,
    /// The log holds entries that a replay would apply.
    Dirty,
    /// The file breaks a demand, so it is not to be opened.
    Refused,
}

/// The file type identifier.
#[derive(Clone, Debug, Serialize)]
pub struct Identifier {
    /// Whether the file begins with `vhdxfile`.
    pub valid: bool,
    /// The bytes it begins with, at most 8, those that are not printable ASCII escaped.
    pub found: String,
    /// The program that made the file, control characters escaped; `null` when the file ends before it.
    pub creator: Option<String>,
}

/// One of the two places for a header.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderSlot {
    /// Where it is.
    pub offset: u64,
    /// Whether it is the one that counts (HDR-2).
    pub current: bool,
    /// Why it is not valid (HDR-1).
    pub fault: Option<String>,
    /// What it says; `null` when it is not valid.
    pub fields: Option<HeaderFields>,
}

/// The fields of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeaderFields {
    /// SequenceNumber.
    pub sequence_number: u64,
    /// FileWriteGuid.
    pub file_write_guid: Guid,
    /// DataWriteGuid.
    pub data_write_guid: Guid,
    /// LogGuid.
    pub log_guid: Guid,
    /// LogVersion.
    pub log_version: u16,
    /// Version.
    pub version: u16,
    /// LogLength.
    pub log_length: u32,
    /// LogOffset.
    pub log_offset: u64,
}

/// The log and what its bytes say.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Where it starts.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// The LogGuid that entries must have (ENT-7); `null` when the log is empty (HDR-9) and all entries are stale.
    pub generation: Option<Guid>,
    /// What is wrong with its place (HDR-7, HDR-8, HDR-10).
    pub fault: Option<String>,
    /// What stands in it; `null` when its place makes no sense at all. Sectors behind the end of the file count as
    /// missing.
    pub ring: Option<Ring>,
}

/// What stands in the ring. Offsets are from its start.
#[derive(Clone, Debug, Serialize)]
pub struct Ring {
    /// The sequence that a replay applies (SEQ-3); `null` when there is none.
    pub active: Option<Active>,
    /// How many entries there are, by what becomes of them.
    pub counts: EntryCounts,
    /// The entries that are sound in themselves, of whatever generation, in the order of the ring; one that wraps comes
    /// last.
    pub entries: List<Entry>,
    /// The sectors that begin like an entry and start none, in the order of the ring.
    pub torn: List<Torn>,
    /// Entries that follow one another (SEQ-1), in the order of the ring; one that wraps comes last.
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

/// The sentence that tells a fault: text in JSON, and no text in memory, for a log can be full of faults.
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

/// What a replay would do.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// How many entries it applies.
    pub entries: u32,
    /// How many sector updates they hold.
    pub data_updates: u64,
    /// How many zero ranges they hold.
    pub zero_updates: u64,
    /// The file's length afterwards.
    pub resulting_length: u64,
    /// Where it writes, neighbours joined, in order; `null` when there are more than 2^20 updates.
    pub targets: Option<List<Target>>,
}

/// A part of the file that a replay writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Where it starts.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// How many sector updates it takes; more than it has sectors when some are written again.
    pub data_updates: u64,
    /// How many zero ranges it takes.
    pub zero_updates: u64,
    /// What is there once the log is replayed, where a region or a region table is.
    pub region: Option<&'static str>,
}

/// The regions of the file, as they are once the log is replayed.
#[derive(Clone, Debug, Serialize)]
pub struct Regions {
    /// Why the contents after the replay cannot be read, when they cannot; there are no regions then (RPL-9).
    pub fault: Option<String>,
    /// What is wrong with the region table at 192 KiB.
    pub first_table_fault: Option<String>,
    /// What is wrong with the region table at 256 KiB.
    pub second_table_fault: Option<String>,
    /// The regions of the first table that is valid.
    pub items: List<Region>,
    /// How many of them overlap the log (HDR-11): 0 in a right file.
    pub overlapping_log: u64,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// `BAT`, `metadata` or `unknown`.
    pub name: &'static str,
    /// What kind it is.
    pub guid: Guid,
    /// Where it starts.
    pub offset: u64,
    /// How long it is.
    pub length: u32,
    /// Whether a reader that does not know it must not open the file.
    pub required: bool,
    /// Whether it overlaps the log (HDR-11).
    pub overlaps_log: bool,
}
