//! Reading both headers and choosing the current one (HDR-1 to HDR-4).

use zerocopy::FromBytes;

use super::fields::{Current, Header, Slot};
use super::layout::{RawHeader, SIGNATURE};
use crate::checksum;
use crate::error::{OpenError, Refusal};
use crate::fault::HeaderFault;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES};

/// Both header slots of a file, as they were read.
#[derive(Clone, Debug)]
pub struct Headers {
    /// What the slot at 64 KiB holds.
    pub first: Result<Header, HeaderFault>,
    /// What the slot at 128 KiB holds.
    pub second: Result<Header, HeaderFault>,
    identical: bool,
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
    Ok(Header::from_raw(raw))
}
