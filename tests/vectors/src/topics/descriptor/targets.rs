//! Targets in the headers, in the log, and beyond what an offset can hold (DSC-5 to DSC-7).

use vhdx_log_image::{Content, Entry, Target};

use super::build::zero;
use crate::recipes::{break_region_table_1, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [headers(), log(), range()].concat()
}

/// The only entry has a target that no entry may have. Whether it counts as an entry (DSC-9) or not
/// (SEQ-7), the file is refused.
fn refused(id: &str, title: &str, why: &str, clause: &str, entry: Entry) -> VectorSource {
    vector(id, title, why)
        .safe()
        .ignores(&format!("{clause} RPL-8"))
        .made_by(small().then(entry))
        .is_refused(&format!("{clause} SEQ-7"))
}

fn headers() -> Vec<VectorSource> {
    let data = |target| Entry::empty().data(target);
    vec![
        refused(
            "target-identifier",
            "An entry writes to the file identifier",
            "The entry was not torn but written so. A reader that applies it makes the file \
            unrecognisable; one that skips it loses what was logged.",
            "DSC-6",
            data(Target::Identifier(0)),
        )
        .ignores("DSC-6 FID-2"),
        refused(
            "target-header-1",
            "An entry writes to header 1",
            "The entry was not torn but written so. A reader that applies it overwrites a header \
            during its own replay; one that skips it loses what was logged.",
            "DSC-6",
            data(Target::Header(0)),
        ),
        refused(
            "target-header-2",
            "An entry writes to header 2",
            "A reader that protects only header 1 overwrites header 2 during its own replay; one \
            that skips the entry loses what was logged.",
            "DSC-6",
            data(Target::Header(16)),
        ),
        refused(
            "target-zero-headers",
            "An entry zeroes both headers",
            "A reader that applies this entry leaves a file without a valid header, which no \
            program can open; one that skips it loses what was logged.",
            "DSC-6",
            zero(Target::Header(0), 128 << 10),
        ),
        refused(
            "target-zero-whole-file",
            "An entry zeroes the first 4 MiB",
            "A reader that applies this entry erases headers, log and metadata, and with them the \
            whole disk; one that skips it loses what was logged.",
            "DSC-6",
            zero(Target::At(0), 4 << 20),
        ),
        refused(
            "target-zero-into-region-table",
            "An entry zeroes from 188 KiB to 196 KiB",
            "The range begins below 192 KiB and ends above it. A reader that checks only its end \
            erases part of the header section; one that skips the entry loses what was logged.",
            "DSC-6",
            zero(Target::Header(31), 8192),
        ),
        vector(
            "target-region-table",
            "An entry writes region table 1",
            "Region tables are updated through the log. A reader that protects everything below 1 \
            MiB refuses a good disk.",
        )
        .safe()
        .accepts("DSC-6")
        .made_by(with(
            small().then(write(1).content(Target::RegionTable(0), Content::Original)),
            break_region_table_1,
        ))
        .replays([0]),
        vector(
            "target-header-of-length-zero",
            "An entry zeroes 0 bytes at file offset 0, and writes a sector",
            "A target of length 0 touches nothing. A reader that refuses the file because of it \
            makes a good disk unreadable.",
        )
        .safe()
        .accepts("DSC-9 DSC-4")
        .made_by(small().then(zero(Target::At(0), 0).data(Target::Payload(1))))
        .replays([0]),
    ]
}

fn log() -> Vec<VectorSource> {
    // Log from 2 MiB to 3 MiB, so that there is something before it.
    let before = |entry: Entry| {
        with(small().then(entry), |recipe| {
            recipe.geometry.log_offset_mib = 2;
            recipe.geometry.spare_mib = 0;
        })
    };
    let refused_there = |id, title, why, entry| refused(id, title, why, "DSC-7", entry);
    let at = |mib: u64, sectors: i64| Target::At((mib << 20).wrapping_add_signed(4096 * sectors));
    vec![
        refused_there(
            "target-log-first-sector",
            "An entry writes to the log's first sector",
            "A reader that applies this entry overwrites the log during its own replay, and after \
            a crash there is nothing left to replay; one that skips it loses what was logged.",
            Entry::empty().data(Target::Log(0)),
        ),
        refused_there(
            "target-log-last-sector",
            "An entry writes to the log's last sector",
            "A reader whose check of the log's end is off by one overwrites the log during its own \
            replay; one that skips the entry loses what was logged.",
            Entry::empty().data(Target::Log(255)),
        ),
        refused_there(
            "target-zero-into-log",
            "A zero range begins 4 KiB before the log and ends in it",
            "A reader that checks only where a range begins erases part of the log during its own \
            replay; one that skips the entry loses what was logged.",
            zero(at(1, -1), 8192),
        ),
        refused_there(
            "target-zero-out-of-log",
            "A zero range begins in the log and ends past it",
            "A reader that checks only where a range ends erases part of the log during its own \
            replay; one that skips the entry loses what was logged.",
            zero(Target::Log(255), 8192),
        ),
        refused_there(
            "target-zero-around-log",
            "A zero range begins before the log and ends past it",
            "A reader that checks only the two ends of a range erases the whole log during its own \
            replay; one that skips the entry loses what was logged.",
            zero(at(1, -1), (1 << 20) + 8192),
        ),
        vector(
            "target-before-log",
            "An entry writes the last sector before the log",
            "A reader whose check of the log's start is off by one refuses a good disk.",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1))))
        .replays([0]),
        vector(
            "target-behind-log",
            "An entry writes the first sector after the log",
            "A reader whose check of the log's end is off by one refuses a good disk.",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(
            write(1).content(at(3, 0), Content::Original).data(at(3, 1)),
        ))
        .replays([0]),
        vector(
            "target-zero-up-to-log",
            "A zero range ends where the log begins",
            "A reader that counts the end of a range as part of it refuses a good disk.",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1)).zero(at(2, -2), 8192)))
        .replays([0]),
        vector(
            "target-zero-from-log-end",
            "A zero range begins where the log ends",
            "A reader that counts the end of the log as part of it refuses a good disk.",
        )
        .safe()
        .accepts("DSC-7")
        .made_by(with(
            small().then(zero(Target::Payload(0), 8192)),
            |recipe| {
                // Metadata, BAT, log, payload.
                recipe.geometry.log_offset_mib = 3;
            },
        ))
        .replays([0]),
    ]
}

fn range() -> Vec<VectorSource> {
    const TOP: u64 = 1 << 63;
    let unlimited = |id, title, why, entry: Entry| {
        vector(id, title, why)
            .safe()
            .ignores("DSC-5")
            .limited_to(u64::MAX)
            .made_by(small().then(entry))
            .is_refused("DSC-5 SEQ-7")
    };
    vec![
        unlimited(
            "target-at-2-63",
            "An entry writes at 2^63",
            "A reader that holds offsets in signed 64-bit integers sees a negative one, and \
            crashes or writes to the wrong place.",
            Entry::empty().data(Target::At(TOP)),
        ),
        unlimited(
            "target-up-to-2-63",
            "A zero range ends at 2^63",
            "The end does not fit in a signed 64-bit integer. A reader that does not check it \
            computes a negative end, and crashes or erases the wrong bytes.",
            zero(Target::At(TOP - 8192), 8192),
        ),
        unlimited(
            "target-end-overflows",
            "A zero range ends at 2^64 + 4096, which is 4096 in 64 bits",
            "A reader that adds without a check for overflow believes that the range lies inside \
            the file, and crashes or erases the wrong bytes.",
            zero(Target::At(u64::MAX - 4095), 8192),
        ),
        unlimited(
            "target-last-sector-there-is",
            "An entry writes at 2^64 - 4096",
            "Offset plus length overflows to 0. A reader that does not check for overflow believes \
            that the target lies inside the file, and crashes or writes to the wrong place.",
            Entry::empty().data(Target::At(u64::MAX - 4095)),
        ),
        vector(
            "target-around-everything",
            "A zero range of 2^64 - 4096 bytes",
            "The end of the range overflows to a place before its start. A reader that does not \
            check for overflow accepts the range, and erases the file or runs for years.",
        )
        .safe()
        .ignores("DSC-5 DSC-7")
        .made_by(small().then(zero(Target::Payload(0), u64::MAX - 4095)))
        .is_refused("DSC-5 RPL-9 SEQ-7"),
        vector(
            "target-below-2-63",
            "An entry zeroes 0 bytes at 2^63 - 4096, and writes a sector",
            "The range ends within 2^63 - 1 and touches nothing. A reader that refuses the file \
            because of it makes a good disk unreadable.",
        )
        .safe()
        .accepts("DSC-5")
        .made_by(small().then(zero(Target::At(TOP - 4096), 0).data(Target::Payload(1))))
        .replays([0]),
    ]
}
