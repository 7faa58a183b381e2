//! Swarm testing: each round has a random part of all features.

use vhdx_log_image::Recipe;
use vhdx_log_image::generate::{Rng, sample, well_formed};

use super::features::{FEATURES, Feature};

/// The features of a round.
#[derive(Clone, Debug)]
pub(super) struct Swarm {
    on: Vec<Feature>,
}

impl Swarm {
    /// A random part of the features: from a few to a third of them.
    pub(super) fn new(rng: &mut Rng) -> Self {
        let percent = rng.pick(&[6, 12, 20, 33]);
        let mut on: Vec<Feature> = Vec::new();
        for feature in FEATURES {
            if rng.chance(percent) {
                on.push(feature);
            }
        }
        if on.is_empty() {
            on.push(FEATURES[rng.index(FEATURES.len())]);
        }
        Self { on }
    }

    /// A log as a writer could leave it, with some of the features of the round.
    pub(super) fn recipe(&self, rng: &mut Rng) -> Recipe {
        // Sometimes what every round can have.
        if rng.chance(15) {
            return sample(rng);
        }
        let mut recipe = well_formed(rng);
        for _ in 0..rng.weighted(&[(10, 0), (45, 1), (30, 2), (15, 3)]) {
            let feature = self.on[rng.index(self.on.len())];
            feature(&mut recipe, rng);
        }
        recipe
    }
}
