//! From a recipe to the sectors of an image.
//!
//! The order is the contract: base, identifier, headers, the log's items one after another,
//! patches, length. What is written later overwrites what was there, as on a disk; tears put back
//! what an entry would have overwritten.

use std::collections::BTreeMap;

use super::base::{self, Base};
use super::built::{BuiltImage, Placement};
use super::corruption::Leftover;
use super::encode::{self, Surroundings};
use super::entry::{Entry, Fill, Filling, Item, Place, Tail};
use super::layout::{LIMIT_SECTORS, Layout};
use super::pattern;
use super::recipe::{Header, Identifier, Patch, Presence, Recipe};
use super::sector::{HEADER_SECTORS, SECTOR, SECTOR_BYTES, Sector, put, shared};

/// The unit in which a write is torn: a sector of the disk below.
const PIECE_BYTES: usize = 512;

impl Recipe {
    /// Makes the image. Never fails, never panics, and makes the same bytes every time.
    pub fn build(&self) -> BuiltImage {
        let base = Base::of(&self.geometry);
        let mut canvas = Canvas {
            sectors: base.sectors.clone(),
            base: &base,
        };
        if self.identifier != Identifier::default() {
            canvas.sectors.insert(0, base::identifier(&self.identifier));
        }
        canvas.write_headers([&self.header_1, &self.header_2]);
        let placements = canvas.write_log(&self.log);
        let length = self.length.unwrap_or(base.layout.file_bytes);
        self.patches
            .iter()
            .for_each(|patch| canvas.patch(patch, length));
        BuiltImage::new(length, canvas.sectors, base.layout.clone(), placements)
    }

    /// Where each item of the log will be: see [`BuiltImage::placements`].
    pub fn placements(&self) -> Vec<Placement> {
        settle(&self.log, &Layout::of(&self.geometry))
    }
}

struct Canvas<'a> {
    sectors: BTreeMap<u64, Sector>,
    base: &'a Base,
}

impl Canvas<'_> {
    fn write_headers(&mut self, headers: [&Header; 2]) {
        for (slot, number) in HEADER_SECTORS.into_iter().enumerate() {
            let source = if headers[slot].presence == Presence::Twin {
                1 - slot
            } else {
                slot
            };
            if headers[source].presence == Presence::Written {
                let bytes = encode::header(headers[source], source, &self.base.layout);
                self.sectors.insert(number, Sector::new(bytes));
            }
        }
    }

    fn write_log(&mut self, items: &[Item]) -> Vec<Placement> {
        let placements = settle(items, &self.base.layout);
        for (item, placement) in items.iter().zip(&placements) {
            match item {
                Item::Entry(entry) => self.write_entry(entry, placement, &placements),
                Item::Fill(fill) => self.write_fill(fill, placement),
            }
        }
        placements
    }

    fn write_entry(&mut self, entry: &Entry, start: &Placement, placements: &[Placement]) {
        let updates = encode::updates(entry, &self.base.layout);
        let tail = match entry.tail {
            Tail::Own => start.offset(),
            Tail::Item(index) => placements.get(index as usize).unwrap_or(start).offset(),
            Tail::Explicit(offset) => offset,
        };
        let sequence_number = start.sequence_number.unwrap_or_default();
        let around = Surroundings {
            layout: &self.base.layout,
            base: self.base,
            sequence_number,
            tail,
        };
        let mut bytes = encode::entry(entry, &updates, &around);
        let before = entry.checksum.before_corruptions(&bytes);
        encode::corrupt(
            &mut bytes,
            &entry.corruptions,
            updates.len(),
            self.base.layout.ring_sectors(),
        );
        entry.checksum.apply(&mut bytes, before, |bytes| {
            self.checksum(bytes, start.sector)
        });
        self.tear(&mut bytes, entry, start.sector);
        // ENT-3: an entry longer than the ring is cut off, or it would overwrite its own header.
        let fits = start.sector..start.sector + self.base.layout.ring_sectors();
        for (sector, bytes) in fits.zip(bytes.chunks_exact(SECTOR_BYTES)) {
            let number = self.number(sector);
            self.sectors.insert(number, shared(bytes));
        }
    }

    /// The checksum over the bytes that EntryLength claims (ENT-2). Past the entry's own bytes
    /// these are the ones on the ring. When EntryLength is not whole sectors, or is longer than the
    /// log, no reader follows it, and only the entry's own bytes count.
    fn checksum(&self, bytes: &[u8], start: u32) -> u32 {
        let claimed = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize;
        let own = claimed.clamp(64, bytes.len());
        let parts = [&bytes[..4], &[0; 4], &bytes[8..own]];
        let mut checksum = parts.into_iter().fold(0, crc32c::crc32c_append);
        if claimed as u64 <= self.base.layout.log_bytes && claimed.is_multiple_of(SECTOR_BYTES) {
            for sector in bytes.len() / SECTOR_BYTES..claimed / SECTOR_BYTES {
                checksum = crc32c::crc32c_append(checksum, self.ring(start + sector as u32));
            }
        }
        checksum
    }

    /// Replaces the pieces that did not arrive by what is on the ring, or by what the tear says.
    fn tear(&self, bytes: &mut [u8], entry: &Entry, start: u32) {
        let pieces = bytes.len() / PIECE_BYTES;
        for tear in &entry.tears {
            let first = (tear.piece as usize).min(pieces);
            let end = tear.pieces.map_or(pieces, |count| {
                first.saturating_add(count as usize).min(pieces)
            });
            for piece in first..end {
                let at = piece * PIECE_BYTES;
                let (sector, within) = (start + (at / SECTOR_BYTES) as u32, at % SECTOR_BYTES);
                let mut patterned;
                let source = match tear.left {
                    Leftover::Older => self.ring(sector),
                    Leftover::Zeros => &[0; SECTOR_BYTES],
                    Leftover::Pattern(number) => {
                        patterned = [0; SECTOR_BYTES];
                        pattern::fill(&mut patterned, number, self.number(sector));
                        &patterned
                    }
                };
                put(bytes, at, &source[within..within + PIECE_BYTES]);
            }
        }
    }

    fn write_fill(&mut self, fill: &Fill, placement: &Placement) {
        for sector in placement.sector..placement.sector + placement.sectors {
            let number = self.number(sector);
            let mut bytes = [0; SECTOR_BYTES];
            match fill.with {
                Filling::Zeros => {}
                Filling::Pattern(pattern) => pattern::fill(&mut bytes, pattern, number),
                Filling::Claims(length) => {
                    encode::fake_entry(&mut bytes, length, &self.base.layout)
                }
            }
            self.sectors.insert(number, Sector::new(bytes));
        }
    }

    fn patch(&mut self, patch: &Patch, length: u64) {
        for (at, &byte) in (patch.at..length).zip(&patch.bytes.0) {
            let sector = self
                .sectors
                .entry(at / SECTOR)
                .or_insert_with(|| Sector::new([0; SECTOR_BYTES]));
            Sector::make_mut(sector)[(at % SECTOR) as usize] = byte;
        }
    }

    /// The number in the file of a sector of the ring, modulo its length.
    fn number(&self, sector: u32) -> u64 {
        self.base.layout.log_offset / SECTOR + u64::from(sector % self.base.layout.ring_sectors())
    }

    /// The current contents of a sector of the ring.
    fn ring(&self, sector: u32) -> &[u8; SECTOR_BYTES] {
        self.sectors
            .get(&self.number(sector))
            .map_or(&[0; SECTOR_BYTES], |sector| sector)
    }
}

/// The place and length of every item and, for an entry, its sequence number.
fn settle(items: &[Item], layout: &Layout) -> Vec<Placement> {
    let ring = layout.ring_sectors();
    let (mut end, mut next, mut written) = (0, Entry::FIRST_SEQUENCE_NUMBER, 0);
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let (at, sectors, sequence_number) = match item {
            Item::Fill(fill) => (fill.at, fill.sectors.min(ring), None),
            Item::Entry(entry) => {
                let sequence_number = entry.sequence_number.unwrap_or(next);
                next = sequence_number.wrapping_add(1);
                (entry.at, entry.sectors(layout), Some(sequence_number))
            }
        };
        written += u64::from(sectors);
        if written > LIMIT_SECTORS {
            break;
        }
        let sector = match at {
            Place::After => end,
            Place::Sector(sector) => sector % ring,
        };
        // No overflow: a ring has at most 2^20 sectors, and `sectors` is within the limit.
        end = (sector + sectors) % ring;
        all.push(Placement {
            sector,
            sectors,
            sequence_number,
        });
    }
    all
}
