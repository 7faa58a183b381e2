//! The map: how often each cell was seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::clauses::Facts;
use super::shape::traits;
use crate::case::TestCase;

/// A clause, the format's answer, a trait of the ring, and the program's answer, as one key.
pub(crate) type Cell = String;

/// How often each cell was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage {
    seen: BTreeMap<Cell, u64>,
}

/// The cells of a case: each clause that it breaks with each trait that it has.
pub(crate) fn cells(case: &TestCase, facts: &Facts, answer: char) -> Vec<Cell> {
    let shapes: Vec<&str> = std::iter::once("any").chain(traits(case)).collect();
    let clauses = facts.broken.iter().copied().chain(["none"]);
    let cells = clauses.flat_map(|clause| {
        let shapes = shapes.iter();
        shapes.map(move |shape| format!("{clause} {}{answer} {shape}", facts.letter))
    });
    cells.collect()
}

impl Coverage {
    /// How many cells have been seen.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing has been seen.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// How many clauses have been seen broken.
    pub fn clauses(&self) -> usize {
        let names = self.seen.keys().filter_map(|cell| cell.split(' ').next());
        let mut names: Vec<&str> = names.filter(|name| *name != "none").collect();
        names.dedup();
        names.len()
    }

    /// Counts the cells of a case. Returns how many of them are new.
    pub(crate) fn note(&mut self, cells: &[Cell]) -> u64 {
        let mut news = 0;
        for cell in cells {
            let count = self.seen.entry(cell.clone()).or_insert(0);
            news += u64::from(*count == 0);
            *count += 1;
        }
        news
    }

    /// How often a cell was seen.
    pub(crate) fn count(&self, cell: &str) -> u64 {
        self.seen.get(cell).copied().unwrap_or(0)
    }
}
