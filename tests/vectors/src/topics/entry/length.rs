//! EntryLength and DescriptorCount (ENT-3, ENT-6).

use vhdx_log_image::{Content, Corruption, Data, Descriptor, Entry, MIB, SECTOR, Target};

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
            "The newer entry's EntryLength and checksum leave out its last 100 bytes",
            "EntryLength is a multiple of 4 KiB. A reader that does not check this writes data to \
            the disk whose last bytes no checksum covers.",
            "ENT-3",
            long(2 * 4096 - 100),
        ),
        ignored(
            "entry-length-zero",
            "The newer entry's EntryLength is 0",
            "A reader that advances by EntryLength never gets past this entry, and hangs.",
            "ENT-3 SEQ-9",
            long(0),
        ),
        ignored(
            "entry-length-one-sector-short",
            "The newer entry's EntryLength leaves out its data sector, and the checksum matches",
            "A reader that does not compare EntryLength with the descriptors writes data to the \
            disk that no checksum covers.",
            "ENT-6",
            long(4096),
        ),
        ignored(
            "entry-length-largest",
            "The newer entry's EntryLength is 2^32 - 4096",
            "The entry claims to be longer than any log. A reader that adds offset and length in \
            32 bits overflows, and crashes or reads the wrong bytes.",
            "ENT-3",
            long(0xFFFF_F000),
        ),
        vector(
            "entry-as-long-as-log",
            "One entry of 254 data sectors fills the whole log",
            "This is the longest entry there can be. A reader that allows only shorter entries \
            refuses a good disk.",
        )
        .accepts("ENT-3")
        .made_by(fills(254, 0))
        .replays([0]),
        vector(
            "entry-one-sector-short-of-log",
            "One entry of 255 sectors leaves one sector of the log free",
            "A reader with too low a limit on EntryLength refuses a good disk.",
        )
        .accepts("ENT-3")
        .made_by(fills(253, 0))
        .replays([0]),
    ]
}

/// An entry one sector longer than its log. Its last sector lies past the log's end, and the
/// checksum is valid for a reader that looks there.
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
        .zero(Target::Payload(254), SECTOR);
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
            "One entry of 257 sectors in a log of 256; its last sector lies past the log",
            "A reader that continues past the end of the log treats bytes from outside it as part \
            of an entry, and writes them to the disk.",
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
            "The newer entry counts two descriptors and has one",
            "A reader that treats the zeros after the first descriptor as a second one applies an \
            invalid entry, and drops the valid entry before it.",
            "ENT-6 DSC-1",
            counted(2),
        ),
        ignored(
            "entry-count-largest",
            "The newer entry's DescriptorCount is 2^32 - 1",
            "32 bytes times this count overflows 32 bits. A reader that does not check the count \
            reads out of bounds, or asks for 128 GiB of memory.",
            "ENT-6",
            counted(u32::MAX),
        ),
        ignored(
            "entry-count-overflows-to-one",
            "The newer entry's DescriptorCount is 2^27 + 1",
            "32 bytes times this count is 32 in 32 bits. A reader that multiplies so accepts an \
            invalid entry, or reads out of bounds.",
            "ENT-6",
            counted((1 << 27) + 1),
        ),
        vector(
            "entry-padded",
            "The newer entry has a padding sector after its data, inside EntryLength",
            "A note in the text lets writers align entries, and this would be the only way, so a \
            reader may apply the entry or skip it. A reader that refuses the whole file makes a \
            good disk unreadable.",
        )
        .open("ENT-6")
        .ignores("ENT-6")
        .made_by(one_and(write(2).corrupt(Corruption::Padding(1))))
        .reading("no entry", items([0]))
        .reading("padding", items([1])),
        vector(
            "entry-padded-alone",
            "The only entry has two padding sectors after its data, inside EntryLength",
            "A reader may ignore the padding, or treat the entry as invalid and refuse the file. A \
            reader that opens the file as clean loses what was logged.",
        )
        .open("ENT-6")
        .ignores("ENT-6")
        .made_by(small().then(write(1).corrupt(Corruption::Padding(2))))
        .reading("no entry", refuses("SEQ-7"))
        .reading("padding", items([0])),
    ]
}
