//! The image that a program began with, in memory.
//!
//! Contract: holes are not read. A file that stores more than [`LIMIT_STORED`] is refused before it
//! is in memory, one that is no VHDX image is accepted: a program may be recorded while it makes
//! one.

use std::io;
use std::ops::Range;

use vhdx_log::storage::Storage;
use vhdx_log_crash::disk::{DiskImage, Sector};
use vhdx_log_image::{MIB, SECTOR, SECTOR_BYTES};
use vhdx_log_model::{Format, HEADER_OFFSETS, Image, current_header};

/// The most bytes of a base image that are not holes.
pub const LIMIT_STORED: u64 = 1 << 30;

/// Where a log is that no header names yet: where most programs place it, by sectors.
const USUAL_LOG: Range<u64> = MIB / SECTOR..2 * MIB / SECTOR;

/// Why an image is no base of a trace.
#[derive(Debug, thiserror::Error)]
pub enum BadBase {
    #[error("cannot read the base image")]
    Read(#[from] io::Error),
    #[error(
        "the base image stores more than {} MiB: record the program on a smaller image",
        LIMIT_STORED / MIB
    )]
    TooLarge,
}

/// Reads an image.
///
/// # Errors
/// [`BadBase`].
pub fn load(storage: &impl Storage) -> Result<DiskImage, BadBase> {
    let length = storage.len()?;
    let mut image = DiskImage::new(length, USUAL_LOG);
    let (mut next, mut stored) = (0, 0);
    while let Some(offset) = storage.next_data(next)?.filter(|&offset| offset < length) {
        let number = offset / SECTOR;
        let mut bytes = [0; SECTOR_BYTES];
        let here = (length - number * SECTOR).min(SECTOR) as usize;
        storage.read_at(number * SECTOR, &mut bytes[..here])?;
        next = (number + 1) * SECTOR;
        if let Some(sector) = Sector::new(&bytes) {
            stored += SECTOR;
            if stored > LIMIT_STORED {
                return Err(BadBase::TooLarge);
            }
            image.set(number, Some(sector));
        }
        if next >= length {
            break;
        }
    }
    Ok(with_log(&image, log_of(&image).unwrap_or(USUAL_LOG)))
}

/// The log that the current header of an image names, by sectors; `None` when there is none, or it
/// is not a place in a file.
pub fn log_of(image: &DiskImage) -> Option<Range<u64>> {
    let mut headers = Image::new(image.length());
    for offset in HEADER_OFFSETS {
        headers.write(offset, image.contents(offset / SECTOR));
    }
    let (_, header) = current_header(&headers, &Format).ok()?;
    let first = header.log_offset / SECTOR;
    let sectors = u64::from(header.log_length) / SECTOR;
    let end = first.checked_add(sectors)?;
    let aligned = header.log_offset.is_multiple_of(SECTOR) && first >= MIB / SECTOR;
    (sectors > 0 && aligned).then_some(first..end)
}

/// The same image with another place of the log.
pub fn with_log(image: &DiskImage, log: Range<u64>) -> DiskImage {
    if image.log() == log {
        return image.frozen();
    }
    let mut moved = DiskImage::new(image.length(), log);
    for number in image.present(0..u64::MAX) {
        moved.set(number, image.sector(number).cloned());
    }
    moved.frozen()
}
