//! What was found in an image: [`Inspection`] and its parts. Serialized, this is the JSON of
//! `vhdx-log inspect --format json`, and the doc comments here are its description.
//!
//! Conventions:
//!
//! - What the format stores in 64 bits (sequence numbers, offsets and lengths in the file) is a
//!   string of decimal digits, because many readers of JSON round numbers above 2^53
//!   ([`decimal`]). Counts, and values of at most 32 bits, are numbers. Offsets and lengths are in
//!   bytes. GUIDs are text in the usual form, in lower case. Clauses are ids such as `SEQ-8`.
//! - `null` means unknown or not applicable; no key is ever left out.
//! - [`SCHEMA`] is incremented when a key changes its meaning or is removed, not for a new key.
//! - A [`List`] of more than 64 items is elided in the middle and says so, unless `--all` is given.

pub mod decimal;
mod disk;
pub mod escape;
pub mod list;
mod log;
mod no_sequence;
pub mod picture;
pub mod size;
mod warning;

use serde::Serialize;

use self::list::List;
pub use disk::{Block, BlockKind, Blocks, Disk, Parent, ParentEntry};
pub use log::{
    Active, Entry, EntryCounts, EntryState, FaultMessage, Log, Ring, Run, RunState, Torn,
};
pub use no_sequence::{NoSequence, NoSequenceCase, OtherHeader, OtherSequence};
use vhdx_log_image::Guid;
pub use warning::{Warning, WarningKind};

/// The version of this format: the value of `schema`.
pub const SCHEMA: u32 = 2;

/// Everything that [`inspect`](crate::inspect) finds in an image.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The name given by the caller.
    pub file: String,
    #[serde(serialize_with = "decimal::text")]
    pub length: u64,
    pub verdict: Verdict,
    /// What is wrong with the file although it can be opened.
    pub warnings: Vec<Warning>,
    /// FID-1.
    pub identifier: Identifier,
    /// Header 1 and header 2.
    pub headers: [HeaderSlot; 2],
    /// The log of the current header (HDR-2). If neither header is current but all that can be read
    /// of them gives the same log, that one; otherwise `null`.
    pub log: Option<Log>,
    /// What a replay would do; `null` when there is nothing to replay or the file is refused.
    pub replay: Option<Replay>,
    /// The regions after the replay (HDR-11); `null` when the file is refused, because region
    /// tables are valid only after the replay (RPL-4).
    pub regions: Option<Regions>,
    /// The virtual disk: after the replay, or as the file stands when it is refused; `null` when
    /// the file is not VHDX at all.
    pub disk: Option<Disk>,
}

/// How a conforming reader treats the file.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub state: State,
    /// Whether the file may be opened for writing: not when it is refused, and not when its header
    /// number cannot be incremented (HDR-13).
    pub writable: bool,
    /// The violated clause.
    pub clause: Option<&'static str>,
    pub message: Option<String>,
    /// What the log holds instead of a valid sequence; only when the violated clause is SEQ-7.
    pub no_sequence: Option<NoSequence>,
    /// The command that goes on, as a line for a shell; `null` when there is nothing to do, or
    /// nothing that this command can do.
    pub next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The log is empty (HDR-9).
    Clean,
    /// The log holds entries that a replay would apply.
    Dirty,
    /// The file violates a clause and must not be opened.
    Refused,
}

/// The file type identifier.
#[derive(Clone, Debug, Serialize)]
pub struct Identifier {
    /// Whether the file begins with `vhdxfile`.
    pub valid: bool,
    /// The first bytes, at most 8; anything but printable ASCII is escaped.
    pub found: String,
    /// The format that a file which is not VHDX is in, by its magic: `a gzip file`; `null` when the
    /// file is VHDX or the format is not known.
    pub other_format: Option<&'static str>,
    /// The program that created the file, control characters escaped, cut after 128 characters;
    /// `null` when the file is not VHDX, or ends before this field.
    pub creator: Option<String>,
}

/// One of the two places for a header.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderSlot {
    #[serde(serialize_with = "decimal::text")]
    pub offset: u64,
    /// HDR-2.
    pub current: bool,
    /// Why it is not valid (HDR-1).
    pub fault: Option<String>,
    /// What it says. When there is a fault, the fields are as they stand and not to be trusted;
    /// `null` when there is not even a signature.
    pub fields: Option<HeaderFields>,
}

/// The fields of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeaderFields {
    #[serde(serialize_with = "decimal::text")]
    pub sequence_number: u64,
    pub file_write_guid: Guid,
    pub data_write_guid: Guid,
    pub log_guid: Guid,
    pub log_version: u16,
    pub version: u16,
    pub log_length: u32,
    #[serde(serialize_with = "decimal::text")]
    pub log_offset: u64,
}

/// What a replay would do.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    pub entries: u32,
    /// Sector updates in these entries.
    pub data_updates: u64,
    /// Zero ranges in these entries.
    pub zero_updates: u64,
    /// The file's length after the replay.
    #[serde(serialize_with = "decimal::text")]
    pub resulting_length: u64,
    /// The parts of the file that it writes, in order, adjacent ones merged; `null` when there are
    /// more than 2^20 updates.
    pub targets: Option<List<Target>>,
}

/// A part of the file that a replay writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    #[serde(serialize_with = "decimal::text")]
    pub offset: u64,
    #[serde(serialize_with = "decimal::text")]
    pub length: u64,
    /// More than it has sectors when some are written several times.
    pub data_updates: u64,
    pub zero_updates: u64,
    /// The region, or region table, that this part belongs to after the replay.
    pub region: Option<&'static str>,
}

/// The regions of the file after the replay.
#[derive(Clone, Debug, Serialize)]
pub struct Regions {
    /// Why the contents after the replay cannot be read (RPL-9); there are no regions then.
    pub fault: Option<String>,
    /// Why the region table at 192 KiB is not valid.
    pub first_table_fault: Option<String>,
    /// Why the region table at 256 KiB is not valid.
    pub second_table_fault: Option<String>,
    /// The regions of the first valid table.
    pub items: List<Region>,
    /// How many regions overlap the log; 0 in a valid file (HDR-11).
    pub overlapping_log: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// `BAT`, `metadata` or `unknown`.
    pub name: &'static str,
    pub guid: Guid,
    #[serde(serialize_with = "decimal::text")]
    pub offset: u64,
    pub length: u32,
    /// Whether a reader that does not know this kind of region must refuse the file.
    pub required: bool,
    /// HDR-11.
    pub overlaps_log: bool,
    /// Whether it ends past the end of the file.
    pub beyond_end: bool,
}
