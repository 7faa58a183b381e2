//! Topic `tail`: every place that the Tail of the head can point to (SEQ-2, SEQ-4).

mod payload;

use vhdx_log_image::{Descriptor, Entry, LogGuid, SECTOR, Tail, Target, Zero};

use crate::recipes::{small, three, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [inside(), outside(), others(), payload::vectors()].concat()
}

fn inside() -> Vec<VectorSource> {
    let right = |id, title, why, tail, replayed: std::ops::Range<usize>| {
        vector(id, title, why)
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
        right(
            "tail-first",
            "Of three entries the head's tail is the first",
            "A reader that replays only the head loses the changes of the two entries before it.",
            Tail::Item(0),
            0..3,
        ),
        right(
            "tail-second",
            "Of three entries the head's tail is the second",
            "The first entry is applied already. A reader that replays the run from its first \
            entry brings old contents back.",
            Tail::Item(1),
            1..3,
        ),
        right(
            "tail-own",
            "Of three entries the head is its own tail",
            "The other two are applied already. A reader that replays the whole run brings old \
            contents back.",
            Tail::Own,
            2..3,
        ),
        vector(
            "tail-behind-applied-entry",
            "The first entry is applied, and its sector has changed since; the tail is the second",
            "A reader that applies the first entry again overwrites newer contents with old ones.",
        )
        .ignores("SEQ-4")
        .made_by(reverted)
        .replays(1..3),
    ]
}

fn outside() -> Vec<VectorSource> {
    // Next to the run there is an older sequence, so that a bad tail shows by what is replayed.
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
        length: SECTOR,
        more: 129,
    });
    vec![
        bad(
            "tail-own-data-sector",
            "The newest entry's tail is its own data sector",
            "A Tail must name the start of an entry. A reader that accepts any sector of the run \
            replays an invalid sequence and drops the older, valid one.",
            sector(1),
        ),
        bad(
            "tail-behind-head",
            "The newest entry's tail is the sector after it",
            "This sector is not part of the run. A reader that accepts it replays an invalid \
            sequence and drops the older, valid one.",
            sector(2),
        ),
        bad(
            "tail-last-sector-empty",
            "The newest entry's tail is the log's last sector, which is empty",
            "A reader that checks only that a Tail lies inside the log replays an invalid sequence \
            and drops the older, valid one.",
            sector(255),
        ),
        bad(
            "tail-in-other-sequence",
            "The newest entry's tail is an older sequence elsewhere in the log",
            "A reader that accepts any entry of the log as tail replays an invalid sequence and \
            drops the older, valid one.",
            sector(100),
        ),
        bad(
            "tail-as-file-offset",
            "The newest entry's tail is the entry's own offset in the file",
            "Tails count from the start of the log. A reader that treats them as file offsets \
            replays an invalid sequence and drops the older, valid one.",
            Tail::Explicit(1 << 20),
        ),
        bad(
            "tail-off-by-512",
            "The newest entry's tail is 512 bytes past the entry's own start",
            "A reader that rounds the Tail down to a sector replays an invalid sequence and drops \
            the older, valid one.",
            Tail::Explicit(512),
        ),
        refused(
            "tail-data-sector-of-older",
            "A run of two; the head's tail is the data sector of the first, whose own tail is \
            empty space",
            "A reader that accepts any sector of the run as tail replays an invalid sequence \
            instead of reporting a corrupt file.",
            small()
                .then(write(1).with_tail(sector(200)))
                .then(write(2).with_tail(sector(1))),
        ),
        refused(
            "tail-second-descriptor-sector",
            "A run of two; the head's tail is the second descriptor sector of the first",
            "A reader that accepts any sector of the run as tail begins its replay in the middle \
            of an entry instead of reporting a corrupt file.",
            small()
                .then(Entry::empty().descriptor(long).with_tail(sector(200)))
                .then(write(2).with_tail(sector(1))),
        ),
        refused(
            "tail-stale-entry",
            "A run of two; the head's tail is an entry of another generation directly before it",
            "A reader that does not check the LogGuid of the tail applies an entry of another \
            generation, and shows stale contents.",
            small()
                .then(write(9).with_log_guid(LogGuid::B).numbered(99))
                .then(write(1).numbered(100).with_tail(Tail::Item(0)))
                .then(write(2).with_tail(Tail::Item(0))),
        ),
        refused(
            "tail-entry-before-gap",
            "The head's tail is entry 99, one empty sector before entry 100 of its run",
            "The run does not reach across the gap. A reader that accepts the tail replays an \
            incomplete sequence instead of reporting a corrupt file.",
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
            "The tails of the first two entries point to empty space; the head's tail is the first",
            "Only the head's Tail counts. A reader that checks the other Tails, too, refuses a \
            good disk.",
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
            "The first entry is its own tail; the head's tail is the second",
            "A reader that uses the first entry's Tail applies that entry again, and brings old \
            contents back.",
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
            "The tails of three entries are the first, the second, and the first again",
            "A reader that keeps the greatest Tail it has seen leaves out the first entry and \
            loses its changes.",
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
