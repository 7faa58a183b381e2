//! Cases: one after another, each a function of the seed, its number, and what was seen before.
//!
//! | file | what it makes |
//! |---|---|
//! | [`swarm`], [`features`] | recipes with a random part of all features and corruptions |
//! | [`pool`] | mutations of the corpus, and of cases that showed something new |
//! | [`neighbour`] | the same log written in another way |
//! | [`crashed`] | what our writer leaves when the power fails |
//!
//! Small cases are those of the exhaustive search, [`vhdx_log_search::enumerate`].

mod crashed;
mod features;
mod neighbour;
mod pool;
mod source;
mod swarm;

use vhdx_log_corpus::Access;
use vhdx_log_image::generate::{Rng, mutate};
use vhdx_log_oracle::subject::Profile;
use vhdx_log_search::enumerate::{Case as SmallCase, Family};

pub use self::pool::Pool;
pub(crate) use self::source::Source;
pub use self::source::Yields;
use self::swarm::Swarm;
use crate::case::TestCase;
use crate::coverage::Coverage;

/// How many cases are made from one state. All of them are asked before the next ones are made, so
/// that the number of jobs changes nothing. The first rounds are shorter: what makes a program hang
/// is soon tried less.
const fn length(round: u64) -> usize {
    match round {
        0..=3 => 16 << round,
        _ => 128,
    }
}

/// The longest log of a generated case, in MiB, and the most items on it.
const LIMIT_LOG_MIB: u32 = 8;
const LIMIT_ITEMS: usize = 24;

/// The cases of one round.
pub(crate) fn round(
    number: u64,
    seed: u64,
    (pool, yields, coverage): (&Pool, &Yields, &Coverage),
    profile: &Profile,
) -> Vec<(Source, TestCase)> {
    let mut seeds = Rng::new(seed ^ number.wrapping_mul(0xA076_1D64_78BD_642F));
    let swarm = Swarm::new(&mut seeds);
    let length = length(number);
    let mut cases = Vec::with_capacity(length);
    while cases.len() < length {
        let mut rng = Rng::new(seeds.next_u64());
        let source = yields.pick(&mut rng);
        let made = match source {
            Source::Swarm => Some(TestCase::new(swarm.recipe(&mut rng))),
            Source::Mutation => Some(mutation(pool.pick(&mut rng, coverage, profile), &mut rng)),
            Source::Neighbour => {
                let mut case = pool.pick(&mut rng, coverage, profile);
                neighbour::neighbour(&mut case.recipe, &mut rng);
                Some(case)
            }
            Source::Small => Some(small(&mut rng)),
            Source::Crashed => crashed::crashed(&mut rng).map(TestCase::new),
        };
        let case = made.and_then(|mut case| {
            if rng.chance(12) {
                case.access = Access::ReadOnly;
            }
            clamp(&mut case);
            case.for_profile(profile)
        });
        cases.extend(case.map(|case| (source, case)));
    }
    cases
}

/// One to three steps from a case.
fn mutation(mut case: TestCase, rng: &mut Rng) -> TestCase {
    for _ in 0..rng.weighted(&[(60, 1), (25, 2), (15, 3)]) {
        mutate(&mut case.recipe, rng);
    }
    case
}

/// A small case of the exhaustive search, in a whole image, where a reader meets it.
fn small(rng: &mut Rng) -> TestCase {
    let families = Family::all();
    let family = &families[rng.index(families.len())];
    TestCase::new(match family.make(rng) {
        SmallCase::File(recipe) => *recipe,
        SmallCase::Ring(ring) => {
            // Often over the end of the long ring, as it is over that of the short one.
            let at = rng.pick(&[0, 100, 252, 253, 254, 255]);
            ring.in_a_file(at)
        }
    })
}

fn clamp(case: &mut TestCase) {
    let recipe = &mut case.recipe;
    recipe.log.truncate(LIMIT_ITEMS);
    recipe.geometry.log_mib = recipe.geometry.log_mib.min(LIMIT_LOG_MIB);
}
