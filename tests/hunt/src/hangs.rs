//! Images on which the program hangs: each costs its whole time limit, so they are tried less.
//!
//! Where the mistake has a name, the model with that flaw says on which images the program will
//! hang. Otherwise images that break the same clauses in the same shape are taken to be alike: each
//! hang halves the chance that another one like it is tried.

use vhdx_log_image::generate::Rng;
use vhdx_log_model::flaw;
use vhdx_log_oracle::subject::{FailureKind, Model, Outcome, Subject};

use crate::case::TestCase;
use crate::coverage::{Facts, cells};
use crate::examine::Wrong;
use crate::finding::Name;
use crate::state::State;

/// In percent: how many of the images on which a named mistake hangs are tried all the same.
const TRIED: u32 = 2;

/// Whether a program took its whole time.
pub(crate) fn is_hang(wrong: &Wrong) -> bool {
    wrong.symptom.has_no_end()
}

/// Takes note of a hang.
pub(crate) fn note(state: &mut State, case: &TestCase, facts: &Facts, wrong: &Wrong) {
    if is_hang(wrong) {
        *state.hangs.entry(key(case, facts)).or_insert(0) += 1;
    }
}

/// Whether a case is left out because the program will most likely hang on it.
pub(crate) fn is_avoided(state: &State, case: &TestCase, facts: &Facts, rng: &mut Rng) -> bool {
    if state.hangs.is_empty() {
        return false;
    }
    let hangs = state.hangs.get(&key(case, facts)).copied().unwrap_or(0);
    let odds = 1 << hangs.min(10);
    if rng.below(odds) > 0 {
        return true;
    }
    is_predicted(state, case) && !rng.chance(TRIED)
}

/// Whether a reader with a mistake that was found hangs on it.
fn is_predicted(state: &State, case: &TestCase) -> bool {
    let hanging = state.findings.iter().filter(|one| one.symptom.has_no_end());
    let mut flaws = hanging.filter_map(|one| match &one.name {
        Name::Flaw(name) => flaw(name),
        Name::New(_) => None,
    });
    let image = case.image();
    flaws.any(|flaw| {
        let outcome = Model::flawed(flaw).open(&case.on(&image));
        let failed = match &outcome {
            Outcome::Failed(failed) => Some(&failed.kind),
            Outcome::Accepted(_) | Outcome::Refused { .. } => None,
        };
        matches!(failed, Some(FailureKind::Hang { .. }))
    })
}

fn key(case: &TestCase, facts: &Facts) -> String {
    cells(case, facts, 'h').join(",")
}
