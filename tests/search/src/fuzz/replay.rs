//! The target `replay`: one image, opened by the implementation and by the model.
//!
//! Contract: any bytes are a case, and none costs much more than another: sizes are clamped, and a
//! case that still writes many sectors is marked expensive. The properties are those of
//! [`vhdx_log_oracle::property::check()`].

use vhdx_log::storage::SparseMemory;
use vhdx_log_corpus::Corpus;
use vhdx_log_image::generate::{self, Rng};
use vhdx_log_image::{Corruption, Descriptor, Item, Layout, Recipe, SECTOR};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Violation};

use super::case::Case;
use super::raw::{self, Raw};

/// How many generated recipes the search starts with, besides the vectors of the corpus.
const GENERATED_SEEDS: u64 = 200;

/// The longest log of a case.
const LIMIT_LOG_MIB: u32 = 2;
/// The most payload blocks of a case.
const LIMIT_BLOCKS: u32 = 8;
/// The most items of a case's log.
const LIMIT_ITEMS: usize = 16;
/// The most sectors that the items of the log write in addition to one for each item and
/// descriptor: enough for an entry as long as the longest log of a case.
const LIMIT_SECTORS: u32 = 512;

/// A case is expensive if it writes or claims more log sectors than this.
const EXPENSIVE_SECTORS: u64 = 12;

/// An image: a recipe when the first byte of the input is even, patches over a well-formed image
/// when it is odd.
///
/// The two complement each other. A recipe states what a writer did and has valid checksums, so it
/// passes the first checks; but it can only express what its fields can. Patches reach every byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Structure-aware.
    Recipe(Box<Recipe>),
    /// Byte by byte.
    Raw(Raw),
}

impl Replay {
    pub fn image(&self) -> SparseMemory {
        match self {
            Self::Recipe(recipe) => recipe.build().to_storage(),
            Self::Raw(raw) => raw.image(),
        }
    }
}

impl Case for Replay {
    const TARGET: &'static str = "replay";

    fn from_bytes(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((mode, rest)) if mode & 1 == 1 => Self::Raw(Raw::from_bytes(rest)),
            Some((_, rest)) => Self::Recipe(Box::new(clamp_sizes(Recipe::from_bytes(rest)))),
            None => Self::Recipe(Box::default()),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let (mode, rest) = match self {
            Self::Recipe(recipe) => (0, recipe.to_bytes()),
            Self::Raw(raw) => (1, raw.to_bytes()),
        };
        [&[mode], rest.as_slice()].concat()
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match self {
            Self::Recipe(recipe) => generate::mutate(recipe, rng),
            Self::Raw(raw) => raw.mutate(rng),
        }
    }

    fn seeds() -> Vec<(String, Self)> {
        let recipe = |seed| {
            let recipe = generate::sample(&mut Rng::new(seed));
            (
                format!("generated-{seed:03}"),
                Self::Recipe(Box::new(recipe)),
            )
        };
        let raw = |base: usize| {
            (
                format!("raw-{base:02}"),
                Self::Raw(Raw {
                    base: base as u8,
                    ..Raw::default()
                }),
            )
        };
        let vectors = Corpus::embedded().iter().filter_map(|stored| {
            let recipe = Recipe::from_json(&stored.vector.recipe.to_string()).ok()?;
            Some((
                format!("vector-{}", stored.vector.id),
                Self::Recipe(Box::new(recipe)),
            ))
        });
        vectors
            .chain((0..GENERATED_SEEDS).map(recipe))
            .chain((0..raw::bases().len()).map(raw))
            .collect()
    }

    fn recipe(&self) -> Option<Recipe> {
        Some(match self {
            Self::Recipe(recipe) => Recipe::clone(recipe),
            Self::Raw(raw) => raw.recipe(),
        })
    }

    fn is_expensive(&self) -> bool {
        match self {
            Self::Recipe(recipe) => {
                let layout = Layout::of(&recipe.geometry);
                let sectors = |item| written_sectors(item, &layout) + claimed_sectors(item);
                recipe.log.iter().map(sectors).sum::<u64>() > EXPENSIVE_SECTORS
            }
            Self::Raw(raw) => raw.is_expensive(EXPENSIVE_SECTORS),
        }
    }

    fn check(&self) -> Result<(), Violation> {
        property::check(&self.image()).map(drop)
    }
}

/// Clamps sizes so that one case cannot cost as much as thousands: a few input bytes can encode a
/// huge log, and a huge log exercises nothing that a small one does not.
fn clamp_sizes(mut recipe: Recipe) -> Recipe {
    let geometry = &mut recipe.geometry;
    geometry.log_mib = geometry.log_mib.clamp(1, LIMIT_LOG_MIB);
    geometry.present_blocks = geometry.present_blocks.min(LIMIT_BLOCKS);
    recipe.log.truncate(LIMIT_ITEMS);
    let mut left = LIMIT_SECTORS;
    for item in &mut recipe.log {
        let descriptors = match item {
            Item::Fill(fill) => {
                take(&mut left, &mut fill.sectors);
                continue;
            }
            Item::Entry(entry) => {
                for corruption in &mut entry.corruptions {
                    if let Corruption::Padding(sectors) = corruption {
                        take(&mut left, sectors);
                    }
                }
                &mut entry.descriptors
            }
        };
        for descriptor in descriptors {
            match descriptor {
                Descriptor::Data(data) => take(&mut left, &mut data.more),
                Descriptor::Zero(zero) => zero.more = zero.more.min(LIMIT_SECTORS),
            }
        }
    }
    recipe
}

/// The sectors that an item writes.
fn written_sectors(item: &Item, layout: &Layout) -> u64 {
    u64::from(match item {
        Item::Fill(fill) => fill.sectors,
        Item::Entry(entry) => entry.sectors(layout),
    })
}

/// The sectors that an item claims by a corrupt EntryLength, if a log can be that long.
fn claimed_sectors(item: &Item) -> u64 {
    let Item::Entry(entry) = item else { return 0 };
    let claims = entry
        .corruptions
        .iter()
        .filter_map(|corruption| match corruption {
            Corruption::EntryLength(length) => Some(u64::from(*length) / SECTOR),
            _ => None,
        });
    claims
        .filter(|&sectors| sectors <= u64::from(LIMIT_LOG_MIB) << 8)
        .sum()
}

/// Limits `wanted` to the sectors that are left, and takes them.
fn take(left: &mut u32, wanted: &mut u32) {
    *wanted = (*wanted).min(*left);
    *left -= *wanted;
}
