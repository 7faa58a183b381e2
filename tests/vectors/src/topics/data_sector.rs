//! Topic `data-sector`: data sectors, and how an update is restored from its descriptor and its
//! data sector (DAT-1, DAT-2, RPL-1).

use vhdx_log_image::{Content, Corruption, Entry, Nth, SECTOR, Signature, Tail, Target};

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
            "The newer entry's data sector begins with `DATA`; the checksum is right",
            "A right checksum does not make a valid data sector. A reader that relies on it \
            applies an invalid entry, and drops the valid entry before it.",
            "DAT-1",
            write(2).corrupt(signature(0, b"DATA")),
        ),
        ignored(
            "data-signature-wrong-in-last",
            "Of the newer entry's three data sectors the last one begins with `zero`",
            "A reader that checks only the first data sector writes something that is not an \
            update to the disk.",
            "DAT-1",
            three().corrupt(signature(2, b"zero")),
        ),
        ignored(
            "data-sequence-high-wrong",
            "The newer entry's data sector has SequenceHigh 1; the entry's number is 101",
            "Such a sector is left over from another entry with the same lower half. A reader that \
            checks only SequenceLow writes stale data to the disk.",
            "DAT-2",
            write(2).corrupt(high(0, 1)),
        ),
        ignored(
            "data-sequence-low-wrong",
            "The newer entry's data sector has SequenceLow 100; the entry's number is 101",
            "The end of the sector is left over from the entry before. A reader that checks only \
            SequenceHigh writes a torn sector to the disk.",
            "DAT-2",
            write(2).corrupt(low(0, 100)),
        ),
        ignored(
            "data-sequence-low-wrong-in-last",
            "Of the newer entry's three data sectors the last one has another SequenceLow",
            "A reader that checks only the first data sector writes a torn one to the disk.",
            "DAT-2",
            three().corrupt(low(2, 7)),
        ),
        ignored(
            "data-sequence-halves-exchanged",
            "The newer entry's number is 100 * 2^32 + 7; its data sector has the two halves \
            exchanged",
            "SequenceHigh is at the start of the sector, SequenceLow at its end. A reader that \
            expects the opposite applies this entry, and rejects valid ones once numbers pass \
            2^32.",
            "DAT-2",
            write(2)
                .numbered((100 << 32) + 7)
                .corrupt(high(0, 7))
                .corrupt(low(0, 100)),
        ),
        vector(
            "data-sequence-both-halves",
            "The entry's number is 100 * 2^32 + 7",
            "A reader that drops the upper half, or looks for the halves in the wrong places, \
            rejects the entry and refuses a good disk.",
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
            "A sector whose first eight and last four bytes are twelve different bytes",
            "These bytes are stored in the descriptor. A reader that does not put them back leaves \
            a signature and numbers of the log on the disk.",
            Content::Pattern(0x1234),
        ),
        one(
            "data-of-zeros",
            "A sector of zeros replaces one that was not zero",
            "A reader that leaves the signature in place shows the text `data` in a sector of \
            zeros.",
            Content::Zeros,
        ),
        // A reader that takes the target from LeadingBytes is right by chance here.
        vector(
            "data-leading-bytes-are-target",
            "LeadingBytes hold the file offset of the sector that they belong to",
            "A reader that does not put LeadingBytes and TrailingBytes back leaves a signature and \
            numbers of the log on the disk, wherever it takes the target from.",
        )
        .accepts("RPL-1")
        .shows("leading-and-trailing-bytes-lost leading-bytes-lost")
        .made_by(
            small().then(write(1).corrupt(Corruption::DescriptorLength(Nth {
                index: 0,
                to: (4 << 20) + SECTOR,
            }))),
        )
        .replays([0]),
        vector(
            "data-unchanged",
            "An entry writes what the sector holds already",
            "A replay that changes no data is still a replay. A program that skips it leaves the \
            file dirty, and one that rejects the entry refuses a good disk.",
        )
        .accepts("RPL-1")
        .made_by(small().then(Entry::empty().content(Target::Payload(1), Content::Original)))
        .replays([0]),
    ]
}

fn order() -> Vec<VectorSource> {
    let mixed = Entry::empty()
        .zero(Target::Payload(0), SECTOR)
        .data(Target::Payload(5))
        .zero(Target::Payload(1), SECTOR)
        .zero(Target::Payload(2), SECTOR)
        .data(Target::Payload(4))
        .data(Target::Payload(6));
    vec![
        vector(
            "data-mixed-with-zeros",
            "Descriptors in the order zero, data, zero, zero, data, data",
            "Zero descriptors have no data sector. A reader that counts one for every descriptor \
            writes data to the wrong sector, or refuses a good disk.",
        )
        .accepts("RPL-1 ENT-6")
        .made_by(small().then(mixed))
        .replays([0]),
        vector(
            "data-same-sector-twice",
            "One entry writes the same sector twice",
            "The later descriptor wins. A reader that keeps the first one shows stale contents.",
        )
        .accepts("RPL-1")
        .ignores("RPL-1")
        .made_by(small().then(write(1).data(Target::Payload(1))))
        .replays([0]),
        vector(
            "data-same-sector-in-two-entries",
            "Two entries write the same sector",
            "The newer entry wins. A reader that applies it first shows stale contents.",
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
            "One entry writes sectors 9, 7, 5 and 3, in this order",
            "Targets need not be sorted. A reader that expects them to be writes data to the wrong \
            sector, or refuses a good disk.",
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
            "Three entries with three data sectors each and one with two, all different",
            "A reader that reuses a buffer while an update still points into it writes the data of \
            one sector to another.",
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
            "Three entries write the same sector; the middle one zeroes it",
            "A reader that sorts updates by kind or by place applies them in the wrong order, and \
            shows zeros or stale contents.",
        )
        .accepts("RPL-1")
        .made_by(
            small()
                .then(write(1))
                .then(
                    Entry::empty()
                        .zero(Target::Payload(1), SECTOR)
                        .with_tail(Tail::Item(0)),
                )
                .then(write(1).with_tail(Tail::Item(0))),
        )
        .replays([0, 1, 2]),
    ]
}
