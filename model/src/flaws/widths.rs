//! Numbers taken for narrower ones, for signed ones, or rounded: all sections.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use super::lengths::length_with;
use crate::image::{Bytes, Ring, SECTOR, Update};
use crate::layout::{Descriptor, Entry, Header, MIB, Sequence};
use crate::outcome::Checked;
use crate::rules::{Format, Rules};

catalogue! {
    "header-number-zero-refused" ["HDR-1"]
        "rejects a header with SequenceNumber 0"
        "the only valid header has sequence number 0"
        {
            fn header_checksum(&self, bytes: Bytes) -> u32 {
                let right = Format.header_checksum(bytes);
                if bytes[8..16] == [0; 8] { !right } else { right }
            }
        }

    "log-guid-zero-by-first-half" ["HDR-9"]
        "takes LogGuid as zero when its first 8 bytes are, and drops the log"
        "a dirty file whose LogGuid begins with eight zero bytes"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid.starts_with(&[0; 8])
            }
        }

    "zero-entry-guid-fits-all" ["ENT-7"]
        "accepts an entry with LogGuid zero in any file"
        "an entry with LogGuid zero and a greater sequence number"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry == header || *entry == [0; 16]
            }
        }

    "entry-number-signed" ["ENT-5"]
        "reads an entry's SequenceNumber as signed, and rejects 2^63 and above as not positive"
        "an entry with sequence number 2^63"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                if entry.sequence_number > i64::MAX as u64 { Err("ENT-5") } else { Ok(()) }
            }
        }

    "checksum-zero-unchecked" ["ENT-2"]
        "does not check an entry whose Checksum is 0, and replays it torn"
        "a newest entry with one byte changed and Checksum 0"
        {
            fn checksum_input(&self, stored: [u8; 4], entry_length: u64, _: u64) -> ([u8; 4], u64) {
                // The checksum of nothing is 0.
                ([0; 4], if stored == [0; 4] { 0 } else { entry_length })
            }
        }

    "full-descriptor-sector-counted-twice" ["ENT-6"]
        "expects another descriptor sector after one that is exactly full, and rejects the entry"
        "an entry with 126 descriptors"
        {
            fn descriptor_sectors(&self, count: u64) -> u64 {
                (64 + 32 * count) / SECTOR + 1
            }
        }

    "two-descriptor-sectors-at-most" ["ENT-6"]
        "rejects an entry with more than two descriptor sectors"
        "an entry with 255 descriptors"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                if entry.descriptors.len() > 254 { Err("ENT-6") } else { Ok(()) }
            }
        }

    "last-sector-not-searched" ["SEQ-5"]
        "does not look for an entry in the log's last sector"
        "an entry that starts in the log's last sector"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
                if entry.offset + SECTOR == ring.length() { Err("SEQ-5") } else { Ok(()) }
            }
        }

    "log-of-one-mib-assumed" ["SEQ-5"]
        "wraps at 1 MiB whatever the log's length"
        "a log of 2 MiB with a sequence across its end"
        {
            fn ring_sector(&self, _: &str, number: u64, _: u64) -> u64 {
                number % (MIB / SECTOR)
            }
        }

    "ring-length-as-mask" ["SEQ-5"]
        "wraps with the mask length - 1, which is wrong unless the length is a power of two"
        "a log of 3 MiB with a sequence across its end"
        {
            fn ring_sector(&self, _: &str, number: u64, ring_sectors: u64) -> u64 {
                if number >= ring_sectors { number & (ring_sectors - 1) } else { number }
            }
        }

    "flushed-file-offset-32-bit" ["SEQ-8"]
        "reads only the lower 32 bits of FlushedFileOffset, and opens a truncated file"
        "a FlushedFileOffset of 4 GiB"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset & u64::from(u32::MAX)
            }
        }

    "flushed-file-offset-signed" ["SEQ-8"]
        "reads FlushedFileOffset as signed, and ignores 2^63 and above"
        "a FlushedFileOffset of 2^63"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                i64::try_from(active.head().flushed_file_offset).map_or(0, |offset| offset as u64)
            }
        }

    "file-length-in-whole-mib" ["SEQ-8"]
        "rounds the file's length up to 1 MiB before comparing it with FlushedFileOffset, and \
        opens a truncated file"
        "a file that lost its last sector"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_sub(MIB - 1)
            }
        }

    "file-length-in-whole-sectors" ["SEQ-8"]
        "rounds the file's length up to 4 KiB before comparing it with FlushedFileOffset, and \
        opens a truncated file"
        "a file that lost its last byte"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_sub(SECTOR - 1)
            }
        }

    "file-offset-32-bit" ["RPL-1" "RPL-2"]
        "uses only the lower 32 bits of FileOffset, and writes to the wrong place"
        "a target past 4 GiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Write { offset, .. } | Update::Zero { offset, .. } = &mut update {
                    *offset &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "zero-length-32-bit" ["RPL-1"]
        "uses only the lower 32 bits of ZeroLength, and erases too little"
        "a zero descriptor of 4 GiB and 4 KiB"
        {
            fn update(&self, descriptor: &Descriptor, ring: &Ring<'_>) -> Checked<Update> {
                let mut update = Format.update(descriptor, ring)?;
                if let Update::Zero { length, .. } = &mut update {
                    *length &= u64::from(u32::MAX);
                }
                Ok(update)
            }
        }

    "last-file-offset-32-bit" ["RPL-3"]
        "uses only the lower 32 bits of LastFileOffset, and leaves the file too short"
        "a LastFileOffset of 4 GiB and 8 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                length_with(file, targets_end, active.head().last_file_offset & u64::from(u32::MAX))
            }
        }

    "last-file-offset-signed" ["RPL-3" "RPL-9"]
        "reads LastFileOffset as signed, and ignores 2^63 and above instead of refusing them"
        "a LastFileOffset of 2^63"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let signed = active.head().last_file_offset as i64;
                length_with(file, targets_end, signed.max(0) as u64)
            }
        }

    "last-file-offset-overflows" ["RPL-3" "RPL-9"]
        "rounds LastFileOffset up without an overflow check, and gets 0 near 2^64"
        "a LastFileOffset of 2^64 - 1"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                let rounded = active.head().last_file_offset.wrapping_add(MIB - 1) / MIB * MIB;
                Some(file.max(targets_end).max(rounded))
            }
        }

    "file-extended-to-whole-mib" ["RPL-2" "RPL-3"]
        "rounds the file's length up to 1 MiB after replay"
        "a file whose length is not a multiple of 1 MiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                Format.result_length(file, targets_end, active)?.checked_next_multiple_of(MIB)
            }
        }

    "file-extended-to-whole-sector" ["RPL-3"]
        "rounds the file's length up to 4 KiB after replay"
        "a file whose length is not a multiple of 4 KiB"
        {
            fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
                Format.result_length(file, targets_end, active)?.checked_next_multiple_of(SECTOR)
            }
        }
}
