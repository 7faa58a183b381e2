//! Blocks far into a file (DSK-2, RPL-1): place and target do not fit in 32 bits of bytes, of
//! 512-byte sectors, of 4 KiB. The images are sparse: they hold a few MiB.

use vhdx_log_image::{BatEntry, Entry};

use super::build::{PRESENT, allocates, at, blank, image, with_bat};
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [made_present(), overwritten()].concat()
}

const GIB: u32 = 1 << 10;
const TIB: u32 = 1 << 20;

fn made_present() -> Vec<VectorSource> {
    let far = |id, title, why, at_mib| {
        vector(id, title, why)
            .accepts("DSK-2 RPL-1")
            .made_by(allocates(blank(2, 1), 1, at_mib))
            .replays([0])
    };
    vec![
        far(
            "block-at-2-gib",
            "The log makes a block at 2 GiB of the file present, and writes to it",
            "A reader that keeps the place in a signed number of 32 bits refuses a good disk, or \
            shows another part of the file.",
            2 * GIB + 8,
        ),
        far(
            "block-above-4-gib",
            "The log makes a block above 4 GiB of the file present, and writes to it",
            "A reader that works out the place in 32 bits shows another part of the file; one \
            that writes there destroys it.",
            4 * GIB + 8,
        ),
        far(
            "block-above-64-gib",
            "The log makes a block above 64 GiB of the file present, and writes to it",
            "FileOffsetMB has 44 bits. A reader that keeps 16 of them shows another part of the \
            file.",
            64 * GIB + 8,
        ),
        far(
            "block-above-2-tib",
            "The log makes a block above 2 TiB of the file present, and writes to it",
            "A reader that counts 512-byte sectors in 32 bits shows another part of the file, and \
            writes to another one.",
            2 * TIB + 8,
        ),
        far(
            "block-above-16-tib",
            "The log makes a block above 16 TiB of the file present, and writes to it",
            "A reader that counts sectors of 4 KiB in 32 bits shows another part of the file, and \
            writes to another one.",
            16 * TIB + 8,
        ),
    ]
}

/// The block is present before: only the target of the update is far.
fn overwritten() -> Vec<VectorSource> {
    let pair = |at_mib| {
        image(with_bat([
            BatEntry::payload(0, PRESENT, 4),
            BatEntry::payload(1, PRESENT, at_mib),
        ]))
    };
    let far = |id, title, why, at_mib| {
        let entry = Entry::empty().data(at(at_mib, 1));
        vector(id, title, why)
            .accepts("RPL-1 DSC-3")
            .made_by(pair(at_mib).then(entry))
            .replays([0])
    };
    vec![
        far(
            "target-at-2-gib",
            "The log writes to a block at 2 GiB of the file",
            "A reader that keeps FileOffset in a signed number of 32 bits refuses a good disk.",
            2 * GIB + 4,
        ),
        far(
            "target-above-4-gib-of-block",
            "The log writes to a block that is exactly 4 GiB after another one",
            "A reader that uses the lower 32 bits of FileOffset writes to the other block, and the \
            guest sees two blocks with wrong contents.",
            4 * GIB + 4,
        ),
        far(
            "target-above-2-tib",
            "The log writes to a block that is exactly 2 TiB after another one",
            "A reader that counts 512-byte sectors in 32 bits writes to the other block, and the \
            guest sees two blocks with wrong contents.",
            2 * TIB + 4,
        ),
        far(
            "target-above-16-tib",
            "The log writes to a block that is exactly 16 TiB after another one",
            "A reader that counts sectors of 4 KiB in 32 bits writes to the other block, and the \
            guest sees two blocks with wrong contents.",
            16 * TIB + 4,
        ),
        vector(
            "targets-4-gib-apart",
            "An entry writes the same sector of two blocks that are 4 GiB apart",
            "A reader that uses the lower 32 bits of FileOffset writes both to the first block, \
            and loses one.",
        )
        .accepts("RPL-1")
        .made_by(pair(4 * GIB + 4).then(Entry::empty().data(at(4, 1)).data(at(4 * GIB + 4, 1))))
        .replays([0]),
    ]
}
