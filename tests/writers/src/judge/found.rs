//! The result of a search, as data.

use std::collections::BTreeMap;

use vhdx_log_crash::states::{Arrived, Choice};

use super::epoch::Wrongdoing;
use super::harm::Harm;

/// The wrong states of one kind: how many, and the simplest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub harm: Harm,
    /// The clause of a refusal.
    pub clause: Option<&'static str>,
    /// How many states.
    pub count: u64,
    /// The requests made before the crash of the simplest one.
    pub cut: usize,
    pub choice: Choice,
    /// What was expected and found.
    pub detail: String,
}

/// What was searched, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    pub epochs: u64,
    /// Those of which a sample was made, not every state.
    pub sampled_epochs: u64,
    /// States made.
    pub states: u64,
    /// States that had not been seen before in their epoch: recovered and checked.
    pub unique_states: u64,
    /// States from before the file was an image that opens: not judged.
    pub states_before_image: u64,
    /// Whether the search was stopped before its end.
    pub interrupted: bool,
    /// By harm and clause, the worst first.
    pub found: BTreeMap<(Harm, Option<&'static str>), Found>,
}

impl Judged {
    /// Counts a wrong state, and keeps it if it is simpler than the one before.
    pub(super) fn add(&mut self, wrong: Wrongdoing, cut: usize, choice: &Choice) {
        let one = Found {
            harm: wrong.harm,
            clause: wrong.clause,
            count: 1,
            cut,
            choice: choice.clone(),
            detail: wrong.detail,
        };
        self.merge_found(one);
    }

    fn merge_found(&mut self, one: Found) {
        let key = (one.harm, one.clause);
        let Some(known) = self.found.get_mut(&key) else {
            self.found.insert(key, one);
            return;
        };
        let count = known.count + one.count;
        if one.order() < known.order() {
            *known = one;
        }
        known.count = count;
    }

    /// Adds the result of other epochs. The sum does not depend on the order.
    #[must_use]
    pub(super) fn and(mut self, other: Self) -> Self {
        self.epochs += other.epochs;
        self.sampled_epochs += other.sampled_epochs;
        self.states += other.states;
        self.unique_states += other.unique_states;
        self.states_before_image += other.states_before_image;
        self.interrupted |= other.interrupted;
        other
            .found
            .into_values()
            .for_each(|one| self.merge_found(one));
        self
    }
}

impl Found {
    /// How many of the pending changes did not arrive whole.
    pub fn changes_lost(&self) -> usize {
        let arrived = self.choice.arrived.iter();
        arrived
            .filter(|&&arrived| arrived != Arrived::WHOLE)
            .count()
    }

    /// Simpler findings come first; no two are equal.
    fn order(&self) -> (usize, usize, Vec<Arrived>) {
        (self.changes_lost(), self.cut, self.choice.arrived.clone())
    }
}
