//! Making a finding simpler: fewer requests lost, none torn where that is enough.

use vhdx_log_crash::states::{Arrived, Epoch, NewSpace};

use super::epoch::Judge;
use super::found::Found;
use crate::guest::History;
use crate::outside::Outside;

/// The most states that are tried for one finding.
const TRIED_AT_MOST: usize = 20_000;

/// The same harm with as few changes lost as single steps can reach.
pub fn shrink(outside: &Outside, history: &History, found: Found) -> Found {
    let Some(epoch) = Epoch::ending_at(&outside.base, &outside.trace, found.cut) else {
        return found;
    };
    let mut judge = Judge::new(history, &epoch);
    let mut best = found;
    let mut tried = 0;
    let mut still_wrong = |candidate: &Found| {
        tried += 1;
        let wrong = judge.state(&epoch.crash(&candidate.choice)).err()?;
        let is_same = (wrong.harm, wrong.clause) == (candidate.harm, candidate.clause);
        (is_same && tried < TRIED_AT_MOST).then_some(wrong.detail)
    };
    let mut candidate = best.clone();
    candidate.choice.new_space = NewSpace::Zeros;
    if let Some(detail) = still_wrong(&candidate) {
        best = Found {
            detail,
            ..candidate
        };
    }
    loop {
        let before = best.choice.clone();
        for index in 0..best.choice.arrived.len() {
            for simpler in [Arrived::WHOLE, Arrived::ABSENT] {
                let now = best.choice.arrived[index];
                if now == Arrived::WHOLE || now == simpler {
                    break;
                }
                let mut candidate = best.clone();
                candidate.choice.arrived[index] = simpler;
                if let Some(detail) = still_wrong(&candidate) {
                    best = Found {
                        detail,
                        ..candidate
                    };
                }
            }
        }
        if best.choice == before {
            return best;
        }
    }
}
