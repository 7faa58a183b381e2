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
mod disk;
mod failed;
mod refused;

use vhdx_log_oracle::subject::{Case, Outcome, Profile};
use vhdx_log_oracle::{Aspect, Difference, Expectation, Expectations, differences, following};

pub use self::answer::answer;
use crate::record::Disk;
use crate::verdict::Verdict;

/// What an outcome means.
#[derive(Clone, Debug)]
pub struct Assessed<'e> {
    pub verdict: Verdict,
    pub disk: Disk,
    /// The expectation that the outcome agrees with; `None` unless it passes.
    pub expectation: Option<&'e Expectation>,
    /// How it differs from each expectation that it is held against; empty when it passes.
    pub differences: Vec<Shortfall<'e>>,
    /// What is worth a note and breaks no binding demand.
    pub remarks: Vec<String>,
}

/// How an outcome falls short of one expectation.
#[derive(Clone, Debug)]
pub struct Shortfall<'e> {
    pub expectation: &'e Expectation,
    /// The first difference.
    pub first: Difference,
    /// What the first bytes that differ are in: a sector or the guest's disk.
    pub bytes: Option<Aspect>,
}

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
        Outcome::Failed(failed) => failed::assess(allowed, held, case, failed),
    }
}

/// An expectation, and how the outcome differs from it.
struct Held<'e> {
    expectation: &'e Expectation,
    differences: Vec<Difference>,
}

impl<'e> Held<'e> {
    /// Whether it agrees in everything that is binding.
    fn agrees(&self) -> bool {
        let mut differences = self.differences.iter();
        differences
            .all(|difference| matches!(difference.aspect, Aspect::Reason | Aspect::OtherHeader))
    }

    /// Whether it answers as the subject did.
    fn answers_alike(&self) -> bool {
        let mut differences = self.differences.iter();
        differences.all(|difference| difference.aspect != Aspect::Answer)
    }

    fn aspects(&self) -> impl Iterator<Item = Aspect> {
        self.differences.iter().map(|difference| difference.aspect)
    }

    fn passed(&self, disk: Disk) -> Assessed<'e> {
        let remarks = self.differences.iter().map(remark);
        Assessed {
            verdict: Verdict::Pass,
            disk,
            expectation: Some(self.expectation),
            differences: Vec::new(),
            remarks: remarks.collect(),
        }
    }
}

fn remark(difference: &Difference) -> String {
    let Difference {
        clause,
        expected,
        found,
        ..
    } = difference;
    let clause = clause.map_or(String::new(), |clause| format!("{clause}: "));
    format!("{clause}expected: {expected}, found: {found}")
}

/// It accepted the image, as it may, and shows nothing of it.
fn not_observed<'e>() -> Assessed<'e> {
    Assessed {
        verdict: Verdict::NotObservable,
        disk: Disk::NotObserved,
        expectation: None,
        differences: Vec::new(),
        remarks: Vec::new(),
    }
}

/// The differences from each expectation that answers as the subject did; from every one when none
/// does.
fn shortfalls<'e>(held: Vec<Held<'e>>) -> Vec<Shortfall<'e>> {
    let any = held.iter().any(Held::answers_alike);
    let held = held.into_iter().filter(|held| !any || held.answers_alike());
    let shortfall = |held: Held<'e>| {
        let mut aspects = held.aspects();
        let bytes = aspects.find(|aspect| matches!(aspect, Aspect::Sector(_) | Aspect::Guest));
        drop(aspects);
        Some(Shortfall {
            expectation: held.expectation,
            first: held.differences.into_iter().next()?,
            bytes,
        })
    };
    held.filter_map(shortfall).collect()
}

/// A failure: the verdict and the disk, with the differences that show it.
fn failure<'e>(verdict: Verdict, disk: Disk, held: Vec<Held<'e>>) -> Assessed<'e> {
    Assessed {
        verdict,
        disk,
        expectation: None,
        differences: shortfalls(held),
        remarks: Vec::new(),
    }
}
