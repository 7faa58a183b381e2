//! Topic `extension`: files that a replay makes longer, and those whose length it must not change
//! (RPL-2, RPL-3).

mod build;
mod two_gib;

use vhdx_log_image::{Content, Entry, MIB, Recipe, Tail, Target};

use self::build::{LENGTH, last};
use crate::recipes::{small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        last_file_offset(),
        of_other_entries(),
        targets(),
        seen_by_a_guest(),
        unaligned(),
        two_gib::vectors(),
    ]
    .concat()
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
            "A reader that does not extend the file, or only for values that are not multiples of \
            1 MiB, leaves allocated space outside it.",
            LENGTH + MIB,
        ),
        replayed(
            "last-offset-above-4-gib",
            "LastFileOffset is 4 GiB + 8 MiB",
            "A reader that truncates the field to 32 bits sees 8 MiB and leaves allocated space \
            outside the file.",
            (4 << 30) + 8 * MIB,
        ),
        replayed(
            "last-offset-is-length",
            "LastFileOffset equals the file's length",
            "The file is long enough. A reader that extends it anyway leaves it longer than its \
            writer did.",
            LENGTH,
        ),
        replayed(
            "last-offset-below-length",
            "LastFileOffset is 1 MiB less than the file's length",
            "A file is never shortened. A reader that cuts it at LastFileOffset destroys the \
            payload after that.",
            LENGTH - MIB,
        ),
        vector(
            "last-offset-length-not-whole-mib",
            "The file is 5 MiB + 4 KiB long, and LastFileOffset is 5 MiB",
            "The file's length is not rounded. A reader that rounds it down destroys a sector, and \
            one that rounds it up leaves it longer than its writer did.",
        )
        .accepts("RPL-3")
        .by_file()
        .made_by(with(alone(LENGTH), |recipe| {
            recipe.length = Some(LENGTH + 4096)
        }))
        .replays([0]),
        vector(
            "last-offset-length-odd",
            "The file is 5 MiB + 700 bytes long",
            "The file does not end on a sector boundary. A reader that works in whole sectors cuts \
            off its last bytes, or refuses a good disk.",
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
    let replayed = |id, title, why, values| {
        vector(id, title, why)
            .accepts("RPL-3")
            .ignores("RPL-3")
            .by_file()
            .made_by(three(values))
            .replays([1, 2])
    };
    vec![
        replayed(
            "last-offset-of-head-alone",
            "Only the head's LastFileOffset is above the file's length",
            "Only the head's value counts. A reader that uses another entry's leaves allocated \
            space outside the file.",
            [LENGTH, LENGTH, LENGTH + MIB],
        ),
        replayed(
            "last-offset-of-tail-alone",
            "Only the tail entry's LastFileOffset is above the file's length",
            "Only the head's value counts. A reader that uses the tail's, or the largest, leaves \
            the file longer than its writer did.",
            [LENGTH, LENGTH + MIB, LENGTH],
        ),
        replayed(
            "last-offset-of-first-alone",
            "Only an applied entry's LastFileOffset is above the file's length",
            "Only the head's value counts. A reader that uses the largest of the run leaves the \
            file longer than its writer did.",
            [LENGTH + MIB, LENGTH, LENGTH],
        ),
        vector(
            "last-offset-not-flushed-offset",
            "FlushedFileOffset is 3 MiB, and LastFileOffset is 7 MiB",
            "The two fields mean different things. A reader that mixes them up refuses a good \
            disk, or leaves allocated space outside the file.",
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
            "An entry writes the sector directly after the file's end",
            "The file grows by a sector. A reader that ignores targets outside the file loses the \
            update.",
            Entry::empty().data(Target::Beyond(0)),
        ),
        beyond(
            "target-behind-end",
            "An entry writes the sector that begins three sectors past the file's end",
            "The gap reads as zeros. A reader that ignores the target loses the update, and one \
            that appends it at the old end puts it in the wrong place.",
            Entry::empty().data(Target::Beyond(3)),
        ),
        beyond(
            "target-last-offset-more",
            "An entry writes past the file's end, and LastFileOffset is 2 MiB past it",
            "The greater of the two counts. A reader that extends the file only for its targets \
            leaves allocated space outside it.",
            last(Entry::empty().data(Target::Beyond(3)), LENGTH + 2 * MIB),
        ),
        beyond(
            "target-above-4-gib",
            "An entry writes at 4 GiB + 4 MiB + 8 KiB",
            "A reader that truncates the offset to 32 bits overwrites payload at 4 MiB + 8 KiB.",
            Entry::empty().data(Target::At((4 << 30) + 4 * MIB + 8192)),
        ),
        vector(
            "target-in-file-does-not-extend",
            "The file is 1 MiB longer than its structures, and all targets lie inside it",
            "Nothing is to be extended or cut off. A reader that fits the length to the structures \
            shortens the file, and one that adds to it leaves it longer than its writer did.",
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

/// The log writes a BAT in which a second block is present, past the end of the file.
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
            "The log makes a second block present, and LastFileOffset makes room for it",
            "A reader that does not extend the file leaves the block outside it, and the disk \
            cannot be read.",
            small().then(longer(table())),
            0..1,
        ),
        replayed(
            "new-block-written",
            "The log makes a second block present and writes its sectors 0 and 255",
            "The targets extend the file. A reader that ignores those outside it loses the block's \
            contents, and the disk cannot be read.",
            small().then(
                table()
                    .data(Target::Payload(256))
                    .data(Target::Payload(511)),
            ),
            0..1,
        ),
        replayed(
            "new-block-in-two-entries",
            "One entry writes a sector of a second block, the next one makes the block present",
            "A reader that applies only the newer entry shows a block without its contents; one \
            that applies only the older shows no block.",
            small()
                .then(longer(Entry::empty().data(Target::Payload(300))))
                .then(longer(table().with_tail(Tail::Item(0)))),
            0..2,
        ),
        replayed(
            "block-gone",
            "The log makes the only block absent",
            "The guest then reads zeros there. A reader that loads the BAT before the replay still \
            shows the old block.",
            small().then(Entry::empty().content(Target::Bat(0), Content::BlockTable(0))),
            0..1,
        ),
    ]
}

fn unaligned() -> Vec<VectorSource> {
    let open = |id, title, why, value: u64| {
        vector(id, title, why)
            .open("ENT-9")
            .accepts("ENT-9")
            .ignores("ENT-9")
            .by_file()
            .made_by(small().then(last(write(1), value)))
            .reading("rounded up", items([0]))
            .reading("as it is", crate::source::exactly([0], value))
            .reading("no entry", refuses("SEQ-7"))
    };
    vec![
        open(
            "last-offset-unaligned-above",
            "LastFileOffset is 512 bytes above the file's length",
            "The format wants a multiple of 1 MiB: a reader may round up, take the value as it is, \
            or reject the entry. A reader that ignores the field leaves allocated space outside \
            the file.",
            LENGTH + 512,
        ),
        open(
            "last-offset-unaligned-below",
            "LastFileOffset is 512 bytes below the file's length",
            "The format wants a multiple of 1 MiB: a reader may round up, take the value as it is, \
            or reject the entry. A reader that cuts the file at this value destroys its last 512 \
            bytes.",
            LENGTH - 512,
        ),
    ]
}
