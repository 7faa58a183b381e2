//! Headers that are not valid, and headers with equal numbers (HDR-1, HDR-3, HDR-4).

use vhdx_log_image::{Checksum, Header, Presence, Signature};

use super::edit::{both, clean, headed, numbered, same};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [validity(), equal_numbers()].concat()
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
