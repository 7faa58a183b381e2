//! Shards of a search, so that several machines can share it.
//!
//! A piece of work belongs to exactly one shard, by its number. This module is in the oracle only
//! because `crash` and `search` both need it and it is the lowest package that knows both; it knows
//! nothing of what is searched.

use serde::{Deserialize, Serialize};

/// Shard number `index`, from 0, of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub index: u32,
    pub of: u32,
}

impl Shard {
    /// The only shard: everything.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether the piece of this number belongs to this shard.
    pub const fn has(self, piece: usize) -> bool {
        piece % self.of as usize == self.index as usize
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((index, of)) if index < of => Ok(Self { index, of }),
            _ => Err(format!(
                "invalid shard '{text}': expected I/N with 0 <= I < N, such as 0/4"
            )),
        }
    }
}

/// Checks that two lists of shards are of one search, and have none in common.
///
/// # Errors
/// What is wrong with them.
pub fn are_parts_of_one(some: &[Shard], others: &[Shard]) -> Result<(), String> {
    let parts_of_one = others
        .iter()
        .all(|other| some.iter().all(|shard| shard.of == other.of));
    if !parts_of_one {
        return Err("these are not shards of one search".to_owned());
    }
    match others.iter().find(|other| some.contains(other)) {
        Some(twice) => Err(format!("shard {}/{} appears twice", twice.index, twice.of)),
        None => Ok(()),
    }
}
