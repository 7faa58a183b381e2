//! Why a file cannot be opened.
//!
//! A [`Refusal`] says which clause the *file* breaks, where, what was expected and what stands
//! there; a refused file is as it was, byte for byte (RPL-8). [`OpenError`] adds what the *world*
//! can do: devices fail, files change under us.

use std::io;

use crate::clause::Clause;
use crate::fault::HeaderFault;
use crate::units::{FileOffset, LogOffset, SequenceNumber};

/// Any reason an open or a replay did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file breaks a demand; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),

    /// The device failed. During a replay the file is still marked dirty, and the next replay
    /// finishes the job (RPL-7).
    #[error("cannot {doing} at offset {offset}: {source}")]
    Io {
        /// What was being done, as a verb: "read the header".
        doing: &'static str,
        /// Where in the file.
        offset: FileOffset,
        /// What the device said.
        source: io::Error,
    },

    /// Another program has the file open for writing.
    #[error("another program has the file open for writing; close it there first")]
    Locked,

    /// The log no longer holds what the search found in it a moment ago.
    #[error(
        "the log changed at offset {offset} while it was read; is another program writing to this file?"
    )]
    ChangedWhileRead {
        /// Where in the file.
        offset: FileOffset,
    },
}

impl OpenError {
    /// Wraps a device's error with what was being done, and where; for `map_err`.
    pub(crate) fn io(doing: &'static str, offset: FileOffset) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            doing,
            offset,
            source,
        }
    }

    /// The clause that was broken, when it was the file's fault.
    pub const fn clause(&self) -> Option<Clause> {
        match self {
            Self::Refused(refusal) => Some(refusal.clause()),
            Self::Io { .. } | Self::Locked | Self::ChangedWhileRead { .. } => None,
        }
    }
}

/// A demand the file breaks, so that it cannot be opened (or not in the way asked for).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// FID-1.
    #[error(
        "not a VHDX file: expected \"vhdxfile\" at offset 0x0, found {} [FID-1]",
        found.as_ref().map_or_else(|| "the end of the file".to_owned(), |found| format!("\"{}\"", found.escape_ascii()))
    )]
    NotVhdx {
        /// The first eight bytes; `None` when the file is shorter.
        found: Option<[u8; 8]>,
    },

    /// HDR-3.
    #[error(
        "no valid header: the one at 0x10000 is not, for {first}; the one at 0x20000 is not, for {second}. \
         The file is corrupt; restore it from a copy [HDR-3]"
    )]
    NoValidHeader {
        /// What is wrong with header 1.
        first: HeaderFault,
        /// What is wrong with header 2.
        second: HeaderFault,
    },

    /// HDR-4.
    #[error(
        "the headers at 0x10000 and 0x20000 are both valid, both have sequence number {sequence_number} and differ, \
         so neither is current. The file is corrupt; restore it from a copy [HDR-4]"
    )]
    AmbiguousHeaders {
        /// The number both have.
        sequence_number: SequenceNumber,
    },

    /// HDR-5.
    #[error(
        "the header at offset {offset} has Version {found}; this reader knows only version 1 [HDR-5]"
    )]
    UnknownVersion {
        /// The current header.
        offset: FileOffset,
        /// Its Version.
        found: u16,
    },

    /// HDR-6.
    #[error(
        "the header at offset {offset} has LogVersion {found}; this reader knows only version 0, so the log cannot be replayed [HDR-6]"
    )]
    UnknownLogVersion {
        /// The current header.
        offset: FileOffset,
        /// Its LogVersion.
        found: u16,
    },

    /// HDR-7.
    #[error(
        "the header at offset {offset} places the log at {log_offset}, {log_length:#x} bytes long; expected multiples of 1 MiB [HDR-7]"
    )]
    MisalignedLog {
        /// The current header.
        offset: FileOffset,
        /// Its LogOffset.
        log_offset: FileOffset,
        /// Its LogLength in bytes.
        log_length: u32,
    },

    /// HDR-10.
    #[error(
        "the header at offset {offset} has a LogGuid but a log of length 0, so there is nothing that could be replayed. The file is corrupt; restore it from a copy [HDR-10]"
    )]
    NoLog {
        /// The current header.
        offset: FileOffset,
    },

    /// HDR-8.
    #[error(
        "the header at offset {offset} places the log at {log_offset}, {log_length:#x} bytes long; expected it between \
         0x100000 and the end of the file at {file_length:#x}. Was the file cut short? [HDR-8]"
    )]
    LogOutsideFile {
        /// The current header.
        offset: FileOffset,
        /// Its LogOffset.
        log_offset: FileOffset,
        /// Its LogLength in bytes.
        log_length: u32,
        /// The file's length in bytes.
        file_length: u64,
    },

    /// HDR-13.
    #[error(
        "the header at offset {offset} has sequence number {sequence_number}, which leaves no room for the greater \
         ones a change of the file needs; it can be read, but not written [HDR-13]"
    )]
    SequenceNumbersExhausted {
        /// The current header.
        offset: FileOffset,
        /// Its SequenceNumber.
        sequence_number: SequenceNumber,
    },

    /// SEQ-7.
    #[error(
        "the file is marked dirty, but the log at offset {log_offset} holds no valid sequence of entries. The file is corrupt; restore it from a copy [SEQ-7]"
    )]
    NoActiveSequence {
        /// Where the log starts.
        log_offset: FileOffset,
    },

    /// SEQ-8.
    #[error(
        "the file is {file_length:#x} bytes long, but its newest log entry (log offset {head}) was written when \
         {flushed_file_offset:#x} bytes were stable: the file was cut short [SEQ-8]"
    )]
    Truncated {
        /// The head entry.
        head: LogOffset,
        /// Its FlushedFileOffset.
        flushed_file_offset: u64,
        /// The file's length in bytes.
        file_length: u64,
    },

    /// DSC-5, DSC-6 or DSC-7.
    #[error(
        "the log entry at log offset {entry} would write {length:#x} bytes at {target}, {}. \
         The log cannot be replayed safely [{clause}]",
        clause.harm()
    )]
    BadTarget {
        /// Which of the three.
        clause: TargetClause,
        /// The entry the descriptor stands in.
        entry: LogOffset,
        /// The first byte it would write.
        target: FileOffset,
        /// How many bytes it would write.
        length: u64,
    },

    /// RPL-9, for the file.
    #[error(
        "replaying the log would make the file {resulting_length:#x} bytes long; the limit is {limit:#x}. \
         Raise the limit if the file is meant to be that large [RPL-9]"
    )]
    TooLarge {
        /// What the file's length would be.
        resulting_length: u64,
        /// The limit in the open options.
        limit: u64,
    },

    /// RPL-9, for memory.
    #[error(
        "the log holds more than {limit} updates, too many to keep in memory for a read-only view; \
         replay the file or a copy of it [RPL-9]"
    )]
    OverlayTooLarge {
        /// The most updates an overlay keeps.
        limit: usize,
    },

    /// RPL-5.
    #[error(
        "the file is dirty: its log holds {entries} entries that are not yet applied, and it was opened read-only; \
         replay it with `vhdx-log replay FILE` [RPL-5]"
    )]
    Dirty {
        /// How many entries a replay would apply.
        entries: u32,
    },
}

/// Which demand on a descriptor's target is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetClause {
    /// DSC-5.
    PastTheEnd,
    /// DSC-6.
    InHeaders,
    /// DSC-7.
    InLog,
}

impl TargetClause {
    /// The clause.
    pub const fn clause(self) -> Clause {
        match self {
            Self::PastTheEnd => Clause::Dsc5,
            Self::InHeaders => Clause::Dsc6,
            Self::InLog => Clause::Dsc7,
        }
    }

    pub(crate) const fn harm(self) -> &'static str {
        match self {
            Self::PastTheEnd => "past the largest offset a file can have",
            Self::InHeaders => "over the file identifier or the headers",
            Self::InLog => "over the log itself",
        }
    }
}

impl std::fmt::Display for TargetClause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.clause().fmt(f)
    }
}

impl Refusal {
    /// The clause that the file breaks.
    pub const fn clause(&self) -> Clause {
        match self {
            Self::NotVhdx { .. } => Clause::Fid1,
            Self::NoValidHeader { .. } => Clause::Hdr3,
            Self::AmbiguousHeaders { .. } => Clause::Hdr4,
            Self::UnknownVersion { .. } => Clause::Hdr5,
            Self::UnknownLogVersion { .. } => Clause::Hdr6,
            Self::MisalignedLog { .. } => Clause::Hdr7,
            Self::NoLog { .. } => Clause::Hdr10,
            Self::LogOutsideFile { .. } => Clause::Hdr8,
            Self::SequenceNumbersExhausted { .. } => Clause::Hdr13,
            Self::NoActiveSequence { .. } => Clause::Seq7,
            Self::Truncated { .. } => Clause::Seq8,
            Self::BadTarget { clause, .. } => clause.clause(),
            Self::TooLarge { .. } | Self::OverlayTooLarge { .. } => Clause::Rpl9,
            Self::Dirty { .. } => Clause::Rpl5,
        }
    }
}
