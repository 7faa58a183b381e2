//! The states of a block (DSK-2, DSK-3), set and cleared by the log. Block 0 of the disk holds data
//! before the replay.

use vhdx_log_image::{BatEntry, Entry, Recipe, Tail};

use super::build::{PRESENT, at, image, sets, with_bat};
use crate::source::{Intent, VectorSource, items, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [cleared(), open(), set(), in_turn()].concat()
}

/// Where the block is in the file, in MiB.
const PLACE: u32 = 4;

/// Block 0 in a state, at its place.
const fn block(state: u8) -> BatEntry {
    BatEntry::payload(0, state, PLACE)
}

/// Block 0 in a state, without a place.
const fn nowhere(state: u8) -> BatEntry {
    BatEntry::payload(0, state, 0)
}

fn disk(before: BatEntry) -> Recipe {
    image(with_bat([before]))
}

fn shown(id: &str, title: &str, why: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .accepts("DSK-2 RPL-4")
        .made_by(recipe)
        .replays([0])
}

/// The block loses its place, or is zero: there is nothing that it could show but zeros.
fn cleared() -> Vec<VectorSource> {
    let cleared = |id, title, why, to| shown(id, title, why, disk(block(PRESENT)).then(sets(to)));
    vec![
        cleared(
            "state-0-set",
            "The log makes a block that held data not present, with no place",
            "The guest then reads zeros. A reader that loads the BAT before the replay shows what \
            was there.",
            nowhere(0),
        ),
        cleared(
            "state-1-set",
            "The log makes a block that held data undefined, with no place",
            "Nothing is left that the block could show but zeros. A reader that knows only the \
            usual states refuses a good disk.",
            nowhere(1),
        ),
        cleared(
            "state-2-set",
            "The log makes a block that held data zero, with no place",
            "Windows does that when a guest trims the block. A reader that knows only the usual \
            states refuses a good disk.",
            nowhere(2),
        ),
        cleared(
            "state-3-set",
            "The log unmaps a block that held data, with no place",
            "Windows does that when a guest trims the block. A reader that knows only the usual \
            states refuses a good disk.",
            nowhere(3),
        ),
        cleared(
            "state-2-set-place-kept",
            "The log makes a block zero that held data, and keeps its place",
            "State 2 says zeros, whatever the place holds. A reader that looks only at the place \
            shows contents that the guest has erased.",
            block(2),
        ),
    ]
}

/// The place is kept, and the text allows what it holds.
fn open() -> Vec<VectorSource> {
    let open = |id, title, why, state| {
        vector(id, title, why)
            .open("DSK-3")
            .accepts("DSK-3")
            .made_by(disk(block(PRESENT)).then(sets(block(state))))
            .reading("zeros", items([0]))
            .reading("old contents", Intent::ReplaysWithOldBlocks(vec![0]))
    };
    vec![
        open(
            "state-0-set-place-kept",
            "The log makes a block that held data not present, and keeps its place",
            "Zeros or the old contents may be shown. A reader that refuses a place with this \
            state refuses a good disk.",
            0,
        ),
        open(
            "state-1-set-place-kept",
            "The log makes a block that held data undefined, and keeps its place",
            "Zeros or the old contents may be shown. A reader that knows only the usual states \
            refuses a good disk.",
            1,
        ),
        open(
            "state-3-set-place-kept",
            "The log unmaps a block that held data, and keeps its place",
            "Zeros or the old contents may be shown. A reader that knows only the usual states \
            refuses a good disk.",
            3,
        ),
    ]
}

/// The block becomes present again where it was.
fn set() -> Vec<VectorSource> {
    let present = |id, title, state: u8| {
        shown(
            id,
            title,
            "The guest sees what the place holds, and the sector that the log writes. A reader \
            that loads the BAT before the replay shows zeros.",
            disk(block(state)).then(sets(block(PRESENT)).data(at(PLACE, 2))),
        )
    };
    vec![
        present(
            "state-0-cleared",
            "The log makes a block present that was not, and writes to it",
            0,
        ),
        present(
            "state-1-cleared",
            "The log makes an undefined block present, and writes to it",
            1,
        ),
        present(
            "state-2-cleared",
            "The log makes a zero block present, and writes to it",
            2,
        ),
        present(
            "state-3-cleared",
            "The log makes an unmapped block present, and writes to it",
            3,
        ),
        shown(
            "block-moved",
            "The log gives a block another place, and writes to it there",
            "A reader that loads the BAT before the replay shows the block at its old place.",
            Recipe {
                length: Some(6 << 20),
                ..disk(block(PRESENT))
            }
            .then(sets(BatEntry::payload(0, PRESENT, 5)).data(at(5, 1))),
        ),
    ]
}

/// Several entries change the same BAT entry.
fn in_turn() -> Vec<VectorSource> {
    let replayed = |id, title, why, log: Vec<Entry>| {
        let count = log.len();
        let mut recipe = disk(block(PRESENT));
        for entry in log {
            recipe = recipe.then(entry.with_tail(Tail::Item(0)));
        }
        vector(id, title, why)
            .accepts("DSK-2 RPL-1")
            .made_by(recipe)
            .replays(0..count)
    };
    vec![
        replayed(
            "states-zero-then-present",
            "An entry makes a block zero, the next one makes it present again and writes to it",
            "The newest entry wins. A reader that applies the older one last shows zeros in place \
            of the guest's data.",
            vec![sets(block(2)), sets(block(PRESENT)).data(at(PLACE, 3))],
        ),
        replayed(
            "states-present-then-zero",
            "An entry writes to a block, the next one makes it zero",
            "The newest entry wins. A reader that applies the older one last shows contents that \
            the guest has erased.",
            vec![sets(block(PRESENT)).data(at(PLACE, 3)), sets(nowhere(2))],
        ),
        replayed(
            "states-all-in-turn",
            "Five entries set the states 0, 1, 2, 3 and 6, and the last one writes to the block",
            "Only the newest state counts. A reader that replays fewer entries shows zeros.",
            vec![
                sets(nowhere(0)),
                sets(nowhere(1)),
                sets(nowhere(2)),
                sets(nowhere(3)),
                sets(block(PRESENT)).data(at(PLACE, 3)),
            ],
        ),
    ]
}
