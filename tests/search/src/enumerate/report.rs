//! What an exploration found, for people and, to be merged, for programs.

use std::fmt;

use serde::{Deserialize, Serialize};

use vhdx_log_oracle::shard::{Shard, are_parts_of_one};

/// What became of the cases of all families.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form.
    pub schema: u32,
    /// The parts that are in it.
    pub shards: Vec<Shard>,
    /// Family by family.
    pub families: Vec<Explored>,
}

/// What became of the cases of one family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explored {
    /// The family.
    pub family: String,
    /// Its bounds in words.
    pub bounds: String,
    /// How many cases there are in these parts.
    pub cases: u64,
    /// How many were explored.
    pub explored: u64,
    /// How many of these had something to replay.
    pub replayed: u64,
    /// How many broke a property.
    pub broken: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

/// A case that breaks a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
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
    /// The most findings that are kept of each family.
    pub const FINDINGS: usize = 5;

    /// How many cases were explored in all.
    pub fn explored(&self) -> u64 {
        self.families.iter().map(|family| family.explored).sum()
    }

    /// Whether every case was explored and every property holds.
    pub fn is_clean(&self) -> bool {
        self.families
            .iter()
            .all(|family| family.broken == 0 && family.explored == family.cases)
    }

    /// Adds what other parts found.
    ///
    /// # Errors
    /// When the two are not parts of the same whole.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        let same = |(one, two): (&Explored, &Explored)| {
            one.family == two.family && one.bounds == two.bounds
        };
        are_parts_of_one(&self.shards, &other.shards)?;
        if self.families.len() != other.families.len() {
            return Err("these are not parts of one exploration".to_owned());
        }
        if !self.families.iter().zip(&other.families).all(same) {
            return Err("the parts have explored different cases".to_owned());
        }
        self.shards.extend(other.shards);
        for (one, two) in self.families.iter_mut().zip(other.families) {
            one.cases += two.cases;
            one.explored += two.explored;
            one.replayed += two.replayed;
            one.broken += two.broken;
            one.findings.extend(two.findings);
            one.findings.sort();
            one.findings.truncate(Self::FINDINGS);
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for family in &self.families {
            let Explored {
                family,
                bounds,
                cases,
                explored,
                replayed,
                broken,
                findings,
            } = family;
            writeln!(
                f,
                "{family}: {explored} of {cases} cases, {replayed} of them with something to replay"
            )?;
            writeln!(f, "  {bounds}")?;
            if *broken > 0 {
                writeln!(f, "  {broken} BROKEN; the first:")?;
            }
            for Finding {
                violation,
                case,
                choices,
            } in findings
            {
                writeln!(f, "  {case}\n    {violation}\n    choices {choices:?}")?;
            }
        }
        let cases: u64 = self.families.iter().map(|family| family.cases).sum();
        write!(f, "{} of {cases} cases", self.explored())?;
        if let [shard] = self.shards.as_slice()
            && *shard != Shard::WHOLE
        {
            write!(f, " (part {} of {})", shard.index, shard.of)?;
        }
        writeln!(f)
    }
}
