//! Topic `tail`: every place the Tail of the head can point to.

use vhdx_log_image::{Descriptor, Entry, LogGuid, Tail, Target, Zero};

use crate::recipes::{small, three, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [inside(), outside(), others()].concat()
}

fn inside() -> Vec<VectorSource> {
    let right = |id, title, tail, replayed: std::ops::Range<usize>| {
        vector(
            id,
            title,
            "replay begins there, and what lies before is applied already",
        )
        .accepts("SEQ-2 SEQ-4")
        .ignores("SEQ-4")
        .made_by(three(tail))
        .replays(replayed)
    };
    let reverted = small()
        .then(write(1))
        .then(write(2).with_tail(Tail::Own))
        .then(
            Entry::empty()
                .content(Target::Payload(3), vhdx_log_image::Content::Pattern(3))
                .with_tail(Tail::Item(1)),
        );
    vec![
        right("tail-first", "of three entries the head's tail is the first", Tail::Item(0), 0..3),
        right("tail-second", "of three entries the head's tail is the second", Tail::Item(1), 1..3),
        right("tail-own", "of three entries the head's tail is itself", Tail::Own, 2..3),
        vector(
            "tail-behind-applied-entry",
            "the first entry was applied, and its sector changed since then; the tail is the second",
            "applied again it would bring old contents back",
        )
        .ignores("SEQ-4")
        .made_by(reverted)
        .replays(1..3),
    ]
}

fn outside() -> Vec<VectorSource> {
    // Beside the run there is an older sequence, so that a bad tail shows by what is replayed.
    let older = || write(9).at(100).numbered(50);
    let bad = |id, title, why, tail| {
        vector(id, title, why)
            .ignores("SEQ-2")
            .made_by(small().then(write(1).with_tail(tail)).then(older()))
            .replays([1])
    };
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
            .ignores("SEQ-2 SEQ-7")
            .made_by(recipe)
            .is_refused("SEQ-7")
    };
    let sector = |sector: u32| Tail::Explicit(sector * 4096);
    let long = Descriptor::Zero(Zero {
        target: Target::Payload(4),
        length: 4096,
        more: 129,
    });
    vec![
        bad(
            "tail-own-data-sector",
            "the newest entry's tail is its own data sector",
            "not the start of an entry",
            sector(1),
        ),
        bad(
            "tail-behind-head",
            "the newest entry's tail is the sector behind it",
            "not part of the run",
            sector(2),
        ),
        bad(
            "tail-last-sector-empty",
            "the newest entry's tail is the log's last sector, empty",
            "inside the log, but nothing there",
            sector(255),
        ),
        bad(
            "tail-in-other-sequence",
            "the newest entry's tail is an older sequence elsewhere",
            "an entry, but not of this run",
            sector(100),
        ),
        bad(
            "tail-as-file-offset",
            "the newest entry's tail is its offset in the file",
            "tails count from the log's start",
            Tail::Explicit(1 << 20),
        ),
        bad(
            "tail-off-by-512",
            "the newest entry's tail is 512 bytes past its start",
            "not the start of a sector",
            Tail::Explicit(512),
        ),
        refused(
            "tail-data-sector-of-older",
            "a run of two; the head's tail is the data sector of the first, whose own tail is empty space",
            "inside the run, but not the start of an entry",
            small()
                .then(write(1).with_tail(sector(200)))
                .then(write(2).with_tail(sector(1))),
        ),
        refused(
            "tail-second-descriptor-sector",
            "a run of two; the head's tail is the second descriptor sector of the first",
            "inside the run, but not the start of an entry",
            small()
                .then(Entry::empty().descriptor(long).with_tail(sector(200)))
                .then(write(2).with_tail(sector(1))),
        ),
        refused(
            "tail-stale-entry",
            "a run of two; the head's tail is an entry of another generation right before it",
            "an entry to look at, but not a valid one",
            small()
                .then(write(9).with_log_guid(LogGuid::B).numbered(99))
                .then(write(1).numbered(100).with_tail(Tail::Item(0)))
                .then(write(2).with_tail(Tail::Item(0))),
        ),
        refused(
            "tail-entry-before-gap",
            "the head's tail is entry 99, one empty sector before entry 100 of its run",
            "the run does not reach it, and the entry there has its tail in empty space",
            small()
                .then(write(9).numbered(99).with_tail(sector(200)))
                .then(write(1).at(3).numbered(100).with_tail(Tail::Item(0))),
        ),
    ]
}

fn others() -> Vec<VectorSource> {
    let sector = |sector: u32| Tail::Explicit(sector * 4096);
    vec![
        vector(
            "tail-of-others-anywhere",
            "the tails of the first two entries point into empty space; the head's is the first",
            "only the head's tail counts",
        )
        .accepts("SEQ-2")
        .made_by(
            small()
                .then(write(1).with_tail(sector(77)))
                .then(write(2).with_tail(sector(99)))
                .then(write(3).with_tail(Tail::Item(0))),
        )
        .replays(0..3),
        vector(
            "tail-of-first-is-not-heads",
            "the first entry's tail is itself, the head's the second",
            "finds who keeps the tail of the first entry",
        )
        .accepts("SEQ-4")
        .made_by(
            small()
                .then(write(1))
                .then(write(2))
                .then(write(3).with_tail(Tail::Item(1))),
        )
        .replays(1..3),
        vector(
            "tail-moves-back",
            "the tails are first, second, first",
            "who keeps the greatest tail seen leaves an entry out",
        )
        .accepts("SEQ-4")
        .made_by(
            small()
                .then(write(1))
                .then(write(2).with_tail(Tail::Item(1)))
                .then(write(3).with_tail(Tail::Item(0))),
        )
        .replays(0..3),
    ]
}
