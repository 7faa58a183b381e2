//! The first bytes that differ, expected and found.
//!
//! A vector has digests of what is expected. The bytes are those of the model, which counts only
//! where its bytes have that digest.

use vhdx_log_corpus::Access;
use vhdx_log_image::{SECTOR, SECTOR_BYTES};
use vhdx_log_model::{Format, Image, guest_disk};
use vhdx_log_oracle::digest::{guest_of_disk, hexadecimal, sha256};
use vhdx_log_oracle::expectation::{Contents, Expectation, Expected, ExpectedFile};
use vhdx_log_oracle::subject::{Accepted, Case, Model, Outcome, Subject};
use vhdx_log_oracle::{Aspect, WrongSector, expect};

use crate::assess::Shortfall;
use crate::record::{FirstBytes, Space};

/// How many bytes are shown.
const SHOWN: usize = 64;

type Bytes = [u8; SECTOR_BYTES];

/// The first bytes that an outcome has wrong, where they are known.
pub(crate) fn first_bytes(
    shortfall: &Shortfall<'_>,
    case: &Case<'_>,
    outcome: &Outcome,
) -> Option<FirstBytes> {
    let Expected::Accepted(expected) = &shortfall.expectation.expected else {
        return None;
    };
    let accepted = match outcome {
        Outcome::Accepted(accepted) => accepted,
        Outcome::Failed(failed) => match failed.answered.as_deref() {
            Some(Outcome::Accepted(accepted)) => accepted,
            _ => return None,
        },
        Outcome::Refused { .. } => return None,
    };
    match shortfall.bytes? {
        Aspect::Sector(sector) => of_sector(sector, expected, case, accepted),
        Aspect::Guest => of_guest(expected, case, accepted),
        _ => None,
    }
}

fn of_sector(
    wrong: WrongSector,
    expected: &ExpectedFile,
    case: &Case<'_>,
    accepted: &Accepted,
) -> Option<FirstBytes> {
    let found = match case.access {
        Access::Replay => accepted.file.as_ref(),
        Access::ReadOnly => accepted.shown.as_ref(),
    }?;
    let number = wrong.number;
    let expected = if wrong.must_change {
        replayed_sector(number, expected.contents.as_ref()?, case)
    } else {
        Some(*case.image.bytes(number))
    };
    let before = case.image.bytes(number);
    Some(difference(
        Space::File,
        number,
        expected.as_ref(),
        found.bytes(number),
        before,
    ))
}

/// The bytes of a sector after the replay.
fn replayed_sector(number: u64, contents: &Contents, case: &Case<'_>) -> Option<Bytes> {
    match contents {
        Contents::Whole(image) => Some(*image.bytes(number)),
        Contents::Digests(file) => {
            let mut changed = file.changed.iter();
            let digest = &changed.find(|one| one.offset / SECTOR == number)?.sha256;
            let has_it = |image: &Image| sha256(image.bytes(number)) == *digest;
            Some(*modelled(case, has_it)?.bytes(number))
        }
    }
}

fn of_guest(expected: &ExpectedFile, case: &Case<'_>, accepted: &Accepted) -> Option<FirstBytes> {
    let found = accepted.disk.as_ref()?;
    let guest = expected.guest()?;
    let disk = |image: &Image| guest_disk(case.image, image, &Format);
    let is_it = |image: &Image| disk(image).is_some_and(|disk| guest_of_disk(&disk) == guest);
    let right = disk(&modelled(case, is_it)?)?;
    let number = *found.difference(&right).first()?;
    let (right, found) = (right.bytes(number), found.bytes(number));
    Some(difference(Space::Guest, number, Some(right), found, right))
}

/// A replayed image of the model, by the reading of which this holds.
fn modelled(case: &Case<'_>, holds: impl Fn(&Image) -> bool) -> Option<Image> {
    if let Outcome::Accepted(accepted) = Model::format().open(case) {
        let replayed = accepted.shown.or(accepted.file);
        if let Some(image) = replayed.filter(&holds) {
            return Some(image);
        }
    }
    let by_reading = |expectation: Expectation| match expectation.expected {
        Expected::Accepted(file) => match file.contents {
            Some(Contents::Whole(image)) => Some(image),
            _ => None,
        },
        Expected::Refused { .. } => None,
    };
    let mut images = expect(*case).allowed.into_iter().filter_map(by_reading);
    images.find(|image| holds(image))
}

/// From the first byte that differs on; from the first that changed where the right ones are not
/// known.
fn difference(
    space: Space,
    number: u64,
    expected: Option<&Bytes>,
    found: &Bytes,
    before: &Bytes,
) -> FirstBytes {
    let other = expected.unwrap_or(before);
    let first = found
        .iter()
        .zip(other)
        .position(|(one, other)| one != other);
    let at = first.unwrap_or(0);
    let shown = |bytes: &Bytes| hexadecimal(&bytes[at..SECTOR_BYTES.min(at + SHOWN)]);
    FirstBytes {
        space,
        offset: number * SECTOR + at as u64,
        expected: expected.map(shown),
        found: shown(found),
    }
}
