//! The images that several tables start from. All but the last two are valid; a vector changes one
//! thing in one of them.

use vhdx_log_image::{Bytes, Content, Entry, Geometry, Item, Patch, Recipe, SECTOR, Tail, Target};

/// The smallest image: a disk of 2 MiB whose first block is present, with an empty log region.
pub fn small() -> Recipe {
    Recipe {
        geometry: Geometry {
            disk_mib: 2,
            present_blocks: 1,
            ..Geometry::default()
        },
        ..Recipe::default()
    }
}

/// An entry that writes a sector of the first payload block, where a guest sees it. Its tail is
/// itself.
pub fn write(sector: u32) -> Entry {
    Entry::empty().data(Target::Payload(sector))
}

/// An image with one entry, number 100 at the log's start, that writes sector 1.
pub fn one() -> Recipe {
    small().then(write(1))
}

/// The image of [`one`] with another item after its entry. An entry gets number 101.
pub fn one_and(item: impl Into<Item>) -> Recipe {
    one().then(item)
}

/// A sequence of three entries (100 to 102, two sectors each) that write sectors 1, 2 and 3, the
/// tails of the first two at the first one; the head's tail is given.
pub fn three(tail: Tail) -> Recipe {
    small()
        .then(write(1))
        .then(write(2).with_tail(Tail::Item(0)))
        .then(write(3).with_tail(tail))
}

/// The recipe, changed.
pub fn with(mut recipe: Recipe, change: impl FnOnce(&mut Recipe)) -> Recipe {
    change(&mut recipe);
    recipe
}

/// The 32 bits at a file offset of the image that a recipe makes, such as a checksum that a vector
/// then gets wrong in part.
pub fn stored(recipe: &Recipe, at: u64) -> u32 {
    let built = recipe.build();
    let (number, at) = (at / SECTOR, (at % SECTOR) as usize);
    let bytes = built.sector(number).map(|sector| &sector[at..at + 4]);
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

/// Breaks the signature of the first region table.
pub fn break_region_table_1(recipe: &mut Recipe) {
    recipe.patches.push(Patch {
        at: 192 << 10,
        bytes: Bytes(b"junk".to_vec()),
    });
}

/// An image whose metadata table is broken, and whose log repairs it.
pub fn broken_metadata() -> Recipe {
    with(
        small().then(write(1).content(Target::Metadata(0), Content::Original)),
        |recipe| {
            recipe.patches.push(Patch {
                at: 2 << 20,
                bytes: Bytes(vec![0x5A; 512]),
            });
        },
    )
}
