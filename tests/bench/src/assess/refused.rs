//! An image that was refused, and not as it should have been.

use vhdx_log_model::Image;
use vhdx_log_oracle::subject::Case;

use super::assessed::Assessed;
use super::disk;
use super::held::{Held, failure};
use crate::record::Disk;
use crate::verdict::Verdict;

pub(super) fn assess<'e>(
    held: Vec<Held<'e>>,
    case: &Case<'_>,
    file: Option<&Image>,
) -> Assessed<'e> {
    let may_refuse = held.iter().any(Held::answers_alike);
    let expectations = held.iter().map(|held| held.expectation);
    let disk = file.map_or(Disk::NotObserved, |file| {
        disk::of_file(expectations, case, file)
    });
    let (verdict, disk) = match disk {
        // RPL-8: a refused file does not change, not even a part of what its log says.
        Disk::Damaged | Disk::Stale | Disk::Wrong => (Verdict::DamagedFile, Disk::Damaged),
        disk if may_refuse => (Verdict::Unfinished, disk),
        disk => (Verdict::RefusedGood, disk),
    };
    failure(verdict, disk, held)
}
