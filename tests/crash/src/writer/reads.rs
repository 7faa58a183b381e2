//! The property of an open log: what it shows.

use vhdx_log::storage::Storage;
use vhdx_log::writer::Log;
use vhdx_log_image::{SECTOR, SECTOR_BYTES};
use vhdx_log_oracle::property::Violation;

use crate::disk::DiskImage;

/// Reads through an open log see what was submitted (WRT-6).
///
/// # Errors
/// A violation of this property.
pub fn reads_see_what_was_submitted<S: Storage>(
    log: &Log<S>,
    expected: &DiskImage,
    sectors: impl Iterator<Item = u64>,
) -> Result<(), Violation> {
    let property = "reads through an open log see what was submitted (WRT-6)";
    let fail = |detail| Err(Violation { property, detail });
    // A write past the end makes the file longer in whole sectors.
    if !(expected.length()..=expected.length().next_multiple_of(SECTOR)).contains(&log.len()) {
        return fail(format!(
            "expected a file of {:#x} bytes; it is {:#x} bytes long",
            expected.length(),
            log.len()
        ));
    }
    let mut bytes = [0; SECTOR_BYTES];
    for number in sectors {
        let offset = number * SECTOR;
        let within = expected.length().saturating_sub(offset).min(SECTOR) as usize;
        if let Err(error) = log.read_at(offset, &mut bytes[..within]) {
            return fail(format!("reading at {offset:#x} failed: {error}"));
        }
        if bytes[..within] != expected.contents(number)[..within] {
            return fail(format!("the sector at {offset:#x} differs"));
        }
    }
    Ok(())
}
