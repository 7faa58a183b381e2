//! Topic `torn`: entries of which only a part reached the disk, in pieces of 512 bytes.
//!
//! The newest entry (101, its own tail) is torn; what stands where a piece is missing is what was
//! there before, zeros, or a pattern. None of it may be applied; the entry before it still counts.

use vhdx_log_image::{Entry, Leftover, LogGuid, Recipe, Tail, Target, Tear};

use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [over_zeros(), over_older(), in_a_run(), wrapped()].concat()
}

/// Header sector and two data sectors: 24 pieces.
fn newest() -> Entry {
    write(2).data(Target::Payload(3))
}

fn torn(entry: Entry, piece: u32, pieces: Option<u32>, left: Leftover) -> Entry {
    let mut entry = entry;
    entry.tears.push(Tear {
        piece,
        pieces,
        left,
    });
    entry
}

fn ignored(id: &str, title: &str, why: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .ignores("ENT-2 DAT-1 SEQ-1")
        .accepts("SEQ-7")
        .made_by(recipe)
        .replays([0])
}

fn over_zeros() -> Vec<VectorSource> {
    let from = |piece| one_and(torn(newest(), piece, None, Leftover::Zeros));
    let hole = |piece, pieces| one_and(torn(newest(), piece, Some(pieces), Leftover::Zeros));
    vec![
        ignored(
            "torn-after-first-piece",
            "only the first 512 bytes arrived",
            "the header is whole, the rest is not",
            from(1),
        ),
        ignored(
            "torn-after-header-sector",
            "only the header sector arrived",
            "a sector is the most that disks promise",
            from(8),
        ),
        ignored(
            "torn-in-first-data-sector",
            "the first data sector arrived in half",
            "its end is missing: SequenceLow is, too",
            from(12),
        ),
        ignored(
            "torn-last-piece",
            "only the last 512 bytes are missing",
            "the least that can be missing",
            from(23),
        ),
        ignored(
            "torn-first-piece",
            "only the first 512 bytes are missing",
            "no signature: what follows is stray data",
            hole(0, 1),
        ),
        ignored(
            "torn-hole-in-data",
            "512 bytes in the middle of a data sector are missing",
            "both its ends are right: only the checksum tells",
            hole(11, 1),
        ),
        ignored(
            "torn-middle-sector",
            "the first data sector is missing, the second is there",
            "sectors arrive in any order",
            hole(8, 8),
        ),
    ]
}

fn over_older() -> Vec<VectorSource> {
    // Another generation's entry of the same shape lies where the newest one goes.
    let older = |log_guid| newest().at(2).numbered(77).with_log_guid(log_guid);
    let over = |log_guid, piece, pieces| {
        let recipe = one().then(older(log_guid));
        recipe.then(torn(
            newest().at(2).numbered(101),
            piece,
            pieces,
            Leftover::Older,
        ))
    };
    let junk = |piece, pieces| one_and(torn(newest(), piece, pieces, Leftover::Pattern(6)));
    vec![
        ignored(
            "torn-over-stale-after-header",
            "behind the header sector lies the data of an older generation",
            "data sectors with another number",
            over(LogGuid::B, 8, None),
        ),
        ignored(
            "torn-over-stale-in-data",
            "within a data sector an older generation shows through",
            "its number is right at one end, wrong at the other",
            over(LogGuid::B, 12, Some(4)),
        ),
        ignored(
            "torn-over-older-in-middle",
            "512 bytes inside a data sector are an older entry's",
            "both its ends are right: only the checksum tells",
            over(LogGuid::A, 11, Some(1)),
        ),
        ignored(
            "torn-over-older-header-missing",
            "the header sector is an older entry's, the data is new",
            "the older entry is not whole any more either",
            over(LogGuid::A, 0, Some(8)),
        ),
        ignored(
            "torn-over-junk",
            "behind the header sector lies a pattern",
            "new space of a file can hold anything",
            junk(8, None),
        ),
    ]
}

fn in_a_run() -> Vec<VectorSource> {
    let first = Tail::Item(0);
    let middle = |last: Tail| {
        one()
            .then(torn(write(2).with_tail(first), 8, None, Leftover::Zeros))
            .then(write(3).numbered(102).with_tail(last))
    };
    vec![
        vector(
            "torn-middle-of-run",
            "of three entries before one flush the middle one did not arrive; the head's tail is the first",
            "what was written behind it cannot be applied without it",
        )
        .ignores("SEQ-1 SEQ-2 ENT-2")
        .made_by(middle(first))
        .replays([0]),
        vector(
            "torn-middle-of-run-own-tail",
            "of three entries the middle one did not arrive; the head has itself for tail",
            "a sequence of its own, and the newest: its writer knew all before it to be applied",
        )
        .accepts("SEQ-3 SEQ-4")
        .made_by(middle(Tail::Own))
        .replays([2]),
        vector("torn-two-newest", "the two newest of four entries are torn", "the run ends before the first torn one")
            .ignores("ENT-2")
            .made_by(
                one()
                    .then(write(2).with_tail(first))
                    .then(torn(write(3).with_tail(first), 9, None, Leftover::Zeros))
                    .then(torn(write(4).with_tail(first), 8, None, Leftover::Zeros)),
            )
            .replays([0, 1]),
        vector("torn-only-entry", "the only entry is torn", "nothing is valid, so the file is refused")
            .ignores("SEQ-7 ENT-2")
            .made_by(small().then(torn(newest(), 16, None, Leftover::Zeros)))
            .is_refused("SEQ-7"),
    ]
}

fn wrapped() -> Vec<VectorSource> {
    // The torn entry begins in the last sector of the log and goes on at its start.
    let around = |piece, pieces| {
        with(
            one_and(torn(newest(), piece, pieces, Leftover::Zeros)),
            |recipe| {
                recipe.log[0]
                    .place_mut()
                    .clone_from(&vhdx_log_image::Place::Sector(253));
            },
        )
    };
    vec![
        ignored(
            "torn-at-end-of-log",
            "the newest entry wraps; what wrapped is missing",
            "the two pieces are two writes",
            around(8, None),
        ),
        ignored(
            "torn-at-start-of-log",
            "the newest entry wraps; what stood before the end is missing",
            "the two pieces are two writes",
            around(0, Some(8)),
        ),
    ]
}
