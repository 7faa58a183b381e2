//! The changes that a caller wants to make together (WRT-8).

use std::sync::Arc;

use crate::units::{FileOffset, cast};

/// Changes that take effect together: they go into one log entry, so a crash leaves all of them or
/// none of them (WRT-8, WRT-9).
///
/// Offsets and lengths are in bytes and need no alignment; where updates overlap, the later one
/// wins.
///
/// ```
/// use vhdx_log::writer::Transaction;
///
/// let grow_bat = Transaction::new().zero(3 << 20, 4096).write((3 << 20) + 8, &[6, 0, 0, 0]);
/// assert!(!grow_bat.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Write {
        offset: FileOffset,
        bytes: Arc<[u8]>,
    },
    Zero {
        offset: FileOffset,
        length: u64,
    },
}

impl Change {
    /// Where it starts and how many bytes it changes.
    pub(super) fn range(&self) -> (FileOffset, u64) {
        match self {
            Self::Write { offset, bytes } => (*offset, cast::len_u64(bytes.len())),
            Self::Zero { offset, length } => (*offset, *length),
        }
    }
}

impl Transaction {
    /// A transaction that changes nothing.
    pub const fn new() -> Self {
        Self {
            changes: Vec::new(),
        }
    }

    /// Also writes `bytes` at `offset`.
    #[must_use]
    pub fn write(mut self, offset: u64, bytes: &[u8]) -> Self {
        self.changes.push(Change::Write {
            offset: FileOffset(offset),
            bytes: bytes.into(),
        });
        self
    }

    /// Also zeroes `length` bytes from `offset` on.
    #[must_use]
    pub fn zero(mut self, offset: u64, length: u64) -> Self {
        self.changes.push(Change::Zero {
            offset: FileOffset(offset),
            length,
        });
        self
    }

    /// Whether it changes no byte.
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The changes of at least one byte, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.range().1 > 0)
    }
}
