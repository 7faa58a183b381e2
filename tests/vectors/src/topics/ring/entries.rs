//! One entry that wraps, at each of its sectors (SEQ-5).

use vhdx_log_image::{Descriptor, Entry, SECTOR, Target, Zero};

use super::build::RING;
use crate::recipes::{small, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [one_descriptor_sector(), several_descriptor_sectors()].concat()
}

/// One entry that starts this many sectors before the end of the log.
fn wrapped(id: &str, title: &str, why: &str, before_end: u32, entry: Entry) -> VectorSource {
    vector(id, title, why)
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
            "An entry of four sectors wraps after its header sector",
            "The log is a ring. A reader that looks for the data past the end of the log rejects \
            the entry, and refuses a good disk.",
            1,
            four(),
        ),
        wrapped(
            "wrap-behind-first-data",
            "An entry of four sectors wraps after its first data sector",
            "A reader that expects all data sectors in one piece rejects the entry, and refuses a \
            good disk.",
            2,
            four(),
        ),
        wrapped(
            "wrap-not-needed",
            "An entry of four sectors ends exactly with the log",
            "A reader whose check of the log's end is off by one rejects the entry, or wraps too \
            early, and refuses a good disk.",
            4,
            four(),
        ),
    ]
}

fn several_descriptor_sectors() -> Vec<VectorSource> {
    let zeros = |count: u32| {
        Descriptor::Zero(Zero {
            target: Target::Payload(4),
            length: SECTOR,
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
            .zero(Target::Payload(3), SECTOR)
            .data(Target::Payload(1))
            .data(Target::Payload(2))
    };
    vec![
        wrapped(
            "wrap-between-descriptor-sectors",
            "An entry with two descriptor sectors wraps between them",
            "A reader that expects all descriptors in one piece reads the second sector past the \
            end of the log, and refuses a good disk.",
            1,
            two(),
        ),
        wrapped(
            "wrap-behind-descriptor-sectors",
            "Two descriptor sectors end the log, and their data starts it",
            "A reader that looks for the data past the end of the log rejects the entry, and \
            refuses a good disk.",
            2,
            two(),
        ),
        wrapped(
            "wrap-behind-first-of-three",
            "An entry with three descriptor sectors wraps after the first",
            "A reader that expects all descriptors in one piece reads two of their sectors past \
            the end of the log, and refuses a good disk.",
            1,
            three(),
        ),
        wrapped(
            "wrap-behind-second-of-three",
            "An entry with three descriptor sectors wraps after the second",
            "A reader that can follow a wrap only after the first sector rejects the entry, and \
            refuses a good disk.",
            2,
            three(),
        ),
        wrapped(
            "wrap-behind-third-of-three",
            "Three descriptor sectors end the log, and their data starts it",
            "A reader that looks for the data past the end of the log rejects the entry, and \
            refuses a good disk.",
            3,
            three(),
        ),
    ]
}
