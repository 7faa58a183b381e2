//! Fields of a header of which only a part is wrong, or large: the upper half of 64 bits, the top
//! bit, 2^31 and 2^32 (HDR-2, HDR-8, UPD-1).

use vhdx_log_image::{Content, Entry, Header, MIB, Recipe, Target};

use super::edit::{both, clean, headed, numbered, same};
use crate::recipes::{small, with};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [place(), numbers()].concat()
}

/// An entry below the log, so that a log of any length does not reach its target.
fn restoring_a_region_table(change: impl Fn(&mut Header)) -> Recipe {
    let entry = Entry::empty().content(Target::RegionTable(0), Content::Original);
    with(small().then(entry), |recipe| {
        change(&mut recipe.header_1);
        change(&mut recipe.header_2);
    })
}

fn place() -> Vec<VectorSource> {
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
            .ignores("HDR-8")
            .made_by(recipe)
            .is_refused("HDR-8")
    };
    vec![
        refused(
            "log-offset-upper-half",
            "LogOffset is 4 GiB + 1 MiB; a whole sequence lies at 1 MiB",
            "The file ends at 5 MiB. A reader that drops the upper half of LogOffset replays what \
            it finds at 1 MiB, which no header names.",
            both(|header| header.log_offset = Some((4 << 30) + MIB)),
        )
        .shows("log-offset-32-bit"),
        refused(
            "log-offset-top-bit",
            "LogOffset is 2^63 + 1 MiB; a whole sequence lies at 1 MiB",
            "A reader that drops the top bit, or treats the field as signed, replays what it finds \
            at 1 MiB, or reads before the file's start.",
            both(|header| header.log_offset = Some((1 << 63) + MIB)),
        )
        .shows("log-offset-63-bit"),
        refused(
            "log-length-top-bit",
            "LogLength is 2 GiB + 1 MiB; a whole sequence lies in the first MiB",
            "The file ends at 5 MiB. A reader that treats the field as signed, or drops its top \
            bit, replays a log of which most is missing.",
            both(|header| header.log_length = Some((1 << 31) + (1 << 20))),
        )
        .shows("log-length-31-bit"),
        refused(
            "log-end-overflows-32-bits",
            "LogOffset is 1 MiB, and LogLength is 4 GiB - 1 MiB",
            "The log would end at 4 GiB, which is 0 in 32 bits. A reader that adds in 32 bits \
            believes that the log lies inside the file, and replays a log of which most is \
            missing.",
            restoring_a_region_table(|header| header.log_length = Some(u32::MAX - (1 << 20) + 1)),
        )
        .shows("log-end-32-bit"),
    ]
}

fn numbers() -> Vec<VectorSource> {
    vec![
        vector(
            "header-numbers-around-2-31",
            "The headers have numbers 2^31 - 1 (clean) and 2^31",
            "A reader that compares the numbers as signed 32-bit integers takes the clean header \
            and shows the disk without its last changes.",
        )
        .accepts("HDR-2")
        .shows("header-numbers-of-32-bit-signed")
        .made_by(headed(
            |header| {
                clean(header);
                numbered((1 << 31) - 1)(header);
            },
            numbered(1 << 31),
        ))
        .replays([0]),
        vector(
            "header-number-carries-at-2-32",
            "The current header has number 2^32 - 1",
            "The next number is 2^32. A program that increments only the lower 32 bits writes 0, \
            and the old header stays current: the log is replayed again over newer contents.",
        )
        .accepts("UPD-1")
        .by_file()
        .shows("header-number-without-carry")
        .made_by(headed(same, numbered(u64::from(u32::MAX))))
        .replays([0]),
    ]
}
