//! Topic `limits`: images that are made to cost: time in the search, memory, room on the disk.

use vhdx_log_image::{Corruption, Entry, Fill, Filling, Item, MIB, Place, Recipe, Tail, Target};

use crate::recipes::{one, small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [search(), valid_but_large(), size(), size_limit()].concat()
}

fn claims(at: u32, sectors: u32, length: u32) -> Fill {
    Fill {
        at: Place::Sector(at),
        sectors,
        with: Filling::Claims(length),
    }
}

fn search() -> Vec<VectorSource> {
    let hostile = |id, title, why, recipe| {
        vector(id, title, why)
            .safe()
            .ignores("SEQ-9 SEQ-7")
            .made_by(recipe)
            .is_refused("SEQ-7")
    };
    vec![
        hostile(
            "hostile-lone-header-as-long-as-log",
            "one header sector with a wrong checksum claims to be as long as the log",
            "who moves on by the length it claims comes back to it for ever",
            small().then(claims(0, 1, 1 << 20)),
        ),
        hostile(
            "hostile-every-sector-claims-the-log",
            "every sector claims to start an entry as long as the log",
            "who checks each claim by its checksum reads the log as often as it has sectors",
            small().then(claims(0, 256, 1 << 20)),
        ),
        hostile(
            "hostile-every-sector-claims-two",
            "every sector claims to start an entry of two sectors",
            "claims that overlap, all wrong",
            small().then(claims(0, 256, 8192)),
        ),
        hostile(
            "hostile-every-sector-claims-itself",
            "every sector claims to be an empty entry, with a wrong checksum",
            "the most entries there can be, all wrong",
            small().then(claims(0, 256, 4096)),
        ),
        hostile(
            "hostile-zero-length-entries",
            "every sector claims to start an entry of length 0",
            "who moves on by the length it claims never moves",
            small().then(claims(0, 256, 0)),
        ),
        hostile(
            "hostile-larger-log",
            "in a log of 4 MiB every sector claims to start an entry as long as the log",
            "four times the log is sixteen times the work for who checks each claim",
            with(small().then(claims(0, 1024, 4 << 20)), |recipe| {
                recipe.geometry.log_mib = 4
            }),
        ),
        vector(
            "hostile-claims-around-one-entry",
            "one sound entry among claims to be as long as the log",
            "it is found, in time",
        )
        .safe()
        .accepts("SEQ-9 SEQ-5")
        .made_by(small().then(claims(0, 256, 1 << 20)).then(write(1).at(200)))
        .replays([1]),
        vector(
            "hostile-runs-that-end-badly",
            "a run of 128 sound entries whose head's Tail is a data sector",
            "who tries the run from each of its entries anew does the square of the work",
        )
        .safe()
        .ignores("SEQ-9 SEQ-2 SEQ-7")
        .made_by(bad_run())
        .is_refused("SEQ-7"),
    ]
}

/// 128 sound entries of two sectors; the last one's Tail is its own data sector.
fn bad_run() -> Recipe {
    let run = (0..128).fold(small(), |recipe, _| {
        recipe.then(write(1).with_tail(Tail::Item(0)))
    });
    with(run, |recipe| {
        if let Some(Item::Entry(head)) = recipe.log.last_mut() {
            head.tail = Tail::Explicit(255 * 4096);
        }
    })
}

fn valid_but_large() -> Vec<VectorSource> {
    let large = (0..1024).fold(small(), |recipe, index| {
        let entry = Entry::empty().with_tail(Tail::Item(1022));
        recipe.then(if index == 0 { entry.at(700) } else { entry })
    });
    vec![
        vector(
            "large-log-full-and-wrapped",
            "a log of 4 MiB, full: 1024 empty entries, wrapped after the first 324",
            "valid, and yet the square of the work for who starts anew at each sector",
        )
        .safe()
        .accepts("SEQ-9 SEQ-6")
        .made_by(with(large, |recipe| recipe.geometry.log_mib = 4))
        .replays([1022, 1023]),
        vector(
            "large-many-writes-to-one-sector",
            "thirty entries with four writes each to the same sector",
            "the last of them wins, however many there are",
        )
        .accepts("RPL-1")
        .made_by((0..30).fold(small(), |recipe, _| {
            let entry = (0..4).fold(Entry::empty(), |entry, _| entry.data(Target::Payload(1)));
            recipe.then(entry.with_tail(Tail::Item(0)))
        }))
        .replays(0..30),
    ]
}

fn size() -> Vec<VectorSource> {
    let refused = |id, title, why, recipe| {
        vector(id, title, why)
            .safe()
            .ignores("RPL-9 RPL-8")
            .made_by(recipe)
            .is_refused("RPL-9 DSC-5 SEQ-7")
    };
    let last = |value| {
        small().then(Entry {
            last_file_offset: Some(value),
            ..write(1)
        })
    };
    let zero = |length| small().then(Entry::empty().zero(Target::Payload(0), length));
    vec![
        refused(
            "size-last-offset-2-62",
            "LastFileOffset is 2^62",
            "no disk has that room",
            last(1 << 62),
        ),
        refused(
            "size-last-offset-largest",
            "LastFileOffset is 2^64 - 1",
            "rounded up it is 0",
            last(u64::MAX),
        ),
        refused(
            "size-last-offset-2-63",
            "LastFileOffset is 2^63",
            "signed it is less than 0",
            last(1 << 63),
        ),
        refused(
            "size-zero-2-62",
            "an entry zeroes 2^62 bytes",
            "writing them takes years",
            zero(1 << 62),
        ),
        refused(
            "size-target-2-62",
            "an entry writes at 2^62",
            "no disk has that room",
            small().then(Entry::empty().data(Target::At(1 << 62))),
        ),
        vector(
            "size-zero-1-tib",
            "an entry zeroes 1 TiB behind sector 2",
            "it ends at once: as a hole, or with an error",
        )
        .open("RPL-9")
        .accepts("RPL-9 RPL-10")
        .by_file()
        .made_by(small().then(Entry::empty().zero(Target::Payload(2), 1 << 40)))
        .reading("sparse", items([0]))
        .reading("refuse", refuses("RPL-9")),
        vector(
            "size-zero-inside-before-tail",
            "an entry before the tail zeroes 2^62 bytes",
            "it is not to be applied",
        )
        .safe()
        .accepts("RPL-9 SEQ-4")
        .made_by(zero(1 << 62).then(write(1)))
        .replays([1]),
        vector(
            "size-length-of-stale-entry",
            "a stale entry elsewhere has LastFileOffset 2^62",
            "it does not count",
        )
        .safe()
        .accepts("RPL-9")
        .made_by(one().then(Entry {
            last_file_offset: Some(1 << 62),
            ..write(9).at(40).numbered(50)
        }))
        .replays([0]),
        vector(
            "size-entry-count-and-length-largest",
            "elsewhere an entry of this generation claims the greatest length and count there are",
            "the memory for them must not be asked for",
        )
        .safe()
        .ignores("ENT-3 ENT-6")
        .accepts("SEQ-9")
        .made_by(
            one().then(
                write(9)
                    .at(40)
                    .numbered(500)
                    .corrupt(Corruption::EntryLength(0xFFFF_F000))
                    .corrupt(Corruption::DescriptorCount(u32::MAX)),
            ),
        )
        .replays([0]),
    ]
}

/// A program with a limit that can be set is given one; others pass these over.
fn size_limit() -> Vec<VectorSource> {
    let grown = || {
        small().then(Entry {
            last_file_offset: Some(7 * MIB),
            ..write(1)
        })
    };
    vec![
        vector(
            "limit-just-enough",
            "the limit is the size the replay gives the file",
            "off by one: equal is within",
        )
        .safe()
        .accepts("RPL-9")
        .by_file()
        .limited_to(7 * MIB)
        .made_by(grown())
        .replays([0]),
        vector(
            "limit-one-byte-short",
            "the limit is one byte less than the replay needs",
            "off by one",
        )
        .safe()
        .ignores("RPL-9")
        .limited_to(7 * MIB - 1)
        .made_by(grown())
        .is_refused("RPL-9"),
        vector(
            "limit-by-target",
            "a target, not LastFileOffset, goes beyond the limit",
            "both count",
        )
        .safe()
        .ignores("RPL-9")
        .limited_to(6 * MIB)
        .made_by(small().then(write(1).data(Target::Beyond(300))))
        .is_refused("RPL-9"),
        vector(
            "limit-file-larger-already",
            "the file is larger than the limit and does not grow",
            "it is no worse for it",
        )
        .safe()
        .accepts("RPL-9")
        .limited_to(4 * MIB)
        .made_by(one())
        .replays([0]),
    ]
}
