//! What must happen to any image: the model's outcome, and that of every other reading.
//!
//! [`expect`] opens the image with the model, then with the model by each [reading](readings())
//! that an OPEN clause allows, then by every reading that makes a difference together with each
//! other, until no new outcome appears. Outcomes that no report of a subject can distinguish are
//! one expectation. The first expectation is the model's.
//!
//! Readings that are about more than the log are added here: RPL-4 (a reader of disks may refuse a
//! file that holds none, with or without a replay), HDR-11 (a reader may refuse a file whose log
//! overlaps another structure), and the old contents of blocks that are not present (DSK-3).
//!
//! Bounds: at most [`MAX_OUTCOMES`] outcomes for an image, so at most that many times the number of
//! readings opens of the model.

use vhdx_log_corpus::{Access, LogState};
use vhdx_log_image::guest::{Disk, GuestError};
use vhdx_log_model::{self as model, Image, Options, Reading, read_as, readings};

use crate::convert::{ModelSource, sequence};
use crate::expectation::{
    Choice, Contents, Expectation, Expectations, Expected, ExpectedFile, ExpectedGuest,
};
use crate::headers::headers_of;
use crate::subject::Case;

/// The most outcomes that are followed up with further readings.
pub const MAX_OUTCOMES: usize = 64;

/// The name of the model's outcome where no reading makes a difference.
const ONLY: &str = "model";

/// The clause of the further reading about a guest's disk.
pub const BLOCK_STATES: &str = "DSK-3";

/// Everything that may happen to an image.
pub fn expect(case: Case<'_>) -> Expectations<'_> {
    let mut found: Vec<(Vec<Reading>, Expected)> = vec![(Vec::new(), outcome(&case, &[]))];
    let mut next = 0;
    while next < found.len() && found.len() < MAX_OUTCOMES {
        for &reading in readings() {
            let followed = &found[next].0;
            if followed.iter().any(|other| excludes(*other, reading)) {
                continue;
            }
            let together: Vec<_> = followed.iter().copied().chain([reading]).collect();
            let expected = outcome(&case, &together);
            if found.iter().all(|(_, known)| *known != expected) {
                found.push((together, expected));
            }
        }
        next += 1;
    }
    let mut allowed = named(found);
    add_structures(&case, &mut allowed);
    Expectations { case, allowed }
}

/// The model's own outcome alone.
pub fn model_expectation(case: &Case<'_>) -> Expectation {
    Expectation {
        name: ONLY.to_owned(),
        follows: Vec::new(),
        expected: outcome(case, &[]),
    }
}

/// Whether no implementation can follow both readings.
fn excludes(one: Reading, other: Reading) -> bool {
    one == other || (one.clause == other.clause && one.decision != other.decision)
}

/// What the model does by these readings.
fn outcome(case: &Case<'_>, readings: &[Reading]) -> Expected {
    let mut options = Options::default();
    options.access = match case.access {
        Access::Replay => model::Access::Writable,
        Access::ReadOnly => model::Access::ReadOnly,
    };
    options.max_file_size = case.max_file_size.unwrap_or(options.max_file_size);
    match read_as(case.image, &options, readings) {
        model::Verdict::Refused(refusal) => Expected::Refused {
            reasons: vec![refusal.clause.to_owned()],
        },
        model::Verdict::Clean => Expected::Accepted(Box::new(ExpectedFile {
            log: Some(LogState::Empty),
            sequence: None,
            contents: Some(Contents::Whole(case.image.clone())),
            guest: ExpectedGuest::OfContents,
            headers: None,
            untouched: case.access == Access::Replay && has_no_successor(case.image),
        })),
        model::Verdict::Replayed(replay) => {
            let headers = headers_of(case.image).map(|(_, headers)| headers);
            Expected::Accepted(Box::new(ExpectedFile {
                log: Some(LogState::Replayed),
                sequence: Some(sequence(&replay.active)),
                contents: Some(Contents::Whole(replay.image)),
                guest: ExpectedGuest::OfContents,
                headers: headers.filter(|_| case.access == Access::Replay),
                untouched: false,
            }))
        }
    }
}

/// HDR-13: whether no header can follow the current one.
fn has_no_successor(image: &Image) -> bool {
    headers_of(image).is_some_and(|(_, headers)| headers.sequence_number_was == u64::MAX)
}

/// Names each outcome by the readings that lead to it, and the model's own by what it decides where
/// they differ.
fn named(found: Vec<(Vec<Reading>, Expected)>) -> Vec<Expectation> {
    let choice = |clause: &str, reading: &str| Choice {
        clause: clause.to_owned(),
        reading: reading.to_owned(),
    };
    // Readings that lead to an outcome of their own, in the order in which they were found.
    let mut open: Vec<Reading> = Vec::new();
    for reading in found.iter().flat_map(|(readings, _)| readings) {
        if !open.contains(reading) {
            open.push(*reading);
        }
    }
    let follows = |readings: &[Reading]| {
        let mut choices: Vec<Choice> = Vec::new();
        for reading in &open {
            let followed = readings.iter().find(|other| other.clause == reading.clause);
            let name = followed.map_or(reading.decision, |followed| followed.name);
            let choice = choice(reading.clause, name);
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        choices
    };
    let name = |readings: &[Reading]| match (readings, &open[..]) {
        ([], []) => ONLY.to_owned(),
        ([], open) => {
            let first = open[0].clause;
            if open.iter().all(|reading| reading.clause == first) {
                open[0].decision.to_owned()
            } else {
                ONLY.to_owned()
            }
        }
        ([one], _) => one.name.to_owned(),
        (several, _) => {
            let parts = several.iter();
            let parts = parts.map(|reading| format!("{} {}", reading.clause, reading.name));
            parts.collect::<Vec<_>>().join(" + ")
        }
    };
    let expectation = |(readings, expected): (Vec<Reading>, Expected)| Expectation {
        name: name(&readings),
        follows: follows(&readings),
        expected,
    };
    found.into_iter().map(expectation).collect()
}

/// RPL-4, HDR-11 and the states of blocks: what depends on structures of the replayed file.
fn add_structures(case: &Case<'_>, allowed: &mut Vec<Expectation>) {
    let mut further = Vec::new();
    for expectation in allowed.iter() {
        let Expected::Accepted(file) = &expectation.expected else {
            continue;
        };
        let Some(Contents::Whole(image)) = &file.contents else {
            continue;
        };
        let disk = match Disk::open(ModelSource(image)) {
            Ok(disk) => disk,
            // There is a disk, which only its parent completes.
            Err(GuestError::HasParent) => continue,
            Err(_) => {
                let reasons = vec!["RPL-4".to_owned()];
                let refused = Expected::Refused { reasons };
                further.push(other(expectation, "RPL-4", "refuse", refused));
                continue;
            }
        };
        if log_overlaps(case.image, &disk) {
            further.push(other(
                expectation,
                "HDR-11",
                "refuse",
                Expected::Refused {
                    reasons: vec!["HDR-11".to_owned()],
                },
            ));
        }
        if disk.has_old_contents().unwrap_or(false) {
            let mut file = file.clone();
            file.guest = ExpectedGuest::OfContentsWithOldBlocks;
            let expected = Expected::Accepted(file);
            further.push(other(expectation, BLOCK_STATES, "old contents", expected));
        }
    }
    for expectation in further {
        if allowed
            .iter()
            .all(|known| known.expected != expectation.expected)
        {
            allowed.push(expectation);
        }
    }
}

/// The same expectation by one more reading.
fn other(
    expectation: &Expectation,
    clause: &str,
    reading: &str,
    expected: Expected,
) -> Expectation {
    let choice = Choice {
        clause: clause.to_owned(),
        reading: reading.to_owned(),
    };
    let follows = expectation.follows.iter().cloned().chain([choice]);
    Expectation {
        name: reading.to_owned(),
        follows: follows.collect(),
        expected,
    }
}

/// Whether the log that the current header names shares a byte with another structure.
fn log_overlaps(image: &Image, disk: &Disk<ModelSource<'_>>) -> bool {
    let Some((_, headers)) = headers_of(image) else {
        return false;
    };
    let end = headers.log_offset.saturating_add(headers.log_length);
    let log = headers.log_offset..end;
    disk.structure_in(&log).is_ok_and(|found| found.is_some())
}
