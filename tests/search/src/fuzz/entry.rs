//! The target `entry`: a ring of a few sectors, byte for byte.

use vhdx_log::storage::SparseMemory;

use super::Case;
use super::bytes::Input;
use crate::enumerate::{self, Family, Scratch};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{LogGuid, SECTOR_BYTES, Sector};
use vhdx_log_oracle::property::{self, Violation};

/// The most sectors of a ring.
const LIMIT_SECTORS: u8 = 8;
/// The unit in which a sector's beginning is given: the size of a descriptor.
const PIECE_BYTES: usize = 32;
/// How many rings of each small case's family the search begins with.
const SEEDS_OF_A_FAMILY: u64 = 12;

/// A ring. Flat, so that the engine's own mutations meet the bytes that are judged:
///
/// | bytes | what |
/// |---|---|
/// | 1 | sectors of the ring, counted round 1 to 8 |
/// | 1 | bit 0: the checksum of whatever begins like an entry is made right |
/// | for each sector: 1 | how many pieces of 32 bytes its beginning has |
/// | 32 each | its beginning; zeros follow |
/// | 4 | its end |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    mend: bool,
    sectors: Vec<Sector>,
}

impl Entry {
    fn image(&self) -> SparseMemory {
        let mut sectors = self.sectors.clone();
        if self.mend {
            (0..sectors.len()).for_each(|start| mend(&mut sectors, start));
        }
        let stored = sectors
            .iter()
            .enumerate()
            .filter(|(_, sector)| ***sector != [0; SECTOR_BYTES]);
        SparseMemory::from_sectors(
            (sectors.len() * SECTOR_BYTES) as u64,
            stored.map(|(number, sector)| (number as u64, Sector::clone(sector))),
        )
    }
}

/// Makes right the checksum of an entry that starts here and is no longer than the ring (ENT-2).
fn mend(sectors: &mut [Sector], start: usize) {
    let first = &sectors[start];
    let length = u32::from_le_bytes([first[8], first[9], first[10], first[11]]) as usize;
    if !first.starts_with(b"loge") || length == 0 || length > sectors.len() * SECTOR_BYTES {
        return;
    }
    let mut checksum = crc32c::crc32c(&first[..4]);
    checksum = crc32c::crc32c_append(checksum, &[0; 4]);
    checksum = crc32c::crc32c_append(checksum, &first[8..]);
    for step in 1..length.div_ceil(SECTOR_BYTES) {
        checksum = crc32c::crc32c_append(checksum, &sectors[(start + step) % sectors.len()][..]);
    }
    Sector::make_mut(&mut sectors[start])[4..8].copy_from_slice(&checksum.to_le_bytes());
}

impl Case for Entry {
    const TARGET: &'static str = "entry";

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut input = Input(bytes);
        let count = input.byte() % LIMIT_SECTORS + 1;
        let mend = input.byte() & 1 == 1;
        let sectors = (0..count).map(|_| {
            let mut sector = [0; SECTOR_BYTES];
            let pieces = usize::from(input.byte());
            let beginning = input.bytes(pieces * PIECE_BYTES);
            let kept = beginning.len().min(SECTOR_BYTES);
            sector[..kept].copy_from_slice(&beginning[..kept]);
            let end = input.bytes(4);
            if end != [0; 4] {
                sector[SECTOR_BYTES - 4..][..end.len()].copy_from_slice(end);
            }
            Sector::new(sector)
        });
        Self {
            mend,
            sectors: sectors.collect(),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.sectors.len() as u8 - 1, self.mend.into()];
        for sector in &self.sectors {
            let body = &sector[..SECTOR_BYTES - 4];
            let used = body
                .iter()
                .rposition(|&byte| byte != 0)
                .map_or(0, |last| last + 1);
            let pieces = used.div_ceil(PIECE_BYTES);
            bytes.push(pieces as u8);
            bytes.extend_from_slice(&sector[..pieces * PIECE_BYTES]);
            bytes.extend_from_slice(&sector[SECTOR_BYTES - 4..]);
        }
        bytes
    }

    fn mutate(&mut self, rng: &mut Rng) {
        let at = rng.index(self.sectors.len());
        match rng.below(12) {
            0 => self.mend = !self.mend,
            1 if self.sectors.len() < LIMIT_SECTORS.into() => {
                self.sectors.insert(at, self.sectors[at].clone())
            }
            2 if self.sectors.len() > 1 => drop(self.sectors.remove(at)),
            3 => self.sectors.rotate_left(at),
            4 => self.sectors[at] = Sector::new([0; SECTOR_BYTES]),
            _ => {
                self.mend |= rng.chance(80);
                let patch = super::Patch::in_log(rng);
                let sector = Sector::make_mut(&mut self.sectors[at]);
                let room = &mut sector[usize::from(patch.within).min(SECTOR_BYTES)..];
                let kept = room.len().min(patch.bytes.0.len());
                room[..kept].copy_from_slice(&patch.bytes.0[..kept]);
            }
        }
    }

    fn seeds() -> Vec<(String, Self)> {
        let mut seeds = Vec::new();
        let mut scratch = Scratch::default();
        for family in Family::all() {
            for seed in 0..SEEDS_OF_A_FAMILY {
                let case = family.make(&mut Rng::new(seed));
                if !matches!(case, enumerate::Case::Ring(_)) {
                    break;
                }
                seeds.push((
                    format!("{}-{seed:02}", family.name),
                    Self::of(&case.image(&mut scratch)),
                ));
            }
        }
        seeds
    }

    fn check(&self) -> Result<(), Violation> {
        let (image, generation) = (self.image(), LogGuid::A.on_disk());
        property::ring::check_entries(&image, generation)?;
        property::ring::check_search(&image, generation).map(drop)
    }
}

impl Entry {
    /// The ring that is all of an image; the bodies of data sectors are cut short, so that inputs
    /// are.
    fn of(image: &SparseMemory) -> Self {
        use vhdx_log::storage::Storage;
        let count = image.len().expect("memory knows its length") as usize / SECTOR_BYTES;
        let mut sectors = vec![Sector::new([0; SECTOR_BYTES]); count];
        for (number, sector) in image.sectors() {
            let mut sector = Sector::clone(sector);
            if sector.starts_with(b"data") {
                Sector::make_mut(&mut sector)[PIECE_BYTES..SECTOR_BYTES - 4].fill(0);
            }
            sectors[number as usize] = sector;
        }
        // What was right before the bodies were cut is mended.
        Self {
            mend: true,
            sectors,
        }
    }
}
