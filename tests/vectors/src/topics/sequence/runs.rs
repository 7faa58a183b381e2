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
            "two entries, the head's tail is the first",
            "both are replayed",
        )
        .accepts("SEQ-1 SEQ-2 SEQ-4")
        .made_by(one().then(write(2).with_tail(Tail::Item(0))))
        .replays([0, 1]),
        vector(
            "sequence-of-twenty",
            "twenty entries, the head's tail is the first",
            "all are replayed",
        )
        .accepts("SEQ-1")
        .made_by(log(run(0, 100, 20, 0, 0)))
        .replays(0..20),
        vector(
            "sequence-number-repeated",
            "behind entry 100 lies another entry 100",
            "the next number is one greater",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 100, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-second-older",
            "behind entry 100 lies entry 50",
            "what is left from before ends the run",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 50, 2)]))
        .replays([0]),
        vector(
            "sequence-second-older-names-first",
            "behind entry 100 lies entry 50, whose tail is the first",
            "finds readers that do not look at the second entry's number",
        )
        .ignores("SEQ-1")
        .made_by(log([at(0, 100, 1), at(2, 50, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-second-jumps",
            "behind entry 100 lies entry 102, whose tail is the first",
            "finds `greater`",
        )
        .ignores("SEQ-1 SEQ-2")
        .made_by(log([at(0, 100, 1), at(2, 102, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-third-jumps",
            "behind entries 100 and 101 lies entry 103, whose tail is the first",
            "the whole run is looked at, not its start alone",
        )
        .ignores("SEQ-1")
        .made_by(log(
            run(0, 100, 2, 1, 0).chain([at(4, 103, 3).with_tail(Tail::Item(0))])
        ))
        .replays([0, 1]),
        vector(
            "sequence-third-older",
            "behind entries 100 and 101 lies entry 90",
            "the end of most logs in use",
        )
        .ignores("SEQ-1")
        .made_by(log(run(0, 100, 2, 1, 0).chain([at(4, 90, 3)])))
        .replays([0, 1]),
        vector(
            "sequence-second-differs-in-upper-half",
            "behind entry 100 lies entry 2^32 + 101, whose tail is the first",
            "the number has 64 bits",
        )
        .ignores("SEQ-1")
        .made_by(log([
            at(0, 100, 1),
            at(2, (1 << 32) + 101, 2).with_tail(Tail::Item(0)),
        ]))
        .replays([0]),
        vector(
            "sequence-gap",
            "an empty sector between entries 100 and 101, which has the first for tail",
            "each entry starts where the one before ends",
        )
        .ignores("SEQ-1 SEQ-2")
        .made_by(log([at(0, 100, 1), at(3, 101, 2).with_tail(Tail::Item(0))]))
        .replays([0]),
        vector(
            "sequence-starts-late",
            "entries 100 to 103; the head's tail is the third",
            "older ones are applied already",
        )
        .accepts("SEQ-4")
        .ignores("SEQ-4")
        .made_by(log(run(0, 100, 4, 1, 2)))
        .replays([2, 3]),
        vector(
            "sequence-first-overwritten",
            "of entries 100 to 103 the first was overwritten",
            "the run begins with what is left of it",
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
            "of entries 100 to 103 the first was overwritten, and it is the tail",
            "what is left is no valid sequence: nothing may be applied",
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
