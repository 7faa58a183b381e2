//! Zeros written out, for storages that cannot make holes (RPL-9, RPL-10).

use std::io;

use super::{Storage, out_of_range};
use crate::units::{cast, exact};

/// What one call writes at most.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Writes zeros over what is not a hole in a range; see [`Storage::zero`].
pub(super) fn write_zeros<S: Storage + ?Sized>(
    storage: &mut S,
    mut offset: u64,
    length: u64,
) -> io::Result<()> {
    let end = offset
        .checked_add(length)
        .ok_or_else(|| out_of_range(offset))?;
    while offset < end
        && let Some(data) = storage.next_data(offset)?
    {
        // An offset before the range means that the storage does not know its holes.
        let data = data.max(offset);
        if data >= end {
            break;
        }
        let left = exact::distance(data, end).min(cast::len_u64(ZEROS.len()));
        let (piece, _) = ZEROS.split_at(cast::to_usize(left));
        storage.write_at(data, piece)?;
        offset = exact::after(data, piece.len());
    }
    Ok(())
}
