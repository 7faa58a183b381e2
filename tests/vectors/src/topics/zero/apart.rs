//! Ranges that are one sector apart, and ranges that touch (RPL-1, RPL-5). A reader that collects
//! ranges before it writes them must not lose, or add, the sector between them.

use vhdx_log_image::{Entry, Recipe, SECTOR, Tail, Target};

use super::build::zero;
use crate::recipes::{small, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [zeros(), with_data(), read_only()].concat()
}

fn payload(sector: u32) -> Target {
    Target::Payload(sector)
}

/// Sectors 2 and 4 zeroed, sector 3 between them.
fn two_zeros() -> Entry {
    zero(payload(2), SECTOR).zero(payload(4), SECTOR)
}

fn one_entry(id: &str, title: &str, why: &str, flaws: &str, entry: Entry) -> VectorSource {
    vector(id, title, why)
        .accepts("RPL-1")
        .shows(flaws)
        .made_by(small().then(entry))
        .replays([0])
}

const KEPT: &str = "The sector between the ranges keeps its contents. A reader that makes one \
                    range of both erases it.";

fn zeros() -> Vec<VectorSource> {
    let merged = "zero-ranges-one-sector-apart-merged zero-range-one-sector-too-long";
    let across: Recipe = small()
        .then(zero(payload(2), SECTOR))
        .then(zero(payload(4), SECTOR).with_tail(Tail::Item(0)));
    vec![
        one_entry(
            "zero-one-sector-apart",
            "An entry zeroes sectors 2 and 4",
            KEPT,
            merged,
            two_zeros(),
        ),
        one_entry(
            "zero-one-sector-apart-descending",
            "An entry zeroes sectors 4 and 2, in this order",
            KEPT,
            merged,
            zero(payload(4), SECTOR).zero(payload(2), SECTOR),
        ),
        one_entry(
            "zero-three-one-sector-apart",
            "An entry zeroes sectors 1, 3 and 5",
            "The sectors between the ranges keep their contents. A reader that makes one range of \
            all three erases them.",
            merged,
            zero(payload(1), SECTOR)
                .zero(payload(3), SECTOR)
                .zero(payload(5), SECTOR),
        ),
        one_entry(
            "zero-longer-ranges-one-sector-apart",
            "An entry zeroes sectors 0 to 2, and sectors 4 to 5",
            KEPT,
            "zero-ranges-one-sector-apart-merged zero-range-one-sector-too-short",
            zero(payload(0), 3 * SECTOR).zero(payload(4), 2 * SECTOR),
        ),
        one_entry(
            "zero-touching",
            "An entry zeroes sectors 2 to 3, and sectors 4 to 5",
            "Both ranges are zeros. A reader that collects ranges by their ends loses one of them, \
            and shows old contents.",
            "touching-zero-range-lost",
            zero(payload(2), 2 * SECTOR).zero(payload(4), 2 * SECTOR),
        ),
        one_entry(
            "zero-touching-descending",
            "An entry zeroes sectors 4 to 5, and then sectors 2 to 3",
            "Both ranges are zeros. A reader that collects ranges by their starts loses one of \
            them, and shows old contents.",
            "touching-zero-range-lost",
            zero(payload(4), 2 * SECTOR).zero(payload(2), 2 * SECTOR),
        ),
        vector(
            "zero-one-sector-apart-in-two-entries",
            "One entry zeroes sector 2, the next one sector 4",
            KEPT,
        )
        .accepts("RPL-1")
        .shows("zero-ranges-of-entries-merged")
        .made_by(across)
        .replays([0, 1]),
    ]
}

fn with_data() -> Vec<VectorSource> {
    vec![
        one_entry(
            "data-one-sector-apart",
            "An entry writes sectors 2 and 4",
            "The sector between them keeps its contents. A reader that writes both in one piece \
            fills it with something else.",
            "data-one-sector-apart-joined",
            write(2).data(payload(4)),
        ),
        one_entry(
            "data-one-sector-apart-descending",
            "An entry writes sectors 4 and 2, in this order",
            "The sector between them keeps its contents. A reader that writes both in one piece \
            fills it with something else.",
            "data-one-sector-apart-joined",
            write(4).data(payload(2)),
        ),
        one_entry(
            "zeros-one-sector-before-data",
            "An entry zeroes sector 2 and writes sector 4",
            KEPT,
            "data-next-but-one-to-zeros-joined",
            zero(payload(2), SECTOR).data(payload(4)),
        ),
        one_entry(
            "zeros-one-sector-behind-data",
            "An entry writes sector 2 and zeroes sector 4",
            KEPT,
            "data-next-but-one-to-zeros-joined zero-range-one-sector-too-long",
            write(2).zero(payload(4), SECTOR),
        ),
    ]
}

fn read_only() -> Vec<VectorSource> {
    let shown = |id, title, flaws, entry: Entry| {
        vector(
            id,
            title,
            "A reader that shows the replay without writing it keeps the ranges in a list. One \
            that makes one range of two shows zeros for the sector between them.",
        )
        .open("RPL-5")
        .accepts("RPL-5 RPL-1")
        .read_only()
        .shows(flaws)
        .made_by(small().then(entry))
        .reading("shown", items([0]))
        .reading("refuse", refuses("RPL-5"))
    };
    vec![
        shown(
            "read-only-zero-one-sector-apart",
            "Opened for reading only: an entry zeroes sectors 2 and 4",
            "zero-ranges-one-sector-apart-merged",
            two_zeros(),
        ),
        shown(
            "read-only-data-one-sector-apart",
            "Opened for reading only: an entry writes sectors 2 and 4",
            "data-one-sector-apart-joined",
            write(2).data(payload(4)),
        ),
        shown(
            "read-only-zeros-and-data-one-sector-apart",
            "Opened for reading only: an entry zeroes sectors 2 and 6, and writes sector 4",
            "data-next-but-one-to-zeros-joined",
            two_zeros_around_data(),
        ),
    ]
}

/// Sectors 2 and 6 zeroed, sector 4 written.
fn two_zeros_around_data() -> Entry {
    zero(payload(2), SECTOR)
        .data(payload(4))
        .zero(payload(6), SECTOR)
}
