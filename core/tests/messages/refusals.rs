//! Why a file is not opened.

use vhdx_log::storage::SparseMemory;
use vhdx_log::units::{FileOffset, LogOffset, SequenceNumber};
use vhdx_log::{GuidSource, OpenOptions, Refusal, TargetClause};

use crate::faults::{MISSING, SIGNATURE};
use crate::image::TARGET;
use crate::image::dirty::{dirty, dirty_bytes, entry};
use crate::say;

#[test]
fn of_refusals_by_the_headers() {
    let offset = FileOffset(0x20000);
    say([
        (
            Refusal::NotVhdx { found: None },
            "not a VHDX file: expected \"vhdxfile\" at offset 0x0, found the end of the file \
             [FID-1]",
        ),
        (
            Refusal::NotVhdx {
                found: Some(*b"conectix"),
            },
            "not a VHDX file: expected \"vhdxfile\" at offset 0x0, found \"conectix\" [FID-1]",
        ),
        (
            Refusal::NoValidHeader {
                first: MISSING,
                second: SIGNATURE,
            },
            "no valid header: at 0x10000, the file ends before it; at 0x20000, bad signature \
             \"he\\x00d\" (expected \"head\"). Keep the file as it is: `vhdx-log inspect FILE` \
             shows what can still be read of both headers and of the log that they name. Restore \
             a backup; without one, the headers have to be repaired from these fields [HDR-3]",
        ),
        (
            Refusal::AmbiguousHeaders {
                sequence_number: SequenceNumber(7),
            },
            "the headers at 0x10000 and 0x20000 are both valid and both have SequenceNumber 7, \
             but they differ, so neither is current. Keep the file as it is: `vhdx-log inspect \
             FILE` shows the fields of both. If it is a copy, make it again while no program uses \
             the disk; otherwise restore a backup, or remove the header that is known to be wrong \
             [HDR-4]",
        ),
        (
            Refusal::UnknownVersion { offset, found: 2 },
            "the header at offset 0x20000 has Version 2; expected 1, the only supported one \
             [HDR-5]",
        ),
        (
            Refusal::UnknownLogVersion { offset, found: 3 },
            "the header at offset 0x20000 has LogVersion 3; expected 0, the only supported one, \
             so the log cannot be used [HDR-6]",
        ),
    ]);
}

#[test]
fn of_refusals_by_the_place_of_the_log() {
    let (offset, log_offset) = (FileOffset(0x20000), FileOffset(0x30_0800));
    say([
        (
            Refusal::MisalignedLog {
                offset,
                log_offset,
                log_length: 1 << 20,
            },
            "the header at offset 0x20000 has LogOffset 0x300800 and LogLength 1 MiB (0x100000); \
             expected multiples of 1 MiB [HDR-7]",
        ),
        (
            Refusal::NoLog { offset },
            "the header at offset 0x20000 has a LogGuid but LogLength 0: there is no log to \
             replay. `vhdx-log inspect FILE` shows whether the other header names one; restore a \
             backup [HDR-10]",
        ),
        (
            Refusal::LogOutsideFile {
                offset,
                log_offset,
                log_length: 1 << 20,
                file_length: 4097,
            },
            "the header at offset 0x20000 has LogOffset 0x300800 and LogLength 1 MiB (0x100000); \
             expected the log between 0x100000 and the end of the file at 4097 bytes (0x1001). If \
             it is a copy or a download that was cut short, make it again; otherwise restore a \
             backup [HDR-8]",
        ),
        (
            Refusal::SequenceNumbersExhausted {
                offset,
                sequence_number: SequenceNumber(u64::MAX),
            },
            "the header at offset 0x20000 has SequenceNumber 18446744073709551615, which cannot \
             be incremented as often as needed; the file can be opened read-only [HDR-13]",
        ),
    ]);
}

#[test]
fn of_refusals_by_the_log() {
    let bad_target = |clause| Refusal::BadTarget {
        clause,
        entry: LogOffset(0x5000),
        target: FileOffset(0x1000),
        length: 4096,
    };
    say([
        (
            Refusal::Truncated {
                head: LogOffset(0x5000),
                flushed_file_offset: 8 << 20,
                file_length: (8 << 20) - 1,
            },
            "the file is 8388607 bytes (0x7fffff) long, but was at least 8 MiB (0x800000) long \
             when its newest log entry (log offset 0x5000) was written. The file was cut short. \
             If it is a copy or a download, make it again; otherwise restore a backup [SEQ-8]",
        ),
        (
            bad_target(TargetClause::PastTheEnd),
            "the log entry at log offset 0x5000 would write 4 KiB (0x1000) at 0x1000, past the \
             largest offset a file can have. The log cannot be replayed safely [DSC-5]",
        ),
        (
            bad_target(TargetClause::InHeaders),
            "the log entry at log offset 0x5000 would write 4 KiB (0x1000) at 0x1000, over the \
             file identifier or the headers. The log cannot be replayed safely [DSC-6]",
        ),
        (
            bad_target(TargetClause::InLog),
            "the log entry at log offset 0x5000 would write 4 KiB (0x1000) at 0x1000, over the \
             log itself. The log cannot be replayed safely [DSC-7]",
        ),
        (
            Refusal::TooLarge {
                resulting_length: 6_267_928_576,
                limit: 5 << 30,
            },
            "replaying the log would extend the file to 5.8 GiB (6267928576 bytes); the limit is \
             5 GiB [RPL-9]",
        ),
        (
            Refusal::TooLarge {
                resulting_length: 4097,
                limit: 1,
            },
            "replaying the log would extend the file to 4097 bytes; the limit is 1 byte [RPL-9]",
        ),
        (
            Refusal::OverlayTooLarge { limit: 9 },
            "the log holds more than 9 updates, too many to keep in memory for a read-only view; \
             replay the file or a copy of it [RPL-9]",
        ),
        (
            Refusal::Dirty { entries: 1 },
            "the file is dirty: its log has 1 entry not yet applied, and it was opened without \
             replay; replay it with `vhdx-log replay FILE` [RPL-5]",
        ),
        (
            Refusal::Dirty { entries: 2 },
            "the file is dirty: its log has 2 entries not yet applied, and it was opened without \
             replay; replay it with `vhdx-log replay FILE` [RPL-5]",
        ),
    ]);
}

fn refused(image: SparseMemory) -> String {
    let options = OpenOptions::writable().guids(GuidSource::seeded(1));
    options.open(image).unwrap_err().to_string()
}

/// SEQ-7: entries that were confirmed may be lost, unless only the first one is broken.
#[test]
fn of_a_damaged_log() {
    let mut torn = entry(7, 0).data(TARGET, 1).bytes();
    torn[4096..].fill(0);
    say([
        (
            refused(dirty_bytes(&[(250, torn)])),
            "the file is marked dirty, but the log at offset 0x100000 has no valid sequence of \
             entries: of generation 07070707-0707-0707-0707-070707070707 it holds 0 entries \
             whole and 1 broken, the first at log offset 0xfa000 (DAT-1 at 0xfb000: bad data \
             sector signature: found \"\\x00\\x00\\x00\\x00\", expected \"data\"). If the writer \
             stopped during its first entry, nothing that it confirmed is lost; damage to a \
             confirmed entry looks the same. Keep the file as it is, look at it with `vhdx-log \
             inspect FILE`, and restore a backup if there is one [SEQ-7]",
        ),
        (
            refused(dirty(&[(0, entry(5, 9))])),
            "the file is marked dirty, but the log at offset 0x100000 has no valid sequence of \
             entries: of generation 07070707-0707-0707-0707-070707070707 it holds 1 entry whole \
             and 0 broken. Entries that were confirmed may be lost. Keep the file as it is, look \
             at it with `vhdx-log inspect FILE`, and restore a backup if there is one [SEQ-7]",
        ),
    ]);
}
