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
    let all_applied = |recipe: Recipe| {
        let after: Vec<Patch> = (1..=3)
            .map(|sector| Patch {
                at: (4 << 20) + u64::from(sector) * 4096,
                bytes: Bytes(vhdx_sector(&recipe, sector)),
            })
            .collect();
        with(recipe, |recipe| recipe.patches.extend(after))
    };
    let again = |id, title, why, recipe: Recipe| {
        vector(id, title, why)
            .safe()
            .accepts("RPL-7")
            .made_by(recipe)
            .replays(0..3)
    };
    let torn_over = |number, log_guid| Header {
        checksum: Checksum::Wrong,
        ..numbered(number, log_guid)
    };
    let torn = torn_over(10, LogGuid::A);
    let cleared = Header {
        checksum: Checksum::Wrong,
        ..numbered(12, LogGuid::Zero)
    };
    vec![
        again(
            "interrupted-after-one-header",
            "The first header update of a replay is done, nothing else",
            "The replay is done again. A reader that considers the update its end shows the disk \
            without its last changes.",
            headed(run(), numbered(10, LogGuid::A), numbered(9, LogGuid::A)),
        ),
        again(
            "interrupted-in-header-update",
            "The first header update of a replay is torn",
            "The other header is current, and the replay is done again. A reader that needs both \
            headers refuses a good disk.",
            headed(run(), torn, numbered(9, LogGuid::A)),
        ),
        again(
            "interrupted-in-writes",
            "An interrupted replay has written one of three sectors, and another one in part",
            "The replay is done again. A reader that uses the file as it is shows a torn sector, \
            and loses an update.",
            {
                applied(headed(
                    run(),
                    numbered(10, LogGuid::A),
                    numbered(11, LogGuid::A),
                ))
            },
        ),
        again(
            "interrupted-in-second-header-update",
            "The first header update of a replay is done, and the second is torn",
            "The updated header is current, and the replay is done again. A reader that needs both \
            headers refuses a good disk.",
            headed(run(), numbered(10, LogGuid::A), torn_over(11, LogGuid::A)),
        )
        .shows("two-valid-headers-demanded"),
        again(
            "interrupted-after-writes",
            "An interrupted replay has written all its sectors, and not marked the log empty",
            "The replay is done again, and changes nothing but the headers. A reader that does not \
            mark the log empty leaves the file dirty, and a later replay undoes what was written \
            since.",
            all_applied(headed(
                run(),
                numbered(10, LogGuid::A),
                numbered(11, LogGuid::A),
            )),
        )
        .shows("log-not-marked-empty"),
        vector(
            "interrupted-in-marking-empty-second",
            "The first of the two headers that mark the log empty is written, and the second is \
            torn",
            "The replay is complete. A reader that needs both headers refuses a good disk.",
        )
        .safe()
        .accepts("RPL-6 RPL-7 HDR-9")
        .shows("two-valid-headers-demanded")
        .made_by(headed(
            run(),
            numbered(12, LogGuid::Zero),
            torn_over(11, LogGuid::A),
        ))
        .is_clean(),
        again(
            "interrupted-in-marking-empty",
            "All sectors are written, and the header that marks the log empty is torn",
            "The other header is current, and the replay is done again. A reader that needs both \
            headers refuses a good disk.",
            headed(run(), cleared, numbered(11, LogGuid::A)),
        ),
        vector(
            "interrupted-after-marking-empty",
            "The first of the two headers that mark the log empty is written",
            "The replay is complete. A reader that takes the older header replays the log again, \
            and undoes what was written since.",
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
            "An interrupted replay has extended the file, nothing else",
            "The replay is done again. A reader that considers the new length its end shows the \
            disk without its last changes.",
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

/// What the recipe's log writes to a sector of the payload. Entry 100 writes sector 1, entry 101
/// sector 2, and so on.
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
