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
    let open = |id, title, why, clause: &str, recipe| {
        vector(id, title, why)
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
            "Version is 2, and the log is dirty",
            "The log of a future format may mean anything. A reader that ignores Version may apply \
            it wrongly and damage the file.",
            both(|header| header.version = Some(2)),
        ),
        refused(
            "header-version-0",
            "Version is 0, and the log is dirty",
            "A reader that rejects only versions above 1 replays a log whose format it does not \
            know, and may damage the file.",
            both(|header| header.version = Some(0)),
        ),
        refused(
            "header-version-2-clean",
            "Version is 2, and the log is empty",
            "Version counts whatever the state of the log. A reader that checks it only before a \
            replay opens a file whose format it does not know, and may show wrong contents.",
            clean_and(|header| header.version = Some(2)),
        ),
        vector(
            "header-version-2-in-older",
            "The older header has Version 2",
            "Only the current header's fields count. A reader that checks Version in both headers \
            refuses a good disk.",
        )
        .accepts("HDR-5 HDR-2")
        .made_by(headed(|header| header.version = Some(2), same))
        .replays([0]),
        vector(
            "header-log-version-1",
            "LogVersion is 1, and the log is dirty",
            "A reader that ignores LogVersion applies entries whose format it does not know, and \
            may damage the file.",
        )
        .ignores("HDR-6")
        .made_by(both(|header| header.log_version = 1))
        .is_refused("HDR-6"),
        vector(
            "header-log-version-1-in-older",
            "The older header has LogVersion 1",
            "Only the current header's fields count. A reader that checks LogVersion in both \
            headers refuses a good disk.",
        )
        .accepts("HDR-6")
        .made_by(headed(|header| header.log_version = 1, same))
        .replays([0]),
        open(
            "header-log-version-1-clean",
            "LogVersion is 1, and the log is empty",
            "The log is not needed, so opening and refusing are both allowed. A reader that \
            replays the stale entries brings old contents back.",
            "HDR-6",
            clean_and(|header| header.log_version = 1),
        ),
        open(
            "header-log-place-unaligned-clean",
            "LogOffset and LogLength are not multiples of 1 MiB, and the log is empty",
            "The log is not needed, so opening and refusing are both allowed. A reader that still \
            searches for entries here may replay stale ones and bring old contents back.",
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
            "A cleanly closed file with its last entries still in the log",
            "LogGuid zero means an empty log. A reader that replays these entries anyway brings \
            old contents back.",
        )
        .accepts("HDR-9")
        .ignores("HDR-9")
        .made_by(both(clean))
        .is_clean(),
        vector(
            "log-guid-zero-in-entries-too",
            "LogGuid is zero in the headers and in the entries",
            "Zero means an empty log, not a generation with that name. A reader that only compares \
            the GUIDs replays old entries and brings old contents back.",
        )
        .ignores("HDR-9")
        .made_by(all(LogGuid::Zero))
        .is_clean(),
        vector(
            "log-guid-first-field-zero",
            "LogGuid begins with four zero bytes",
            "A reader that tests only the first field treats the log as empty and shows the disk \
            without its last changes.",
        )
        .accepts("HDR-9")
        .made_by(all(guid("00000000-3f50-4162-9374-8596a7b8c9da")))
        .replays([0]),
        vector(
            "log-guid-last-byte-set",
            "Only the last byte of LogGuid is not zero",
            "A reader that tests only part of LogGuid treats the log as empty and shows the disk \
            without its last changes.",
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
            "The current header has number 2^64 - 1, and there is a log to replay",
            "No header can follow this one. A program that lets the number wrap to 0 writes a \
            header that does not become current, so its replay is never recorded.",
        )
        .safe()
        .ignores("HDR-13 UPD-1")
        .made_by(headed(same, numbered(u64::MAX)))
        .is_refused("HDR-13"),
        vector(
            "header-number-last-clean",
            "The current header has number 2^64 - 1, and the log is empty",
            "No header can follow this one. A program refuses the file, or opens it and writes \
            nothing. One that lets the number wrap to 0 writes a header that does not become \
            current.",
        )
        .open("HDR-13")
        .accepts("HDR-13")
        .ignores("HDR-13")
        .made_by(headed(clean, |header| {
            clean(header);
            numbered(u64::MAX)(header);
        }))
        .reading("refuse", refuses("HDR-13"))
        .reading("accept", Intent::Untouched),
        vector(
            "header-number-room-for-four",
            "The current header has number 2^64 - 5",
            "Two header updates before the replay and two after it still fit. A program that needs \
            more must refuse: if it lets the number wrap, the old header stays current.",
        )
        .open("HDR-13")
        .accepts("HDR-13")
        .made_by(headed(same, numbered(u64::MAX - 4)))
        .reading("accept", items([0]))
        .reading("refuse", refuses("HDR-13")),
    ]
}
