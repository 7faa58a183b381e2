//! What mutations start from: the vectors of the corpus, and cases that showed something new.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use vhdx_log_corpus::{Corpus, Stored};
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::subject::{Opens, Profile};

use crate::case::TestCase;
use crate::coverage::{Cell, Coverage};

/// How many cases are kept. The oldest go first.
const KEPT: usize = 1500;
/// How many are looked at to find one that was seen rarely.
const LOOKED_AT: usize = 4;
/// The largest disk and log that a program in another process is given, in MiB.
const LARGEST_DISK_MIB: u32 = 64;
const LARGEST_LOG_MIB: u32 = 8;

/// Cases that showed something new, each with a cell that it was the first in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    kept: Vec<(TestCase, Cell)>,
}

impl Pool {
    pub(crate) fn add(&mut self, case: TestCase, cell: Cell) {
        if self.kept.len() >= KEPT {
            self.kept.remove(0);
        }
        self.kept.push((case, cell));
    }

    /// A case to start from: a vector, or one that was kept, rather one whose cell was seen rarely.
    pub(crate) fn pick(&self, rng: &mut Rng, coverage: &Coverage, profile: &Profile) -> TestCase {
        if self.kept.is_empty() || rng.chance(50) {
            return vector(rng, profile);
        }
        let looked_at = (0..LOOKED_AT).map(|_| &self.kept[rng.index(self.kept.len())]);
        let rarest = looked_at.min_by_key(|(_, cell)| coverage.count(cell));
        rarest.map_or_else(|| vector(rng, profile), |(case, _)| case.clone())
    }
}

/// A vector of the corpus that the program can be asked.
fn vector(rng: &mut Rng, profile: &Profile) -> TestCase {
    /// How many are tried: most suit every program.
    const TRIED: usize = 16;
    let is_outside = profile.opens != Opens::Both || !profile.opens_differencing;
    for _ in 0..TRIED {
        let case = VECTORS[rng.index(VECTORS.len())].clone();
        let geometry = &case.recipe.geometry;
        let is_large = geometry.disk_mib > LARGEST_DISK_MIB || geometry.log_mib > LARGEST_LOG_MIB;
        if is_large && (is_outside || rng.chance(80)) {
            continue;
        }
        if let Some(case) = case.for_profile(profile) {
            return case;
        }
    }
    TestCase::new(Recipe::default())
}

/// The vectors as cases. Those about time are left out: each costs as much as thousands.
static VECTORS: LazyLock<Vec<TestCase>> = LazyLock::new(|| {
    let stored = Corpus::embedded().iter();
    stored.filter_map(case).collect()
});

fn case(stored: &Stored) -> Option<TestCase> {
    let vector = &stored.vector;
    let recipe = Recipe::from_json(&vector.recipe.to_string()).ok()?;
    let case = TestCase {
        recipe,
        access: vector.access,
        max_file_size: vector.max_file_size,
    };
    vector.limit_ms.is_none().then_some(case)
}
