//! One update: what a descriptor changes, and where the bytes come from (RPL-1).

use crate::units::{FileOffset, LogOffset, SECTOR, SequenceNumber};

/// One descriptor to replay, and where its bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Update {
    /// The entry it is in.
    pub entry: LogOffset,
    /// SequenceNumber of that entry; each of its data sectors repeats it (DAT-2).
    pub sequence_number: SequenceNumber,
    /// The first byte it changes.
    pub target: FileOffset,
    /// Where the bytes come from.
    pub source: Source,
}

/// Where the bytes of an update come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A data sector, except for its first 8 and last 4 bytes, which the descriptor holds.
    Data {
        /// The data sector.
        sector: LogOffset,
        /// Bytes 0..8 of the update.
        leading: [u8; 8],
        /// Bytes 4092..4096 of the update.
        trailing: [u8; 4],
    },
    /// Zeros.
    Zero {
        /// How many bytes.
        length: u64,
    },
}

impl Update {
    /// How many bytes it changes.
    pub const fn length(&self) -> u64 {
        match self.source {
            Source::Data { .. } => SECTOR,
            Source::Zero { length } => length,
        }
    }

    /// The offset after the last byte it changes (DSC-5: it fits).
    pub(super) const fn end(&self) -> FileOffset {
        self.target.advance(self.length())
    }
}
