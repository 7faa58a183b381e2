//! Logs as Windows, QEMU and disk2vhd write them.

use vhdx_log_image::{Corruption, Entry, Header, LogGuid, Presence, Tail, Target};

use super::build::table;
use crate::recipes::{one, small, three, with, write};
use crate::source::{Intent, VectorSource, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [windows(), others()].concat()
}

/// The first number of a Windows log, as seen in a real file.
const LARGE: u64 = 80_117_443_871_106_387;

fn windows() -> Vec<VectorSource> {
    let empty_first = small()
        .then(Entry::empty().numbered(LARGE))
        .then(write(1))
        .then(write(2).with_tail(Tail::Item(1)));
    // Five entries of which two are replayed; all write the BAT's only sector.
    let mut five = small().then(Entry::empty().numbered(LARGE));
    for (present, tail) in [(0, 1), (0, 1), (0, 3), (1, 3)] {
        five = five.then(table(present).with_tail(Tail::Item(tail)));
    }
    // The oldest entry that may not be applied advances, and never goes back (WRT-3).
    let mut long = small().then(Entry::empty().numbered(LARGE));
    for index in 1_u32..23 {
        let tail = Tail::Item(index.saturating_sub(7).max(1));
        long = long.then(write(index).with_tail(tail));
    }
    let targets = [9, 3, 250, 4, 8, 1, 77, 2, 60, 5, 6, 30, 40, 7, 12, 11, 0].map(Target::Payload);
    let seventeen = targets.into_iter().fold(Entry::empty(), Entry::data);
    vec![
        vector(
            "windows-fresh-open",
            "One empty entry with a large number",
            "Windows writes this before anything else. A reader that rejects an empty entry, or so \
            large a number, refuses a good disk.",
        )
        .accepts("ENT-6 SEQ-2")
        .made_by(small().then(Entry::empty().numbered(LARGE)))
        .replays([0]),
        vector(
            "windows-empty-first",
            "An empty first entry and two more; the tail is the second",
            "This is the usual log of Windows. A reader that expects the tail to be the first \
            entry of its run refuses a good disk.",
        )
        .accepts("SEQ-4 ENT-6")
        .made_by(empty_first)
        .replays([1, 2]),
        vector(
            "windows-tail-in-mid-run",
            "An empty entry and four that write the BAT's first sector; the tail is the fourth \
            entry",
            "The head's tail is rarely the start of the run. A reader that applies the last two \
            entries in the wrong order leaves the wrong BAT, and with it the wrong disk.",
        )
        .accepts("SEQ-4 RPL-1")
        .ignores("SEQ-4")
        .made_by(five)
        .replays([3, 4]),
        vector(
            "windows-long-run-monotone",
            "23 entries whose tails only advance; replay begins at the 16th",
            "Most of the run is applied already. A reader that replays all of it brings old \
            contents back.",
        )
        .accepts("SEQ-4")
        .shows("tail-ignored")
        .made_by(long)
        .replays(15..23),
        vector(
            "windows-seventeen-unsorted",
            "An entry with seventeen data descriptors, unsorted",
            "Targets need not be sorted. A reader that expects them to be writes data to the wrong \
            sector, or refuses a good disk.",
        )
        .accepts("RPL-1")
        .made_by(small().then(seventeen))
        .replays([0]),
        vector(
            "windows-flushed-not-monotone",
            "FlushedFileOffset is 5, 3 and then 4 MiB in three entries",
            "FlushedFileOffset may go down and up again. A reader that expects it only to grow \
            loses the newest entries, or refuses a good disk.",
        )
        .accepts("SEQ-8")
        .made_by([5_u64, 3, 4].into_iter().fold(small(), |recipe, mib| {
            let flushed_file_offset = Some(mib << 20);
            let sector = recipe.log.len() as u32 + 1;
            recipe.then(Entry {
                flushed_file_offset,
                ..write(sector).with_tail(Tail::Item(0))
            })
        }))
        .replays(0..3),
    ]
}

fn others() -> Vec<VectorSource> {
    let twin = |log_guid| {
        with(one(), |recipe| {
            recipe.header_1.presence = Presence::Twin;
            recipe.header_2 = Header {
                log_guid,
                sequence_number: Some(1),
                ..Header::default()
            };
        })
    };
    vec![
        vector(
            "qemu-garbage",
            "Every entry has garbage after its last descriptor",
            "Old versions of QEMU write such entries. A reader that insists on zeros there refuses \
            a good disk.",
        )
        .accepts("ENT-6")
        .made_by(with(three(Tail::Item(0)), |recipe| {
            for entry in recipe
                .log
                .iter_mut()
                .filter_map(vhdx_log_image::Item::entry_mut)
            {
                entry.corruptions.push(Corruption::Garbage(0x77));
            }
        }))
        .replays(0..3),
        vector(
            "disk2vhd-identical-headers",
            "Both headers are identical, with number 1, and the log is empty",
            "disk2vhd writes such files. By the text neither header is current, so a reader may \
            refuse them, too; one that replays the stale entry brings old contents back.",
        )
        .open("HDR-4b")
        .accepts("HDR-4b")
        .ignores("HDR-4b")
        .made_by(twin(LogGuid::Zero))
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3")),
    ]
}
