//! What an outcome means: the verdict, and the two facts that it stands for.
//!
//! Contract: [`assess`] is a function of the expectations, the outcome and the profile alone. It
//! compares nothing itself; [`vhdx_log_oracle::differences`] does. An outcome is held against the
//! expectations that do as the subject did: one that was accepted against those that accept. Of
//! several the mildest counts. A subject that gave no answer refused nothing.
//!
//! UPD-2 is a SHOULD, and the clause that a refusal cites is for people: where nothing else is
//! wrong, the outcome passes with a remark.

mod accepted;
mod answer;
mod assessed;
mod disk;
mod failed;
mod held;
mod refused;

use vhdx_log_oracle::subject::{Case, Outcome, Profile};
use vhdx_log_oracle::{Expectation, Expectations, differences, following};

pub use self::answer::answer;
pub use self::assessed::{Assessed, Shortfall};
use self::held::{Held, not_observed};
use crate::record::Disk;

/// Says what an outcome means.
pub fn assess<'e>(
    expectations: &'e Expectations<'_>,
    outcome: &Outcome,
    profile: &Profile,
) -> Assessed<'e> {
    let allowed = following(expectations, profile);
    of_allowed(&allowed, &expectations.case, outcome)
}

fn of_allowed<'e>(allowed: &[&'e Expectation], case: &Case<'_>, outcome: &Outcome) -> Assessed<'e> {
    let held: Vec<Held<'e>> = allowed
        .iter()
        .map(|&expectation| Held {
            expectation,
            differences: differences(expectation, case, outcome).collect(),
        })
        .collect();
    // One that agrees in all comes before one that agrees in all that is binding.
    let passes = held.iter().filter(|held| held.agrees());
    if let Some(best) = passes.min_by_key(|held| held.differences.len()) {
        let disk = disk::of_pass(case, outcome);
        let is_accepted = matches!(outcome, Outcome::Accepted(_));
        return match disk {
            Disk::NotObserved if is_accepted => not_observed(),
            disk => best.passed(disk),
        };
    }
    match outcome {
        Outcome::Accepted(accepted) => accepted::assess(held, case, accepted),
        Outcome::Refused { file, .. } => refused::assess(held, case, file.as_ref()),
        Outcome::Failed(failed) => {
            let answered = failed.answered.as_ref();
            let answered = answered.map(|answered| of_allowed(allowed, case, answered));
            failed::assess(allowed, held, case, failed, answered)
        }
    }
}
