//! Shrinking: the simplest recipe that still fails.
//!
//! This is delta debugging over the structure of the recipe, not over bytes: every candidate is a
//! recipe with less in it. Large steps come first (half of the log removed), then smaller ones (one
//! corruption removed, one number halved), again and again until no single step keeps the failure.
//! The result is a local minimum, found greedily.
//!
//! Every step makes the recipe simpler by the same measure (fewer parts, then smaller or more usual
//! values), so the descent ends even without a budget. [`Descent`] does one step at a time, for
//! callers that run the check themselves; [`shrink()`] does all of them. What counts as the same
//! failure is up to the check.

mod parts;
mod simpler;

use super::recipe::Recipe;

pub(crate) use parts::descend;
pub use simpler::simpler;
pub(crate) use simpler::{pinned, rename_tails, without};

/// The simplest recipe found for which `still_fails` is true, within `budget` calls of it. It is
/// not called on `recipe` itself, which is known to fail.
///
/// ```
/// use vhdx_log_image::{Entry, Recipe, Target, shrink};
///
/// let long = Recipe::default().run(7, 20, [Target::Bat(0), Target::Payload(300)]);
/// let passes_50 = |recipe: &Recipe| {
///     recipe.placements().iter().any(|placed| placed.sector + placed.sectors > 50)
/// };
/// let short = shrink::shrink(long, &mut |recipe| passes_50(recipe), 1000);
/// assert_eq!(short, Recipe::with_log([Entry::empty().at(50).into()]));
/// ```
pub fn shrink(
    recipe: Recipe,
    still_fails: &mut dyn FnMut(&Recipe) -> bool,
    budget: usize,
) -> Recipe {
    let mut descent = Descent::from(recipe);
    for _ in 0..budget {
        let Some(candidate) = descent.propose() else {
            break;
        };
        if still_fails(candidate) {
            descent.accept();
        }
    }
    descent.best
}

/// A descent to a simple recipe that still fails.
#[derive(Clone, Debug)]
pub struct Descent {
    best: Recipe,
    candidates: Vec<Recipe>,
    /// The index of the candidate that was proposed last, plus one.
    position: usize,
    /// How many candidates in a row did not fail.
    rejected: usize,
}

impl Descent {
    /// Starts at a recipe that fails.
    pub fn from(recipe: Recipe) -> Self {
        Self {
            candidates: simpler(&recipe).collect(),
            best: recipe,
            position: 0,
            rejected: 0,
        }
    }

    /// The simplest recipe so far that fails.
    pub fn best(&self) -> &Recipe {
        &self.best
    }

    /// A simpler recipe than the best one, to be checked; `None` when all have been. When it fails,
    /// call [`accept`](Self::accept) before the next call.
    pub fn propose(&mut self) -> Option<&Recipe> {
        if self.rejected >= self.candidates.len() {
            return None;
        }
        self.rejected += 1;
        self.position = self.position % self.candidates.len() + 1;
        self.candidates.get(self.position - 1)
    }

    /// The recipe proposed last fails: it becomes the best one.
    ///
    /// The next proposal is the next step in order, not the first one again. Steps that lost the
    /// failure for the previous recipe mostly lose it for this one too, and are tried again before
    /// the descent ends.
    pub fn accept(&mut self) {
        let index = self.position.saturating_sub(1);
        if index < self.candidates.len() {
            self.best = self.candidates.swap_remove(index);
            self.candidates = simpler(&self.best).collect();
            self.position = index.min(self.candidates.len());
            self.rejected = 0;
        }
    }
}
