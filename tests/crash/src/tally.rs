//! What a search covered, in numbers. Those of several searches can be added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::wide::hexadecimal;

use crate::checks::Fate;
use crate::faults::{Class, FaultKind, Phase};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Recordings searched; for our writer, workloads run to their end.
    pub workloads: u64,
    /// How many states there are, computed before they are made.
    pub enumerable: u64,
    /// States made.
    pub states: u64,
    /// States that had not been seen before: recovered and checked.
    pub unique_states: u64,
    /// States made, by fault and phase.
    pub cells: BTreeMap<FaultKind, BTreeMap<Phase, u64>>,
    /// Outcomes after media faults and lying flushes.
    pub fates: BTreeMap<FaultKind, BTreeMap<Fate, u64>>,
    /// A hash of every state, in order: the same seed gives the same one.
    #[serde(with = "hexadecimal")]
    pub trace_hash: u64,
}

impl Tally {
    /// Adds to the number of states there are.
    pub fn expect(&mut self, states: u64) {
        self.enumerable += states;
    }

    /// A state was made.
    pub fn count(&mut self, kind: FaultKind, phase: Phase) {
        self.states += 1;
        *self
            .cells
            .entry(kind)
            .or_default()
            .entry(phase)
            .or_default() += 1;
    }

    /// A state was recovered and checked.
    pub fn judged(&mut self) {
        self.unique_states += 1;
    }

    /// Records an outcome.
    pub fn fate(&mut self, kind: FaultKind, fate: Fate) {
        *self.fates.entry(kind).or_default().entry(fate).or_default() += 1;
    }

    /// Mixes a state into the hash.
    pub fn look(&mut self, hash: u64) {
        self.trace_hash =
            (self.trace_hash.rotate_left(5) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    /// How many states there were of a kind in a phase.
    pub fn cell(&self, kind: FaultKind, phase: Phase) -> u64 {
        self.cells
            .get(&kind)
            .and_then(|row| row.get(&phase))
            .copied()
            .unwrap_or(0)
    }

    /// Adds the counts of another search. The sum does not depend on the order.
    pub fn add(&mut self, other: &Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.workloads, other.workloads);
        add(&mut self.enumerable, other.enumerable);
        add(&mut self.states, other.states);
        add(&mut self.unique_states, other.unique_states);
        for (kind, row) in &other.cells {
            for (phase, count) in row {
                add(
                    self.cells
                        .entry(*kind)
                        .or_default()
                        .entry(*phase)
                        .or_default(),
                    *count,
                );
            }
        }
        for (kind, row) in &other.fates {
            for (fate, count) in row {
                add(
                    self.fates
                        .entry(*kind)
                        .or_default()
                        .entry(*fate)
                        .or_default(),
                    *count,
                );
            }
        }
        self.trace_hash = self.trace_hash.wrapping_add(other.trace_hash);
    }

    /// The faults that can occur in a phase and were never injected there.
    pub fn uncovered_cells(&self) -> Vec<(FaultKind, Phase)> {
        let cells = FaultKind::ALL
            .into_iter()
            .flat_map(|kind| Phase::ALL.map(|phase| (kind, phase)));
        cells
            .filter(|&(kind, phase)| kind.can_occur_in(phase) && self.cell(kind, phase) == 0)
            .collect()
    }

    /// States whose recovery must give an allowed state.
    pub fn legal_states(&self) -> u64 {
        let rows = self
            .cells
            .iter()
            .filter(|(kind, _)| matches!(kind.class(), Class::PowerLoss | Class::IoError));
        rows.flat_map(|(_, row)| row.values()).sum()
    }
}
