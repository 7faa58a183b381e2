//! Section 5: replay.

use super::{Flaw, catalogue, lets_pass, seen_in};
use crate::MIB;
use crate::entry::{Descriptor, Entry};
use crate::headers::Header;
use crate::image::{Ring, SECTOR, Update};
use crate::replay::Updates;
use crate::rules::{ClauseId, Format, Rules};
use crate::search::Sequence;

fn is_zero(update: &Update) -> bool {
    matches!(update, Update::Zero { .. })
}

/// What a descriptor does, with the 4 KiB of a data descriptor changed.
fn bend_data(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    bend: impl Fn(&mut [u8], &[u8]),
) -> Result<Update, ClauseId> {
    let mut update = Format.update(descriptor, ring)?;
    if let (Update::Write { bytes, .. }, Descriptor::Data { sector, .. }) =
        (&mut update, descriptor)
    {
        bend(bytes, ring.sector(*sector));
    }
    Ok(update)
}

/// What a descriptor does, with ZeroLength changed.
fn bend_zero(
    descriptor: &Descriptor,
    ring: &Ring<'_>,
    bend: impl Fn(u64) -> u64,
) -> Result<Update, ClauseId> {
    let mut update = Format.update(descriptor, ring)?;
    if let Update::Zero { length, .. } = &mut update {
        *length = bend(*length);
    }
    Ok(update)
}

/// The file's length after replay with another LastFileOffset.
fn length(file: u64, targets_end: u64, last_file_offset: u64) -> Option<u64> {
    Some(
        file.max(targets_end)
            .max(last_file_offset.checked_next_multiple_of(MIB)?),
    )
}

catalogue! {
    "target-range-unchecked" ["DSC-5"]
        "a target may end beyond 2^63 - 1"
        "a FileOffset of 2^63 and no limit on the file's size"
        { lets_pass!("DSC-5"); }

    "header-targets-accepted" ["DSC-6"] ("Q12 QEMU 10.0")
        "updates may overwrite the file identifier and the headers"
        "an entry that writes header 1"
        { lets_pass!("DSC-6"); }

    "log-targets-accepted" ["DSC-7"] ("Q12 QEMU 10.0")
        "updates may overwrite the log"
        "an entry that writes the first sector of the log"
        { lets_pass!("DSC-7"); }

    "target-running-into-log-accepted" ["DSC-7"]
        "only the start of a target is held against the log"
        "a zero descriptor that begins before the log and ends in it"
        {
            lets_pass!("DSC-7": "the target does not end inside the log" | "the target does not go around the log");
        }

    "target-around-log-accepted" ["DSC-7"]
        "the start and the end of a target are held against the log, not what lies in between"
        "a zero descriptor that begins before the log and ends behind it"
        { lets_pass!("DSC-7": "the target does not go around the log"); }

    "only-file-identifier-protected" ["DSC-6"]
        "updates may overwrite the headers"
        "an entry that writes header 2"
        { lets_pass!("DSC-6": "the target lies after header 1" | "the target lies after header 2"); }

    "header-2-targets-accepted" ["DSC-6"]
        "updates may overwrite header 2"
        "an entry that writes header 2"
        { lets_pass!("DSC-6": "the target lies after header 2"); }

    "region-table-targets-refused" ["DSC-6"]
        "no update may touch the first MiB"
        "an entry that writes region table 1"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                let update = Format.update(descriptor, ring)?;
                let target = update.target();
                if target.start < MIB && !target.is_empty() { Err("DSC-6") } else { Ok(update) }
            }
        }

    "empty-target-refused" ["DSC-9"]
        "a target of length 0 is held to DSC-5 to DSC-7"
        "a zero descriptor of length 0 at file offset 0"
        {
            fn passes_over(&self, _: bool, _: bool) -> bool {
                false
            }
        }

    "bad-target-passed-over" ["DSC-9"]
        "an update that may not be applied is left out in silence"
        "an entry that writes header 1"
        {
            fn passes_over(&self, is_empty: bool, is_bad: bool) -> bool {
                is_empty || is_bad
            }
        }

    "old-bad-target-fails-open" ["DSC-9"]
        "an entry with a bad target makes the open fail even before the tail"
        "a run whose first entry writes header 1 and is not replayed"
        {
            fn excess_demand(&self, entry: &Entry, _: u64) -> Result<(), ClauseId> {
                let bad = |d: &Descriptor| match *d {
                    Descriptor::Data { offset, .. } => offset < 192 << 10,
                    Descriptor::Zero { offset, length } => length > 0 && offset < 192 << 10,
                };
                if entry.descriptors.iter().any(bad) { Err("DSC-6") } else { Ok(()) }
            }

            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Result<u64, ClauseId> {
                if clause == "DSC-6" { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "leading-bytes-lost" ["RPL-1"]
        "LeadingBytes are not put back"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                bend_data(descriptor, ring, |bytes, logged| bytes[..8].copy_from_slice(&logged[..8]))
            }
        }

    "trailing-bytes-lost" ["RPL-1"]
        "TrailingBytes are not put back"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                bend_data(descriptor, ring, |bytes, logged| bytes[4092..].copy_from_slice(&logged[4092..]))
            }
        }

    "leading-and-trailing-bytes-lost" ["RPL-1"] ("C2 vhdx-core 0.4.1")
        "data sectors are written as they stand in the log"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                bend_data(descriptor, ring, |bytes, logged| bytes.copy_from_slice(logged))
            }
        }

    "leading-and-trailing-bytes-swapped" ["RPL-1"]
        "TrailingBytes are put at the start, LeadingBytes at the end"
        "any data descriptor"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                bend_data(descriptor, ring, |bytes, logged| {
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
                bend_zero(descriptor, ring, |_| 0)
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
                bend_zero(descriptor, ring, |length| length.saturating_mul(SECTOR))
            }
        }

    "one-sector-zeroed" ["RPL-1"]
        "a zero descriptor zeroes one sector"
        "a zero descriptor of 8 KiB over sectors that are not zero"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                bend_zero(descriptor, ring, |length| length.min(SECTOR))
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

    "targets-beyond-end-dropped" ["RPL-2"]
        "what is written beyond the end of the file is lost"
        "a target beyond the end of the file and LastFileOffset"
        {
            fn result_length(&self, file: u64, _: u64, active: &Sequence) -> Option<u64> {
                length(file, 0, active.head().last_file_offset)
            }
        }

    "zeros-beyond-end-dropped" ["RPL-2" "RPL-10"]
        "zeros beyond the end of the file do not extend it"
        "a zero descriptor beyond the end of the file and LastFileOffset"
        {
            fn extends(&self, update: &Update) -> bool {
                !is_zero(update)
            }
        }

    "targets-beyond-end-refused" ["RPL-2"]
        "a target beyond the end of the file is an error"
        "a target beyond the end of the file, but not LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                if targets_end > file { None } else { length(file, 0, active.head().last_file_offset) }
            }
        }

    "last-file-offset-ignored" ["RPL-3"]
        "the file is not extended to LastFileOffset"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, _: &Sequence) -> Option<u64> {
                Some(file.max(targets_end))
            }
        }

    "last-file-offset-only-when-unaligned" ["RPL-3"] ("Q9 QEMU 10.0")
        "the file is extended to LastFileOffset only when that is no multiple of 1 MiB"
        "a file shorter than its head's LastFileOffset, which is a multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let last_file_offset = active.head().last_file_offset;
                let is_aligned = last_file_offset.is_multiple_of(MIB);
                length(file, targets_end, if is_aligned { 0 } else { last_file_offset })
            }
        }

    "last-file-offset-rounded-down" ["RPL-3"]
        "LastFileOffset is rounded down to 1 MiB"
        "a file shorter than its head's LastFileOffset, which is no multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length(file, targets_end, active.head().last_file_offset / MIB * MIB)
            }
        }

    "file-cut-to-last-file-offset" ["RPL-3"]
        "the file's length is set to LastFileOffset"
        "a file longer than its head's LastFileOffset"
        {
            fn result_length(&self, _: u64, _: u64, active: &Sequence) -> Option<u64> {
                length(0, 0, active.head().last_file_offset)
            }
        }

    "last-file-offset-of-tail" ["RPL-3"]
        "the file is extended to the tail's LastFileOffset"
        "a tail with a smaller LastFileOffset than its head, which is beyond the end of the file"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length(file, targets_end, active.entries[active.tail].last_file_offset)
            }
        }

    "last-file-offset-of-any-entry" ["RPL-3"]
        "the file is extended to the greatest LastFileOffset of the run"
        "an entry before the tail with a LastFileOffset beyond the end of the file, and the head's not"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let greatest = active.entries.iter().map(|entry| entry.last_file_offset).max();
                length(file, targets_end, greatest.unwrap_or(0))
            }
        }

    "extended-to-flushed-file-offset" ["RPL-3"]
        "the file is extended to FlushedFileOffset"
        "a file shorter than its head's LastFileOffset"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length(file, targets_end, active.head().flushed_file_offset)
            }
        }

    "size-limit-unchecked" ["RPL-9"]
        "the file may grow to any length"
        "a LastFileOffset of 2^62"
        { lets_pass!("RPL-9"); }
}
