//! A small ring in a whole image: its tiles, one after another, on the long ring of a file.
//!
//! Programs outside only open files. The tiles keep their order, lengths, sequence numbers and
//! faults, and Tails name the same entries. The entry that wraps on the short ring comes first: on
//! a long ring there is nothing for it to wrap around, unless the place is at the end of that one.

use vhdx_log_image::{Entry, Item, Place, Recipe, SECTOR, Tail, Tear};

use super::encoded::described;
use super::ring::{EntryTile, RingCase, What};

/// Sectors of the ring of the default image.
const RING: u32 = 256;
/// Pieces in a sector, as tears count them.
const PIECES: u32 = 8;

impl RingCase {
    /// A recipe with these tiles from sector `at` of its ring on.
    pub fn in_a_file(&self, at: u32) -> Recipe {
        let mut tiles: Vec<_> = self.tiles.iter().collect();
        let wraps = tiles
            .last()
            .is_some_and(|last| last.at + last.kept > self.sectors);
        if wraps {
            tiles.rotate_right(1);
        }
        let mut place = at;
        // Where each sector of the short ring is on the long one.
        let mut places = vec![at; self.sectors as usize];
        let mut items = Vec::new();
        for tile in tiles {
            for sector in 0..tile.kept {
                places[((tile.at + sector) % self.sectors) as usize] = (place + sector) % RING;
            }
            match &tile.what {
                What::Hole => {}
                // Its first sector, which is lost, lies before it.
                What::Stray { sequence_number } => {
                    items.push((place + RING - 1, stray(*sequence_number)));
                }
                What::Entry(entry) => items.push((place, written(entry, tile.kept))),
            }
            place += tile.kept;
        }
        let item = |(place, mut entry): (u32, Entry)| {
            entry.at = Place::Sector(place % RING);
            if let Tail::Explicit(offset) = &mut entry.tail {
                *offset = moved(*offset, &places);
            }
            Item::Entry(entry)
        };
        Recipe::with_log(items.into_iter().map(item))
    }
}

/// The Tail that names the same sector; one past the end or inside a sector stays so.
fn moved(offset: u32, places: &[u32]) -> u32 {
    let sector = SECTOR as u32;
    match places.get((offset / sector) as usize) {
        Some(place) if offset.is_multiple_of(sector) => place * sector,
        None => RING * sector,
        Some(_) => offset,
    }
}

fn written(tile: &EntryTile, kept: u32) -> Entry {
    let mut entry = described(tile, RING);
    if kept < tile.sectors {
        entry.tears.push(Tear {
            piece: kept * PIECES,
            ..Tear::default()
        });
    }
    entry
}

/// The data sector of an entry whose beginning was overwritten.
fn stray(sequence_number: u64) -> Entry {
    let mut entry = Entry::of_sectors(2);
    entry.sequence_number = Some(sequence_number);
    entry.tears.push(Tear {
        piece: 0,
        pieces: Some(PIECES),
        ..Tear::default()
    });
    entry
}
