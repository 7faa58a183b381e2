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
        vector("flushed-is-length", "FlushedFileOffset is the file's length", "off by one: equal is enough")
            .accepts("SEQ-8")
            .made_by(alone(LENGTH))
            .replays([0]),
        vector("flushed-below-length", "FlushedFileOffset is 1 MiB less than the file's length", "it is a lower bound")
            .accepts("SEQ-8")
            .made_by(alone(LENGTH - MIB))
            .replays([0]),
        refused(
            "flushed-above-length",
            "FlushedFileOffset is 1 MiB more than the file's length",
            "what was there and is gone may be payload that this very log refers to",
            alone(LENGTH + MIB),
        ),
        refused("flushed-cut-by-a-byte", "the file lost its last byte", "off by one", cut(LENGTH - 1, alone(LENGTH))),
        refused("flushed-cut-by-a-sector", "the file lost its last sector", "not in whole MiB", {
            cut(LENGTH - 4096, alone(LENGTH))
        }),
        refused("flushed-above-by-4-gib", "FlushedFileOffset is 4 GiB + 1 MiB", "who keeps 32 bits sees 1 MiB", {
            alone((4 << 30) + MIB)
        }),
        refused(
            "flushed-above-by-2-63",
            "FlushedFileOffset is 2^63 + 1 MiB",
            "who reads it signed sees less than 0",
            alone((1 << 63) + MIB),
        ),
        refused("flushed-largest", "FlushedFileOffset is 2^64 - 1 MiB", "who adds to it comes out at 0", {
            alone(u64::MAX - MIB + 1)
        }),
        vector(
            "flushed-cut-but-lower",
            "the file lost its last MiB, which FlushedFileOffset does not promise; replay writes there",
            "the replay itself makes the file whole again",
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
            "only the tail's FlushedFileOffset is above the file's length",
            "the file may have been made shorter since: only the head's value counts",
            three([LENGTH, more, LENGTH]),
        ),
        accepted(
            "flushed-of-first-above",
            "only the FlushedFileOffset of an applied entry is above the file's length",
            "only the head's value counts",
            three([more, LENGTH, LENGTH]),
        ),
        vector(
            "flushed-of-head-alone-above",
            "only the head's FlushedFileOffset is above the file's length",
            "the newest value counts, and it is the head's",
        )
        .ignores("SEQ-8")
        .made_by(three([LENGTH, LENGTH, more]))
        .is_refused("SEQ-8"),
        vector(
            "flushed-of-other-sequence-above",
            "an older sequence elsewhere has a FlushedFileOffset above the file's length",
            "what is not active does not count",
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
            "a cleanly closed file whose stale entries have a FlushedFileOffset above its length",
            "real files are like that: LogGuid zero is looked at first",
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
