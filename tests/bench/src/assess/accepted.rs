//! An image that was accepted, and not as it should have been.

use vhdx_log_model::Image;
use vhdx_log_oracle::subject::{Accepted, Case};

use super::assessed::Assessed;
use super::disk;
use super::held::{Held, failure};
use crate::record::Disk;
use crate::verdict::Verdict;

pub(super) fn assess<'e>(
    held: Vec<Held<'e>>,
    case: &Case<'_>,
    accepted: &Accepted,
) -> Assessed<'e> {
    let alike = held.iter().filter(|held| held.answers_alike());
    let meanings = alike.map(|held| meaning(held, case, accepted));
    // The mildest verdict is the greatest.
    let mildest = meanings.max_by_key(|(verdict, _)| *verdict);
    let (verdict, disk) = mildest.unwrap_or_else(|| must_be_refused(case, accepted.file.as_ref()));
    failure(verdict, disk, held)
}

/// By one expectation that accepts the image.
fn meaning(held: &Held<'_>, case: &Case<'_>, accepted: &Accepted) -> (Verdict, Disk) {
    let disk = disk::of_accepted(held, case, accepted);
    let verdict = match disk {
        Disk::Stale | Disk::Wrong => Verdict::LostData,
        Disk::Damaged => Verdict::DamagedFile,
        // What it says of the log, and the order of its writes, can be wrong on a right disk.
        Disk::Unfinished | Disk::AsDemanded | Disk::Untouched | Disk::NotObserved => {
            Verdict::Unfinished
        }
    };
    (verdict, disk)
}

/// No expectation accepts the image, so nothing of it may be written.
fn must_be_refused(case: &Case<'_>, file: Option<&Image>) -> (Verdict, Disk) {
    match file {
        None => (Verdict::AcceptedBad, Disk::NotObserved),
        Some(file) if file == case.image => (Verdict::AcceptedBad, Disk::Untouched),
        Some(_) => (Verdict::DamagedFile, Disk::Damaged),
    }
}
