//! Power loss anywhere in a recording (WRT-9).

use super::plan::Plan;
use super::recovery::Crashed;
use super::session::Search;
use crate::checks::{is_an_allowed_state, is_read_by_the_model_alike, recovery};
use crate::faults::classify;
use crate::origin::Origin;
use crate::recording::Recording;
use crate::scenario::{Failure, Stage};
use crate::states::{self, Epoch};

impl Search {
    /// Cuts the power at request `first` and everywhere after it.
    pub(super) fn power_loss(
        &mut self,
        origin: &Origin,
        recording: &Recording,
        first: usize,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        let phases = recording.phases();
        for epoch in Epoch::from(&recording.base, &recording.trace, first) {
            if self.is_over() {
                break;
            }
            let cut = epoch.requests.end;
            let allowed = recording.history.allowed(cut);
            let expected = allowed.fingerprint();
            self.tally.expect(states::count(&epoch, plan.crashes));
            states::each(&epoch, plan.crashes, plan.samples(cut), &mut |choice| {
                let (kind, phase) = classify(&epoch, choice, &phases);
                self.tally.count(kind, phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                let stages = || vec![Stage::at(cut, choice)];
                let recovered = recovery(&state, 1)
                    .and_then(|recovered| {
                        is_an_allowed_state(&recovered, &allowed, epoch.stable.length())?;
                        if plan.wants_model(&state) {
                            is_read_by_the_model_alike(&state, &recovered)?;
                        }
                        Ok(recovered)
                    })
                    .map_err(|violation| Failure::new(origin, stages(), violation))?;
                match recovered {
                    Ok(recovered) if recovered.was_dirty && plan.wants_replay(&state) => {
                        let crashed = Crashed {
                            origin,
                            result: &recovered.image,
                            durable_length: state.length(),
                        };
                        self.crashed_recovery(crashed, &state, &mut stages(), plan)
                    }
                    Ok(_) | Err(_) => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}
