//! I/O error injection: every request of a workload fails in turn, in every way it can.
//!
//! After an error the log must refuse all further work. What is on the disk then, whether power is
//! lost or only the program ends, must be an allowed state. A failed flush is the worst case:
//! earlier changes may or may not be durable, so every subset of them is a state.

use super::session::Search;
use crate::checks::{gives_the_same_again, is_an_allowed_state, recovery};
use crate::disk::DiskImage;
use crate::faults::{FaultKind, FaultPlan, IoFault, IoFaultKind, Phase};
use crate::origin::Origin;
use crate::recording::Recording;
use crate::scenario::{Failure, Stage};
use crate::simulator::record_recovery;
use crate::source::{NotRecorded, Source};
use crate::states::{self, Effort, Epoch};

impl Search {
    /// Lets the first, second, third ... request of each kind fail, until the program makes no more
    /// of it. Does nothing when the source cannot inject errors, except during the recovery.
    pub(super) fn io_errors(
        &mut self,
        source: &dyn Source,
        whole: &Recording,
    ) -> Result<(), Box<Failure>> {
        let origin = source.origin();
        let phases = whole.phases();
        for kind in IoFaultKind::ALL {
            for nth in 0.. {
                if self.is_over() {
                    break;
                }
                let io_error = IoFault { kind, nth };
                let plan = FaultPlan {
                    io_error: Some(io_error),
                };
                let failed = match source.record(plan) {
                    Ok(recording) => recording,
                    Err(NotRecorded::CannotInject) => break,
                    Err(error) => {
                        return Err(Failure::while_recording(&origin, Some(io_error), error));
                    }
                };
                let Some(fired_at) = failed.fired_at else {
                    break;
                };
                let phase = phase_of(io_error, fired_at, &failed, &phases);
                self.after_error(&origin, &failed, fired_at, io_error, phase)?;
            }
        }
        self.io_errors_in_recovery(&origin, whole)
    }

    fn after_error(
        &mut self,
        origin: &Origin,
        failed: &Recording,
        fired_at: usize,
        io_error: IoFault,
        phase: Phase,
    ) -> Result<(), Box<Failure>> {
        for epoch in Epoch::from(&failed.base, &failed.trace, fired_at) {
            let cut = epoch.requests.end;
            let allowed = failed.history.allowed(cut);
            let expected = allowed.fingerprint();
            self.tally.expect(states::count(&epoch, Effort::SUBSETS));
            states::each(&epoch, Effort::SUBSETS, cut as u64, &mut |choice| {
                self.tally.count(FaultKind::Request(io_error.kind), phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                recovery(&state, 1)
                    .and_then(|recovered| {
                        is_an_allowed_state(&recovered, &allowed, epoch.stable.length())
                    })
                    .map(|_| ())
                    .map_err(|violation| {
                        let stage = Stage {
                            io_error: Some(io_error),
                            ..Stage::at(cut, choice)
                        };
                        Failure::new(origin, vec![stage], violation)
                    })
            })?;
        }
        Ok(())
    }

    /// The program ends without a close, and requests fail while the file is recovered.
    fn io_errors_in_recovery(
        &mut self,
        origin: &Origin,
        whole: &Recording,
    ) -> Result<(), Box<Failure>> {
        let Some(first) = Stage::at_end(whole) else {
            return Ok(());
        };
        let state = whole.end();
        let result = match recovery(&state, 1)
            .map_err(|violation| Failure::new(origin, vec![first.clone()], violation))?
        {
            Ok(recovered) if recovered.was_dirty => recovered.image,
            _ => return Ok(()),
        };
        for kind in IoFaultKind::ALL {
            for nth in 0.. {
                if self.is_over() {
                    break;
                }
                let io_error = IoFault { kind, nth };
                if !self.recovery_with_error(origin, &first, &state, &result, io_error)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Recovers a state with an I/O error and crashes what is left then. Returns whether the error
    /// fired.
    fn recovery_with_error(
        &mut self,
        origin: &Origin,
        first: &Stage,
        state: &DiskImage,
        result: &DiskImage,
        io_error: IoFault,
    ) -> Result<bool, Box<Failure>> {
        let replay = record_recovery(state, 1, Some(io_error));
        if !replay.fired {
            return Ok(false);
        }
        let Some(epoch) = Epoch::all(&replay.base, &replay.trace).last() else {
            return Ok(true);
        };
        let cut = epoch.requests.end;
        let expected = !result.visible_hash();
        self.tally.expect(states::count(&epoch, Effort::SUBSETS));
        states::each(&epoch, Effort::SUBSETS, cut as u64, &mut |choice| {
            self.tally
                .count(FaultKind::Request(io_error.kind), Phase::Replay);
            let crashed = epoch.crash(choice);
            if !self.is_new(&crashed, expected) {
                return Ok(());
            }
            recovery(&crashed, 2)
                .and_then(|again| gives_the_same_again(result, &again, state.length()))
                .map_err(|violation| {
                    let second = Stage {
                        io_error: Some(io_error),
                        ..Stage::at(cut, choice)
                    };
                    Failure::new(origin, vec![first.clone(), second], violation)
                })
        })?;
        Ok(true)
    }
}

/// The phase in which an error fired; `phases` are those of the recording without the error.
fn phase_of(io_error: IoFault, fired_at: usize, failed: &Recording, phases: &[Phase]) -> Phase {
    let while_opening = failed
        .opens
        .last()
        .is_some_and(|open| open.contains(&fired_at));
    match phases.get(fired_at) {
        _ if while_opening => Phase::Replay,
        // The rest of a partial sector is read for the entry that is written next.
        _ if io_error.kind.is_of_reads() => Phase::LogWrite,
        Some(&phase) => phase,
        None => Phase::Replay,
    }
}
