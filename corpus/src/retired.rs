//! The vectors that were taken out of the corpus: `retired.json`. Their ids are never used again.

use std::sync::LazyLock;

use serde::Deserialize;

/// A vector that is no longer part of the corpus.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// Its id. No other vector ever has it.
    pub id: String,
    /// The first version of the corpus without it.
    pub since: String,
    /// What was wrong with it.
    pub because: String,
    /// The vector that shows what it was meant to show.
    pub see: String,
}

/// All vectors that were taken out, oldest first.
pub fn retired() -> &'static [Retired] {
    static RETIRED: LazyLock<Vec<Retired>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../retired.json")).expect("retired.json is valid")
    });
    &RETIRED
}
