//! Topic `read-only`: images opened for reading only. The replayed contents are shown and nothing
//! is written, or the file is refused for being dirty (RPL-5); showing it as it stands is wrong.

use vhdx_log_image::{Content, Entry, Header, LogGuid, Recipe, Tail, Target};

use crate::recipes::{broken_metadata, one, small, three, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [shown(), clean(), refused()].concat()
}

/// Shown as replayed, or refused for being dirty.
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
            "one entry writes a sector",
            "the disk is shown as it is after the replay",
            one(),
            [0],
        ),
        overlaid(
            "read-only-later-wins",
            "three entries write one sector",
            "the newest is shown",
            small()
                .then(write(1))
                .then(write(1).with_tail(first))
                .then(write(1).with_tail(first)),
            0..3,
        ),
        overlaid(
            "read-only-from-tail",
            "of three entries the head's tail is the second",
            "the first is not applied",
            three(Tail::Item(1)),
            1..3,
        ),
        overlaid(
            "read-only-zeros-and-data",
            "data, zeros over it, data over these",
            "layers over layers",
            small().then(
                write(1)
                    .data(Target::Payload(2))
                    .zero(Target::Payload(0), 4 * 4096)
                    .data(Target::Payload(2))
                    .zero(Target::Payload(6), 4096),
            ),
            [0],
        ),
        overlaid(
            "read-only-zero-whole-block",
            "a zero range over the whole block, one sector written before",
            "what is under the range is not shown",
            small().then(write(1).zero(Target::Payload(0), 1 << 20)),
            [0],
        ),
        overlaid(
            "read-only-new-block",
            "the log makes a second block present, behind the file's end",
            "the file is shown longer than it is",
            small().then(table.data(Target::Payload(256)).data(Target::Payload(511))),
            [0],
        ),
        overlaid(
            "read-only-longer-by-last-offset",
            "LastFileOffset is 1 MiB behind the file's end, with a block there",
            "new space is shown as zeros",
            small().then(Entry {
                last_file_offset: Some(6 << 20),
                ..Entry::empty().content(Target::Bat(0), Content::BlockTable(2))
            }),
            [0],
        ),
        overlaid(
            "read-only-wrapped",
            "a sequence of three around the end of the log",
            "data is read from both ends",
            small()
                .then(write(1).data(Target::Payload(2)).at(251))
                .then(write(3).data(Target::Payload(4)).with_tail(first))
                .then(write(5).with_tail(first)),
            0..3,
        ),
        overlaid(
            "read-only-metadata",
            "the log writes the metadata table, which is broken in the file",
            "nothing but headers and log is read before the replay",
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
            "a cleanly closed file with stale entries",
            "shown as it stands",
        )
        .accepts("HDR-9")
        .read_only()
        .made_by(clean(|_| ()))
        .is_clean(),
        vector(
            "read-only-last-header-number",
            "a clean file whose current header has number 2^64 - 1",
            "it cannot be written, and it can be read",
        )
        .safe()
        .accepts("HDR-13")
        .read_only()
        .made_by(clean(|header| header.sequence_number = Some(u64::MAX)))
        .is_clean(),
        vector(
            "read-only-last-header-number-dirty",
            "a dirty file whose current header has number 2^64 - 1",
            "reading needs no new header",
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
    let refused = |id, title, clause: &str, recipe: Recipe| {
        vector(id, title, "what cannot be replayed cannot be shown either")
            .ignores(&format!("{clause} RPL-5"))
            .read_only()
            .made_by(recipe)
            .is_refused(&format!("{clause} RPL-5"))
    };
    vec![
        refused(
            "read-only-nothing-valid",
            "LogGuid is set, the log is all zeros",
            "SEQ-7",
            small(),
        ),
        refused(
            "read-only-truncated",
            "the file is shorter than FlushedFileOffset",
            "SEQ-8",
            small().then(Entry {
                flushed_file_offset: Some(6 << 20),
                ..write(1)
            }),
        ),
        refused(
            "read-only-bad-target",
            "the only entry writes header 2",
            "DSC-6",
            small().then(Entry::empty().data(Target::Header(16))),
        ),
    ]
}
