//! The sectors of a ring. Entries are encoded once and kept: making their patterns and checksums is
//! most of the cost of a case.

use std::collections::HashMap;

use vhdx_log::storage::SparseMemory;
use vhdx_log_image::{Descriptor, Entry, LogGuid, SECTOR, Sector, Tail, Target, Zero};

use super::faults::FAULTS;
use super::ring::{EntryTile, RingCase, What};

/// The LogGuid of a ring's entries.
pub(super) fn generation() -> [u8; 16] {
    LogGuid::A.on_disk()
}

/// Entries that were encoded before.
#[derive(Default)]
pub(super) struct Encoded {
    entries: HashMap<(u32, EntryTile), Vec<Sector>>,
}

impl Encoded {
    /// The most entries that are kept: 4096 of two sectors are 32 MiB.
    const KEPT: usize = 4096;

    /// The image of a ring, without a file around it.
    pub(super) fn image(&mut self, case: &RingCase) -> SparseMemory {
        let ring = case.sectors;
        let mut sectors = Vec::with_capacity(8);
        for tile in &case.tiles {
            let encoded = match &tile.what {
                What::Hole => continue,
                What::Stray { sequence_number } => self.stray(*sequence_number, ring),
                What::Entry(entry) => self.entry(entry, ring),
            };
            for (number, sector) in (tile.at..tile.at + tile.kept).zip(encoded) {
                sectors.push((u64::from(number % ring), Sector::clone(sector)));
            }
        }
        SparseMemory::from_sectors(u64::from(ring) * SECTOR, sectors)
    }

    fn entry(&mut self, tile: &EntryTile, ring: u32) -> &[Sector] {
        if self.entries.len() >= Self::KEPT {
            self.entries.clear();
        }
        self.entries
            .entry((ring, tile.clone()))
            .or_insert_with(|| encode(tile, ring))
    }

    /// The data sector of an entry with this sequence number.
    fn stray(&mut self, sequence_number: u64, ring: u32) -> &[Sector] {
        let whole = EntryTile {
            sectors: 2,
            sequence_number,
            tail: 0,
            faults: Vec::new(),
        };
        self.entry(&whole, ring).get(1..).unwrap_or_default()
    }
}

fn encode(tile: &EntryTile, ring: u32) -> Vec<Sector> {
    let entry = described(tile, ring);
    let sequence_number = entry.sequence_number.unwrap_or(tile.sequence_number);
    entry.standalone(sequence_number, tile.tail, ring)
}

/// The entry of a tile in the terms of a recipe, for a ring of so many sectors.
pub(super) fn described(tile: &EntryTile, ring: u32) -> Entry {
    let mut entry = match tile.sectors {
        1 => Entry::empty().descriptor(Descriptor::Zero(Zero {
            target: Target::Payload(0),
            length: SECTOR,
            more: 0,
        })),
        sectors => Entry::of_sectors(sectors),
    };
    entry.sequence_number = Some(tile.sequence_number);
    entry.tail = Tail::Explicit(tile.tail);
    for &fault in &tile.faults {
        FAULTS[fault].apply(&mut entry, ring);
    }
    entry
}
