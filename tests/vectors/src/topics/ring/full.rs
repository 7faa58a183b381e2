//! Logs without free space (SEQ-6), and logs of other sizes and places (HDR-7, HDR-8).

use vhdx_log_image::{Content, Data, Descriptor, Entry, SECTOR, Tail, Target};

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
    let whole = |id, title, why, at: u32| {
        let data = Data {
            target: Target::Payload(0),
            content: Content::Pattern(7),
            more: 253,
        };
        vector(id, title, why)
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
            "128 entries fill the log from its start",
            "A reader whose search stops only when the offset gets smaller never stops, and hangs.",
            0,
            0,
        ),
        fills(
            "full-from-middle",
            "128 entries fill the log; the first one lies in its middle",
            "The run wraps once and ends at its own start. A reader that cannot follow it so far \
            loses the newest entries, or refuses a good disk.",
            128,
            0,
        ),
        fills(
            "full-from-odd-sector",
            "128 entries fill the log; the last one wraps",
            "No entry starts at sector 0. A reader that expects one there refuses a good disk.",
            1,
            0,
        ),
        fills(
            "full-tail-is-last",
            "128 entries fill the log; the head is its own tail",
            "Only the head is replayed. A reader that replays the whole log brings old contents \
            back.",
            64,
            127,
        ),
        vector(
            "full-of-single-sectors",
            "256 empty entries fill the log",
            "A log of 1 MiB cannot hold more entries. A reader with room for fewer drops the \
            newest ones, or crashes.",
        )
        .accepts("SEQ-6 SEQ-9")
        .made_by(single)
        .replays([254, 255]),
        whole(
            "full-of-one-entry-at-1",
            "One entry fills the log, from sector 1 on",
            "The entry wraps one sector before its own start. A reader that cannot wrap an entry \
            as long as the log refuses a good disk.",
            1,
        ),
        whole(
            "full-of-one-entry-at-255",
            "One entry fills the log, from its last sector on",
            "All but the entry's first sector lies at the start of the log. A reader that cannot \
            wrap an entry as long as the log refuses a good disk.",
            255,
        ),
        vector(
            "full-but-one-sector",
            "127 entries of two sectors and one of a single sector leave one sector of the log \
            free",
            "The run ends one sector before its own start. A reader that treats the log as full, \
            or steps over the free sector, hangs or refuses a good disk.",
        )
        .accepts("SEQ-6")
        .made_by(
            run(small(), 1, 127, 0).then(
                Entry::empty()
                    .zero(Target::Payload(200), SECTOR)
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
            "A log of 2 MiB; the sequence lies around its end",
            "A reader that assumes a log of 1 MiB wraps at the wrong place, and refuses a good \
            disk.",
            1,
            2,
            2 * RING - 3,
        ),
        log(
            "log-of-3-mib",
            "A log of 3 MiB; the sequence lies around its end",
            "3 MiB is not a power of two. A reader that wraps offsets with a bit mask looks in the \
            wrong place, and refuses a good disk.",
            1,
            3,
            3 * RING - 4,
        ),
        log(
            "log-of-2-mib-middle",
            "A log of 2 MiB; the sequence lies around its middle",
            "A reader that wraps after 1 MiB, or searches only the first one, loses the newest \
            entries or refuses a good disk.",
            1,
            2,
            RING - 3,
        ),
        log(
            "log-elsewhere",
            "A log of 1 MiB at file offset 3 MiB; the sequence lies around its end",
            "A reader that expects the log at 1 MiB finds no entry there, and refuses a good disk.",
            3,
            1,
            RING - 3,
        ),
        log(
            "log-between",
            "A log of 2 MiB at file offset 2 MiB, between metadata and BAT",
            "The format fixes no order of log, metadata and BAT. A reader that expects the log \
            first looks in the wrong place, and refuses a good disk.",
            2,
            2,
            9,
        ),
    ]
}
