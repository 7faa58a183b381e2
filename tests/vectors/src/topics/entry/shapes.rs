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
            "the only entry is empty",
            "what a crash right after an open leaves: nothing to apply",
        )
        .accepts("ENT-6 SEQ-7")
        .made_by(small().then(Entry::empty()))
        .replays([0]),
        vector("entry-empty-in-middle", "of three entries the middle one is empty", "an empty entry continues a run")
            .accepts("ENT-6 SEQ-1")
            .made_by(one().then(Entry::empty().with_tail(Tail::Item(0))).then(write(3).with_tail(Tail::Item(0))))
            .replays([0, 1, 2]),
        vector(
            "entry-empty-head",
            "the newest entry is empty and names the one before it",
            "its tail counts all the same",
        )
        .accepts("ENT-6 SEQ-2")
        .made_by(one().then(Entry::empty().with_tail(Tail::Item(0))))
        .replays([0, 1]),
        vector("entry-empty-head-own-tail", "the newest entry is empty, its own tail", "all before it is applied already")
            .ignores("SEQ-4")
            .accepts("ENT-6")
            .made_by(one().then(Entry::empty()))
            .replays([1]),
        vector(
            "entry-guid-in-text-order",
            "the only entry has the header's LogGuid with its first three fields the other way round",
            "the two forms of a GUID are not the same bytes",
        )
        .ignores("ENT-7 SEQ-7")
        .made_by(guid_in_text_order)
        .is_refused("SEQ-7"),
        vector(
            "entry-guid-not-symmetric",
            "a stale entry with the LogGuid in text order lies behind a sound one",
            "finds readers that turn one of the two round",
        )
        .ignores("ENT-7")
        .made_by(one_and(write(2).with_log_guid(LogGuid::TextOrder)))
        .replays([0]),
        vector(
            "entry-header-alone",
            "behind the entry lies the header sector of a newer one, no data",
            "it fails as a whole",
        )
        .ignores("DAT-1 ENT-2")
        .made_by(claim_behind())
        .replays([0]),
    ]
}

/// Behind the entry, one sector that claims to start an entry of two.
fn claim_behind() -> Recipe {
    let claim = Fill {
        at: Place::After,
        sectors: 1,
        with: Filling::Claims(8192),
    };
    with(one_and(claim), |recipe| {
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
