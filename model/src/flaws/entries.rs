//! Section 3: entries.

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
use crate::image::{Ring, SECTOR};
use crate::layout::{Descriptor, Entry};
use crate::outcome::{Checked, ClauseId};
use crate::rules::Rules;

/// An entry is not valid if `bad`.
fn refuse_if(bad: bool, clause: ClauseId) -> Checked<()> {
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
        "does not check the signature of an entry"
        "a newest entry with another signature and a right checksum"
        { lets_pass!("ENT-1"); }

    "entry-checksum-unchecked" ["ENT-2"]
        "does not check the checksum of an entry, and replays torn entries"
        "a newest entry with one byte of its data changed"
        { lets_pass!("ENT-2"); }

    "checksum-over-first-sector" ["ENT-2"]
        "computes an entry's checksum over its first sector only, and rejects every entry with data"
        "any entry with data"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, _: u64) -> ([u8; 4], u64) {
                ([0; 4], SECTOR)
            }
        }

    "checksum-over-descriptors" ["ENT-2"]
        "computes an entry's checksum over its descriptor sectors only, and rejects every entry \
        with data"
        "an entry with data, and a checksum over its descriptor sectors"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, sectors: u64) -> ([u8; 4], u64) {
                ([0; 4], sectors * SECTOR)
            }
        }

    "checksum-over-header" ["ENT-2"]
        "computes an entry's checksum over its 64 header bytes only, and rejects every entry"
        "any entry with a descriptor"
        {
            fn checksum_input(&self, _: [u8; 4], _: u64, _: u64) -> ([u8; 4], u64) {
                ([0; 4], 64)
            }
        }

    "checksum-field-not-zeroed" ["ENT-2"]
        "computes an entry's checksum without zeroing the Checksum field, and rejects every entry"
        "any entry"
        {
            fn checksum_input(&self, stored: [u8; 4], entry_length: u64, _: u64) -> ([u8; 4], u64) {
                (stored, entry_length)
            }
        }

    "entry-length-alignment-unchecked" ["ENT-3"]
        "accepts an EntryLength that is not a multiple of 4 KiB"
        "a newest entry whose EntryLength and checksum leave out its last 100 bytes"
        { lets_pass!("ENT-3": "EntryLength is a multiple of 4 KiB"); }

    "entry-longer-than-log-accepted" ["ENT-3" "SEQ-6"]
        "accepts an entry longer than the log, and reads past the end of the log"
        "a log of two sectors, and an entry of three: the third is past the log"
        {
            lets_pass!("ENT-3" | "SEQ-6");

            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "next entry" { number % ring_sectors } else { number }
            }
        }

    "zero-entry-length-hangs" ["ENT-3" "SEQ-9"]
        "advances the search by EntryLength even when it is 0, and never finishes"
        "an old entry with EntryLength 0"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, _: u64) -> Checked<u64> {
                if claimed == 0 { Err("HANG") } else { Ok(SECTOR) }
            }
        }

    "entry-as-long-as-log-refused" ["ENT-3"]
        "rejects an entry that is exactly as long as the log"
        "an entry that fills the log"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.length >= ring.length(), "ENT-3")
            }
        }

    "tail-alignment-unchecked" ["ENT-4"]
        "accepts a Tail that is not a multiple of 4 KiB"
        "a run whose middle entry has a Tail of 100"
        { lets_pass!("ENT-4": "Tail is a multiple of 4 KiB"); }

    "tail-outside-log-unchecked" ["ENT-4"]
        "accepts an entry with a Tail outside the log, and loses the valid sequence that ends \
        before it"
        "a run whose newest entry has a Tail equal to the log's length: the run without it is valid"
        { lets_pass!("ENT-4": "Tail lies inside the log"); }

    "entry-number-zero-accepted" ["ENT-5"]
        "accepts an entry with SequenceNumber 0"
        "a log whose only entry has sequence number 0"
        { lets_pass!("ENT-5"); }

    "last-entry-number-refused" ["SEQ-1"]
        "rejects an entry with SequenceNumber 2^64 - 1, because it computes the successor of every \
        entry"
        "a newest entry with sequence number 2^64 - 1"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.sequence_number == u64::MAX, "SEQ-1")
            }
        }

    "entry-length-too-short-accepted" ["ENT-6"]
        "accepts an EntryLength too short for the descriptors and data sectors, and reads past the \
        entry"
        "an entry of one sector, with a checksum over it and one data descriptor"
        {
            lets_pass!(
                "ENT-6": "EntryLength holds the descriptors" | "EntryLength holds the data sectors"
            );
        }

    "entry-guid-unchecked" ["ENT-7"]
        "does not compare LogGuids, and replays entries of an earlier use of the log"
        "an old sequence with another LogGuid and greater sequence numbers"
        { lets_pass!("ENT-7"); }

    "entry-guid-by-first-field" ["ENT-7"]
        "compares only the first 4 bytes of LogGuid, and can replay entries of an earlier use of \
        the log"
        "an old sequence with greater sequence numbers and a LogGuid that differs in its last byte"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry[..4] == header[..4]
            }
        }

    "entry-guid-by-last-half" ["ENT-7"]
        "compares only the last 8 bytes of LogGuid, and can replay entries of an earlier use of \
        the log"
        "an old sequence with greater sequence numbers and a LogGuid that differs in its first byte"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry[8..] == header[8..]
            }
        }

    "entry-guid-in-either-order" ["ENT-7"]
        "also accepts an entry's LogGuid in the byte order of its text form"
        "an old entry with a greater sequence number and the header's LogGuid in text order"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                entry == header || *entry == text_order(*header)
            }
        }

    "entry-guid-in-text-order" ["ENT-7"]
        "compares the header's LogGuid in text byte order with the entry's in binary order, and \
        finds no entry"
        "any dirty file"
        {
            fn guid_matches(&self, entry: &[u8; 16], header: &[u8; 16]) -> bool {
                *entry == text_order(*header)
            }
        }

    "empty-entry-refused" ["ENT-6"]
        "rejects an entry without descriptors, and loses the entries before or after it"
        "a run whose middle entry is empty"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.descriptors.is_empty(), "ENT-6")
            }
        }

    "descriptor-signature-unchecked" ["DSC-1"]
        "takes every descriptor that is not `desc` as a zero descriptor, and zeroes sectors at \
        random"
        "a newest entry with a descriptor of another signature"
        { lets_pass!("DSC-1"); }

    "descriptor-number-unchecked" ["DSC-2"]
        "does not compare the SequenceNumber of a descriptor with the entry's"
        "a newest entry whose descriptor has another sequence number"
        { lets_pass!("DSC-2"); }

    "file-offset-alignment-unchecked" ["DSC-3"]
        "accepts a FileOffset that is not a multiple of 4 KiB"
        "a newest entry with a FileOffset that is not a multiple of 4 KiB"
        { lets_pass!("DSC-3"); }

    "zero-length-alignment-unchecked" ["DSC-4"]
        "accepts a ZeroLength that is not a multiple of 4 KiB"
        "a newest entry with a ZeroLength of 512"
        { lets_pass!("DSC-4"); }

    "zero-length-zero-refused" ["DSC-4"]
        "rejects an entry with a ZeroLength of 0, and loses its other updates"
        "a newest entry with a ZeroLength of 0 and a data descriptor"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                let empty = |d: &Descriptor| matches!(d, Descriptor::Zero { length: 0, .. });
                refuse_if(entry.descriptors.iter().any(empty), "DSC-4")
            }
        }

    "data-signature-unchecked" ["DAT-1"]
        "does not check the signature of a data sector"
        "a newest entry with another signature in its data sector, and a right checksum"
        { lets_pass!("DAT-1"); }

    "sequence-high-unchecked" ["DAT-2"]
        "does not check SequenceHigh of a data sector"
        "a newest entry with another SequenceHigh and a right checksum"
        { lets_pass!("DAT-2": "SequenceHigh is the entry's"); }

    "sequence-low-unchecked" ["DAT-2"]
        "does not check SequenceLow of a data sector"
        "a newest entry with another SequenceLow and a right checksum"
        { lets_pass!("DAT-2": "SequenceLow is the entry's"); }

    "descriptor-sectors-counted-without-header" ["ENT-6"]
        "forgets the 64 header bytes when it counts descriptor sectors, and rejects entries of 127 \
        or 128 descriptors"
        "an entry with 127 descriptors"
        {
            fn descriptor_sectors(&self, count: u64) -> u64 {
                (32 * count).div_ceil(SECTOR).max(1)
            }
        }

    "first-sector-holds-128-descriptors" ["DSC-1"]
        "expects 128 descriptors in every descriptor sector, and misreads entries with more than \
        126"
        "an entry with 127 descriptors"
        {
            fn descriptor_place(&self, index: u64) -> (u64, usize) {
                (index / 128, 64 + 32 * (index % 128) as usize)
            }
        }

    "every-sector-holds-126-descriptors" ["DSC-1"]
        "skips 64 bytes at the start of every descriptor sector, and misreads entries with more \
        than 126"
        "an entry with 127 descriptors"
        {
            fn descriptor_place(&self, index: u64) -> (u64, usize) {
                (index / 126, 64 + 32 * (index % 126) as usize)
            }
        }

    "zero-descriptor-takes-data-sector" ["ENT-6"]
        "expects a data sector for every descriptor, and rejects entries with zero descriptors"
        "an entry with a zero descriptor"
        {
            fn has_data_sector(&self, _: bool) -> bool {
                true
            }
        }

    "descriptor-sectors-do-not-wrap" ["SEQ-5"]
        "reads descriptor sectors past the end of the log instead of at its start"
        "an entry with 127 descriptors that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "descriptors" { number } else { number % ring_sectors }
            }
        }

    "data-sectors-do-not-wrap" ["SEQ-5"]
        "reads data sectors past the end of the log instead of at its start"
        "an entry with data that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "data" { number } else { number % ring_sectors }
            }
        }

    "checksum-does-not-wrap" ["SEQ-5" "ENT-2"]
        "computes the checksum over what is past the end of the log instead of at its start"
        "an entry with data that starts in the log's last sector"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "checksum" { number } else { number % ring_sectors }
            }
        }

    "wrapped-entry-ignored" ["SEQ-5"] ("V4 vhdx-rs 0.2.0")
        "ignores an entry that crosses the end of the log, and loses the newest writes"
        "a sequence whose newest entry starts in the log's last sector"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.offset + entry.length > ring.length(), "SEQ-5")
            }
        }

    "entry-at-log-end-refused" ["SEQ-5"]
        "rejects an entry that ends exactly at the end of the log"
        "a sequence whose newest entry ends with the log"
        {
            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.offset + entry.length == ring.length(), "SEQ-5")
            }
        }

    "junk-descriptor-fails-open" ["DSC-1" "DSC-2"] ("Q5 QEMU 10.0")
        "refuses the file when an old or torn entry has a bad descriptor, instead of skipping the \
        entry"
        "an old entry with invalid descriptors, next to a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause.starts_with("DSC") { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "torn-entry-fails-open" ["ENT-2"]
        "refuses the file when an entry has a wrong checksum, as after every crash during a log \
        write"
        "a torn entry after a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause == "ENT-2" { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "mixed-data-sector-fails-open" ["DAT-2"] ("QEMU 10.0")
        "refuses the file when an entry has a data sector with another sequence number, instead of \
        skipping the entry"
        "a newest entry with another SequenceLow and a right checksum, after a valid sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause == "DAT-2" { Err(clause) } else { Ok(SECTOR) }
            }
        }

    "second-descriptor-sector-fails-open" ["DSC-1" "ENT-6"] ("QEMU 10.0")
        "refuses the file when any entry has more than one descriptor sector"
        "an old entry with 127 descriptors, next to a valid sequence"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                refuse_if(entry.descriptors.len() > 126, "ENT-6: one descriptor sector")
            }

            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause == "ENT-6: one descriptor sector" { Err("ENT-6") } else { Ok(SECTOR) }
            }
        }

    "invalid-entry-skipped-by-its-length" ["SEQ-5"] ("Q3 QEMU 10.0")
        "advances past an invalid entry by the length it claims, and misses valid entries inside \
        that range"
        "the header of an overwritten entry just before the newest sequence"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, _: u64) -> Checked<u64> {
                Ok(claimed.max(SECTOR))
            }
        }

    "log-long-invalid-entry-hangs" ["SEQ-9"] ("Q3 QEMU 10.0")
        "advances past an invalid entry by the length it claims, and never finishes when that is \
        the log's length"
        "a lone entry header with a wrong checksum and the log's length"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, ring: u64) -> Checked<u64> {
                if claimed == ring { Err("HANG") } else { Ok(SECTOR) }
            }
        }
}
