//! Logs of 16 MiB, with a limit on the time that opening them takes (SEQ-9).
//!
//! On a log of 1 MiB a search that takes the square of the log's length still looks fast. Here it
//! takes seconds, where reading the log takes milliseconds.

use vhdx_log_image::{Entry, Recipe, Tail};

use super::build::claims;
use crate::recipes::{small, with, write};
use crate::source::{VectorSource, vector};

/// Length of the logs in MiB and in sectors.
const MIB: u32 = 16;
const SECTORS: u32 = MIB << 8;

/// The limit: 100 times what reading the log takes at 1.6 GiB/s.
const LIMIT_MS: u32 = 64 * MIB;

pub(super) fn vectors() -> Vec<VectorSource> {
    vec![
        vector(
            "large-16-mib-wrapped",
            "A log of 16 MiB, full: 4095 entries, the first of which lies in the middle and is the \
            tail",
            "Everything here is valid. A reader that follows the run again from each sector \
            before the tail does quadratic work: seconds for this log, minutes for a larger one.",
        )
        .safe()
        .accepts("SEQ-9 SEQ-5")
        .within_ms(LIMIT_MS)
        .shows("wrapped-search-costs-its-square")
        .made_by(in_16_mib(wrapped()))
        .replays(0..SECTORS as usize - 1),
        vector(
            "large-16-mib-claims",
            "In a log of 16 MiB every sector claims to start an entry as long as the log",
            "A reader that computes the checksum of each claim reads the log 4096 times, 64 GiB in \
            all.",
        )
        .safe()
        .ignores("SEQ-9 SEQ-7")
        .within_ms(LIMIT_MS)
        .shows("log-long-invalid-entry-hangs")
        .made_by(in_16_mib(small().then(claims(0, SECTORS, MIB << 20))))
        .is_refused("SEQ-7"),
        vector(
            "large-16-mib-claims-before-entry",
            "In a log of 16 MiB every sector but the last two claims to start an entry as long as \
            the log; the last two are a valid entry",
            "A reader that computes the checksum of each claim takes minutes to open a good disk.",
        )
        .safe()
        .accepts("SEQ-9 SEQ-5")
        .within_ms(LIMIT_MS)
        .shows("log-long-invalid-entry-hangs")
        .made_by(in_16_mib(
            small()
                .then(claims(0, SECTORS, MIB << 20))
                .then(write(1).at(SECTORS - 2)),
        ))
        .replays([1]),
    ]
}

/// The recipe with a log of 16 MiB.
fn in_16_mib(recipe: Recipe) -> Recipe {
    with(recipe, |recipe| recipe.geometry.log_mib = MIB)
}

/// A run that fills the log. Its first entry, which is its tail, lies in the middle; the newest
/// writes a sector, and all others are empty.
fn wrapped() -> Recipe {
    let older = (0..SECTORS - 2).map(|index| match index {
        0 => Entry::empty().at(SECTORS / 2),
        _ => Entry::empty(),
    });
    let run = older.chain([write(1)]);
    run.map(|entry| entry.with_tail(Tail::Item(0)))
        .fold(small(), Recipe::then)
}
