//! Topic `ring`: entries and sequences that go on at the start of the log; logs of other sizes and
//! places.
//!
//! ```text
//!        sector 0                                     253    254    255
//!   ...  | rest of it |                         ...  | loge   desc   data >-.     an entry may wrap between any two
//!        '------------- goes on here <--------------------------------------'     of its sectors
//! ```

use crate::source::{VectorSource, small, vector, with, write};
use vhdx_log_image::{Content, Data, Descriptor, Entry, Recipe, Tail, Target, Zero};

/// Sectors of the ring.
const RING: u32 = 256;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        one_descriptor_sector(),
        several_descriptor_sectors(),
        runs(),
        candidates(),
        full(),
        other_logs(),
    ]
    .concat()
}

/// One entry that starts this many sectors before the end of the log.
fn wrapped(id: &str, title: &str, before_end: u32, entry: Entry) -> VectorSource {
    vector(
        id,
        title,
        "the log is a ring: each sector of an entry may be its last before the end",
    )
    .accepts("SEQ-5")
    .made_by(small().then(entry.at(RING - before_end)))
    .replays([0])
}

/// Header sector and three data sectors.
fn four() -> Entry {
    write(1).data(Target::Payload(2)).data(Target::Payload(3))
}

fn one_descriptor_sector() -> Vec<VectorSource> {
    vec![
        wrapped(
            "wrap-behind-header-sector",
            "an entry of four sectors wraps behind its header sector",
            1,
            four(),
        ),
        wrapped(
            "wrap-behind-first-data",
            "an entry of four sectors wraps behind its first data sector",
            2,
            four(),
        ),
        wrapped(
            "wrap-not-needed",
            "an entry of four sectors ends with the log",
            4,
            four(),
        ),
    ]
}

fn several_descriptor_sectors() -> Vec<VectorSource> {
    let zeros = |count: u32| {
        Descriptor::Zero(Zero {
            target: Target::Payload(4),
            length: 4096,
            more: count - 1,
        })
    };
    let two = || {
        Entry::empty()
            .descriptor(zeros(126))
            .data(Target::Payload(1))
            .data(Target::Payload(2))
    };
    let three = || {
        Entry::empty()
            .descriptor(zeros(252))
            .zero(Target::Payload(3), 4096)
            .data(Target::Payload(1))
            .data(Target::Payload(2))
    };
    vec![
        wrapped(
            "wrap-between-descriptor-sectors",
            "of two descriptor sectors the second is at the log's start",
            1,
            two(),
        ),
        wrapped(
            "wrap-behind-descriptor-sectors",
            "two descriptor sectors end the log, data starts it",
            2,
            two(),
        ),
        wrapped(
            "wrap-behind-first-of-three",
            "of three descriptor sectors one is before the end",
            1,
            three(),
        ),
        wrapped(
            "wrap-behind-second-of-three",
            "of three descriptor sectors two are before the end",
            2,
            three(),
        ),
        wrapped(
            "wrap-behind-third-of-three",
            "three descriptor sectors end the log, data starts it",
            3,
            three(),
        ),
    ]
}

/// So many entries of two sectors from `sector` on, round the ring; the tail is that of item
/// `tail`.
fn run(recipe: Recipe, sector: u32, entries: u32, tail: u32) -> Recipe {
    let first = recipe.log.len() as u32;
    (0..entries).fold(recipe, |recipe, index| {
        let entry = write(1 + index).with_tail(Tail::Item(first + tail));
        recipe.then(if index == 0 { entry.at(sector) } else { entry })
    })
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

fn full() -> Vec<VectorSource> {
    let fills = |id, title, why, start: u32, tail: u32| {
        vector(id, title, why)
            .accepts("SEQ-6 SEQ-5")
            .made_by(run(small(), start, RING / 2, tail))
            .replays(tail as usize..RING as usize / 2)
    };
    let whole = |id, title, at: u32| {
        let data = Data {
            target: Target::Payload(0),
            content: Content::Pattern(7),
            more: 253,
        };
        vector(id, title, "as long as the log, and not at its start")
            .accepts("ENT-3 SEQ-5 SEQ-6")
            .made_by(small().then(Entry::empty().at(at).descriptor(Descriptor::Data(data))))
            .replays([0])
    };
    let single = (0..RING).fold(small(), |recipe, _| {
        recipe.then(Entry::empty().with_tail(Tail::Item(254)))
    });
    vec![
        fills(
            "full-from-start",
            "128 entries fill the log",
            "a search that stops only at a smaller offset never ends",
            0,
            0,
        ),
        fills(
            "full-from-middle",
            "128 entries fill the log, the first in its middle",
            "it wraps once",
            128,
            0,
        ),
        fills(
            "full-from-odd-sector",
            "128 entries fill the log, the last wraps",
            "no entry is at sector 0",
            1,
            0,
        ),
        fills(
            "full-tail-is-last",
            "128 entries fill the log, the head has itself for tail",
            "one is replayed",
            64,
            127,
        ),
        vector(
            "full-of-single-sectors",
            "256 empty entries fill the log",
            "the most entries a log of 1 MiB can hold",
        )
        .accepts("SEQ-6 SEQ-9")
        .made_by(single)
        .replays([254, 255]),
        whole(
            "full-of-one-entry-at-1",
            "one entry fills the log, from sector 1 on",
            1,
        ),
        whole(
            "full-of-one-entry-at-255",
            "one entry fills the log, from its last sector on",
            255,
        ),
        vector(
            "full-but-one-sector",
            "127 entries and one of one sector leave one sector free",
            "not quite full",
        )
        .accepts("SEQ-6")
        .made_by(
            run(small(), 1, 127, 0).then(
                Entry::empty()
                    .zero(Target::Payload(200), 4096)
                    .with_tail(Tail::Item(0)),
            ),
        )
        .replays(0..128),
    ]
}

fn other_logs() -> Vec<VectorSource> {
    let log = |id, title, why, offset_mib: u32, mib: u32, sector: u32| {
        let recipe = with(run(small(), sector, 4, 0), |recipe| {
            recipe.geometry.log_offset_mib = offset_mib;
            recipe.geometry.log_mib = mib;
        });
        vector(id, title, why)
            .accepts("HDR-7 HDR-8 SEQ-5")
            .made_by(recipe)
            .replays(0..4)
    };
    vec![
        log(
            "log-of-2-mib",
            "a log of 2 MiB, the sequence around its end",
            "a log is not always 1 MiB",
            1,
            2,
            2 * RING - 3,
        ),
        log(
            "log-of-3-mib",
            "a log of 3 MiB, the sequence around its end",
            "no power of two: no masks",
            1,
            3,
            3 * RING - 4,
        ),
        log(
            "log-of-2-mib-middle",
            "a log of 2 MiB, the sequence around its middle",
            "the second MiB counts",
            1,
            2,
            RING - 3,
        ),
        log(
            "log-elsewhere",
            "a log of 1 MiB at 3 MiB, the sequence around its end",
            "a log is not always at 1 MiB",
            3,
            1,
            RING - 3,
        ),
        log(
            "log-between",
            "a log of 2 MiB at 2 MiB, between metadata and BAT",
            "the other structures step aside",
            2,
            2,
            9,
        ),
    ]
}
