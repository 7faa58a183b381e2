//! The result of an exploration: text for people, JSON to be merged.
//!
//! Contract: the sum of all shards is the report of the whole, in any order; shards that overlap or
//! belong to different explorations are not added. A few failures are kept, all are counted.

use std::fmt;

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::shard::{Shard, are_parts_of_one};

use super::family::Family;

/// The result for all families.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form.
    pub schema: u32,
    /// The shards that were merged into it.
    pub shards: Vec<Shard>,
    /// Whether a shard was stopped before its end, so that the counts are partial.
    #[serde(default)]
    pub interrupted: bool,
    pub families: Vec<Explored>,
}

/// The result for one family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explored {
    pub family: String,
    /// Its bounds in words.
    pub bounds: String,
    /// How many cases there are in these shards.
    pub cases: u64,
    /// How many have been checked.
    pub explored: u64,
    /// How many of these had something to replay.
    pub replayed: u64,
    /// How many violate a property.
    pub failed: u64,
    /// The first of these.
    pub failures: Vec<FailedCase>,
}

/// A case that violates a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FailedCase {
    /// The property, and what was expected and found.
    pub violation: String,
    /// The case in words, or as a recipe.
    pub case: String,
    /// The choices that make it.
    pub choices: Vec<usize>,
}

impl Report {
    /// The version of this form.
    pub const SCHEMA: u32 = 2;

    /// How many cases have been checked in all.
    pub fn explored(&self) -> u64 {
        self.families.iter().map(|family| family.explored).sum()
    }

    /// Whether every case has been checked.
    pub fn is_complete(&self) -> bool {
        self.families
            .iter()
            .all(|family| family.explored == family.cases)
    }

    /// Whether every case has been checked and no property is violated.
    pub fn is_clean(&self) -> bool {
        let failed = self.families.iter().any(|family| family.failed > 0);
        self.is_complete() && !self.interrupted && !failed
    }

    /// Adds the report of other shards.
    ///
    /// # Errors
    /// When the two are not disjoint shards of the same exploration.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        let same = |(one, two): (&Explored, &Explored)| {
            one.family == two.family && one.bounds == two.bounds
        };
        are_parts_of_one(&self.shards, &other.shards)?;
        if self.families.len() != other.families.len() {
            return Err("the reports are of different explorations".to_owned());
        }
        if !self.families.iter().zip(&other.families).all(same) {
            return Err("the reports are of different families or bounds".to_owned());
        }
        self.shards.extend(other.shards);
        self.interrupted |= other.interrupted;
        let families = std::mem::take(&mut self.families);
        self.families = families
            .into_iter()
            .zip(other.families)
            .map(|(one, two)| one.add(two))
            .collect();
        Ok(())
    }
}

impl Explored {
    /// The most failures that are kept.
    const KEPT: usize = 5;

    /// Nothing checked yet.
    pub(super) fn empty(family: &Family) -> Self {
        Self {
            family: family.name.to_owned(),
            bounds: family.bounds.to_owned(),
            cases: 0,
            explored: 0,
            replayed: 0,
            failed: 0,
            failures: Vec::new(),
        }
    }

    /// Counts a failure, and keeps it if it is one of the first.
    pub(super) fn fail(&mut self, failure: impl FnOnce() -> FailedCase) {
        self.failed += 1;
        if self.failures.len() < Self::KEPT {
            self.failures.push(failure());
        }
    }

    /// Adds the result for other cases of the same family.
    pub(super) fn add(mut self, other: Self) -> Self {
        self.cases += other.cases;
        self.explored += other.explored;
        self.replayed += other.replayed;
        self.failed += other.failed;
        self.failures.extend(other.failures);
        self.failures.sort();
        self.failures.truncate(Self::KEPT);
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for family in &self.families {
            family.fmt(f)?;
        }
        let cases: u64 = self.families.iter().map(|family| family.cases).sum();
        write!(f, "{} of {cases} cases", self.explored())?;
        if let [shard] = self.shards.as_slice()
            && *shard != Shard::WHOLE
        {
            write!(f, " (shard {}/{})", shard.index, shard.of)?;
        }
        if self.interrupted {
            write!(f, "; interrupted, so the rest is not checked")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            family,
            bounds,
            cases,
            explored,
            replayed,
            failed,
            failures,
        } = self;
        writeln!(
            f,
            "{family}: {explored} of {cases} cases, {replayed} of them with something to replay"
        )?;
        writeln!(f, "  {bounds}")?;
        if *failed > 0 {
            writeln!(f, "  {failed} FAILED; the first:")?;
        }
        for failure in failures {
            writeln!(f, "  {}\n    {}", failure.case, failure.violation)?;
            f.write_str("    choices:")?;
            for choice in &failure.choices {
                write!(f, " {choice}")?;
            }
            writeln!(f)?;
        }
        if *failed > 0 {
            writeln!(
                f,
                "  reproduce it with\n    vhdx-log exhaust --only {family}"
            )?;
        }
        Ok(())
    }
}
