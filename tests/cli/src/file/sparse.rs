//! Writing a sparse file: what is zero is not written, and stays a hole.

use std::fs::File;
use std::io;

use vhdx_log::storage::Storage;
use vhdx_log::units::SECTOR_BYTES;

/// Writes those of the sectors of `piece` that are not zero, at `start`, into a file that reads as
/// zeros there. Returns the number of bytes written. `start` should be a multiple of the sector.
pub(crate) fn write_what_is_not_zero(file: &mut File, start: u64, piece: &[u8]) -> io::Result<u64> {
    let (mut at, mut written) = (start, 0);
    let is_zero = |sector: &[u8]| sector.iter().all(|&byte| byte == 0);
    let sectors: Vec<&[u8]> = piece.chunks(SECTOR_BYTES).collect();
    for stretch in sectors.chunk_by(|one, next| is_zero(one) == is_zero(next)) {
        let length: usize = stretch.iter().map(|sector| sector.len()).sum();
        if !is_zero(stretch[0]) {
            let within = (at - start) as usize;
            file.write_at(at, &piece[within..within + length])?;
            written += length as u64;
        }
        at += length as u64;
    }
    Ok(written)
}
