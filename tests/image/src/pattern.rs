//! Contents of payload sectors: easy to distinguish in a hex dump, and small when compressed.
//!
//! A pattern has a number and fills whole sectors of the file:
//!
//! ```text
//! 0        8                                                          4092
//! | b .. b+7 | text stamps of 16 bytes: pattern (8 hex digits), piece of | b+8 .. b+11 |
//! |          | 512 bytes (1), '@', number of the sector in the file (6)  |             |
//! ```
//!
//! The first eight and the last four bytes, which the data descriptor carries instead of the data
//! sector (RPL-1), are twelve different nonzero bytes; the first of them depends on pattern and
//! sector. The stamps identify the pattern, the sector and the 512-byte piece of a torn write.

use super::sector::SECTOR_BYTES;

/// The pattern of payload sectors before anything is replayed.
pub const ORIGINAL: u32 = 0xBA5E;

/// The pattern of [`Content::Own`](super::Content::Own), from the sequence number of the entry and
/// the index of the descriptor.
pub fn own(sequence_number: u64, index: usize) -> u32 {
    (sequence_number as u32).wrapping_shl(12) ^ index as u32
}

/// Fills the sector with this `number` in the file with a pattern.
pub fn fill(sector: &mut [u8; SECTOR_BYTES], pattern: u32, number: u64) {
    let mut stamp = [b'@'; 16];
    hexadecimal(&mut stamp[..8], u64::from(pattern));
    hexadecimal(&mut stamp[10..], number);
    for (piece, bytes) in sector.as_chunks_mut::<512>().0.iter_mut().enumerate() {
        hexadecimal(&mut stamp[8..9], piece as u64);
        bytes[..16].copy_from_slice(&stamp);
        for done in [16, 32, 64, 128, 256] {
            bytes.copy_within(..done, done);
        }
    }
    let first = 1
        + (u64::from(pattern)
            .wrapping_mul(31)
            .wrapping_add(number.wrapping_mul(17))
            % 243) as u8;
    for index in 0..8 {
        sector[usize::from(index)] = first + index;
    }
    for index in 0..4 {
        sector[SECTOR_BYTES - 4 + usize::from(index)] = first + 8 + index;
    }
}

/// Writes as many of the lowest digits of a number as fit.
fn hexadecimal(text: &mut [u8], mut number: u64) {
    for digit in text.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}
