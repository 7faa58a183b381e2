//! Version and LogVersion in one header only, in the newer or the older one, clean or dirty (HDR-2,
//! HDR-5, HDR-6).

use vhdx_log_image::Header;

use super::edit::{both, clean, headed, numbered, same};
use crate::source::{Intent, VectorSource, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [version(), log_version()].concat()
}

fn version_2(header: &mut Header) {
    header.version = Some(2);
}

fn log_version_1(header: &mut Header) {
    header.log_version = 1;
}

/// A header that is clean, and changed.
fn clean_and(change: fn(&mut Header)) -> impl Fn(&mut Header) {
    move |header| {
        clean(header);
        change(header);
    }
}

fn version() -> Vec<VectorSource> {
    let refused = |id, title, why| {
        vector(id, title, why)
            .ignores("HDR-5 RPL-8")
            .accepts("HDR-2")
            .shows("header-of-other-version-passed-over")
            .is_refused("HDR-5")
    };
    vec![
        refused(
            "header-version-2-in-newer-older-clean",
            "The newer header has Version 2 and is dirty; the older one has Version 1 and is clean",
            "The newer header is current, whatever its version. A reader that falls back to the \
            older one opens a file of an unknown format, without what is in its log.",
        )
        .made_by(headed(clean, version_2)),
        refused(
            "header-version-2-in-newer-older-dirty",
            "The newer header has Version 2, the older one has Version 1; both are dirty",
            "The newer header is current, whatever its version. A reader that falls back to the \
            older one replays a log into a file of an unknown format.",
        )
        .made_by(headed(same, version_2)),
        refused(
            "header-version-2-in-newer-clean",
            "The newer header has Version 2 and is clean; the older one has Version 1 and is dirty",
            "The newer header is current, whatever its version. A reader that falls back to the \
            older one replays a log that was applied by a program of a later version.",
        )
        .made_by(headed(same, clean_and(version_2))),
        refused(
            "header-version-2-in-newer-first",
            "Header 1 is newer and has Version 2, header 2 has Version 1",
            "The newer header is current, in either slot. A reader that falls back to the older \
            one replays a log into a file of an unknown format.",
        )
        .made_by(headed(
            |header| {
                version_2(header);
                numbered(10)(header);
            },
            same,
        )),
        vector(
            "header-version-2-in-older-newer-clean",
            "The older header has Version 2 and is dirty; the newer one has Version 1 and is clean",
            "Only the current header's fields count. A reader that checks Version in both headers \
            refuses a good disk.",
        )
        .accepts("HDR-5 HDR-2")
        .shows("version-of-both-headers-checked dirty-header-wins")
        .made_by(headed(version_2, clean))
        .is_clean(),
        vector(
            "header-version-257",
            "Version is 257, and the log is dirty",
            "Version has 16 bits. A reader that looks at the lower eight takes it for 1, and \
            replays a log whose format it does not know.",
        )
        .ignores("HDR-5")
        .shows("version-by-low-byte later-version-accepted")
        .made_by(both(|header| header.version = Some(257)))
        .is_refused("HDR-5"),
    ]
}

fn log_version() -> Vec<VectorSource> {
    let refused = |id, title, why| {
        vector(id, title, why)
            .ignores("HDR-6 RPL-8")
            .accepts("HDR-2")
            .is_refused("HDR-6")
    };
    let passed_over = "header-of-other-log-version-passed-over";
    vec![
        refused(
            "header-log-version-1-in-newer-older-clean",
            "The newer header has LogVersion 1 and is dirty; the older one has LogVersion 0 and is \
            clean",
            "The newer header is current, whatever its log's version. A reader that falls back to \
            the older one sees an empty log and shows the disk without its last changes.",
        )
        .shows(passed_over)
        .made_by(headed(clean, log_version_1)),
        refused(
            "header-log-version-1-in-newer-older-dirty",
            "The newer header has LogVersion 1, the older one has LogVersion 0; both are dirty",
            "The newer header is current, whatever its log's version. A reader that falls back to \
            the older one applies entries whose format it does not know.",
        )
        .shows(passed_over)
        .made_by(headed(same, log_version_1)),
        vector(
            "header-log-version-1-in-newer-clean",
            "The newer header has LogVersion 1 and is clean; the older one has LogVersion 0 and is \
            dirty",
            "The log is not needed, so opening and refusing are both allowed. A reader that falls \
            back to the older header replays a log that is applied already.",
        )
        .open("HDR-6")
        .accepts("HDR-6")
        .ignores("HDR-2")
        .shows(passed_over)
        .made_by(headed(same, clean_and(log_version_1)))
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses("HDR-6")),
        vector(
            "header-log-version-1-in-older-newer-clean",
            "The older header has LogVersion 1 and is dirty; the newer one has LogVersion 0 and is \
            clean",
            "Only the current header's fields count. A reader that checks LogVersion in both \
            headers refuses a good disk.",
        )
        .accepts("HDR-6 HDR-2")
        .shows("log-version-of-both-headers-checked dirty-header-wins")
        .made_by(headed(log_version_1, clean))
        .is_clean(),
        refused(
            "header-log-version-256",
            "LogVersion is 256, and the log is dirty",
            "LogVersion has 16 bits. A reader that looks at the lower eight takes it for 0, and \
            applies entries whose format it does not know.",
        )
        .shows("log-version-by-low-byte")
        .made_by(both(|header| header.log_version = 256)),
    ]
}
