//! Names that were replaced do not come back. Identifiers only: prose is for reviewers.

use super::sources::{Finding, Sources};
use super::tokens;

pub const RULE: &str = "retired name";

/// What was replaced, and by what.
const RETIRED: [(&str, &str); 21] = [
    ("Bend", "Corruption"),
    ("Bent", "Corruption"),
    ("bend", "corrupt"),
    ("Breaks", "FaultPlan"),
    ("Claim", "Property"),
    ("Dice", "Rng"),
    ("dice", "rng"),
    ("is_dear", "is_expensive"),
    ("Lineage", "History"),
    ("lineage", "history"),
    ("Made", "VectorWithImage"),
    ("promises", "lying_flush"),
    ("straighten", "simplify"),
    ("struck_at", "fired_at"),
    ("survey", "inspect"),
    ("tame", "clamp_sizes"),
    ("treatments", "dirty_policies"),
    ("unbent", "well_formed"),
    ("vhdx_log_conformance", "the package of the role"),
    ("watch", "progress"),
    ("World", "BaseImage or Case"),
];

pub fn check(sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in sources {
        let mut names = Vec::new();
        tokens::identifiers(&tokens::parse(path, text), &mut names);
        let stem = path.trim_end_matches(".rs").rsplit('/').next();
        names.extend(stem.map(|stem| (stem.to_owned(), 1)));
        for (name, line) in names {
            if let Some((_, instead)) = RETIRED.iter().find(|(retired, _)| *retired == name) {
                findings.push(Finding {
                    path: path.clone(),
                    line,
                    rule: RULE,
                    what: format!("`{name}`; use {instead}"),
                });
            }
        }
    }
    findings
}
