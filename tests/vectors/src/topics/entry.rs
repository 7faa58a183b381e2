//! Topic `entry`: what makes the header of an entry valid, field by field.
//!
//! Most images hold a sound entry (number 100, its own tail) and right behind it a newer one (101,
//! its own tail) with one thing wrong. Who takes the newer one for valid applies it alone, and
//! sector 2 of the disk shows that.

use crate::source::{VectorSource, items, one, one_and, refuses, small, vector, with, write};
use vhdx_log_image::{
    Bytes, Checksum, Content, Corruption, Data, Descriptor, Entry, Fill, Filling, LogGuid,
    Overwrite, Patch, Place, Recipe, Signature, Tail, Target,
};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        signature_and_checksum(),
        length(),
        longer_than_the_log(),
        counts(),
        tail(),
        number(),
        open_fields(),
        shapes(),
    ]
    .concat()
}

/// The newer entry does not count.
fn ignored(id: &str, title: &str, why: &str, clause: &str, newer: Entry) -> VectorSource {
    vector(id, title, why)
        .ignores(clause)
        .made_by(one_and(newer))
        .replays([0])
}

fn overwrite(at: u32, bytes: &[u8]) -> Corruption {
    Corruption::Overwrite(Overwrite {
        at,
        bytes: Bytes(bytes.to_vec()),
    })
}

fn damaged(at: u32) -> Entry {
    write(2)
        .corrupt(overwrite(at, &[0x5A; 4]))
        .with_checksum(Checksum::BeforeCorruptions)
}

fn signature_and_checksum() -> Vec<VectorSource> {
    let wrong = "wrong checksum";
    vec![
        ignored(
            "entry-signature-other-case",
            "the newer entry begins with `LOGE`, its checksum is right",
            "finds readers that do not look, or ignore case",
            "ENT-1",
            write(2).corrupt(Corruption::Signature(Signature(*b"LOGE"))),
        ),
        ignored(
            "entry-checksum-wrong",
            &format!("the newer entry has a {wrong}"),
            "never written whole",
            "ENT-2",
            write(2).with_checksum(Checksum::Wrong),
        ),
        ignored(
            "entry-checksum-zero",
            "the newer entry's checksum is 0",
            "some formats take 0 for `not checked`; this one does not",
            "ENT-2",
            write(2).with_checksum(Checksum::Explicit(0)),
        ),
        ignored(
            "entry-damaged-in-header",
            "four bytes of the newer entry's LastFileOffset are changed",
            "the checksum covers the header",
            "ENT-2",
            damaged(60),
        ),
        ignored(
            "entry-damaged-in-descriptor",
            "four bytes of the newer entry's LeadingBytes are changed",
            "the checksum covers the descriptors",
            "ENT-2",
            damaged(64 + 8),
        ),
        ignored(
            "entry-damaged-behind-descriptors",
            "bytes behind the newer entry's last descriptor are changed",
            "the checksum covers what nobody reads, too",
            "ENT-2",
            damaged(4092),
        ),
        ignored(
            "entry-damaged-in-last-data-sector",
            "the newer entry has three data sectors; the last one is changed",
            "the checksum covers the last data sector",
            "ENT-2",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(overwrite(3 * 4096 + 4088, &[0x5A; 4]))
                .with_checksum(Checksum::BeforeCorruptions),
        ),
        vector("entry-right", "one entry, one data descriptor, everything right", "the least that can be replayed")
            .accepts("ENT-1 ENT-2 ENT-3 ENT-4 ENT-5 ENT-6 ENT-7 DSC-1 DSC-2 DSC-3 DAT-1 DAT-2 SEQ-7 RPL-1 UPD-3")
            .made_by(one())
            .replays([0]),
    ]
}

fn length() -> Vec<VectorSource> {
    let long = |length| write(2).corrupt(Corruption::EntryLength(length));
    let fills = |descriptors: u32, at| {
        let data = Data {
            target: Target::Payload(0),
            content: Content::Pattern(7),
            more: descriptors - 1,
        };
        small().then(Entry::empty().at(at).descriptor(Descriptor::Data(data)))
    };
    vec![
        ignored(
            "entry-length-unaligned",
            "the newer entry's EntryLength and checksum leave out its last 100 bytes",
            "EntryLength is in whole sectors",
            "ENT-3",
            long(2 * 4096 - 100),
        ),
        ignored(
            "entry-length-zero",
            "the newer entry's EntryLength is 0",
            "who moves on by EntryLength never comes to an end",
            "ENT-3 SEQ-9",
            long(0),
        ),
        ignored(
            "entry-length-one-sector-short",
            "the newer entry's EntryLength leaves out its data sector; the checksum is right for that",
            "EntryLength must hold what the descriptors promise",
            "ENT-6",
            long(4096),
        ),
        ignored(
            "entry-length-largest",
            "the newer entry's EntryLength is 2^32 - 4096",
            "longer than any log; offset plus length overflows 32 bits",
            "ENT-3",
            long(0xFFFF_F000),
        ),
        vector(
            "entry-as-long-as-log",
            "one entry fills the log: 254 data sectors",
            "the longest entry there can be",
        )
        .accepts("ENT-3")
        .made_by(fills(254, 0))
        .replays([0]),
        vector(
            "entry-one-sector-short-of-log",
            "one entry of 255 sectors",
            "one sector of the log is left",
        )
        .accepts("ENT-3")
        .made_by(fills(253, 0))
        .replays([0]),
    ]
}

/// An entry one sector longer than the log it lies in. What a reader that follows it past the log's
/// end would find there is in place, and the checksum is right for that.
fn longer_than_the_log() -> Vec<VectorSource> {
    use vhdx_log_image::MIB;
    // In the log of 2 MiB that the image was made with the entry is a plain one; but the headers
    // say 1 MiB.
    let data = Data {
        target: Target::Payload(0),
        content: Content::Zeros,
        more: 253,
    };
    let entry = Entry::empty()
        .descriptor(Descriptor::Data(data))
        .zero(Target::Payload(254), 4096);
    let mut recipe = with(small().then(entry), |recipe| {
        recipe.geometry.log_offset_mib = 4;
        recipe.geometry.log_mib = 2;
    });
    for header in [&mut recipe.header_1, &mut recipe.header_2] {
        header.log_length = Some(MIB as u32);
    }
    vec![
        vector(
            "entry-longer-than-log",
            "one entry of 257 sectors in a log of 256; the last one stands behind the log",
            "finds readers that go on past the end of the log",
        )
        .safe()
        .ignores("ENT-3 SEQ-7")
        .made_by(recipe)
        .is_refused("SEQ-7"),
    ]
}

fn counts() -> Vec<VectorSource> {
    let counted = |count| write(2).corrupt(Corruption::DescriptorCount(count));
    vec![
        ignored(
            "entry-count-one-too-many",
            "the newer entry counts two descriptors and has one",
            "zeros are no descriptor",
            "ENT-6 DSC-1",
            counted(2),
        ),
        ignored(
            "entry-count-largest",
            "the newer entry's DescriptorCount is 2^32 - 1",
            "32 bytes times the count overflows 32 bits; the array would be 128 GiB",
            "ENT-6",
            counted(u32::MAX),
        ),
        ignored(
            "entry-count-overflows-to-one",
            "the newer entry's DescriptorCount is 2^27 + 1",
            "32 bytes times the count is 32 in 32 bits",
            "ENT-6",
            counted((1 << 27) + 1),
        ),
        vector(
            "entry-padded",
            "the newer entry has a padding sector behind its data, inside EntryLength",
            "a note in the text lets writers align entries; this would be the only way",
        )
        .open("ENT-6")
        .ignores("ENT-6")
        .made_by(one_and(write(2).corrupt(Corruption::Padding(1))))
        .reading("no entry", items([0]))
        .reading("padding", items([1])),
        vector(
            "entry-padded-alone",
            "the only entry has a padding sector behind its data, inside EntryLength",
            "either the file has no valid sequence, or the padding is passed over",
        )
        .open("ENT-6")
        .ignores("ENT-6")
        .made_by(small().then(write(1).corrupt(Corruption::Padding(2))))
        .reading("no entry", refuses("SEQ-7"))
        .reading("padding", items([0])),
    ]
}

fn tail() -> Vec<VectorSource> {
    let middle = |tail| {
        let run = one().then(write(2).with_tail(Tail::Explicit(tail)));
        run.then(write(3).with_tail(Tail::Item(0)))
    };
    vec![
        vector(
            "entry-tail-unaligned-in-middle",
            "of three entries the middle one has Tail 100",
            "not valid, so it ends the run before it, and the entry behind it cannot reach the tail it names",
        )
        .ignores("ENT-4")
        .made_by(middle(100))
        .replays([0]),
        vector(
            "entry-tail-outside-log-in-middle",
            "of three entries the middle one has a Tail behind the log",
            "the text asks for a multiple of 4 KiB; where a Tail that nobody uses points is left open",
        )
        .open("ENT-4")
        .ignores("ENT-4")
        .made_by(middle(1 << 20))
        .reading("no entry", items([0]))
        .reading("entry", items([0, 1, 2])),
        ignored(
            "entry-tail-outside-log",
            "the newer entry has a Tail of the log's length",
            "off by one: the last sector of the log starts 4 KiB before",
            "ENT-4",
            write(2).with_tail(Tail::Explicit(1 << 20)),
        ),
        vector("entry-tail-last-sector", "one entry of one sector in the log's last sector", "the largest Tail there is")
            .accepts("ENT-4 SEQ-5")
            .made_by(small().then(Entry::empty().at(255).zero(Target::Payload(1), 4096)))
            .replays([0]),
    ]
}

fn number() -> Vec<VectorSource> {
    let two = |number: u64| {
        small()
            .then(write(1).numbered(number))
            .then(write(2).with_tail(Tail::Item(0)))
    };
    vec![
        vector(
            "entry-number-zero-alone",
            "the only entry has SequenceNumber 0",
            "0 is no number: nothing is valid here",
        )
        .ignores("ENT-5 SEQ-7")
        .made_by(small().then(write(1).numbered(0)))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-zero-first",
            "entries 0 and 1, the newer with its own tail",
            "the entry with number 0 does not count, the one behind it does",
        )
        .ignores("ENT-5")
        .made_by(with(two(0), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([1]),
        vector(
            "entry-number-zero-as-tail",
            "entries 0 and 1, the newer with the older for tail",
            "its tail is no entry",
        )
        .ignores("ENT-5 SEQ-2")
        .made_by(two(0))
        .is_refused("SEQ-7"),
        vector(
            "entry-number-one",
            "entries 1 and 2",
            "the smallest numbers there are",
        )
        .accepts("ENT-5")
        .made_by(two(1))
        .replays([0, 1]),
        vector(
            "entry-numbers-up-to-last",
            "entries 2^64 - 2 and 2^64 - 1",
            "the greatest numbers there are",
        )
        .accepts("ENT-5 SEQ-1")
        .made_by(two(u64::MAX - 1))
        .replays([0, 1]),
        vector(
            "entry-number-after-last",
            "entries 2^64 - 1 and 0, the newer with its own tail",
            "2^64 - 1 has no successor, and 0 is no number",
        )
        .ignores("ENT-5 SEQ-1")
        .made_by(with(two(u64::MAX), |recipe| {
            recipe.log[1].entry_mut().expect("an entry").tail = Tail::Own
        }))
        .replays([0]),
        vector(
            "entry-numbers-above-2-63",
            "entries 2^63 + 5 and 2^63 + 6",
            "finds numbers read as signed",
        )
        .accepts("ENT-5 DAT-2")
        .made_by(two((1 << 63) + 5))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-32",
            "entries 2^32 - 1 and 2^32",
            "a successor that carries into the upper half",
        )
        .accepts("SEQ-1 DAT-2")
        .made_by(two((1 << 32) - 1))
        .replays([0, 1]),
        vector(
            "entry-numbers-across-2-63",
            "entries 2^63 - 1 and 2^63",
            "a successor that a signed reader lacks",
        )
        .accepts("SEQ-1")
        .made_by(two((1 << 63) - 1))
        .replays([0, 1]),
    ]
}

fn open_fields() -> Vec<VectorSource> {
    let either = |id, title, clause: &str, newer: Entry| {
        let why = "writers leave it zero; whether a reader looks is left open";
        vector(id, title, why)
            .open(clause)
            .accepts(clause)
            .ignores(clause)
            .made_by(one_and(newer))
            .reading("not checked", items([1]))
            .reading("no entry", items([0]))
    };
    let mut flushed = write(2);
    flushed.flushed_file_offset = Some((5 << 20) - 512);
    vec![
        either(
            "entry-reserved-not-zero",
            "the newer entry's Reserved is 1",
            "ENT-8",
            write(2).corrupt(Corruption::Reserved(1)),
        ),
        either(
            "entry-flushed-offset-unaligned",
            "the newer entry's FlushedFileOffset is no multiple of 1 MiB",
            "ENT-9",
            flushed,
        ),
        vector(
            "entry-garbage-behind-descriptors",
            "the bytes between the last descriptor and the end of its sector are not zero",
            "old versions of QEMU leave garbage there; nobody may insist on zeros",
        )
        .accepts("ENT-6")
        .made_by(one_and(write(2).corrupt(Corruption::Garbage(0xEE))))
        .replays([1]),
    ]
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
