//! The search strategies that are measured.

use vhdx_log_image::generate::{self, Rng};
use vhdx_log_oracle::convert::BuiltImageExt;

use super::mutant_run::{Input, MutantRun};
use crate::enumerate::{self, Family, Scratch};
use crate::fuzz::{self, Case as _, Replay};

/// The longest input of the fuzz engine, in bytes: libFuzzer's default.
const LIMIT_INPUT: usize = 4096;
/// How many percent of the mutated inputs are kept and mutated again. libFuzzer keeps those that
/// reach new code; without coverage, one in fifty lets the pool grow as fast.
const KEPT_PERCENT: u32 = 2;

/// A search strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The images of the property suite, from the same generator.
    Property,
    /// Random small cases: any family, then any choice, all equally likely.
    Enumerate,
    /// The fuzz target `replay` from all of its seeds, the vectors of the corpus included.
    Replay,
    /// The same without the vectors.
    ReplayAlone,
}

impl Strategy {
    pub const ALL: [Self; 4] = [
        Self::Property,
        Self::Enumerate,
        Self::Replay,
        Self::ReplayAlone,
    ];

    /// Its name, the head of a column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Property => "property suite",
            Self::Enumerate => "small cases",
            Self::Replay => "`replay`",
            Self::ReplayAlone => "`replay` without the corpus",
        }
    }

    /// Checks cases of this strategy until the run is over: the same cases for the same seed.
    pub fn run(self, seed: u64, run: &mut MutantRun<'_>) {
        match self {
            Self::Property => property(seed, run),
            Self::Enumerate => exhaust(seed, run),
            Self::Replay => replay(seed, run, |_| true),
            Self::ReplayAlone => replay(seed, run, |name| !name.starts_with("vector-")),
        }
    }
}

fn property(seed: u64, run: &mut MutantRun<'_>) {
    let mut seeds = Rng::new(seed);
    while !run.is_over() {
        let recipe = generate::sample(&mut Rng::new(seeds.next_u64()));
        run.check(&Input::File(recipe.build().to_storage()));
    }
}

fn exhaust(seed: u64, run: &mut MutantRun<'_>) {
    let (mut rng, mut scratch) = (Rng::new(seed), Scratch::default());
    while !run.is_over() {
        let family = &Family::all()[rng.index(Family::all().len())];
        let case = family.make(&mut rng);
        let image = case.image(&mut scratch);
        run.check(&match case {
            enumerate::Case::Ring(_) => Input::Ring(image),
            enumerate::Case::File(_) => Input::File(image),
        });
    }
}

/// The fuzz target without coverage feedback: the seeds in random order, then one mutation after
/// another.
fn replay(seed: u64, run: &mut MutantRun<'_>, takes: impl Fn(&str) -> bool) {
    let mut rng = Rng::new(seed);
    let mut seeds = Replay::seeds();
    seeds.retain(|(name, _)| takes(name));
    for last in (1..seeds.len()).rev() {
        seeds.swap(last, rng.index(last + 1));
    }
    let mut pool = Vec::new();
    for (_, case) in seeds {
        if run.is_over() {
            return;
        }
        run.check(&Input::File(case.image()));
        if !case.is_expensive() {
            pool.push(case.to_bytes());
        }
    }
    let mut buffer = vec![0; LIMIT_INPUT];
    while !run.is_over() {
        let parent = &pool[rng.index(pool.len())];
        let size = parent.len().min(LIMIT_INPUT);
        buffer[..size].copy_from_slice(&parent[..size]);
        let (seed, flip) = (rng.next_u64() as u32, rng.next_u64());
        let size = fuzz::mutate::<Replay>(&mut buffer, size, LIMIT_INPUT, seed, |data, size| {
            if let Some(byte) = data[..size].get_mut(flip as usize % size.max(1)) {
                *byte ^= 1 << (flip >> 61);
            }
            size
        });
        let case = Replay::from_bytes(&buffer[..size]);
        run.check(&Input::File(case.image()));
        if rng.chance(KEPT_PERCENT) && !case.is_expensive() {
            pool.push(buffer[..size].to_vec());
        }
    }
}
