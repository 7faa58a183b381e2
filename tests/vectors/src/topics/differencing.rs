//! Topic `differencing`: children of differencing chains, without their parent. The log is found
//! and replayed as in any other file; what a guest sees needs the parent, so the file is compared.
//!
//! Each disk is of 2 MiB. Before the replay its block 0 is partially present, and the sector bitmap
//! of its chunk says which sectors the child has.

use vhdx_log_image::{BatEntry, Block, Bytes, Content, Entry, Geometry, Patch, Recipe, Target};

use crate::recipes::with;
use crate::source::{VectorSource, vector};

const NOT_PRESENT: u8 = 0;
const PRESENT: u8 = 6;
const PARTIAL: u8 = 7;
/// Where the block and the sector bitmap are, in MiB.
const BLOCK: u32 = 4;
const BITMAP: u32 = 5;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [contents(), states(), metadata()].concat()
}

fn child() -> Recipe {
    Recipe {
        geometry: Geometry {
            disk_mib: 2,
            present_blocks: 0,
            has_parent: true,
            bat: vec![
                BatEntry::payload(0, PARTIAL, BLOCK),
                BatEntry::bitmap(0, BITMAP),
            ],
            ..Geometry::default()
        },
        ..Recipe::default()
    }
}

fn at(mib: u32, sector: u64) -> Target {
    Target::At((u64::from(mib) << 20) + sector * 4096)
}

fn sets(entry: BatEntry) -> Entry {
    Entry::empty().content(Target::BatOf(entry.block), Content::BatEntry(entry))
}

fn replayed(id: &str, title: &str, why: &str, recipe: Recipe) -> VectorSource {
    vector(id, title, why)
        .accepts("RPL-1 RPL-4")
        .by_file()
        .made_by(recipe)
        .replays([0])
}

fn contents() -> Vec<VectorSource> {
    let logged = |id, title, why, entry: Entry| replayed(id, title, why, child().then(entry));
    let clean = with(child().then(Entry::empty().data(at(BLOCK, 1))), |recipe| {
        let closed = Recipe::clean();
        (recipe.header_1, recipe.header_2) = (closed.header_1, closed.header_2);
    });
    vec![
        vector(
            "child-clean",
            "A differencing disk with an empty log",
            "Nothing is replayed. A reader that replays the entries that are left in the log \
            brings old contents back.",
        )
        .accepts("HDR-9")
        .ignores("HDR-9")
        .by_file()
        .made_by(clean)
        .is_clean(),
        logged(
            "child-writes-block-and-bitmap",
            "The log writes a sector of a partially present block, and the sector bitmap",
            "Bitmap and block belong together. A reader that restores one without the other shows \
            the parent's bytes in place of the child's.",
            Entry::empty().data(at(BLOCK, 8)).data(at(BITMAP, 0)),
        ),
        logged(
            "child-writes-end-of-bitmap",
            "The log writes the last sector of a sector bitmap block",
            "A sector bitmap block is 1 MiB, whatever the size of the disk. A reader that takes it \
            for shorter refuses a good disk, or loses bits.",
            Entry::empty().data(at(BITMAP, 255)),
        ),
        logged(
            "child-zeroes-bitmap",
            "The log zeroes a whole sector bitmap block",
            "All sectors are then the parent's. A reader that ignores zero ranges shows sectors \
            that the child has given up.",
            Entry::empty().zero(at(BITMAP, 0), 1 << 20),
        ),
        replayed(
            "child-sectors-of-4096-bytes",
            "A differencing disk of 4096-byte sectors: the log writes a block and its bitmap",
            "A bit of the bitmap stands for 4096 bytes. A reader that looks at the log through \
            the disk's sectors writes to the wrong place.",
            with(
                child().then(Entry::empty().data(at(BLOCK, 8)).data(at(BITMAP, 0))),
                |recipe| recipe.geometry.logical_sector = 4096,
            ),
        ),
        vector(
            "child-read-only",
            "A differencing disk with a dirty log is opened read-only",
            "The replay is shown and the file stays as it is. A reader that cannot show it \
            refuses; one that shows the file as it is shows its user an old disk.",
        )
        .open("RPL-5")
        .accepts("RPL-5")
        .ignores("RPL-5")
        .read_only()
        .by_file()
        .made_by(child().then(Entry::empty().data(at(BLOCK, 8))))
        .reading("shown", crate::source::items([0]))
        .reading("refuse", crate::source::refuses("RPL-5")),
    ]
}

fn states() -> Vec<VectorSource> {
    let sets_block = |id, title, why, recipe: Recipe, state, at_mib| {
        replayed(
            id,
            title,
            why,
            recipe.then(sets(BatEntry::payload(0, state, at_mib))),
        )
    };
    let without_block = || {
        with(child(), |recipe| {
            recipe.geometry.bat[0] = BatEntry::payload(0, NOT_PRESENT, 0);
        })
    };
    let without_both = || {
        let recipe = with(without_block(), |recipe| {
            recipe.geometry.bat.pop();
        });
        Recipe {
            length: Some(6 << 20),
            ..recipe
        }
    };
    vec![
        sets_block(
            "child-state-7-to-6",
            "The log makes a partially present block fully present",
            "The child then has the whole block. A reader that keeps the BAT of before still asks \
            the parent.",
            child(),
            PRESENT,
            BLOCK,
        ),
        sets_block(
            "child-state-7-to-0",
            "The log makes a partially present block not present",
            "The whole block is then the parent's. A reader that keeps the BAT of before shows \
            sectors that the child has given up.",
            child(),
            NOT_PRESENT,
            0,
        ),
        sets_block(
            "child-state-0-to-7",
            "The log makes a block partially present whose bitmap is there already",
            "State 7 is for differencing disks only. A reader that checks states while it replays, \
            as for other disks, refuses a good disk.",
            Recipe {
                length: Some(6 << 20),
                ..without_block()
            },
            PARTIAL,
            BLOCK,
        ),
        replayed(
            "child-first-write",
            "The log makes a block partially present, its sector bitmap block too, and writes both",
            "The first write to a child does all of it at once. A reader that restores a part of \
            it leaves a block without a bitmap.",
            without_both().then(
                sets(BatEntry::payload(0, PARTIAL, BLOCK))
                    .content(
                        Target::BatOf(Block::Bitmap(0)),
                        Content::BatEntry(BatEntry::bitmap(0, BITMAP)),
                    )
                    .data(at(BLOCK, 0))
                    .data(at(BITMAP, 0)),
            ),
        ),
        replayed(
            "child-bitmap-entry-of-second-chunk",
            "The log makes the sector bitmap block of the second chunk present",
            "Its BAT entry is after the payload entries of that chunk, the last of the disk or \
            not. A reader that takes the BAT to end with the last block drops the update.",
            with(without_both(), |recipe| {
                recipe.geometry.disk_mib = 8 << 10;
                recipe
                    .log
                    .push(sets(BatEntry::bitmap(1, BITMAP)).data(at(BITMAP, 1)).into());
            }),
        ),
    ]
}

fn metadata() -> Vec<VectorSource> {
    // The metadata region is at 2 MiB, and its items follow the table of 64 KiB.
    let restored = with(
        child().then(
            Entry::empty()
                .data(at(BLOCK, 8))
                .content(Target::Metadata(16), Content::Original),
        ),
        |recipe| {
            recipe.patches.push(Patch {
                at: (2 << 20) + (64 << 10) + 40,
                bytes: Bytes(vec![0x5A; 24]),
            });
        },
    );
    vec![replayed(
        "child-parent-locator-in-log",
        "The parent locator is broken in the file, and the log writes it",
        "The log comes first. A reader that looks for the parent before the replay does not find \
        it, and refuses a good disk.",
        restored,
    )]
}
