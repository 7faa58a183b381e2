//! The one place where an outcome is compared with what is allowed.
//!
//! An outcome passes when it agrees with one expectation in everything that it reports: verdict,
//! clause, sequence, every byte and the length of the file, the headers, the order of the writes,
//! the guest's disk. What a subject does not report is not compared. Where a profile names the
//! reading that the subject follows, only expectations by that reading count.
//!
//! The judge does not know where expectations come from: [`crate::expect()`] makes them for any
//! image, and a vector of the corpus carries its own.

use std::fmt;

use crate::compare::{Difference, differences};
use crate::expectation::{Expectation, Expectations};
use crate::headers::UNFINISHED;
use crate::subject::{Outcome, Profile};

/// The expectation that an outcome agrees with, or how it differs from every one.
pub type Verdict<'e> = Result<&'e Expectation, Failure>;

/// An outcome that no expectation allows.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The first difference from each expectation that counts.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unfinished() {
            formatter.write_str("unfinished, not wrong: ")?;
        }
        for (index, difference) in self.differences.iter().enumerate() {
            let Difference {
                expectation,
                clause,
                expected,
                found,
                ..
            } = difference;
            let separator = if index > 0 { "; " } else { "" };
            write!(
                formatter,
                "{separator}{expectation}: expected: {expected}, found: {found}"
            )?;
            if let Some(clause) = clause {
                write!(formatter, " [{clause}]")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// Whether the outcome agrees with an expectation in everything that is binding, and only the
    /// header that is not current is not as it should be: unfinished, not wrong (UPD-2).
    pub fn is_unfinished(&self) -> bool {
        let mut differences = self.differences.iter();
        differences.any(|difference| difference.clause == Some(UNFINISHED))
    }
}

/// Compares an outcome with everything that is allowed.
///
/// # Errors
/// How the outcome differs from every expectation that counts.
pub fn judge<'e>(
    expectations: &'e Expectations<'_>,
    outcome: &Outcome,
    profile: &Profile,
) -> Verdict<'e> {
    let mut found = Vec::new();
    for expectation in following(expectations, profile) {
        match differences(expectation, &expectations.case, outcome).next() {
            None => return Ok(expectation),
            Some(first) => found.push(first),
        }
    }
    Err(Failure { differences: found })
}

/// The expectations that the readings of a profile leave; never none. A reading that none of them
/// follows decides nothing; [`Profile::check_readings`] checks that there is such a reading at all.
pub fn following<'e>(
    expectations: &'e Expectations<'_>,
    profile: &Profile,
) -> Vec<&'e Expectation> {
    let mut left: Vec<_> = expectations.allowed.iter().collect();
    for (clause, reading) in &profile.readings {
        let follows = |expectation: &&Expectation| {
            let mut choices = expectation.follows.iter();
            choices.any(|choice| choice.clause == *clause && choice.reading == *reading)
        };
        if left.iter().any(follows) {
            left.retain(follows);
        }
    }
    left
}
