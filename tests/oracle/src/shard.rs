//! Parts of a search, so that machines can share it.

use serde::{Deserialize, Serialize};

/// A part: number `index`, from 0, of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether the piece of this number belongs to this part.
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
                "'{text}' is no part of a whole; write I/N with I from 0 to N - 1, such as 0/4"
            )),
        }
    }
}

/// Makes sure that two lists of parts belong together, and share none.
///
/// # Errors
/// What is wrong with them.
pub fn are_parts_of_one(some: &[Shard], others: &[Shard]) -> Result<(), String> {
    let parts_of_one = others
        .iter()
        .all(|other| some.iter().all(|shard| shard.of == other.of));
    if !parts_of_one {
        return Err("these are not parts of one exploration".to_owned());
    }
    match others.iter().find(|other| some.contains(other)) {
        Some(twice) => Err(format!(
            "part {} of {} is there twice",
            twice.index, twice.of
        )),
        None => Ok(()),
    }
}
