//! The place of the log: LogOffset and LogLength (HDR-7, HDR-8, HDR-10).

use vhdx_log_image::{Bytes, Entry, MIB, Patch, Recipe, Tail};

use super::edit::{both, clean};
use crate::recipes::{one, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [place_of_the_log()].concat()
}

fn place_of_the_log() -> Vec<VectorSource> {
    let placed = |offset: u64, length: u32| {
        both(move |header| (header.log_offset, header.log_length) = (Some(offset), Some(length)))
    };
    // In a log one sector further on, the entry at sector 1 lies at 0, and so does its tail.
    let shifted = with(small().then(write_at_1()), |recipe| {
        for header in [&mut recipe.header_1, &mut recipe.header_2] {
            header.log_offset = Some(MIB + 4096);
        }
    });
    let at_end = |length: Option<u64>| {
        with(one(), |recipe| {
            recipe.geometry.log_offset_mib = 4;
            recipe.geometry.log_mib = 2;
            recipe.geometry.present_blocks = 1;
            recipe.length = length;
            recipe.log[0]
                .entry_mut()
                .expect("an entry")
                .flushed_file_offset = Some(MIB);
        })
    };
    vec![
        vector(
            "header-log-length-unaligned",
            "LogLength is 1 MiB - 4 KiB, dirty",
            "finds readers that round it",
        )
        .ignores("HDR-7")
        .made_by(placed(MIB, (1 << 20) - 4096))
        .is_refused("HDR-7"),
        vector(
            "header-log-offset-unaligned",
            "LogOffset is 1 MiB + 4 KiB, dirty; a whole sequence lies there",
            "finds readers that take any offset",
        )
        .ignores("HDR-7")
        .made_by(shifted)
        .is_refused("HDR-7"),
        vector(
            "header-log-length-zero",
            "LogGuid is set, LogLength 0",
            "no valid sequence can exist: not a clean file",
        )
        .ignores("HDR-10")
        .made_by(placed(MIB, 0))
        .is_refused("HDR-10 SEQ-7"),
        vector(
            "header-no-log-clean",
            "LogGuid zero, LogLength and LogOffset 0",
            "a file without a log is fine when clean",
        )
        .safe()
        .accepts("HDR-10 HDR-9")
        .made_by(both(|header| {
            clean(header);
            (header.log_offset, header.log_length) = (Some(0), Some(0));
        }))
        .is_clean(),
        vector(
            "header-log-at-zero",
            "LogOffset 0, with an entry in the reserved space at 512 KiB",
            "a log over identifier and headers must not be believed",
        )
        .ignores("HDR-8")
        .made_by(log_at_zero())
        .is_refused("HDR-8"),
        vector(
            "header-log-beyond-end",
            "the log begins where the file ends",
            "finds reads past the end of the file",
        )
        .ignores("HDR-8")
        .made_by(placed(5 * MIB, 1 << 20))
        .is_refused("HDR-8"),
        vector(
            "header-log-half-beyond-end",
            "the file ends in the middle of the log, behind a whole sequence",
            "what is missing may have held newer entries",
        )
        .ignores("HDR-8")
        .made_by(at_end(Some(5 * MIB)))
        .is_refused("HDR-8"),
        vector(
            "header-log-ends-with-file",
            "the log is the last thing in the file",
            "finds off-by-one in that check",
        )
        .accepts("HDR-8 HDR-7")
        .made_by(with(at_end(None), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .replays([0]),
        vector(
            "header-log-one-sector-beyond-end",
            "the file is one sector too short for its log",
            "off by one sector",
        )
        .ignores("HDR-8")
        .made_by(with(at_end(Some(7 * MIB - 4096)), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .is_refused("HDR-8"),
        vector(
            "header-log-end-overflows",
            "LogOffset is 2^64 - 1 MiB",
            "LogOffset + LogLength overflows to 0",
        )
        .ignores("HDR-8")
        .safe()
        .made_by(placed(u64::MAX - MIB + 1, 1 << 20))
        .is_refused("HDR-8"),
    ]
}

/// An entry at sector 1 whose tail is the log's first sector.
fn write_at_1() -> Entry {
    write(1).at(1).with_tail(Tail::Explicit(0))
}

/// A log at 0: of its only entry, empty, the 64 bytes that are not zero are put at 512 KiB.
fn log_at_zero() -> Recipe {
    const AT: u64 = 512 << 10;
    let entry = small().then(Entry::empty().at((AT / 4096) as u32)).build();
    let sector = entry.sector((MIB + AT) / 4096).expect("the entry is there");
    with(small(), |recipe| {
        recipe.patches.push(Patch {
            at: AT,
            bytes: Bytes(sector[..64].to_vec()),
        });
        for header in [&mut recipe.header_1, &mut recipe.header_2] {
            header.log_offset = Some(0);
        }
    })
}
