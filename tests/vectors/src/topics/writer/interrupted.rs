//! Files whose replay was interrupted and has to be done again (RPL-6, RPL-7).

use vhdx_log_image::{Bytes, Checksum, Header, LogGuid, Patch, Recipe, Tail};

use crate::recipes::{three, with};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [interrupted()].concat()
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
