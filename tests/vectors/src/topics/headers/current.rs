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
            "The file begins with `vhdxfilf`",
            "A reader that compares only part of the signature opens a file that is not VHDX, and \
            a replay writes into it.",
        )
        .ignores("FID-1")
        .made_by(named(b"vhdxfilf"))
        .is_refused("FID-1"),
        vector(
            "identifier-other-case",
            "The file begins with `VHDXFILE`",
            "A reader that ignores case opens a file that is not VHDX, and a replay writes into \
            it.",
        )
        .ignores("FID-1")
        .made_by(named(b"VHDXFILE"))
        .is_refused("FID-1"),
        vector(
            "identifier-creator-kept",
            "The file identifier names a creator of 256 characters",
            "Nothing below 64 KiB ever changes after creation. A program that rewrites the \
            identifier on replay loses the name of the program that created the file.",
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
            "Header 2 is newer and dirty, header 1 is clean",
            "A reader that always takes header 1 sees an empty log and shows the disk without its \
            last changes.",
        )
        .accepts("HDR-2")
        .made_by(headed(clean, same))
        .replays([0]),
        vector(
            "header-newer-first",
            "Header 1 is newer and dirty, header 2 is clean",
            "A reader that always takes header 2 sees an empty log and shows the disk without its \
            last changes.",
        )
        .accepts("HDR-2")
        .made_by(headed(numbered(10), clean))
        .replays([0]),
        vector(
            "header-newer-clean-second",
            "Header 2 is newer and clean, header 1 is dirty",
            "A clean close rewrites one header first. A reader that takes the older one replays a \
            log that is applied already, and brings old contents back.",
        )
        .accepts("HDR-9")
        .ignores("HDR-2")
        .made_by(headed(same, clean))
        .is_clean(),
        vector(
            "header-newer-clean-first",
            "Header 1 is newer and clean, header 2 is dirty",
            "A reader that always takes header 2 replays a log that is applied already, and brings \
            old contents back.",
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
            "The headers have numbers 2^63 - 1 (clean) and 2^63",
            "A reader that compares the numbers as signed integers takes the clean header and \
            shows the disk without its last changes.",
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
            "The headers have numbers 2^32 - 1 (clean) and 2^32",
            "A reader that compares only the lower 32 bits takes the clean header and shows the \
            disk without its last changes.",
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
            "The headers have numbers 3 (clean) and 5000",
            "The numbers need not be consecutive. A reader that expects them to be takes the clean \
            header, or refuses a good disk.",
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
            "The only valid header has SequenceNumber 0",
            "Only log entries need a number above 0. A reader that demands one from a header \
            refuses a good disk.",
        )
        .accepts("HDR-1 HDR-3")
        .made_by(headed(numbered(0), |header| {
            header.presence = Presence::Absent
        }))
        .replays([0]),
        vector(
            "header-older-elsewhere",
            "The older header gives another place and length for the log",
            "A reader that takes LogOffset or LogLength from the older header searches the wrong \
            part of the file, and refuses the disk or loses its last changes.",
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
