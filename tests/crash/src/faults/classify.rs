//! The phase that a request of a trace belongs to, and the fault that a crash state shows.

use std::ops::Range;

use vhdx_log_image::HEADER_SECTORS;

use super::kind::FaultKind;
use super::phase::Phase;
use crate::states::{Arrived, Change, Choice, Epoch, NewSpace};
use crate::trace::{Request, RequestKind};

/// The phase of each request of a trace; requests made by opens belong to the replay.
pub fn phases_of(trace: &[Request], log: &Range<u64>, opens: &[Range<usize>]) -> Vec<Phase> {
    let mut phases = Vec::with_capacity(trace.len());
    let mut first_header_is_next = true;
    let mut pending = Phase::LogFlush;
    for (index, request) in trace.iter().enumerate() {
        let phase = match request.kind {
            RequestKind::Flush | RequestKind::FailedFlush | RequestKind::PowerCut => {
                let phase = pending;
                pending = Phase::LogFlush;
                phase
            }
            RequestKind::SetLength => Phase::Length,
            RequestKind::Write | RequestKind::Zero => {
                let first = request.sectors.first().map(|write| write.number);
                if first.is_some_and(|number| HEADER_SECTORS.contains(&number)) {
                    let phase = if first_header_is_next {
                        Phase::Header1
                    } else {
                        Phase::Header2
                    };
                    first_header_is_next = !first_header_is_next;
                    pending = phase;
                    phase
                } else {
                    first_header_is_next = true;
                    let in_log = first.is_some_and(|number| log.contains(&number));
                    pending = if in_log {
                        Phase::LogFlush
                    } else {
                        Phase::ApplyFlush
                    };
                    if in_log {
                        Phase::LogWrite
                    } else {
                        Phase::Apply
                    }
                }
            }
        };
        let replayed = opens.iter().any(|open| open.contains(&index));
        phases.push(if replayed { Phase::Replay } else { phase });
    }
    phases
}

/// The fault that a crash state shows, and the phase in which the power went.
///
/// - *An ordered prefix*: every change before some point arrived whole, none after it, and the one
///   at the point at most in part. A power cut in the middle of a request is enough for it. Its
///   phase is that of the first request that did not arrive whole, or of the flush when all did.
/// - *Reordered*: an earlier change did not arrive whole and a later one did. Only a cache of the
///   device makes such a state. Its phase is that of the flush.
pub fn classify(epoch: &Epoch, choice: &Choice, phases: &[Phase]) -> (FaultKind, Phase) {
    match first_incomplete(epoch, choice) {
        Some(first) if is_ordered_prefix(epoch, choice, first) => {
            let phase = phases[epoch.pending[first].request];
            (kind_of_prefix(epoch, choice), phase)
        }
        Some(_) => (
            kind_of_reordered(epoch, choice),
            phase_of_end(epoch, phases),
        ),
        None => (kind_of_prefix(epoch, choice), phase_of_end(epoch, phases)),
    }
}

/// The first change that did not arrive whole.
fn first_incomplete(epoch: &Epoch, choice: &Choice) -> Option<usize> {
    (0..epoch.pending.len()).find(|&index| choice.of(index) != Arrived::WHOLE)
}

fn is_ordered_prefix(epoch: &Epoch, choice: &Choice, first_incomplete: usize) -> bool {
    (first_incomplete + 1..epoch.pending.len()).all(|index| choice.of(index) == Arrived::ABSENT)
}

/// The phase of the flush that ends an epoch; at the end of a trace, of the last request.
fn phase_of_end(epoch: &Epoch, phases: &[Phase]) -> Phase {
    if let Some(&flush) = phases.get(epoch.requests.end) {
        return flush;
    }
    match epoch.requests.clone().last() {
        Some(last) => phases.get(last).copied().unwrap_or(Phase::LogFlush),
        None => Phase::LogFlush,
    }
}

fn kind_of_prefix(epoch: &Epoch, choice: &Choice) -> FaultKind {
    torn_or_new_space(epoch, choice).unwrap_or(FaultKind::CleanCut)
}

fn kind_of_reordered(epoch: &Epoch, choice: &Choice) -> FaultKind {
    let arrived = |index: usize| choice.of(index) != Arrived::ABSENT;
    let overtaken = |index: usize| !arrived(index) && (index + 1..epoch.pending.len()).any(arrived);
    torn_or_new_space(epoch, choice).unwrap_or_else(|| {
        if length_changes(epoch).any(overtaken) {
            FaultKind::LostLength
        } else {
            FaultKind::LostWrites
        }
    })
}

fn torn_or_new_space(epoch: &Epoch, choice: &Choice) -> Option<FaultKind> {
    if let Some(tear) = choice.arrived.iter().find_map(|arrived| arrived.tear()) {
        return Some(FaultKind::of_tear(tear));
    }
    let kind = match choice.new_space {
        NewSpace::Zeros => return None,
        NewSpace::Old => FaultKind::OldSpace,
        NewSpace::Pattern => FaultKind::PatternSpace,
    };
    length_changes(epoch)
        .any(|index| choice.of(index) != Arrived::ABSENT)
        .then_some(kind)
}

/// The changes of the length, by index into the pending ones.
fn length_changes(epoch: &Epoch) -> impl Iterator<Item = usize> {
    let is_length = |&index: &usize| matches!(epoch.pending[index].change, Change::Length { .. });
    (0..epoch.pending.len()).filter(is_length)
}
