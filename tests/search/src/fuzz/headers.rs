//! The target `headers`: the file identifier and both headers, byte for byte, in a file with a
//! dirty log.

use arbitrary::Unstructured;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{HEADER_SECTORS, LogGuid, Recipe, SECTOR, SECTOR_BYTES, Target};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Violation};

use super::case::Case;
use super::differences::as_patches;
use super::patch::Patch;
use crate::enumerate::{self, Family};

/// Where the identifier and the headers are.
const PLACES: [u64; 3] = [0, HEADER_SECTORS[0] * SECTOR, HEADER_SECTORS[1] * SECTOR];
/// The bytes of each that are in the input: the signature of the identifier; the fields of a header
/// and a few of its reserved bytes.
const GIVEN: [usize; 3] = [8, 96, 96];
/// The unit of the file's length.
const LENGTH_UNIT: u64 = 512;
/// How many files of each family of small cases the search starts with.
const SEEDS_OF_A_FAMILY: u64 = 40;

/// The beginning of a file. The input is flat:
///
/// | bytes | what |
/// |---|---|
/// | 1 | bits 0 and 1: the checksum of header 1, and of header 2, is made valid |
/// | 8, 96, 96 | the beginning of the identifier, of header 1, of header 2 |
/// | 4 | the length of the file in units of 512 bytes; 0: the length of the base |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    flags: u8,
    given: [[u8; 96]; 3],
    length: u32,
}

/// The file before its beginning is changed.
fn base() -> Recipe {
    Recipe::default().run(254, 2, [Target::Payload(0)])
}

impl Headers {
    fn image(&self) -> SparseMemory {
        thread_local! {
            static BASE: SparseMemory = base().build().to_storage();
        }
        let mut image = BASE.with(SparseMemory::clone);
        for (which, &place) in PLACES.iter().enumerate() {
            let mut sector = [0; SECTOR_BYTES];
            sector[..GIVEN[which]].copy_from_slice(&self.given[which][..GIVEN[which]]);
            if which > 0 && self.flags & 1 << (which - 1) != 0 {
                sector[4..8].fill(0);
                let checksum = crc32c::crc32c(&sector);
                sector[4..8].copy_from_slice(&checksum.to_le_bytes());
            }
            image.write_at(place, &sector).expect("memory");
        }
        if self.length > 0 {
            image
                .set_len(u64::from(self.length) * LENGTH_UNIT)
                .expect("memory");
        }
        image
    }

    fn of(image: &SparseMemory) -> Self {
        let mut given = [[0; 96]; 3];
        for (which, &place) in PLACES.iter().enumerate() {
            // Past the end of the file the bytes stay zero.
            let _ = image.read_at(place, &mut given[which][..GIVEN[which]]);
        }
        let length = image.len().expect("memory has a length");
        Self {
            flags: 0,
            given,
            length: u32::try_from(length / LENGTH_UNIT).unwrap_or(0),
        }
    }
}

impl Case for Headers {
    const TARGET: &'static str = "headers";

    fn from_bytes(bytes: &[u8]) -> Self {
        // Past the end of the input everything is zero.
        let mut input = Unstructured::new(bytes);
        let flags = input.arbitrary().unwrap_or_default();
        let mut given = [[0; 96]; 3];
        for (given, bytes) in given.iter_mut().zip(GIVEN) {
            let _ = input.fill_buffer(&mut given[..bytes]);
        }
        Self {
            flags,
            given,
            length: input.arbitrary().unwrap_or_default(),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.flags];
        for (which, given) in self.given.iter().enumerate() {
            bytes.extend_from_slice(&given[..GIVEN[which]]);
        }
        bytes.extend(self.length.to_le_bytes());
        bytes
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match rng.below(10) {
            0 => self.flags = rng.below(4) as u8,
            1 => {
                self.length = rng.pick(&[
                    0, 1, 135, 136, 137, 263, 264, 265, 2048, 4095, 4096, 4097, 12_288,
                ])
            }
            2 => self.given.swap(1, 2),
            3 => self.given[2] = self.given[1],
            4 => self.given[1 + rng.index(2)][48..64].copy_from_slice(&LogGuid::A.on_disk()),
            _ => {
                self.flags |= 3;
                let patch = Patch::in_header(rng);
                let given = &mut self.given[rng.weighted(&[(1, 0), (6, 1), (6, 2)])];
                let room = given
                    .get_mut(usize::from(patch.within)..)
                    .unwrap_or_default();
                let kept = room.len().min(patch.bytes.0.len());
                room[..kept].copy_from_slice(&patch.bytes.0[..kept]);
            }
        }
    }

    fn seeds() -> Vec<(String, Self)> {
        let families = Family::all()
            .iter()
            .filter(|family| family.name.starts_with("headers"));
        let cases =
            families.flat_map(|family| (0..SEEDS_OF_A_FAMILY).map(move |seed| (family, seed)));
        let seeds = cases.filter_map(|(family, seed)| match family.make(&mut Rng::new(seed)) {
            enumerate::Case::File(recipe) => Some((
                format!("{}-{seed:02}", family.name),
                Self::of(&recipe.build().to_storage()),
            )),
            enumerate::Case::Ring(_) => None,
        });
        seeds.collect()
    }

    fn recipe(&self) -> Option<Recipe> {
        Some(as_patches(base(), &self.image()))
    }

    fn check(&self) -> Result<(), Violation> {
        property::check(&self.image()).map(drop)
    }
}
