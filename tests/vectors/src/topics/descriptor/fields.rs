//! The fields of a descriptor (DSC-1 to DSC-4, DSC-8), and how many descriptors fit in a sector (ENT-6).

use vhdx_log_image::{
    Content, Corruption, Data, Descriptor, Entry, Nth, Recipe, Signature, Target,
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
