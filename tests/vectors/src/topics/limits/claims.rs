//! Lone headers without descriptors that claim a length, with a wrong checksum (SEQ-5, SEQ-9,
//! ENT-2, ENT-3, ENT-6). A descriptor that a reader stumbles over would hide what these are for.

use vhdx_log_image::{Checksum, Corruption, Entry, Recipe};

use crate::recipes::{small, write};
use crate::source::{VectorSource, vector};

/// Length of the log.
const LOG: u32 = 1 << 20;

pub(super) fn vectors() -> Vec<VectorSource> {
    [alone(), before(), behind()].concat()
}

/// The header of an entry of this generation without descriptors, which claims this length.
fn claim(sector: u32, length: u32) -> Entry {
    Entry::empty()
        .at(sector)
        .numbered(500)
        .corrupt(Corruption::EntryLength(length))
        .with_checksum(Checksum::Wrong)
}

const LOG_LONG: &str = "log-long-invalid-entry-hangs";
const SKIPPED: &str =
    "invalid-entry-skipped-by-its-length invalid-shorter-entry-skipped-by-its-length";

fn alone() -> Vec<VectorSource> {
    let refused = |id, title, why, flaws, recipe| {
        vector(id, title, why)
            .safe()
            .ignores("SEQ-9 SEQ-7")
            .shows(flaws)
            .made_by(recipe)
            .is_refused("SEQ-7")
    };
    vec![
        refused(
            "claims-whole-log-alone",
            "One header without descriptors claims an entry as long as the log; its checksum is \
            wrong",
            "A reader that advances by the claimed length comes back to the same sector forever, \
            and hangs.",
            LOG_LONG,
            small().then(claim(0, LOG)),
        ),
        refused(
            "claims-whole-log-in-middle",
            "In the middle of the log one header without descriptors claims an entry as long as \
            the log",
            "A reader that advances by the claimed length comes back to the same sector forever, \
            and hangs.",
            LOG_LONG,
            small().then(claim(128, LOG)),
        ),
        refused(
            "claims-nothing-alone",
            "One header without descriptors has EntryLength 0; its checksum is wrong",
            "A reader that advances by the claimed length never moves, and hangs.",
            "zero-entry-length-hangs",
            small().then(claim(0, 0)),
        ),
    ]
}

fn before() -> Vec<VectorSource> {
    let passed = |id, title, flaws, length| {
        vector(
            id,
            title,
            "The header is left over from another entry, and the scan goes on with the next \
            sector. A reader that advances by the claimed length misses the only valid sequence.",
        )
        .safe()
        .accepts("SEQ-5 SEQ-9")
        .ignores("ENT-2")
        .shows(flaws)
        .made_by(small().then(claim(0, length)).then(write(1).at(1)))
        .replays([1])
    };
    let shape = format!("{SKIPPED} entry-shape-fails-open scan-stops-at-invalid-entry");
    vec![
        passed(
            "claims-whole-log-before-entry",
            "One sector before the only entry a header without descriptors claims the whole log",
            LOG_LONG,
            LOG,
        ),
        passed(
            "claims-half-log-before-entry",
            "One sector before the only entry a header without descriptors claims half the log",
            &shape,
            LOG / 2,
        ),
        passed(
            "claims-all-but-a-sector-before-entry",
            "One sector before the only entry a header without descriptors claims all of the log \
            but one sector",
            &shape,
            LOG - 4096,
        ),
        passed(
            "claims-two-sectors-before-entry",
            "One sector before the only entry a header without descriptors claims two sectors",
            &shape,
            8192,
        ),
        passed(
            "claims-one-sector-before-entry",
            "One sector before the only entry a header without descriptors has the right length \
            and a wrong checksum",
            "torn-entry-fails-open scan-stops-at-invalid-entry",
            4096,
        ),
        passed(
            "claims-nothing-before-entry",
            "One sector before the only entry a header without descriptors has EntryLength 0",
            "zero-entry-length-hangs entry-length-fails-open",
            0,
        ),
        passed(
            "claims-more-than-log-before-entry",
            "One sector before the only entry a header without descriptors claims one sector more \
            than the log",
            "entry-length-fails-open invalid-entry-skipped-by-its-length",
            LOG + 4096,
        ),
        passed(
            "claims-odd-length-before-entry",
            "One sector before the only entry a header without descriptors has EntryLength 100",
            "entry-length-fails-open",
            100,
        ),
    ]
}

fn behind() -> Vec<VectorSource> {
    let passed = |id, title, flaws, recipe: Recipe| {
        vector(
            id,
            title,
            "The header means nothing. A reader that does not come to an end, or refuses the file, \
            makes a good disk unreadable.",
        )
        .safe()
        .accepts("SEQ-9")
        .ignores("ENT-2")
        .shows(flaws)
        .made_by(recipe)
        .replays([0])
    };
    let one = || small().then(write(1));
    vec![
        passed(
            "claims-whole-log-behind-entry",
            "Directly behind the only entry a header without descriptors claims the whole log",
            LOG_LONG,
            one().then(claim(2, LOG)),
        ),
        passed(
            "claims-two-sectors-behind-entry",
            "Directly behind the only entry a header without descriptors claims two sectors",
            "entry-shape-fails-open",
            one().then(claim(2, 8192)),
        ),
        passed(
            "claims-whole-log-in-last-sector",
            "In the log's last sector a header without descriptors claims the whole log",
            LOG_LONG,
            one().then(claim(255, LOG)),
        ),
        passed(
            "claims-around-both-sides",
            "Headers without descriptors claim two sectors, half the log and the whole log, each \
            one sector from the only entry",
            LOG_LONG,
            one()
                .then(claim(2, 8192))
                .then(claim(3, LOG / 2))
                .then(claim(255, LOG)),
        ),
    ]
}
