//! Smaller recipes that still show the same thing.
//!
//! Delta debugging over the recipe's structure, not over bytes: what is tried is always a recipe
//! that says less. The big steps come first (half of the log gone), then ever smaller ones (one
//! corruption gone, one number halved), round and round until no single step keeps the failure: a local
//! minimum, found greedily.
//!
//! Every step makes the recipe simpler by one and the same measure (fewer parts, then smaller or
//! more usual values), so the descent ends even without a budget. [`Descent`] is the descent one
//! step at a time, for those who run the check themselves; [`shrink`] is all of it.

mod parts;
mod simpler;

use super::recipe::Recipe;

pub(crate) use parts::descend;
pub use simpler::simpler;
pub(crate) use simpler::{pinned, rename_tails, without};

/// The simplest recipe found, within `budget` calls of `still_fails`, for which it holds. The check
/// is not called on `recipe` itself.
///
/// ```
/// use vhdx_log_image::{Entry, Recipe, Target, shrink};
///
/// let long = Recipe::default().run(7, 20, [Target::Bat(0), Target::Payload(300)]);
/// let wraps = |recipe: &Recipe| recipe.build().placements().iter().any(|placed| placed.sector + placed.sectors > 50);
/// let short = shrink::shrink(long, &mut |recipe| wraps(recipe), 1000);
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

/// A descent towards the simplest recipe that still fails.
#[derive(Clone, Debug)]
pub struct Descent {
    best: Recipe,
    candidates: Vec<Recipe>,
    /// The candidate that was proposed last, plus one.
    position: usize,
    /// How many candidates in a row were not accepted.
    rejected: usize,
}

impl Descent {
    /// Begins at a recipe that fails.
    pub fn from(recipe: Recipe) -> Self {
        Self {
            candidates: simpler(&recipe).collect(),
            best: recipe,
            position: 0,
            rejected: 0,
        }
    }

    /// The simplest recipe so far that is known to fail.
    pub fn best(&self) -> &Recipe {
        &self.best
    }

    /// A simpler recipe than the best one, to be tried; `None` when all of them were. Not calling
    /// [`accept`](Self::accept) before the next call says that this one does not fail.
    pub fn propose(&mut self) -> Option<&Recipe> {
        if self.rejected >= self.candidates.len() {
            return None;
        }
        self.rejected += 1;
        self.position = self.position % self.candidates.len() + 1;
        self.candidates.get(self.position - 1)
    }

    /// Takes the recipe proposed last for the best one.
    ///
    /// The next proposal is the step that follows in order, not the first one again: the steps that
    /// failed for the recipe before mostly fail for this one too, and come round again before the
    /// end.
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
