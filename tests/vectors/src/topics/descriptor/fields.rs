//! The fields of a descriptor (DSC-1 to DSC-4, DSC-8), and how many descriptors fit in a sector
//! (ENT-6).

use vhdx_log_image::{
    Content, Corruption, Data, Descriptor, Entry, Nth, Recipe, SECTOR, Signature, Target,
};

use super::build::{many, zero};
use crate::recipes::{one_and, small, with, write};
use crate::source::{VectorSource, items, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [fields(), counts()].concat()
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

fn fields() -> Vec<VectorSource> {
    let signature =
        |index, to: &[u8; 4]| Corruption::DescriptorSignature(nth(index, Signature(*to)));
    vec![
        ignored(
            "descriptor-signature-unknown",
            "The newer entry's descriptor begins with `junk`",
            "One unknown descriptor makes its whole entry invalid, not the file. A reader that \
            refuses the file makes a good disk unreadable.",
            "DSC-1",
            write(2).corrupt(signature(0, b"junk")),
        ),
        ignored(
            "descriptor-signature-unknown-for-zeros",
            "The newer entry has a zero descriptor that begins with `junk`",
            "A reader that treats everything but `desc` as a zero descriptor erases a sector that \
            no valid entry names.",
            "DSC-1",
            zero(Target::Payload(2), SECTOR).corrupt(signature(0, b"junk")),
        ),
        ignored(
            "descriptor-signature-unknown-in-last",
            "Of the newer entry's three descriptors the last one begins with `DESC`",
            "A reader that checks only the first descriptor applies an invalid entry, and drops \
            the valid entry before it.",
            "DSC-1",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(signature(2, b"DESC")),
        ),
        ignored(
            "descriptor-signature-unknown-in-second-sector",
            "Of the newer entry's 128 descriptors the 127th begins with `junk`",
            "A reader that checks only the descriptors in the first sector applies an invalid \
            entry, and drops the valid entry before it.",
            "DSC-1",
            many(128).corrupt(signature(126, b"junk")),
        ),
        ignored(
            "descriptor-number-other",
            "The newer entry's descriptor has the number of the entry before it",
            "A descriptor left over from an older entry has an older number. A reader that ignores \
            the number applies it, and writes to the wrong place.",
            "DSC-2",
            write(2).corrupt(Corruption::DescriptorSequenceNumber(nth(0, 100))),
        ),
        ignored(
            "descriptor-number-other-in-last",
            "Of the newer entry's three descriptors the last one has another number",
            "A reader that checks only the first descriptor applies one from another entry, and \
            writes to the wrong place.",
            "DSC-2",
            write(2)
                .data(Target::Payload(3))
                .data(Target::Payload(4))
                .corrupt(Corruption::DescriptorSequenceNumber(nth(2, 100))),
        ),
        ignored(
            "descriptor-number-upper-half-other",
            "The newer entry's descriptor has the entry's number plus 2^32",
            "The number has 64 bits. A reader that compares only 32 of them applies a descriptor \
            of another entry, and writes to the wrong place.",
            "DSC-2",
            write(2).corrupt(Corruption::DescriptorSequenceNumber(nth(
                0,
                101 + (1 << 32),
            ))),
        ),
        ignored(
            "descriptor-offset-unaligned",
            "The newer entry's FileOffset is 512 bytes into a sector",
            "FileOffset is a multiple of 4 KiB. A reader that does not check this overwrites parts \
            of two sectors.",
            "DSC-3",
            Entry::empty().data(Target::At((4 << 20) + 2 * 4096 + 512)),
        ),
        ignored(
            "descriptor-offset-unaligned-in-zero",
            "The newer entry has a zero descriptor whose FileOffset is 512 bytes into a sector",
            "FileOffset is a multiple of 4 KiB for zero descriptors, too. A reader that checks \
            only data descriptors erases parts of two sectors.",
            "DSC-3",
            zero(Target::At((4 << 20) + 2 * 4096 + 512), SECTOR),
        ),
        ignored(
            "descriptor-zero-length-unaligned",
            "The newer entry has a ZeroLength of 512",
            "ZeroLength is a multiple of 4 KiB. A reader that does not check this erases part of a \
            sector, or all of it.",
            "DSC-4",
            zero(Target::Payload(2), 512),
        ),
        vector(
            "descriptor-zero-length-zero",
            "An entry zeroes 0 bytes and writes a sector",
            "A ZeroLength of 0 is legal and does nothing. A reader that rejects it refuses a good \
            disk.",
        )
        .accepts("DSC-4")
        .made_by(small().then(zero(Target::Payload(1), 0).data(Target::Payload(2))))
        .replays([0]),
        vector(
            "descriptor-zero-reserved",
            "The newer entry has a zero descriptor with Reserved 1",
            "Writers leave the field zero; a reader may ignore it or skip the entry. A reader that \
            refuses the whole file makes a good disk unreadable.",
        )
        .open("DSC-8")
        .accepts("DSC-8")
        .ignores("DSC-8")
        .made_by(one_and(
            zero(Target::Payload(2), SECTOR).corrupt(Corruption::DescriptorReserved(nth(0, 1))),
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
    let exact = |id, title, why, recipe: Recipe| {
        vector(id, title, why)
            .accepts("ENT-6")
            .made_by(recipe)
            .replays([0])
    };
    vec![
        exact(
            "descriptor-count-125",
            "125 data descriptors leave room for one more in the first sector",
            "A reader that fits fewer than 126 descriptors in the first sector looks for the data \
            in the wrong place, and refuses a good disk.",
            data(125),
        ),
        exact(
            "descriptor-count-126",
            "126 data descriptors fill the first sector",
            "A reader that expects a second descriptor sector here looks for the data one sector \
            too late, and refuses a good disk.",
            data(126),
        ),
        exact(
            "descriptor-count-127",
            "127 data descriptors, the last one in the second sector",
            "The header leaves room for 126 descriptors in the first sector. A reader that puts \
            128 there looks for the data one sector too early, and refuses a good disk.",
            data(127),
        ),
        exact(
            "descriptor-count-253",
            "253 data descriptors leave room for one more in two sectors",
            "The first sector holds 126 descriptors, the second one 128. A reader that counts \
            otherwise mistakes a descriptor sector for data or the reverse, and refuses a good \
            disk.",
            data(253),
        ),
        exact(
            "descriptor-count-254",
            "253 zero descriptors and one data descriptor fill two sectors",
            "A reader that expects a third descriptor sector here looks for the data one sector \
            too late, and refuses a good disk.",
            small().then(many(254)),
        ),
        exact(
            "descriptor-count-255",
            "254 zero descriptors, and one data descriptor in the third sector",
            "The first sector holds only 126 descriptors. A reader that puts 128 in each misses \
            the third sector, and refuses a good disk.",
            small().then(many(255)),
        ),
        exact(
            "descriptor-count-382",
            "381 zero descriptors and one data descriptor fill three sectors",
            "A reader that expects a fourth descriptor sector here looks for the data one sector \
            too late, and refuses a good disk.",
            small().then(many(382)),
        ),
        exact(
            "descriptor-count-255-data",
            "255 data descriptors in a log of 2 MiB, the last one in the third sector",
            "The first sector holds only 126 descriptors. A reader that puts 128 in each mistakes \
            the third descriptor sector for data, and refuses a good disk.",
            with(data(255), |recipe| recipe.geometry.log_mib = 2),
        ),
    ]
}
