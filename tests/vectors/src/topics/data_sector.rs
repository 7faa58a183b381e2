//! Topic `data-sector`: data sectors, and how an update is put together from its descriptor and its
//! data sector.

use vhdx_log_image::{Content, Corruption, Entry, Nth, Signature, Tail, Target};

use crate::recipes::{one_and, small, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [fields(), restored(), order()].concat()
}

fn ignored(id: &str, title: &str, why: &str, clause: &str, newer: Entry) -> VectorSource {
    vector(id, title, why)
        .ignores(clause)
        .made_by(one_and(newer))
        .replays([0])
}

fn fields() -> Vec<VectorSource> {
    let signature = |index, to: &[u8; 4]| {
        Corruption::DataSignature(Nth {
            index,
            to: Signature(*to),
        })
    };
    let high = |index, to| Corruption::DataSequenceHigh(Nth { index, to });
    let low = |index, to| Corruption::DataSequenceLow(Nth { index, to });
    let three = || write(2).data(Target::Payload(3)).data(Target::Payload(4));
    vec![
        ignored(
            "data-signature-other-case",
            "the newer entry's data sector begins with `DATA`; the checksum is right",
            "a right checksum does not make a data sector",
            "DAT-1",
            write(2).corrupt(signature(0, b"DATA")),
        ),
        ignored(
            "data-signature-wrong-in-last",
            "of the newer entry's three data sectors the last begins with `zero`",
            "every data sector is looked at",
            "DAT-1",
            three().corrupt(signature(2, b"zero")),
        ),
        ignored(
            "data-sequence-high-wrong",
            "the newer entry's data sector has SequenceHigh 1; the number is 101",
            "left from another entry whose lower half is the same",
            "DAT-2",
            write(2).corrupt(high(0, 1)),
        ),
        ignored(
            "data-sequence-low-wrong",
            "the newer entry's data sector has SequenceLow 100; the number is 101",
            "the end of the sector is left from the entry before: a torn sector",
            "DAT-2",
            write(2).corrupt(low(0, 100)),
        ),
        ignored(
            "data-sequence-low-wrong-in-last",
            "of the newer entry's three data sectors the last has another SequenceLow",
            "every data sector is looked at",
            "DAT-2",
            three().corrupt(low(2, 7)),
        ),
        ignored(
            "data-sequence-halves-exchanged",
            "the newer entry's number is 100 * 2^32 + 7; its data sector has the halves the wrong way round",
            "SequenceHigh stands at the start, SequenceLow at the end",
            "DAT-2",
            write(2)
                .numbered((100 << 32) + 7)
                .corrupt(high(0, 7))
                .corrupt(low(0, 100)),
        ),
        vector(
            "data-sequence-both-halves",
            "the number is 100 * 2^32 + 7",
            "both halves are looked at, each in its place",
        )
        .accepts("DAT-2")
        .made_by(small().then(write(1).numbered((100 << 32) + 7)))
        .replays([0]),
    ]
}

fn restored() -> Vec<VectorSource> {
    let one = |id, title, why, content| {
        vector(id, title, why)
            .accepts("RPL-1")
            .made_by(small().then(Entry::empty().content(Target::Payload(1), content)))
            .replays([0])
    };
    vec![
        one(
            "data-restored",
            "a sector whose first eight and last four bytes are twelve different ones",
            "they stand in the descriptor, not in the data sector",
            Content::Pattern(0x1234),
        ),
        one(
            "data-of-zeros",
            "a sector of zeros over one that was not",
            "who leaves signature and number in place shows `data`",
            Content::Zeros,
        ),
        vector(
            "data-unchanged",
            "an entry writes what stands there already",
            "a replay that changes nothing is a replay",
        )
        .accepts("RPL-1")
        .made_by(small().then(Entry::empty().content(Target::Payload(1), Content::Original)))
        .replays([0]),
    ]
}

fn order() -> Vec<VectorSource> {
    let mixed = Entry::empty()
        .zero(Target::Payload(0), 4096)
        .data(Target::Payload(5))
        .zero(Target::Payload(1), 4096)
        .zero(Target::Payload(2), 4096)
        .data(Target::Payload(4))
        .data(Target::Payload(6));
    vec![
        vector(
            "data-mixed-with-zeros",
            "zero, data, zero, zero, data, data",
            "data sectors follow in the order of theirs",
        )
        .accepts("RPL-1 ENT-6")
        .made_by(small().then(mixed))
        .replays([0]),
        vector(
            "data-same-sector-twice",
            "an entry writes one sector twice",
            "the later descriptor wins",
        )
        .accepts("RPL-1")
        .ignores("RPL-1")
        .made_by(small().then(write(1).data(Target::Payload(1))))
        .replays([0]),
        vector(
            "data-same-sector-in-two-entries",
            "two entries write the same sector",
            "the newer entry wins",
        )
        .accepts("RPL-1")
        .ignores("RPL-1")
        .made_by(
            small()
                .then(write(1))
                .then(write(1).with_tail(Tail::Item(0))),
        )
        .replays([0, 1]),
        vector(
            "data-descending-targets",
            "an entry writes sectors 9, 7, 5, 3",
            "targets need not ascend",
        )
        .accepts("RPL-1")
        .made_by(
            small().then(
                write(9)
                    .data(Target::Payload(7))
                    .data(Target::Payload(5))
                    .data(Target::Payload(3)),
            ),
        )
        .replays([0]),
        vector(
            "data-several-in-several-entries",
            "three entries with three data sectors each, all different",
            "finds buffers that are used again while something still points into them",
        )
        .accepts("RPL-1")
        .made_by(
            small()
                .run(
                    0,
                    3,
                    [Target::Payload(1), Target::Payload(3), Target::Payload(5)],
                )
                .then(write(7).data(Target::Payload(8)).with_tail(Tail::Item(0))),
        )
        .replays([0, 1, 2, 3]),
        vector(
            "data-three-entries-one-sector",
            "three entries write the same sector, the middle one zeroes it",
            "finds who sorts updates by kind or by place",
        )
        .accepts("RPL-1")
        .made_by(
            small()
                .then(write(1))
                .then(
                    Entry::empty()
                        .zero(Target::Payload(1), 4096)
                        .with_tail(Tail::Item(0)),
                )
                .then(write(1).with_tail(Tail::Item(0))),
        )
        .replays([0, 1, 2]),
    ]
}
