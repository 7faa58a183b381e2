//! The rest of the 64 KiB that each header has: reserved, and not part of the header (HDR-4b,
//! HDR-12). The images are opened read-only: a program that updates a header may write zeros there.

use vhdx_log_image::{Bytes, Header, Patch, Presence, Recipe};

use super::edit::{clean, headed, same};
use crate::recipes::with;
use crate::source::{Intent, VectorSource, items, refuses, vector};

/// The file offset of both headers.
const HEADERS: [u64; 2] = [64 << 10, 128 << 10];

pub(super) fn vectors() -> Vec<VectorSource> {
    [ignored(), identical()].concat()
}

/// Puts bytes 8 KiB behind the start of a header.
fn junk_behind(recipe: Recipe, header: usize) -> Recipe {
    with(recipe, |recipe| {
        recipe.patches.push(Patch {
            at: HEADERS[header] + 8192,
            bytes: Bytes(b"left over from another structure".to_vec()),
        });
    })
}

fn ignored() -> Vec<VectorSource> {
    let both = |recipe| junk_behind(junk_behind(recipe, 0), 1);
    vec![
        vector(
            "header-rest-not-zero-in-newer",
            "Behind the newer header, in its 64 KiB, lie bytes that are not zero; the older one is \
            clean",
            "Reserved space is ignored. A reader that insists on zeros falls back to the older \
            header and shows the disk without its last changes.",
        )
        .open("RPL-5")
        .accepts("HDR-12 RPL-5")
        .read_only()
        .shows("header-with-junk-behind-it-passed-over")
        .made_by(junk_behind(headed(clean, same), 1))
        .reading("shown", items([0]))
        .reading("refuse", refuses("RPL-5")),
        vector(
            "header-rest-not-zero-clean",
            "Behind both headers, in their 64 KiB, lie bytes that are not zero; the log is empty",
            "Reserved space is ignored. A reader that insists on zeros refuses a good disk.",
        )
        .accepts("HDR-12")
        .read_only()
        .shows("header-with-junk-behind-it-passed-over")
        .made_by(both(headed(clean, clean)))
        .is_clean(),
    ]
}

fn identical() -> Vec<VectorSource> {
    let twin = |header: &mut Header| header.presence = Presence::Twin;
    vec![
        vector(
            "headers-identical-rest-differs-dirty",
            "Both headers are identical; in the rest of its 64 KiB the second one has other bytes; \
            there is a log to replay",
            "A header is 4 KiB long: these two are identical, and either gives the same result. A \
            reader that opens the file without a replay shows the disk without its last changes.",
        )
        .open("HDR-4b")
        .accepts("HDR-4b HDR-12")
        .read_only()
        .shows("dirty-log-ignored")
        .made_by(junk_behind(headed(twin, same), 1))
        .reading("accept", items([0]))
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3 RPL-5")),
        vector(
            "headers-identical-rest-differs-clean",
            "Both headers are identical; in the rest of its 64 KiB the second one has other bytes; \
            the log is empty",
            "A header is 4 KiB long: these two are identical, and the log is empty by both. A \
            reader that replays the stale entry brings old contents back.",
        )
        .open("HDR-4b")
        .accepts("HDR-4b HDR-12")
        .ignores("HDR-9")
        .read_only()
        .shows("clean-log-replayed")
        .made_by(junk_behind(headed(twin, clean), 1))
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3")),
    ]
}
