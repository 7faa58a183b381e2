//! Arithmetic whose result always fits, by what the caller has checked before.

use std::ops::AddAssign;

use super::cast::{len_u64, to_usize, wide};
use super::{MIB, SECTOR, SECTOR_BYTES};

/// Counts one more of something that is visited one by one; 2^32 is out of reach for what a log
/// holds (2^27 descriptors), and 2^64 for anything.
pub(crate) fn increment<N: AddAssign + From<u8>>(count: &mut N) {
    add(count, 1.into());
}

/// Counts one down; `false` when there is none left.
pub(crate) fn take_one(left: &mut u64) -> bool {
    match left.checked_sub(1) {
        Some(fewer) => {
            *left = fewer;
            true
        }
        None => false,
    }
}

/// Adds a count to a sum of such counts.
pub(crate) fn add<N: AddAssign>(sum: &mut N, count: N) {
    *sum += count;
}

/// How many items two collections in memory have together: they take at least a byte each.
pub(crate) const fn together(first: usize, second: usize) -> usize {
    first + second
}

/// The offset after a buffer that lies inside a file, or inside a range whose end was checked.
pub(crate) const fn after(offset: u64, length: usize) -> u64 {
    offset + len_u64(length)
}

/// How far it is from `start` to `end`, which is not before it.
pub(crate) const fn distance(start: u64, end: u64) -> u64 {
    end - start
}

/// The start of the sector that `offset` is in.
pub(crate) const fn sector_start(offset: u64) -> u64 {
    offset - offset % SECTOR
}

/// The start of the sector after the one that starts at `start`, inside a file or inside a range
/// whose end was checked.
pub(crate) const fn next_sector(start: u64) -> u64 {
    start + SECTOR
}

/// How far into its sector an offset is.
pub(crate) const fn within_sector(offset: u64) -> usize {
    to_usize(offset % SECTOR)
}

/// How far into its sector item `index` is, of items of `bytes` bytes that start after `skip`.
pub(crate) const fn item_offset(skip: u32, index: usize, bytes: u32) -> u32 {
    skip + super::cast::to_u32(index) * bytes
}

/// How many bytes there are from an offset to the end of its sector.
pub(crate) const fn left_in_sector(offset: u64) -> usize {
    SECTOR_BYTES - within_sector(offset)
}

/// The start of the sector with this number, one that an image holds.
pub(crate) const fn sector_offset(number: u64) -> u64 {
    number * SECTOR
}

/// The place `bytes` further round a ring of `length` bytes, which is not 0: two 32-bit values fit
/// in 64 bits, and the remainder is less than `length`.
pub(crate) const fn round(at: u32, bytes: u32, length: u32) -> u64 {
    (wide(at) + wide(bytes)) % wide(length)
}

/// How far it is from one place forward to another in a ring of `length` bytes that holds both.
pub(crate) const fn round_distance(from: u32, to: u32, length: u32) -> u32 {
    if from <= to {
        to - from
    } else {
        length - (from - to)
    }
}

/// The length in bytes of `sectors` sectors in memory.
pub(crate) const fn sectors_bytes(sectors: usize) -> usize {
    sectors * SECTOR_BYTES
}

/// Fills `part` with the bytes of a sector from `within` on; the part ends inside the sector.
#[allow(
    clippy::indexing_slicing,
    reason = "callers cut `part` at the end of the sector; a panic is better than wrong bytes"
)]
pub(crate) fn copy_part(sector: &[u8; SECTOR_BYTES], within: usize, part: &mut [u8]) {
    part.copy_from_slice(&sector[within..][..part.len()]);
}

/// What is left of `whole` without a part of it.
pub(crate) const fn less(whole: usize, part: usize) -> usize {
    whole - part
}

/// The last multiple of 1 MiB up to `offset`.
pub(crate) const fn mib_start(offset: u64) -> u64 {
    offset - offset % MIB
}
