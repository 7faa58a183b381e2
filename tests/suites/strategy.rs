//! Generated recipes as a strategy for proptest.

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use vhdx_log_image::Recipe;
use vhdx_log_image::generate::{Rng, sample};
use vhdx_log_image::shrink::Descent;

/// Recipes as [`sample`] makes them, shrunk as [`shrink`](vhdx_log_image::shrink) does.
pub fn recipe() -> RecipeStrategy {
    RecipeStrategy
}

/// A strategy for recipes: see [`recipe`].
#[derive(Clone, Copy, Debug)]
pub struct RecipeStrategy;

impl Strategy for RecipeStrategy {
    type Tree = RecipeTree;
    type Value = Recipe;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let recipe = sample(&mut Rng::new(runner.rng().next_u64()));
        Ok(RecipeTree {
            current: recipe,
            descent: None,
        })
    }
}

/// A recipe, and the descent from it once it is known to fail.
#[derive(Clone, Debug)]
pub struct RecipeTree {
    current: Recipe,
    descent: Option<Descent>,
}

impl RecipeTree {
    /// Makes the next simpler recipe current; if there is none, the simplest that failed.
    fn next(&mut self) -> bool {
        let Some(descent) = &mut self.descent else {
            return false;
        };
        match descent.propose() {
            Some(simpler) => {
                self.current = simpler.clone();
                true
            }
            None => {
                self.current = descent.best().clone();
                false
            }
        }
    }
}

impl ValueTree for RecipeTree {
    type Value = Recipe;

    fn current(&self) -> Recipe {
        self.current.clone()
    }

    /// The current recipe fails.
    fn simplify(&mut self) -> bool {
        match &mut self.descent {
            Some(descent) => descent.accept(),
            None => self.descent = Some(Descent::from(self.current.clone())),
        }
        self.next()
    }

    /// The current recipe does not fail.
    fn complicate(&mut self) -> bool {
        self.next()
    }
}
