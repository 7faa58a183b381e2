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
            "Entry 50 at the start of the log, entry 100 further on",
            "A reader that takes the first sequence it finds replays the old one and loses the \
            newest changes.",
            vec![at(0, 50, 1), at(40, 100, 2)],
            vec![1],
        ),
        newest(
            "candidates-newer-in-front",
            "Entry 100 at the start of the log, entry 50 further on",
            "A reader that takes the last sequence it finds replays the old one and loses the \
            newest changes.",
            vec![at(0, 100, 1), at(40, 50, 2)],
            vec![0],
        ),
        newest(
            "candidates-first-entries-lie",
            "Entries 100 to 103, and elsewhere the single entry 102",
            "Sequences are compared by their newest entries. A reader that compares them by their \
            first entry replays only the single entry 102 and loses the newest changes.",
            run(0, 100, 4, 1, 0).chain([at(40, 102, 9)]).collect(),
            vec![0, 1, 2, 3],
        ),
        newest(
            "candidates-first-entries-lie-in-front",
            "The single entry 102 at the start of the log, entries 100 to 103 further on",
            "A reader that compares sequences by their first entry keeps the single entry 102, \
            which it found first, and loses the newest changes.",
            [at(0, 102, 9)]
                .into_iter()
                .chain(run(40, 100, 4, 1, 1))
                .collect(),
            vec![1, 2, 3, 4],
        ),
        newest(
            "candidates-longer-is-older",
            "Entry 100, and elsewhere entries 50 to 54",
            "A reader that prefers the longer sequence replays the old one and loses the newest \
            changes.",
            [at(0, 100, 9)]
                .into_iter()
                .chain(run(40, 50, 5, 1, 1))
                .collect(),
            vec![0],
        ),
        newest(
            "candidates-more-to-replay-is-older",
            "Entries 50 to 52, all to be replayed; elsewhere entries 99 and 100, of which only the \
            last is",
            "A reader that prefers the sequence with more to replay takes the old one and loses \
            the newest changes.",
            run(0, 50, 3, 1, 0).chain(run(40, 99, 2, 8, 4)).collect(),
            vec![4],
        ),
        newest(
            "candidates-around-2-63",
            "Entries 2^63 - 1 and 2^63, apart from each other",
            "A reader that compares the numbers as signed integers replays the old entry and loses \
            the newest changes.",
            vec![at(0, (1 << 63) - 1, 1), at(40, 1 << 63, 2)],
            vec![1],
        ),
        newest(
            "candidates-around-2-32",
            "Entries 2^32 - 1 and 2^32, apart from each other",
            "A reader that compares only the lower 32 bits replays the old entry and loses the \
            newest changes.",
            vec![at(0, (1 << 32) - 1, 1), at(40, 1 << 32, 2)],
            vec![1],
        ),
        newest(
            "candidates-three",
            "Entries 60, 100 and 80, apart from each other",
            "A reader that does not keep the best sequence until the end of the search replays an \
            old one and loses the newest changes.",
            vec![at(0, 60, 1), at(40, 100, 2), at(80, 80, 3)],
            vec![1],
        ),
        newest(
            "candidates-side-by-side",
            "Entries 100 to 102, directly followed by entries 50 and 51",
            "A valid run moves the search to its end, where the next run begins. A reader that \
            takes the last run it finds loses the newest changes.",
            run(0, 100, 3, 1, 0).chain(run(6, 50, 2, 5, 3)).collect(),
            vec![0, 1, 2],
        ),
        newest(
            "candidates-side-by-side-newer-second",
            "Entries 50 and 51, directly followed by entries 100 to 102",
            "A reader that does not look at what directly follows a valid run replays the old one \
            and loses the newest changes.",
            run(0, 50, 2, 5, 0).chain(run(4, 100, 3, 1, 2)).collect(),
            vec![2, 3, 4],
        ),
        vector(
            "candidates-newest-not-valid",
            "Entries 50 and 51, and elsewhere entry 100, whose Tail points to empty space",
            "A sequence with a bad Tail is skipped, however new it is. A reader that picks the \
            newest first and checks it later refuses a good disk, or applies an incomplete \
            sequence.",
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
            "Two entries with number 100, apart from each other",
            "On a tie the first sequence found stays. A reader that takes the last one shows other \
            contents than every other reader.",
        )
        .accepts("SEQ-3")
        .ignores("SEQ-3")
        .made_by(log([at(10, 100, 1), at(40, 100, 2)]))
        .replays([0]),
        vector(
            "tie-longer-second",
            "Entry 101 near the start of the log; further on entries 100 and 101",
            "On a tie the first sequence found stays, however long the other is. A reader that \
            prefers the longer one shows other contents than every other reader.",
        )
        .accepts("SEQ-3")
        .made_by(log([at(10, 101, 1)]
            .into_iter()
            .chain(run(40, 100, 2, 5, 1))))
        .replays([0]),
    ]
}
