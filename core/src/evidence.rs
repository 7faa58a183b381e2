//! What a log without a valid sequence holds, and what that says about how it came about (SEQ-7).
//!
//! SEQ-7 refuses every such file. For the person who has it, three histories matter:
//!
//! - **The writer stopped before its first entry.** It named a new LogGuid in one header, or in
//!   both, as UPD-5 demands, and wrote no entry with it. Nothing was logged, so nothing is lost.
//! - **Entries are torn or damaged.** The log holds traces of the generation, but no sequence.
//! - **Headers and log are not of the same time.** The file was copied while in use, or its headers
//!   were put back: the log holds a whole sequence of a generation that the headers do not name.
//!
//! The signs, and how far each goes:
//!
//! 1. *A sector that begins an entry with this LogGuid* was written after the generation was named,
//!    so something was logged, whole or not: damaged. Whether it had been confirmed cannot be
//!    known: a writer that stopped while it wrote its first entry leaves the same bytes as damage
//!    to a confirmed one.
//! 2. *The other header is valid and has no LogGuid.* Headers are written one after the other
//!    (UPD-1, UPD-2), so directly before this generation the log was empty (HDR-9): whatever the
//!    ring holds is left over and has been applied. The writer stopped between the two headers.
//! 3. *No whole sequence of another generation.* Then there is nothing that a replay under other
//!    headers could apply.
//! 4. *A whole sequence of another generation, and no sign 2.* Left-over sequences are normal:
//!    nobody erases a log. But a sequence that is newer than the headers looks the same. LogGuids
//!    have no order, and SequenceNumbers of different generations cannot be compared, so age cannot
//!    be known. What can be known is whether the sequence's updates [stand at their
//!    places](OtherSequence::in_place). If all do, a replay would change nothing, and the
//!    generation counts as empty. If not, it may be needed: the headers may be the ones that are
//!    wrong.
//!
//! Not knowable from the file: that a log which did hold entries of the generation was erased as a
//! whole, or was left out by the program that made a copy. With both headers naming the generation
//! that looks like sign 3.
//!
//! Values only; collected in `open`, from one more pass over the ring than other files need.

use std::fmt;

use uuid::Uuid;

use crate::fault::EntryFault;
use crate::units::{LogOffset, SequenceNumber};

/// What a log without a valid sequence holds, and what the headers say about it (SEQ-7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvidence {
    /// The generation that the current header names.
    pub log_guid: Uuid,
    /// What the header that is not current says about the log.
    pub other_header: OtherHeader,
    /// How many entries of this generation are whole (ENT-1 to ENT-7, DSC-1 to DSC-4, DAT-1,
    /// DAT-2).
    pub whole_entries: u32,
    /// How many sectors begin an entry of this generation that is not whole.
    pub broken_entries: u32,
    /// The first of these, in ring order.
    pub first_broken: Option<BrokenEntry>,
    /// A whole sequence of another generation: the one that the other header names, or else the one
    /// with the greatest SequenceNumber.
    pub other_sequence: Option<OtherSequence>,
}

/// What the header that is not current says about the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherHeader {
    /// There is no other valid header.
    NotValid,
    /// It says that the log is empty: the writer stopped between the two headers (UPD-2).
    Empty,
    /// It names the same generation.
    SameGeneration,
    /// It names this generation.
    OtherGeneration(Uuid),
}

/// A sector that begins an entry of the generation, and what breaks that entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenEntry {
    /// The sector.
    pub offset: LogOffset,
    /// What breaks it.
    pub fault: EntryFault,
}

/// A whole sequence of a generation that the current header does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherSequence {
    /// Its generation.
    pub log_guid: Uuid,
    /// Where its tail is.
    pub tail: LogOffset,
    /// How many entries it has, from its tail to its head.
    pub entries: u32,
    /// SequenceNumber of its tail.
    pub first_sequence_number: SequenceNumber,
    /// SequenceNumber of its head.
    pub last_sequence_number: SequenceNumber,
    /// FlushedFileOffset of its head, in bytes.
    pub flushed_file_offset: u64,
    /// Whether all that a replay of it would write stands in the file already. False where that
    /// would take too long to find out.
    pub in_place: bool,
}

/// How a log without a valid sequence came about, as far as that can be known; the module's source
/// has the reasoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoSequence {
    /// The writer stopped before its first entry: nothing was logged, and nothing is lost.
    /// [`OpenOptions::accept_empty_generation`](crate::OpenOptions::accept_empty_generation) opens
    /// such a file.
    NothingLogged,
    /// Entries of the generation are there, torn or damaged.
    Damaged,
    /// The headers name a generation without entries, and a whole sequence of another one is there
    /// whose updates may be missing in the file: copied while in use, or headers put back.
    OtherGeneration,
}

impl LogEvidence {
    /// Which of the histories it is.
    pub fn case(&self) -> NoSequence {
        // Sign 1.
        if self.whole_entries > 0 || self.broken_entries > 0 {
            return NoSequence::Damaged;
        }
        match (&self.other_sequence, self.other_header) {
            // Signs 2 and 3.
            (_, OtherHeader::Empty) | (None, _) => NoSequence::NothingLogged,
            // Sign 4.
            (Some(sequence), _) if sequence.in_place => NoSequence::NothingLogged,
            (Some(_), _) => NoSequence::OtherGeneration,
        }
    }
}

impl fmt::Display for LogEvidence {
    /// What is there, what it means and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.case() {
            NoSequence::NothingLogged => self.fmt_nothing_logged(f),
            NoSequence::Damaged => self.fmt_damaged(f),
            NoSequence::OtherGeneration => self.fmt_other_generation(f),
        }
    }
}

impl LogEvidence {
    fn fmt_nothing_logged(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it holds no entry of generation {}, which {}. The writer stopped before its first \
             entry: nothing was logged, and nothing is lost. Mark the log empty with \
             `vhdx-log replay --accept-empty-generation FILE`",
            self.log_guid,
            self.named_by()
        )
    }

    fn fmt_damaged(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "of generation {} it holds {} whole and {} broken",
            self.log_guid,
            Entries(self.whole_entries),
            self.broken_entries
        )?;
        if let Some(BrokenEntry { offset, fault }) = &self.first_broken {
            write!(f, ", the first at log offset {offset} ({fault})")?;
        }
        f.write_str(if self.whole_entries == 0 {
            ". If the writer stopped during its first entry, nothing that it confirmed is lost; \
             damage to a confirmed entry looks the same"
        } else {
            ". Entries that were confirmed may be lost"
        })?;
        f.write_str(
            ". Keep the file as it is, look at it with `vhdx-log inspect FILE`, and restore a \
             backup if there is one",
        )
    }

    fn fmt_other_generation(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it holds no entry of generation {}, which {}",
            self.log_guid,
            self.named_by()
        )?;
        if let Some(sequence) = &self.other_sequence {
            write!(f, ", but {sequence}, which may not have been applied")?;
        }
        f.write_str(
            ". The file was copied while in use, or its headers were put back. Copy it again \
             while no program uses it",
        )
    }

    /// Who names the generation, as the rest of a sentence about it.
    fn named_by(&self) -> &'static str {
        match self.other_header {
            OtherHeader::SameGeneration => "both headers name",
            OtherHeader::NotValid => "the only valid header names",
            OtherHeader::Empty | OtherHeader::OtherGeneration(_) => "only the newer header names",
        }
    }
}

impl fmt::Display for OtherSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a whole sequence of generation {}: {}, SequenceNumbers {} to {}, at log offset {}",
            self.log_guid,
            Entries(self.entries),
            self.first_sequence_number,
            self.last_sequence_number,
            self.tail
        )
    }
}

/// A count of entries in words.
pub(crate) struct Entries(pub(crate) u32);

impl fmt::Display for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 entry"),
            entries => write!(f, "{entries} entries"),
        }
    }
}
