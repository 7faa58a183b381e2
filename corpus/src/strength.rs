//! How binding a demand is: of a clause, of a vector, or of a part of an expected result.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How binding a clause, or the expected outcome of a vector, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// The format says so.
    Must,
    /// The format recommends it. No vector requires it.
    Should,
    /// It follows from another clause, or from safety.
    Safe,
    /// The format leaves it open: several outcomes are allowed.
    Open,
}

impl fmt::Display for Strength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Safe => "safe",
            Self::Open => "open",
        })
    }
}
