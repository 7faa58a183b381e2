//! The target `headers`: the file identifier and both headers, byte for byte, before a log that one
//! of them may name.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_oracle::convert::BuiltImageExt;

use super::Case;
use super::bytes::Input;
use super::patches::as_patches;
use crate::enumerate::{self, Family};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{LogGuid, Recipe, SECTOR_BYTES, Target};
use vhdx_log_oracle::property::{self, Violation};

/// Where the identifier and the headers are.
const PLACES: [u64; 3] = [0, 64 << 10, 128 << 10];
/// The bytes of each that are given: an identifier's first; a header's fields and a bit of what is
/// reserved.
const GIVEN: [usize; 3] = [8, 96, 96];
/// How many files of each small case's family the search begins with.
const SEEDS_OF_A_FAMILY: u64 = 40;

/// The beginning of a file. Flat: what each bit of the first byte says, then the given bytes, then
/// the length of the file in units of 512 bytes, four bytes, 0 for that of a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Bits 0 and 1: the checksum of header 1, and of header 2, is made right.
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
            image.set_len(u64::from(self.length) * 512).expect("memory");
        }
        image
    }

    /// The beginning of a file.
    fn of(image: &SparseMemory) -> Self {
        let mut given = [[0; 96]; 3];
        for (which, &place) in PLACES.iter().enumerate() {
            // What lies behind the end stays zero.
            let _ = image.read_at(place, &mut given[which][..GIVEN[which]]);
        }
        let length = image.len().expect("memory knows its length");
        Self {
            flags: 0,
            given,
            length: u32::try_from(length / 512).unwrap_or(0),
        }
    }
}

impl Case for Headers {
    const TARGET: &'static str = "headers";

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut input = Input(bytes);
        let flags = input.byte();
        let mut given = [[0; 96]; 3];
        for (which, given) in given.iter_mut().enumerate() {
            let bytes = input.bytes(GIVEN[which]);
            given[..bytes.len()].copy_from_slice(bytes);
        }
        let length = std::array::from_fn(|_| input.byte());
        Self {
            flags,
            given,
            length: u32::from_le_bytes(length),
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
                let patch = super::Patch::in_header(rng);
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
