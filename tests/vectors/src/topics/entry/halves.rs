//! Fields of an entry of which only a part is wrong: the upper half, or the top bit; and numbers
//! around 2^31 and 2^32. A reader that looks at a part takes a torn entry for a whole one.

use vhdx_log_image::{Checksum, Corruption, Entry, Nth, Recipe, Signature, Tail, Target};

use super::newer::ignored;
use crate::recipes::{one_and, small, stored, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [
        lengths(),
        checksums(),
        descriptors(),
        data_sectors(),
        numbers(),
    ]
    .concat()
}

/// Where the newer entry of [`one_and`] begins, from the start of the log.
const NEWER: u32 = 8192;

fn lengths() -> Vec<VectorSource> {
    let why = "The claim is impossible. A reader that looks at a part of the field takes the entry \
               for a whole one, and drops the valid entry before it.";
    vec![
        ignored(
            "entry-length-top-bit",
            "The newer entry's EntryLength is 2 GiB + 8 KiB",
            why,
            "ENT-3",
            write(2).corrupt(Corruption::EntryLength((1 << 31) + 8192)),
        )
        .shows("entry-length-31-bit"),
        ignored(
            "entry-length-upper-half",
            "The newer entry's EntryLength is 64 KiB + 8 KiB; it has 8 KiB",
            why,
            "ENT-6",
            sealed_over_8_kib(65536 + 8192),
        )
        .shows("entry-length-16-bit"),
        ignored(
            "entry-count-top-bit",
            "The newer entry's DescriptorCount is 2^31 + 1",
            why,
            "ENT-6",
            write(2).corrupt(Corruption::DescriptorCount((1 << 31) + 1)),
        )
        .shows("descriptor-count-31-bit"),
        ignored(
            "entry-count-upper-half",
            "The newer entry's DescriptorCount is 65537",
            why,
            "ENT-6",
            write(2).corrupt(Corruption::DescriptorCount(65537)),
        )
        .shows("descriptor-count-16-bit"),
        ignored(
            "entry-tail-top-bit",
            "The newer entry's Tail is its own start plus 2^31",
            "This Tail lies outside any log of this file. A reader that drops the top bit takes \
            the entry for valid, and drops the valid entry before it.",
            "ENT-4",
            write(2).with_tail(Tail::Explicit((1 << 31) + NEWER)),
        )
        .shows("tail-31-bit"),
        vector(
            "entry-tail-upper-half",
            "The newest entry's Tail is its own start plus 64 KiB; an older entry lies elsewhere",
            "This Tail is in empty space. A reader that looks at the lower 16 bits takes the entry \
            for its own tail, and drops the older, valid sequence.",
        )
        .ignores("SEQ-2")
        .shows("tail-16-bit")
        .made_by(
            small()
                .then(write(1).with_tail(Tail::Explicit(65536)))
                .then(write(9).at(100).numbered(50)),
        )
        .replays([1]),
    ]
}

/// An entry of 8 KiB that claims to be longer, with the checksum that its 8 KiB with this claim
/// have.
fn sealed_over_8_kib(claimed: u32) -> Entry {
    let entry = Entry {
        flushed_file_offset: Some(5 << 20),
        last_file_offset: Some(5 << 20),
        ..write(2).corrupt(Corruption::EntryLength(claimed))
    };
    let sectors = entry.standalone(101, NEWER, 256);
    let checksum = sectors
        .first()
        .map_or([0; 4], |first| [first[4], first[5], first[6], first[7]]);
    entry.with_checksum(Checksum::Explicit(u32::from_le_bytes(checksum)))
}

fn checksums() -> Vec<VectorSource> {
    let wrong = |bits: u32| -> Recipe {
        let recipe = one_and(write(2));
        let right = stored(&recipe, (1 << 20) + u64::from(NEWER) + 4);
        with(recipe, |recipe| {
            if let Some(entry) = recipe.log[1].entry_mut() {
                entry.checksum = Checksum::Explicit(right ^ bits);
            }
        })
    };
    let torn = |id, title, flaw, recipe| {
        vector(
            id,
            title,
            "A reader that compares only half of the checksum takes one torn entry in 65536 for a \
            whole one, and replays it.",
        )
        .ignores("ENT-2")
        .shows(flaw)
        .made_by(recipe)
        .replays([0])
    };
    vec![
        torn(
            "entry-checksum-upper-half-wrong",
            "The newer entry's checksum is wrong in its upper 16 bits",
            "entry-checksum-by-lower-half",
            wrong(0xFFFF_0000),
        ),
        torn(
            "entry-checksum-lower-half-wrong",
            "The newer entry's checksum is wrong in its lower 16 bits",
            "entry-checksum-by-upper-half",
            wrong(0x0000_FFFF),
        ),
        ignored(
            "entry-signature-half",
            "The newer entry begins with `loga`; its checksum is right",
            "A reader that compares only part of the signature takes this for an entry, and drops \
            the valid entry before it.",
            "ENT-1",
            write(2).corrupt(Corruption::Signature(Signature(*b"loga"))),
        )
        .shows("entry-signature-by-first-half"),
    ]
}

fn descriptors() -> Vec<VectorSource> {
    let signature = |to: &[u8; 4]| {
        Corruption::DescriptorSignature(Nth {
            index: 0,
            to: Signature(*to),
        })
    };
    let why = "A reader that compares only part of the signature applies an invalid entry, and \
               drops the valid entry before it.";
    vec![
        ignored(
            "descriptor-signature-half",
            "The newer entry's data descriptor begins with `dead`",
            why,
            "DSC-1",
            write(2).corrupt(signature(b"dead")),
        )
        .shows("data-descriptor-by-first-half"),
        ignored(
            "descriptor-signature-half-for-zeros",
            "The newer entry's zero descriptor begins with `zest`",
            why,
            "DSC-1",
            Entry::empty()
                .zero(Target::Payload(2), 4096)
                .corrupt(signature(b"zest")),
        )
        .shows("zero-descriptor-by-first-half"),
    ]
}

fn data_sectors() -> Vec<VectorSource> {
    vec![
        ignored(
            "data-signature-half",
            "The newer entry's data sector begins with `date`; the checksum is right",
            "A reader that compares only part of the signature applies an invalid entry, and drops \
            the valid entry before it.",
            "DAT-1",
            write(2).corrupt(Corruption::DataSignature(Nth {
                index: 0,
                to: Signature(*b"date"),
            })),
        )
        .shows("data-signature-by-first-half"),
        ignored(
            "data-sequence-high-upper-half",
            "The newer entry's data sector has SequenceHigh 65536; the entry's number is 101",
            "A reader that compares only 16 bits takes a data sector of another entry for this \
            one's, and replays a mixture.",
            "DAT-2",
            write(2).corrupt(Corruption::DataSequenceHigh(Nth {
                index: 0,
                to: 65536,
            })),
        )
        .shows("sequence-high-16-bit"),
        ignored(
            "data-sequence-low-upper-half",
            "The newer entry's data sector has SequenceLow 65637; the entry's number is 101",
            "A reader that compares only 16 bits takes a data sector of another entry for this \
            one's, and replays a mixture.",
            "DAT-2",
            write(2).corrupt(Corruption::DataSequenceLow(Nth {
                index: 0,
                to: 65536 + 101,
            })),
        )
        .shows("sequence-low-16-bit"),
    ]
}

fn numbers() -> Vec<VectorSource> {
    let two = |first: u64| {
        small()
            .then(write(1).numbered(first))
            .then(write(2).numbered(first + 1).with_tail(Tail::Item(0)))
    };
    let apart = |first: u64| {
        small()
            .then(write(1).numbered(first))
            .then(write(2).at(40).numbered(first + 1))
    };
    vec![
        vector(
            "entry-number-2-32",
            "The only entry has number 2^32",
            "Its lower half is 0. A reader that tests only that half for 0 rejects the entry, and \
            refuses a good disk.",
        )
        .accepts("ENT-5")
        .shows("entry-number-zero-by-low-half")
        .made_by(small().then(write(1).numbered(1 << 32)))
        .replays([0]),
        vector(
            "entry-numbers-across-2-31",
            "Entries 2^31 - 1 and 2^31",
            "A reader that counts in signed 32-bit integers ends the run at 2^31 - 1, and loses \
            the newest changes or refuses a good disk.",
        )
        .accepts("SEQ-1")
        .shows("entry-numbers-of-32-bit-signed")
        .made_by(two((1 << 31) - 1))
        .replays(0..2),
        vector(
            "candidates-around-2-31",
            "Entries 2^31 - 1 and 2^31, apart from each other",
            "A reader that compares the numbers as signed 32-bit integers replays the old entry \
            and loses the newest changes.",
        )
        .accepts("SEQ-3")
        .shows("sequences-compared-as-32-bit-signed")
        .made_by(apart((1 << 31) - 1))
        .replays([1]),
    ]
}
