//! Topic `headers`, continued: what the current header says: versions, the place of the log,
//! LogGuid, its number.

use super::{both, clean, headed, numbered, same};
use crate::source::{Intent, VectorSource, items, one, refuses, small, vector, with, write};
use vhdx_log_image::{Bytes, Entry, Guid, Header, LogGuid, Patch, Recipe, Tail};

use vhdx_log_image::MIB;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [versions(), place_of_the_log(), log_guid(), last_number()].concat()
}

fn versions() -> Vec<VectorSource> {
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
            .ignores("HDR-5 RPL-8")
            .made_by(recipe)
            .is_refused("HDR-5")
    };
    let open = |id, title, clause: &str, recipe| {
        vector(
            id,
            title,
            "nothing of the log is needed: the text allows going on, and stopping",
        )
        .open(clause)
        .accepts(clause)
        .ignores(clause)
        .made_by(recipe)
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses(clause))
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
        vector(
            "header-version-2-in-older",
            "the older header has Version 2",
            "only the current header's fields count",
        )
        .accepts("HDR-5 HDR-2")
        .made_by(headed(|header| header.version = Some(2), same))
        .replays([0]),
        vector(
            "header-log-version-1",
            "LogVersion 1, dirty",
            "a log that nobody here can read",
        )
        .ignores("HDR-6")
        .made_by(both(|header| header.log_version = 1))
        .is_refused("HDR-6"),
        vector(
            "header-log-version-1-in-older",
            "the older header has LogVersion 1",
            "only the current header's fields count",
        )
        .accepts("HDR-6")
        .made_by(headed(|header| header.log_version = 1, same))
        .replays([0]),
        open(
            "header-log-version-1-clean",
            "LogVersion 1, clean",
            "HDR-6",
            clean_and(|header| header.log_version = 1),
        ),
        open(
            "header-log-place-unaligned-clean",
            "LogOffset and LogLength are no multiples of 1 MiB, clean",
            "HDR-7",
            clean_and(|header| {
                (header.log_offset, header.log_length) = (Some(MIB + 4096), Some((1 << 20) - 4096))
            }),
        ),
    ]
}

fn place_of_the_log() -> Vec<VectorSource> {
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
            recipe.log[0]
                .entry_mut()
                .expect("an entry")
                .flushed_file_offset = Some(MIB);
        })
    };
    vec![
        vector(
            "header-log-length-unaligned",
            "LogLength is 1 MiB - 4 KiB, dirty",
            "finds readers that round it",
        )
        .ignores("HDR-7")
        .made_by(placed(MIB, (1 << 20) - 4096))
        .is_refused("HDR-7"),
        vector(
            "header-log-offset-unaligned",
            "LogOffset is 1 MiB + 4 KiB, dirty; a whole sequence lies there",
            "finds readers that take any offset",
        )
        .ignores("HDR-7")
        .made_by(shifted)
        .is_refused("HDR-7"),
        vector(
            "header-log-length-zero",
            "LogGuid is set, LogLength 0",
            "no valid sequence can exist: not a clean file",
        )
        .ignores("HDR-10")
        .made_by(placed(MIB, 0))
        .is_refused("HDR-10 SEQ-7"),
        vector(
            "header-no-log-clean",
            "LogGuid zero, LogLength and LogOffset 0",
            "a file without a log is fine when clean",
        )
        .safe()
        .accepts("HDR-10 HDR-9")
        .made_by(both(|header| {
            clean(header);
            (header.log_offset, header.log_length) = (Some(0), Some(0));
        }))
        .is_clean(),
        vector(
            "header-log-at-zero",
            "LogOffset 0, with an entry in the reserved space at 512 KiB",
            "a log over identifier and headers must not be believed",
        )
        .ignores("HDR-8")
        .made_by(log_at_zero())
        .is_refused("HDR-8"),
        vector(
            "header-log-beyond-end",
            "the log begins where the file ends",
            "finds reads past the end of the file",
        )
        .ignores("HDR-8")
        .made_by(placed(5 * MIB, 1 << 20))
        .is_refused("HDR-8"),
        vector(
            "header-log-half-beyond-end",
            "the file ends in the middle of the log, behind a whole sequence",
            "what is missing may have held newer entries",
        )
        .ignores("HDR-8")
        .made_by(at_end(Some(5 * MIB)))
        .is_refused("HDR-8"),
        vector(
            "header-log-ends-with-file",
            "the log is the last thing in the file",
            "finds off-by-one in that check",
        )
        .accepts("HDR-8 HDR-7")
        .made_by(with(at_end(None), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .replays([0]),
        vector(
            "header-log-one-sector-beyond-end",
            "the file is one sector too short for its log",
            "off by one sector",
        )
        .ignores("HDR-8")
        .made_by(with(at_end(Some(7 * MIB - 4096)), |recipe| {
            recipe.geometry.log_offset_mib = 5
        }))
        .is_refused("HDR-8"),
        vector(
            "header-log-end-overflows",
            "LogOffset is 2^64 - 1 MiB",
            "LogOffset + LogLength overflows to 0",
        )
        .ignores("HDR-8")
        .safe()
        .made_by(placed(u64::MAX - MIB + 1, 1 << 20))
        .is_refused("HDR-8"),
    ]
}

/// An entry at sector 1 whose tail is the log's first sector.
fn write_at_1() -> Entry {
    write(1).at(1).with_tail(Tail::Explicit(0))
}

/// A log at 0: of its only entry, empty, the 64 bytes that are not zero are put at 512 KiB.
fn log_at_zero() -> Recipe {
    const AT: u64 = 512 << 10;
    let entry = small().then(Entry::empty().at((AT / 4096) as u32)).build();
    let sector = entry.sector((MIB + AT) / 4096).expect("the entry is there");
    with(small(), |recipe| {
        recipe.patches.push(Patch {
            at: AT,
            bytes: Bytes(sector[..64].to_vec()),
        });
        for header in [&mut recipe.header_1, &mut recipe.header_2] {
            header.log_offset = Some(0);
        }
    })
}

fn log_guid() -> Vec<VectorSource> {
    let guid = |text: &str| LogGuid::Explicit(Guid(text.parse().expect("a GUID")));
    let all = |log_guid: LogGuid| {
        with(one(), |recipe| {
            recipe.header_1.log_guid = log_guid;
            recipe.header_2.log_guid = log_guid;
            recipe.log[0].entry_mut().expect("an entry").log_guid = log_guid;
        })
    };
    vec![
        vector(
            "log-guid-zero",
            "a cleanly closed file with its last entries still in the log",
            "finds who replays them",
        )
        .accepts("HDR-9")
        .ignores("HDR-9")
        .made_by(both(clean))
        .is_clean(),
        vector(
            "log-guid-zero-in-entries-too",
            "LogGuid is zero in the headers and in the entries",
            "zero means empty, not a generation that has this name",
        )
        .ignores("HDR-9")
        .made_by(all(LogGuid::Zero))
        .is_clean(),
        vector(
            "log-guid-first-field-zero",
            "LogGuid begins with four zero bytes",
            "finds who looks at a part of it",
        )
        .accepts("HDR-9")
        .made_by(all(guid("00000000-3f50-4162-9374-8596a7b8c9da")))
        .replays([0]),
        vector(
            "log-guid-last-byte-set",
            "of LogGuid only the last byte is not zero",
            "finds who looks at a part of it",
        )
        .accepts("HDR-9")
        .made_by(all(guid("00000000-0000-0000-0000-000000000001")))
        .replays([0]),
    ]
}

fn last_number() -> Vec<VectorSource> {
    vec![
        vector(
            "header-number-last-dirty",
            "the current header has number 2^64 - 1, and there is a log to replay",
            "no header can follow it: a replay would make the file's own past current",
        )
        .safe()
        .ignores("HDR-13 UPD-1")
        .made_by(headed(same, numbered(u64::MAX)))
        .is_refused("HDR-13"),
        vector(
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
        vector(
            "header-number-room-for-four",
            "the current header has number 2^64 - 5",
            "two updates before the replay and two after it still fit; who needs more must say so",
        )
        .open("HDR-13")
        .accepts("HDR-13")
        .made_by(headed(same, numbered(u64::MAX - 4)))
        .reading("accept", items([0]))
        .reading("refuse", refuses("HDR-13")),
    ]
}
