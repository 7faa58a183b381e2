//! Section 3: entries.

use super::flaw::{Flaw, catalogue, lets_pass, seen_in};
use crate::image::{Ring, SECTOR};
use crate::layout::{Descriptor, Entry};
use crate::outcome::ClauseId;
use crate::rules::Rules;

/// An entry is not valid if `bad`.
fn refuse_if(bad: bool, clause: ClauseId) -> Result<(), ClauseId> {
    if bad { Err(clause) } else { Ok(()) }
}

/// GUIDs are stored with their first three fields little-endian; in text these are the other way
/// round.
fn text_order(mut guid: [u8; 16]) -> [u8; 16] {
    guid[0..4].reverse();
    guid[4..6].reverse();
    guid[6..8].reverse();
    guid
}

catalogue! {
    "entry-signature-unchecked" ["ENT-1"]
        "the signature of an entry is not looked at"
        "a newest entry with another signature and a right checksum"
        { lets_pass!("ENT-1"); }

    "entry-checksum-unchecked" ["ENT-2"]
        "the checksum of an entry is not looked at"
        "a newest entry with one byte of its data changed"
        { lets_pass!("ENT-2"); }

    "checksum-over-first-sector" ["ENT-2"]
        "the checksum of an entry is computed over its first sector only"
        "any entry with data"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, _: u64) -> ([u8; 4], u64) {
                ([0; 4], SECTOR)
            }
        }

    "checksum-over-descriptors" ["ENT-2"]
        "the checksum of an entry is computed over its descriptor sectors only"
        "an entry with data and a checksum of its descriptor sectors"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, descriptor_sectors: u64) -> ([u8; 4], u64) {
                ([0; 4], descriptor_sectors * SECTOR)
            }
        }

    "checksum-over-header" ["ENT-2"]
        "the checksum of an entry is computed over its 64 header bytes only"
        "any entry with a descriptor"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, _: u64) -> ([u8; 4], u64) {
                ([0; 4], 64)
            }
        }

    "checksum-field-not-zeroed" ["ENT-2"]
        "the checksum of an entry is computed with the Checksum field as stored"
        "any entry"
        {
            fn checksum_input(&self, stored: [u8; 4], entry_length: u64, _: u64) -> ([u8; 4], u64) {
                (stored, entry_length)
            }
        }

    "entry-length-alignment-unchecked" ["ENT-3"]
        "EntryLength need not be in whole sectors"
        "a newest entry whose EntryLength and checksum leave out its last 100 bytes"
        { lets_pass!("ENT-3": "EntryLength is a multiple of 4 KiB"); }

    "entry-longer-than-log-accepted" ["ENT-3" "SEQ-6"]
        "an entry longer than the log is read on behind the log"
        "a log of two sectors, and an entry of three with the third behind the log"
        {
            lets_pass!("ENT-3" | "SEQ-6");

            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "next entry" { number % ring_sectors } else { number }
            }
        }

    "zero-entry-length-hangs" ["ENT-3" "SEQ-9"]
        "the search moves on by EntryLength even when it is 0"
        "an old entry with EntryLength 0"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, _: u64) -> Result<u64, ClauseId> {
                if claimed == 0 { Err("HANG") } else { Ok(SECTOR) }
            }
        }

    "entry-as-long-as-log-refused" ["ENT-3"]
        "an entry must be shorter than the log"
        "an entry that fills the log"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.length >= ring.length(), "ENT-3")
            }
        }

    "tail-alignment-unchecked" ["ENT-4"]
        "Tail may be any number"
        "a run whose middle entry has a Tail of 100"
        { lets_pass!("ENT-4": "Tail is a multiple of 4 KiB"); }

    "tail-outside-log-unchecked" ["ENT-4"]
        "Tail may lie outside the log"
        "a run whose newest entry has a Tail equal to the log's length: the run without it is valid"
        { lets_pass!("ENT-4": "Tail lies inside the log"); }

    "entry-number-zero-accepted" ["ENT-5"]
        "an entry may have the SequenceNumber 0"
        "a log whose only entry has the number 0"
        { lets_pass!("ENT-5"); }

    "last-entry-number-refused" ["SEQ-1"]
        "an entry whose number has no successor is not valid"
        "a newest entry with the number 2^64 - 1"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.sequence_number == u64::MAX, "SEQ-1")
            }
        }

    "entry-length-too-short-accepted" ["ENT-6"]
        "EntryLength need not hold the descriptors and data sectors"
        "an entry of one sector, checksum over it, with one data descriptor"
        {
            lets_pass!("ENT-6": "EntryLength holds the descriptors" | "EntryLength holds the data sectors");
        }

    "entry-guid-unchecked" ["ENT-7"]
        "the LogGuid of an entry is not looked at"
        "an old sequence with another LogGuid and greater numbers"
        { lets_pass!("ENT-7"); }

    "entry-guid-by-first-field" ["ENT-7"]
        "only the first four bytes of LogGuid are compared"
        "an old sequence with greater numbers and a LogGuid that differs in its last byte"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry[..4] == header[..4]
            }
        }

    "entry-guid-by-last-half" ["ENT-7"]
        "only the last eight bytes of LogGuid are compared"
        "an old sequence with greater numbers and a LogGuid that differs in its first byte"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry[8..] == header[8..]
            }
        }

    "entry-guid-in-either-order" ["ENT-7"]
        "an entry's LogGuid may also be the header's in the byte order of its text"
        "a stale entry with a greater number and the header's LogGuid in the order of its text"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry == header || *entry == text_order(*header)
            }
        }

    "entry-guid-in-text-order" ["ENT-7"]
        "the header's LogGuid is compared with the entry's in the byte order of its text"
        "any dirty file"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                *entry == text_order(*header)
            }
        }

    "empty-entry-refused" ["ENT-6"]
        "an entry without descriptors is not valid"
        "a run whose middle entry is empty"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.descriptors.is_empty(), "ENT-6")
            }
        }

    "descriptor-signature-unchecked" ["DSC-1"]
        "a descriptor that is not `desc` is a zero descriptor"
        "a newest entry with a descriptor of another signature"
        { lets_pass!("DSC-1"); }

    "descriptor-number-unchecked" ["DSC-2"]
        "the SequenceNumber of a descriptor is not looked at"
        "a newest entry whose descriptor has another number"
        { lets_pass!("DSC-2"); }

    "file-offset-alignment-unchecked" ["DSC-3"]
        "FileOffset may be any number"
        "a newest entry with a FileOffset that is no multiple of 4 KiB"
        { lets_pass!("DSC-3"); }

    "zero-length-alignment-unchecked" ["DSC-4"]
        "ZeroLength may be any number"
        "a newest entry with a ZeroLength of 512"
        { lets_pass!("DSC-4"); }

    "zero-length-zero-refused" ["DSC-4"]
        "an entry with a ZeroLength of 0 is not valid"
        "a newest entry with a ZeroLength of 0 and a data descriptor"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                let empty = |d: &Descriptor| matches!(d, Descriptor::Zero { length: 0, .. });
                refuse_if(entry.descriptors.iter().any(empty), "DSC-4")
            }
        }

    "data-signature-unchecked" ["DAT-1"]
        "the signature of a data sector is not looked at"
        "a newest entry with another signature in its data sector and a right checksum"
        { lets_pass!("DAT-1"); }

    "sequence-high-unchecked" ["DAT-2"]
        "SequenceHigh is not looked at"
        "a newest entry with another SequenceHigh and a right checksum"
        { lets_pass!("DAT-2": "SequenceHigh is the number's upper half"); }

    "sequence-low-unchecked" ["DAT-2"]
        "SequenceLow is not looked at"
        "a newest entry with another SequenceLow and a right checksum"
        { lets_pass!("DAT-2": "SequenceLow is the number's lower half"); }

    "descriptor-sectors-counted-without-header" ["ENT-6"]
        "the 64 header bytes are left out when descriptor sectors are counted"
        "an entry with 127 descriptors"
        {
            fn descriptor_sectors(&self, count: u64) -> u64 {
                (32 * count).div_ceil(SECTOR).max(1)
            }
        }

    "first-sector-holds-128-descriptors" ["DSC-1"]
        "128 descriptors are looked for in every descriptor sector"
        "an entry with 127 descriptors"
        {
            fn descriptor_place(&self, index: u64) -> (u64, usize) {
                (index / 128, 64 + 32 * (index % 128) as usize)
            }
        }

    "every-sector-holds-126-descriptors" ["DSC-1"]
        "64 bytes are left out at the start of every descriptor sector"
        "an entry with 127 descriptors"
        {
            fn descriptor_place(&self, index: u64) -> (u64, usize) {
                (index / 126, 64 + 32 * (index % 126) as usize)
            }
        }

    "zero-descriptor-takes-data-sector" ["ENT-6"]
        "every descriptor has a data sector"
        "an entry with a zero descriptor"
        {
            fn has_data_sector(&self, _: bool) -> bool {
                true
            }
        }

    "descriptor-sectors-do-not-wrap" ["SEQ-5"]
        "descriptor sectors are read on behind the log"
        "an entry with 127 descriptors that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "descriptors" { number } else { number % ring_sectors }
            }
        }

    "data-sectors-do-not-wrap" ["SEQ-5"]
        "data sectors are read on behind the log"
        "an entry with data that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "data" { number } else { number % ring_sectors }
            }
        }

    "checksum-does-not-wrap" ["SEQ-5" "ENT-2"]
        "the checksum is computed over what lies behind the log"
        "an entry with data that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "checksum" { number } else { number % ring_sectors }
            }
        }

    "wrapped-entry-ignored" ["SEQ-5"] ("V4 vhdx-rs 0.2.0")
        "an entry that passes the end of the log is not understood"
        "a sequence whose newest entry starts in the log's last sector"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.offset + entry.length > ring.length(), "SEQ-5")
            }
        }

    "entry-at-log-end-refused" ["SEQ-5"]
        "an entry may not end exactly at the end of the log"
        "a sequence whose newest entry ends with the log"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.offset + entry.length == ring.length(), "SEQ-5")
            }
        }

    "junk-descriptor-fails-open" ["DSC-1" "DSC-2"] ("Q5 QEMU 10.0")
        "an invalid entry with a bad descriptor makes the open fail"
        "an old entry with junk for descriptors, besides a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Result<u64, ClauseId> {
                if clause.starts_with("DSC") { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "torn-entry-fails-open" ["ENT-2"]
        "an entry with a wrong checksum makes the open fail"
        "a torn entry after a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Result<u64, ClauseId> {
                if clause == "ENT-2" { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "mixed-data-sector-fails-open" ["DAT-2"] ("QEMU 10.0")
        "an entry with a data sector of another number makes the open fail"
        "a newest entry with another SequenceLow and a right checksum, after a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Result<u64, ClauseId> {
                if clause == "DAT-2" { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "second-descriptor-sector-fails-open" ["DSC-1" "ENT-6"] ("QEMU 10.0")
        "an entry with more than one descriptor sector makes the open fail"
        "an old entry with 127 descriptors, besides a valid sequence"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Result<(), ClauseId> {
                refuse_if(entry.descriptors.len() > 126, "ENT-6: one descriptor sector")
            }

            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Result<u64, ClauseId> {
                if clause == "ENT-6: one descriptor sector" { Err("ENT-6") } else { Ok(SECTOR) }
            }
        }

    "invalid-entry-skipped-by-its-length" ["SEQ-5"]
        "the scan moves on from an invalid entry by the length it claims"
        "the header of an overwritten entry just before the newest sequence"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, _: u64) -> Result<u64, ClauseId> {
                Ok(claimed.max(SECTOR))
            }
        }

    "log-long-invalid-entry-hangs" ["SEQ-9"] ("Q3 QEMU 10.0")
        "the scan moves on from an invalid entry by the length it claims, on the ring"
        "a lone entry header with a wrong checksum and the log's length"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, ring: u64) -> Result<u64, ClauseId> {
                if claimed == ring { Err("HANG") } else { Ok(SECTOR) }
            }
        }
}
