//! Requests that fail: every request of a workload in turn, in every way it can.
//!
//! After a failure the log must refuse all further work; what is on the disk then, whether the
//! power goes or the program merely ends, must be an allowed state. A failed flush is the worst
//! case: nothing can be said of what was pending, so every subset of it is a state.

use super::choices::{self, Effort};
use super::claims;
use super::faults::{FaultKind, Phase};
use super::phases;
use super::run::{Breaks, Run, run};
use super::scenario::{Failure, RecordedReplay, Scenario, Stage, record_replay};
use super::search::{Search, failure};
use super::workload::Workload;
use crate::disk::{Epoch, IoFault, IoFaultKind};

impl Search<'_> {
    /// Lets the first, second, third ... request of each sort fail, until the workload has no more
    /// of it.
    pub(super) fn requests(
        &mut self,
        workload: &Workload,
        whole: &Run,
    ) -> Result<(), Box<Failure>> {
        let phases = phases::of_requests(&whole.trace, &whole.start.log(), &whole.opens);
        for kind in IoFaultKind::ALL {
            for nth in 0.. {
                let io = IoFault { kind, nth };
                let breaks = Breaks {
                    io: Some(io),
                    canary: self.canary,
                };
                let failed = run(self.world, workload, breaks).map_err(|violation| {
                    Failure::new(Scenario::without_crash(workload, Some(io)), violation)
                })?;
                let Some(struck_at) = failed.struck_at else {
                    break;
                };
                let opening = failed
                    .opens
                    .last()
                    .is_some_and(|open| open.contains(&struck_at));
                let phase = match phases.get(struck_at) {
                    _ if opening => Phase::Replay,
                    // What partial sectors are completed with is read for the entry that comes
                    // next.
                    _ if kind.is_of_reads() => Phase::LogWrite,
                    Some(&phase) => phase,
                    None => Phase::Replay,
                };
                self.after_failure(workload, &failed, struck_at, io, phase)?;
            }
        }
        self.requests_of_replay(workload, whole)
    }

    fn after_failure(
        &mut self,
        workload: &Workload,
        failed: &Run,
        struck_at: usize,
        io: IoFault,
        phase: Phase,
    ) -> Result<(), Box<Failure>> {
        for epoch in Epoch::from(&failed.start, &failed.trace, struck_at) {
            let cut = epoch.operations.end;
            let allowed = failed.lineage.allowed(cut);
            let expected = allowed.fingerprint();
            self.tally.expect(choices::count(&epoch, Effort::SUBSETS));
            choices::each(&epoch, Effort::SUBSETS, cut as u64, &mut |choice| {
                self.tally.count(FaultKind::of_request(io.kind), phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                let judged = claims::recovery(&state, 1).and_then(|recovery| {
                    claims::is_an_allowed_state(&recovery, &allowed, epoch.stable.length())
                });
                judged.map(|_| ()).map_err(|violation| {
                    let stage = Stage {
                        io: Some(io),
                        cut,
                        choice: choice.clone(),
                        ..Stage::default()
                    };
                    failure(workload, vec![stage], violation)
                })
            })?;
        }
        Ok(())
    }

    /// The program ends without a close, and requests fail while the file is recovered.
    fn requests_of_replay(&mut self, workload: &Workload, whole: &Run) -> Result<(), Box<Failure>> {
        let epochs = Epoch::from(&whole.start, &whole.trace, whole.trace.len());
        let Some(last) = epochs.last() else {
            return Ok(());
        };
        let first = Stage {
            cut: last.operations.end,
            choice: last.everything(),
            ..Stage::default()
        };
        let state = &whole.end;
        let fail = |stages, violation| failure(workload, stages, violation);
        let result = match claims::recovery(state, 1)
            .map_err(|violation| fail(vec![first.clone()], violation))?
        {
            Ok(recovered) if recovered.was_dirty => recovered.image,
            _ => return Ok(()),
        };
        let expected = !result.visible_hash();
        for kind in IoFaultKind::ALL {
            for nth in 0.. {
                let io = IoFault { kind, nth };
                let RecordedReplay {
                    start,
                    trace,
                    struck,
                } = record_replay(state, 1, Some(io));
                if !struck {
                    break;
                }
                if let Some(epoch) = Epoch::all(&start, &trace).last() {
                    let cut = epoch.operations.end;
                    self.tally.expect(choices::count(epoch, Effort::SUBSETS));
                    choices::each(epoch, Effort::SUBSETS, cut as u64, &mut |choice| {
                        self.tally.count(FaultKind::of_request(kind), Phase::Replay);
                        let state = epoch.crash(choice);
                        if !self.is_new(&state, expected) {
                            return Ok(());
                        }
                        let again = claims::recovery(&state, 2);
                        again
                            .and_then(|again| {
                                claims::gives_the_same_again(&result, &again, whole.end.length())
                            })
                            .map_err(|violation| {
                                let second = Stage {
                                    io: Some(io),
                                    cut,
                                    choice: choice.clone(),
                                    ..Stage::default()
                                };
                                fail(vec![first.clone(), second], violation)
                            })
                    })?;
                }
            }
        }
        Ok(())
    }
}
