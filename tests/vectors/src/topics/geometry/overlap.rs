//! Blocks in the log's place (HDR-11). A reader may open such a file, or refuse it; it cannot know
//! before the replay. What counts is that no data is written into the log's place.

use vhdx_log_image::{BatEntry, Entry, Recipe};

use super::build::{PRESENT, at, image, sets, with_bat};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    /// The log is at 1 MiB.
    const IN_LOG: BatEntry = BatEntry::payload(1, PRESENT, 1);
    const BESIDE: BatEntry = BatEntry::payload(0, PRESENT, 4);
    let either = |id, title, why, recipe: Recipe| {
        vector(id, title, why)
            .open("HDR-11")
            .accepts("HDR-11")
            .ignores("HDR-11")
            .by_file()
            .made_by(recipe)
            .reading("accept", items([0]))
            .reading("refuse", refuses("HDR-11"))
    };
    vec![
        either(
            "block-in-log",
            "The BAT says that a block is where the log is, and the log writes to another block",
            "The file is broken, and it may be opened or refused. A reader that replays half of \
            the log before it notices leaves a file that is neither.",
            image(with_bat([BESIDE, IN_LOG])).then(Entry::empty().data(at(4, 1))),
        ),
        either(
            "block-in-log-after-replay",
            "The log changes the BAT so that a block is where the log is",
            "Nothing shows it before the replay. A reader that checks the BAT as it stands sees \
            nothing, and lets the guest write into the log's place.",
            image(with_bat([BESIDE])).then(sets(IN_LOG).data(at(4, 1))),
        ),
        vector(
            "block-out-of-log-after-replay",
            "The BAT says that a block is where the log is, and the log moves it elsewhere",
            "Once the log is replayed the file is sound. A reader that checks the BAT before the \
            replay refuses a good disk.",
        )
        .accepts("HDR-11 RPL-4")
        .made_by(
            Recipe {
                length: Some(6 << 20),
                ..image(with_bat([BESIDE, IN_LOG]))
            }
            .then(sets(BatEntry::payload(1, PRESENT, 5)).data(at(5, 1))),
        )
        .replays([0]),
    ]
}
