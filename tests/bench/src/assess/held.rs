//! An outcome held against one expectation, and what is said of all of them together.

use vhdx_log_oracle::{Aspect, Difference, Expectation};

use super::assessed::{Assessed, Shortfall};
use crate::record::Disk;
use crate::verdict::Verdict;

/// An expectation, and how the outcome differs from it.
pub(super) struct Held<'e> {
    pub(super) expectation: &'e Expectation,
    pub(super) differences: Vec<Difference>,
}

impl<'e> Held<'e> {
    /// Whether it agrees in everything that is binding.
    pub(super) fn agrees(&self) -> bool {
        let mut differences = self.differences.iter();
        differences
            .all(|difference| matches!(difference.aspect, Aspect::Reason | Aspect::OtherHeader))
    }

    /// Whether it answers as the subject did.
    pub(super) fn answers_alike(&self) -> bool {
        let mut differences = self.differences.iter();
        differences.all(|difference| difference.aspect != Aspect::Answer)
    }

    pub(super) fn aspects(&self) -> impl Iterator<Item = Aspect> {
        self.differences.iter().map(|difference| difference.aspect)
    }

    pub(super) fn passed(&self, disk: Disk) -> Assessed<'e> {
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
pub(super) fn not_observed<'e>() -> Assessed<'e> {
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
pub(super) fn failure<'e>(verdict: Verdict, disk: Disk, held: Vec<Held<'e>>) -> Assessed<'e> {
    Assessed {
        verdict,
        disk,
        expectation: None,
        differences: shortfalls(held),
        remarks: Vec::new(),
    }
}
