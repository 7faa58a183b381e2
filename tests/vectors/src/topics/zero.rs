//! Topic `zero`: zero descriptors. No real writer seen uses them, so real files never show which
//! readers get them wrong.

mod apart;
mod build;

use vhdx_log_image::{Entry, MIB, Recipe, SECTOR, Tail, Target};

use self::build::zero;
use crate::recipes::{small, with, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [ranges(), order(), ends(), apart::vectors()].concat()
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
            "An entry zeroes sector 2",
            "A reader that ignores zero descriptors shows old contents, and one that miscounts the \
            range erases a neighbouring sector.",
            zero(Target::Payload(2), SECTOR),
        ),
        alone(
            "zero-two-sectors",
            "An entry zeroes sectors 2 and 3",
            "A reader that zeroes one sector for each descriptor leaves old contents in the \
            second.",
            zero(Target::Payload(2), 8192),
        ),
        alone(
            "zero-whole-block",
            "An entry zeroes the whole block with one descriptor",
            "A descriptor of 32 bytes erases 1 MiB. A reader that limits a range to less leaves \
            old contents in the block.",
            zero(Target::Payload(0), MIB),
        ),
        alone(
            "zero-overlapping",
            "Two zero descriptors overlap",
            "What is zeroed twice is zero. A reader that rejects overlapping ranges refuses a good \
            disk.",
            zero(Target::Payload(1), 3 * SECTOR).zero(Target::Payload(2), 4 * SECTOR),
        ),
        alone(
            "zero-far-apart",
            "An entry zeroes sectors 1 and 255",
            "A reader that merges the two ranges erases everything between them.",
            zero(Target::Payload(1), SECTOR).zero(Target::Payload(255), SECTOR),
        ),
        alone(
            "zero-block-table",
            "An entry zeroes the first sector of the BAT",
            "All blocks are then absent. A reader that loads the BAT before the replay still shows \
            the old blocks.",
            zero(Target::Bat(0), SECTOR),
        ),
        alone(
            "zero-what-is-zero",
            "An entry zeroes sectors that are zeros already",
            "A replay that changes no data is still a replay. A program that skips it leaves the \
            file dirty, and one that rejects the entry refuses a good disk.",
            zero(Target::Payload(100), 4 * SECTOR),
        ),
    ]
}

fn order() -> Vec<VectorSource> {
    let first = Tail::Item(0);
    vec![
        replayed(
            "zero-then-data",
            "An entry zeroes sectors 1 to 4 and then writes sector 2",
            "The later descriptor wins. A reader that applies zero descriptors last erases the new \
            contents of sector 2.",
            small().then(zero(Target::Payload(1), 4 * SECTOR).data(Target::Payload(2))),
            0..1,
        ),
        replayed(
            "data-then-zero",
            "An entry writes sector 2 and then zeroes sectors 1 to 4",
            "The later descriptor wins. A reader that applies data descriptors last shows contents \
            that were erased.",
            small().then(write(2).zero(Target::Payload(1), 4 * SECTOR)),
            0..1,
        ),
        replayed(
            "zero-between-data",
            "An entry writes sectors 2 and 3, zeroes 2 to 5, and writes 3 and 5",
            "Some of the data is erased by the zeros, some is written after them. A reader that \
            sorts descriptors by kind shows erased contents, or erases new ones.",
            small().then(
                write(2)
                    .data(Target::Payload(3))
                    .zero(Target::Payload(2), 4 * SECTOR)
                    .data(Target::Payload(3))
                    .data(Target::Payload(5)),
            ),
            0..1,
        ),
        replayed(
            "zero-in-older-entry",
            "The older entry zeroes sectors 1 to 4, the newer one writes sector 2",
            "A reader that applies all zero descriptors last erases the new contents of sector 2.",
            small()
                .then(zero(Target::Payload(1), 4 * SECTOR))
                .then(write(2).with_tail(first)),
            0..2,
        ),
        replayed(
            "zero-in-newer-entry",
            "The older entry writes sector 2, the newer one zeroes sectors 1 to 4",
            "A reader that applies all zero descriptors first shows contents that were erased.",
            small()
                .then(write(2))
                .then(zero(Target::Payload(1), 4 * SECTOR).with_tail(first)),
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
            "An entry zeroes the last three sectors of the file",
            "The file keeps its length. A reader that cuts off the end instead of zeroing it \
            leaves part of a block outside the file.",
            "RPL-10",
            small().then(zero(Target::Payload(253), 3 * SECTOR)),
        ),
        by_file(
            "zero-across-end-of-file",
            "An entry zeroes two sectors before the file's end and two past it",
            "The file grows, and the part inside it becomes zeros. A reader that only extends the \
            file leaves old contents in the first two sectors.",
            "RPL-2 RPL-10",
            small().then(zero(Target::Payload(254), 4 * SECTOR)),
        ),
        by_file(
            "zero-behind-end-of-file",
            "An entry zeroes four sectors, beginning two sectors past the file's end",
            "A zero range extends the file as data does. A reader that ignores it leaves the file \
            too short.",
            "RPL-2 RPL-10",
            small().then(zero(Target::Beyond(2), 4 * SECTOR)),
        ),
        by_file(
            "zero-longer-than-4-gib",
            "An entry zeroes 4 GiB + 4 KiB from sector 1 on, far past the file's end",
            "A reader that truncates the length to 32 bits zeroes one sector and leaves old \
            contents in the rest.",
            "RPL-1 RPL-9 RPL-10",
            small().then(zero(Target::Payload(1), (4 << 30) + 4096)),
        ),
        by_file(
            "zero-file-not-whole-sectors",
            "An entry zeroes the last sector of a file that ends within it",
            "The file then ends with the zero range. A reader that stops at the old end leaves the \
            file too short.",
            "RPL-2 RPL-10",
            with(small().then(zero(Target::Beyond(0), SECTOR)), |recipe| {
                recipe.length = Some(5 * MIB + 700)
            }),
        ),
    ]
}
