//! Runs with a bad head, logs without a valid sequence, and how far the search goes (SEQ-5, SEQ-7).

use vhdx_log_image::{Checksum, Entry, Fill, Filling, Item, Place, Recipe, Tail, Target};

use super::build::at;
use crate::recipes::{one, small, three, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [last_tail_bad(), nothing_valid(), search()].concat()
}

fn last_tail_bad() -> Vec<VectorSource> {
    vec![
        vector(
            "run-with-bad-last-tail",
            "entries 100 to 102; only the last one's Tail points into nowhere",
            "the steps of the search judge the whole run by its last entry; the definition would allow the first two",
        )
        .open("SEQ-1")
        .ignores("SEQ-1")
        .made_by(three(Tail::Explicit(200 * 4096)))
        .reading("steps", refuses("SEQ-7"))
        .reading("prefix", items([0, 1])),
        vector(
            "run-with-bad-last-tail-and-older",
            "the same, and elsewhere the older entry 50",
            "by the steps the older sequence is the only valid one",
        )
        .open("SEQ-1")
        .ignores("SEQ-1")
        .made_by(three(Tail::Explicit(200 * 4096)).then(at(40, 50, 9)))
        .reading("steps", items([3]))
        .reading("prefix", items([0, 1])),
    ]
}

fn nothing_valid() -> Vec<VectorSource> {
    let refused = |id, title, recipe| {
        vector(
            id,
            title,
            "a dirty file without a valid sequence is corrupt; opening it as clean loses data",
        )
        .ignores("SEQ-7 RPL-8")
        .made_by(recipe)
        .is_refused("SEQ-7")
    };
    let junk = Fill {
        at: Place::Sector(0),
        sectors: 256,
        with: Filling::Pattern(5),
    };
    let torn = with(one(), |recipe| {
        recipe.log[0].entry_mut().expect("an entry").checksum = Checksum::Wrong
    });
    vec![
        refused(
            "nothing-valid-zeros",
            "LogGuid is set, the log is all zeros",
            small(),
        ),
        refused(
            "nothing-valid-junk",
            "LogGuid is set, the log is full of a pattern",
            small().then(junk),
        ),
        refused(
            "nothing-valid-torn",
            "LogGuid is set, the only entry has a wrong checksum",
            torn,
        ),
        refused(
            "nothing-valid-stale",
            "LogGuid is set, all entries have another one",
            small().stale_run(0, 5, [Target::Payload(1)]),
        ),
    ]
}

fn search() -> Vec<VectorSource> {
    let found = |id, title, why, items: Vec<Item>, replayed: usize| {
        let recipe = items.into_iter().fold(small(), Recipe::then);
        vector(id, title, why)
            .accepts("SEQ-5")
            .made_by(recipe)
            .replays([replayed])
    };
    vec![
        found(
            "search-across-empty-sectors",
            "the only entry lies behind seven sectors of zeros",
            "an empty sector does not end the search",
            vec![at(7, 100, 1).into()],
            0,
        ),
        found(
            "search-last-sector",
            "the only entry, one sector long, is the log's last sector",
            "finds off-by-one at the log's end",
            vec![Entry::empty().zero(Target::Payload(1), 4096).at(255).into()],
            0,
        ),
        found(
            "search-behind-junk",
            "the only entry lies behind sixteen sectors of a pattern",
            "what is no entry does not end the search",
            vec![
                Fill {
                    at: Place::Sector(0),
                    sectors: 16,
                    with: Filling::Pattern(3),
                }
                .into(),
                at(16, 100, 1).into(),
            ],
            1,
        ),
        found(
            "search-inside-longer-entry",
            "the newest entry overwrote the second sector of an older one of four",
            "who skips by the length of what is not valid steps over the newest",
            vec![
                write(9)
                    .data(Target::Payload(10))
                    .data(Target::Payload(11))
                    .at(20)
                    .numbered(50)
                    .into(),
                at(21, 100, 1).into(),
            ],
            1,
        ),
    ]
}
