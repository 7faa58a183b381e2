//! Topic `stale`: what older generations of the log, and older rounds of this one, have left in the
//! ring (ENT-7, SEQ-1, SEQ-5).

use vhdx_log_image::{
    Bytes, Corruption, Entry, Guid, Item, LogGuid, Nth, Overwrite, Recipe, Signature, Tail, Target,
};

use crate::recipes::{one, one_and, small, with, write};
use crate::source::{VectorSource, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [generations(), rounds(), remains()].concat()
}

fn guid(text: &str) -> LogGuid {
    LogGuid::Explicit(Guid(text.parse().expect("a GUID")))
}

/// Items after the image of [`one`] that change nothing.
fn ignored(id: &str, title: &str, why: &str, clauses: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .ignores(clauses)
        .made_by(recipe)
        .replays([0])
}

fn generations() -> Vec<VectorSource> {
    let stale = |log_guid| write(9).with_log_guid(log_guid);
    vec![
        ignored(
            "stale-greater-number",
            "An entry of another generation has a greater number",
            "Writers choose a generation's first number at random, so numbers of two generations \
            cannot be compared. A reader that ignores LogGuid replays the stale entry and loses \
            the newest changes.",
            "ENT-7",
            one_and(stale(LogGuid::B).at(40).numbered(5000)),
        ),
        ignored(
            "stale-right-behind",
            "Directly after the newest entry lies one of another generation with the next number",
            "It fits in everything but its LogGuid. A reader that does not check LogGuid within a \
            run applies stale contents over new ones.",
            "ENT-7 SEQ-1",
            one_and(stale(LogGuid::B).with_tail(Tail::Item(0))),
        ),
        vector(
            "stale-right-before",
            "Directly before the entry lies one of another generation with the number before",
            "The run begins after the stale entry. A reader that gives up at it refuses a good \
            disk.",
        )
        .ignores("ENT-7")
        .made_by(
            small()
                .then(stale(LogGuid::B).numbered(99))
                .then(write(1).numbered(100)),
        )
        .replays([1]),
        ignored(
            "stale-guid-differs-in-last-byte",
            "An entry with a greater number has a LogGuid that differs in its last byte",
            "A reader that compares only the start of the GUID replays an entry of another \
            generation and loses the newest changes.",
            "ENT-7",
            one_and(
                stale(guid("a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8fa"))
                    .numbered(500)
                    .at(40),
            ),
        ),
        ignored(
            "stale-guid-differs-in-first-byte",
            "An entry with a greater number has a LogGuid that differs in its first byte on disk",
            "A reader that compares only the end of the GUID replays an entry of another \
            generation and loses the newest changes.",
            "ENT-7",
            one_and(
                stale(guid("a1b2c3d5-e5f6-4718-8293-a4b5c6d7e8f9"))
                    .numbered(500)
                    .at(40),
            ),
        ),
        ignored(
            "stale-guid-zero",
            "An entry with a greater number has LogGuid zero",
            "LogGuid zero does not match every generation. A reader that treats it as a wildcard \
            replays a stale entry and loses the newest changes.",
            "ENT-7",
            one_and(stale(LogGuid::Zero).numbered(500).at(40)),
        ),
        ignored(
            "stale-run-longer-and-newer",
            "A whole sequence of another generation is longer, has greater numbers, and a tail in \
            its middle",
            "A file that was opened more than once is full of these. A reader that ignores LogGuid \
            replays one of them, and overwrites the BAT with stale contents.",
            "ENT-7",
            one().stale_run(20, 6, [Target::Payload(9), Target::Bat(0)]),
        ),
        vector(
            "stale-fills-the-rest",
            "The log is full of entries of another generation, except for two sectors",
            "This is the usual state of a log in use. A reader that ignores LogGuid replays stale \
            entries, and one that stops at the first of them refuses a good disk.",
        )
        .ignores("ENT-7")
        .made_by(
            small()
                .stale_run(0, 128, [Target::Payload(9)])
                .then(write(1).at(100).numbered(7)),
        )
        .replays([128]),
        vector(
            "stale-generation-in-older-header",
            "The older header names another generation, whose entries are whole and have greater \
            numbers",
            "A crash directly after an open leaves this. A reader that also accepts the older \
            header's LogGuid replays stale entries and loses the newest changes.",
        )
        .ignores("HDR-2 ENT-7")
        .made_by(with(
            one_and(stale(LogGuid::B).at(40).numbered(5000)),
            |recipe| {
                recipe.header_1.log_guid = LogGuid::B;
            },
        ))
        .replays([0]),
    ]
}

fn rounds() -> Vec<VectorSource> {
    let entry = |number: u64, target: u32, tail: u32| {
        write(target).numbered(number).with_tail(Tail::Item(tail))
    };
    vec![
        vector(
            "stale-round-behind-head",
            "After the head lie whole entries of the round before: same generation, older numbers",
            "Every run ends like this in a log that has wrapped. A reader that does not compare \
            the numbers applies old contents over new ones.",
        )
        .ignores("SEQ-1 SEQ-3")
        .made_by(
            small()
                .then(entry(10, 9, 0))
                .then(entry(11, 10, 0))
                .then(entry(12, 11, 0))
                .then(entry(100, 1, 3).at(0)),
        )
        .replays([3]),
        vector(
            "stale-round-cut-into",
            "The newest entry has overwritten the first half of an older entry of four sectors",
            "The rest of the older entry is data sectors without a header. A reader that refuses \
            the file because of them makes a good disk unreadable.",
        )
        .ignores("ENT-1")
        .made_by(
            small()
                .then(
                    write(9)
                        .data(Target::Payload(10))
                        .data(Target::Payload(11))
                        .numbered(10),
                )
                .then(entry(100, 1, 1).at(0)),
        )
        .replays([1]),
        vector(
            "stale-round-continues-by-chance",
            "After the head lies an older entry, and after that an entry with the number that \
            would come next",
            "The number fits, but the place does not. A reader that searches for the next number \
            instead of the next place applies an entry that does not belong to the run.",
        )
        .ignores("SEQ-1")
        .made_by(
            small()
                .then(entry(100, 1, 0))
                .then(entry(12, 9, 1))
                .then(entry(101, 10, 0)),
        )
        .replays([0]),
        vector(
            "stale-round-in-front",
            "Older entries of the same generation lie directly before the newest ones",
            "The older run ends where the newer one begins. A reader that takes the first run \
            replays old contents and loses the newest changes.",
        )
        .ignores("SEQ-3")
        .accepts("SEQ-5")
        .made_by(
            small()
                .then(entry(10, 9, 0))
                .then(entry(11, 10, 0))
                .then(entry(100, 1, 2))
                .then(entry(101, 2, 2)),
        )
        .replays([2, 3]),
    ]
}

fn remains() -> Vec<VectorSource> {
    let overwrite = |at, bytes: &[u8]| {
        Corruption::Overwrite(Overwrite {
            at,
            bytes: Bytes(bytes.to_vec()),
        })
    };
    let elsewhere = |id, title, why, clause, entry: Entry| {
        ignored(id, title, why, clause, one().then(Item::from(entry)))
    };
    vec![
        elsewhere(
            "remains-junk-descriptors",
            "Elsewhere lies an older entry whose descriptors are junk; its checksum is right",
            "An invalid entry is skipped. A reader that fails the open because of it makes a good \
            disk unreadable.",
            "DSC-1",
            write(9)
                .at(40)
                .numbered(50)
                .corrupt(Corruption::DescriptorSignature(Nth {
                    index: 0,
                    to: Signature(*b"\xff\x00\xff\x00"),
                }))
                .corrupt(Corruption::DescriptorFileOffset(Nth {
                    index: 0,
                    to: u64::MAX,
                })),
        ),
        elsewhere(
            "remains-junk-numbers",
            "Elsewhere lies an older entry whose descriptors have another number; its checksum is \
            right",
            "An invalid entry is skipped. A reader that fails the open because of a descriptor's \
            number makes a good disk unreadable.",
            "DSC-2",
            write(9)
                .at(40)
                .numbered(50)
                .corrupt(Corruption::DescriptorSequenceNumber(Nth {
                    index: 0,
                    to: 49,
                })),
        ),
        vector(
            "remains-header-before-newest",
            "Directly before the newest entry lies the header sector of one that was twenty \
            sectors long",
            "A reader that advances by the length of an invalid entry steps over the newest one, \
            and refuses a good disk or loses its last changes.",
        )
        .ignores("SEQ-5")
        .made_by(
            small()
                .then(long(20).numbered(50))
                .then(write(1).at(1).numbered(100)),
        )
        .replays([1]),
        vector(
            "remains-header-claims-whole-log",
            "Directly before the newest entry lies the header sector of one as long as the log",
            "A reader that advances by the length of an invalid entry comes back to the same \
            sector forever, and hangs.",
        )
        .ignores("SEQ-5 SEQ-9")
        .made_by(
            small()
                .then(
                    write(9)
                        .numbered(50)
                        .corrupt(Corruption::EntryLength(1 << 20))
                        .corrupt(Corruption::DescriptorCount(254)),
                )
                .then(write(1).at(1).numbered(100)),
        )
        .replays([1]),
        elsewhere(
            "remains-signature-alone",
            "Elsewhere lies a sector that begins with `loge` and is zeros otherwise",
            "Every other field is wrong. A reader that trusts the signature hangs at the length of \
            0, or refuses a good disk.",
            "ENT-7",
            Entry::empty()
                .at(40)
                .corrupt(overwrite(4, &[0; 60]))
                .with_checksum(vhdx_log_image::Checksum::Explicit(0)),
        ),
        elsewhere(
            "remains-signature-and-ones",
            "Elsewhere lies a sector that begins with `loge` and is all ones otherwise",
            "Every other field has its largest value. A reader that trusts the signature \
            overflows, and crashes or refuses a good disk.",
            "ENT-7 ENT-3",
            Entry::empty()
                .at(40)
                .corrupt(overwrite(4, &[0xFF; 4092]))
                .with_checksum(vhdx_log_image::Checksum::Explicit(u32::MAX)),
        ),
        elsewhere(
            "remains-of-generation-and-ones",
            "Elsewhere lies an entry of this generation whose other fields all have their largest \
            value",
            "Lengths, counts and offsets overflow whatever is done with them. A reader that \
            computes before it checks crashes, or reads out of bounds.",
            "ENT-3 ENT-4",
            Entry::empty()
                .at(40)
                .corrupt(overwrite(8, &[0xFF; 24]))
                .corrupt(overwrite(48, &[0xFF; 16]))
                .with_checksum(vhdx_log_image::Checksum::Explicit(u32::MAX)),
        ),
    ]
}

/// An entry of this many sectors.
fn long(sectors: u32) -> Entry {
    (0..sectors - 1).fold(Entry::empty(), |entry, sector| {
        entry.data(Target::Payload(9 + sector))
    })
}
