//! Topic `headers`: the file identifier, which header is current, and what it says of the log.
//!
//! The header that must not be taken is a decoy: its LogGuid is zero where the other's is set, or the other way round,
//! so whoever takes it opens the file without a replay, or refuses it.

use super::row::{Row, one, row, small, with};
use crate::image::{Bytes, Checksum, Entry, Header, LogGuid, Patch, Presence, Recipe, Signature, Tail};

const MIB: u64 = 1 << 20;

pub(super) fn rows() -> Vec<Row> {
    [identifier(), choice(), validity(), equal_numbers(), versions(), place_of_the_log(), log_guid(), last_number()]
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

fn identifier() -> Vec<Row> {
    let named = |signature: &[u8]| with(one(), |recipe| recipe.identifier.signature = Some(Bytes(signature.to_vec())));
    vec![
        row(
            "identifier-one-bit-off",
            "the file begins with `vhdxfilf`",
            "finds readers that look at a part of it only",
        )
        .ignores("FID-1")
        .made_by(named(b"vhdxfilf"))
        .is_refused("FID-1"),
        row("identifier-other-case", "the file begins with `VHDXFILE`", "finds comparisons that ignore case")
            .ignores("FID-1")
            .made_by(named(b"VHDXFILE"))
            .is_refused("FID-1"),
        row("identifier-first-byte-off", "the file begins with `whdxfile`", "finds readers that skip the first bytes")
            .ignores("FID-1")
            .made_by(named(b"whdxfile"))
            .is_refused("FID-1"),
        row("identifier-cut-short", "a file of four bytes", "finds reads past the end of the file")
            .ignores("FID-1")
            .made_by(with(one(), |recipe| recipe.length = Some(4)))
            .is_refused("FID-1"),
        row(
            "identifier-creator-kept",
            "a creator of 256 characters",
            "the first 64 KiB belong to whoever made the file: a replay leaves them as they are",
        )
        .accepts("FID-1 FID-2")
        .by_file()
        .made_by(with(one(), |recipe| recipe.identifier.creator = "a creator with a long name ".repeat(10)))
        .replays([0]),
    ]
}

fn choice() -> Vec<Row> {
    vec![
        row("header-newer-second", "header 2 is newer and dirty, header 1 clean", "finds readers that take header 1")
            .accepts("HDR-2")
            .made_by(headed(clean, same))
            .replays([0]),
        row("header-newer-first", "header 1 is newer and dirty, header 2 clean", "finds readers that take header 2")
            .accepts("HDR-2")
            .made_by(headed(numbered(10), clean))
            .replays([0]),
        row(
            "header-newer-clean-second",
            "header 2 is newer and clean, header 1 dirty",
            "a clean close rewrites one header first; a replay then would bring old contents back",
        )
        .accepts("HDR-9")
        .ignores("HDR-2")
        .made_by(headed(same, clean))
        .is_clean(),
        row(
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
        row("header-numbers-around-2-63", "numbers 2^63 - 1 (clean) and 2^63", "finds signed comparisons")
            .accepts("HDR-2")
            .made_by(headed(
                |header| {
                    clean(header);
                    numbered((1 << 63) - 1)(header);
                },
                numbered(1 << 63),
            ))
            .replays([0]),
        row("header-numbers-around-2-32", "numbers 2^32 - 1 (clean) and 2^32", "finds comparisons of the lower half")
            .accepts("HDR-2")
            .made_by(headed(
                |header| {
                    clean(header);
                    numbered((1 << 32) - 1)(header);
                },
                numbered(1 << 32),
            ))
            .replays([0]),
        row("header-numbers-far-apart", "numbers 3 (clean) and 5000", "they need not follow one another")
            .accepts("HDR-2")
            .made_by(headed(
                |header| {
                    clean(header);
                    numbered(3)(header);
                },
                numbered(5000),
            ))
            .replays([0]),
        row(
            "header-number-zero",
            "the only valid header has SequenceNumber 0",
            "only entries need a number above 0; a header's validity is signature and checksum",
        )
        .accepts("HDR-1 HDR-3")
        .made_by(headed(numbered(0), |header| header.presence = Presence::Absent))
        .replays([0]),
        row(
            "header-older-elsewhere",
            "the older header names another place and length of the log",
            "only the current header's fields count",
        )
        .accepts("HDR-2 HDR-8")
        .ignores("HDR-2")
        .made_by(headed(|header| (header.log_offset, header.log_length) = (Some(MIB * 2), Some(2 << 20)), same))
        .replays([0]),
    ]
}

fn validity() -> Vec<Row> {
    let unchecked = |header: &mut Header| header.checksum = Checksum::Wrong;
    let unsigned = |header: &mut Header| header.signature = Some(Signature(*b"HEAD"));
    vec![
        row("header-only-first", "header 2 is zeros", "one valid header is enough, and it is current")
            .accepts("HDR-3")
            .ignores("HDR-1")
            .made_by(headed(same, |header| header.presence = Presence::Absent))
            .replays([0]),
        row("header-only-second", "header 1 is zeros", "one valid header is enough, and it is current")
            .accepts("HDR-3")
            .made_by(headed(|header| header.presence = Presence::Absent, same))
            .replays([0]),
        row("header-none", "both headers are zeros", "finds readers that go on with made-up values")
            .ignores("HDR-3 UPD-1")
            .made_by(both(|header| header.presence = Presence::Absent))
            .is_refused("HDR-3"),
        row(
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
        row(
            "header-checksum-wrong-in-older",
            "the older header has a wrong checksum",
            "a torn update of the header that is not current must not get in the way",
        )
        .accepts("HDR-1")
        .made_by(headed(unchecked, same))
        .replays([0]),
        row("header-checksum-wrong-in-both", "both headers have wrong checksums", "no header is valid")
            .ignores("HDR-1")
            .made_by(both(unchecked))
            .is_refused("HDR-3"),
        row(
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
        row("header-signature-wrong-in-both", "both headers begin with `HEAD`", "no header is valid")
            .ignores("HDR-1")
            .made_by(both(unsigned))
            .is_refused("HDR-3"),
        row(
            "header-reserved-not-zero",
            "the newer header has reserved bytes other than zero; the older is clean",
            "reserved bytes mean nothing, and the checksum covers them",
        )
        .accepts("HDR-12")
        .made_by(headed(clean, |header| header.reserved = 0xA5))
        .replays([0]),
        row(
            "header-reserved-not-in-checksum",
            "the newer header, clean, has reserved bytes that its checksum leaves out",
            "finds checksums over the 80 bytes of fields",
        )
        .ignores("HDR-12 HDR-1")
        .made_by(headed(same, |header| {
            clean(header);
            header.reserved = 0xA5;
            header.checksum = Checksum::BeforeBends;
        }))
        .replays([0]),
    ]
}

fn equal_numbers() -> Vec<Row> {
    vec![
        row(
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
        row(
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
        row(
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
        row(
            "header-identical-dirty",
            "the headers are the same byte for byte, with a log to replay",
            "the text has no current header then; taking either is the same",
        )
        .open("HDR-4b")
        .accepts("HDR-4b")
        .ignores("HDR-4b")
        .made_by(headed(|header| header.presence = Presence::Twin, same))
        .reading("accept", super::row::items([0]))
        .reading("refuse", super::row::refuses("HDR-4b HDR-4 HDR-3")),
    ]
}

fn versions() -> Vec<Row> {
    let refused =
        |id, title, why, recipe| row(id, title, why).ignores("HDR-5 RPL-8").made_by(recipe).is_refused("HDR-5");
    let open = |id, title, clause: &str, recipe| {
        row(id, title, "nothing of the log is needed: the text allows going on, and stopping")
            .open(clause)
            .accepts(clause)
            .ignores(clause)
            .made_by(recipe)
            .reading("accept", super::row::Intent::Clean)
            .reading("refuse", super::row::refuses(clause))
    };
    let clean_and = |change: fn(&mut Header)| {
        both(move |header| {
            clean(header);
            change(header);
        })
    };
    vec![
        refused(
            "header-version-2",
            "Version 2, dirty",
            "a format of the future: its log may mean anything",
            both(|header| header.version = Some(2)),
        ),
        refused(
            "header-version-0",
            "Version 0, dirty",
            "finds checks for `too new` alone",
            both(|header| header.version = Some(0)),
        ),
        refused(
            "header-version-2-clean",
            "Version 2, clean",
            "Version counts whatever the state of the log",
            clean_and(|header| header.version = Some(2)),
        ),
        row("header-version-2-in-older", "the older header has Version 2", "only the current header's fields count")
            .accepts("HDR-5 HDR-2")
            .made_by(headed(|header| header.version = Some(2), same))
            .replays([0]),
        row("header-log-version-1", "LogVersion 1, dirty", "a log that nobody here can read")
            .ignores("HDR-6")
            .made_by(both(|header| header.log_version = 1))
            .is_refused("HDR-6"),
        row(
            "header-log-version-1-in-older",
            "the older header has LogVersion 1",
            "only the current header's fields count",
        )
        .accepts("HDR-6")
        .made_by(headed(|header| header.log_version = 1, same))
        .replays([0]),
        open("header-log-version-1-clean", "LogVersion 1, clean", "HDR-6", clean_and(|header| header.log_version = 1)),
        open(
            "header-log-place-unaligned-clean",
            "LogOffset and LogLength are no multiples of 1 MiB, clean",
            "HDR-7",
            clean_and(|header| (header.log_offset, header.log_length) = (Some(MIB + 4096), Some((1 << 20) - 4096))),
        ),
    ]
}

fn place_of_the_log() -> Vec<Row> {
    let placed = |offset: u64, length: u32| {
        both(move |header| (header.log_offset, header.log_length) = (Some(offset), Some(length)))
    };
    // In a log one sector further on, the entry at sector 1 lies at 0, and so does its tail.
    let shifted = with(small().then(write_at_1()), |recipe| {
        for header in [&mut recipe.header_1, &mut recipe.header_2] {
            header.log_offset = Some(MIB + 4096);
        }
    });
    let at_end = |length: Option<u64>| {
        with(one(), |recipe| {
            recipe.geometry.log_offset_mib = 4;
            recipe.geometry.log_mib = 2;
            recipe.geometry.present_blocks = 1;
            recipe.length = length;
            recipe.log[0].entry_mut().expect("an entry").flushed_file_offset = Some(MIB);
        })
    };
    vec![
        row("header-log-length-unaligned", "LogLength is 1 MiB - 4 KiB, dirty", "finds readers that round it")
            .ignores("HDR-7")
            .made_by(placed(MIB, (1 << 20) - 4096))
            .is_refused("HDR-7"),
        row("header-log-length-odd", "LogLength is 1 MiB + 512, dirty", "no multiple of a sector either")
            .ignores("HDR-7")
            .made_by(placed(MIB, (1 << 20) + 512))
            .is_refused("HDR-7"),
        row(
            "header-log-offset-unaligned",
            "LogOffset is 1 MiB + 4 KiB, dirty; a whole sequence lies there",
            "finds readers that take any offset",
        )
        .ignores("HDR-7")
        .made_by(shifted)
        .is_refused("HDR-7"),
        row("header-log-length-zero", "LogGuid is set, LogLength 0", "no valid sequence can exist: not a clean file")
            .ignores("HDR-10")
            .made_by(placed(MIB, 0))
            .is_refused("HDR-10 SEQ-7"),
        row(
            "header-no-log-clean",
            "LogGuid zero, LogLength and LogOffset 0",
            "a file without a log is fine when clean",
        )
        .accepts("HDR-10 HDR-9")
        .made_by(both(|header| {
            clean(header);
            (header.log_offset, header.log_length) = (Some(0), Some(0));
        }))
        .is_clean(),
        row(
            "header-log-at-zero",
            "LogOffset 0, with an entry in the reserved space at 512 KiB",
            "a log over identifier and headers must not be believed",
        )
        .ignores("HDR-8")
        .made_by(log_at_zero())
        .is_refused("HDR-8"),
        row("header-log-beyond-end", "the log begins where the file ends", "finds reads past the end of the file")
            .ignores("HDR-8")
            .made_by(placed(5 * MIB, 1 << 20))
            .is_refused("HDR-8"),
        row(
            "header-log-half-beyond-end",
            "the file ends in the middle of the log, behind a whole sequence",
            "what is missing may have held newer entries",
        )
        .ignores("HDR-8")
        .made_by(at_end(Some(5 * MIB)))
        .is_refused("HDR-8"),
        row("header-log-ends-with-file", "the log is the last thing in the file", "finds off-by-one in that check")
            .accepts("HDR-8 HDR-7")
            .made_by(with(at_end(None), |recipe| recipe.geometry.log_offset_mib = 5))
            .replays([0]),
        row("header-log-one-sector-beyond-end", "the file is one sector too short for its log", "off by one sector")
            .ignores("HDR-8")
            .made_by(with(at_end(Some(7 * MIB - 4096)), |recipe| recipe.geometry.log_offset_mib = 5))
            .is_refused("HDR-8"),
        row("header-log-end-overflows", "LogOffset is 2^64 - 1 MiB", "LogOffset + LogLength overflows to 0")
            .ignores("HDR-8")
            .safe()
            .made_by(placed(u64::MAX - MIB + 1, 1 << 20))
            .is_refused("HDR-8"),
    ]
}

/// An entry at sector 1 whose tail is the log's first sector.
fn write_at_1() -> Entry {
    super::row::write(1).at(1).with_tail(Tail::Explicit(0))
}

/// A log at 0: of its only entry, empty, the 64 bytes that are not zero are put at 512 KiB.
fn log_at_zero() -> Recipe {
    const AT: u64 = 512 << 10;
    let entry = small().then(Entry::empty().at((AT / 4096) as u32)).build();
    let sector = entry.sector((MIB + AT) / 4096).expect("the entry is there");
    with(small(), |recipe| {
        recipe.patches.push(Patch { at: AT, bytes: Bytes(sector[..64].to_vec()) });
        for header in [&mut recipe.header_1, &mut recipe.header_2] {
            header.log_offset = Some(0);
        }
    })
}

fn log_guid() -> Vec<Row> {
    let guid = |text: &str| LogGuid::Explicit(crate::image::Guid(text.parse().expect("a GUID")));
    let all = |log_guid: LogGuid| {
        with(one(), |recipe| {
            recipe.header_1.log_guid = log_guid;
            recipe.header_2.log_guid = log_guid;
            recipe.log[0].entry_mut().expect("an entry").log_guid = log_guid;
        })
    };
    vec![
        row("log-guid-zero", "a cleanly closed file with its last entries still in the log", "finds who replays them")
            .accepts("HDR-9")
            .ignores("HDR-9")
            .made_by(both(clean))
            .is_clean(),
        row(
            "log-guid-zero-in-entries-too",
            "LogGuid is zero in the headers and in the entries",
            "zero means empty, not a generation that has this name",
        )
        .ignores("HDR-9")
        .made_by(all(LogGuid::Zero))
        .is_clean(),
        row("log-guid-first-field-zero", "LogGuid begins with four zero bytes", "finds who looks at a part of it")
            .accepts("HDR-9")
            .made_by(all(guid("00000000-3f50-4162-9374-8596a7b8c9da")))
            .replays([0]),
        row("log-guid-first-half-zero", "LogGuid begins with eight zero bytes", "finds who looks at half of it")
            .accepts("HDR-9")
            .made_by(all(guid("00000000-0000-0000-9374-8596a7b8c9da")))
            .replays([0]),
        row("log-guid-last-byte-set", "of LogGuid only the last byte is not zero", "finds who looks at a part of it")
            .accepts("HDR-9")
            .made_by(all(guid("00000000-0000-0000-0000-000000000001")))
            .replays([0]),
    ]
}

fn last_number() -> Vec<Row> {
    vec![
        row(
            "header-number-last-dirty",
            "the current header has number 2^64 - 1, and there is a log to replay",
            "no header can follow it: a replay would make the file's own past current",
        )
        .safe()
        .ignores("HDR-13 UPD-1")
        .made_by(headed(same, numbered(u64::MAX)))
        .is_refused("HDR-13"),
        row(
            "header-number-last-clean",
            "the current header has number 2^64 - 1; the log is empty",
            "said at once when the file is opened for writing, not at the first write",
        )
        .safe()
        .ignores("HDR-13")
        .made_by(headed(clean, |header| {
            clean(header);
            numbered(u64::MAX)(header);
        }))
        .is_refused("HDR-13"),
        row(
            "header-number-room-for-four",
            "the current header has number 2^64 - 5",
            "two updates before the replay and two after it still fit; who needs more must say so",
        )
        .open("HDR-13")
        .accepts("HDR-13")
        .made_by(headed(same, numbered(u64::MAX - 4)))
        .reading("accept", super::row::items([0]))
        .reading("refuse", super::row::refuses("HDR-13")),
    ]
}
