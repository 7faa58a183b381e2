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
            "One entry ends with the log, and the next one starts it",
            "A run continues at the start of the log. A reader that ends it at the end of the log \
            loses the newest entry.",
            run(small(), RING - 2, 2, 0),
            0..2,
        ),
        around(
            "wrap-in-newer-of-two",
            "Of two entries the newer one wraps",
            "A reader that rejects an entry whose end lies before its start loses the newest \
            entry.",
            run(small(), RING - 3, 2, 0),
            0..2,
        ),
        around(
            "wrap-in-middle-of-five",
            "Of five entries the third one wraps",
            "The head lies before its tail in the log. A reader that expects the opposite loses \
            the newest entries, or refuses a good disk.",
            run(small(), RING - 5, 5, 0),
            0..5,
        ),
        around(
            "wrap-tail-behind-the-end",
            "Five entries, two of them before the end of the log; the tail is the first of those \
            at its start",
            "The two older entries belong to the run but are applied already. A reader that \
            applies them again brings old contents back.",
            run(small(), RING - 4, 5, 2),
            2..5,
        ),
        around(
            "wrap-tail-is-last-before-end",
            "Five entries, two of them before the end of the log; the tail is the second",
            "Replay begins before the end of the log and continues at its start. A reader that \
            begins at the start of the log loses the changes of the tail entry.",
            run(small(), RING - 4, 5, 1),
            1..5,
        ),
        around(
            "wrap-tail-is-wrapped-entry",
            "Five entries; the second one wraps and is the tail",
            "Replay begins with an entry in two pieces. A reader that cannot begin there loses its \
            changes, or refuses a good disk.",
            run(small(), RING - 3, 5, 1),
            1..5,
        ),
        around(
            "wrap-one-sector-three-times",
            "Three entries write the same sector; the first one lies at the end of the log",
            "Entries are applied in the order of their numbers. A reader that applies them in the \
            order of their places shows stale contents.",
            one_sector,
            0..3,
        ),
    ]
}

fn candidates() -> Vec<VectorSource> {
    vec![
        vector(
            "wrap-own-tail-part-in-front",
            "Entries 100 to 105 wrap after the second, so the search meets 102 to 105 first",
            "A reader that compares candidates by their first entry considers 102 to 105 newer \
            than the whole run, and silently drops entries 100 and 101.",
        )
        .accepts("SEQ-3 SEQ-5")
        .made_by(run(small(), RING - 4, 6, 0))
        .replays(0..6),
        vector(
            "wrap-older-run-in-front",
            "A wrapped sequence, and an older one in the middle of the log",
            "The search finds the wrapped sequence last. A reader that takes the first valid one \
            replays old contents and loses the newest changes.",
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
            "An old wrapped sequence, and a newer one in the middle of the log",
            "The search finds the newer sequence first. A reader that takes the last valid one \
            replays old contents and loses the newest changes.",
        )
        .accepts("SEQ-3")
        .made_by(with(
            run(run(small(), RING - 4, 4, 0), 50, 2, 0),
            |recipe| {
                recipe.log[4].entry_mut().expect("an entry").sequence_number = Some(200);
            },
        ))
        .replays([4, 5]),
    ]
}
