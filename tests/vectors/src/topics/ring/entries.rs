//! One entry that wraps, at each of its sectors (SEQ-5).

use vhdx_log_image::{Descriptor, Entry, Target, Zero};

use super::build::RING;
use crate::recipes::{small, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [one_descriptor_sector(), several_descriptor_sectors()].concat()
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
