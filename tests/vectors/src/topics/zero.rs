//! Topic `zero`: zero descriptors. No real writer seen uses them, so real files never show who gets
//! them wrong.

use vhdx_log_image::{Entry, MIB, Recipe, Tail, Target};

use crate::recipes::{small, with, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [ranges(), order(), ends()].concat()
}

fn zero(target: Target, length: u64) -> Entry {
    Entry::empty().zero(target, length)
}

fn replayed(
    id: &str,
    title: &str,
    why: &str,
    recipe: Recipe,
    replayed: std::ops::Range<usize>,
) -> VectorSource {
    vector(id, title, why)
        .accepts("RPL-1")
        .made_by(recipe)
        .replays(replayed)
}

fn ranges() -> Vec<VectorSource> {
    let alone = |id, title, why, entry: Entry| replayed(id, title, why, small().then(entry), 0..1);
    vec![
        alone(
            "zero-one-sector",
            "an entry zeroes sector 2",
            "its neighbours stay as they are",
            zero(Target::Payload(2), 4096),
        ),
        alone(
            "zero-two-sectors",
            "an entry zeroes sectors 2 and 3",
            "the length is more than a sector",
            zero(Target::Payload(2), 8192),
        ),
        alone(
            "zero-whole-block",
            "an entry zeroes the whole block",
            "1 MiB in one descriptor of 32 bytes",
            zero(Target::Payload(0), MIB),
        ),
        alone(
            "zero-overlapping",
            "two zero descriptors that overlap",
            "what was zeroed twice is zero",
            zero(Target::Payload(1), 3 * 4096).zero(Target::Payload(2), 4 * 4096),
        ),
        alone(
            "zero-far-apart",
            "an entry zeroes sectors 1 and 255",
            "and nothing in between",
            zero(Target::Payload(1), 4096).zero(Target::Payload(255), 4096),
        ),
        alone(
            "zero-block-table",
            "an entry zeroes the BAT's first sector",
            "all blocks are then absent",
            zero(Target::Bat(0), 4096),
        ),
        alone(
            "zero-what-is-zero",
            "an entry zeroes sectors that are zeros",
            "changes nothing, and is a replay",
            zero(Target::Payload(100), 4 * 4096),
        ),
    ]
}

fn order() -> Vec<VectorSource> {
    let first = Tail::Item(0);
    vec![
        replayed(
            "zero-then-data",
            "an entry zeroes sectors 1 to 4 and then writes sector 2",
            "the later descriptor wins: zeros first, then data",
            small().then(zero(Target::Payload(1), 4 * 4096).data(Target::Payload(2))),
            0..1,
        ),
        replayed(
            "data-then-zero",
            "an entry writes sector 2 and then zeroes sectors 1 to 4",
            "the later descriptor wins: data first, then zeros",
            small().then(write(2).zero(Target::Payload(1), 4 * 4096)),
            0..1,
        ),
        replayed(
            "zero-between-data",
            "an entry writes sectors 2 and 3, zeroes 2 to 5, and writes 3 and 5",
            "some of it is covered, some comes after",
            small().then(
                write(2)
                    .data(Target::Payload(3))
                    .zero(Target::Payload(2), 4 * 4096)
                    .data(Target::Payload(3))
                    .data(Target::Payload(5)),
            ),
            0..1,
        ),
        replayed(
            "zero-in-older-entry",
            "the older entry zeroes sectors 1 to 4, the newer writes sector 2",
            "zeros of an older entry must not come last",
            small()
                .then(zero(Target::Payload(1), 4 * 4096))
                .then(write(2).with_tail(first)),
            0..2,
        ),
        replayed(
            "zero-in-newer-entry",
            "the older entry writes sector 2, the newer zeroes sectors 1 to 4",
            "zeros of a newer entry must not come first",
            small()
                .then(write(2))
                .then(zero(Target::Payload(1), 4 * 4096).with_tail(first)),
            0..2,
        ),
    ]
}

fn ends() -> Vec<VectorSource> {
    let by_file = |id, title, why, clauses: &str, recipe: Recipe| {
        vector(id, title, why)
            .safe()
            .accepts(clauses)
            .by_file()
            .made_by(recipe)
            .replays([0])
    };
    vec![
        by_file(
            "zero-up-to-end-of-file",
            "an entry zeroes the last three sectors of the file",
            "the file's length stays",
            "RPL-10",
            small().then(zero(Target::Payload(253), 3 * 4096)),
        ),
        by_file(
            "zero-across-end-of-file",
            "an entry zeroes two sectors before and two behind the file's end",
            "the file grows, and the part inside it is zeroed, too",
            "RPL-2 RPL-10",
            small().then(zero(Target::Payload(254), 4 * 4096)),
        ),
        by_file(
            "zero-behind-end-of-file",
            "an entry zeroes four sectors that begin two sectors behind the file's end",
            "a zero range makes the file longer as data does",
            "RPL-2 RPL-10",
            small().then(zero(Target::Beyond(2), 4 * 4096)),
        ),
        by_file(
            "zero-longer-than-4-gib",
            "an entry zeroes 4 GiB + 4 KiB from sector 1 on, behind the file's end",
            "who keeps 32 bits of the length zeroes one sector",
            "RPL-1 RPL-9 RPL-10",
            small().then(zero(Target::Payload(1), (4 << 30) + 4096)),
        ),
        by_file(
            "zero-file-not-whole-sectors",
            "an entry zeroes the last sector of a file that ends within it",
            "the file then ends with the zero range",
            "RPL-2 RPL-10",
            with(small().then(zero(Target::Beyond(0), 4096)), |recipe| {
                recipe.length = Some(5 * MIB + 700)
            }),
        ),
    ]
}
