//! Numbers taken for narrower ones, for signed ones, or rounded: all sections.

use super::flaw::{Flaw, catalogue, seen_in};
use super::lengths::length_with;
use crate::image::{Bytes, Ring, SECTOR, Update};
use crate::layout::{Descriptor, Entry, Header, MIB, Sequence};
use crate::outcome::ClauseId;
use crate::rules::{Format, Rules};

catalogue! {
    "header-number-zero-refused" ["HDR-1"]
        "a header with the SequenceNumber 0 is not valid"
        "the only valid header has the number 0"
        {
            fn header_checksum(&self, bytes: Bytes) -> u32 {
                let right = Format.header_checksum(bytes);
                if bytes[8..16] == [0; 8] { !right } else { right }
            }
        }

    "log-guid-zero-by-first-half" ["HDR-9"]
        "LogGuid counts as zero when its first eight bytes are"
        "a dirty file whose LogGuid begins with eight zero bytes"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid.starts_with(&[0; 8])
            }
        }

    "zero-entry-guid-fits-all" ["ENT-7"]
        "an entry with LogGuid zero belongs to every generation"
        "an entry with LogGuid zero and a greater number"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry == header || *entry == [0; 16]
            }
        }

    "entry-number-signed" ["ENT-5"]
        "the SequenceNumber of an entry is read as signed, and must be greater than 0"
        "an entry with the number 2^63"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                if entry.sequence_number > i64::MAX as u64 { Err("ENT-5") } else { Ok(()) }
            }
        }

    "checksum-zero-unchecked" ["ENT-2"]
        "an entry whose Checksum is 0 is not checked"
        "a newest entry with one byte changed and Checksum 0"
        {
            fn checksum_input(&self, stored: [u8; 4], entry_length: u64, _: u64) -> ([u8; 4], u64) {
                // The checksum of nothing is 0.
                ([0; 4], if stored == [0; 4] { 0 } else { entry_length })
            }
        }

    "full-descriptor-sector-counted-twice" ["ENT-6"]
        "a descriptor sector that is full is followed by an empty one"
        "an entry with 126 descriptors"
        {
            fn descriptor_sectors(&self, count: u64) -> u64 {
                (64 + 32 * count) / SECTOR + 1
            }
        }

    "two-descriptor-sectors-at-most" ["ENT-6"]
        "an entry with more than two descriptor sectors is not valid"
        "an entry with 255 descriptors"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                if entry.descriptors.len() > 254 { Err("ENT-6") } else { Ok(()) }
            }
        }

    "last-sector-not-searched" ["SEQ-5"]
        "no entry is looked for in the log's last sector"
        "an entry that starts in the log's last sector"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Result<(), ClauseId> {
                if entry.offset + SECTOR == ring.length() { Err("SEQ-5") } else { Ok(()) }
            }
        }

    "log-of-one-mib-assumed" ["SEQ-5"]
        "the log ends after 1 MiB"
        "a log of 2 MiB with a sequence around its end"
        {
            fn ring_sector(&self, _: &str, number: u64, _: u64) -> u64 {
                number % (MIB / SECTOR)
            }
        }

    "ring-length-as-mask" ["SEQ-5"]
        "offsets on the ring are cut with the log's length minus one"
        "a log of 3 MiB with a sequence around its end"
        {
            fn ring_sector(&self, _: &str, number: u64, ring_sectors: u64) -> u64 {
                if number >= ring_sectors { number & (ring_sectors - 1) } else { number }
            }
        }

    "flushed-file-offset-32-bit" ["SEQ-8"]
        "only the lower half of FlushedFileOffset counts"
        "a FlushedFileOffset of 4 GiB"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset & u64::from(u32::MAX)
            }
        }

    "flushed-file-offset-signed" ["SEQ-8"]
        "FlushedFileOffset is read as signed"
        "a FlushedFileOffset of 2^63"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                i64::try_from(active.head().flushed_file_offset).map_or(0, |offset| offset as u64)
            }
        }

    "file-length-in-whole-mib" ["SEQ-8"]
        "the file's length is rounded up to 1 MiB before FlushedFileOffset is held against it"
        "a file that lost its last byte"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_sub(MIB - 1)
            }
        }

    "file-length-in-whole-sectors" ["SEQ-8"]
        "the file's length is rounded up to 4 KiB before FlushedFileOffset is held against it"
        "a file that lost its last byte"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_sub(SECTOR - 1)
            }
        }

    "file-offset-32-bit" ["RPL-1" "RPL-2"]
        "only the lower half of FileOffset counts"
        "a target behind 4 GiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Write { offset, .. } | Update::Zero { offset, .. } = &mut update {
                    *offset &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "zero-length-32-bit" ["RPL-1"]
        "only the lower half of ZeroLength counts"
        "a zero descriptor of 4 GiB and 4 KiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Result<Update, ClauseId> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { length, .. } = &mut update {
                    *length &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "last-file-offset-32-bit" ["RPL-3"]
        "only the lower half of LastFileOffset counts"
        "a LastFileOffset of 4 GiB and 8 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().last_file_offset & u64::from(u32::MAX))
            }
        }

    "last-file-offset-signed" ["RPL-3" "RPL-9"]
        "LastFileOffset is read as signed"
        "a LastFileOffset of 2^63"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let signed = active.head().last_file_offset as i64;
                length_with(file, targets_end, signed.max(0) as u64)
            }
        }

    "last-file-offset-overflows" ["RPL-3" "RPL-9"]
        "LastFileOffset is rounded up without a look at what happens at 2^64"
        "a LastFileOffset of 2^64 - 1"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let rounded = active.head().last_file_offset.wrapping_add(MIB - 1) / MIB * MIB;
                Some(file.max(targets_end).max(rounded))
            }
        }

    "file-extended-to-whole-mib" ["RPL-2" "RPL-3"]
        "after replay the file's length is rounded up to 1 MiB"
        "a file whose length is no multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                Format.result_length(file, targets_end, active)?.checked_next_multiple_of(MIB)
            }
        }

    "file-extended-to-whole-sector" ["RPL-3"]
        "after replay the file's length is rounded up to 4 KiB"
        "a file whose length is no multiple of 4 KiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                Format.result_length(file, targets_end, active)?.checked_next_multiple_of(SECTOR)
            }
        }
}
