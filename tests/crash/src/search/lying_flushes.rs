//! Lying flushes: outcomes are recorded, not asserted.
//!
//! No log survives a device that reports as durable what it may still lose. What happens to the
//! file is counted. What is checked is only what holds of any file
//! ([`recovery`](crate::checks::recovery)): no panic, a refused file unchanged, a read-only view
//! that equals what a replay writes back.

use super::session::Search;
use crate::checks::{fate, recovery};
use crate::faults::{lies, with_lying_flush};
use crate::origin::Origin;
use crate::recording::Recording;
use crate::scenario::{Failure, Stage};
use crate::states::Epoch;
use crate::trace::RequestKind;

impl Search {
    /// Lets each flush from request `first` on lie, one at a time.
    pub(super) fn lying_flushes(
        &mut self,
        origin: &Origin,
        recording: &Recording,
        first: usize,
    ) -> Result<(), Box<Failure>> {
        let phases = recording.phases();
        let flushes = recording
            .trace
            .iter()
            .enumerate()
            .skip(first)
            .filter(|(_, request)| request.kind == RequestKind::Flush);
        for (flush, _) in flushes {
            if self.is_over() {
                break;
            }
            let trace = with_lying_flush(&recording.trace, flush);
            let Some(epoch) = Epoch::from(&recording.base, &trace, flush).next() else {
                continue;
            };
            let older = epoch
                .pending
                .iter()
                .take_while(|pending| pending.request < flush)
                .count();
            for (kind, choice) in lies(epoch.pending.len(), older, flush as u64) {
                let cut = epoch.requests.end;
                let allowed = recording.history.allowed(cut);
                self.tally.expect(1);
                self.tally.count(kind, phases[flush]);
                let state = epoch.crash(&choice);
                let expected = allowed.fingerprint().wrapping_add(kind.index() as u64);
                if !self.is_new(&state, expected) {
                    continue;
                }
                let recovered = recovery(&state, 1).map_err(|violation| {
                    let stage = Stage {
                        lying_flush: Some(flush),
                        ..Stage::at(cut, &choice)
                    };
                    Failure::new(origin, vec![stage], violation)
                })?;
                let fate = fate(&recovered, &allowed, epoch.stable.length());
                self.tally.fate(kind, fate);
            }
        }
        Ok(())
    }
}
