//! What a search has looked at, in numbers; those of several searches can be added up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::faults::{Class, FaultKind, Phase};

/// Counts of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Workloads run to their end.
    pub workloads: u64,
    /// States there are to make, by arithmetic.
    pub enumerable: u64,
    /// States made.
    pub states: u64,
    /// States that had not been seen before: recovered and judged.
    pub unique_states: u64,
    /// States made, by fault and phase.
    pub cells: BTreeMap<FaultKind, BTreeMap<Phase, u64>>,
    /// What became of files that a device spoilt or lied about.
    pub fates: BTreeMap<FaultKind, BTreeMap<Fate, u64>>,
    /// A hash of everything that was looked at, in order: the same seed gives the same one. In JSON
    /// it is hexadecimal, since many readers of JSON round large numbers.
    #[serde(with = "hexadecimal")]
    pub trace_hash: u64,
}

/// What became of a file that nobody is bound to save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Nothing is lost.
    Intact,
    /// An older state: acknowledged changes are lost.
    Older,
    /// Sectors of several states.
    Mixed,
    /// The file is refused.
    Refused,
}

impl Fate {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 4] = [Self::Intact, Self::Older, Self::Mixed, Self::Refused];

    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Older => "older state",
            Self::Mixed => "mixed states",
            Self::Refused => "refused",
        }
    }
}

impl Tally {
    /// So many states are about to be made.
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

    /// A state was recovered and judged.
    pub fn judged(&mut self) {
        self.unique_states += 1;
    }

    /// Something became of a file.
    pub fn fate(&mut self, kind: FaultKind, fate: Fate) {
        *self.fates.entry(kind).or_default().entry(fate).or_default() += 1;
    }

    /// Takes something that was looked at into the hash.
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

    /// Faults that the fault model has in a phase, and that this search never made there.
    pub fn blind_spots(&self) -> Vec<(FaultKind, Phase)> {
        let cells = FaultKind::ALL
            .into_iter()
            .flat_map(|kind| Phase::ALL.map(|phase| (kind, phase)));
        cells
            .filter(|&(kind, phase)| kind.can_meet(phase) && self.cell(kind, phase) == 0)
            .collect()
    }

    /// States whose recovery must be right.
    pub fn legal_states(&self) -> u64 {
        let rows = self
            .cells
            .iter()
            .filter(|(kind, _)| matches!(kind.class(), Class::PowerLoss | Class::Request));
        rows.flat_map(|(_, row)| row.values()).sum()
    }
}

mod hexadecimal {
    //! A number that no reader of JSON rounds.

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        u64::from_str_radix(&String::deserialize(deserializer)?, 16).map_err(D::Error::custom)
    }
}
