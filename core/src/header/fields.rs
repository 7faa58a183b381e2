//! What a header says, and the two slots it can be in.

use std::fmt;

use uuid::Uuid;
use zerocopy::{transmute, transmute_ref};

use super::layout::{RawHeader, SIGNATURE, SLOT_ENDS, SLOTS};
use crate::checksum;
use crate::units::{FileOffset, SECTOR_BYTES, SequenceNumber};

/// The fields of one valid header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The newer header has the greater SequenceNumber (HDR-2).
    pub sequence_number: SequenceNumber,
    /// Changes with the first change to the file after an open (UPD-1).
    pub file_write_guid: Uuid,
    /// Changes with the first change that a reader of the virtual disk could see (UPD-4).
    pub data_write_guid: Uuid,
    /// The generation of the log in use; nil when the log is empty (HDR-9).
    pub log_guid: Uuid,
    /// Version of the log's format: 0 (HDR-6).
    pub log_version: u16,
    /// Version of the file's format: 1 (HDR-5).
    pub version: u16,
    /// Length of the log in bytes (HDR-7).
    pub log_length: u32,
    /// Where the log starts (HDR-7, HDR-8).
    pub log_offset: FileOffset,
}

/// One of the two places for a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Header 1, at 64 KiB.
    First,
    /// Header 2, at 128 KiB.
    Second,
}

/// The current header, and the slot it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The slot that holds it.
    pub slot: Slot,
    /// Its fields.
    pub header: Header,
}

impl Slot {
    /// Where the slot starts in the file.
    pub const fn offset(self) -> FileOffset {
        let [first, second] = SLOTS;
        match self {
            Self::First => first,
            Self::Second => second,
        }
    }

    /// The other slot.
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// The offset after the slot's header.
    pub(super) const fn end(self) -> FileOffset {
        let [first, second] = SLOT_ENDS;
        match self {
            Self::First => first,
            Self::Second => second,
        }
    }
}

impl Header {
    /// The fields as they stand in the bytes of a slot. Neither signature nor checksum is looked
    /// at, so nothing may be decided by them: for showing a damaged header.
    pub fn without_checks(bytes: &[u8; SECTOR_BYTES]) -> Self {
        Self::from_raw(transmute_ref!(bytes))
    }

    /// The fields of a header whose signature and checksum are valid. Reserved bytes are ignored
    /// (HDR-12).
    pub(super) fn from_raw(raw: &RawHeader) -> Self {
        Self {
            sequence_number: SequenceNumber(raw.sequence_number.get()),
            file_write_guid: Uuid::from_bytes_le(raw.file_write_guid),
            data_write_guid: Uuid::from_bytes_le(raw.data_write_guid),
            log_guid: Uuid::from_bytes_le(raw.log_guid),
            log_version: raw.log_version.get(),
            version: raw.version.get(),
            log_length: raw.log_length.get(),
            log_offset: FileOffset(raw.log_offset.get()),
        }
    }

    /// The header's bytes, with reserved bytes zero and a valid checksum.
    pub(super) fn to_bytes(&self) -> [u8; SECTOR_BYTES] {
        let raw = |checksum: u32| -> [u8; SECTOR_BYTES] {
            transmute!(RawHeader {
                signature: SIGNATURE,
                checksum: checksum.into(),
                sequence_number: self.sequence_number.0.into(),
                file_write_guid: self.file_write_guid.to_bytes_le(),
                data_write_guid: self.data_write_guid.to_bytes_le(),
                log_guid: self.log_guid.to_bytes_le(),
                log_version: self.log_version.into(),
                version: self.version.into(),
                log_length: self.log_length.into(),
                log_offset: self.log_offset.0.into(),
                reserved: [0; 4016],
            })
        };
        raw(checksum::with_field_zeroed(&raw(0)))
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => write!(f, "header 1"),
            Self::Second => write!(f, "header 2"),
        }
    }
}
