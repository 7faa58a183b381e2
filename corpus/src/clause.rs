//! The demands of the format, by the ids that vectors cite. Kept as data (`clauses.json`) for
//! programs in any language.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::vector::Strength;

/// One demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id, such as `SEQ-4`.
    pub id: String,
    /// How binding it is.
    pub strength: Strength,
    /// The section of [MS-VHDX] it comes from, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Who has to heed it.
    pub scope: Scope,
    /// The sides that a vector can show; both unless said otherwise.
    #[serde(default = "Side::both", skip_serializing_if = "is_both")]
    pub sides: Vec<Side>,
    /// Why not both sides can be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides_because: Option<String>,
    /// What it demands, in short.
    pub text: String,
}

/// Who has to heed a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// A program that opens an image: the vectors cover it.
    Reading,
    /// A program that writes the log.
    Writing,
    /// A program that checks a whole image.
    Inspection,
}

/// What a vector shows of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// That what meets it is accepted, or done.
    Accepts,
    /// That what breaks it is refused, ignored or left undone.
    Refuses,
    /// Which readings it allows.
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

/// All clauses, in their order.
///
/// # Panics
/// Never in a published version: a test reads them.
pub fn clauses() -> &'static [Clause] {
    static ALL: LazyLock<Vec<Clause>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../clauses.json"))
            .expect("the embedded clauses are right")
    });
    &ALL
}

/// The clause of that id.
pub fn clause(id: &str) -> Option<&'static Clause> {
    clauses().iter().find(|clause| clause.id == id)
}
