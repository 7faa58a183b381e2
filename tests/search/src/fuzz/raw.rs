//! Bytes patched over a well-formed image, with checksums made valid afterwards or not.
//!
//! Contract: any bytes are a case, and every case has a recipe of the same image (`Raw::recipe`),
//! so that it can be shrunk and kept as a vector.

use serde::{Deserialize, Serialize};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::generate::{self, Rng};
use vhdx_log_image::{
    Entry, HEADER_SECTORS, Layout, LogGuid, MIB, Recipe, SECTOR, Target, compact,
};
use vhdx_log_oracle::convert::BuiltImageExt;

use super::differences::as_patches;
use super::patch::{Patch, Place};
use super::repair::{put_inside, repair_entries, repair_header};

/// The sectors at which the two copies of the region table start.
const REGION_TABLE_SECTORS: [u64; 2] = [(192 << 10) / SECTOR, (256 << 10) / SECTOR];
/// The most patches of a case.
const LIMIT_PATCHES: usize = 16;

/// A well-formed image with bytes changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raw {
    /// Which of the base images, modulo their number.
    pub base: u8,
    /// Bit 0: the checksums of the headers are made valid in the end; bit 1: those of the entries.
    pub repair: u8,
    /// The length of the file, when it is not that of the base.
    pub length: Option<u64>,
    pub patches: Vec<Patch>,
}

/// The images that are patched: a clean one, and dirty ones with runs that wrap, follow older runs,
/// zero ranges, or extend the file.
pub fn bases() -> Vec<Recipe> {
    let entry = |targets: &[Target]| targets.iter().copied().fold(Entry::empty(), Entry::data);
    let mut bases = vec![
        Recipe::with_log([]).run(0, 3, [Target::Bat(0), Target::Payload(1)]),
        Recipe::with_log([]).run(253, 3, [Target::Bat(0), Target::Payload(1)]),
        Recipe::with_log([])
            .stale_run(0, 4, [Target::Payload(2)])
            .run(2, 2, [Target::Payload(0)]),
        Recipe::with_log([])
            .then(
                entry(&[Target::Payload(0), Target::Beyond(3)])
                    .at(255)
                    .zero(Target::Payload(0), 2 * SECTOR),
            )
            .then(Entry::empty().zero(Target::Beyond(0), MIB)),
        Recipe::with_log([Entry::of_sectors(256).into()]),
        Recipe::with_log([Entry::of_sectors(130).at(200).into()])
            .then(Entry::empty().with_log_guid(LogGuid::B)),
        Recipe::clean().run(9, 2, [Target::Payload(0)]),
    ];
    bases.extend((0..9).map(|seed| generate::well_formed(&mut Rng::new(seed))));
    bases
}

impl Raw {
    /// Any bytes are a case.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        compact::decode(bytes)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        compact::encode(self)
    }

    pub fn image(&self) -> SparseMemory {
        with_base(self.base, |base| {
            let mut image = base.image.clone();
            if let Some(length) = self.length {
                image.set_len(length).expect("memory takes any length");
            }
            for patch in &self.patches {
                let sectors = match patch.place {
                    Place::RegionTables => REGION_TABLE_SECTORS.to_vec(),
                    place => vec![base.sector(place)],
                };
                for sector in sectors {
                    let at = sector
                        .saturating_mul(SECTOR)
                        .saturating_add(u64::from(patch.within));
                    put_inside(&mut image, at, &patch.bytes.0);
                }
            }
            if self.repair & 1 != 0 {
                for sector in HEADER_SECTORS {
                    repair_header(&mut image, sector * SECTOR);
                }
            }
            if self.repair & 2 != 0 {
                repair_entries(&mut image, &base.layout);
            }
            image
        })
    }

    /// A recipe of the same image.
    pub(super) fn recipe(&self) -> Recipe {
        let mut bases = bases();
        let base = bases.swap_remove(usize::from(self.base) % bases.len());
        as_patches(base, &self.image())
    }

    /// Whether the base has more sectors in its log than this.
    pub(super) fn is_expensive(&self, limit_sectors: u64) -> bool {
        with_base(self.base, |base| base.written.len() as u64 > limit_sectors)
    }

    /// One step to a neighbouring case.
    pub fn mutate(&mut self, rng: &mut Rng) {
        let at = rng.index(self.patches.len());
        match rng.below(10) {
            0 => self.base = rng.below(16) as u8,
            1 => self.repair ^= rng.pick(&[1, 2, 3]),
            2 => {
                self.length = rng
                    .chance(50)
                    .then(|| u64::from(rng.below(9)) * MIB)
                    .map(|mib| mib ^ odd(rng))
            }
            3 if !self.patches.is_empty() => drop(self.patches.remove(at)),
            4 | 5 if !self.patches.is_empty() => self.patches[at].mutate(rng),
            _ => {
                self.repair |= 3;
                self.patches.push(Patch::field(rng));
            }
        }
        self.patches.truncate(LIMIT_PATCHES);
    }
}

/// Mostly 0; sometimes a few bytes, so that a length is not whole MiB.
fn odd(rng: &mut Rng) -> u64 {
    rng.weighted(&[(4, 0), (1, 512), (1, SECTOR), (1, 1)])
}

/// A base image.
struct Base {
    image: SparseMemory,
    layout: Layout,
    /// The sectors of the log that are not holes, by number in the file.
    written: Vec<u64>,
}

impl Base {
    /// The number of the first sector of a place.
    fn sector(&self, place: Place) -> u64 {
        let log = self.layout.log_offset / SECTOR;
        match place {
            Place::Identifier => 0,
            Place::Header1 => HEADER_SECTORS[0],
            Place::Header2 => HEADER_SECTORS[1],
            Place::Written(index) => self
                .written
                .get(usize::from(index) % self.written.len())
                .copied()
                .unwrap_or(log),
            Place::Log(index) => log + u64::from(u32::from(index) % self.layout.ring_sectors()),
            Place::File(number) => number,
            Place::RegionTables => REGION_TABLE_SECTORS[0],
        }
    }
}

/// Calls `use_it` with the base of this number, which each thread builds once.
fn with_base<R>(number: u8, use_it: impl FnOnce(&Base) -> R) -> R {
    thread_local! {
        static BASES: Vec<Base> = bases().iter().map(built).collect();
    }
    BASES.with(|bases| use_it(&bases[usize::from(number) % bases.len()]))
}

fn built(recipe: &Recipe) -> Base {
    let built = recipe.build();
    let layout = built.layout().clone();
    let log = layout.log_offset / SECTOR..(layout.log_offset + layout.log_bytes) / SECTOR;
    let mut written: Vec<u64> = built
        .sectors()
        .map(|(number, _)| number)
        .filter(|number| log.contains(number))
        .collect();
    if written.is_empty() {
        written.push(log.start);
    }
    Base {
        image: built.to_storage(),
        layout,
        written,
    }
}
