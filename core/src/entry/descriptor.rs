//! One descriptor: where a sector goes, or which range becomes zero.
//!
//! Serves DSC-1 to DSC-4. Where a descriptor may write (DSC-5 to DSC-7) is not checked here: a bad
//! target does not make the entry invalid (DSC-9). Reserved of a zero descriptor is not checked
//! (DSC-8).

use super::layout::{DATA_DESCRIPTOR, RawDescriptor, ZERO_DESCRIPTOR};
use crate::clause::Clause;
use crate::units::{FileOffset, SECTOR, SequenceNumber};

/// A well-formed descriptor (DSC-1 to DSC-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The first byte it changes; a multiple of 4 KiB.
    pub target: FileOffset,
    /// What it does there.
    pub kind: DescriptorKind,
}

/// What a descriptor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorKind {
    /// Writes the next data sector of the entry, after putting back the 12 bytes that the data
    /// sector uses for its own fields (RPL-1).
    Data {
        /// Bytes 0..8 of the update.
        leading: [u8; 8],
        /// Bytes 4092..4096 of the update.
        trailing: [u8; 4],
    },
    /// Writes zeros.
    Zero {
        /// How many bytes; a multiple of 4 KiB, 0 allowed (DSC-4).
        length: u64,
    },
}

impl Descriptor {
    /// How many bytes it changes.
    pub const fn length(&self) -> u64 {
        match self.kind {
            DescriptorKind::Data { .. } => SECTOR,
            DescriptorKind::Zero { length } => length,
        }
    }
}

/// What is wrong with a descriptor: the clause, the expected value and the value found, as in
/// [`EntryFault`](crate::fault::EntryFault).
pub(crate) type DescriptorFault = (Clause, u64, u64);

/// Reads one descriptor of an entry with this sequence number. Checked in this order: DSC-1, DSC-2,
/// DSC-3, DSC-4.
pub(crate) fn parse_descriptor(
    raw: &RawDescriptor,
    sequence_number: SequenceNumber,
) -> Result<Descriptor, DescriptorFault> {
    // DSC-1
    let is_data = raw.signature == DATA_DESCRIPTOR;
    if !is_data && raw.signature != ZERO_DESCRIPTOR {
        return Err((Clause::Dsc1, 0, u32::from_le_bytes(raw.signature).into()));
    }
    // DSC-2
    if raw.sequence_number.get() != sequence_number.0 {
        return Err((Clause::Dsc2, sequence_number.0, raw.sequence_number.get()));
    }
    // DSC-3
    let target = raw.file_offset.get();
    if !target.is_multiple_of(SECTOR) {
        return Err((Clause::Dsc3, 0, target));
    }
    let kind = if is_data {
        DescriptorKind::Data {
            leading: raw.leading,
            trailing: raw.trailing,
        }
    } else {
        // DSC-4
        let length = u64::from_le_bytes(raw.leading);
        if !length.is_multiple_of(SECTOR) {
            return Err((Clause::Dsc4, 0, length));
        }
        DescriptorKind::Zero { length }
    };
    Ok(Descriptor {
        target: FileOffset(target),
        kind,
    })
}
