//! Where in the BAT a block's entry is (DSK-1): the log writes one entry, and the guest sees the
//! block only where the reader looks for it.

use vhdx_log_image::Geometry;

use super::build::{allocates, blank, with_4096};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [sectors_of_512(), sectors_of_4096(), lengths()].concat()
}

/// Where the block is in the file, in MiB: after the BAT of each of these disks.
const PLACE: u32 = 8;

fn shown(id: &str, title: &str, why: &str, geometry: Geometry, block: u32) -> VectorSource {
    vector(id, title, why)
        .accepts("DSK-1 RPL-4")
        .made_by(allocates(geometry, block, PLACE))
        .replays([0])
}

/// Chunks of 4 GiB.
fn sectors_of_512() -> Vec<VectorSource> {
    let of_32_mib = || blank(16 << 10, 32);
    vec![
        shown(
            "chunk-last-block-of-first",
            "The log makes the last block of the first chunk present",
            "The entry after it in the BAT is that of the sector bitmap. A reader that skips the \
            bitmap's entry one block too early shows zeros in place of the block.",
            of_32_mib(),
            127,
        ),
        shown(
            "chunk-first-block-of-second",
            "The log makes the first block of the second chunk present",
            "A sector bitmap entry comes before it in the BAT, although the disk has no bitmaps. A \
            reader that does not skip it shows zeros in place of the block.",
            of_32_mib(),
            128,
        ),
        shown(
            "chunk-within-second",
            "The log makes a block in the middle of the second chunk present",
            "A reader that does not skip the sector bitmap entry shows the block one place too \
            late on the disk, over the data of its neighbour.",
            of_32_mib(),
            200,
        ),
        shown(
            "chunk-within-third",
            "The log makes a block in the third chunk present",
            "Two sector bitmap entries come before it. A reader that skips only one shows the \
            block in the place of its neighbour.",
            of_32_mib(),
            300,
        ),
        shown(
            "chunk-last-of-disk",
            "The log makes the last block of a disk of four chunks present",
            "It is the last entry of the BAT: no bitmap entry follows the last chunk. A reader \
            that counts the BAT's entries without the bitmaps cuts it off.",
            of_32_mib(),
            511,
        ),
        shown(
            "chunk-of-1-mib-blocks",
            "Blocks of 1 MiB: the log makes block 4096, the first of the second chunk, present",
            "A chunk has 4096 such blocks. A reader with a fixed number of blocks in a chunk \
            shows zeros in place of the block.",
            blank(8 << 10, 1),
            4096,
        ),
        shown(
            "chunk-of-2-mib-blocks",
            "Blocks of 2 MiB: the log makes block 2048, the first of the second chunk, present",
            "A chunk has 2048 such blocks. A reader with a fixed number of blocks in a chunk \
            shows zeros in place of the block.",
            blank(8 << 10, 2),
            2048,
        ),
        shown(
            "chunk-of-256-mib-blocks",
            "Blocks of 256 MiB: the log makes block 16, the first of the second chunk, present",
            "A chunk has only 16 such blocks. A reader with a fixed number of blocks in a chunk \
            shows zeros in place of 256 MiB.",
            blank(8 << 10, 256),
            16,
        ),
    ]
}

/// Chunks of 32 GiB.
fn sectors_of_4096() -> Vec<VectorSource> {
    let of_32_mib = || with_4096(blank(64 << 10, 32));
    vec![
        shown(
            "chunk-4096-within-first",
            "Sectors of 4096 bytes: the log makes block 128 present, still in the first chunk",
            "A chunk has eight times as many blocks as with sectors of 512 bytes. A reader that \
            always counts with 512 skips an entry that is not a bitmap's, and shows zeros.",
            of_32_mib(),
            128,
        ),
        shown(
            "chunk-4096-last-block-of-first",
            "Sectors of 4096 bytes: the log makes the last block of the first chunk present",
            "A reader that always counts with sectors of 512 bytes skips seven entries too many, \
            and shows zeros in place of the block.",
            of_32_mib(),
            1023,
        ),
        shown(
            "chunk-4096-first-block-of-second",
            "Sectors of 4096 bytes: the log makes the first block of the second chunk present",
            "A reader that always counts with sectors of 512 bytes, or skips no entry, shows \
            zeros in place of the block.",
            of_32_mib(),
            1024,
        ),
        shown(
            "chunk-4096-of-1-mib-blocks",
            "Sectors of 4096 bytes, blocks of 1 MiB: the log makes block 32768 present",
            "A chunk has 32768 such blocks, the most there can be. A reader that keeps that in a \
            signed number of 16 bits shows zeros in place of the block.",
            with_4096(blank(64 << 10, 1)),
            32768,
        ),
        shown(
            "chunk-4096-of-256-mib-blocks",
            "Sectors of 4096 bytes, blocks of 256 MiB: the log makes block 128 present",
            "It is the first block of the second chunk. A reader that has the sizes of sectors or \
            blocks fixed shows zeros in place of 256 MiB.",
            with_4096(blank(64 << 10, 256)),
            128,
        ),
    ]
}

/// BATs of more than a sector, 64 KiB, 2^16 entries, 1 MiB.
fn lengths() -> Vec<VectorSource> {
    vec![
        shown(
            "bat-last-entry-of-sector",
            "The log makes block 511 present, the last entry of the BAT's first sector",
            "The update changes the last 8 bytes of a sector, of which the descriptor holds the \
            last 4. A reader that restores them wrongly loses the block.",
            blank(1 << 10, 1),
            511,
        ),
        shown(
            "bat-second-sector",
            "The log makes block 512 present, the first entry of the BAT's second sector",
            "A reader that loads only the first 4 KiB of the BAT shows zeros in place of the \
            block.",
            blank(1 << 10, 1),
            512,
        ),
        shown(
            "bat-after-64-kib",
            "The log makes block 8200 present, whose entry is after the first 64 KiB of the BAT",
            "A reader that loads only the first 64 KiB of the BAT shows zeros in place of the \
            block.",
            blank(16 << 10, 1),
            8200,
        ),
        shown(
            "bat-block-number-above-16-bits",
            "The log makes block 65540 present",
            "A reader that keeps the number of a block in 16 bits shows zeros in its place, or \
            the block in the place of another.",
            blank(72 << 10, 1),
            65540,
        ),
        shown(
            "bat-after-1-mib",
            "The log makes block 131100 present, whose entry is in the second MiB of the BAT",
            "A BAT region is as long as the disk needs. A reader that takes it for 1 MiB shows \
            zeros in place of the block.",
            blank(160 << 10, 1),
            131_100,
        ),
    ]
}
