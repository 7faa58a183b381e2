//! From a request in a trace to the phase of the protocol it belongs to, and from a crash state to
//! the fault it shows.

use std::ops::Range;

use super::faults::{FaultKind, Phase};
use crate::disk::{
    Arrived, Change, Choice, Epoch, HEADER_SECTORS, NewSpace, Operation, OperationKind,
};

/// The phase of each request of a trace; requests made by opens belong to the replay.
pub fn of_requests(trace: &[Operation], log: &Range<u64>, opens: &[Range<usize>]) -> Vec<Phase> {
    let mut phases = Vec::with_capacity(trace.len());
    let mut first_header_is_next = true;
    let mut pending = Phase::LogFlush;
    for (index, operation) in trace.iter().enumerate() {
        let phase = match operation.kind {
            OperationKind::Flush | OperationKind::FailedFlush | OperationKind::PowerCut => {
                let phase = pending;
                pending = Phase::LogFlush;
                phase
            }
            OperationKind::SetLength => Phase::Length,
            OperationKind::Write | OperationKind::Zero => {
                let first = operation.sectors.first().map(|write| write.number);
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

/// The phases of a replay's own requests.
pub fn all_of(phase: Phase, trace: &[Operation]) -> Vec<Phase> {
    vec![phase; trace.len()]
}

/// The fault that a crash state shows, and the phase the power went in.
///
/// A state that the requests in their order lead to needs no more than a power cut in the middle of
/// a request: its phase is that of the first request that is not there whole, or of the flush when
/// all are there. A state that lacks an earlier request and has a later one can only come from the
/// device's cache: its phase is that of the flush.
pub fn of_choice(epoch: &Epoch, choice: &Choice, phases: &[Phase]) -> (FaultKind, Phase) {
    let whole = |index: usize| choice.of(index) == Arrived::WHOLE;
    let count = epoch.pending.len();
    let boundary = (0..count).find(|&index| !whole(index));
    let ordered = boundary
        .is_none_or(|first| (first + 1..count).all(|index| choice.of(index) == Arrived::ABSENT));
    let at_end = || {
        let end = epoch.operations.end;
        let last = end
            .checked_sub(1)
            .filter(|last| epoch.operations.contains(last));
        phases
            .get(end)
            .or_else(|| phases.get(last?))
            .copied()
            .unwrap_or(Phase::LogFlush)
    };
    let phase = match boundary {
        Some(first) if ordered => phases[epoch.pending[first].operation],
        _ => at_end(),
    };
    (kind_of_choice(epoch, choice, ordered), phase)
}

fn kind_of_choice(epoch: &Epoch, choice: &Choice, ordered: bool) -> FaultKind {
    if let Some(tear) = choice.arrived.iter().find_map(|arrived| arrived.tear()) {
        return FaultKind::of_tear(tear);
    }
    let arrived = |index: usize| choice.of(index) != Arrived::ABSENT;
    let lengths = || {
        let pending = epoch.pending.iter().enumerate();
        pending
            .filter(|(_, pending)| matches!(pending.change, Change::Length { .. }))
            .map(|(index, _)| index)
    };
    match choice.new_space {
        NewSpace::Old if lengths().any(arrived) => return FaultKind::OldSpace,
        NewSpace::Pattern if lengths().any(arrived) => return FaultKind::PatternSpace,
        _ => {}
    }
    let overtaken = |index: usize| !arrived(index) && (index + 1..epoch.pending.len()).any(arrived);
    match lengths().any(overtaken) {
        true => FaultKind::LostLength,
        false if ordered => FaultKind::CleanCut,
        false => FaultKind::LostWrites,
    }
}
