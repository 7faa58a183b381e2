//! Why a file cannot be opened.
//!
//! A [`Refusal`] says which clause the *file* breaks, where, what was expected and what was found.
//! A refused file is unchanged, byte for byte (RPL-8). [`OpenError`] adds I/O errors, locking and
//! concurrent modification.
//!
//! A message names the offset, what was expected, what was found, what to do if there is something,
//! and ends with the clause in brackets.

use std::io;

use crate::clause::Clause;
use crate::evidence::{Entries, LogEvidence};
use crate::fault::HeaderFault;
use crate::storage::{HandleFault, Holder};
use crate::units::{Bytes, FileOffset, LogOffset, SequenceNumber, Size};

/// Any reason an open or a replay did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file breaks a clause; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),

    /// The device failed. If that happened during a replay, the file is still marked dirty, and the
    /// next replay completes it (RPL-7). The message does not repeat that of its source.
    #[error("cannot {doing} at offset {offset}")]
    Io {
        /// What was being done, as a verb: "read the header".
        doing: &'static str,
        /// Where in the file.
        offset: FileOffset,
        /// What the device said.
        source: io::Error,
    },

    /// Another program uses the file.
    #[error("the file is in use: {holder}. Detach the disk or end that program first")]
    Locked {
        /// Who.
        holder: Holder,
    },

    /// It cannot be made sure that no other program uses the file.
    #[error(
        "cannot make sure that no other program uses the file: it cannot be locked here ({error})"
    )]
    CannotLock {
        /// What the file system said.
        error: io::Error,
    },

    /// The handle does not allow what is to be done with the file.
    #[error(transparent)]
    Handle(#[from] HandleFault),

    /// A writable open needs fresh GUIDs, and this build has no randomness: the feature `random` is
    /// off, and the options have no seed.
    #[error(
        "there is no source of fresh GUIDs: the crate was built without the feature `random`; give \
         the options a GuidSource::seeded with a random seed"
    )]
    NoGuidSource,

    /// The log no longer holds what the scan found in it.
    #[error(
        "the log at offset {offset} changed while it was being read; \
         check whether another program writes to this file"
    )]
    ChangedWhileRead {
        /// Where in the file.
        offset: FileOffset,
    },
}

impl OpenError {
    /// Adds what was being done, and where, to a device's error; for `map_err`.
    pub(crate) fn io(doing: &'static str, offset: FileOffset) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            doing,
            offset,
            source,
        }
    }

    /// The refusal, if the file breaks a clause.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The broken clause, if the file was refused.
    pub const fn clause(&self) -> Option<Clause> {
        match self.refusal() {
            Some(refusal) => Some(refusal.clause()),
            None => None,
        }
    }
}

/// A clause that the file breaks, so that it cannot be opened, or not in the way asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file does not begin with `vhdxfile`: FID-1.
    #[error(
        "not a VHDX file: expected \"vhdxfile\" at offset 0x0, found {} [FID-1]",
        found.as_ref().map_or_else(
            || "the end of the file".to_owned(),
            |found| format!("\"{}\"", found.escape_ascii())
        )
    )]
    NotVhdx {
        /// The first eight bytes; `None` when the file is shorter.
        found: Option<[u8; 8]>,
    },

    /// Neither header is valid: HDR-3.
    #[error(
        "no valid header: at 0x10000, {first}; at 0x20000, {second}. \
         Keep the file as it is: `vhdx-log inspect FILE` shows what can still be read of both \
         headers and of the log that they name. Restore a backup; without one, the headers have \
         to be repaired from these fields [HDR-3]"
    )]
    NoValidHeader {
        /// What is wrong with header 1.
        first: HeaderFault,
        /// What is wrong with header 2.
        second: HeaderFault,
    },

    /// Both headers are valid, equally new and different: HDR-4.
    #[error(
        "the headers at 0x10000 and 0x20000 are both valid and both have SequenceNumber \
         {sequence_number}, but they differ, so neither is current. \
         Keep the file as it is: `vhdx-log inspect FILE` shows the fields of both. \
         If it is a copy, make it again while no program uses the disk; otherwise restore a \
         backup, or remove the header that is known to be wrong [HDR-4]"
    )]
    AmbiguousHeaders {
        /// SequenceNumber of both.
        sequence_number: SequenceNumber,
    },

    /// Version is not 1: HDR-5.
    #[error(
        "the header at offset {offset} has Version {found}; \
         expected 1, the only supported one [HDR-5]"
    )]
    UnknownVersion {
        /// The current header.
        offset: FileOffset,
        /// Its Version.
        found: u16,
    },

    /// LogVersion is not 0: HDR-6.
    #[error(
        "the header at offset {offset} has LogVersion {found}; expected 0, the only supported one, \
         so the log cannot be used [HDR-6]"
    )]
    UnknownLogVersion {
        /// The current header.
        offset: FileOffset,
        /// Its LogVersion.
        found: u16,
    },

    /// LogOffset or LogLength is not a multiple of 1 MiB: HDR-7.
    #[error(
        "the header at offset {offset} has LogOffset {log_offset} and LogLength {}; \
         expected multiples of 1 MiB [HDR-7]",
        Bytes(u64::from(*log_length))
    )]
    MisalignedLog {
        /// The current header.
        offset: FileOffset,
        /// Its LogOffset.
        log_offset: FileOffset,
        /// Its LogLength in bytes.
        log_length: u32,
    },

    /// There is a LogGuid, and LogLength is 0: HDR-10.
    #[error(
        "the header at offset {offset} has a LogGuid but LogLength 0: there is no log to replay. \
         `vhdx-log inspect FILE` shows whether the other header names one; restore a backup \
         [HDR-10]"
    )]
    NoLog {
        /// The current header.
        offset: FileOffset,
    },

    /// The log overlaps the header section or ends past the end of the file: HDR-8.
    #[error(
        "the header at offset {offset} has LogOffset {log_offset} and LogLength {}; \
         expected the log between 0x100000 and the end of the file at {}. \
         If it is a copy or a download that was cut short, make it again; otherwise restore a \
         backup [HDR-8]",
        Bytes(u64::from(*log_length)),
        Bytes(*file_length)
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

    /// SequenceNumber cannot be incremented often enough: HDR-13.
    #[error(
        "the header at offset {offset} has SequenceNumber {sequence_number}, which cannot be \
         incremented as often as needed; the file can be opened read-only [HDR-13]"
    )]
    SequenceNumbersExhausted {
        /// The current header.
        offset: FileOffset,
        /// Its SequenceNumber.
        sequence_number: SequenceNumber,
    },

    /// The log has no valid sequence: SEQ-7.
    #[error(
        "the file is marked dirty, but the log at offset {log_offset} has no valid sequence \
         of entries: {evidence} [SEQ-7]"
    )]
    NoActiveSequence {
        /// Where the log starts.
        log_offset: FileOffset,
        /// What it holds instead, and [what that means](LogEvidence::case).
        evidence: Box<LogEvidence>,
    },

    /// The file is shorter than the head entry says: SEQ-8.
    #[error(
        "the file is {} long, but was at least {} long when its \
         newest log entry (log offset {head}) was written. \
         The file was cut short. If it is a copy or a download, make it again; otherwise restore \
         a backup [SEQ-8]",
        Bytes(*file_length),
        Bytes(*flushed_file_offset)
    )]
    Truncated {
        /// The head entry.
        head: LogOffset,
        /// Its FlushedFileOffset.
        flushed_file_offset: u64,
        /// The file's length in bytes.
        file_length: u64,
    },

    /// An update aims where the log may not write: DSC-5, DSC-6 or DSC-7.
    #[error(
        "the log entry at log offset {entry} would write {} at {target}, {}. \
         The log cannot be replayed safely [{clause}]",
        Bytes(*length),
        clause.harm()
    )]
    BadTarget {
        /// Which of the three.
        clause: TargetClause,
        /// The entry that the descriptor is in.
        entry: LogOffset,
        /// The first byte it would write.
        target: FileOffset,
        /// How many bytes it would write.
        length: u64,
    },

    /// The file would become larger than the limit: RPL-9.
    #[error(
        "replaying the log would extend the file to {}; the limit is {} [RPL-9]",
        Size(*resulting_length),
        Size(*limit)
    )]
    TooLarge {
        /// The length the file would have, in bytes.
        resulting_length: u64,
        /// The limit in the open options.
        limit: u64,
    },

    /// The updates do not fit in memory: RPL-9.
    #[error(
        "the log holds more than {limit} updates, too many to keep in memory for a read-only view; \
         replay the file or a copy of it [RPL-9]"
    )]
    OverlayTooLarge {
        /// The most updates an overlay keeps.
        limit: usize,
    },

    /// The caller does not want a dirty file: RPL-5.
    #[error(
        "the file is dirty: its log has {} not yet applied, and it was opened without replay; \
         replay it with `vhdx-log replay FILE` [RPL-5]",
        Entries(*entries)
    )]
    Dirty {
        /// How many entries a replay would apply.
        entries: u32,
    },
}

/// Which clause on a target is broken.
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
