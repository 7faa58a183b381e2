//! Why a write through the log did not succeed.
//!
//! Messages follow those of [`OpenError`]: what, where, expected and found, what to do, the clause.

use std::io;

use crate::clause::Clause;
use crate::error::{OpenError, Refusal, TargetClause};
use crate::units::FileOffset;

/// Why a write through the log did not succeed.
///
/// After [`Io`](WriteError::Io) the log has *failed*: it is unknown which of the uncommitted
/// changes are stable, so every later call returns [`Failed`](WriteError::Failed) until the file is
/// opened again. All other errors leave the log unchanged and usable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A change aims where the log may not write: DSC-5, DSC-6 or DSC-7.
    #[error(
        "cannot change {length:#x} bytes at {offset}, {}; nothing was written [{clause}]",
        clause.harm()
    )]
    BadTarget {
        /// Which of the three.
        clause: TargetClause,
        /// Where the change starts.
        offset: FileOffset,
        /// How many bytes it changes.
        length: u64,
    },

    /// WRT-7: the transaction is larger than the whole log.
    #[error(
        "the transaction needs {} of log, but the log has {log_length:#x}; nothing was written. \
         Split the transaction [WRT-7]",
        needed.map_or_else(|| "more than 4 GiB".to_owned(), |needed| format!("{needed:#x} bytes"))
    )]
    TooLarge {
        /// How many bytes of log it needs; `None` when that is more than any log can have.
        needed: Option<u32>,
        /// The log's length in bytes.
        log_length: u32,
    },

    /// RPL-9: the file would become longer than the open options allow.
    #[error(
        "the change would extend the file to {length:#x} bytes; the limit is {limit:#x}; \
         nothing was written [RPL-9]"
    )]
    FileTooLarge {
        /// The length the file would have, in bytes.
        length: u64,
        /// The limit in the open options.
        limit: u64,
    },

    /// HDR-8: the file would end before its log does.
    #[error(
        "cannot cut the file to {length:#x} bytes: its log ends at {log_end}; \
         nothing was written [HDR-8]"
    )]
    CutsLog {
        /// The length asked for.
        length: u64,
        /// The offset after the log.
        log_end: FileOffset,
    },

    /// HDR-13: the header's SequenceNumber cannot be incremented often enough.
    #[error(transparent)]
    Refused(#[from] Refusal),

    /// The device failed.
    #[error(
        "cannot {doing} at offset {offset}; \
         committed changes are safe, open the file again to continue"
    )]
    Io {
        /// What was being done, as a verb: "write the log".
        doing: &'static str,
        /// Where in the file.
        offset: FileOffset,
        /// What the device said.
        source: io::Error,
    },

    /// An earlier call failed.
    #[error(
        "an earlier write to this log failed. \
         Committed changes are safe; open the file again to continue"
    )]
    Failed,
}

impl WriteError {
    pub(super) fn io(doing: &'static str, offset: u64) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            doing,
            offset: FileOffset(offset),
            source,
        }
    }

    /// The clause that the change would break, or that the file breaks.
    pub const fn clause(&self) -> Option<Clause> {
        match self {
            Self::BadTarget { clause, .. } => Some(clause.clause()),
            Self::TooLarge { .. } => Some(Clause::Wrt7),
            Self::FileTooLarge { .. } => Some(Clause::Rpl9),
            Self::CutsLog { .. } => Some(Clause::Hdr8),
            Self::Refused(refusal) => Some(refusal.clause()),
            Self::Io { .. } | Self::Failed => None,
        }
    }
}

impl From<OpenError> for WriteError {
    /// For header updates, which return [`OpenError`]: they cause `Refused` (HDR-13) and `Io` only,
    /// and anything else must stop the log.
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Refused(refusal) => Self::Refused(refusal),
            OpenError::Io {
                doing,
                offset,
                source,
            } => Self::Io {
                doing,
                offset,
                source,
            },
            OpenError::Locked { .. }
            | OpenError::CannotLock { .. }
            | OpenError::Handle(_)
            | OpenError::NoGuidSource
            | OpenError::ChangedWhileRead { .. } => Self::Failed,
        }
    }
}
