//! Topic `stale`: what older generations of the log, and older rounds of this one, have left in the
//! ring.

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

/// Items behind the image of [`one`] that change nothing.
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
            "an entry of another generation has a greater number",
            "writers choose the first number at random: numbers of generations cannot be compared",
            "ENT-7",
            one_and(stale(LogGuid::B).at(40).numbered(5000)),
        ),
        ignored(
            "stale-right-behind",
            "right behind the newest entry lies one of another generation with the next number",
            "it fits in everything but its LogGuid",
            "ENT-7 SEQ-1",
            one_and(stale(LogGuid::B).with_tail(Tail::Item(0))),
        ),
        vector(
            "stale-right-before",
            "right before the entry lies one of another generation with the number before",
            "the run begins behind it",
        )
        .ignores("ENT-7")
        .made_by(small().then(stale(LogGuid::B).numbered(99)).then(write(1).numbered(100)))
        .replays([1]),
        ignored(
            "stale-guid-differs-in-last-byte",
            "an entry with a greater number has a LogGuid that differs in its last byte",
            "finds who compares a part of it",
            "ENT-7",
            one_and(stale(guid("a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8fa")).numbered(500).at(40)),
        ),
        ignored(
            "stale-guid-differs-in-first-byte",
            "an entry with a greater number has a LogGuid that differs in its first byte on disk",
            "finds who compares a part of it",
            "ENT-7",
            one_and(stale(guid("a1b2c3d5-e5f6-4718-8293-a4b5c6d7e8f9")).numbered(500).at(40)),
        ),
        ignored(
            "stale-guid-zero",
            "an entry with a greater number has LogGuid zero",
            "zero is no wildcard",
            "ENT-7",
            one_and(stale(LogGuid::Zero).numbered(500).at(40)),
        ),
        ignored(
            "stale-run-longer-and-newer",
            "a whole sequence of another generation, longer, with greater numbers and a tail in its middle",
            "what a file that was opened again is full of",
            "ENT-7",
            one().stale_run(20, 6, [Target::Payload(9), Target::Bat(0)]),
        ),
        vector(
            "stale-fills-the-rest",
            "the log is full of entries of another generation, but for two sectors",
            "the usual state of a log that has been in use for a while",
        )
        .ignores("ENT-7")
        .made_by(small().stale_run(0, 128, [Target::Payload(9)]).then(write(1).at(100).numbered(7)))
        .replays([128]),
        vector(
            "stale-generation-in-older-header",
            "the older header names the other generation, whose entries are whole and have greater numbers",
            "what a crash right after an open leaves; only the current header's LogGuid counts",
        )
        .ignores("HDR-2 ENT-7")
        .made_by(with(one_and(stale(LogGuid::B).at(40).numbered(5000)), |recipe| {
            recipe.header_1.log_guid = LogGuid::B;
        }))
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
            "behind the head lie entries of the round before: same generation, older numbers, whole",
            "the end of every run in a log that has gone round",
        )
        .ignores("SEQ-1 SEQ-3")
        .made_by(
            small().then(entry(10, 9, 0)).then(entry(11, 10, 0)).then(entry(12, 11, 0)).then(entry(100, 1, 3).at(0)),
        )
        .replays([3]),
        vector(
            "stale-round-cut-into",
            "the newest entry has overwritten the first half of an older one of four sectors",
            "what is left of the older one are data sectors without an entry",
        )
        .ignores("ENT-1")
        .made_by(
            small()
                .then(write(9).data(Target::Payload(10)).data(Target::Payload(11)).numbered(10))
                .then(entry(100, 1, 1).at(0)),
        )
        .replays([1]),
        vector(
            "stale-round-continues-by-chance",
            "behind the head lies an older entry whose own successor has the number that would come next",
            "a number that fits at the wrong place",
        )
        .ignores("SEQ-1")
        .made_by(small().then(entry(100, 1, 0)).then(entry(12, 9, 1)).then(entry(101, 10, 0)))
        .replays([0]),
        vector(
            "stale-round-in-front",
            "older entries of this generation lie in front of the newest ones, up to the byte",
            "the run of the older ones ends where the newer one begins",
        )
        .ignores("SEQ-3")
        .accepts("SEQ-5")
        .made_by(small().then(entry(10, 9, 0)).then(entry(11, 10, 0)).then(entry(100, 1, 2)).then(entry(101, 2, 2)))
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
    let behind = |id, title, why, clause, entry: Entry| {
        ignored(id, title, why, clause, one().then(Item::from(entry)))
    };
    vec![
        behind(
            "remains-junk-descriptors",
            "elsewhere lies an older entry whose descriptors are junk; its checksum is right",
            "an invalid entry is passed over: failing the open makes a good file unreadable",
            "DSC-1",
            write(9)
                .at(40)
                .numbered(50)
                .corrupt(Corruption::DescriptorSignature(Nth { index: 0, to: Signature(*b"\xff\x00\xff\x00") }))
                .corrupt(Corruption::DescriptorFileOffset(Nth { index: 0, to: u64::MAX })),
        ),
        behind(
            "remains-junk-numbers",
            "elsewhere lies an older entry whose descriptors have another number; its checksum is right",
            "an invalid entry is passed over",
            "DSC-2",
            write(9).at(40).numbered(50).corrupt(Corruption::DescriptorSequenceNumber(Nth { index: 0, to: 49 })),
        ),
        vector(
            "remains-header-before-newest",
            "right before the newest entry lies the header sector of one that was twenty sectors long",
            "who skips by the length it claims steps over the newest entry",
        )
        .ignores("SEQ-5")
        .made_by(small().then(long(20).numbered(50)).then(write(1).at(1).numbered(100)))
        .replays([1]),
        vector(
            "remains-header-claims-whole-log",
            "right before the newest entry lies the header sector of one as long as the log",
            "who skips by the length it claims comes back to where it was, for ever",
        )
        .ignores("SEQ-5 SEQ-9")
        .made_by(
            small()
                .then(write(9).numbered(50).corrupt(Corruption::EntryLength(1 << 20)).corrupt(Corruption::DescriptorCount(254)))
                .then(write(1).at(1).numbered(100)),
        )
        .replays([1]),
        behind(
            "remains-signature-alone",
            "elsewhere lies a sector that begins with `loge`, the rest is zeros",
            "every field of it is wrong",
            "ENT-7",
            Entry::empty().at(40).corrupt(overwrite(4, &[0; 60])).with_checksum(vhdx_log_image::Checksum::Explicit(0)),
        ),
        behind(
            "remains-signature-and-ones",
            "elsewhere lies a sector that begins with `loge`, the rest is ones",
            "every field of it is the largest there is",
            "ENT-7 ENT-3",
            Entry::empty()
                .at(40)
                .corrupt(overwrite(4, &[0xFF; 4092]))
                .with_checksum(vhdx_log_image::Checksum::Explicit(u32::MAX)),
        ),
        behind(
            "remains-of-generation-and-ones",
            "elsewhere lies an entry of this generation whose every other field is the largest there is",
            "lengths, counts and offsets that overflow whatever is done with them",
            "ENT-3 ENT-4",
            Entry::empty()
                .at(40)
                .corrupt(overwrite(8, &[0xFF; 24]))
                .corrupt(overwrite(48, &[0xFF; 16]))
                .with_checksum(vhdx_log_image::Checksum::Explicit(u32::MAX)),
        ),
    ]
}

/// An entry of so many sectors.
fn long(sectors: u32) -> Entry {
    (0..sectors - 1).fold(Entry::empty(), |entry, sector| {
        entry.data(Target::Payload(9 + sector))
    })
}
