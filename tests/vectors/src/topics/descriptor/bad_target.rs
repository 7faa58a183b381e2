//! One target that no file may have, at every place of a run (DSC-9).

use vhdx_log_image::{Entry, Tail, Target};

use crate::recipes::{one, one_and, small, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [bad_target_in_a_run()].concat()
}

fn bad_target_in_a_run() -> Vec<VectorSource> {
    let bad = || Entry::empty().data(Target::Header(0));
    let first = Tail::Item(0);
    vec![
        vector(
            "bad-target-before-tail",
            "of three entries the first writes header 1; replay begins at the second",
            "it is not to be applied, so it does no harm",
        )
        .safe()
        .accepts("DSC-9")
        .made_by(small().then(bad()).then(write(2)).then(write(3).with_tail(Tail::Item(1))))
        .replays([1, 2]),
        vector(
            "bad-target-in-newest",
            "behind a sound entry a newer one, its own tail, writes header 1",
            "an entry that was written whole is refused with its file, or taken for none; it is never applied",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(one_and(bad()))
        .reading("refuse", refuses("DSC-6 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-middle",
            "of three entries that are all to be replayed the middle one writes the log",
            "taken for no entry it splits the run: only the first part then has its tail",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(one().then(Entry::empty().data(Target::Log(9)).with_tail(first)).then(write(3).with_tail(first)))
        .reading("refuse", refuses("DSC-7 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-tail-entry",
            "of two entries that are both to be replayed the older writes header 2",
            "passing over it in silence would lose what it was meant to do",
        )
        .safe()
        .ignores("DSC-9 DSC-6")
        .made_by(small().then(Entry::empty().data(Target::Header(16))).then(write(2).with_tail(first)))
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-among-good-ones",
            "one entry writes a sector, header 1 and another sector",
            "all of an entry is applied or nothing",
        )
        .safe()
        .ignores("DSC-6 DSC-9")
        .made_by(small().then(write(1).data(Target::Header(0)).data(Target::Payload(2))))
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-in-old-sequence",
            "an older sequence elsewhere in the log writes header 1; the newest one is sound",
            "what is not to be replayed is not held to it",
        )
        .safe()
        .accepts("DSC-9 SEQ-3")
        .made_by(small().then(bad().at(40).numbered(50)).then(write(1).at(0).numbered(100)))
        .replays([1]),
    ]
}
