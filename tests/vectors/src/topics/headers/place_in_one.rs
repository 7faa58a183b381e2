//! LogOffset, LogLength and LogGuid in one header only: what no log can have, in the newer or the
//! older header (HDR-2, HDR-7, HDR-8, HDR-10).

use vhdx_log_image::{Header, LogGuid, MIB};

use super::edit::{clean, headed, same};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [newer(), older()].concat()
}

/// A place that no log can have.
struct Bad {
    /// As part of an id.
    name: &'static str,
    /// As part of a title.
    is: &'static str,
    /// The clauses that a refusal may cite.
    clauses: &'static str,
    change: fn(&mut Header),
}

const BAD: [Bad; 5] = [
    Bad {
        name: "log-offset-unaligned",
        is: "LogOffset 1 MiB + 4 KiB",
        clauses: "HDR-7",
        change: |header| header.log_offset = Some(MIB + 4096),
    },
    Bad {
        name: "log-length-unaligned",
        is: "LogLength 1 MiB - 4 KiB",
        clauses: "HDR-7",
        change: |header| header.log_length = Some((1 << 20) - 4096),
    },
    Bad {
        name: "log-length-zero",
        is: "LogLength 0",
        clauses: "HDR-10 SEQ-7",
        change: |header| header.log_length = Some(0),
    },
    Bad {
        name: "log-at-zero",
        is: "LogOffset 0",
        clauses: "HDR-8",
        change: |header| header.log_offset = Some(0),
    },
    Bad {
        name: "log-beyond-end",
        is: "a log that begins where the file ends",
        clauses: "HDR-8",
        change: |header| header.log_offset = Some(5 * MIB),
    },
];

fn newer() -> Vec<VectorSource> {
    let refused = |bad: &Bad, id: String, title: String, why| {
        let clause = bad.clauses.split(' ').next().unwrap_or(bad.clauses);
        vector(&id, &title, why)
            .accepts("HDR-2")
            .ignores(clause)
            .shows("header-with-bad-log-place-passed-over")
            .is_refused(bad.clauses)
    };
    let older_dirty = BAD.iter().map(|bad| {
        let title = format!("The newer header has {}; the older one is right", bad.is);
        let why = "The newer header is current. A reader that falls back to the older one replays \
                   a log that another program has gone on to use, or has moved.";
        let id = format!("header-{}-in-newer", bad.name);
        refused(bad, id, title, why).made_by(headed(same, bad.change))
    });
    let older_clean = BAD[..3].iter().map(|bad| {
        let title = format!(
            "The newer header is dirty and has {}; the older one is right and clean",
            bad.is
        );
        let why = "The newer header is current. A reader that falls back to the older one sees an \
                   empty log and shows the disk without its last changes.";
        let id = format!("header-{}-in-newer-older-clean", bad.name);
        refused(bad, id, title, why).made_by(headed(clean, bad.change))
    });
    older_dirty.chain(older_clean).collect()
}

fn older() -> Vec<VectorSource> {
    let places = BAD.iter().map(|bad| {
        let title = format!("The older header has {}; the newer one is right", bad.is);
        let id = format!("header-{}-in-older", bad.name);
        let clause = bad.clauses.split(' ').next().unwrap_or(bad.clauses);
        vector(
            &id,
            &title,
            "Only the current header's fields count. A reader that checks the log's place in both \
            headers refuses a good disk.",
        )
        .accepts(&format!("HDR-2 {clause}"))
        .shows("log-place-of-both-headers-checked")
        .made_by(headed(bad.change, same))
        .replays([0])
    });
    let generation = vector(
        "header-generation-other-in-older",
        "The older header names another generation, of which no entry is left",
        "A writer that begins a new generation updates one header first. A reader that wants both \
        headers to name one generation refuses a good disk after a crash between the two.",
    )
    .accepts("HDR-2")
    .shows("one-generation-demanded")
    .made_by(headed(|header| header.log_guid = LogGuid::B, same))
    .replays([0]);
    places.chain([generation]).collect()
}
