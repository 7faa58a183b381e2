//! Topic `extension`: files that a replay makes longer, and those it must leave as long as they are
//! (RPL-2, RPL-3).

use vhdx_log_image::{Content, Entry, MIB, Recipe, Tail, Target};

use crate::recipes::{small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

/// Length of the images.
const LENGTH: u64 = 5 * MIB;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        last_file_offset(),
        of_other_entries(),
        targets(),
        seen_by_a_guest(),
        unaligned(),
    ]
    .concat()
}

fn last(entry: Entry, last: u64) -> Entry {
    Entry {
        last_file_offset: Some(last),
        ..entry
    }
}

fn last_file_offset() -> Vec<VectorSource> {
    let alone = |value| small().then(last(write(1), value));
    let replayed = |id, title, why, value| {
        vector(id, title, why)
            .accepts("RPL-3")
            .by_file()
            .made_by(alone(value))
            .replays([0])
    };
    vec![
        replayed(
            "last-offset-above-length",
            "LastFileOffset is 1 MiB more than the file's length",
            "finds who extends a file only when the value is no multiple of 1 MiB, or not at all",
            LENGTH + MIB,
        ),
        replayed(
            "last-offset-above-4-gib",
            "LastFileOffset is 4 GiB + 8 MiB",
            "who keeps 32 bits sees 8 MiB",
            (4 << 30) + 8 * MIB,
        ),
        replayed(
            "last-offset-is-length",
            "LastFileOffset is the file's length",
            "nothing to do",
            LENGTH,
        ),
        replayed(
            "last-offset-below-length",
            "LastFileOffset is 1 MiB less than the file's length",
            "a file is never made shorter: payload behind it would be gone",
            LENGTH - MIB,
        ),
        vector(
            "last-offset-length-not-whole-mib",
            "the file is 5 MiB + 4 KiB long, LastFileOffset 5 MiB",
            "a length is not rounded, neither up nor down",
        )
        .accepts("RPL-3")
        .by_file()
        .made_by(with(alone(LENGTH), |recipe| {
            recipe.length = Some(LENGTH + 4096)
        }))
        .replays([0]),
        vector(
            "last-offset-length-odd",
            "the file is 5 MiB + 700 bytes long",
            "its end is not in whole sectors",
        )
        .accepts("RPL-3")
        .by_file()
        .made_by(with(alone(LENGTH), |recipe| {
            recipe.length = Some(LENGTH + 700)
        }))
        .replays([0]),
    ]
}

fn of_other_entries() -> Vec<VectorSource> {
    let three = |values: [u64; 3]| {
        small()
            .then(last(write(1), values[0]))
            .then(last(write(2), values[1]))
            .then(last(write(3).with_tail(Tail::Item(1)), values[2]))
    };
    let replayed = |id, title, values| {
        vector(id, title, "only the head's value counts")
            .accepts("RPL-3")
            .ignores("RPL-3")
            .by_file()
            .made_by(three(values))
            .replays([1, 2])
    };
    vec![
        replayed(
            "last-offset-of-head-alone",
            "only the head's LastFileOffset is above the file's length",
            [LENGTH, LENGTH, LENGTH + MIB],
        ),
        replayed(
            "last-offset-of-tail-alone",
            "only the tail's LastFileOffset is above the file's length",
            [LENGTH, LENGTH + MIB, LENGTH],
        ),
        replayed(
            "last-offset-of-first-alone",
            "only an applied entry's LastFileOffset is above the file's length",
            [LENGTH + MIB, LENGTH, LENGTH],
        ),
        vector(
            "last-offset-not-flushed-offset",
            "FlushedFileOffset is 3 MiB, LastFileOffset 7 MiB",
            "two different fields",
        )
        .accepts("RPL-3 SEQ-8")
        .by_file()
        .made_by(small().then(Entry {
            flushed_file_offset: Some(3 * MIB),
            last_file_offset: Some(7 * MIB),
            ..write(1)
        }))
        .replays([0]),
    ]
}

fn targets() -> Vec<VectorSource> {
    let beyond = |id, title, why, entry: Entry| {
        vector(id, title, why)
            .accepts("RPL-2")
            .by_file()
            .made_by(small().then(entry))
            .replays([0])
    };
    vec![
        beyond(
            "target-at-end",
            "an entry writes the sector right behind the file's end",
            "the file grows by a sector",
            Entry::empty().data(Target::Beyond(0)),
        ),
        beyond(
            "target-behind-end",
            "an entry writes three sectors behind the file's end",
            "what lies between is zeros",
            Entry::empty().data(Target::Beyond(3)),
        ),
        beyond(
            "target-last-offset-more",
            "an entry writes behind the file's end, LastFileOffset is 2 MiB behind it",
            "the greater of the two counts",
            last(Entry::empty().data(Target::Beyond(3)), LENGTH + 2 * MIB),
        ),
        beyond(
            "target-above-4-gib",
            "an entry writes at 4 GiB + 4 MiB + 8 KiB",
            "who keeps 32 bits writes payload",
            Entry::empty().data(Target::At((4 << 30) + 4 * MIB + 8192)),
        ),
        vector(
            "target-in-file-does-not-extend",
            "the file is 1 MiB longer than its structures, and all targets are inside",
            "nothing to extend, nothing to cut off",
        )
        .accepts("RPL-2 RPL-3")
        .ignores("RPL-2")
        .by_file()
        .made_by(with(small().then(write(1)), |recipe| {
            recipe.geometry.spare_mib = 1
        }))
        .replays([0]),
    ]
}

/// The log writes a BAT in which a second block is present, behind the end of the file.
fn seen_by_a_guest() -> Vec<VectorSource> {
    let table = || Entry::empty().content(Target::Bat(0), Content::BlockTable(2));
    let longer = |entry| last(entry, LENGTH + MIB);
    let replayed = |id, title, why, recipe: Recipe, replayed: std::ops::Range<usize>| {
        vector(id, title, why)
            .accepts("RPL-2 RPL-3 RPL-4")
            .made_by(recipe)
            .replays(replayed)
    };
    vec![
        replayed(
            "new-block-empty",
            "the log makes a second block present; LastFileOffset makes room for it",
            "without the room the block lies outside the file, and the disk cannot be read",
            small().then(longer(table())),
            0..1,
        ),
        replayed(
            "new-block-written",
            "the log makes a second block present and writes its sectors 0 and 255",
            "the room comes from the targets",
            small().then(
                table()
                    .data(Target::Payload(256))
                    .data(Target::Payload(511)),
            ),
            0..1,
        ),
        replayed(
            "new-block-in-two-entries",
            "one entry writes a sector of a second block, the next makes it present",
            "each is nothing without the other",
            small()
                .then(longer(Entry::empty().data(Target::Payload(300))))
                .then(longer(table().with_tail(Tail::Item(0)))),
            0..2,
        ),
        replayed(
            "block-gone",
            "the log makes the only block absent",
            "the guest sees zeros where it was",
            small().then(Entry::empty().content(Target::Bat(0), Content::BlockTable(0))),
            0..1,
        ),
    ]
}

fn unaligned() -> Vec<VectorSource> {
    let open = |id, title, value: u64, exact: bool| {
        let source =
            vector(id, title, "the format wants a multiple of 1 MiB; what a reader makes of another value is left open")
                .open("ENT-9")
                .accepts("ENT-9")
                .ignores("ENT-9")
                .by_file()
                .made_by(small().then(last(write(1), value)))
                .reading("rounded up", items([0]));
        let source = if exact {
            source.reading("as it is", crate::source::exactly([0], value))
        } else {
            source
        };
        source.reading("no entry", refuses("SEQ-7"))
    };
    vec![
        open(
            "last-offset-unaligned-above",
            "LastFileOffset is 512 bytes above the file's length",
            LENGTH + 512,
            true,
        ),
        open(
            "last-offset-unaligned-below",
            "LastFileOffset is 512 bytes below the file's length",
            LENGTH - 512,
            false,
        ),
    ]
}
