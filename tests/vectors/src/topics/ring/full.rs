//! Logs without free space (SEQ-6), and logs of other sizes and places (HDR-7, HDR-8).

use vhdx_log_image::{Content, Data, Descriptor, Entry, Tail, Target};

use super::build::{RING, run};
use crate::recipes::{small, with};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [full(), other_logs()].concat()
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
