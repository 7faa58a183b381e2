//! Several valid sequences: the one with the newest head is active (SEQ-3).

use vhdx_log_image::{Entry, Tail};

use super::build::{at, log, run};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [candidates(), ties()].concat()
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
