//! Topic `limits`: hostile images, made to cost time in the search, memory or disk space (SEQ-9,
//! RPL-9), and limits on the size of the file.

mod build;
mod claims;
mod large;

use vhdx_log_image::{Corruption, Entry, Item, MIB, Recipe, Tail, Target};

use self::build::claims;
use crate::recipes::{one, small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        search(),
        claims::vectors(),
        valid_but_large(),
        large::vectors(),
        size(),
        size_limit(),
    ]
    .concat()
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
            "One header sector with a wrong checksum claims an entry as long as the log",
            "A reader that advances by the claimed length comes back to the same sector forever, \
            and hangs.",
            small().then(claims(0, 1, 1 << 20)),
        ),
        hostile(
            "hostile-every-sector-claims-the-log",
            "Every sector claims to start an entry as long as the log",
            "The cost is quadratic for a reader that computes the checksum of every claim: it \
            reads the log as often as the log has sectors, and hangs on a large one.",
            small().then(claims(0, 256, 1 << 20)),
        ),
        hostile(
            "hostile-every-sector-claims-two",
            "Every sector claims to start an entry of two sectors",
            "The claims overlap, and all of them are wrong. A reader that accepts one applies \
            bytes that were never logged.",
            small().then(claims(0, 256, 8192)),
        ),
        hostile(
            "hostile-every-sector-claims-itself",
            "Every sector claims to be an empty entry, with a wrong checksum",
            "No log can claim more entries. A reader that does not verify the checksums opens a \
            corrupt file, and hides that what was logged is lost.",
            small().then(claims(0, 256, 4096)),
        ),
        hostile(
            "hostile-zero-length-entries",
            "Every sector claims to start an entry of length 0",
            "A reader that advances by the claimed length never moves, and hangs.",
            small().then(claims(0, 256, 0)),
        ),
        hostile(
            "hostile-larger-log",
            "In a log of 4 MiB every sector claims to start an entry as long as the log",
            "The cost is quadratic for a reader that computes the checksum of every claim: a log \
            four times as long takes sixteen times as long.",
            with(small().then(claims(0, 1024, 4 << 20)), |recipe| {
                recipe.geometry.log_mib = 4
            }),
        ),
        vector(
            "hostile-claims-around-one-entry",
            "One valid entry among claims of entries as long as the log",
            "A reader that gives up among the claims refuses a good disk, and one that computes \
            the checksum of each takes far too long to open it.",
        )
        .safe()
        .accepts("SEQ-9 SEQ-5")
        .made_by(small().then(claims(0, 256, 1 << 20)).then(write(1).at(200)))
        .replays([1]),
        vector(
            "hostile-runs-that-end-badly",
            "A run of 128 valid entries whose head's Tail is a data sector",
            "A reader that follows the run again from each of its entries does quadratic work, and \
            hangs on a large log.",
        )
        .open("SEQ-1")
        .ignores("SEQ-9 SEQ-2 SEQ-7")
        .made_by(bad_run())
        .reading("steps", refuses("SEQ-7"))
        .reading("prefix", items(0..127)),
    ]
}

/// 128 valid entries of two sectors; the last one's Tail is its own data sector.
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
            "A log of 4 MiB, full: 1024 empty entries that wrap after the first 324",
            "Everything here is valid. A reader that follows the run again from each sector does \
            quadratic work, and hangs on a large log.",
        )
        .safe()
        .accepts("SEQ-9 SEQ-6")
        .made_by(with(large, |recipe| recipe.geometry.log_mib = 4))
        .replays([1022, 1023]),
        vector(
            "large-many-writes-to-one-sector",
            "Thirty entries with four writes each to the same sector",
            "The last write wins, however many there are. A reader that keeps another one shows \
            stale contents.",
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
    // Below 2^63 a file of that length could be, and a reader may make it, as a hole.
    let open = |id, title, why, recipe| {
        vector(id, title, why)
            .open("RPL-9")
            .accepts("RPL-9")
            .ignores("RPL-9 RPL-8")
            .made_by(recipe)
            .reading("refuse", refuses("RPL-9"))
            .reading("sparse", items([0]))
    };
    let last = |value| {
        small().then(Entry {
            last_file_offset: Some(value),
            ..write(1)
        })
    };
    let zero = |length| small().then(Entry::empty().zero(Target::Payload(0), length));
    vec![
        open(
            "size-last-offset-2-62",
            "LastFileOffset is 2^62",
            "A reader refuses the file, or makes it that long without using the room. A reader \
            that writes the zeros fails halfway through its replay, or fills the disk.",
            last(1 << 62),
        ),
        refused(
            "size-last-offset-largest",
            "LastFileOffset is 2^64 - 1",
            "Rounded up to 1 MiB the value overflows to 0. A reader that does not check for \
            overflow opens the file as if nothing were wrong, or cuts it to nothing.",
            last(u64::MAX),
        ),
        refused(
            "size-last-offset-2-63",
            "LastFileOffset is 2^63",
            "A reader that treats the field as signed sees a negative length, and crashes or \
            ignores it.",
            last(1 << 63),
        ),
        open(
            "size-zero-2-62",
            "An entry zeroes 2^62 bytes",
            "A reader refuses the file, or makes a hole. A reader that writes the zeros runs for \
            years, or fills the disk.",
            zero(1 << 62),
        ),
        open(
            "size-target-2-62",
            "An entry writes at 2^62",
            "A reader refuses the file, or writes there in a file with a hole. A reader that fills \
            the space before it fails halfway through its replay.",
            small().then(Entry::empty().data(Target::At(1 << 62))),
        ),
        vector(
            "size-zero-1-tib",
            "An entry zeroes 1 TiB from sector 2 on",
            "A reader makes a hole, or refuses the file. A reader that writes the zeros runs for \
            hours and fills the disk.",
        )
        .open("RPL-9")
        .accepts("RPL-9 RPL-10")
        .by_file()
        .made_by(small().then(Entry::empty().zero(Target::Payload(2), 1 << 40)))
        .reading("sparse", items([0]))
        .reading("refuse", refuses("RPL-9")),
        vector(
            "size-zero-inside-before-tail",
            "An entry before the tail zeroes 2^62 bytes",
            "This entry is not replayed. A reader that refuses the file because of it makes a good \
            disk unreadable.",
        )
        .safe()
        .accepts("RPL-9 SEQ-4")
        .made_by(zero(1 << 62).then(write(1)))
        .replays([1]),
        vector(
            "size-length-of-stale-entry",
            "An older entry elsewhere has LastFileOffset 2^62",
            "Only the active sequence counts. A reader that uses the largest value in the log \
            refuses a good disk, or fills the disk.",
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
            "Elsewhere an entry of this generation claims the largest length and count there are",
            "A reader that allocates memory for the claim before it checks it runs out of memory, \
            and crashes.",
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

/// A program is run with a limit on the size of the file. One without such an option skips these.
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
            "The size limit equals the size that the replay gives the file",
            "A program whose check is off by one refuses a good disk.",
        )
        .safe()
        .accepts("RPL-9")
        .by_file()
        .limited_to(7 * MIB)
        .made_by(grown())
        .replays([0]),
        vector(
            "limit-one-byte-short",
            "The size limit is one byte less than the replay needs",
            "A program whose check is off by one, or that ignores the limit, lets the file grow \
            past what its user allowed.",
        )
        .safe()
        .ignores("RPL-9")
        .limited_to(7 * MIB - 1)
        .made_by(grown())
        .is_refused("RPL-9"),
        vector(
            "limit-by-target",
            "A target, not LastFileOffset, lies past the size limit",
            "A program that compares only LastFileOffset with the limit lets the file grow past \
            what its user allowed.",
        )
        .safe()
        .ignores("RPL-9")
        .limited_to(6 * MIB)
        .made_by(small().then(write(1).data(Target::Beyond(300))))
        .is_refused("RPL-9"),
        vector(
            "limit-file-larger-already",
            "The file is larger than the size limit and does not grow",
            "The limit only restricts growth. A program that refuses the file makes a good disk \
            unreadable.",
        )
        .safe()
        .accepts("RPL-9")
        .limited_to(4 * MIB)
        .made_by(one())
        .replays([0]),
    ]
}
