//! The target `entry`: a ring of a few sectors, byte for byte.

use arbitrary::Unstructured;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{LogGuid, SECTOR_BYTES, Sector};
use vhdx_log_oracle::property::{self, Violation};

use super::case::Case;
use super::patch::Patch;
use super::repair::repair_ring_entry;
use crate::enumerate::{self, Family, Scratch};

/// The most sectors of a ring.
const LIMIT_SECTORS: u8 = 8;
/// The unit of the part of a sector that is in the input: the size of a descriptor.
const PIECE_BYTES: usize = 32;
/// Bytes at the end of a sector that are in the input too: the SequenceLow of a data sector.
const END_BYTES: usize = 4;
/// How many rings of each family of small cases the search starts with.
const SEEDS_OF_A_FAMILY: u64 = 12;

/// A ring. The input is flat, so that the engine's own mutations change the bytes that are judged:
///
/// | bytes | what |
/// |---|---|
/// | 1 | sectors of the ring minus 1, modulo 8 |
/// | 1 | bit 0: every entry's checksum is made valid |
/// | for each sector: 1 | how many pieces of 32 bytes of it follow |
/// | 32 each | these pieces; the rest is zero |
/// | 4 | its last four bytes |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    repair: bool,
    sectors: Vec<Sector>,
}

impl Entry {
    fn image(&self) -> SparseMemory {
        let mut sectors = self.sectors.clone();
        if self.repair {
            (0..sectors.len()).for_each(|start| repair_ring_entry(&mut sectors, start));
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

impl Case for Entry {
    const TARGET: &'static str = "entry";

    fn from_bytes(bytes: &[u8]) -> Self {
        // Past the end of the input everything is zero.
        let mut input = Unstructured::new(bytes);
        let byte = |input: &mut Unstructured<'_>| input.arbitrary::<u8>().unwrap_or_default();
        let count = byte(&mut input) % LIMIT_SECTORS + 1;
        let repair = byte(&mut input) & 1 == 1;
        let sectors = (0..count).map(|_| {
            let pieces = usize::from(byte(&mut input));
            let beginning = input
                .bytes(input.len().min(pieces * PIECE_BYTES))
                .unwrap_or_default();
            let kept = beginning.len().min(SECTOR_BYTES);
            let end = input.bytes(input.len().min(END_BYTES)).unwrap_or_default();
            let mut sector = [0; SECTOR_BYTES];
            sector[..kept].copy_from_slice(&beginning[..kept]);
            if end != [0; END_BYTES] {
                sector[SECTOR_BYTES - END_BYTES..][..end.len()].copy_from_slice(end);
            }
            Sector::new(sector)
        });
        Self {
            repair,
            sectors: sectors.collect(),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.sectors.len() as u8 - 1, self.repair.into()];
        for sector in &self.sectors {
            let body = &sector[..SECTOR_BYTES - END_BYTES];
            let used = body
                .iter()
                .rposition(|&byte| byte != 0)
                .map_or(0, |last| last + 1);
            let pieces = used.div_ceil(PIECE_BYTES);
            bytes.push(pieces as u8);
            bytes.extend_from_slice(&sector[..pieces * PIECE_BYTES]);
            bytes.extend_from_slice(&sector[SECTOR_BYTES - END_BYTES..]);
        }
        bytes
    }

    fn mutate(&mut self, rng: &mut Rng) {
        let at = rng.index(self.sectors.len());
        match rng.below(12) {
            0 => self.repair = !self.repair,
            1 if self.sectors.len() < LIMIT_SECTORS.into() => {
                self.sectors.insert(at, self.sectors[at].clone())
            }
            2 if self.sectors.len() > 1 => drop(self.sectors.remove(at)),
            3 => self.sectors.rotate_left(at),
            4 => self.sectors[at] = Sector::new([0; SECTOR_BYTES]),
            _ => {
                self.repair |= rng.chance(80);
                let patch = Patch::in_log(rng);
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
    /// The ring that is all of an image. The bodies of data sectors are mostly dropped, to keep
    /// inputs short, and checksums are repaired after that.
    fn of(image: &SparseMemory) -> Self {
        let count = image.len().expect("memory has a length") as usize / SECTOR_BYTES;
        let mut sectors = vec![Sector::new([0; SECTOR_BYTES]); count];
        for (number, sector) in image.sectors() {
            let mut sector = Sector::clone(sector);
            if sector.starts_with(b"data") {
                Sector::make_mut(&mut sector)[PIECE_BYTES..SECTOR_BYTES - END_BYTES].fill(0);
            }
            sectors[number as usize] = sector;
        }
        Self {
            repair: true,
            sectors,
        }
    }
}
