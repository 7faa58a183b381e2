//! Logs far into a file (HDR-8).

use vhdx_log_image::{BatEntry, Content, Entry, Geometry, Recipe, Target};

use super::build::{PRESENT, at, image, with_bat};
use crate::recipes::{one, small, with};
use crate::source::{VectorSource, vector};

const GIB: u32 = 1 << 10;
const TIB: u32 = 1 << 20;

pub(super) fn vectors() -> Vec<VectorSource> {
    // Its target is before any log, so that only the log's own place is wrong.
    let harmless = Entry::empty().content(Target::RegionTable(0), Content::Original);
    let accepted = |id, title, why, log_offset_mib| {
        vector(id, title, why)
            .accepts("HDR-8")
            .made_by(far(log_offset_mib))
            .replays([0])
    };
    vec![
        accepted(
            "log-at-2-gib",
            "The log is at 2 GiB of the file",
            "A reader that keeps LogOffset in a signed number of 32 bits refuses a good disk.",
            2 * GIB,
        ),
        accepted(
            "log-above-4-gib",
            "The log is at 4 GiB and 8 MiB of the file",
            "A reader that uses the lower 32 bits of LogOffset looks for the log somewhere else, \
            and refuses a good disk.",
            4 * GIB + 8,
        ),
        accepted(
            "log-above-2-tib",
            "The log is at 2 TiB and 8 MiB of the file",
            "A reader that counts 512-byte sectors in 32 bits looks for the log somewhere else, \
            and refuses a good disk.",
            2 * TIB + 8,
        ),
        vector(
            "log-offset-above-4-gib-outside",
            "LogOffset is 4 GiB and 1 MiB in a file of 5 MiB, and a whole sequence is at 1 MiB",
            "The log is not in the file. A reader that uses the lower 32 bits of LogOffset replays \
            a log that the header does not name.",
        )
        .ignores("HDR-8")
        .made_by(with(one(), |recipe| {
            recipe.header_1.log_offset = Some((4 << 30) + (1 << 20));
            recipe.header_2.log_offset = Some((4 << 30) + (1 << 20));
        }))
        .is_refused("HDR-8"),
        vector(
            "log-end-at-4-gib-outside",
            "The log would end at 4 GiB, in a file of 5 MiB; a whole sequence is at 1 MiB",
            "The log is not in the file. A reader that works out its end in 32 bits replays a log \
            of which most is missing.",
        )
        .ignores("HDR-8")
        .made_by(with(small().then(harmless), |recipe| {
            recipe.header_1.log_length = Some(0xFFF0_0000);
            recipe.header_2.log_length = Some(0xFFF0_0000);
        }))
        .is_refused("HDR-8"),
    ]
}

/// A disk with one block and its log far away; the log writes to the block.
fn far(log_offset_mib: u32) -> Recipe {
    let geometry = Geometry {
        log_offset_mib,
        ..with_bat([BatEntry::payload(0, PRESENT, 4)])
    };
    image(geometry).then(Entry::empty().data(at(4, 1)))
}
