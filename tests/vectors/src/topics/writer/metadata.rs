//! Metadata that only the log makes readable (RPL-4).

use vhdx_log_image::{Bytes, Content, Patch, Recipe, Target};

use super::build::table;
use crate::recipes::{break_region_table_1, broken_metadata, one, small, with, write};
use crate::source::{VectorSource, items, refuses, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [metadata()].concat()
}

fn metadata() -> Vec<VectorSource> {
    let restored = |id, title, why, recipe: Recipe| {
        vector(id, title, why)
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
            "Both region tables are broken in the file, and the log writes them",
            "The log comes first. A reader that loads the region tables before the replay refuses \
            a good disk.",
            both_tables,
        ),
        restored(
            "metadata-table-in-log",
            "The metadata table is broken in the file, and the log writes it",
            "The log comes first. A reader that loads the metadata before the replay refuses a \
            good disk.",
            broken_metadata(),
        ),
        restored(
            "block-table-in-log",
            "The BAT is broken in the file, and the log writes it",
            "The log comes first. A reader that loads the BAT before the replay refuses a good \
            disk, or shows the wrong blocks.",
            block_table,
        ),
        vector(
            "region-tables-broken-for-good",
            "Both region tables are broken, and the log does not write them",
            "The replay is written back, and a program that opens disks then reports an error; or \
            the file is refused as it was. A program that marks the log empty without a replay \
            loses what was logged for a later repair.",
        )
        .open("RPL-4")
        .accepts("RPL-4")
        .by_file()
        .made_by(with(one(), |recipe| {
            break_region_table_1(recipe);
            recipe.patches.push(Patch {
                at: 256 << 10,
                bytes: Bytes(b"junk".to_vec()),
            });
        }))
        .reading("replay", items([0]))
        .reading("refuse", refuses("RPL-4")),
    ]
}
