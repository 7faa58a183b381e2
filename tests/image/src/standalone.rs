//! One entry by itself, for rings shorter than the log of any file (HDR-7).

use super::base::Base;
use super::encode::{self, Surroundings};
use super::entry::Entry;
use super::recipe::{Checksum, Geometry};
use super::sector::{SECTOR_BYTES, Sector, put, shared};

impl Entry {
    /// The sectors of this entry on a ring of `ring_sectors`, around which the default image lies.
    /// Number and tail are the given ones, whatever the entry says; nothing of it is torn.
    ///
    /// Its checksum, where it is to be right, covers the entry's own bytes as far as EntryLength
    /// reaches.
    pub fn standalone(&self, sequence_number: u64, tail: u32, ring_sectors: u32) -> Vec<Sector> {
        let base = Base::of(&Geometry::default());
        let updates = encode::updates(self, &base.layout);
        let around = Surroundings {
            layout: &base.layout,
            base: &base,
            sequence_number,
            tail,
        };
        let mut bytes = encode::entry(self, &updates, &around);
        let before_bends = crc32c::crc32c(&bytes);
        encode::corrupt(&mut bytes, &self.corruptions, updates.len(), ring_sectors);
        put(&mut bytes, 4, &[0; 4]);
        let claimed = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize;
        let right = crc32c::crc32c(&bytes[..claimed.clamp(64, bytes.len())]);
        let checksum = match self.checksum {
            Checksum::Right => right,
            Checksum::BeforeCorruptions => before_bends,
            Checksum::Wrong => !right,
            Checksum::Explicit(value) => value,
        };
        put(&mut bytes, 4, &checksum.to_le_bytes());
        bytes.chunks_exact(SECTOR_BYTES).map(shared).collect()
    }
}
