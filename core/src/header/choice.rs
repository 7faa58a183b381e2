//! Reading both headers and choosing the current one (HDR-1 to HDR-4b).

use std::cmp::Ordering;

use zerocopy::transmute_ref;

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
    /// Whether both slots hold the same bytes (HDR-4b).
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

    /// The current header: the only valid one, or the newer of two (HDR-2).
    ///
    /// Two byte-identical headers count as one (HDR-4b): Sysinternals disk2vhd writes them.
    ///
    /// # Errors
    /// HDR-3 when neither is valid; HDR-4 when both are valid and differ, but have the same
    /// SequenceNumber.
    pub fn current(&self) -> Result<Current, Refusal> {
        let (slot, header) = match (&self.first, &self.second) {
            // HDR-3
            (Err(first), Err(second)) => {
                return Err(Refusal::NoValidHeader {
                    first: *first,
                    second: *second,
                });
            }
            // HDR-2
            (Ok(first), Err(_)) => (Slot::First, first),
            (Err(_), Ok(second)) => (Slot::Second, second),
            (Ok(first), Ok(second)) => match first.sequence_number.cmp(&second.sequence_number) {
                Ordering::Greater => (Slot::First, first),
                Ordering::Less => (Slot::Second, second),
                // HDR-4b
                Ordering::Equal if self.identical => (Slot::First, first),
                // HDR-4
                Ordering::Equal => {
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
    if FileOffset(file_length) < slot.end() {
        return Ok(None);
    }
    storage
        .read_at(slot.offset().0, bytes)
        .map_err(OpenError::io("read the header", slot.offset()))?;
    Ok(Some(bytes))
}

/// Judges one slot: presence, signature, checksum, in this order (HDR-1).
fn judge(bytes: Option<&[u8; SECTOR_BYTES]>) -> Result<Header, HeaderFault> {
    let Some(bytes) = bytes else {
        return Err(HeaderFault::Missing);
    };
    let raw: &RawHeader = transmute_ref!(bytes);
    if raw.signature != SIGNATURE {
        return Err(HeaderFault::Signature {
            found: raw.signature,
        });
    }
    let expected = checksum::with_field_zeroed(bytes);
    if raw.checksum.get() != expected {
        return Err(HeaderFault::Checksum {
            expected,
            found: raw.checksum.get(),
        });
    }
    Ok(Header::from_raw(raw))
}
