//! One entry by itself, for rings shorter than any file's log can be (HDR-7).

use super::base::Base;
use super::encode::{self, Surroundings};
use super::entry::Entry;
use super::geometry::Geometry;
use super::sector::{SECTOR_BYTES, Sector, put, shared};

impl Entry {
    /// The sectors of this entry on a ring of `ring_sectors`, in the default image otherwise.
    /// Sequence number and tail are the arguments, not the entry's fields; tears are ignored.
    ///
    /// The valid checksum covers the entry's own bytes up to EntryLength, and no others.
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
        let before = self.checksum.before_corruptions(&bytes);
        encode::corrupt(&mut bytes, &self.corruptions, updates.len(), ring_sectors);
        put(&mut bytes, 4, &[0; 4]); // a corruption may have written to the checksum field
        self.checksum.apply(&mut bytes, before, |bytes| {
            let claimed = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize;
            crc32c::crc32c(&bytes[..claimed.clamp(64, bytes.len())])
        });
        bytes.chunks_exact(SECTOR_BYTES).map(shared).collect()
    }
}
