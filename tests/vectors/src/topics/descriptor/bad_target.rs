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
            "Of three entries the first one writes to header 1; replay begins at the second",
            "The first entry is not replayed, so its target does no harm. A reader that refuses \
            the file because of it makes a good disk unreadable.",
        )
        .safe()
        .accepts("DSC-9")
        .made_by(
            small()
                .then(bad())
                .then(write(2))
                .then(write(3).with_tail(Tail::Item(1))),
        )
        .replays([1, 2]),
        vector(
            "bad-target-in-newest",
            "After a valid entry a newer one, its own tail, writes to header 1",
            "The entry was written whole, so a reader may refuse the file or treat the entry as \
            invalid. A reader that applies it overwrites header 1.",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(one_and(bad()))
        .reading("refuse", refuses("DSC-6 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-middle",
            "Of three entries, all to be replayed, the middle one writes to the log",
            "A reader may refuse the file, or treat the entry as invalid and replay only the one \
            before it. A reader that applies it overwrites the log, and one that skips it but \
            applies the third shows a state that never existed.",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(
            one()
                .then(Entry::empty().data(Target::Log(9)).with_tail(first))
                .then(write(3).with_tail(first)),
        )
        .reading("refuse", refuses("DSC-7 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-tail-entry",
            "Of two entries, both to be replayed, the older one writes to header 2",
            "A reader that applies the older entry overwrites header 2; one that silently skips it \
            loses what it was meant to do.",
        )
        .safe()
        .ignores("DSC-9 DSC-6")
        .made_by(
            small()
                .then(Entry::empty().data(Target::Header(16)))
                .then(write(2).with_tail(first)),
        )
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-among-good-ones",
            "One entry writes a sector, header 1 and another sector",
            "An entry is applied whole or not at all. A reader that leaves out only the bad target \
            shows half of an update.",
        )
        .safe()
        .ignores("DSC-6 DSC-9")
        .made_by(small().then(write(1).data(Target::Header(0)).data(Target::Payload(2))))
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-in-old-sequence",
            "An older sequence elsewhere in the log writes to header 1; the newest one is valid",
            "Targets of entries that are not replayed do no harm. A reader that refuses the file \
            because of them makes a good disk unreadable.",
        )
        .safe()
        .accepts("DSC-9 SEQ-3")
        .made_by(
            small()
                .then(bad().at(40).numbered(50))
                .then(write(1).at(0).numbered(100)),
        )
        .replays([1]),
    ]
}
