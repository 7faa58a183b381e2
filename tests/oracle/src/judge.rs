//! The one place where an outcome is compared with what is allowed.
//!
//! An outcome passes when it agrees with one expectation in everything that it reports: verdict,
//! clause, sequence, every byte and the length of the file, the headers, the order of the writes,
//! the guest's disk. What a subject does not report is not compared. Where a profile names the
//! reading that the subject follows, only expectations by that reading count.
//!
//! The judge does not know where expectations come from: [`crate::expect()`] makes them for any
//! image, and a vector of the corpus carries its own.

use std::collections::BTreeMap;
use std::fmt;

use vhdx_log_corpus::Access;
use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::Image;

use crate::describe;
use crate::digest::sha256;
use crate::expectation::{Contents, Expectation, Expectations, Expected, ExpectedFile};
use crate::headers::{UNFINISHED, WrongField, compare_current, compare_other, headers_of};
use crate::subject::{Accepted, Case, Outcome, Profile};
use crate::write_order;

/// The expectation that an outcome agrees with, or how it differs from every one.
pub type Verdict<'e> = Result<&'e Expectation, Failure>;

/// An outcome that no expectation allows.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The first difference from each expectation that counts.
    pub differences: Vec<Difference>,
}

/// The first difference from one expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the expectation.
    pub expectation: String,
    /// The clause that is broken, where that is known.
    pub clause: Option<&'static str>,
    pub expected: String,
    pub found: String,
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
    let mut differences = Vec::new();
    for expectation in following(expectations, profile) {
        match compare(expectation, &expectations.case, outcome) {
            Ok(()) => return Ok(expectation),
            Err(Mismatch {
                clause,
                expected,
                found,
            }) => differences.push(Difference {
                expectation: expectation.name.clone(),
                clause,
                expected,
                found,
            }),
        }
    }
    Err(Failure { differences })
}

/// The expectations that the readings of a profile leave. A reading that none of them follows
/// decides nothing.
fn following<'e>(expectations: &'e Expectations<'_>, profile: &Profile) -> Vec<&'e Expectation> {
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

struct Mismatch {
    clause: Option<&'static str>,
    expected: String,
    found: String,
}

fn compare(expectation: &Expectation, case: &Case<'_>, outcome: &Outcome) -> Result<(), Mismatch> {
    match (&expectation.expected, outcome) {
        (Expected::Refused { reasons }, Outcome::Refused { clause, file, .. }) => {
            let allowed = clause
                .as_ref()
                .is_none_or(|clause| reasons.contains(clause));
            differ(None, allowed, || {
                (
                    describe::expected(&expectation.expected),
                    describe::refusal(clause.as_deref()),
                )
            })?;
            let unchanged = file.as_ref().is_none_or(|file| file == case.image);
            differ(Some("RPL-8"), unchanged, || {
                ("the refused file unchanged".into(), "a changed file".into())
            })
        }
        (Expected::Accepted(file), Outcome::Accepted(accepted)) => {
            compare_log(file, accepted)?;
            compare_guest(file, accepted)?;
            compare_bytes(file, case, accepted)?;
            compare_order(file, case, accepted)?;
            // Last: what agrees in everything else is unfinished, not wrong.
            compare_other_header(file, case, accepted.file.as_ref())
        }
        // A program that opens disks finds only after the replay that there is none.
        (
            Expected::Accepted(file),
            Outcome::Refused {
                file: Some(found), ..
            },
        ) if file.guest().is_none() && case.access == Access::Replay => {
            let accepted = Accepted {
                file: Some(found.clone()),
                ..Accepted::default()
            };
            compare_bytes(file, case, &accepted)?;
            compare_other_header(file, case, Some(found))
        }
        _ => Err(Mismatch {
            clause: None,
            expected: describe::expected(&expectation.expected),
            found: describe::outcome(outcome),
        }),
    }
}

/// What the subject says of the log.
fn compare_log(file: &ExpectedFile, accepted: &Accepted) -> Result<(), Mismatch> {
    let same_log = accepted.log.is_none() || accepted.log == file.log;
    let same_sequence = accepted.sequence.is_none() || accepted.sequence == file.sequence;
    differ(None, same_log && same_sequence, || {
        describe::different_logs(
            (file.log, file.sequence.as_ref()),
            (accepted.log, accepted.sequence.as_ref()),
        )
    })
}

fn compare_guest(file: &ExpectedFile, accepted: &Accepted) -> Result<(), Mismatch> {
    let Some(found) = &accepted.guest else {
        return Ok(());
    };
    let Some(expected) = file.guest() else {
        return Ok(());
    };
    differ(Some("RPL-1"), expected == *found, || {
        describe::different_disks(&expected, found)
    })
}

/// The contents, and the headers of the file.
fn compare_bytes(
    file: &ExpectedFile,
    case: &Case<'_>,
    accepted: &Accepted,
) -> Result<(), Mismatch> {
    let written_back = case.access == Access::Replay;
    let contents = if written_back {
        &accepted.file
    } else {
        &accepted.shown
    };
    if let (Some(expected), Some(found)) = (&file.contents, contents) {
        compare_contents(expected, case.image, found)?;
    }
    let Some(found) = &accepted.file else {
        return Ok(());
    };
    match &file.headers {
        Some(headers) if written_back => compare_current(headers, found).map_err(Mismatch::from),
        _ => differ(
            Some("RPL-5"),
            !is_written(case, found, written_back && !file.untouched),
            || ("a file that is not written".into(), "a changed file".into()),
        ),
    }
}

/// UPD-2: the header that is not current, after a replay that is written back.
fn compare_other_header(
    file: &ExpectedFile,
    case: &Case<'_>,
    found: Option<&Image>,
) -> Result<(), Mismatch> {
    match (&file.headers, found) {
        (Some(headers), Some(found)) if case.access == Access::Replay => {
            compare_other(headers, found).map_err(Mismatch::from)
        }
        _ => Ok(()),
    }
}

impl From<WrongField> for Mismatch {
    fn from(wrong: WrongField) -> Self {
        Self {
            clause: Some(wrong.clause),
            expected: wrong.expected,
            found: wrong.found,
        }
    }
}

/// Whether a file was written that must not be. Headers may have been, where the file was opened
/// for writing.
fn is_written(case: &Case<'_>, file: &Image, written_back: bool) -> bool {
    let mut difference = file.difference(case.image);
    if written_back {
        difference.retain(|number| !HEADER_SECTORS.contains(number));
    }
    file.length() != case.image.length() || !difference.is_empty()
}

/// The length, and every sector but the headers.
fn compare_contents(expected: &Contents, before: &Image, found: &Image) -> Result<(), Mismatch> {
    let length = match expected {
        Contents::Digests(file) => file.length,
        Contents::Whole(image) => image.length(),
    };
    differ(Some("RPL-3"), found.length() == length, || {
        (
            format!("a file of {length} bytes"),
            format!("a file of {} bytes", found.length()),
        )
    })?;
    match expected {
        Contents::Digests(file) => {
            let changed = file.changed.iter();
            let changed = changed.map(|sector| (sector.offset / SECTOR, sector.sha256.as_str()));
            compare_digests(changed.collect(), before, found)
        }
        Contents::Whole(image) => {
            let mut different = found.difference(image).into_iter();
            let number = different.find(|number| !HEADER_SECTORS.contains(number));
            number.map_or(Ok(()), |number| {
                let must_change = image.bytes(number) != before.bytes(number);
                Err(wrong_sector(number, must_change, found, before))
            })
        }
    }
}

fn compare_digests(
    mut expected: BTreeMap<u64, &str>,
    before: &Image,
    found: &Image,
) -> Result<(), Mismatch> {
    let changed = found.difference(before).into_iter();
    for number in changed.filter(|number| !HEADER_SECTORS.contains(number)) {
        match expected.remove(&number) {
            Some(digest) if digest == sha256(found.bytes(number)) => {}
            digest => return Err(wrong_sector(number, digest.is_some(), found, before)),
        }
    }
    match expected.keys().next() {
        Some(&number) => Err(wrong_sector(number, true, found, before)),
        None => Ok(()),
    }
}

/// The mismatch for a sector.
fn wrong_sector(number: u64, must_change: bool, found: &Image, before: &Image) -> Mismatch {
    let offset = number * SECTOR;
    let is_changed = found.bytes(number) != before.bytes(number);
    let (expected, found) = match (must_change, is_changed) {
        (true, false) => ("replayed bytes", "the bytes from before the replay"),
        (true, true) => ("replayed bytes", "other bytes"),
        (false, _) => ("unchanged bytes", "changed bytes"),
    };
    Mismatch {
        clause: Some("RPL-1"),
        expected: format!("{expected} at offset {offset:#x}"),
        found: found.to_owned(),
    }
}

/// UPD-1, RPL-6, RPL-7.
fn compare_order(
    file: &ExpectedFile,
    case: &Case<'_>,
    accepted: &Accepted,
) -> Result<(), Mismatch> {
    let Some(steps) = &accepted.steps else {
        return Ok(());
    };
    if case.access == Access::ReadOnly || file.headers.is_none() {
        return Ok(());
    }
    let current = headers_of(case.image).map_or(0, |(slot, _)| slot);
    write_order::check(steps, current).map_err(|broken| Mismatch {
        clause: Some(broken.clause),
        expected: "header, flush, data, flush, header with LogGuid zero, flush".to_owned(),
        found: broken.what.to_owned(),
    })
}

fn differ(
    clause: Option<&'static str>,
    holds: bool,
    words: impl FnOnce() -> (String, String),
) -> Result<(), Mismatch> {
    if holds {
        return Ok(());
    }
    let (expected, found) = words();
    Err(Mismatch {
        clause,
        expected,
        found,
    })
}
