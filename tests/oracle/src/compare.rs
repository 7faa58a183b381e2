//! Every difference between an outcome and one expectation, in the order in which they are told.
//!
//! Contract: the differences are found one after another as they are asked for, so that whoever
//! wants only the first pays for no more. None means that the outcome is allowed. The order is that
//! of what a person wants to know first: the answer, the log, the disk, the file, its headers, the
//! order of the writes. Last comes the header that is not current: what agrees in everything else
//! is unfinished, not wrong (UPD-2).

use std::collections::{BTreeMap, BTreeSet};

use vhdx_log_corpus::Access;
use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::Image;

use crate::describe;
use crate::digest::sha256;
use crate::expectation::{Contents, Expectation, Expected, ExpectedFile};
use crate::headers::{WrongField, compare_current, compare_other, headers_of};
use crate::subject::{Accepted, Case, Outcome};
use crate::write_order;

/// A difference from one expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the expectation.
    pub expectation: String,
    /// What it is in.
    pub aspect: Aspect,
    /// The clause that is broken, where that is known.
    pub clause: Option<&'static str>,
    pub expected: String,
    pub found: String,
}

/// What an outcome and an expectation differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Whether the image is opened.
    Answer,
    /// The clause that a refusal cites.
    Reason,
    /// What the subject says of the log.
    Log,
    /// The disk that a guest sees.
    Guest,
    /// The length of the file.
    Length,
    /// A sector of the file, or of what is shown of it.
    Sector(WrongSector),
    /// The current header, by the clause that its wrong field breaks.
    Header(&'static str),
    /// The header that is not current.
    OtherHeader,
    /// The order of the writes.
    Order,
    /// A file that must not be written.
    Written,
}

/// A sector whose bytes are not as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongSector {
    pub number: u64,
    /// Whether it must differ from what it was before.
    pub must_change: bool,
    /// Whether it does.
    pub is_changed: bool,
}

/// How an outcome differs from one expectation.
pub fn differences<'a>(
    expectation: &'a Expectation,
    case: &'a Case<'_>,
    outcome: &'a Outcome,
) -> Box<dyn Iterator<Item = Difference> + 'a> {
    let named = |mismatch: Mismatch| Difference {
        expectation: expectation.name.clone(),
        aspect: mismatch.aspect,
        clause: mismatch.clause,
        expected: mismatch.expected,
        found: mismatch.found,
    };
    match (&expectation.expected, outcome) {
        (Expected::Refused { reasons }, Outcome::Refused { clause, file, .. }) => Box::new(
            reason(reasons, clause.as_deref())
                .into_iter()
                .chain(unchanged(case, file.as_ref()))
                .map(named),
        ),
        (Expected::Accepted(file), Outcome::Accepted(accepted)) => {
            Box::new(of_accepted(file, case, accepted).map(named))
        }
        // A program that opens disks finds only after the replay that there is none.
        (
            Expected::Accepted(file),
            Outcome::Refused {
                file: Some(found), ..
            },
        ) if file.guest().is_none() && case.access == Access::Replay => {
            Box::new(of_file(file, case, found).map(named))
        }
        _ => Box::new(std::iter::once(named(Mismatch {
            aspect: Aspect::Answer,
            clause: None,
            expected: describe::expected(&expectation.expected),
            found: describe::outcome(outcome),
        }))),
    }
}

/// How a file differs from what it must be after a replay that was written back, or after an open
/// for reading.
pub fn file_differences<'a>(
    expectation: &'a Expectation,
    case: &'a Case<'_>,
    found: &'a Image,
) -> Box<dyn Iterator<Item = Aspect> + 'a> {
    match &expectation.expected {
        Expected::Accepted(file) => {
            Box::new(of_file(file, case, found).map(|mismatch| mismatch.aspect))
        }
        Expected::Refused { .. } => {
            let mismatch = unchanged(case, Some(found));
            Box::new(mismatch.into_iter().map(|mismatch| mismatch.aspect))
        }
    }
}

struct Mismatch {
    aspect: Aspect,
    clause: Option<&'static str>,
    expected: String,
    found: String,
}

fn of_accepted<'a>(
    file: &'a ExpectedFile,
    case: &'a Case<'_>,
    accepted: &'a Accepted,
) -> impl Iterator<Item = Mismatch> + 'a {
    let written_back = case.access == Access::Replay;
    let contents = match written_back {
        true => accepted.file.as_ref(),
        false => accepted.shown.as_ref(),
    };
    let found = accepted.file.as_ref();
    lazily(|| log(file, accepted))
        .chain(lazily(|| guest(file, accepted)))
        .chain(
            contents
                .into_iter()
                .flat_map(|found| of_contents(file, case, found)),
        )
        .chain(lazily(move || headers(file, case, found?)))
        .chain(lazily(|| order(file, case, accepted)))
        .chain(lazily(move || other_header(file, case, found?)))
}

/// The file alone, where nothing else is known.
fn of_file<'a>(
    file: &'a ExpectedFile,
    case: &'a Case<'_>,
    found: &'a Image,
) -> impl Iterator<Item = Mismatch> + 'a {
    let contents = (case.access == Access::Replay).then_some(found);
    contents
        .into_iter()
        .flat_map(|found| of_contents(file, case, found))
        .chain(lazily(move || headers(file, case, found)))
        .chain(lazily(move || other_header(file, case, found)))
}

/// A check that is done when its turn comes.
fn lazily<'a>(
    check: impl FnOnce() -> Option<Mismatch> + 'a,
) -> impl Iterator<Item = Mismatch> + 'a {
    std::iter::once_with(check).flatten()
}

fn reason(reasons: &[String], clause: Option<&str>) -> Option<Mismatch> {
    let allowed = clause.is_none_or(|clause| reasons.iter().any(|reason| reason == clause));
    (!allowed).then(|| Mismatch {
        aspect: Aspect::Reason,
        clause: None,
        expected: describe::refusal_for(reasons),
        found: describe::refusal(clause),
    })
}

/// RPL-8.
fn unchanged(case: &Case<'_>, file: Option<&Image>) -> Option<Mismatch> {
    file.filter(|file| *file != case.image).map(|_| Mismatch {
        aspect: Aspect::Written,
        clause: Some("RPL-8"),
        expected: "the refused file unchanged".to_owned(),
        found: "a changed file".to_owned(),
    })
}

/// What the subject says of the log.
fn log(file: &ExpectedFile, accepted: &Accepted) -> Option<Mismatch> {
    let same_log = accepted.log.is_none() || accepted.log == file.log;
    let same_sequence = accepted.sequence.is_none() || accepted.sequence == file.sequence;
    if same_log && same_sequence {
        return None;
    }
    let (expected, found) = describe::different_logs(
        (file.log, file.sequence.as_ref()),
        (accepted.log, accepted.sequence.as_ref()),
    );
    Some(Mismatch {
        aspect: Aspect::Log,
        clause: None,
        expected,
        found,
    })
}

fn guest(file: &ExpectedFile, accepted: &Accepted) -> Option<Mismatch> {
    let found = accepted.guest.as_ref()?;
    let expected = file.guest()?;
    if expected == *found {
        return None;
    }
    let (expected, found) = describe::different_disks(&expected, found);
    Some(Mismatch {
        aspect: Aspect::Guest,
        clause: Some("RPL-1"),
        expected,
        found,
    })
}

/// The current header of a file that was written back, or that the file was not written.
fn headers(file: &ExpectedFile, case: &Case<'_>, found: &Image) -> Option<Mismatch> {
    let written_back = case.access == Access::Replay;
    match &file.headers {
        Some(headers) if written_back => {
            let wrong = compare_current(headers, found).err()?;
            Some(wrong_field(Aspect::Header(wrong.clause), wrong))
        }
        _ => is_written(case, found, written_back && !file.untouched).then(|| Mismatch {
            aspect: Aspect::Written,
            clause: Some("RPL-5"),
            expected: "a file that is not written".to_owned(),
            found: "a changed file".to_owned(),
        }),
    }
}

/// UPD-2: the header that is not current, after a replay that is written back.
fn other_header(file: &ExpectedFile, case: &Case<'_>, found: &Image) -> Option<Mismatch> {
    let headers = file.headers.as_ref()?;
    if case.access == Access::ReadOnly {
        return None;
    }
    let wrong = compare_other(headers, found).err()?;
    Some(wrong_field(Aspect::OtherHeader, wrong))
}

fn wrong_field(aspect: Aspect, wrong: WrongField) -> Mismatch {
    Mismatch {
        aspect,
        clause: Some(wrong.clause),
        expected: wrong.expected,
        found: wrong.found,
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
fn of_contents<'a>(
    file: &'a ExpectedFile,
    case: &'a Case<'_>,
    found: &'a Image,
) -> impl Iterator<Item = Mismatch> + 'a {
    let contents = file.contents.iter();
    contents.flat_map(move |expected| {
        lazily(|| length(expected, found)).chain(
            std::iter::once_with(|| wrong_sectors(expected, case.image, found))
                .flatten()
                .map(mismatch_of_sector),
        )
    })
}

fn length(expected: &Contents, found: &Image) -> Option<Mismatch> {
    let expected = match expected {
        Contents::Digests(file) => file.length,
        Contents::Whole(image) => image.length(),
    };
    let found = found.length();
    (found != expected).then(|| Mismatch {
        aspect: Aspect::Length,
        clause: Some("RPL-3"),
        expected: format!("a file of {expected} bytes"),
        found: format!("a file of {found} bytes"),
    })
}

/// The sectors that are wrong, in order.
fn wrong_sectors<'a>(
    expected: &'a Contents,
    before: &'a Image,
    found: &'a Image,
) -> Box<dyn Iterator<Item = WrongSector> + 'a> {
    let is_changed = |number| found.bytes(number) != before.bytes(number);
    let sector = move |number, must_change| WrongSector {
        number,
        must_change,
        is_changed: is_changed(number),
    };
    match expected {
        Contents::Digests(file) => {
            let changed = file.changed.iter();
            let digests: BTreeMap<u64, &str> = changed
                .map(|sector| (sector.offset / SECTOR, sector.sha256.as_str()))
                .collect();
            let mut numbers: BTreeSet<u64> = found.difference(before);
            numbers.extend(digests.keys());
            let numbers = numbers.into_iter();
            Box::new(numbers.filter(is_no_header).filter_map(move |number| {
                let digest = digests.get(&number);
                let is_right = digest.is_some_and(|digest| *digest == sha256(found.bytes(number)));
                (!is_right).then(|| sector(number, digest.is_some()))
            }))
        }
        Contents::Whole(image) => {
            let numbers = found.difference(image).into_iter();
            Box::new(
                numbers
                    .filter(is_no_header)
                    .map(move |number| sector(number, image.bytes(number) != before.bytes(number))),
            )
        }
    }
}

fn is_no_header(number: &u64) -> bool {
    !HEADER_SECTORS.contains(number)
}

fn mismatch_of_sector(sector: WrongSector) -> Mismatch {
    let offset = sector.number * SECTOR;
    let (expected, found) = match (sector.must_change, sector.is_changed) {
        (true, false) => ("replayed bytes", "the bytes from before the replay"),
        (true, true) => ("replayed bytes", "other bytes"),
        (false, _) => ("unchanged bytes", "changed bytes"),
    };
    Mismatch {
        aspect: Aspect::Sector(sector),
        clause: Some("RPL-1"),
        expected: format!("{expected} at offset {offset:#x}"),
        found: found.to_owned(),
    }
}

/// UPD-1, RPL-6, RPL-7.
fn order(file: &ExpectedFile, case: &Case<'_>, accepted: &Accepted) -> Option<Mismatch> {
    let steps = accepted.steps.as_ref()?;
    if case.access == Access::ReadOnly || file.headers.is_none() {
        return None;
    }
    let current = headers_of(case.image).map_or(0, |(slot, _)| slot);
    let broken = write_order::check(steps, current).err()?;
    Some(Mismatch {
        aspect: Aspect::Order,
        clause: Some(broken.clause),
        expected: "header, flush, data, flush, header with LogGuid zero, flush".to_owned(),
        found: broken.what.to_owned(),
    })
}
