//! Zero ranges that a guest sees (RPL-1), far into a file, and longer than a block or 32 bits.

use vhdx_log_image::{BatEntry, Entry, MIB, SECTOR};

use super::build::{PRESENT, at, image, with_bat};
use crate::source::{VectorSource, vector};

const GIB: u32 = 1 << 10;

pub(super) fn vectors() -> Vec<VectorSource> {
    // Two blocks that hold data, and a range that begins in the first or is in the second.
    let zeroed = |id, title, why, places: [u32; 2], from: (u32, u64), length| {
        let blocks = [0, 1].map(|block| BatEntry::payload(block, PRESENT, places[block as usize]));
        let entry = Entry::empty().zero(at(from.0, from.1), length);
        vector(id, title, why)
            .accepts("RPL-1 RPL-10")
            .made_by(image(with_bat(blocks)).then(entry))
            .replays([0])
    };
    vec![
        zeroed(
            "zero-at-2-gib",
            "The log zeroes two sectors of a block at 2 GiB of the file",
            "A reader that keeps FileOffset in a signed number of 32 bits refuses a good disk.",
            [4, 2 * GIB + 4],
            (2 * GIB + 4, 1),
            2 * SECTOR,
        ),
        zeroed(
            "zero-above-4-gib",
            "The log zeroes two sectors of a block that is exactly 4 GiB after another one",
            "A reader that uses the lower 32 bits of FileOffset erases the other block, and the \
            guest still sees what it has erased.",
            [4, 4 * GIB + 4],
            (4 * GIB + 4, 1),
            2 * SECTOR,
        ),
        zeroed(
            "zero-across-4-gib",
            "A zero range begins in the last block before 4 GiB and ends in the first one after",
            "A reader that works out the range's end in 32 bits erases nothing, or everything from \
            the start of the file on.",
            [4 * GIB - 1, 4 * GIB],
            (4 * GIB - 1, 255),
            3 * SECTOR,
        ),
        zeroed(
            "zero-above-2-tib",
            "The log zeroes two sectors of a block that is exactly 2 TiB after another one",
            "A reader that counts 512-byte sectors in 32 bits erases the other block.",
            [4, (2 << 20) + 4],
            ((2 << 20) + 4, 1),
            2 * SECTOR,
        ),
        zeroed(
            "zero-of-512-mib",
            "A zero range of 512 MiB erases two blocks at its two ends",
            "A descriptor's range can be longer than any block. A reader that ends it with a block \
            leaves old contents in the other.",
            [4, 515],
            (4, 0),
            512 * MIB,
        ),
        zeroed(
            "zero-of-2-gib",
            "A zero range of 2 GiB erases two blocks at its two ends",
            "A reader that keeps ZeroLength in a signed number of 32 bits erases nothing.",
            [4, 2 * GIB + 3],
            (4, 0),
            2048 * MIB,
        ),
        zeroed(
            "zero-of-4-gib-and-4-kib",
            "A zero range of 4 GiB and 4 KiB erases a block and one sector of another",
            "A reader that uses the lower 32 bits of ZeroLength erases one sector of the first \
            block, and nothing of the second.",
            [4, 4 * GIB + 4],
            (4, 0),
            4096 * MIB + SECTOR,
        ),
    ]
}
