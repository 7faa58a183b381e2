//! What a reader is asked, and what it answers.
//!
//! Plain data, with one method: [`WriteOp::apply`]. The clauses are in the other files.

use crate::image::{Image, Update};
use crate::layout::{HEADER_OFFSETS, Header};

/// The id of a clause, such as `SEQ-4`; a flawed step also gives `HANG`.
pub type ClauseId = &'static str;

/// A value, or the clause that is broken.
pub type Checked<T> = Result<T, ClauseId>;

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// The file is not written; replay is done in memory (RPL-5).
    ReadOnly,
    /// Replay is written back.
    Writable,
}

/// The parameters of an open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// How the file is opened.
    pub access: Access,
    /// The length in bytes that a replay may not extend the file beyond (RPL-9).
    pub max_file_size: u64,
    /// The FileWriteGuid that every header update writes (UPD-1).
    pub fresh_guid: [u8; 16],
}

impl Default for Options {
    /// Read-only, with room for a full disk of the format's largest size and its metadata.
    fn default() -> Self {
        Self {
            access: Access::ReadOnly,
            max_file_size: (64 << 40) + (1 << 30),
            fresh_guid: *b"fresh file write",
        }
    }
}

/// The result of opening a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The file is not opened, and not changed (RPL-8).
    Refused(Refusal),
    /// The log is empty: the file is shown as it is.
    Clean,
    /// The file is shown as after the replay of its log.
    Replayed(Replay),
}

/// Why a file is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The clause that the file breaks; `HANG` when a flawed reader would never finish.
    pub clause: ClauseId,
    /// The statement that does not hold.
    pub what: &'static str,
    /// What was done to the file before the refusal; from a flawed reader only.
    pub operations: Vec<WriteOp>,
}

impl From<ClauseId> for Refusal {
    fn from(clause: ClauseId) -> Self {
        Self {
            clause,
            what: "the step can be carried out, as in every reader without a flaw",
            operations: Vec::new(),
        }
    }
}

/// What a replay does to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replay {
    /// The sequence that was replayed.
    pub active: Active,
    /// The file as a reader must show it: headers untouched.
    pub image: Image,
    /// The file after a write-back. Only with [`Access::Writable`].
    pub written_back: Option<Image>,
    /// The operations of the write-back, in order. Only with [`Access::Writable`].
    pub operations: Vec<WriteOp>,
}

/// A summary of the active sequence. Offsets are in bytes of the ring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Active {
    /// Offset of the first entry of the run found.
    pub first: u64,
    /// Offset of the first entry that is replayed.
    pub tail: u64,
    /// Offset of the newest entry.
    pub head: u64,
    /// SequenceNumber of the entry at `tail`.
    pub tail_sequence_number: u64,
    /// SequenceNumber of the entry at `head`.
    pub head_sequence_number: u64,
    /// How many entries are replayed.
    pub replayed_entries: u64,
}

/// One operation of a write-back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WriteOp {
    /// Header 1 (slot 0) or header 2 (slot 1) is rewritten.
    WriteHeader {
        /// 0 or 1.
        slot: usize,
        /// What the slot holds afterwards.
        header: Header,
    },
    /// Anything else is changed.
    Update(Update),
    /// All operations before this one are stable before any after it begins.
    Flush,
}

impl WriteOp {
    /// Does this operation to an image.
    pub fn apply(&self, image: &mut Image) {
        match self {
            Self::WriteHeader { slot, header } => {
                image.write(HEADER_OFFSETS[slot % 2], &header.to_bytes())
            }
            Self::Update(update) => update.apply(image),
            Self::Flush => {}
        }
    }
}
