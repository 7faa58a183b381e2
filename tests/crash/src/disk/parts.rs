//! Requests in bytes, split along the sectors they touch.

use std::io;
use std::ops::Range;

use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use super::sector::{Sector, Slot};

/// The part of a buffer that lies in one sector.
pub struct Part {
    pub number: u64,
    pub within: Range<usize>,
    pub of_buffer: Range<usize>,
}

impl Part {
    /// The sector after the buffer's bytes were written over what it held.
    pub fn over(&self, old: &[u8; SECTOR_BYTES], buffer: &[u8]) -> Slot {
        let source = &buffer[self.of_buffer.clone()];
        if let Ok(whole) = source.try_into() {
            return Sector::new(whole);
        }
        let mut bytes = *old;
        bytes[self.within.clone()].copy_from_slice(source);
        Sector::new(&bytes)
    }
}

/// Splits the buffer of a request at `offset` along the sectors.
pub fn parts(offset: u64, length: usize) -> impl Iterator<Item = Part> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset + done as u64;
        let within = (at % SECTOR) as usize;
        let here = (length - done).min(SECTOR_BYTES - within);
        let part = Part {
            number: at / SECTOR,
            within: within..within + here,
            of_buffer: done..done + here,
        };
        done += here;
        (here > 0).then_some(part)
    })
}

/// The sector after its bytes in a range of the file were zeroed.
pub fn zeroed(old: &[u8; SECTOR_BYTES], number: u64, range: Range<u64>) -> Slot {
    let within = |offset: u64| offset.saturating_sub(number * SECTOR).min(SECTOR) as usize;
    let mut bytes = *old;
    bytes[within(range.start)..within(range.end)].fill(0);
    Sector::new(&bytes)
}

/// The end of a request.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is past the largest offset.
pub fn end_of(offset: u64, length: u64) -> io::Result<u64> {
    offset
        .checked_add(length)
        .ok_or_else(|| io::ErrorKind::InvalidInput.into())
}
