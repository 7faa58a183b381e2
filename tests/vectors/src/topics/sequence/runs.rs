//! Which entries continue a run (SEQ-1), and where its replay begins (SEQ-4).

use vhdx_log_image::{Fill, Filling, Place, Tail};

use super::build::{at, log, run};
use crate::recipes::{one, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [runs()].concat()
}

fn runs() -> Vec<VectorSource> {
    vec![
        vector(
            "sequence-of-two",
            "Two entries; the head's tail is the first",
            "A reader that applies only the newest entry loses the changes of the first.",
        )
        .accepts("SEQ-1 SEQ-2 SEQ-4")
        .made_by(one().then(write(2).with_tail(Tail::Item(0))))
        .replays([0, 1]),
        vector(
            "sequence-of-twenty",
            "Twenty entries; the head's tail is the first",
            "A reader that applies only the newest entry, or stops after a fixed number, loses \
            changes.",
        )
        .accepts("SEQ-1")
        .made_by(log(run(0, 100, 20, 0, 0)))
        .replays(0..20),
        vector(
            "sequence-number-repeated",
            "After entry 100 follows another entry 100",
            "The next number must be one greater. A reader that accepts an equal one applies an \
            entry that does not belong to the run.",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 100, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-second-older",
            "After entry 100 lies entry 50",
            "Entry 50 is left over from an earlier round. A reader that treats the two as one run \
            applies old contents and drops entry 100.",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 50, 2)]))
        .replays([0]),
        vector(
            "sequence-second-older-names-first",
            "After entry 100 lies entry 50, whose tail is entry 100",
            "A reader that does not compare the second entry's number with the first applies old \
            contents over new ones.",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 50, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-second-jumps",
            "After entry 100 lies entry 102, whose tail is entry 100",
            "Entry 101 is missing. A reader that accepts any greater number applies 102 without \
            it, and shows a state that never existed.",
        )
        .ignores("SEQ-1 SEQ-2")
        .made_by(log([at(0, 100, 1), at(2, 102, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-third-jumps",
            "After entries 100 and 101 lies entry 103, whose tail is entry 100",
            "Entry 102 is missing. A reader that checks only the first step of a run applies 103 \
            without it, and shows a state that never existed.",
        )
        .ignores("SEQ-1")
        .made_by(log(
            run(0, 100, 2, 1, 0).chain([at(4, 103, 3).with_tail(Tail::Item(0))])
        ))
        .replays([0, 1]),
        vector(
            "sequence-third-older",
            "After entries 100 and 101 lies entry 90",
            "Most logs in use end like this. A reader that does not end the run there applies old \
            contents over new ones, or refuses a good disk.",
        )
        .ignores("SEQ-1")
        .made_by(log(run(0, 100, 2, 1, 0).chain([at(4, 90, 3)])))
        .replays([0, 1]),
        vector(
            "sequence-second-differs-in-upper-half",
            "After entry 100 lies entry 2^32 + 101, whose tail is entry 100",
            "The number has 64 bits. A reader that compares only 32 of them applies an entry that \
            does not belong to the run.",
        )
        .ignores("SEQ-1")
        .made_by(log([
            at(0, 100, 1),
            at(2, (1 << 32) + 101, 2).with_tail(Tail::Item(0)),
        ]))
        .replays([0]),
        vector(
            "sequence-gap",
            "An empty sector lies between entries 100 and 101; the tail of 101 is entry 100",
            "Each entry starts where the one before ends. A reader that skips the gap applies an \
            entry that does not belong to the run.",
        )
        .ignores("SEQ-1 SEQ-2")
        .made_by(log([at(0, 100, 1), at(3, 101, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-starts-late",
            "Entries 100 to 103; the head's tail is the third",
            "The older entries are applied already. A reader that replays the whole run brings old \
            contents back.",
        )
        .accepts("SEQ-4")
        .ignores("SEQ-4")
        .made_by(log(run(0, 100, 4, 1, 2)))
        .replays([2, 3]),
        vector(
            "sequence-first-overwritten",
            "Entries 100 to 103; the first was overwritten, and the tail is the second",
            "The run begins with the entry after the overwritten one. A reader that gives up at \
            the start of the log refuses a good disk.",
        )
        .accepts("SEQ-1 SEQ-5")
        .made_by(log(run(0, 100, 4, 1, 1)).then(Fill {
            at: Place::Sector(0),
            sectors: 1,
            with: Filling::Pattern(9),
        }))
        .replays([1, 2, 3]),
        vector(
            "sequence-first-overwritten-was-tail",
            "Entries 100 to 103; the first was overwritten, and it is the tail",
            "What is left is not a valid sequence. A reader that applies it leaves out the first \
            entry's changes, and shows a state that never existed.",
        )
        .ignores("SEQ-2 SEQ-7")
        .made_by(log(run(0, 100, 4, 1, 0)).then(Fill {
            at: Place::Sector(0),
            sectors: 1,
            with: Filling::Pattern(9),
        }))
        .is_refused("SEQ-7"),
    ]
}
