//! Sequences that wrap (SEQ-1 to SEQ-5).

use vhdx_log_image::{Entry, Recipe, Tail};

use super::build::{RING, run};
use crate::recipes::{small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [runs(), candidates()].concat()
}

fn runs() -> Vec<VectorSource> {
    let around = |id, title, why, recipe: Recipe, replayed: std::ops::Range<usize>| {
        vector(id, title, why)
            .accepts("SEQ-1 SEQ-5 SEQ-2")
            .made_by(recipe)
            .replays(replayed)
    };
    let same = "three entries that write one sector, the first before the log's end";
    let one_sector = (0..3).fold(small(), |recipe, index| {
        let entry = write(1).with_tail(Tail::Item(0));
        recipe.then(if index == 0 {
            entry.at(RING - 2)
        } else {
            entry
        })
    });
    vec![
        around(
            "wrap-between-entries",
            "an entry ends with the log, the next one starts it",
            "the end of the log is its start",
            run(small(), RING - 2, 2, 0),
            0..2,
        ),
        around(
            "wrap-in-newer-of-two",
            "of two entries the newer wraps",
            "its end lies before its start",
            run(small(), RING - 3, 2, 0),
            0..2,
        ),
        around(
            "wrap-in-middle-of-five",
            "of five entries the third wraps",
            "the head's offset is less than its tail's",
            run(small(), RING - 5, 5, 0),
            0..5,
        ),
        around(
            "wrap-tail-behind-the-end",
            "five entries, two before the end of the log; the tail is the first of those at its start",
            "the older ones are part of the run and are not applied again",
            run(small(), RING - 4, 5, 2),
            2..5,
        ),
        around(
            "wrap-tail-is-last-before-end",
            "five entries, two before the end of the log; the tail is the second",
            "replay begins before the end and goes on at the start",
            run(small(), RING - 4, 5, 1),
            1..5,
        ),
        around(
            "wrap-tail-is-wrapped-entry",
            "five entries, the second wraps and is the tail",
            "replay begins with an entry in two pieces",
            run(small(), RING - 3, 5, 1),
            1..5,
        ),
        around(
            "wrap-one-sector-three-times",
            same,
            "applied in the order of their numbers, not of their places",
            one_sector,
            0..3,
        ),
    ]
}

fn candidates() -> Vec<VectorSource> {
    vec![
        vector(
            "wrap-own-tail-part-in-front",
            "entries 100 to 105 wrap after the second: the search meets 102 to 105 first",
            "by its first entry the part would be newer than the whole; then 100 and 101 are lost in silence",
        )
        .accepts("SEQ-3 SEQ-5")
        .made_by(run(small(), RING - 4, 6, 0))
        .replays(0..6),
        vector(
            "wrap-older-run-in-front",
            "a wrapped sequence, and an older one in the middle of the log",
            "the wrapped one is found last",
        )
        .accepts("SEQ-3 SEQ-5")
        .made_by(run(
            with(run(small(), 50, 3, 0), |recipe| {
                recipe.log[0].entry_mut().expect("an entry").sequence_number = Some(20);
            })
            .then(Entry::empty().at(RING - 4).numbered(100)),
            RING - 3,
            3,
            0,
        ))
        .replays([4, 5, 6]),
        vector(
            "wrap-newer-run-in-middle",
            "an old wrapped sequence, and a newer one in the middle of the log",
            "found before the wrapped one",
        )
        .accepts("SEQ-3")
        .made_by(with(run(run(small(), RING - 4, 4, 0), 50, 2, 0), |recipe| {
            recipe.log[4].entry_mut().expect("an entry").sequence_number = Some(200);
        }))
        .replays([4, 5]),
    ]
}
