//! Sizes of blocks, sectors and disks (DSK-2): the log makes a block present and writes to it.

use vhdx_log_image::{Block, Bytes, Content, Geometry, Patch, Recipe, Target};

use super::build::{allocates, allocation, at, blank, image, last_block, with_4096};
use crate::recipes::with;
use crate::source::{VectorSource, vector};

pub(super) fn vectors() -> Vec<VectorSource> {
    [sectors(), blocks(), ends(), large()].concat()
}

/// Where the block is in the file, in MiB: after the BAT of each of these disks.
const PLACE: u32 = 16;

fn shown(id: &str, title: &str, why: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .accepts("DSK-2 RPL-1")
        .made_by(recipe)
        .replays([0])
}

fn sectors() -> Vec<VectorSource> {
    vec![
        shown(
            "sectors-of-4096-bytes",
            "A disk of 4096-byte sectors: the log writes one of them",
            "An update is 4 KiB long and its FileOffset is in bytes, whatever the disk's sectors \
            are. A reader that counts in logical sectors writes to the wrong place.",
            allocates(with_4096(blank(2, 1)), 1, 4),
        ),
        shown(
            "sectors-of-512-bytes-on-512",
            "A disk with logical and physical sectors of 512 bytes: the log writes 4 KiB",
            "An update is 4 KiB long. A reader that writes one sector of the disk below restores \
            an eighth of it.",
            allocates(
                Geometry {
                    physical_sector: 512,
                    ..blank(2, 1)
                },
                1,
                4,
            ),
        ),
        vector(
            "disk-size-in-log",
            "The log writes the metadata of a disk that has grown from 1 to 3 MiB",
            "The size counts as the log leaves it. A reader that loads the metadata before the \
            replay shows the disk as it was, and cuts off what was written since.",
        )
        .accepts("RPL-4 DSK-2")
        .made_by(grown())
        .replays([0]),
    ]
}

/// A disk of 3 MiB whose metadata says 1 MiB before the replay.
fn grown() -> Recipe {
    const SIZE_ITEM: u64 = (2 << 20) + (64 << 10) + 8;
    let log = allocation(2, 4).content(Target::Metadata(16), Content::Original);
    with(image(blank(3, 1)).then(log), |recipe| {
        recipe.length = Some(5 << 20);
        recipe.patches.push(Patch {
            at: SIZE_ITEM,
            bytes: Bytes((1u64 << 20).to_le_bytes().to_vec()),
        });
    })
}

fn blocks() -> Vec<VectorSource> {
    let of = |id, title, mib: u32| {
        shown(
            id,
            title,
            "A reader that takes blocks to be of another size, or refuses this one, shows the \
            block in another place or refuses a good disk.",
            allocates(blank(2 * mib, mib), 1, PLACE),
        )
    };
    vec![
        of(
            "blocks-of-2-mib",
            "Blocks of 2 MiB: the log makes the second one present",
            2,
        ),
        of(
            "blocks-of-4-mib",
            "Blocks of 4 MiB: the log makes the second one present",
            4,
        ),
        of(
            "blocks-of-8-mib",
            "Blocks of 8 MiB: the log makes the second one present",
            8,
        ),
        of(
            "blocks-of-16-mib",
            "Blocks of 16 MiB: the log makes the second one present",
            16,
        ),
        of(
            "blocks-of-32-mib",
            "Blocks of 32 MiB, the usual size: the log makes the second one present",
            32,
        ),
        of(
            "blocks-of-64-mib",
            "Blocks of 64 MiB: the log makes the second one present",
            64,
        ),
        of(
            "blocks-of-128-mib",
            "Blocks of 128 MiB: the log makes the second one present",
            128,
        ),
        of(
            "blocks-of-256-mib",
            "Blocks of 256 MiB, the largest: the log makes the second one present",
            256,
        ),
        shown(
            "block-last-sector",
            "Blocks of 32 MiB: the log writes the last sector of the second one",
            "A reader that takes blocks to be shorter shows the sector elsewhere on the disk, or \
            not at all.",
            with(allocates(blank(64, 32), 1, PLACE), |recipe| {
                let entry = recipe.log[0].entry_mut().expect("it has one entry");
                *entry = entry.clone().data(at(PLACE, 8191));
            }),
        ),
    ]
}

fn ends() -> Vec<VectorSource> {
    // The log also writes to the block past the disk's end.
    let ending = |geometry: Geometry, block, past: u64| {
        with(allocates(geometry, block, 8), |recipe| {
            let entry = recipe.log[0].entry_mut().expect("it has one entry");
            *entry = entry.clone().data(at(8, past));
        })
    };
    let rest = |disk_rest| Geometry {
        disk_rest,
        ..blank(2, 2)
    };
    vec![
        shown(
            "disk-ends-within-block",
            "A disk of 3 MiB with blocks of 2 MiB: the log writes both halves of the last block",
            "A reader that counts whole blocks leaves out the disk's last MiB; one that shows the \
            last block whole shows a MiB too much.",
            ending(blank(3, 2), 1, 300),
        ),
        shown(
            "disk-ends-within-mib",
            "A disk of 2 MiB and 12 KiB: the log writes the last block's sectors 1 and 3",
            "A reader that cuts the size down to whole MiB loses the guest's last 12 KiB.",
            ending(rest(12 << 10), 1, 3),
        ),
        shown(
            "disk-ends-within-4-kib",
            "A disk of 2 MiB and 4608 bytes: the log writes the 4 KiB in which it ends",
            "The disk ends after 512 bytes of the update. A reader that cuts the size down to \
            whole 4 KiB loses them; one that rounds it up shows bytes that are not on the disk.",
            ending(rest(4608), 1, 2),
        ),
        shown(
            "disk-smaller-than-block",
            "A disk of 1 MiB with a block of 32 MiB: the log makes the only block present",
            "A reader that counts whole blocks finds none, and shows an empty disk.",
            allocates(blank(1, 32), 0, 8),
        ),
        shown(
            "disk-4096-ends-within-block",
            "Sectors of 4096 bytes, a disk of 2 MiB and 8 KiB, blocks of 2 MiB: the log writes \
            the disk's last sector",
            "A reader that counts whole blocks loses the guest's last two sectors.",
            ending(with_4096(rest(8 << 10)), 1, 2),
        ),
    ]
}

fn large() -> Vec<VectorSource> {
    let last = |id, title, why, geometry: Geometry| {
        let Block::Payload(block) = last_block(&geometry) else {
            unreachable!("the last block is a payload block")
        };
        shown(id, title, why, allocates(geometry, block, PLACE))
    };
    const GIB: u32 = 1 << 10;
    const TIB: u32 = 1 << 20;
    vec![
        last(
            "disk-of-4-gib",
            "A disk of 4 GiB: the log makes the last block present",
            "The size does not fit in 32 bits. A reader that keeps it there shows an empty disk.",
            blank(4 * GIB, 32),
        ),
        last(
            "disk-above-4-gib",
            "A disk of 4 GiB and 32 MiB: the log makes the last block present",
            "A reader that works out a guest's offset in 32 bits shows the last block at the \
            disk's start.",
            blank(4 * GIB + 32, 32),
        ),
        last(
            "disk-of-2-tib",
            "A disk of 2 TiB, 2^32 sectors: the log makes the last block present",
            "The number of sectors does not fit in 32 bits. A reader that keeps it there shows an \
            empty disk.",
            blank(2 * TIB, 32),
        ),
        last(
            "disk-above-2-tib",
            "A disk of 2 TiB and 32 MiB: the log makes the last block present",
            "A reader that counts the disk's sectors in 32 bits shows the last block at the \
            disk's start, over the partition table.",
            blank(2 * TIB + 32, 32),
        ),
        last(
            "disk-4096-above-2-tib",
            "Sectors of 4096 bytes, a disk of 2 TiB and 32 MiB: the log makes the last block \
            present",
            "A reader that counts sectors of 512 bytes in 32 bits shows the last block at the \
            disk's start, over the partition table.",
            with_4096(blank(2 * TIB + 32, 32)),
        ),
        last(
            "disk-above-16-tib",
            "A disk of 16 TiB and 64 MiB: the log makes the last block present",
            "A reader that counts sectors of 4 KiB in 32 bits shows the last block at the disk's \
            start.",
            blank(16 * TIB + 64, 64),
        ),
        last(
            "disk-of-64-tib",
            "A disk of 64 TiB, the largest: the log makes the last block present",
            "The BAT is 8 MiB long. A reader that limits disk or BAT to less refuses a good disk, \
            or shows zeros in place of the block.",
            blank(64 * TIB, 64),
        ),
        last(
            "disk-4096-of-64-tib",
            "Sectors of 4096 bytes, blocks of 256 MiB, a disk of 64 TiB: the log makes the last \
            block present",
            "Everything is as large as it can be. A reader with a limit of its own refuses a good \
            disk, or shows zeros in place of the block.",
            with_4096(blank(64 * TIB, 256)),
        ),
    ]
}
