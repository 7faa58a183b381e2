//! Topic `sequence`: which entries make a sequence, and which sequence is the active one.

use crate::source::{VectorSource, items, one, refuses, small, three, vector, with, write};
use vhdx_log_image::{Checksum, Entry, Fill, Filling, Item, Place, Recipe, Tail, Target};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        runs(),
        candidates(),
        ties(),
        last_tail_bad(),
        nothing_valid(),
        search(),
    ]
    .concat()
}

/// An entry at a sector of the ring, with a number.
fn at(sector: u32, number: u64, target: u32) -> Entry {
    write(target).at(sector).numbered(number)
}

fn log(entries: impl IntoIterator<Item = Entry>) -> Recipe {
    entries.into_iter().fold(small(), Recipe::then)
}

/// A run of so many entries of two sectors, all replayed, that write sector after sector.
fn run(
    sector: u32,
    first: u64,
    entries: u32,
    target: u32,
    tail: u32,
) -> impl Iterator<Item = Entry> {
    (0..entries).map(move |index| {
        at(sector + 2 * index, first + u64::from(index), target + index).with_tail(Tail::Item(tail))
    })
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

fn candidates() -> Vec<VectorSource> {
    let newest = |id, title, why, entries: Vec<Entry>, replayed: Vec<usize>| {
        vector(id, title, why)
            .accepts("SEQ-3")
            .ignores("SEQ-3")
            .made_by(log(entries))
            .replays(replayed)
    };
    vec![
        newest(
            "candidates-newer-behind",
            "entry 50 at the start, entry 100 further on",
            "the first one found is not the one",
            vec![at(0, 50, 1), at(40, 100, 2)],
            vec![1],
        ),
        newest(
            "candidates-newer-in-front",
            "entry 100 at the start, entry 50 further on",
            "the last one found is not the one",
            vec![at(0, 100, 1), at(40, 50, 2)],
            vec![0],
        ),
        newest(
            "candidates-first-entries-lie",
            "entries 100 to 103, and elsewhere the single entry 102",
            "sequences are compared by their newest entries, not by their first",
            run(0, 100, 4, 1, 0).chain([at(40, 102, 9)]).collect(),
            vec![0, 1, 2, 3],
        ),
        newest(
            "candidates-first-entries-lie-in-front",
            "the single entry 102 at the start, entries 100 to 103 further on",
            "the same, found the other way round",
            [at(0, 102, 9)]
                .into_iter()
                .chain(run(40, 100, 4, 1, 1))
                .collect(),
            vec![1, 2, 3, 4],
        ),
        newest(
            "candidates-longer-is-older",
            "entry 100, and elsewhere entries 50 to 54",
            "not by their lengths",
            [at(0, 100, 9)]
                .into_iter()
                .chain(run(40, 50, 5, 1, 1))
                .collect(),
            vec![0],
        ),
        newest(
            "candidates-more-to-replay-is-older",
            "entries 50 to 52, all to be replayed; elsewhere 99 and 100 with the last for tail",
            "not by how much there is to do",
            run(0, 50, 3, 1, 0).chain(run(40, 99, 2, 8, 4)).collect(),
            vec![4],
        ),
        newest(
            "candidates-around-2-63",
            "entries 2^63 - 1 and 2^63 apart from each other",
            "finds signed comparisons",
            vec![at(0, (1 << 63) - 1, 1), at(40, 1 << 63, 2)],
            vec![1],
        ),
        newest(
            "candidates-around-2-32",
            "entries 2^32 - 1 and 2^32 apart from each other",
            "finds comparisons of the lower half",
            vec![at(0, (1 << 32) - 1, 1), at(40, 1 << 32, 2)],
            vec![1],
        ),
        newest(
            "candidates-three",
            "entries 60, 100 and 80 apart from each other",
            "the best so far is kept until the end",
            vec![at(0, 60, 1), at(40, 100, 2), at(80, 80, 3)],
            vec![1],
        ),
        newest(
            "candidates-side-by-side",
            "entries 100 to 102, right behind them 50 and 51",
            "a valid run moves the search to its end, where the next one begins",
            run(0, 100, 3, 1, 0).chain(run(6, 50, 2, 5, 3)).collect(),
            vec![0, 1, 2],
        ),
        newest(
            "candidates-side-by-side-newer-second",
            "entries 50 and 51, right behind them 100 to 102",
            "the same, the newer behind",
            run(0, 50, 2, 5, 0).chain(run(4, 100, 3, 1, 2)).collect(),
            vec![2, 3, 4],
        ),
        vector(
            "candidates-newest-not-valid",
            "entries 50 and 51, and elsewhere entry 100 with a Tail into nowhere",
            "of the valid ones the newest: a torn one is passed over",
        )
        .accepts("SEQ-3")
        .ignores("SEQ-2")
        .made_by(log(
            run(0, 50, 2, 1, 0).chain([at(40, 100, 9).with_tail(Tail::Explicit(200 * 4096))])
        ))
        .replays([0, 1]),
    ]
}

fn ties() -> Vec<VectorSource> {
    vec![
        vector(
            "tie-single-entries",
            "two entries 100 apart from each other",
            "the first found stays",
        )
        .accepts("SEQ-3")
        .ignores("SEQ-3")
        .made_by(log([at(10, 100, 1), at(40, 100, 2)]))
        .replays([0]),
        vector(
            "tie-longer-second",
            "entry 101 at the start; further on entries 100 and 101",
            "the first found stays, however long the other is",
        )
        .accepts("SEQ-3")
        .made_by(log([at(10, 101, 1)]
            .into_iter()
            .chain(run(40, 100, 2, 5, 1))))
        .replays([0]),
    ]
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
