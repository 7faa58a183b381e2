//! Topic `descriptor`: the fields of descriptors, how many fit where, and what they may write to.

use crate::source::{VectorSource, items, one, one_and, refuses, small, vector, with, write};
use vhdx_log_image::{
    Content, Corruption, Data, Descriptor, Entry, Nth, Recipe, Signature, Tail, Target, Zero,
};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        fields(),
        counts(),
        headers(),
        log(),
        range(),
        bad_target_in_a_run(),
    ]
    .concat()
}

fn ignored(id: &str, title: &str, why: &str, clause: &str, newer: Entry) -> VectorSource {
    vector(id, title, why)
        .ignores(clause)
        .made_by(one_and(newer))
        .replays([0])
}

fn nth<V: Default + PartialEq>(index: u32, to: V) -> Nth<V> {
    Nth { index, to }
}

fn zero(target: Target, length: u64) -> Entry {
    Entry::empty().zero(target, length)
}

/// An entry of so many descriptors: one for data is the last, all others zero the end of the block.
fn many(descriptors: u32) -> Entry {
    const AT_ONCE: u32 = 250;
    let (mut entry, mut left) = (Entry::empty(), descriptors - 1);
    while left > 0 {
        let zeros = Zero {
            target: Target::Payload(5),
            length: 4096,
            more: left.min(AT_ONCE) - 1,
        };
        entry = entry.descriptor(Descriptor::Zero(zeros));
        left -= left.min(AT_ONCE);
    }
    entry.data(Target::Payload(2))
}

fn fields() -> Vec<VectorSource> {
    let signature =
        |index, to: &[u8; 4]| Corruption::DescriptorSignature(nth(index, Signature(*to)));
    vec![
        ignored(
            "descriptor-signature-unknown",
            "the newer entry's descriptor begins with `junk`",
            "an entry with a descriptor of an unknown kind is not valid as a whole; the open goes on",
            "DSC-1",
            write(2).corrupt(signature(0, b"junk")),
        ),
        ignored(
            "descriptor-signature-unknown-for-zeros",
            "the newer entry has a zero descriptor that begins with `junk`",
            "finds readers that take whatever is not `desc` for `zero`",
            "DSC-1",
            zero(Target::Payload(2), 4096).corrupt(signature(0, b"junk")),
        ),
        ignored(
            "descriptor-signature-unknown-in-last",
            "of the newer entry's three descriptors the last begins with `DESC`",
            "every descriptor is looked at",
            "DSC-1",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(signature(2, b"DESC")),
        ),
        ignored(
            "descriptor-signature-unknown-in-second-sector",
            "of the newer entry's 128 descriptors the 127th begins with `junk`",
            "descriptors of further sectors are looked at, too",
            "DSC-1",
            many(128).corrupt(signature(126, b"junk")),
        ),
        ignored(
            "descriptor-number-other",
            "the newer entry's descriptor has the number of the entry before",
            "what is left of an older entry has an older number",
            "DSC-2",
            write(2).corrupt(Corruption::DescriptorSequenceNumber(nth(0, 100))),
        ),
        ignored(
            "descriptor-number-other-in-last",
            "of the newer entry's three descriptors the last has another number",
            "every descriptor is looked at",
            "DSC-2",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(Corruption::DescriptorSequenceNumber(nth(2, 100))),
        ),
        ignored(
            "descriptor-number-upper-half-other",
            "the newer entry's descriptor has its number plus 2^32",
            "the number has 64 bits",
            "DSC-2",
            write(2).corrupt(Corruption::DescriptorSequenceNumber(nth(
                0,
                101 + (1 << 32),
            ))),
        ),
        ignored(
            "descriptor-offset-unaligned",
            "the newer entry's FileOffset is 512 bytes into a sector",
            "FileOffset is a multiple of 4 KiB",
            "DSC-3",
            Entry::empty().data(Target::At((4 << 20) + 2 * 4096 + 512)),
        ),
        ignored(
            "descriptor-offset-unaligned-in-zero",
            "the newer entry has a zero descriptor 512 bytes into a sector",
            "FileOffset is a multiple of 4 KiB for zero descriptors, too",
            "DSC-3",
            zero(Target::At((4 << 20) + 2 * 4096 + 512), 4096),
        ),
        ignored(
            "descriptor-zero-length-unaligned",
            "the newer entry has a ZeroLength of 512",
            "ZeroLength is a multiple of 4 KiB",
            "DSC-4",
            zero(Target::Payload(2), 512),
        ),
        vector(
            "descriptor-zero-length-zero",
            "an entry zeroes 0 bytes and writes a sector",
            "0 is legal and does nothing",
        )
        .accepts("DSC-4")
        .made_by(small().then(zero(Target::Payload(1), 0).data(Target::Payload(2))))
        .replays([0]),
        vector(
            "descriptor-zero-reserved",
            "the newer entry has a zero descriptor with Reserved 1",
            "left open",
        )
        .open("DSC-8")
        .accepts("DSC-8")
        .ignores("DSC-8")
        .made_by(one_and(
            zero(Target::Payload(2), 4096).corrupt(Corruption::DescriptorReserved(nth(0, 1))),
        ))
        .reading("not checked", items([1]))
        .reading("no entry", items([0])),
    ]
}

fn counts() -> Vec<VectorSource> {
    let data = |count: u32| {
        let data = Data {
            target: Target::Payload(0),
            content: Content::Own,
            more: count - 1,
        };
        small().then(Entry::empty().descriptor(Descriptor::Data(data)))
    };
    let exact = |id, title, recipe: Recipe| {
        let why = "the header leaves room for 126 descriptors in the first sector, each further one has 128";
        vector(id, title, why)
            .accepts("ENT-6")
            .made_by(recipe)
            .replays([0])
    };
    vec![
        exact(
            "descriptor-count-125",
            "125 data descriptors, one short of a sector",
            data(125),
        ),
        exact(
            "descriptor-count-126",
            "126 data descriptors fill the first sector",
            data(126),
        ),
        exact(
            "descriptor-count-127",
            "127 data descriptors, one in the second sector",
            data(127),
        ),
        exact(
            "descriptor-count-253",
            "253 data descriptors, one short of two sectors",
            data(253),
        ),
        exact(
            "descriptor-count-254",
            "253 zero descriptors and one for data fill two sectors",
            small().then(many(254)),
        ),
        exact(
            "descriptor-count-255",
            "254 zero descriptors and one for data, that in the third sector",
            small().then(many(255)),
        ),
        exact(
            "descriptor-count-382",
            "381 zero descriptors and one for data fill three sectors",
            small().then(many(382)),
        ),
        exact(
            "descriptor-count-255-data",
            "255 data descriptors in a log of 2 MiB, one in the third sector",
            with(data(255), |recipe| recipe.geometry.log_mib = 2),
        ),
    ]
}

/// An entry with a target that no file may have: alone, it makes the file unreadable either way.
fn refused(id: &str, title: &str, clause: &str, entry: Entry) -> VectorSource {
    let why = "not torn but written so: applying it destroys the file, passing over it loses what follows";
    vector(id, title, why)
        .safe()
        .ignores(&format!("{clause} RPL-8"))
        .made_by(small().then(entry))
        .is_refused(&format!("{clause} SEQ-7"))
}

fn headers() -> Vec<VectorSource> {
    let data = |target| Entry::empty().data(target);
    vec![
        refused(
            "target-identifier",
            "an entry writes the file identifier",
            "DSC-6",
            data(Target::Identifier(0)),
        )
        .ignores("DSC-6 FID-2"),
        refused(
            "target-header-1",
            "an entry writes header 1",
            "DSC-6",
            data(Target::Header(0)),
        ),
        refused(
            "target-header-2",
            "an entry writes header 2",
            "DSC-6",
            data(Target::Header(16)),
        ),
        refused(
            "target-zero-headers",
            "an entry zeroes both headers",
            "DSC-6",
            zero(Target::Header(0), 128 << 10),
        ),
        refused(
            "target-zero-whole-file",
            "an entry zeroes the first 4 MiB",
            "DSC-6",
            zero(Target::At(0), 4 << 20),
        ),
        refused(
            "target-zero-into-region-table",
            "an entry zeroes from 188 KiB to 196 KiB",
            "DSC-6",
            zero(Target::Header(31), 8192),
        ),
        vector(
            "target-region-table",
            "an entry writes region table 1",
            "region tables are written through the log",
        )
        .safe()
        .accepts("DSC-6")
        .made_by(with(
            small().then(write(1).content(Target::RegionTable(0), Content::Original)),
            super::writer::break_region_table_1,
        ))
        .replays([0]),
        vector(
            "target-header-of-length-zero",
            "an entry zeroes 0 bytes at file offset 0, and writes a sector",
            "a target of length 0 touches nothing",
        )
        .safe()
        .accepts("DSC-9 DSC-4")
        .made_by(small().then(zero(Target::At(0), 0).data(Target::Payload(1))))
        .replays([0]),
    ]
}

fn log() -> Vec<VectorSource> {
    // Log from 2 MiB to 3 MiB, so that there is something before it.
    let before = |entry: Entry| {
        with(small().then(entry), |recipe| {
            recipe.geometry.log_offset_mib = 2;
            recipe.geometry.spare_mib = 0;
        })
    };
    let refused_there = |id, title, entry| refused(id, title, "DSC-7", entry);
    let at = |mib: u64, sectors: i64| Target::At((mib << 20).wrapping_add_signed(4096 * sectors));
    vec![
        refused_there(
            "target-log-first-sector",
            "an entry writes the log's first sector",
            Entry::empty().data(Target::Log(0)),
        ),
        refused_there(
            "target-log-last-sector",
            "an entry writes the log's last sector",
            Entry::empty().data(Target::Log(255)),
        ),
        refused_there(
            "target-zero-into-log",
            "a zero range begins 4 KiB before the log and ends in it",
            zero(at(1, -1), 8192),
        ),
        refused_there(
            "target-zero-out-of-log",
            "a zero range begins in the log and ends behind it",
            zero(Target::Log(255), 8192),
        ),
        refused_there(
            "target-zero-around-log",
            "a zero range begins before the log and ends behind it",
            zero(at(1, -1), (1 << 20) + 8192),
        ),
        vector(
            "target-before-log",
            "an entry writes the last sector before the log",
            "off by one at the log's start",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1))))
        .replays([0]),
        vector(
            "target-behind-log",
            "an entry writes the first sector behind the log",
            "off by one at the log's end",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(
            write(1).content(at(3, 0), Content::Original).data(at(3, 1)),
        ))
        .replays([0]),
        vector(
            "target-zero-up-to-log",
            "a zero range ends where the log begins",
            "off by one at the log's start",
        )
        .safe()
        .accepts("DSC-7")
        .by_file()
        .made_by(before(write(1).data(at(2, -1)).zero(at(2, -2), 8192)))
        .replays([0]),
        vector(
            "target-zero-from-log-end",
            "a zero range begins where the log ends",
            "off by one at the log's end",
        )
        .safe()
        .accepts("DSC-7")
        .made_by(with(
            small().then(zero(Target::Payload(0), 8192)),
            |recipe| {
                // Metadata, BAT, log, payload.
                recipe.geometry.log_offset_mib = 3;
            },
        ))
        .replays([0]),
    ]
}

fn range() -> Vec<VectorSource> {
    const TOP: u64 = 1 << 63;
    let unlimited = |id, title, entry: Entry| {
        vector(
            id,
            title,
            "offset plus length passes what a signed 64-bit offset can hold",
        )
        .safe()
        .ignores("DSC-5")
        .limited_to(u64::MAX)
        .made_by(small().then(entry))
        .is_refused("DSC-5 SEQ-7")
    };
    vec![
        unlimited(
            "target-at-2-63",
            "an entry writes at 2^63",
            Entry::empty().data(Target::At(TOP)),
        ),
        unlimited(
            "target-up-to-2-63",
            "a zero range ends at 2^63",
            zero(Target::At(TOP - 8192), 8192),
        ),
        unlimited(
            "target-end-overflows",
            "a zero range ends at 2^64 + 4096: at 4096, in 64 bits",
            zero(Target::At(u64::MAX - 4095), 8192),
        ),
        unlimited(
            "target-last-sector-there-is",
            "an entry writes at 2^64 - 4096",
            Entry::empty().data(Target::At(u64::MAX - 4095)),
        ),
        vector(
            "target-around-everything",
            "a zero range of 2^64 - 4096 bytes",
            "its end overflows onto itself",
        )
        .safe()
        .ignores("DSC-5 DSC-7")
        .made_by(small().then(zero(Target::Payload(0), u64::MAX - 4095)))
        .is_refused("DSC-5 RPL-9 SEQ-7"),
        vector(
            "target-below-2-63",
            "a zero range of 0 bytes at 2^63 - 4096, and a sector",
            "it ends within what there is",
        )
        .safe()
        .accepts("DSC-5")
        .made_by(small().then(zero(Target::At(TOP - 4096), 0).data(Target::Payload(1))))
        .replays([0]),
    ]
}

fn bad_target_in_a_run() -> Vec<VectorSource> {
    let bad = || Entry::empty().data(Target::Header(0));
    let first = Tail::Item(0);
    vec![
        vector(
            "bad-target-before-tail",
            "of three entries the first writes header 1; replay begins at the second",
            "it is not to be applied, so it does no harm",
        )
        .safe()
        .accepts("DSC-9")
        .made_by(small().then(bad()).then(write(2)).then(write(3).with_tail(Tail::Item(1))))
        .replays([1, 2]),
        vector(
            "bad-target-in-newest",
            "behind a sound entry a newer one, its own tail, writes header 1",
            "an entry that was written whole is refused with its file, or taken for none; it is never applied",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(one_and(bad()))
        .reading("refuse", refuses("DSC-6 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-middle",
            "of three entries that are all to be replayed the middle one writes the log",
            "taken for no entry it splits the run: only the first part then has its tail",
        )
        .open("DSC-9")
        .ignores("DSC-9")
        .made_by(one().then(Entry::empty().data(Target::Log(9)).with_tail(first)).then(write(3).with_tail(first)))
        .reading("refuse", refuses("DSC-7 DSC-9"))
        .reading("no entry", items([0])),
        vector(
            "bad-target-in-tail-entry",
            "of two entries that are both to be replayed the older writes header 2",
            "passing over it in silence would lose what it was meant to do",
        )
        .safe()
        .ignores("DSC-9 DSC-6")
        .made_by(small().then(Entry::empty().data(Target::Header(16))).then(write(2).with_tail(first)))
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-among-good-ones",
            "one entry writes a sector, header 1 and another sector",
            "all of an entry is applied or nothing",
        )
        .safe()
        .ignores("DSC-6 DSC-9")
        .made_by(small().then(write(1).data(Target::Header(0)).data(Target::Payload(2))))
        .is_refused("DSC-6 DSC-9 SEQ-7"),
        vector(
            "bad-target-in-old-sequence",
            "an older sequence elsewhere in the log writes header 1; the newest one is sound",
            "what is not to be replayed is not held to it",
        )
        .safe()
        .accepts("DSC-9 SEQ-3")
        .made_by(small().then(bad().at(40).numbered(50)).then(write(1).at(0).numbered(100)))
        .replays([1]),
    ]
}
