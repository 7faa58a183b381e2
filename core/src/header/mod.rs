//! The two headers: which of them is current, and what it says of the log.
//!
//! Serves HDR-1 to HDR-4 (the choice); the demands on the fields of the chosen one (HDR-5 to
//! HDR-13) are checked by [`open`](crate::open), in the order given there. Pure but for
//! [`Headers::read`]; never panics.

mod layout;
mod update;

use std::fmt;

use uuid::Uuid;
use zerocopy::FromBytes;

use crate::checksum;
use crate::error::{OpenError, Refusal};
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, SequenceNumber};
use layout::{RawHeader, SIGNATURE, SLOTS};
pub(crate) use update::Change;
pub use update::GuidSource;

/// The fields of one valid header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The newer header has the greater number (HDR-2).
    pub sequence_number: SequenceNumber,
    /// Changes with the first change to the file after an open (UPD-1).
    pub file_write_guid: Uuid,
    /// Changes with the first change a reader of the virtual disk could see (UPD-4).
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

/// Why a header slot holds no valid header (HDR-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// The file ends before the slot does.
    Missing,
    /// The slot does not begin with `head`.
    Signature {
        /// The four bytes that stand there.
        found: [u8; 4],
    },
    /// The checksum does not fit the contents.
    Checksum {
        /// The checksum of what stands there.
        expected: u32,
        /// The checksum that stands there.
        found: u32,
    },
}

/// One of the two places a header stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// At 64 KiB.
    First,
    /// At 128 KiB.
    Second,
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

    /// The slot that is not this one.
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Both header slots of a file, as they were read.
#[derive(Clone, Debug)]
pub struct Headers {
    /// What the slot at 64 KiB holds.
    pub first: Result<Header, HeaderFault>,
    /// What the slot at 128 KiB holds.
    pub second: Result<Header, HeaderFault>,
    identical: bool,
}

/// The current header and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The slot that holds it.
    pub slot: Slot,
    /// Its fields.
    pub header: Header,
}

impl Headers {
    /// Reads both slots of a file of `file_length` bytes.
    ///
    /// # Errors
    /// Only [`OpenError::Io`]; a slot without a valid header is a value.
    pub fn read(storage: &(impl Storage + ?Sized), file_length: u64) -> Result<Self, OpenError> {
        let (mut first, mut second) = ([0; SECTOR_BYTES], [0; SECTOR_BYTES]);
        let first = read_slot(storage, Slot::First, file_length, &mut first)?;
        let second = read_slot(storage, Slot::Second, file_length, &mut second)?;
        Ok(Self {
            identical: first.is_some() && first == second,
            first: judge(first),
            second: judge(second),
        })
    }

    /// The current header: the only valid one or the newer of two (HDR-2).
    ///
    /// Two byte-identical headers count as one (HDR-4b), as Sysinternals disk2vhd writes them.
    ///
    /// # Errors
    /// HDR-3 when neither is valid, HDR-4 when both are, with one number and different contents.
    pub fn current(&self) -> Result<Current, Refusal> {
        let (slot, header) = match (&self.first, &self.second) {
            (Err(first), Err(second)) => {
                return Err(Refusal::NoValidHeader {
                    first: *first,
                    second: *second,
                });
            }
            (Ok(first), Err(_)) => (Slot::First, first),
            (Err(_), Ok(second)) => (Slot::Second, second),
            (Ok(first), Ok(second)) => match first.sequence_number.cmp(&second.sequence_number) {
                std::cmp::Ordering::Greater => (Slot::First, first),
                std::cmp::Ordering::Less => (Slot::Second, second),
                std::cmp::Ordering::Equal if self.identical => (Slot::First, first),
                std::cmp::Ordering::Equal => {
                    return Err(Refusal::AmbiguousHeaders {
                        sequence_number: first.sequence_number,
                    });
                }
            },
        };
        Ok(Current {
            slot,
            header: header.clone(),
        })
    }

    /// What a slot holds.
    pub const fn slot(&self, slot: Slot) -> &Result<Header, HeaderFault> {
        match slot {
            Slot::First => &self.first,
            Slot::Second => &self.second,
        }
    }
}

/// The bytes of one slot, or `None` when the file ends before it does.
fn read_slot<'a>(
    storage: &(impl Storage + ?Sized),
    slot: Slot,
    file_length: u64,
    bytes: &'a mut [u8; SECTOR_BYTES],
) -> Result<Option<&'a [u8; SECTOR_BYTES]>, OpenError> {
    let FileOffset(offset) = slot.offset();
    if file_length < offset.saturating_add(crate::units::SECTOR) {
        return Ok(None);
    }
    storage
        .read_at(offset, bytes)
        .map_err(OpenError::io("read the header", slot.offset()))?;
    Ok(Some(bytes))
}

/// Judges one slot: presence, signature, checksum, in this order (HDR-1). Reserved bytes are not
/// looked at (HDR-12).
fn judge(bytes: Option<&[u8; SECTOR_BYTES]>) -> Result<Header, HeaderFault> {
    let Some(raw) = bytes.and_then(|bytes| RawHeader::ref_from_bytes(bytes).ok()) else {
        return Err(HeaderFault::Missing);
    };
    if raw.signature != SIGNATURE {
        return Err(HeaderFault::Signature {
            found: raw.signature,
        });
    }
    let expected = checksum::with_field_zeroed(zerocopy::IntoBytes::as_bytes(raw));
    if raw.checksum.get() != expected {
        return Err(HeaderFault::Checksum {
            expected,
            found: raw.checksum.get(),
        });
    }
    Ok(Header {
        sequence_number: SequenceNumber(raw.sequence_number.get()),
        file_write_guid: Uuid::from_bytes_le(raw.file_write_guid),
        data_write_guid: Uuid::from_bytes_le(raw.data_write_guid),
        log_guid: Uuid::from_bytes_le(raw.log_guid),
        log_version: raw.log_version.get(),
        version: raw.version.get(),
        log_length: raw.log_length.get(),
        log_offset: FileOffset(raw.log_offset.get()),
    })
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "the file ends before it"),
            Self::Signature { found } => write!(
                f,
                "it begins with \"{}\", not \"head\"",
                found.escape_ascii()
            ),
            Self::Checksum { expected, found } => {
                write!(
                    f,
                    "its checksum is {found:#010x}, but that of its contents is {expected:#010x}"
                )
            }
        }
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
