//! Topic `read-only`: images opened for reading only. Either the replayed contents are shown and
//! nothing is written, or the file is refused because it is dirty (RPL-5). Showing it without the
//! replay is wrong.

use vhdx_log_image::{Content, Entry, Header, LogGuid, Recipe, SECTOR, Tail, Target};

use crate::recipes::{broken_metadata, one, small, three, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [shown(), clean(), refused()].concat()
}

/// A dirty file: shown as replayed, or refused.
fn overlaid(
    id: &str,
    title: &str,
    why: &str,
    recipe: Recipe,
    replayed: impl IntoIterator<Item = usize>,
) -> VectorSource {
    vector(id, title, why)
        .open("RPL-5")
        .accepts("RPL-5")
        .read_only()
        .made_by(recipe)
        .reading("shown", items(replayed))
        .reading("refuse", refuses("RPL-5"))
}

fn shown() -> Vec<VectorSource> {
    let first = Tail::Item(0);
    let table = Entry::empty().content(Target::Bat(0), Content::BlockTable(2));
    vec![
        overlaid(
            "read-only-dirty",
            "One entry writes a sector",
            "A reader that ignores the log shows the disk without its last changes; one that \
            replays into the file changes what it was only asked to read.",
            one(),
            [0],
        ),
        overlaid(
            "read-only-later-wins",
            "Three entries write the same sector",
            "The newest contents are shown. A reader that keeps the first update of a sector shows \
            stale contents.",
            small()
                .then(write(1))
                .then(write(1).with_tail(first))
                .then(write(1).with_tail(first)),
            0..3,
        ),
        overlaid(
            "read-only-from-tail",
            "Of three entries the head's tail is the second",
            "The first entry is applied already. A reader that shows its update brings old \
            contents back.",
            three(Tail::Item(1)),
            1..3,
        ),
        overlaid(
            "read-only-zeros-and-data",
            "Data, zeros over it, and data over these",
            "The later descriptor wins. A reader that looks up data and zeros separately shows \
            contents that were overwritten.",
            small().then(
                write(1)
                    .data(Target::Payload(2))
                    .zero(Target::Payload(0), 4 * SECTOR)
                    .data(Target::Payload(2))
                    .zero(Target::Payload(6), SECTOR),
            ),
            [0],
        ),
        overlaid(
            "read-only-zero-whole-block",
            "A zero range covers the whole block, and one sector was written before it",
            "A reader that finds the earlier write, or the file's own bytes, under the range shows \
            contents that were erased.",
            small().then(write(1).zero(Target::Payload(0), 1 << 20)),
            [0],
        ),
        overlaid(
            "read-only-new-block",
            "The log makes a second block present, past the file's end",
            "What is shown is longer than the file. A reader that stops at the file's real end \
            cannot read the block, and fails or shows zeros.",
            small().then(table.data(Target::Payload(256)).data(Target::Payload(511))),
            [0],
        ),
        overlaid(
            "read-only-longer-by-last-offset",
            "LastFileOffset is 1 MiB past the file's end, and a block lies there",
            "New space reads as zeros. A reader that stops at the file's real end cannot read the \
            block, and fails.",
            small().then(Entry {
                last_file_offset: Some(6 << 20),
                ..Entry::empty().content(Target::Bat(0), Content::BlockTable(2))
            }),
            [0],
        ),
        overlaid(
            "read-only-wrapped",
            "A sequence of three entries around the end of the log",
            "A reader that looks for data past the end of the log shows bytes from elsewhere as \
            contents of the disk.",
            small()
                .then(write(1).data(Target::Payload(2)).at(251))
                .then(write(3).data(Target::Payload(4)).with_tail(first))
                .then(write(5).with_tail(first)),
            0..3,
        ),
        overlaid(
            "read-only-metadata",
            "The log writes the metadata table, which is broken in the file",
            "Only headers and log are read before the replay. A reader that loads the metadata \
            first refuses a good disk.",
            broken_metadata(),
            [0],
        ),
    ]
}

fn clean() -> Vec<VectorSource> {
    let clean = |change: fn(&mut Header)| {
        with(one(), |recipe| {
            for header in [&mut recipe.header_1, &mut recipe.header_2] {
                header.log_guid = LogGuid::Zero;
            }
            change(&mut recipe.header_2);
        })
    };
    vec![
        vector(
            "read-only-clean",
            "A cleanly closed file with stale entries",
            "LogGuid zero means an empty log. A reader that shows the stale entries' updates \
            brings old contents back.",
        )
        .accepts("HDR-9")
        .read_only()
        .made_by(clean(|_| ()))
        .is_clean(),
        vector(
            "read-only-last-header-number",
            "The current header of a clean file has number 2^64 - 1",
            "The file cannot be written, but it can be read. A reader that refuses it makes a good \
            disk unreadable.",
        )
        .safe()
        .accepts("HDR-13")
        .read_only()
        .made_by(clean(|header| header.sequence_number = Some(u64::MAX)))
        .is_clean(),
        vector(
            "read-only-last-header-number-dirty",
            "The current header of a dirty file has number 2^64 - 1",
            "Reading needs no new header. A reader that ignores the log shows the disk without its \
            last changes.",
        )
        .open("RPL-5")
        .accepts("HDR-13 RPL-5")
        .read_only()
        .made_by(with(one(), |recipe| {
            recipe.header_2.sequence_number = Some(u64::MAX)
        }))
        .reading("shown", items([0]))
        .reading("refuse", refuses("RPL-5")),
    ]
}

fn refused() -> Vec<VectorSource> {
    let refused = |id, title, why, clause: &str, recipe: Recipe| {
        vector(id, title, why)
            .ignores(&format!("{clause} RPL-5"))
            .read_only()
            .made_by(recipe)
            .is_refused(&format!("{clause} RPL-5"))
    };
    vec![
        refused(
            "read-only-nothing-valid",
            "LogGuid is set, but the log is all zeros",
            "What cannot be replayed cannot be shown either. A reader that shows the file as it is \
            hides that what was logged is lost.",
            "SEQ-7",
            small(),
        ),
        refused(
            "read-only-truncated",
            "The file is shorter than FlushedFileOffset",
            "A reader that still shows the file hides that part of it is lost.",
            "SEQ-8",
            small().then(Entry {
                flushed_file_offset: Some(6 << 20),
                ..write(1)
            }),
        ),
        vector(
            "read-only-bad-target",
            "The only entry writes to header 2",
            "The replay would be refused. A reader that shows the disk without this entry hides \
            that what was logged is lost.",
        )
        .ignores("DSC-6 RPL-5")
        .read_only()
        .made_by(small().then(Entry::empty().data(Target::Header(16))))
        .is_refused("DSC-6 SEQ-7 RPL-5"),
    ]
}
