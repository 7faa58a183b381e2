//! From a recipe to the sectors of an image.

use std::collections::BTreeMap;

use super::base::{self, Base};
use super::built::{BuiltImage, Placement};
use super::corruption::Leftover;
use super::encode::{self, Surroundings};
use super::entry::{Entry, Fill, Filling, Item, Place, Tail};
use super::layout::Layout;
use super::pattern;
use super::recipe::{Checksum, Header, Identifier, Patch, Presence, Recipe};
use super::sector::{HEADER_SECTORS, SECTOR, SECTOR_BYTES, Sector, put, shared};

/// The most sectors all items of a recipe may write to the ring, 128 MiB: an item that would go
/// beyond is not written, nor is any after it. Keeps a recipe of a few bytes from costing minutes.
pub const LIMIT_SECTORS: u64 = 1 << 15;

impl Recipe {
    /// Makes the image. Never fails, never panics, and gives the same bytes every time.
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

    /// Where each item of the log will stand: see [`BuiltImage::placements`].
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
        let before_bends = match entry.checksum {
            Checksum::BeforeCorruptions => crc32c::crc32c(&bytes),
            _ => 0,
        };
        encode::corrupt(
            &mut bytes,
            &entry.corruptions,
            updates.len(),
            self.base.layout.ring_sectors(),
        );
        let checksum = match entry.checksum {
            Checksum::Right => self.checksum(&bytes, start.sector),
            Checksum::BeforeCorruptions => before_bends,
            Checksum::Wrong => !self.checksum(&bytes, start.sector),
            Checksum::Explicit(value) => value,
        };
        put(&mut bytes, 4, &checksum.to_le_bytes());
        self.tear(&mut bytes, entry, start.sector);
        // What an entry longer than the ring has too much is left out: its header would be lost
        // otherwise (ENT-3).
        let fits = start.sector..start.sector + self.base.layout.ring_sectors();
        for (sector, bytes) in fits.zip(bytes.chunks_exact(SECTOR_BYTES)) {
            let number = self.number(sector);
            self.sectors.insert(number, shared(bytes));
        }
    }

    /// The checksum over the bytes that EntryLength claims (ENT-2): past the entry's own, those
    /// that stand on the ring. A claim that no reader would follow counts only as far as the
    /// entry's own bytes go.
    fn checksum(&self, bytes: &[u8], start: u32) -> u32 {
        let claimed = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize;
        let own = claimed.clamp(64, bytes.len());
        let mut checksum = [
            (0..4, &bytes[..4]),
            (4..8, &[0; 4]),
            (8..own, &bytes[8..own]),
        ]
        .into_iter()
        .fold(0, |checksum, (_, part)| {
            crc32c::crc32c_append(checksum, part)
        });
        if claimed as u64 <= self.base.layout.log_bytes && claimed.is_multiple_of(SECTOR_BYTES) {
            for sector in bytes.len() / SECTOR_BYTES..claimed / SECTOR_BYTES {
                checksum = crc32c::crc32c_append(checksum, self.ring(start + sector as u32));
            }
        }
        checksum
    }

    /// Puts back what is on the ring, or something else, where the write did not arrive.
    fn tear(&self, bytes: &mut [u8], entry: &Entry, start: u32) {
        let pieces = bytes.len() / 512;
        for tear in &entry.tears {
            let first = (tear.piece as usize).min(pieces);
            let end = tear.pieces.map_or(pieces, |count| {
                first.saturating_add(count as usize).min(pieces)
            });
            for piece in first..end {
                let (sector, within) = (start + (piece / 8) as u32, piece % 8 * 512);
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
                put(bytes, piece * 512, &source[within..within + 512]);
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
                Filling::Claims(length) => encode::claim(&mut bytes, length, &self.base.layout),
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

    /// The number in the file of a sector of the ring, counted round it.
    fn number(&self, sector: u32) -> u64 {
        self.base.layout.log_offset / SECTOR + u64::from(sector % self.base.layout.ring_sectors())
    }

    /// What stands on the ring now.
    fn ring(&self, sector: u32) -> &[u8; SECTOR_BYTES] {
        self.sectors
            .get(&self.number(sector))
            .map_or(&[0; SECTOR_BYTES], |sector| sector)
    }
}

/// Gives every item its place, its length and, when it is an entry, its number.
fn settle(items: &[Item], layout: &Layout) -> Vec<Placement> {
    let ring = layout.ring_sectors();
    let (mut end, mut next_number, mut written) = (0, Entry::FIRST_SEQUENCE_NUMBER, 0);
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let (at, sectors, sequence_number) = match item {
            Item::Fill(fill) => (fill.at, fill.sectors.min(ring), None),
            Item::Entry(entry) => {
                let number = entry.sequence_number.unwrap_or(next_number);
                next_number = number.wrapping_add(1);
                (entry.at, entry.sectors(layout), Some(number))
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
        end = (sector + sectors) % ring; // no overflow: a ring has at most 2^20 sectors, and `sectors` is within the limit
        all.push(Placement {
            sector,
            sectors,
            sequence_number,
        });
    }
    all
}
