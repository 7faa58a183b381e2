//! Section 5: what each update writes, and in which order (RPL-1, and RPL-9's bound on its cost).

use super::flaw::{Flaw, catalogue, lets_pass, seen_in};
use crate::image::{Ring, SECTOR, Update};
use crate::layout::{Descriptor, Header};
use crate::outcome::ClauseId;
use crate::rules::{Format, Rules, Updates};

fn is_zero(update: &Update) -> bool {
    matches!(update, Update::Zero { .. })
}

/// What a descriptor does, with the 4 KiB of a data descriptor changed.
fn change_data(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    change: impl Fn(&mut [u8], &[u8]),
) -> Result<Update, ClauseId> {
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
) -> Result<Update, ClauseId> {
    let mut update = Format.update(descriptor, ring)?;
    if let Update::Zero { length, .. } = &mut update {
        *length = change(*length);
    }
    Ok(update)
}

catalogue! {
    "leading-bytes-lost" ["RPL-1"]
        "LeadingBytes are not put back"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_data(descriptor, ring, |bytes, logged| bytes[..8].copy_from_slice(&logged[..8]))
            }
        }

    "trailing-bytes-lost" ["RPL-1"]
        "TrailingBytes are not put back"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_data(descriptor, ring, |bytes, logged| bytes[4092..].copy_from_slice(&logged[4092..]))
            }
        }

    "leading-and-trailing-bytes-lost" ["RPL-1"] ("C2 vhdx-core 0.4.1")
        "data sectors are written as they stand in the log"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_data(descriptor, ring, |bytes, logged| bytes.copy_from_slice(logged))
            }
        }

    "leading-and-trailing-bytes-swapped" ["RPL-1"]
        "TrailingBytes are put at the start, LeadingBytes at the end"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_data(descriptor, ring, |bytes, logged| {
                    let (leading, trailing) = (bytes[..8].to_vec(), bytes[4092..].to_vec());
                    bytes.copy_from_slice(&[&trailing, &logged[4..4088], &leading].concat());
                })
            }
        }

    "file-offset-from-wrong-field" ["RPL-1"] ("C1 vhdx-core 0.4.1")
        "the target is taken from LeadingBytes, and is not checked"
        "any data descriptor"
        {
            lets_pass!("DSC-3" | "DSC-5" | "DSC-6" | "DSC-7" | "RPL-9");

            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                let mut update = Format.update(descriptor, ring)?;
                if let (Update::Write { offset, .. }, Descriptor::Data { leading, .. }) = (&mut update, descriptor) {
                    *offset = u64::from_le_bytes(*leading);
                }
                Ok(update)
            }
        }

    "file-offset-from-log-start" ["RPL-1"]
        "FileOffset is counted from the start of the log"
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
        "the buffer of an entry is used for the next while its updates still point into it"
        "two entries that write different sectors"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                let Some((_, last)) = updates.last().cloned() else { return };
                for (update, reused) in updates.iter_mut().flat_map(|(_, of_entry)| of_entry.iter_mut().zip(&last)) {
                    if let (Update::Write { bytes, .. }, Update::Write { bytes: reused, .. }) = (update, reused) {
                        bytes.clone_from(reused);
                    }
                }
            }
        }

    "newest-entry-first" ["RPL-1"]
        "entries are applied from head to tail"
        "two entries that write the same sector"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.reverse();
            }
        }

    "entries-in-log-order" ["RPL-1"]
        "entries are applied in the order of their offsets in the log"
        "a wrapped sequence whose entries write the same sector"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.sort_by_key(|(offset, _)| *offset);
            }
        }

    "descriptors-reversed" ["RPL-1"]
        "the descriptors of an entry are applied from last to first"
        "an entry that writes the same sector twice"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.reverse());
            }
        }

    "zeros-after-data" ["RPL-1"]
        "the zero descriptors of an entry are applied after its data descriptors"
        "an entry that zeroes a range and then writes a sector of it"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.sort_by_key(is_zero));
            }
        }

    "zeros-before-data" ["RPL-1"]
        "the zero descriptors of an entry are applied before its data descriptors"
        "an entry that writes a sector and then zeroes it"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.sort_by_key(|update| !is_zero(update)));
            }
        }

    "descriptors-after-first-sector-ignored" ["RPL-1"]
        "only the first 126 updates of an entry are applied"
        "an entry with 127 descriptors"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                updates.iter_mut().for_each(|(_, of_entry)| of_entry.truncate(126));
            }
        }

    "zero-descriptors-ignored" ["RPL-1"]
        "zero descriptors do nothing"
        "a zero descriptor over a sector that is not zero"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_zero(descriptor, ring, |_| 0)
            }
        }

    "zero-ranges-merged-across-gap" ["RPL-1"]
        "the zero descriptors of an entry are taken together as one range from the first to the last"
        "two zero descriptors with a sector between them that is not zero"
        {
            fn updates(&self, _: &Header, updates: &mut Updates) {
                for (_, of_entry) in updates {
                    let ranges = || of_entry.iter().filter(|update| is_zero(update)).map(Update::target);
                    let start = ranges().map(|range| range.start).min();
                    let (Some(start), Some(end)) = (start, ranges().map(|range| range.end).max()) else { continue };
                    for update in of_entry.iter_mut().filter(|update| is_zero(update)) {
                        *update = Update::Zero { offset: start, length: end - start };
                    }
                }
            }
        }

    "zero-length-in-sectors" ["RPL-1"]
        "ZeroLength is taken for a number of sectors"
        "a zero descriptor of 4 KiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_zero(descriptor, ring, |length| length.saturating_mul(SECTOR))
            }
        }

    "one-sector-zeroed" ["RPL-1"]
        "a zero descriptor zeroes one sector"
        "a zero descriptor of 8 KiB over sectors that are not zero"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                change_zero(descriptor, ring, |length| length.min(SECTOR))
            }
        }

    "huge-zero-range-hangs" ["RPL-9"] ("Q11 QEMU 10.0")
        "zeros are written sector by sector"
        "a zero descriptor of 1 TiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                match descriptor {
                    Descriptor::Zero { length, .. } if *length >= 1 << 40 => Err("HANG"),
                    _ => Format.update(descriptor, ring),
                }
            }
        }
}
