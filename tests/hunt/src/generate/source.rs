//! Where cases come from, and how much each source is worth to this hunt.

use serde::{Deserialize, Serialize};
use vhdx_log_image::generate::Rng;

/// A source of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// Recipes with a random part of all features and corruptions.
    Swarm,
    /// Mutations of the corpus, and of cases that showed something new.
    Mutation,
    /// The same log written in another way that must, or must not, come out alike.
    Neighbour,
    /// The small cases of the exhaustive search in whole images.
    Small,
    /// What our writer leaves when the power fails.
    Crashed,
}

impl Source {
    pub(crate) const ALL: [Self; 5] = [
        Self::Swarm,
        Self::Mutation,
        Self::Neighbour,
        Self::Small,
        Self::Crashed,
    ];

    /// How likely it is at first.
    const fn weight(self) -> u32 {
        match self {
            Self::Swarm => 30,
            Self::Mutation => 40,
            Self::Neighbour => 12,
            Self::Small => 13,
            Self::Crashed => 5,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Swarm => "swarm",
            Self::Mutation => "mutation",
            Self::Neighbour => "neighbour",
            Self::Small => "small case",
            Self::Crashed => "crashed writer",
        }
    }
}

/// What each source has yielded so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yields {
    /// Cases, and how many of them showed something new, in the order of [`Source::ALL`].
    counts: [(u64, u64); 5],
}

impl Yields {
    /// Takes note of a case.
    pub(crate) fn note(&mut self, source: Source, is_new: bool) {
        let (cases, news) = &mut self.counts[source as usize];
        *cases += 1;
        *news += u64::from(is_new);
    }

    /// A source: those that show new things are likelier, and none is left out.
    pub(crate) fn pick(&self, rng: &mut Rng) -> Source {
        let weight = |source: Source| {
            let (cases, news) = self.counts[source as usize];
            // From half the weight, for a source that shows nothing new, to twice as much.
            let share = (news * 64).checked_div(cases).unwrap_or(16).min(48) as u32;
            (source.weight() * (16 + share), source)
        };
        rng.weighted(&Source::ALL.map(weight))
    }
}

#[cfg(test)]
mod tests {
    use super::{Rng, Source, Yields};

    #[test]
    fn a_source_that_shows_new_things_is_picked_more_often_and_no_other_is_left_out() {
        let mut yields = Yields::default();
        for source in Source::ALL {
            (0..100).for_each(|_| yields.note(source, source == Source::Crashed));
        }
        let mut rng = Rng::new(1);
        let picked: Vec<Source> = (0..2000).map(|_| yields.pick(&mut rng)).collect();
        let count = |source| picked.iter().filter(|&&one| one == source).count();
        assert!(count(Source::Crashed) > 250, "{}", count(Source::Crashed));
        assert!(Source::ALL.iter().all(|&source| count(source) > 100));
    }
}
