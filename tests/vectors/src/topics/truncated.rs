//! Topic `truncated`: files shorter than FlushedFileOffset says they must be (SEQ-8).

use vhdx_log_image::{Entry, LogGuid, MIB, Recipe, Tail};

use crate::recipes::{small, with, write};
use crate::source::{VectorSource, vector};

/// Length of the images.
const LENGTH: u64 = 5 * MIB;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [head(), others()].concat()
}

fn flushed(entry: Entry, flushed: u64, last: u64) -> Entry {
    Entry {
        flushed_file_offset: Some(flushed),
        last_file_offset: Some(last),
        ..entry
    }
}

/// Three entries with these values of FlushedFileOffset; the head's tail is the second.
fn three(values: [u64; 3]) -> Recipe {
    let [first, tail, head] = values;
    small()
        .then(flushed(write(1), first, LENGTH))
        .then(flushed(write(2), tail, LENGTH))
        .then(flushed(write(3).with_tail(Tail::Item(1)), head, LENGTH))
}

fn head() -> Vec<VectorSource> {
    let alone = |value| small().then(flushed(write(1), value, LENGTH));
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
            .ignores("SEQ-8 RPL-8")
            .made_by(recipe)
            .is_refused("SEQ-8")
    };
    let cut = |length, recipe: Recipe| with(recipe, |recipe| recipe.length = Some(length));
    vec![
        vector(
            "flushed-is-length",
            "FlushedFileOffset equals the file's length",
            "A file of this length is whole. A reader whose check is off by one refuses a good \
            disk.",
        )
        .accepts("SEQ-8")
        .made_by(alone(LENGTH))
        .replays([0]),
        vector(
            "flushed-below-length",
            "FlushedFileOffset is 1 MiB less than the file's length",
            "FlushedFileOffset is a lower bound. A reader that demands the exact length refuses a \
            good disk.",
        )
        .accepts("SEQ-8")
        .made_by(alone(LENGTH - MIB))
        .replays([0]),
        refused(
            "flushed-above-length",
            "FlushedFileOffset is 1 MiB more than the file's length",
            "What is missing may be payload that this very log refers to. A reader that opens the \
            file hides that it is lost.",
            alone(LENGTH + MIB),
        ),
        refused(
            "flushed-cut-by-a-byte",
            "The file has lost its last byte",
            "A reader that compares lengths in whole sectors or MiB opens a truncated file, and \
            hides that data is lost.",
            cut(LENGTH - 1, alone(LENGTH)),
        ),
        refused(
            "flushed-cut-by-a-sector",
            "The file has lost its last sector",
            "A reader that compares lengths in whole MiB opens a truncated file, and hides that \
            data is lost.",
            cut(LENGTH - 4096, alone(LENGTH)),
        ),
        refused(
            "flushed-above-by-4-gib",
            "FlushedFileOffset is 4 GiB + 1 MiB",
            "A reader that truncates the field to 32 bits sees 1 MiB and accepts a cut file.",
            alone((4 << 30) + MIB),
        ),
        refused(
            "flushed-above-by-2-63",
            "FlushedFileOffset is 2^63 + 1 MiB",
            "A reader that treats the field as signed sees a negative number and accepts a cut \
            file.",
            alone((1 << 63) + MIB),
        ),
        refused(
            "flushed-largest",
            "FlushedFileOffset is 2^64 - 1 MiB",
            "A reader that adds to the field overflows to 0 and accepts a cut file.",
            alone(u64::MAX - MIB + 1),
        ),
        vector(
            "flushed-cut-but-lower",
            "The file has lost its last MiB, which FlushedFileOffset does not promise; the replay \
            writes there",
            "Nothing that was promised is missing, and the replay makes the file whole again. A \
            reader that refuses it makes a good disk unreadable.",
        )
        .accepts("SEQ-8 RPL-2 RPL-3")
        .made_by(cut(4 * MIB, alone(4 * MIB)))
        .replays([0]),
    ]
}

fn others() -> Vec<VectorSource> {
    let accepted = |id, title, why, recipe: Recipe| {
        vector(id, title, why)
            .accepts("SEQ-8")
            .made_by(recipe)
            .replays([1, 2])
    };
    let more = LENGTH + MIB;
    vec![
        accepted(
            "flushed-of-tail-above",
            "Only the tail entry's FlushedFileOffset is above the file's length",
            "The file may have been shortened since, so only the head's value counts. A reader \
            that checks the tail's refuses a good disk.",
            three([LENGTH, more, LENGTH]),
        ),
        accepted(
            "flushed-of-first-above",
            "Only the FlushedFileOffset of an entry that is applied already is above the file's \
            length",
            "Only the head's value counts. A reader that checks every entry of the run refuses a \
            good disk.",
            three([more, LENGTH, LENGTH]),
        ),
        vector(
            "flushed-of-head-alone-above",
            "Only the head's FlushedFileOffset is above the file's length",
            "Only the head's value counts. A reader that checks another entry's opens a truncated \
            file, and hides that data is lost.",
        )
        .ignores("SEQ-8")
        .made_by(three([LENGTH, LENGTH, more]))
        .is_refused("SEQ-8"),
        vector(
            "flushed-of-other-sequence-above",
            "An older sequence elsewhere has a FlushedFileOffset above the file's length",
            "Only the active sequence counts. A reader that checks every entry in the log refuses \
            a good disk.",
        )
        .accepts("SEQ-8")
        .made_by(
            small()
                .then(write(1))
                .then(flushed(write(2).at(40).numbered(50), more, more)),
        )
        .replays([0]),
        vector(
            "flushed-above-in-clean-file",
            "A cleanly closed file has stale entries with a FlushedFileOffset above its length",
            "Real files look like this. A reader that checks entries before LogGuid refuses a good \
            disk.",
        )
        .accepts("HDR-9")
        .ignores("SEQ-8")
        .made_by(with(
            small().then(flushed(write(1), more, more)),
            |recipe| {
                recipe.header_1.log_guid = LogGuid::Zero;
                recipe.header_2.log_guid = LogGuid::Zero;
            },
        ))
        .is_clean(),
    ]
}
