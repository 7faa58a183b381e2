//! The clauses: the demands of the format, by the ids that vectors cite.
//!
//! They are data, `clauses.json`, so that programs in any language can read them. `SPEC.md` is the
//! same list in full, with explanations and the layouts.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::strength::Strength;

/// One demand of the format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The id, such as `SEQ-4`.
    pub id: String,
    /// How binding it is.
    pub strength: Strength,
    /// The section of \[MS-VHDX\] it comes from; absent when it is derived from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Which programs it is for.
    pub scope: Scope,
    /// The sides that a vector can show; both when absent in the file.
    #[serde(default = "Side::both", skip_serializing_if = "is_both")]
    pub sides: Vec<Side>,
    /// Why a vector cannot show both sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides_because: Option<String>,
    /// The demand, in one sentence: the first paragraph of the clause in `SPEC.md`.
    pub text: String,
}

/// The programs that a clause is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Programs that open an image. Vectors cover these clauses.
    Reading,
    /// Programs that write the log.
    Writing,
    /// Programs that check a whole image.
    Inspection,
}

/// What a vector shows of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What satisfies the clause is accepted, or done.
    Accepts,
    /// What violates the clause is refused, ignored or left undone.
    Refuses,
    /// Which outcomes the clause leaves open.
    Open,
}

impl Side {
    fn both() -> Vec<Self> {
        vec![Self::Accepts, Self::Refuses]
    }
}

fn is_both(sides: &[Side]) -> bool {
    sides.len() == 2
}

/// All clauses, in the order of `SPEC.md`.
///
/// # Panics
/// Only if the embedded file is damaged; the tests of this project read it.
pub fn clauses() -> &'static [Clause] {
    static ALL: LazyLock<Vec<Clause>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../clauses.json"))
            .expect("the embedded clauses.json is valid")
    });
    &ALL
}

/// The clause with this id.
pub fn clause(id: &str) -> Option<&'static Clause> {
    clauses().iter().find(|clause| clause.id == id)
}
