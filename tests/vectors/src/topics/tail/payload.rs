//! Tails that point into an entry, not at its start, where the payload looks like an entry (ENT-4,
//! SEQ-2). A guest can put any bytes there.

use vhdx_log_image::{Bytes, Corruption, Entry, LogGuid, Nth, Overwrite, Signature, Tail, Target};

use crate::recipes::{small, write};
use crate::source::{VectorSource, vector};

/// Where in its data sector the payload of an entry of one descriptor looks like an entry, and that
/// place from the start of the entry.
const INTO: usize = 512;
const AT: u32 = 4096 + INTO as u32;

pub(super) fn vectors() -> Vec<VectorSource> {
    [with_an_older_sequence(), alone(), elsewhere()].concat()
}

/// The bytes of the first sector of an entry, as many as a payload has room for after [`INTO`].
fn looks_like(entry: &Entry) -> Vec<u8> {
    let sectors = entry.standalone(100, AT, 256);
    let bytes = sectors.first().map_or(&[][..], |first| &first[..]);
    bytes[..4092 - INTO].to_vec()
}

/// An entry that writes a sector, with these bytes in its payload.
fn carrying(bytes: Vec<u8>) -> Entry {
    write(1)
        .corrupt(Corruption::Overwrite(Overwrite {
            at: AT,
            bytes: Bytes(bytes),
        }))
        .with_tail(Tail::Explicit(AT))
}

fn empty() -> Vec<u8> {
    looks_like(&Entry::empty())
}

/// The same with EntryLength 0.
fn of_length_zero() -> Vec<u8> {
    let mut bytes = empty();
    bytes[8..12].fill(0);
    bytes
}

/// An entry that zeroes everything before the log.
fn zeroing() -> Vec<u8> {
    looks_like(&Entry::empty().zero(Target::At(0), 1 << 20))
}

fn older() -> Entry {
    write(9).at(100).numbered(50)
}

fn with_an_older_sequence() -> Vec<VectorSource> {
    let bad = |id, title, why, flaws, entry: Entry| {
        vector(id, title, why)
            .ignores("SEQ-2 ENT-4")
            .shows(flaws)
            .made_by(small().then(entry).then(older()))
            .replays([1])
    };
    let bounds = "tail-checked-for-bounds-only";
    vec![
        bad(
            "tail-into-payload-with-empty-entry",
            "The newest entry's tail is 512 bytes into its own data sector, where an empty entry \
            seems to begin",
            "A Tail must name the start of an entry of the log. A reader that follows it anywhere \
            replays an invalid sequence and drops the older, valid one.",
            bounds,
            carrying(empty()),
        ),
        bad(
            "tail-into-payload-with-entry-of-length-zero",
            "The newest entry's tail is 512 bytes into its own data sector, where an entry of \
            length 0 seems to begin",
            "A reader that follows the Tail and goes on by EntryLength stays where it is, and \
            hangs.",
            "empty-tail-entry-hangs",
            carrying(of_length_zero()),
        ),
        bad(
            "tail-into-payload-with-zeroing-entry",
            "The newest entry's tail is 512 bytes into its own data sector, where an entry that \
            zeroes the first MiB of the file seems to begin",
            "A guest's data becomes a log. A reader that follows the Tail and applies what it \
            finds there wipes the headers and the region tables.",
            bounds,
            carrying(zeroing()),
        ),
        bad(
            "tail-into-payload-of-other-generation",
            "The newest entry's tail is 512 bytes into its own data sector, where an entry of \
            another generation seems to begin",
            "A guest's disk can hold a copy of any log. A reader that follows the Tail replays an \
            invalid sequence and drops the older, valid one.",
            bounds,
            carrying(looks_like(&Entry::empty().with_log_guid(LogGuid::B))),
        ),
        bad(
            "tail-into-own-descriptors",
            "The newest entry's tail is 64 bytes into it, where its first descriptor is",
            "A reader that checks only that a Tail lies inside the log replays an invalid sequence \
            and drops the older, valid one.",
            bounds,
            write(1).with_tail(Tail::Explicit(64)),
        ),
        bad(
            "tail-behind-payload",
            "The newest entry's tail is 512 bytes behind its end, in empty space",
            "A reader that checks only that a Tail lies inside the log replays an invalid sequence \
            and drops the older, valid one.",
            bounds,
            write(1).with_tail(Tail::Explicit(8192 + 512)),
        ),
    ]
}

fn alone() -> Vec<VectorSource> {
    let refused = |id, title, why, flaws, entry: Entry| {
        vector(id, title, why)
            .ignores("SEQ-2 ENT-4 SEQ-7")
            .shows(flaws)
            .made_by(small().then(entry))
            .is_refused("SEQ-7")
    };
    vec![
        refused(
            "tail-into-payload-alone-with-empty-entry",
            "The only entry's tail is 512 bytes into its own data sector, where an empty entry \
            seems to begin",
            "There is no valid sequence. A reader that follows the Tail opens a corrupt file.",
            "tail-checked-for-bounds-only",
            carrying(empty()),
        ),
        refused(
            "tail-into-payload-alone-with-zeroing-entry",
            "The only entry's tail is 512 bytes into its own data sector, where an entry that \
            zeroes the first MiB of the file seems to begin",
            "There is no valid sequence. A reader that follows the Tail and applies what it finds \
            there wipes the headers and the region tables.",
            "tail-checked-for-bounds-only",
            carrying(zeroing()),
        ),
    ]
}

fn elsewhere() -> Vec<VectorSource> {
    // The second entry's data sector is not valid, so nothing of it is part of a sequence.
    let carrier =
        carrying(empty())
            .with_tail(Tail::Explicit(0))
            .corrupt(Corruption::DataSignature(Nth {
                index: 0,
                to: Signature(*b"junk"),
            }));
    vec![
        vector(
            "tail-into-payload-of-invalid-entry",
            "The newest entry's tail is 512 bytes into the data sector of an invalid entry before \
            it, where an empty entry seems to begin; an older entry lies elsewhere",
            "A reader that follows the Tail anywhere replays an invalid sequence and drops the \
            older, valid one.",
        )
        .ignores("SEQ-2 ENT-4")
        .shows("tail-checked-for-bounds-only")
        .made_by(
            small()
                .then(carrier)
                .then(write(2).with_tail(Tail::Explicit(AT)))
                .then(older()),
        )
        .replays([2]),
    ]
}
