//! Lying flushes: a flush reports success and does nothing.

use vhdx_log_image::generate::Rng;

use super::kind::FaultKind;
use crate::states::{Arrived, Choice};
use crate::trace::{Request, RequestKind};

/// A trace in which one flush did nothing.
pub fn with_lying_flush(trace: &[Request], flush: usize) -> Vec<Request> {
    let mut trace = trace.to_vec();
    if let Some(request) = trace.get_mut(flush) {
        request.kind = RequestKind::FailedFlush;
    }
    trace
}

/// What may be lost when a flush lied: everything before it, some of it, or one write that all
/// later ones overtook. The first `older` of the `pending` changes were made before the flush.
pub fn lies(pending: usize, older: usize, seed: u64) -> Vec<(FaultKind, Choice)> {
    let mut rng = Rng::new(seed);
    let choice = |lost: &mut dyn FnMut(usize) -> bool| {
        let arrived = (0..pending).map(|index| {
            if lost(index) {
                Arrived::ABSENT
            } else {
                Arrived::WHOLE
            }
        });
        Choice {
            arrived: arrived.collect(),
            ..Choice::default()
        }
    };
    let mut lies = vec![(FaultKind::LyingFlush, choice(&mut |index| index < older))];
    for _ in 0..2 {
        lies.push((
            FaultKind::LyingFlush,
            choice(&mut |index| index < older && rng.chance(50)),
        ));
    }
    let one_lost =
        (0..older.min(8)).map(|one| (FaultKind::ReorderedFlush, choice(&mut |index| index == one)));
    lies.extend(one_lost);
    lies
}
