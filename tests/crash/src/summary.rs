//! The result of a search, for programs: the JSON of `vhdx-log crash`. The results of several
//! shards can be added.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use vhdx_log_oracle::shard::{Shard, are_parts_of_one};
use vhdx_log_oracle::wide::decimal;

use crate::scenario::Failure;
use crate::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The version of this JSON form, [`SCHEMA`](Self::SCHEMA).
    pub schema: u32,
    /// What selected the workloads.
    #[serde(with = "decimal")]
    pub seed: u64,
    pub shards: Vec<Shard>,
    /// Whether a search was stopped before its end, so that the counts are partial.
    #[serde(default)]
    pub interrupted: bool,
    /// The time of all shards together.
    pub milliseconds: u64,
    #[serde(flatten)]
    pub tally: Tally,
    /// Pairs of a fault and a phase in which it can occur and was not injected, by name.
    #[serde(rename = "blind_spots")]
    pub uncovered: Vec<[String; 2]>,
    /// The first failure of each shard that has one.
    pub failures: Vec<FoundFailure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFailure {
    pub property: String,
    /// What was expected and found.
    pub detail: String,
    /// The token that reproduces it.
    pub replay: String,
}

impl Summary {
    /// The version of the JSON of `vhdx-log crash`.
    pub const SCHEMA: u32 = 2;

    /// The result of one shard.
    pub fn new(
        seed: u64,
        shard: Shard,
        elapsed: Duration,
        tally: Tally,
        failure: Option<&Failure>,
    ) -> Self {
        let found = |failure: &Failure| FoundFailure {
            property: failure.violation.property.to_owned(),
            detail: failure.violation.detail.clone(),
            replay: failure.scenario.to_string(),
        };
        let failures = failure.map(found).into_iter().collect();
        let uncovered = uncovered(&tally);
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        Self {
            schema: Self::SCHEMA,
            seed,
            shards: vec![shard],
            interrupted: false,
            milliseconds,
            tally,
            uncovered,
            failures,
        }
    }

    /// Adds the result of other shards.
    ///
    /// # Errors
    /// When the two are not shards of one search, or share one.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        are_parts_of_one(&self.shards, &other.shards)?;
        if self.seed != other.seed {
            return Err("these files are not shards of one search: seeds differ".to_owned());
        }
        self.shards.extend(other.shards);
        self.interrupted |= other.interrupted;
        self.milliseconds = self.milliseconds.saturating_add(other.milliseconds);
        self.tally.add(&other.tally);
        self.uncovered = uncovered(&self.tally);
        self.failures.extend(other.failures);
        Ok(())
    }
}

fn uncovered(tally: &Tally) -> Vec<[String; 2]> {
    tally
        .uncovered_cells()
        .into_iter()
        .map(|(kind, phase)| [kind.name().to_owned(), phase.name().to_owned()])
        .collect()
}
