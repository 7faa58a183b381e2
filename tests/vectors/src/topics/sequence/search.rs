//! Runs with a bad head, logs without a valid sequence, and how far the search goes (SEQ-5, SEQ-7).

use vhdx_log_image::{Checksum, Entry, Fill, Filling, Item, Place, Recipe, SECTOR, Tail, Target};

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
            "Entries 100 to 102; only the Tail of the last one points to empty space",
            "By the steps of the search nothing is valid here; the definition of a sequence allows \
            the first two entries. A reader that also applies the third trusts a bad Tail, and one \
            that opens the file as clean loses what was logged.",
        )
        .open("SEQ-1")
        .ignores("SEQ-1")
        .made_by(three(Tail::Explicit(200 * 4096)))
        .reading("steps", refuses("SEQ-7"))
        .reading("prefix", items([0, 1])),
        vector(
            "run-with-bad-last-tail-and-older",
            "Entries 100 to 102, where only the last Tail is bad, and elsewhere the older entry 50",
            "By the steps of the search only entry 50 is valid; the definition of a sequence \
            allows entries 100 and 101. A reader that also applies entry 102 trusts a bad Tail.",
        )
        .open("SEQ-1")
        .ignores("SEQ-1")
        .made_by(three(Tail::Explicit(200 * 4096)).then(at(40, 50, 9)))
        .reading("steps", items([3]))
        .reading("prefix", items([0, 1])),
    ]
}

fn nothing_valid() -> Vec<VectorSource> {
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
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
            "LogGuid is set, but the log is all zeros",
            "The headers say that something was logged. A reader that opens the file as clean \
            hides that it is lost.",
            small(),
        ),
        refused(
            "nothing-valid-junk",
            "LogGuid is set, but the log is filled with a pattern",
            "The headers say that something was logged. A reader that finds no entry and opens the \
            file as clean hides that it is lost.",
            small().then(junk),
        ),
        refused(
            "nothing-valid-torn",
            "LogGuid is set, but the only entry has a wrong checksum",
            "A reader that opens the file as clean hides that what was logged is lost; one that \
            applies the entry may write torn data to the disk.",
            torn,
        ),
        refused(
            "nothing-valid-stale",
            "LogGuid is set, but all entries have another LogGuid",
            "A reader that opens the file as clean hides that what was logged is lost; one that \
            replays entries of another generation shows stale contents.",
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
            "The only entry lies after seven sectors of zeros",
            "A reader that stops at the first empty sector finds no entry, and refuses a good disk \
            or loses its last changes.",
            vec![at(7, 100, 1).into()],
            0,
        ),
        found(
            "search-last-sector",
            "The only entry, one sector long, lies in the log's last sector",
            "A reader whose search stops one sector early finds no entry, and refuses a good disk \
            or loses its last changes.",
            vec![
                Entry::empty()
                    .zero(Target::Payload(1), SECTOR)
                    .at(255)
                    .into(),
            ],
            0,
        ),
        found(
            "search-behind-junk",
            "The only entry lies after sixteen sectors of a pattern",
            "A reader that stops at the first sector that is not an entry finds nothing, and \
            refuses a good disk or loses its last changes.",
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
            "The newest entry overwrote the second sector of an older entry of four",
            "A reader that advances by the length of an invalid entry steps over the newest one, \
            and refuses a good disk or loses its last changes.",
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
