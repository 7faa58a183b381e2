//! The JSON that `vhdx-log inspect --format json` prints: [`Inspection`] and what it is made of.
//!
//! These documents are the format's description. What holds throughout:
//!
//! - Numbers are plain JSON numbers, up to 2^64 − 1; offsets and lengths are in bytes. GUIDs are
//!   text in their usual form, in small letters. Clauses are ids such as `SEQ-8`.
//! - `null` stands for what cannot be known or does not apply; no key is ever left out.
//! - [`SCHEMA`] grows when a key changes its meaning or goes; a new key does not count.
//! - A [`List`] is cut in the middle when it has more than 64 items, and says so; `--all` gives
//!   every item.

pub mod escape;
pub mod list;
mod log;
pub mod picture;

use serde::Serialize;

use self::list::List;
pub use log::{
    Active, Entry, EntryCounts, EntryState, FaultMessage, Log, Ring, Run, RunState, Torn,
};
use vhdx_log_image::Guid;

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
    /// The log that the current header names, or both when neither is current and they agree; else
    /// `null`.
    pub log: Option<Log>,
    /// What a replay would do; `null` when there is nothing to replay or the file is refused.
    pub replay: Option<Replay>,
    /// The regions as they are once the log is replayed (HDR-11); `null` when the file is refused,
    /// because region tables mean nothing before (RPL-4).
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
    /// The program that made the file, control characters escaped; `null` when the file ends before
    /// it.
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
    /// Why the contents after the replay cannot be read, when they cannot; there are no regions
    /// then (RPL-9).
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
