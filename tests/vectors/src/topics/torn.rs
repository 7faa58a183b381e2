//! Topic `torn`: entries of which only a part reached the disk, in pieces of 512 bytes.
//!
//! The newest entry (101, its own tail) is torn. Where a piece is missing, the log has what was
//! there before: zeros, an older entry, or a pattern. None of it may be applied, and the entry
//! before it still counts.

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
            "Only the first 512 bytes of the newest entry arrived",
            "The header is whole, the rest is not. A reader that checks only the header applies a \
            torn entry, and drops the valid one before it.",
            from(1),
        ),
        ignored(
            "torn-after-header-sector",
            "Only the header sector of the newest entry arrived",
            "A reader that does not verify the data sectors writes bytes to the disk that were \
            never logged.",
            from(8),
        ),
        ignored(
            "torn-in-first-data-sector",
            "The newest entry arrived up to the middle of its first data sector",
            "The end of that sector, with SequenceLow, is missing. A reader that checks only its \
            start writes a torn sector to the disk.",
            from(12),
        ),
        ignored(
            "torn-last-piece",
            "Only the last 512 bytes of the newest entry are missing",
            "No tear is smaller. A reader that does not verify the end of the entry writes a torn \
            sector to the disk.",
            from(23),
        ),
        ignored(
            "torn-first-piece",
            "Only the first 512 bytes of the newest entry are missing",
            "Without its signature the rest is stray data. A reader that refuses the file because \
            of it makes a good disk unreadable.",
            hole(0, 1),
        ),
        ignored(
            "torn-hole-in-data",
            "512 bytes in the middle of the newest entry's first data sector are missing",
            "Both ends of the sector are right, so only the checksum shows the tear. A reader that \
            does not verify it writes a torn sector to the disk.",
            hole(11, 1),
        ),
        ignored(
            "torn-middle-sector",
            "The newest entry's first data sector is missing, its second one is there",
            "Sectors reach the disk in any order. A reader that checks only the last sector \
            applies a torn entry, and writes bytes that were never logged.",
            hole(8, 8),
        ),
    ]
}

fn over_older() -> Vec<VectorSource> {
    // Another generation's entry of the same shape is where the newest one is written.
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
            "After the newest entry's header sector lie data sectors of an older generation",
            "Those sectors have another number. A reader that does not check it writes stale data \
            to the disk.",
            over(LogGuid::B, 8, None),
        ),
        ignored(
            "torn-over-stale-in-data",
            "The second half of the newest entry's first data sector is an older generation's",
            "The sector's number is right at its start and wrong at its end. A reader that checks \
            only the start writes a mix of old and new data to the disk.",
            over(LogGuid::B, 12, Some(4)),
        ),
        ignored(
            "torn-over-older-in-middle",
            "512 bytes inside the newest entry's first data sector are an older entry's",
            "Both ends of the sector are right, so only the checksum shows the tear. A reader that \
            does not verify it writes a mix of old and new data to the disk.",
            over(LogGuid::A, 11, Some(1)),
        ),
        ignored(
            "torn-over-older-header-missing",
            "The header sector is an older entry's, the data sectors are new",
            "Neither entry is whole. A reader that verifies only the header applies the old entry \
            with data that is not its own.",
            over(LogGuid::A, 0, Some(8)),
        ),
        ignored(
            "torn-over-junk",
            "After the newest entry's header sector lies a pattern",
            "Newly allocated file space can hold anything. A reader that does not verify the data \
            sectors writes that to the disk.",
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
            "Of three entries before one flush the middle one did not arrive; the head's tail is \
            the first",
            "The third entry cannot be applied without the second. A reader that skips the torn \
            one shows a state that never existed.",
        )
        .ignores("SEQ-1 SEQ-2 ENT-2")
        .made_by(middle(first))
        .replays([0]),
        vector(
            "torn-middle-of-run-own-tail",
            "Of three entries the middle one did not arrive; the head is its own tail",
            "The head is a sequence of its own, and the newest: when it was written, everything \
            before it was applied. A reader that stops at the torn entry replays the first one and \
            loses the newest.",
        )
        .accepts("SEQ-3 SEQ-4")
        .made_by(middle(Tail::Own))
        .replays([2]),
        vector(
            "torn-two-newest",
            "The two newest of four entries are torn",
            "The run ends before the first torn entry. A reader that rejects the whole run refuses \
            a good disk.",
        )
        .ignores("ENT-2")
        .made_by(
            one()
                .then(write(2).with_tail(first))
                .then(torn(write(3).with_tail(first), 9, None, Leftover::Zeros))
                .then(torn(write(4).with_tail(first), 8, None, Leftover::Zeros)),
        )
        .replays([0, 1]),
        vector(
            "torn-only-entry",
            "The only entry is torn",
            "The log holds no valid sequence. A reader that opens the file as clean hides that \
            what was logged is lost; one that applies the entry writes torn data to the disk.",
        )
        .ignores("SEQ-7 ENT-2")
        .made_by(small().then(torn(newest(), 16, None, Leftover::Zeros)))
        .is_refused("SEQ-7"),
    ]
}

fn wrapped() -> Vec<VectorSource> {
    // The torn entry begins in the last sector of the log and continues at its start.
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
            "The newest entry wraps, and its part at the start of the log is missing",
            "The two parts are two writes. A reader that checks only the first of them applies a \
            torn entry.",
            around(8, None),
        ),
        ignored(
            "torn-at-start-of-log",
            "The newest entry wraps, and its part before the end of the log is missing",
            "The two parts are two writes. Without its header the second one is stray data, and a \
            reader that refuses the file because of it makes a good disk unreadable.",
            around(0, Some(8)),
        ),
    ]
}
