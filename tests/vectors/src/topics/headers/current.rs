//! The file identifier, and which of two valid headers is current (HDR-2).

use vhdx_log_image::{Bytes, MIB, Presence};

use super::edit::{clean, headed, numbered, same};
use crate::recipes::{one, with};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [identifier(), choice()].concat()
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
