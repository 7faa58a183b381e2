//! Every conversion between integer types that `From` does not offer.
//!
//! None of them loses a bit: what could is asserted in debug builds, and the caller says why it
//! does not happen. A value from a file that may be of any size is bounded with `min` first, in 64
//! bits.

#![allow(
    clippy::as_conversions,
    reason = "the one module for them: lossless by the type, or asserted"
)]

const _: () = assert!(
    size_of::<usize>() >= size_of::<u32>() && size_of::<usize>() <= size_of::<u64>(),
    "a log of 4 GiB is addressed in 32 bits, and a buffer in 64"
);

/// A 32-bit value in 64 bits, also in `const` functions.
pub(crate) const fn wide(value: u32) -> u64 {
    value as u64
}

/// The length of a buffer as a distance in a file.
pub(crate) const fn len_u64(length: usize) -> u64 {
    length as u64
}

/// A count of sectors or descriptors as an index.
pub(crate) const fn index(count: u32) -> usize {
    count as usize
}

/// A distance as the length of a buffer; bounded by a buffer or a sector that is in memory.
pub(crate) const fn to_usize(distance: u64) -> usize {
    debug_assert!(distance <= usize::MAX as u64);
    distance as usize
}

/// A count of things in a log, of which 32 bits are enough: a log has at most 2^20 sectors and
/// 2^27 descriptors.
pub(crate) const fn to_u32(count: usize) -> u32 {
    debug_assert!(count <= u32::MAX as usize);
    count as u32
}

/// The upper and the lower half of a sequence number (DAT-2).
pub(crate) const fn halves(value: u64) -> (u32, u32) {
    ((value >> 32) as u32, (value & 0xFFFF_FFFF) as u32)
}

/// The value that has these halves.
pub(crate) const fn joined(high: u32, low: u32) -> u64 {
    wide(high) << 32 | wide(low)
}

/// A value that is less than some 32-bit value.
pub(crate) const fn less_than_u32(value: u64) -> u32 {
    debug_assert!(value < wide(u32::MAX));
    value as u32
}
