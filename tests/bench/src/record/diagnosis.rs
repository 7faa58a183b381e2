//! Which mistakes explain what a subject did.

use serde::{Deserialize, Serialize};

/// A mistake, or a set of them, that explains what a subject did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnosis {
    /// The flaws of the model that behave like it together.
    pub flaws: Vec<DiagnosedFlaw>,
    /// How many vectors the comparison is over.
    pub vectors: usize,
    /// On how many of them the subject did what the flaws do together.
    pub agree: usize,
}

/// One flaw of a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiagnosedFlaw {
    pub name: String,
    /// The clause that it drops or bends.
    pub clause: String,
    /// On how many vectors the flaws up to this one agree.
    pub agree: usize,
    /// The vectors that decide for it.
    pub decided_by: Vec<String>,
}
