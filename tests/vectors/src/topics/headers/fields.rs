//! What the current header says: versions, LogGuid, its own number.

use vhdx_log_image::{Guid, Header, LogGuid, MIB};

use super::edit::{both, clean, headed, numbered, same};
use crate::recipes::{one, with};
use crate::source::{Intent, VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [versions(), log_guid(), last_number()].concat()
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
