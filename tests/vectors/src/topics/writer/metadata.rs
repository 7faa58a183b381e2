//! Metadata that only the log makes readable (RPL-4).

use vhdx_log_image::{Bytes, Content, Patch, Recipe, Target};

use super::build::table;
use crate::recipes::{break_region_table_1, broken_metadata, one, small, with, write};
use crate::source::{VectorSource, items, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [metadata()].concat()
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
