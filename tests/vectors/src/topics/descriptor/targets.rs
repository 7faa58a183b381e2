//! Targets in the headers, in the log, and beyond what an offset can hold (DSC-5 to DSC-7).

use vhdx_log_image::{Content, Entry, Target};

use super::build::zero;
use crate::recipes::{break_region_table_1, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [headers(), log(), range()].concat()
}

/// An entry with a target that no file may have: alone, it makes the file unreadable either way.
fn refused(id: &str, title: &str, clause: &str, entry: Entry) -> VectorSource {
    let why = "not torn but written so: applying it destroys the file, passing over it loses what follows";
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
            "an entry writes the file identifier",
            "DSC-6",
            data(Target::Identifier(0)),
        )
        .ignores("DSC-6 FID-2"),
        refused(
            "target-header-1",
            "an entry writes header 1",
            "DSC-6",
            data(Target::Header(0)),
        ),
        refused(
            "target-header-2",
            "an entry writes header 2",
            "DSC-6",
            data(Target::Header(16)),
        ),
        refused(
            "target-zero-headers",
            "an entry zeroes both headers",
            "DSC-6",
            zero(Target::Header(0), 128 << 10),
        ),
        refused(
            "target-zero-whole-file",
            "an entry zeroes the first 4 MiB",
            "DSC-6",
            zero(Target::At(0), 4 << 20),
        ),
        refused(
            "target-zero-into-region-table",
            "an entry zeroes from 188 KiB to 196 KiB",
            "DSC-6",
            zero(Target::Header(31), 8192),
        ),
        vector(
            "target-region-table",
            "an entry writes region table 1",
            "region tables are written through the log",
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
            "an entry zeroes 0 bytes at file offset 0, and writes a sector",
            "a target of length 0 touches nothing",
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
    let refused_there = |id, title, entry| refused(id, title, "DSC-7", entry);
    let at = |mib: u64, sectors: i64| Target::At((mib << 20).wrapping_add_signed(4096 * sectors));
    vec![
        refused_there(
            "target-log-first-sector",
            "an entry writes the log's first sector",
            Entry::empty().data(Target::Log(0)),
        ),
        refused_there(
            "target-log-last-sector",
            "an entry writes the log's last sector",
            Entry::empty().data(Target::Log(255)),
        ),
        refused_there(
            "target-zero-into-log",
            "a zero range begins 4 KiB before the log and ends in it",
            zero(at(1, -1), 8192),
        ),
        refused_there(
            "target-zero-out-of-log",
            "a zero range begins in the log and ends behind it",
            zero(Target::Log(255), 8192),
        ),
        refused_there(
            "target-zero-around-log",
            "a zero range begins before the log and ends behind it",
            zero(at(1, -1), (1 << 20) + 8192),
        ),
        vector(
            "target-before-log",
            "an entry writes the last sector before the log",
            "off by one at the log's start",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1))))
        .replays([0]),
        vector(
            "target-behind-log",
            "an entry writes the first sector behind the log",
            "off by one at the log's end",
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
            "a zero range ends where the log begins",
            "off by one at the log's start",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1)).zero(at(2, -2), 8192)))
        .replays([0]),
        vector(
            "target-zero-from-log-end",
            "a zero range begins where the log ends",
            "off by one at the log's end",
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
    let unlimited = |id, title, entry: Entry| {
        vector(
            id,
            title,
            "offset plus length passes what a signed 64-bit offset can hold",
        )
        .safe()
        .ignores("DSC-5")
        .limited_to(u64::MAX)
        .made_by(small().then(entry))
        .is_refused("DSC-5 SEQ-7")
    };
    vec![
        unlimited(
            "target-at-2-63",
            "an entry writes at 2^63",
            Entry::empty().data(Target::At(TOP)),
        ),
        unlimited(
            "target-up-to-2-63",
            "a zero range ends at 2^63",
            zero(Target::At(TOP - 8192), 8192),
        ),
        unlimited(
            "target-end-overflows",
            "a zero range ends at 2^64 + 4096: at 4096, in 64 bits",
            zero(Target::At(u64::MAX - 4095), 8192),
        ),
        unlimited(
            "target-last-sector-there-is",
            "an entry writes at 2^64 - 4096",
            Entry::empty().data(Target::At(u64::MAX - 4095)),
        ),
        vector(
            "target-around-everything",
            "a zero range of 2^64 - 4096 bytes",
            "its end overflows onto itself",
        )
        .safe()
        .ignores("DSC-5 DSC-7")
        .made_by(small().then(zero(Target::Payload(0), u64::MAX - 4095)))
        .is_refused("DSC-5 RPL-9 SEQ-7"),
        vector(
            "target-below-2-63",
            "a zero range of 0 bytes at 2^63 - 4096, and a sector",
            "it ends within what there is",
        )
        .safe()
        .accepts("DSC-5")
        .made_by(small().then(zero(Target::At(TOP - 4096), 0).data(Target::Payload(1))))
        .replays([0]),
    ]
}
