//! Empty entries, LogGuid in another byte order, and a header sector without its data.

use vhdx_log_image::{Bytes, Entry, Fill, Filling, LogGuid, Patch, Place, Recipe, Tail};

use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [shapes()].concat()
}

fn shapes() -> Vec<VectorSource> {
    let guid_in_text_order = with(one(), |recipe| {
        recipe.log[0].entry_mut().expect("an entry").log_guid = LogGuid::TextOrder;
    });
    vec![
        vector(
            "entry-empty-alone",
            "The only entry has no descriptors",
            "A crash right after an open leaves this log. A reader that rejects an empty entry \
            refuses a good disk.",
        )
        .accepts("ENT-6 SEQ-7")
        .made_by(small().then(Entry::empty()))
        .replays([0]),
        vector(
            "entry-empty-in-middle",
            "Of three entries the middle one is empty",
            "An empty entry continues a run. A reader that ends the run there loses the newest \
            entry.",
        )
        .accepts("ENT-6 SEQ-1")
        .made_by(
            one()
                .then(Entry::empty().with_tail(Tail::Item(0)))
                .then(write(3).with_tail(Tail::Item(0))),
        )
        .replays([0, 1, 2]),
        vector(
            "entry-empty-head",
            "The newest entry is empty, and its tail is the entry before it",
            "The Tail of an empty entry counts like any other. A reader that finds nothing to do \
            in the head and stops there loses the entry before it.",
        )
        .accepts("ENT-6 SEQ-2")
        .made_by(one().then(Entry::empty().with_tail(Tail::Item(0))))
        .replays([0, 1]),
        vector(
            "entry-empty-head-own-tail",
            "The newest entry is empty and is its own tail",
            "Everything before it is applied already. A reader that replays the earlier entry \
            again brings old contents back.",
        )
        .ignores("SEQ-4")
        .accepts("ENT-6")
        .made_by(one().then(Entry::empty()))
        .replays([1]),
        vector(
            "entry-guid-in-text-order",
            "The only entry has the header's LogGuid with the bytes of its first three fields \
            reversed",
            "GUIDs are compared as they are stored. A reader that converts one of the two applies \
            entries of another generation, and rejects those of the right one.",
        )
        .ignores("ENT-7 SEQ-7")
        .made_by(guid_in_text_order)
        .is_refused("SEQ-7"),
        vector(
            "entry-guid-not-symmetric",
            "A stale entry with the LogGuid in text order lies after a valid one",
            "A reader that accepts a LogGuid in either byte order applies the stale entry, and \
            drops the valid one.",
        )
        .ignores("ENT-7")
        .made_by(one_and(write(2).with_log_guid(LogGuid::TextOrder)))
        .replays([0]),
        vector(
            "entry-header-alone",
            "After the entry lies the header sector of a newer one, without its data",
            "A reader that accepts the header sector by itself applies an entry that never reached \
            the disk whole, and drops the valid one.",
        )
        .ignores("DAT-1 ENT-2")
        .made_by(header_sector_after())
        .replays([0]),
    ]
}

/// After the entry, one sector that claims to start an entry of two.
fn header_sector_after() -> Recipe {
    let header = Fill {
        at: Place::After,
        sectors: 1,
        with: Filling::Claims(8192),
    };
    with(one_and(header), |recipe| {
        // Number 101, so that it would continue the run.
        let number = 101_u64.to_le_bytes().to_vec();
        for at in [16, 64 + 24] {
            recipe.patches.push(Patch {
                at: (1 << 20) + 2 * 4096 + at,
                bytes: Bytes(number.clone()),
            });
        }
    })
}
