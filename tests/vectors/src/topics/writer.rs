//! Topic `writer`: what real writers leave in a log, what crashes leave in a file, and what a
//! replay must leave.

use crate::source::{
    Intent, VectorSource, items, one, one_and, refuses, small, three, vector, with, write,
};
use vhdx_log_image::{
    Bytes, Checksum, Content, Corruption, Entry, Header, LogGuid, Patch, Presence, Recipe, Tail,
    Target,
};

/// The first number of a Windows log, as seen in a real file.
const LARGE: u64 = 80_117_443_871_106_387;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        windows(),
        others(),
        interrupted(),
        left_behind(),
        metadata(),
    ]
    .concat()
}

/// The BAT of the image, its first sector, with this many blocks present.
fn table(present: u32) -> Entry {
    Entry::empty().content(Target::Bat(0), Content::BlockTable(present))
}

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
    let mut long = small().then(Entry::empty().numbered(LARGE));
    for index in 1..23 {
        long = long.then(write(index % 7 + 1).with_tail(Tail::Item(if index == 22 {
            15
        } else {
            index.max(2) - 1
        })));
    }
    let targets = [9, 3, 250, 4, 8, 1, 77, 2, 60, 5, 6, 30, 40, 7, 12, 11, 0].map(Target::Payload);
    let seventeen = targets.into_iter().fold(Entry::empty(), Entry::data);
    vec![
        vector("windows-fresh-open", "one empty entry with a large number", "what Windows writes before anything else")
            .accepts("ENT-6 SEQ-2")
            .made_by(small().then(Entry::empty().numbered(LARGE)))
            .replays([0]),
        vector(
            "windows-empty-first",
            "an empty first entry, two more; the tail is the second",
            "the usual log of Windows",
        )
        .accepts("SEQ-4 ENT-6")
        .made_by(empty_first)
        .replays([1, 2]),
        vector(
            "windows-tail-in-mid-run",
            "five entries that all write the BAT's first sector; the tail is the fourth",
            "the head's tail is hardly ever the start of the run; the last two in the wrong order leave the wrong BAT",
        )
        .accepts("SEQ-4 RPL-1")
        .ignores("SEQ-4")
        .made_by(five)
        .replays([3, 4]),
        vector("windows-long-run", "23 entries, of which replay begins at the 16th", "most of a run is applied already")
            .accepts("SEQ-4")
            .made_by(long)
            .replays(15..23),
        vector("windows-seventeen-unsorted", "an entry with seventeen descriptors, unsorted", "targets come as they come")
            .accepts("RPL-1")
            .made_by(small().then(seventeen))
            .replays([0]),
        vector("windows-flushed-not-monotone", "FlushedFileOffset goes 5, 3, 4 MiB over a run", "it need not only grow")
            .accepts("SEQ-8")
            .made_by([5_u64, 3, 4].into_iter().fold(small(), |recipe, mib| {
                let flushed_file_offset = Some(mib << 20);
                let sector = recipe.log.len() as u32 + 1;
                recipe.then(Entry { flushed_file_offset, ..write(sector).with_tail(Tail::Item(0)) })
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
            "bytes behind the last descriptor are garbage in every entry",
            "old versions of QEMU do that",
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
            "both headers are the same, number 1, log empty",
            "disk2vhd writes such files",
        )
        .open("HDR-4b")
        .accepts("HDR-4b")
        .ignores("HDR-4b")
        .made_by(twin(LogGuid::Zero))
        .reading("accept", Intent::Clean)
        .reading("refuse", refuses("HDR-4b HDR-4 HDR-3")),
    ]
}

fn interrupted() -> Vec<VectorSource> {
    let numbered = |number: u64, log_guid| Header {
        sequence_number: Some(number),
        log_guid,
        ..Header::default()
    };
    let headed = |recipe: Recipe, first, second| {
        with(recipe, |recipe| {
            (recipe.header_1, recipe.header_2) = (first, second)
        })
    };
    let run = || three(Tail::Item(0));
    // Sector 1 was written by the replay that was interrupted, sector 2 in part.
    let applied = |recipe: Recipe| {
        let after = vhdx_sector(&recipe, 1);
        let half = vhdx_sector(&recipe, 2)[..512].to_vec();
        with(recipe, |recipe| {
            recipe.patches.push(Patch {
                at: (4 << 20) + 4096,
                bytes: Bytes(after),
            });
            recipe.patches.push(Patch {
                at: (4 << 20) + 2 * 4096,
                bytes: Bytes(half),
            });
        })
    };
    let again = |id, title, recipe: Recipe| {
        vector(
            id,
            title,
            "a replay that was interrupted is done again, with the same result",
        )
        .safe()
        .accepts("RPL-7")
        .made_by(recipe)
        .replays(0..3)
    };
    let torn = Header {
        checksum: Checksum::Wrong,
        ..numbered(10, LogGuid::A)
    };
    let cleared = Header {
        checksum: Checksum::Wrong,
        ..numbered(12, LogGuid::Zero)
    };
    vec![
        again(
            "interrupted-after-one-header",
            "the first header update of a replay is done",
            headed(run(), numbered(10, LogGuid::A), numbered(9, LogGuid::A)),
        ),
        again(
            "interrupted-in-header-update",
            "the first header update of a replay is torn",
            headed(run(), torn, numbered(9, LogGuid::A)),
        ),
        again(
            "interrupted-in-writes",
            "one of three sectors is written, another in part",
            {
                applied(headed(
                    run(),
                    numbered(10, LogGuid::A),
                    numbered(11, LogGuid::A),
                ))
            },
        ),
        again(
            "interrupted-in-marking-empty",
            "all is written; the header that marks the log empty is torn",
            headed(run(), cleared, numbered(11, LogGuid::A)),
        ),
        vector(
            "interrupted-after-marking-empty",
            "the first of the two headers that mark the log empty is written",
            "the replay is complete: whoever replays again undoes what came after",
        )
        .safe()
        .accepts("RPL-6 HDR-9")
        .made_by(headed(
            run(),
            numbered(12, LogGuid::Zero),
            numbered(11, LogGuid::A),
        ))
        .is_clean(),
        again(
            "interrupted-after-extension",
            "the file has its new length already, nothing else",
            {
                with(run(), |recipe| {
                    recipe.length = Some(6 << 20);
                    for entry in recipe
                        .log
                        .iter_mut()
                        .filter_map(vhdx_log_image::Item::entry_mut)
                    {
                        entry.last_file_offset = Some(6 << 20);
                    }
                })
            },
        )
        .by_file(),
    ]
}

/// What the recipe's log writes to a sector of the payload: its entry `sector`, which is number 100
/// and on.
fn vhdx_sector(recipe: &Recipe, sector: u32) -> Vec<u8> {
    let number = recipe.build().layout().block_offset(0) / 4096 + u64::from(sector);
    let mut bytes = [0; vhdx_log_image::SECTOR_BYTES];
    vhdx_log_image::pattern::fill(
        &mut bytes,
        vhdx_log_image::pattern::own(u64::from(99 + sector), 0),
        number,
    );
    bytes.to_vec()
}

fn left_behind() -> Vec<VectorSource> {
    vec![
        vector(
            "replay-keeps-data-write-guid",
            "a dirty file with one entry",
            "a mere replay changes nothing that a guest was shown; a new DataWriteGuid would cut off its children",
        )
        .accepts("UPD-4 UPD-1 UPD-3 RPL-6")
        .by_file()
        .made_by(small().then(write(1).data(Target::Payload(4))))
        .replays([0]),
        vector(
            "replay-marks-empty",
            "a dirty file whose only entry is empty",
            "there is nothing to apply, and the log is marked empty all the same, in both headers",
        )
        .accepts("RPL-6 UPD-1")
        .by_file()
        .made_by(small().then(Entry::empty().numbered(3)))
        .replays([0]),
        vector(
            "replay-updates-header-that-is-not-current",
            "header 1 is current, header 2 is not valid",
            "the first update goes to the slot that holds nothing of worth",
        )
        .accepts("UPD-1 RPL-7")
        .by_file()
        .made_by(with(one(), |recipe| recipe.header_2.checksum = Checksum::Wrong))
        .replays([0]),
        vector(
            "replay-updates-second-slot-first",
            "header 1 is current (number 20), header 2 has number 9",
            "the number is one more than the current one's, not than the one overwritten",
        )
        .accepts("UPD-1")
        .by_file()
        .made_by(with(one(), |recipe| recipe.header_1.sequence_number = Some(20)))
        .replays([0]),
        vector(
            "refused-file-untouched",
            "everything is right but a target in the log, found last",
            "whatever is wrong must be found before the first header is updated",
        )
        .safe()
        .ignores("RPL-8 UPD-1 RPL-6")
        .made_by(one_and(write(2).data(Target::Log(3)).with_tail(Tail::Item(0))))
        .is_refused("DSC-7 SEQ-7"),
    ]
}

/// Breaks the signature of the first region table.
pub(super) fn break_region_table_1(recipe: &mut Recipe) {
    recipe.patches.push(Patch {
        at: 192 << 10,
        bytes: Bytes(b"junk".to_vec()),
    });
}

/// An image whose metadata table is broken, and whose log makes it whole.
pub(super) fn broken_metadata() -> Recipe {
    with(
        small().then(write(1).content(Target::Metadata(0), Content::Original)),
        |recipe| {
            recipe.patches.push(Patch {
                at: 2 << 20,
                bytes: Bytes(vec![0x5A; 512]),
            });
        },
    )
}

fn metadata() -> Vec<VectorSource> {
    let restored = |id, title, recipe: Recipe| {
        vector(
            id,
            title,
            "the log comes first: what it writes cannot be judged, or kept in memory, before",
        )
        .accepts("RPL-4")
        .made_by(recipe)
        .replays([0])
    };
    let both_tables = with(
        small().then(
            write(1)
                .content(Target::RegionTable(0), Content::Original)
                .content(Target::RegionTable(16), Content::Original),
        ),
        |recipe| {
            break_region_table_1(recipe);
            recipe.patches.push(Patch {
                at: 256 << 10,
                bytes: Bytes(b"junk".to_vec()),
            });
        },
    );
    let block_table = with(small().then(table(1)), |recipe| {
        recipe.patches.push(Patch {
            at: 3 << 20,
            bytes: Bytes(vec![0xFF; 64]),
        });
    });
    vec![
        restored(
            "region-tables-in-log",
            "both region tables are broken; the log writes them",
            both_tables,
        ),
        restored(
            "metadata-table-in-log",
            "the metadata table is broken; the log writes it",
            broken_metadata(),
        ),
        restored(
            "block-table-in-log",
            "the BAT is broken; the log writes it",
            block_table,
        ),
        vector(
            "region-tables-broken-for-good",
            "both region tables are broken, and the log does not write them",
            "the log is replayed; that there is no disk to show is found out afterwards",
        )
        .accepts("RPL-4")
        .by_file()
        .made_by(with(one(), |recipe| {
            break_region_table_1(recipe);
            recipe.patches.push(Patch {
                at: 256 << 10,
                bytes: Bytes(b"junk".to_vec()),
            });
        }))
        .reading("replay", items([0])),
    ]
}
