//! Fields of which a part is lost: the upper half, the top bit, or the sign. All sections.
//!
//! `widths.rs` has the numbers that are compared or rounded wrongly; here the field itself is read
//! wrongly, wherever it is used.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::image::Ring;
use crate::layout::{Entry, Header, Sequence};
use crate::outcome::{Checked, WriteOp};
use crate::rules::{Format, Rules};

/// Everything but the top bit of 32.
const BITS_31: u64 = 0x7FFF_FFFF;
/// The lower half of 32 bits.
const BITS_16: u64 = 0xFFFF;

/// Rules that take a field, or several, as another value.
macro_rules! takes {
    ($($name:literal)|+ as |$value:ident| $taken:expr) => {
        fn field(&self, name: &'static str, $value: u64) -> u64 {
            if matches!(name, $($name)|+) { $taken } else { $value }
        }
    };
}

catalogue! {
    "version-by-low-byte" ["HDR-5"]
        "reads only the lower byte of Version, and misreads files of another version"
        "Version 257"
        { takes!("Version" as |value| value & 0xFF); }

    "later-version-accepted" ["HDR-5"]
        "accepts a Version above 1, and misreads files of a later version"
        "Version 2"
        { takes!("Version" as |value| value.min(1)); }

    "earlier-version-accepted" ["HDR-5"]
        "accepts Version 0, and misreads files of an unknown format"
        "Version 0"
        { takes!("Version" as |value| value.max(1)); }

    "log-version-by-low-byte" ["HDR-6"]
        "reads only the lower byte of LogVersion, and misreads logs of another version"
        "a dirty file with LogVersion 256"
        { takes!("LogVersion" as |value| value & 0xFF); }

    "log-offset-63-bit" ["HDR-8"]
        "drops the top bit of LogOffset, and replays a log from where none is"
        "LogOffset 2^63 + 1 MiB, and a whole sequence at 1 MiB"
        { takes!("LogOffset" as |value| value & i64::MAX as u64); }

    "log-length-31-bit" ["HDR-8"]
        "drops the top bit of LogLength, and replays a log that reaches past the end of the file"
        "LogLength 2^31 + 1 MiB"
        { takes!("LogLength" as |value| value & BITS_31); }

    "header-numbers-of-32-bit-signed" ["HDR-2"]
        "compares the headers' SequenceNumbers as signed 32-bit integers, and takes the older \
        header from 2^31 on"
        "headers 2^31 - 1 and 2^31, the smaller with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                (second.sequence_number as i32) > (first.sequence_number as i32)
            }
        }

    "header-number-without-carry" ["UPD-1"]
        "increments only the lower 32 bits of a header's SequenceNumber, and writes a header that \
        counts as older"
        "a current header with number 2^32 - 1"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<WriteOp>) {
                let upper = current.sequence_number & !u64::from(u32::MAX);
                for operation in operations {
                    if let WriteOp::WriteHeader { header, .. } = operation {
                        let low = header.sequence_number & u64::from(u32::MAX);
                        header.sequence_number = upper | low;
                    }
                }
            }
        }

    "header-checksum-by-lower-half" ["HDR-1"]
        "compares only the lower 16 bits of a header's checksum, and uses a torn header"
        "the header with the greater sequence number has a checksum that is wrong in its upper half"
        {
            fn checksum_matches(&self, of: &'static str, stored: u32, computed: u32) -> bool {
                stored == computed || (of == "header" && stored as u16 == computed as u16)
            }
        }

    "entry-checksum-by-lower-half" ["ENT-2"]
        "compares only the lower 16 bits of an entry's checksum, and replays torn entries"
        "a newest entry with a checksum that is wrong in its upper half"
        {
            fn checksum_matches(&self, of: &'static str, stored: u32, computed: u32) -> bool {
                stored == computed || (of == "entry" && stored as u16 == computed as u16)
            }
        }

    "entry-checksum-by-upper-half" ["ENT-2"]
        "compares only the upper 16 bits of an entry's checksum, and replays torn entries"
        "a newest entry with a checksum that is wrong in its lower half"
        {
            fn checksum_matches(&self, of: &'static str, stored: u32, computed: u32) -> bool {
                stored == computed || (of == "entry" && stored >> 16 == computed >> 16)
            }
        }

    "entry-length-31-bit" ["ENT-3"]
        "drops the top bit of EntryLength, and accepts an entry of another length"
        "a newest entry with EntryLength 2^31 + 8 KiB, and a checksum over 8 KiB"
        { takes!("EntryLength" as |value| value & BITS_31); }

    "entry-length-16-bit" ["ENT-3" "ENT-6"]
        "reads only the lower 16 bits of EntryLength, and accepts an entry of another length"
        "a newest entry with EntryLength 64 KiB + 8 KiB, and a checksum over 8 KiB"
        { takes!("EntryLength" as |value| value & BITS_16); }

    "tail-31-bit" ["ENT-4"]
        "drops the top bit of Tail, and accepts a Tail outside the log"
        "a newest entry whose Tail is its own start plus 2^31"
        { takes!("Tail" as |value| value & BITS_31); }

    "tail-16-bit" ["SEQ-2"]
        "reads only the lower 16 bits of Tail, and accepts a Tail outside the run"
        "a newest entry whose Tail is its own start plus 64 KiB"
        { takes!("Tail" as |value| value & BITS_16); }

    "descriptor-count-31-bit" ["ENT-6"]
        "drops the top bit of DescriptorCount, and accepts an entry that claims 2^31 more"
        "a newest entry of one descriptor with DescriptorCount 2^31 + 1"
        { takes!("DescriptorCount" as |value| value & BITS_31); }

    "descriptor-count-16-bit" ["ENT-6"]
        "reads only the lower 16 bits of DescriptorCount, and accepts an entry that claims 65536 \
        more"
        "a newest entry of one descriptor with DescriptorCount 65537"
        { takes!("DescriptorCount" as |value| value & BITS_16); }

    "entry-number-zero-by-low-half" ["ENT-5"]
        "rejects an entry whose SequenceNumber is zero in its lower 32 bits"
        "an entry with sequence number 2^32"
        {
            fn excess_demand(&self, entry: &Entry, _: &Ring<'_>) -> Checked<()> {
                if entry.sequence_number as u32 == 0 { Err("ENT-5") } else { Ok(()) }
            }
        }

    "entry-numbers-of-32-bit-signed" ["SEQ-1"]
        "counts entries in signed 32-bit integers, and ends a run at 2^31 - 1"
        "entries 2^31 - 1 and 2^31 one after the other"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                let ends = |last: &&&Entry| last.sequence_number as i32 == i32::MAX;
                Format.continues(run, entry) && run.last().filter(ends).is_none()
            }
        }

    "sequences-compared-as-32-bit-signed" ["SEQ-3"]
        "compares candidate sequences as signed 32-bit integers, and takes the older one from 2^31 \
        on"
        "two sequences with the sequence numbers 2^31 - 1 and 2^31"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                (candidate.head().sequence_number as i32) > (best.head().sequence_number as i32)
            }
        }

    "descriptor-number-32-bit" ["DSC-2"]
        "compares only the lower 32 bits of a descriptor's SequenceNumber, and replays a torn entry"
        "a newest entry whose descriptor has its sequence number plus 2^32"
        { takes!("number of a descriptor" as |value| value & u64::from(u32::MAX)); }

    "sequence-high-16-bit" ["DAT-2"]
        "compares only the lower 16 bits of SequenceHigh, and replays a torn entry"
        "a newest entry whose data sector has a SequenceHigh that is 65536 too large"
        { takes!("SequenceHigh" as |value| value & BITS_16); }

    "sequence-low-16-bit" ["DAT-2"]
        "compares only the lower 16 bits of SequenceLow, and replays a torn entry"
        "a newest entry whose data sector has a SequenceLow that is 65536 too large"
        { takes!("SequenceLow" as |value| value & BITS_16); }

    "flushed-file-offset-31-bit" ["SEQ-8"]
        "drops bit 31 of FlushedFileOffset, and opens a truncated file"
        "a FlushedFileOffset of 2^31 + 1 MiB"
        { takes!("FlushedFileOffset" as |value| value & !(1 << 31)); }

    "last-file-offset-31-bit" ["RPL-3"]
        "drops bit 31 of LastFileOffset, and leaves the file too short"
        "a LastFileOffset of 2^31 + 8 MiB"
        { takes!("LastFileOffset" as |value| value & !(1 << 31)); }

    "file-offset-31-bit" ["RPL-1" "RPL-2"]
        "drops bit 31 of FileOffset, and writes to the wrong place"
        "a target past 2 GiB"
        { takes!("FileOffset" as |value| value & !(1 << 31)); }

    "file-offset-63-bit" ["DSC-5"]
        "drops the top bit of FileOffset, and applies an update that has no place"
        "a FileOffset of 2^63 and the offset of a sector"
        { takes!("FileOffset" as |value| value & i64::MAX as u64); }

    "zero-length-31-bit" ["RPL-1"]
        "drops bit 31 of ZeroLength, and erases too little"
        "a zero descriptor of 2 GiB and 4 KiB"
        { takes!("ZeroLength" as |value| value & !(1 << 31)); }

    "zero-length-63-bit" ["DSC-5"]
        "drops the top bit of ZeroLength, and applies an update that has no end"
        "a ZeroLength of 2^63 + 4 KiB"
        { takes!("ZeroLength" as |value| value & i64::MAX as u64); }
}
