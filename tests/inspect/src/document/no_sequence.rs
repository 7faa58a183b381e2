//! What a log without a valid sequence holds, and what that means (SEQ-7).
//!
//! The reasoning is the library's ([`LogEvidence`](vhdx_log::LogEvidence)); this is its form in the
//! JSON.

use serde::Serialize;

use super::decimal;
use vhdx_log_image::Guid;

/// Why a log that is in use has no valid sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoSequence {
    pub case: NoSequenceCase,
    /// What the header that is not current says about the log.
    pub other_header: OtherHeader,
    /// How many entries of the current generation are whole.
    pub whole_entries: u32,
    /// How many sectors begin an entry of the current generation that is torn or damaged.
    pub broken_entries: u32,
    /// A whole sequence of another generation.
    pub other_sequence: Option<OtherSequence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoSequenceCase {
    /// The writer stopped before its first entry: nothing was logged, and nothing is lost.
    NothingLogged,
    /// Entries of the current generation are there, torn or damaged.
    Damaged,
    /// The log holds a whole sequence of a generation that the headers do not name, and its updates
    /// may be missing: copied while in use, or headers put back.
    OtherGeneration,
    /// A case that this program does not know.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherHeader {
    /// It is not valid.
    NotValid,
    /// It says that the log is empty.
    Empty,
    /// It names the same generation.
    SameGeneration,
    /// It names another generation.
    OtherGeneration,
    /// A case that this program does not know.
    Unknown,
}

/// A whole sequence of a generation that the current header does not name. Offsets are from the
/// log's start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherSequence {
    pub log_guid: Guid,
    pub tail: u32,
    pub entries: u32,
    #[serde(serialize_with = "decimal::text")]
    pub first_sequence_number: u64,
    #[serde(serialize_with = "decimal::text")]
    pub last_sequence_number: u64,
    /// Whether all that it would write is in the file already.
    pub in_place: bool,
}
