//! Generations of the log that a writer began, or a copy cut off, before there was a whole sequence
//! of it (SEQ-7, ENT-7). Nothing, or not all, was logged in the generation that the header names;
//! what lies in the log belongs to another one.

use vhdx_log_image::{Entry, LogGuid, Recipe, Tail, Target, Tear};

use crate::recipes::{one, small, with, write};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [before_first_entry(), in_first_entries(), copied()].concat()
}

/// The LogGuids of the older and the newer header.
fn naming(recipe: Recipe, older: LogGuid, newer: LogGuid) -> Recipe {
    with(recipe, |recipe| {
        recipe.header_1.log_guid = older;
        recipe.header_2.log_guid = newer;
    })
}

/// An entry of the new generation.
fn new(sector: u32) -> Entry {
    write(sector).with_log_guid(LogGuid::B)
}

/// The same with 1 KiB in the middle of its data that did not arrive.
fn torn(entry: Entry) -> Entry {
    let tear = Tear {
        piece: 9,
        pieces: Some(2),
        ..Tear::default()
    };
    Entry {
        tears: vec![tear],
        ..entry
    }
}

fn refused(id: &str, title: &str, why: &str, flaws: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .ignores("SEQ-7")
        .shows(flaws)
        .made_by(recipe)
        .is_refused("SEQ-7")
}

fn before_first_entry() -> Vec<VectorSource> {
    const WHY: &str = "A writer named a new generation and stopped before its first entry. By the \
                       text the file is refused: a reader cannot know that nothing was logged. One \
                       that replays the generation before brings old contents back.";
    vec![
        refused(
            "stopped-before-first-entry",
            "The newer header names a generation without entries; the older one names that of a \
            whole sequence in the log",
            WHY,
            "older-header-tried-when-nothing-valid entry-guid-unchecked",
            naming(one(), LogGuid::A, LogGuid::B),
        ),
        refused(
            "stopped-before-first-entry-both-headers",
            "Both headers name a generation without entries; a whole sequence of another one lies \
            in the log",
            WHY,
            "entry-guid-unchecked",
            naming(one(), LogGuid::B, LogGuid::B),
        ),
        refused(
            "stopped-before-first-entry-older-clean",
            "The newer header names a generation without entries; the older one is clean",
            "A writer named a generation in one header and stopped. By the text the newer header \
            is current and the file is refused. A reader that falls back to the older one opens it \
            unasked.",
            "older-header-tried-when-nothing-valid clean-header-wins",
            naming(one(), LogGuid::Zero, LogGuid::B),
        ),
        refused(
            "stopped-before-first-entry-new-log",
            "Both headers name a generation, and nothing was ever written to the log; the numbers \
            of the headers are 1 and 2",
            "The first open of a new file, stopped early. By the text the file is refused: a \
            reader that takes the log as empty cannot tell it from one that was lost.",
            "no-sequence-is-clean",
            with(small(), |recipe| {
                recipe.header_1.sequence_number = Some(1);
                recipe.header_2.sequence_number = Some(2);
            }),
        ),
    ]
}

fn in_first_entries() -> Vec<VectorSource> {
    let of_one = || one().then(torn(new(2).at(0).numbered(7000)));
    vec![
        refused(
            "stopped-in-first-entry",
            "The first entry of a new generation is torn over a whole sequence of the one before; \
            the older header still names that",
            "A reader that accepts torn entries replays half of a write, and one that falls back \
            to the older header replays a sequence that was overwritten.",
            "entry-checksum-unchecked",
            naming(of_one(), LogGuid::A, LogGuid::B),
        ),
        refused(
            "stopped-in-first-entry-beside-older",
            "The first entry of a new generation is torn; behind it lies a whole sequence of the \
            one before, which the older header names",
            "A reader that falls back to the older header, or ignores LogGuid, replays a sequence \
            that is applied already.",
            "older-header-tried-when-nothing-valid entry-guid-unchecked",
            naming(
                small()
                    .then(torn(new(2).numbered(7000)))
                    .then(write(1).at(40).numbered(100)),
                LogGuid::A,
                LogGuid::B,
            ),
        ),
        vector(
            "stopped-in-second-entry",
            "A new generation has one whole entry and one that is torn; behind them lies a whole \
            sequence of the one before",
            "What is whole counts. A reader that refuses the file for the torn entry makes a good \
            disk unreadable, and one that ignores LogGuid takes the older generation.",
        )
        .accepts("SEQ-7 ENT-2")
        .ignores("ENT-7")
        .shows("torn-entry-fails-open entry-guid-unchecked one-generation-demanded")
        .made_by(naming(
            small()
                .then(new(1).numbered(50))
                .then(torn(new(2).numbered(51)))
                .then(write(3).at(40).numbered(9000)),
            LogGuid::A,
            LogGuid::B,
        ))
        .replays([0]),
        vector(
            "stopped-after-first-entry-in-one-header",
            "The newer header names a new generation with one entry; the older one is clean, and \
            the log is full of another generation's entries",
            "The entry counts. A reader that takes the clean header loses it.",
        )
        .accepts("HDR-2")
        .ignores("ENT-7")
        .shows("clean-header-wins other-generation-fails-open")
        .made_by(naming(
            small()
                .run(40, 5, [Target::Payload(3)])
                .then(new(1).at(0).numbered(7)),
            LogGuid::Zero,
            LogGuid::B,
        ))
        .replays([5]),
    ]
}

fn copied() -> Vec<VectorSource> {
    const WHY: &str = "The file was copied while a program wrote it: headers from before, log from \
                       after. The copy is corrupt. A reader that takes what it finds in the log \
                       applies it to a disk of another moment.";
    // Entries of the generation that the headers name, and over the first of them a new one's.
    let overwritten = small()
        .then(write(1))
        .then(write(2).with_tail(Tail::Item(0)))
        .then(new(3).at(0).numbered(7000));
    let whole = small()
        .then(new(1).numbered(7000))
        .then(new(2).with_tail(Tail::Item(0)))
        .then(new(3).with_tail(Tail::Item(0)));
    let half = small()
        .then(write(1).numbered(100))
        .then(new(2).numbered(7001).with_tail(Tail::Item(0)));
    vec![
        refused(
            "copied-while-in-use",
            "Both headers name one generation, and the log holds a whole sequence of another one \
            alone",
            WHY,
            "entry-guid-unchecked",
            naming(whole, LogGuid::A, LogGuid::A),
        ),
        refused(
            "copied-while-in-use-remains",
            "The headers name a generation whose tail entry was overwritten by a new generation's \
            first entry",
            WHY,
            "tail-unchecked entry-guid-unchecked",
            naming(overwritten, LogGuid::A, LogGuid::A),
        ),
        refused(
            "copied-log-half-old",
            "The headers name a new generation; of its two entries the log still holds only the \
            second, whose tail is the first",
            "The file was copied while a program wrote it: headers from after, log in part from \
            before. A reader that accepts the entry replays half of what was logged.",
            "tail-unchecked",
            naming(half, LogGuid::B, LogGuid::B),
        ),
    ]
}
