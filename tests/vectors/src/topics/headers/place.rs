//! The place of the log: LogOffset and LogLength (HDR-7, HDR-8, HDR-10).

use vhdx_log_image::{Bytes, Entry, MIB, Patch, Recipe, Tail};

use super::edit::{both, clean};
use crate::recipes::{one, small, with, write};
use crate::source::{Intent, VectorSource, refuses, vector};

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
            "LogLength is 1 MiB - 4 KiB, and the log is dirty",
            "A reader that rounds the length, or takes it as it is, searches a ring of the wrong \
            size: it may miss entries or read them from the wrong place.",
        )
        .ignores("HDR-7")
        .made_by(placed(MIB, (1 << 20) - 4096))
        .is_refused("HDR-7"),
        vector(
            "header-log-offset-unaligned",
            "LogOffset is 1 MiB + 4 KiB, the log is dirty, and a whole sequence lies there",
            "A reader that accepts any offset replays a log from a place where the format forbids \
            one, because a damaged header says so.",
        )
        .ignores("HDR-7")
        .made_by(shifted)
        .is_refused("HDR-7"),
        vector(
            "header-log-length-zero",
            "LogGuid is set, and LogLength is 0",
            "A log of length 0 cannot hold a valid sequence. A reader that treats it as an empty \
            log opens a corrupt file as clean, and hides that what was logged is lost.",
        )
        .ignores("HDR-10")
        .made_by(placed(MIB, 0))
        .is_refused("HDR-10 SEQ-7"),
        vector(
            "header-no-log-clean",
            "LogGuid is zero, and LogLength and LogOffset are 0",
            "A clean file needs no log, and can be read. A program that opens it for writing may \
            refuse it: there is no place to log to.",
        )
        .open("HDR-8")
        .accepts("HDR-10 HDR-9")
        .made_by(both(|header| {
            clean(header);
            (header.log_offset, header.log_length) = (Some(0), Some(0));
        }))
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses("HDR-10 HDR-8")),
        vector(
            "header-log-at-zero",
            "LogOffset is 0, with an entry in the reserved space at 512 KiB",
            "A reader that believes this header searches the headers for entries, and its next \
            write to the log destroys them.",
        )
        .ignores("HDR-8")
        .made_by(log_at_zero())
        .is_refused("HDR-8"),
        vector(
            "header-log-beyond-end",
            "The log begins where the file ends",
            "A reader that does not check the log's place reads past the end of the file: it \
            crashes, or treats the log as empty and loses the last changes.",
        )
        .ignores("HDR-8")
        .made_by(placed(5 * MIB, 1 << 20))
        .is_refused("HDR-8"),
        vector(
            "header-log-half-beyond-end",
            "The file ends in the middle of the log, after a whole sequence",
            "The missing half may have held newer entries. A reader that replays what is left \
            opens a truncated file as if nothing were lost.",
        )
        .ignores("HDR-8")
        .made_by(at_end(Some(5 * MIB)))
        .is_refused("HDR-8"),
        vector(
            "header-log-ends-with-file",
            "The log is the last thing in the file",
            "A reader whose check of the log's end is off by one refuses a good disk.",
        )
        .accepts("HDR-8 HDR-7")
        .made_by(with(at_end(None), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .replays([0]),
        vector(
            "header-log-one-sector-beyond-end",
            "The file is one sector too short for its log",
            "The missing sector may have held a newer entry. A reader whose check of the log's end \
            is off by one opens a truncated file as if nothing were lost.",
        )
        .ignores("HDR-8")
        .made_by(with(at_end(Some(7 * MIB - 4096)), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .is_refused("HDR-8"),
        vector(
            "header-log-end-overflows",
            "LogOffset is 2^64 - 1 MiB",
            "LogOffset + LogLength overflows to 0. A reader that does not check for overflow \
            believes that the log lies inside the file, and crashes or reads the wrong bytes.",
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

/// A log at file offset 0. Its only entry is empty, and its 64 bytes that are not zero are written
/// at 512 KiB, in reserved space.
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
