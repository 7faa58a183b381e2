//! Offsets and lengths of 2 GiB and more, and with the top bit set (RPL-2, RPL-3, SEQ-8, DSC-5).

use vhdx_log_image::{Entry, MIB, Recipe, Target};

use super::build::{LENGTH, last};
use crate::recipes::{small, write};
use crate::source::{VectorSource, vector};

const GIB_2: u64 = 2 << 30;

pub(super) fn vectors() -> Vec<VectorSource> {
    [replayed(), refused()].concat()
}

fn replayed() -> Vec<VectorSource> {
    let grown = |id, title, why, flaw, recipe: Recipe| {
        vector(id, title, why)
            .by_file()
            .shows(flaw)
            .made_by(recipe)
            .replays([0])
    };
    vec![
        grown(
            "last-offset-above-2-gib",
            "LastFileOffset is 2 GiB + 8 MiB",
            "A reader that treats the field as a signed 32-bit integer, or drops that bit, leaves \
            allocated space outside the file.",
            "last-file-offset-31-bit",
            small().then(last(write(1), GIB_2 + 8 * MIB)),
        )
        .accepts("RPL-3"),
        grown(
            "target-above-2-gib",
            "An entry writes at 2 GiB + 4 MiB + 8 KiB",
            "A reader that treats the offset as a signed 32-bit integer, or drops that bit, \
            overwrites payload at 4 MiB + 8 KiB or loses the update.",
            "file-offset-31-bit",
            small().then(Entry::empty().data(Target::At(GIB_2 + 4 * MIB + 8192))),
        )
        .accepts("RPL-2"),
        grown(
            "zero-longer-than-2-gib",
            "An entry zeroes 2 GiB + 4 KiB from sector 1 on, far past the file's end",
            "A reader that treats the length as a signed 32-bit integer, or drops that bit, erases \
            one sector and leaves old contents in the others.",
            "zero-length-31-bit",
            small().then(Entry::empty().zero(Target::Payload(1), GIB_2 + 4096)),
        )
        .accepts("RPL-1 RPL-10"),
    ]
}

fn refused() -> Vec<VectorSource> {
    let refused = |id, title, why, flaw, clauses: &str, recipe: Recipe| {
        vector(id, title, why)
            .safe()
            .ignores(clauses)
            .shows(flaw)
            .made_by(recipe)
    };
    vec![
        refused(
            "flushed-above-by-2-gib",
            "FlushedFileOffset is 2 GiB + 1 MiB",
            "The file was longer than that. A reader that treats the field as a signed 32-bit \
            integer, or drops that bit, opens a truncated file as if nothing were lost.",
            "flushed-file-offset-31-bit",
            "SEQ-8",
            small().then(Entry {
                flushed_file_offset: Some(GIB_2 + MIB),
                last_file_offset: Some(LENGTH),
                ..write(1)
            }),
        )
        .is_refused("SEQ-8"),
        refused(
            "target-top-bit",
            "An entry writes at 2^63 + 4 MiB + 8 KiB",
            "No file reaches that far. A reader that drops the top bit overwrites payload at 4 MiB \
            + 8 KiB.",
            "file-offset-63-bit",
            "DSC-5",
            small().then(Entry::empty().data(Target::At((1 << 63) + 4 * MIB + 8192))),
        )
        .is_refused("DSC-5 RPL-9 SEQ-7"),
        refused(
            "zero-length-top-bit",
            "An entry zeroes 2^63 + 4 KiB from sector 1 on",
            "No file reaches that far. A reader that drops the top bit erases one sector, and \
            hides that the entry is not one that a writer can mean.",
            "zero-length-63-bit",
            "DSC-5",
            small().then(Entry::empty().zero(Target::Payload(1), (1 << 63) + 4096)),
        )
        .is_refused("DSC-5 RPL-9 SEQ-7"),
    ]
}
