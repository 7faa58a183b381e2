//! Topic `headers`: the file identifier, and which header is current; what that one says is in
//! [`fields`].
//!
//! The header that must not be taken is a decoy: its LogGuid is zero where the other's is set, or
//! the other way round, so whoever takes it opens the file without a replay, or refuses it.

mod fields;

use crate::source::{VectorSource, items, one, refuses, vector, with};
use vhdx_log_image::{Bytes, Checksum, Header, LogGuid, Presence, Recipe, Signature};

use vhdx_log_image::MIB;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        identifier(),
        choice(),
        validity(),
        equal_numbers(),
        fields::vectors(),
    ]
    .concat()
}

/// The image of [`one`] with its two headers changed.
fn headed(first: impl FnOnce(&mut Header), second: impl FnOnce(&mut Header)) -> Recipe {
    with(one(), |recipe| {
        first(&mut recipe.header_1);
        second(&mut recipe.header_2);
    })
}

/// The image of [`one`] with both headers changed alike.
fn both(change: impl Fn(&mut Header)) -> Recipe {
    headed(&change, &change)
}

fn same(_: &mut Header) {}

fn clean(header: &mut Header) {
    header.log_guid = LogGuid::Zero;
}

fn numbered(number: u64) -> impl Fn(&mut Header) {
    move |header| header.sequence_number = Some(number)
}

fn identifier() -> Vec<VectorSource> {
    let named = |signature: &[u8]| {
        with(one(), |recipe| {
            recipe.identifier.signature = Some(Bytes(signature.to_vec()))
        })
    };
    vec![
        vector(
            "identifier-one-bit-off",
            "the file begins with `vhdxfilf`",
            "finds readers that look at a part of it only",
        )
        .ignores("FID-1")
        .made_by(named(b"vhdxfilf"))
        .is_refused("FID-1"),
        vector(
            "identifier-other-case",
            "the file begins with `VHDXFILE`",
            "finds comparisons that ignore case",
        )
        .ignores("FID-1")
        .made_by(named(b"VHDXFILE"))
        .is_refused("FID-1"),
        vector(
            "identifier-creator-kept",
            "a creator of 256 characters",
            "the first 64 KiB belong to whoever made the file: a replay leaves them as they are",
        )
        .accepts("FID-1 FID-2")
        .by_file()
        .made_by(with(one(), |recipe| {
            recipe.identifier.creator = "a creator with a long name ".repeat(10)
        }))
        .replays([0]),
    ]
}

fn choice() -> Vec<VectorSource> {
    vec![
        vector(
            "header-newer-second",
            "header 2 is newer and dirty, header 1 clean",
            "finds readers that take header 1",
        )
        .accepts("HDR-2")
        .made_by(headed(clean, same))
        .replays([0]),
        vector(
            "header-newer-first",
            "header 1 is newer and dirty, header 2 clean",
            "finds readers that take header 2",
        )
        .accepts("HDR-2")
        .made_by(headed(numbered(10), clean))
        .replays([0]),
        vector(
            "header-newer-clean-second",
            "header 2 is newer and clean, header 1 dirty",
            "a clean close rewrites one header first; a replay then would bring old contents back",
        )
        .accepts("HDR-9")
        .ignores("HDR-2")
        .made_by(headed(same, clean))
        .is_clean(),
        vector(
            "header-newer-clean-first",
            "header 1 is newer and clean, header 2 dirty",
            "the same with the headers exchanged",
        )
        .ignores("HDR-2 HDR-9")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(10)(header);
            },
            same,
        ))
        .is_clean(),
        vector(
            "header-numbers-around-2-63",
            "numbers 2^63 - 1 (clean) and 2^63",
            "finds signed comparisons",
        )
        .accepts("HDR-2")
        .made_by(headed(
            |header| {
                clean(header);
                numbered((1 << 63) - 1)(header);
            },
            numbered(1 << 63),
        ))
        .replays([0]),
        vector(
            "header-numbers-around-2-32",
            "numbers 2^32 - 1 (clean) and 2^32",
            "finds comparisons of the lower half",
        )
        .accepts("HDR-2")
        .made_by(headed(
            |header| {
                clean(header);
                numbered((1 << 32) - 1)(header);
            },
            numbered(1 << 32),
        ))
        .replays([0]),
        vector(
            "header-numbers-far-apart",
            "numbers 3 (clean) and 5000",
            "they need not follow one another",
        )
        .accepts("HDR-2")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(3)(header);
            },
            numbered(5000),
        ))
        .replays([0]),
        vector(
            "header-number-zero",
            "the only valid header has SequenceNumber 0",
            "only entries need a number above 0; a header's validity is signature and checksum",
        )
        .accepts("HDR-1 HDR-3")
        .made_by(headed(numbered(0), |header| {
            header.presence = Presence::Absent
        }))
        .replays([0]),
        vector(
            "header-older-elsewhere",
            "the older header names another place and length of the log",
            "only the current header's fields count",
        )
        .accepts("HDR-2 HDR-8")
        .ignores("HDR-2")
        .made_by(headed(
            |header| (header.log_offset, header.log_length) = (Some(MIB * 2), Some(2 << 20)),
            same,
        ))
        .replays([0]),
    ]
}

fn validity() -> Vec<VectorSource> {
    let unchecked = |header: &mut Header| header.checksum = Checksum::Wrong;
    let unsigned = |header: &mut Header| header.signature = Some(Signature(*b"HEAD"));
    vec![
        vector(
            "header-only-first",
            "header 2 is zeros",
            "one valid header is enough, and it is current",
        )
        .accepts("HDR-3")
        .ignores("HDR-1")
        .made_by(headed(same, |header| header.presence = Presence::Absent))
        .replays([0]),
        vector(
            "header-only-second",
            "header 1 is zeros",
            "one valid header is enough, and it is current",
        )
        .accepts("HDR-3")
        .made_by(headed(|header| header.presence = Presence::Absent, same))
        .replays([0]),
        vector(
            "header-none",
            "both headers are zeros",
            "finds readers that go on with made-up values",
        )
        .ignores("HDR-3 UPD-1")
        .made_by(both(|header| header.presence = Presence::Absent))
        .is_refused("HDR-3"),
        vector(
            "header-checksum-wrong-in-newer",
            "the newer header, clean, has a wrong checksum; the older is dirty",
            "a torn header update: the other header still stands",
        )
        .ignores("HDR-1")
        .accepts("HDR-2")
        .made_by(headed(same, |header| {
            clean(header);
            unchecked(header);
        }))
        .replays([0]),
        vector(
            "header-checksum-wrong-in-older",
            "the older header has a wrong checksum",
            "a torn update of the header that is not current must not get in the way",
        )
        .accepts("HDR-1")
        .made_by(headed(unchecked, same))
        .replays([0]),
        vector(
            "header-checksum-wrong-in-both",
            "both headers have wrong checksums",
            "no header is valid",
        )
        .ignores("HDR-1")
        .made_by(both(unchecked))
        .is_refused("HDR-3"),
        vector(
            "header-signature-wrong-in-newer",
            "the newer header, clean, has another signature and a right checksum",
            "finds readers that go by the checksum alone",
        )
        .ignores("HDR-1")
        .made_by(headed(same, |header| {
            clean(header);
            unsigned(header);
        }))
        .replays([0]),
        vector(
            "header-signature-wrong-in-both",
            "both headers begin with `HEAD`",
            "no header is valid",
        )
        .ignores("HDR-1")
        .made_by(both(unsigned))
        .is_refused("HDR-3"),
        vector(
            "header-reserved-not-zero",
            "the newer header has reserved bytes other than zero; the older is clean",
            "reserved bytes mean nothing, and the checksum covers them",
        )
        .accepts("HDR-12")
        .made_by(headed(clean, |header| header.reserved = 0xA5))
        .replays([0]),
        vector(
            "header-reserved-not-in-checksum",
            "the newer header, clean, has reserved bytes that its checksum leaves out",
            "finds checksums over the 80 bytes of fields",
        )
        .ignores("HDR-12 HDR-1")
        .made_by(headed(same, |header| {
            clean(header);
            header.reserved = 0xA5;
            header.checksum = Checksum::BeforeCorruptions;
        }))
        .replays([0]),
    ]
}

fn equal_numbers() -> Vec<VectorSource> {
    vec![
        vector(
            "header-equal-numbers",
            "both headers are valid and have number 9; one is dirty, one clean",
            "finds readers that take one of the two: half of them lose the log",
        )
        .ignores("HDR-4")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(9)(header);
            },
            same,
        ))
        .is_refused("HDR-4"),
        vector(
            "header-equal-numbers-reserved-differs",
            "both headers have number 9 and differ in reserved bytes alone",
            "different contents are different contents",
        )
        .ignores("HDR-4")
        .made_by(headed(
            |header| {
                header.reserved = 1;
                numbered(9)(header);
            },
            same,
        ))
        .is_refused("HDR-4"),
        vector(
            "header-equal-numbers-one-invalid",
            "both headers have number 9, one of them with a wrong checksum",
            "a header that is not valid cannot contradict one that is",
        )
        .accepts("HDR-4")
        .made_by(headed(
            |header| {
                clean(header);
                numbered(9)(header);
                header.checksum = Checksum::Wrong;
            },
            same,
        ))
        .replays([0]),
        vector(
            "header-identical-dirty",
            "the headers are the same byte for byte, with a log to replay",
            "the text has no current header then; taking either is the same",
        )
        .open("HDR-4b")
        .accepts("HDR-4b")
        .ignores("HDR-4b")
        .made_by(headed(|header| header.presence = Presence::Twin, same))
        .reading("accept", items([0]))
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3")),
    ]
}
