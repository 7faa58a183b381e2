//! What a subject left on disk, as one word.

use vhdx_log_corpus::Access;
use vhdx_log_model::Image;
use vhdx_log_oracle::digest::guest_of;
use vhdx_log_oracle::expectation::Expected;
use vhdx_log_oracle::subject::{Accepted, Case, Outcome};
use vhdx_log_oracle::{Aspect, Expectation, WrongSector, file_differences};

use super::held::Held;
use crate::record::Disk;

/// The disk of an outcome that passes.
pub(super) fn of_pass(case: &Case<'_>, outcome: &Outcome) -> Disk {
    match outcome {
        Outcome::Accepted(accepted) => {
            let seen = accepted.file.is_some() || accepted.guest.is_some();
            if seen || accepted.shown.is_some() {
                Disk::AsDemanded
            } else {
                Disk::NotObserved
            }
        }
        Outcome::Refused { file: None, .. } => Disk::NotObserved,
        Outcome::Refused {
            file: Some(file), ..
        } if file == case.image => Disk::Untouched,
        Outcome::Refused { .. } | Outcome::Failed(_) => Disk::AsDemanded,
    }
}

/// The disk of an accepted image, by what differs from one expectation that accepts it.
pub(super) fn of_accepted(held: &Held<'_>, case: &Case<'_>, accepted: &Accepted) -> Disk {
    let aspects: Vec<Aspect> = held.aspects().collect();
    let is_written_back = case.access == Access::Replay;
    let shows_the_right_disk = accepted.guest.is_some() && !aspects.contains(&Aspect::Guest);
    let is_untouched = accepted.file.as_ref() == Some(case.image);
    if is_written_back && shows_the_right_disk && is_untouched && !aspects.is_empty() {
        // It shows what is logged and left the log where it is: nothing is lost.
        return Disk::Unfinished;
    }
    let is_shown_only = !is_written_back;
    let states = aspects.into_iter().map(|aspect| match aspect {
        Aspect::Guest if accepted.guest == guest_of(case.image) => Disk::Stale,
        Aspect::Guest => Disk::Wrong,
        Aspect::Sector(sector) if is_shown_only && !sector.must_change => Disk::Wrong,
        other => of_file_aspect(other, case, accepted.file.as_ref()),
    });
    match worst(states, harm) {
        Disk::Damaged if is_written_back && is_another_disk(held, accepted) => Disk::Wrong,
        disk => disk,
    }
}

/// Whether a guest sees another disk in the file than it should: then it is no longer the file
/// alone that is damaged.
fn is_another_disk(held: &Held<'_>, accepted: &Accepted) -> bool {
    let Expected::Accepted(expected) = &held.expectation.expected else {
        return false;
    };
    match (&accepted.file, expected.guest()) {
        // What the subject itself shows has been compared.
        (Some(file), Some(guest)) if accepted.guest.is_none() => guest_of(file) != Some(guest),
        _ => false,
    }
}

/// The disk that is left in a file that the subject does not call right, by what differs from the
/// expectation that is nearest. Half a replay is no damage: its log is still there.
pub(super) fn of_file<'e>(
    expectations: impl Iterator<Item = &'e Expectation>,
    case: &Case<'_>,
    file: &Image,
) -> Disk {
    if file == case.image {
        return Disk::Untouched;
    }
    let of_one = |expectation| {
        let aspects = file_differences(expectation, case, file);
        let states = aspects.map(|aspect| of_file_aspect(aspect, case, Some(file)));
        worst(states, harm_without_answer)
    };
    let mildest = expectations
        .map(of_one)
        .min_by_key(|disk| harm_without_answer(*disk));
    mildest.unwrap_or(Disk::Damaged)
}

fn of_file_aspect(aspect: Aspect, case: &Case<'_>, file: Option<&Image>) -> Disk {
    match aspect {
        Aspect::Sector(WrongSector {
            must_change: false, ..
        })
        | Aspect::Written => Disk::Damaged,
        Aspect::Sector(WrongSector {
            is_changed: false, ..
        }) => Disk::Stale,
        Aspect::Sector(_) => Disk::Wrong,
        Aspect::Length if file.is_some_and(|file| file.length() < case.image.length()) => {
            Disk::Damaged
        }
        Aspect::Header("UPD-1" | "UPD-4" | "RPL-6") | Aspect::Length => Disk::Unfinished,
        // Of another log, of another version, or of none that counts.
        Aspect::Header(_) => Disk::Damaged,
        Aspect::Answer
        | Aspect::Reason
        | Aspect::Log
        | Aspect::Guest
        | Aspect::OtherHeader
        | Aspect::Order => Disk::AsDemanded,
    }
}

/// The worst state of several; as demanded when there are none.
fn worst(states: impl Iterator<Item = Disk>, harm: fn(Disk) -> u8) -> Disk {
    let worst = states.max_by_key(|disk| harm(*disk));
    worst.unwrap_or(Disk::AsDemanded)
}

/// How much harm a state does where the subject calls it right.
fn harm(disk: Disk) -> u8 {
    match disk {
        Disk::AsDemanded | Disk::Untouched | Disk::NotObserved => 0,
        Disk::Unfinished => 1,
        Disk::Damaged => 2,
        Disk::Stale => 3,
        Disk::Wrong => 4,
    }
}

/// How much harm a state does where the subject does not call it right.
fn harm_without_answer(disk: Disk) -> u8 {
    match disk {
        Disk::Damaged => u8::MAX,
        other => harm(other),
    }
}
