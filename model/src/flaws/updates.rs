//! Section 5: what each update writes, and in which order (RPL-1, and RPL-9's bound on its cost).

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
use crate::image::{Ring, SECTOR, Update};
use crate::layout::{Descriptor, Header};
use crate::outcome::Checked;
use crate::rules::{Format, Rules, Updates};

fn is_zero(update: &Update) -> bool {
    matches!(update, Update::Zero { .. })
}

/// What a descriptor does, with the 4 KiB of a data descriptor changed.
fn change_data(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    change: impl Fn(&mut [u8], &[u8]),
) -> Checked<Update> {
    let mut update = Format.update(descriptor, ring)?;
    if let (Update::Write { bytes, .. }, Descriptor::Data { sector, .. }) =
        (&mut update, descriptor)
    {
        change(bytes, ring.sector(*sector));
    }
    Ok(update)
}

/// What a descriptor does, with ZeroLength changed.
fn change_zero(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    change: impl Fn(u64) -> u64,
) -> Checked<Update> {
    let mut update = Format.update(descriptor, ring)?;
    if let Update::Zero { length, .. } = &mut update {
        *length = change(*length);
    }
    Ok(update)
}

catalogue! {
    "leading-bytes-lost" ["RPL-1"]
        "does not restore LeadingBytes, and leaves `data` and a sequence number in the file"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_data(descriptor, ring, |bytes, logged| {
                    bytes[..8].copy_from_slice(&logged[..8]);
                })
            }
        }

    "trailing-bytes-lost" ["RPL-1"]
        "does not restore TrailingBytes, and leaves a sequence number in the file"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_data(descriptor, ring, |bytes, logged| {
                    bytes[4092..].copy_from_slice(&logged[4092..]);
                })
            }
        }

    "leading-and-trailing-bytes-lost" ["RPL-1"] ("C2 vhdx-core 0.4.1")
        "writes data sectors as they are in the log, and corrupts 12 bytes of each"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_data(descriptor, ring, |bytes, logged| bytes.copy_from_slice(logged))
            }
        }

    "leading-and-trailing-bytes-swapped" ["RPL-1"]
        "puts TrailingBytes at the start and LeadingBytes at the end of a sector"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_data(descriptor, ring, |bytes, logged| {
                    let (leading, trailing) = (bytes[..8].to_vec(), bytes[4092..].to_vec());
                    bytes.copy_from_slice(&[&trailing, &logged[4..4088], &leading].concat());
                })
            }
        }

    "file-offset-from-wrong-field" ["RPL-1"] ("C1 vhdx-core 0.4.1")
        "takes the target from LeadingBytes, unchecked, and writes to random places"
        "any data descriptor"
        {
            lets_pass!("DSC-3" | "DSC-5" | "DSC-6" | "DSC-7" | "RPL-9");

            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Write { offset, .. } = &mut update
                    && let Descriptor::Data { leading, .. } = descriptor
                {
                    *offset = u64::from_le_bytes(*leading);
                }
                Ok(update)
            }
        }

    "file-offset-from-log-start" ["RPL-1"]
        "counts FileOffset from the start of the log, and writes to the wrong place"
        "any data descriptor"
        {
            fn updates(&self, header: &Header, updates: &mut Updates) {
                for update in updates.iter_mut().flat_map(|(_, of_entry)| of_entry) {
                    if let Update::Write { offset, .. } | Update::Zero { offset, .. } = update {
                        *offset = offset.saturating_add(header.log_offset);
                    }
                }
            }
        }

    "buffer-reused" ["RPL-1"] ("D1 DiscUtils")
        "reuses an entry's buffer while earlier updates still point into it, and writes the last \
        entry's data everywhere"
        "two entries that write different sectors"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                let Some((_, last)) = updates.last().cloned() else { return };
                let entries = updates.iter_mut();
                for (update, last) in entries.flat_map(|(_, entry)| entry.iter_mut().zip(&last)) {
                    if let Update::Write { bytes, .. } = update
                        && let Update::Write { bytes: reused, .. } = last
                    {
                        bytes.clone_from(reused);
                    }
                }
            }
        }

    "newest-entry-first" ["RPL-1"]
        "applies entries from head to tail, and lets old data overwrite new data"
        "two entries that write the same sector"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.reverse();
            }
        }

    "entries-in-log-order" ["RPL-1"]
        "applies entries by their offset in the log, and lets old data overwrite new data after a \
        wrap"
        "a wrapped sequence whose entries write the same sector"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.sort_by_key(|(offset, _)| *offset);
            }
        }

    "descriptors-reversed" ["RPL-1"]
        "applies the descriptors of an entry from last to first"
        "an entry that writes the same sector twice"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.reverse());
            }
        }

    "zeros-after-data" ["RPL-1"]
        "applies the zero descriptors of an entry after its data descriptors, and erases data"
        "an entry that zeroes a range and then writes a sector of it"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.sort_by_key(is_zero));
            }
        }

    "zeros-before-data" ["RPL-1"]
        "applies the zero descriptors of an entry before its data descriptors, and restores erased \
        data"
        "an entry that writes a sector and then zeroes it"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    of_entry.sort_by_key(|update| !is_zero(update));
                }
            }
        }

    "descriptors-after-first-sector-ignored" ["RPL-1"]
        "applies only the first 126 updates of an entry, and loses the others"
        "an entry with 127 descriptors"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.truncate(126));
            }
        }

    "zero-descriptors-ignored" ["RPL-1"]
        "ignores zero descriptors, and shows erased data"
        "a zero descriptor over a nonzero sector"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_zero(descriptor, ring, |_| 0)
            }
        }

    "zero-ranges-merged-across-gap" ["RPL-1"]
        "merges the zero descriptors of an entry into one range, and erases what is between them"
        "two zero descriptors with a nonzero sector between them"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    let zeros = || of_entry.iter().filter(|update| is_zero(update));
                    let start = zeros().map(|zero| zero.target().start).min().unwrap_or(0);
                    let end = zeros().map(|zero| zero.target().end).max().unwrap_or(0);
                    for update in of_entry.iter_mut().filter(|update| is_zero(update)) {
                        *update = Update::Zero { offset: start, length: end - start };
                    }
                }
            }
        }

    "zero-length-in-sectors" ["RPL-1"]
        "takes ZeroLength as a number of sectors, and erases 4096 times as much"
        "a zero descriptor of 4 KiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_zero(descriptor, ring, |length| length.saturating_mul(SECTOR))
            }
        }

    "one-sector-zeroed" ["RPL-1"]
        "zeroes one sector for any zero descriptor"
        "a zero descriptor of 8 KiB over nonzero sectors"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                change_zero(descriptor, ring, |length| length.min(SECTOR))
            }
        }

    "huge-zero-range-hangs" ["RPL-9"] ("Q11 QEMU 10.0")
        "writes zeros sector by sector, and does not finish on a huge zero descriptor"
        "a zero descriptor of 1 TiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                match descriptor {
                    Descriptor::Zero { length, .. } if *length >= 1 << 40 => Err("HANG"),
                    _ => Format.update(descriptor, ring),
                }
            }
        }
}
