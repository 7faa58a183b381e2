//! Places and sizes past what 32 bits hold, in bytes, in sectors of 512 bytes or in those of 4 KiB.
//!
//! The images of the searches are small, so no search is measured with these: only vectors are.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use super::lengths::length_with;
use crate::disk::has_parent;
use crate::image::{Image, Ring, SECTOR, Update};
use crate::layout::{Descriptor, Header, MIB, Sequence};
use crate::outcome::Checked;
use crate::rules::{Format, Rules};

/// The format's update at another offset.
fn moved(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    place: impl Fn(u64) -> Checked<u64>,
) -> Checked<Update> {
    let mut update = Format.update(descriptor, ring)?;
    if let Update::Write { offset, .. } | Update::Zero { offset, .. } = &mut update {
        *offset = place(*offset)?;
    }
    Ok(update)
}

/// The format's length of the file, when it is not above a limit.
fn limited(file: u64, targets_end: u64, active: &Sequence, limit: u64) -> Option<u64> {
    let length = Format.result_length(file, targets_end, active)?;
    (length == file || length <= limit).then_some(length)
}

catalogue! {
    "log-offset-32-bit" ["HDR-8"]
        "uses only the lower 32 bits of LogOffset, and replays whatever log is there"
        "a LogOffset of 4 GiB and 1 MiB, and a whole sequence at 1 MiB"
        {
            fn log_offset(&self, header: &Header) -> u64 {
                header.log_offset & u64::from(u32::MAX)
            }
        }

    "log-offset-signed-32-bit" ["HDR-8"]
        "reads LogOffset as a signed number of 32 bits, and refuses a log at 2 GiB"
        "a log at 2 GiB"
        {
            fn log_offset(&self, header: &Header) -> u64 {
                header.log_offset as i32 as u64
            }
        }

    "file-length-32-bit" ["HDR-8" "SEQ-8"]
        "takes the file's length as 32 bits, and refuses a log that is inside the file"
        "a log that ends past the lower 32 bits of the file's length"
        {
            fn log_is_inside(&self, end: u64, file: u64) -> bool {
                end <= file & u64::from(u32::MAX)
            }
        }

    "log-end-32-bit" ["HDR-8"]
        "works out the log's end in 32 bits, and takes a log for complete of which most is missing"
        "a log that would end at 4 GiB, in a short file"
        {
            fn log_is_inside(&self, end: u64, file: u64) -> bool {
                end & u64::from(u32::MAX) <= file
            }
        }

    "log-above-4-gib-refused" ["HDR-8"]
        "refuses a log that is not in the first 4 GiB of the file"
        "a log at 4 GiB and 8 MiB"
        {
            fn log_is_inside(&self, end: u64, file: u64) -> bool {
                end <= file && end <= 1 << 32
            }
        }

    "file-offset-signed-32-bit" ["RPL-1"]
        "reads FileOffset as a signed number of 32 bits, and refuses a target above 2 GiB"
        "a target at 2 GiB and 64 MiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                moved(descriptor, ring, |offset| {
                    let is_negative = (1 << 31..1 << 32).contains(&offset);
                    if is_negative { Err("DSC-5") } else { Ok(offset) }
                })
            }
        }

    "data-offset-32-bit" ["RPL-1"]
        "uses only the lower 32 bits of FileOffset in data descriptors, and writes to another block"
        "a data descriptor with a target above 4 GiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Write { offset, .. } = &mut update {
                    *offset &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "zero-offset-32-bit" ["RPL-1"]
        "uses only the lower 32 bits of FileOffset in zero descriptors, and erases another block"
        "a zero descriptor with a target above 4 GiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { offset, .. } = &mut update {
                    *offset &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "file-offset-32-bit-of-512" ["RPL-1"]
        "counts 512-byte sectors of the file in 32 bits, and writes 2 TiB too low"
        "a target above 2 TiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                moved(descriptor, ring, |offset| Ok(u64::from((offset / 512) as u32) * 512))
            }
        }

    "file-offset-32-bit-of-4-kib" ["RPL-1"]
        "counts 4 KiB sectors of the file in 32 bits, and writes 16 TiB too low"
        "a target above 16 TiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                moved(descriptor, ring, |offset| Ok(u64::from((offset / SECTOR) as u32) * SECTOR))
            }
        }

    "zero-end-32-bit" ["RPL-1"]
        "works out the end of a zero range in 32 bits, and erases nothing across 4 GiB"
        "a zero descriptor that begins before 4 GiB and ends after it"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { offset, length } = &mut update
                    && *offset < 1 << 32
                    && offset.saturating_add(*length) > 1 << 32
                {
                    *length = 0;
                }
                Ok(update)
            }
        }

    "zero-length-signed-32-bit" ["RPL-1"]
        "reads ZeroLength as a signed number of 32 bits, and erases nothing for 2 GiB and above"
        "a zero descriptor of 2 GiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { length, .. } = &mut update
                    && *length as i32 <= 0
                {
                    *length = 0;
                }
                Ok(update)
            }
        }

    "zero-longer-than-a-block-cut" ["RPL-1"]
        "ends a zero range after 256 MiB, the largest block, and leaves old contents behind it"
        "a zero descriptor of 512 MiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { length, .. } = &mut update {
                    *length = (*length).min(256 * MIB);
                }
                Ok(update)
            }
        }

    "update-of-512-bytes" ["RPL-1"]
        "writes one logical sector of 512 bytes for each data descriptor"
        "a data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Write { bytes, .. } = &mut update {
                    bytes.truncate(512);
                }
                Ok(update)
            }
        }

    "offset-in-logical-sectors" ["RPL-1"]
        "takes FileOffset for a multiple of 8 sectors of 4 KiB, and moves targets to such a place"
        "a target that is no multiple of 32 KiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                moved(descriptor, ring, |offset| Ok(offset / (8 * SECTOR) * (8 * SECTOR)))
            }
        }

    "growth-beyond-2-gib-refused" ["RPL-2" "RPL-3"]
        "refuses to extend a file beyond 2 GiB"
        "a LastFileOffset above 2 GiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                limited(file, targets_end, active, 1 << 31)
            }
        }

    "growth-beyond-4-gib-refused" ["RPL-2" "RPL-3"]
        "refuses to extend a file beyond 4 GiB"
        "a LastFileOffset above 4 GiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                limited(file, targets_end, active, 1 << 32)
            }
        }

    "last-file-offset-32-bit-of-512" ["RPL-3"]
        "counts LastFileOffset in 512-byte sectors of 32 bits, and leaves the file too short"
        "a LastFileOffset above 2 TiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let last = active.head().last_file_offset;
                length_with(file, targets_end, u64::from((last / 512) as u32) * 512)
            }
        }

    "extended-by-a-block-at-most" ["RPL-3"]
        "extends the file by at most 1 MiB, the smallest block"
        "a LastFileOffset 2 MiB past the end of the file"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let length = Format.result_length(file, targets_end, active)?;
                Some(length.min(targets_end.max(file) + MIB))
            }
        }

    "parent-looked-for-before-replay" ["RPL-4"]
        "reads before the replay that the disk has a parent, and refuses it where that is not there"
        "a dirty differencing disk"
        {
            fn before_replay(&self, image: &Image) -> Checked<()> {
                if has_parent(image) { Err("RPL-4") } else { Ok(()) }
            }
        }
}
