//! Files that the replay extends for a block of another size, or far away (RPL-2, RPL-3): without
//! the new length the block would lie outside the file.

use vhdx_log_image::{Entry, Geometry, MIB, Recipe};

use super::build::{allocation, blank, image, with_4096};
use crate::source::{VectorSource, items, refuses, vector};

const GIB: u32 = 1 << 10;
const TIB: u32 = 1 << 20;

pub(super) fn vectors() -> Vec<VectorSource> {
    let grown = |id, title, why, geometry, at_mib| {
        vector(id, title, why)
            .accepts("RPL-3 DSK-2")
            .made_by(grows(geometry, at_mib))
            .replays([0])
    };
    // A reader may have a limit on how far a file grows.
    let far = |id, title, why, at_mib| {
        vector(id, title, why)
            .open("RPL-9")
            .accepts("RPL-3 RPL-9")
            .made_by(grows(blank(2, 1), at_mib))
            .reading("sparse", items([0]))
            .reading("refuse", refuses("RPL-9"))
    };
    vec![
        grown(
            "growth-by-32-mib-block",
            "The log makes a block of 32 MiB present where the file ends, and extends the file",
            "The log writes only the block's second sector. A reader that extends the file no \
            further than that leaves most of the block outside it.",
            blank(32, 32),
            4,
        ),
        grown(
            "growth-by-256-mib-block",
            "The log makes a block of 256 MiB present where the file ends, and extends the file",
            "A reader that extends the file by less, such as by 1 MiB, leaves most of the block \
            outside it, and the disk cannot be read.",
            blank(256, 256),
            4,
        ),
        grown(
            "growth-4096",
            "Sectors of 4096 bytes: the log makes a block of 2 MiB present where the file ends",
            "LastFileOffset is in bytes. A reader that counts it in the disk's sectors extends the \
            file to another length.",
            with_4096(blank(2, 2)),
            4,
        ),
        grown(
            "growth-to-2-gib",
            "The log makes a block at 2 GiB present, in a file of 4 MiB",
            "A reader that keeps file sizes in a signed number of 32 bits refuses a good disk, or \
            leaves the block outside the file.",
            blank(2, 1),
            2 * GIB + 8,
        ),
        grown(
            "growth-above-4-gib",
            "The log makes a block above 4 GiB present, in a file of 4 MiB",
            "A reader that keeps file sizes in 32 bits leaves the block outside the file.",
            blank(2, 1),
            4 * GIB + 8,
        ),
        far(
            "growth-above-2-tib",
            "The log makes a block above 2 TiB present, in a file of 4 MiB",
            "A reader that counts 512-byte sectors in 32 bits leaves the block outside the file.",
            2 * TIB + 8,
        ),
        far(
            "growth-above-16-tib",
            "The log makes a block above 16 TiB present, in a file of 4 MiB",
            "A reader that counts sectors of 4 KiB in 32 bits leaves the block outside the file.",
            16 * TIB + 8,
        ),
    ]
}

/// A file that ends with its BAT, and an entry that makes block 0 present at this MiB.
fn grows(geometry: Geometry, at_mib: u32) -> Recipe {
    let end = u64::from(at_mib + geometry.block_mib) * MIB;
    image(geometry).then(Entry {
        last_file_offset: Some(end),
        ..allocation(0, at_mib)
    })
}
