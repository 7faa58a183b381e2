//! EntryLength and DescriptorCount (ENT-3, ENT-6).

use vhdx_log_image::{Content, Corruption, Data, Descriptor, Entry, MIB, Target};

use super::newer::ignored;
use crate::recipes::{one_and, small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [length(), longer_than_the_log(), counts()].concat()
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
