//! What a search found, for programs: the JSON of `vhdx-log crash`. Those of several parts can be
//! added up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::scenario::Failure;
use super::tally::Tally;
use vhdx_log_oracle::shard::{Shard, are_parts_of_one};

/// The counts, what decided them, and what went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The version of this form.
    pub schema: u32,
    /// What decided the workloads.
    pub seed: u64,
    /// The parts that are in it.
    pub shards: Vec<Shard>,
    /// How long it took, all parts together.
    pub milliseconds: u64,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Faults that were never made in a phase that they can meet, by name.
    pub blind_spots: Vec<[String; 2]>,
    /// The first failure of each part that has one.
    pub failures: Vec<Broken>,
}

/// A property that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The property.
    pub property: String,
    /// What was expected and found.
    pub detail: String,
    /// The token that shows it again.
    pub replay: String,
}

impl Summary {
    /// The version of this form.
    pub const SCHEMA: u32 = 1;

    /// Of one part.
    pub fn new(
        seed: u64,
        shard: Shard,
        elapsed: Duration,
        tally: Tally,
        failure: Option<&Failure>,
    ) -> Self {
        let broken = |failure: &Failure| Broken {
            property: failure.violation.property.to_owned(),
            detail: failure.violation.detail.clone(),
            replay: failure.scenario.to_string(),
        };
        let failures = failure.map(broken).into_iter().collect();
        let blind_spots = blind_spots(&tally);
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        Self {
            schema: Self::SCHEMA,
            seed,
            shards: vec![shard],
            milliseconds,
            tally,
            blind_spots,
            failures,
        }
    }

    /// Adds what other parts found.
    ///
    /// # Errors
    /// When the two are not parts of the same whole.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        are_parts_of_one(&self.shards, &other.shards)?;
        if self.seed != other.seed || other.schema != Self::SCHEMA {
            return Err("these are not parts of one exploration".to_owned());
        }
        self.shards.extend(other.shards);
        self.milliseconds = self.milliseconds.saturating_add(other.milliseconds);
        self.tally.add(&other.tally);
        self.blind_spots = blind_spots(&self.tally);
        self.failures.extend(other.failures);
        Ok(())
    }
}

fn blind_spots(tally: &Tally) -> Vec<[String; 2]> {
    tally
        .blind_spots()
        .into_iter()
        .map(|(kind, phase)| [kind.name().to_owned(), phase.name().to_owned()])
        .collect()
}
