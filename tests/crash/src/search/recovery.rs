//! Power is lost again while a crash state is recovered (RPL-7).

use super::plan::Plan;
use super::session::Search;
use crate::checks::{gives_the_same_again, recovery};
use crate::disk::DiskImage;
use crate::faults::{Phase, classify};
use crate::origin::Origin;
use crate::protocol::recovery_keeps_the_protocol;
use crate::scenario::{Failure, Stage};
use crate::simulator::record_recovery;
use crate::states::{self, Epoch};

/// A crash state, and what its recovery must give however often it is interrupted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crashed<'a> {
    pub(super) origin: &'a Origin,
    /// The result of an uninterrupted recovery.
    pub(super) result: &'a DiskImage,
    /// The length of the file before the first recovery.
    pub(super) durable_length: u64,
}

impl Search {
    /// Crashes the recovery of `state`, and the recovery from each state that this leaves, as deep
    /// as the plan says. `stages` are the crashes so far.
    pub(super) fn crashed_recovery(
        &mut self,
        crashed: Crashed<'_>,
        state: &DiskImage,
        stages: &mut Vec<Stage>,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        let depth = stages.len() as u32;
        let replay = record_recovery(state, depth.into(), None);
        if plan.protocol {
            recovery_keeps_the_protocol(&replay.base, &replay.trace)
                .map_err(|violation| Failure::new(crashed.origin, stages.clone(), violation))?;
        }
        let phase = if depth == 1 {
            Phase::Replay
        } else {
            Phase::SecondReplay
        };
        let phases = vec![phase; replay.trace.len()];
        let expected = !crashed.result.visible_hash();
        for epoch in Epoch::all(&replay.base, &replay.trace) {
            if self.is_over() {
                break;
            }
            let cut = epoch.requests.end;
            self.tally.expect(states::count(&epoch, plan.replays));
            states::each::<Box<Failure>>(&epoch, plan.replays, plan.samples(cut), &mut |choice| {
                let (kind, phase) = classify(&epoch, choice, &phases);
                self.tally.count(kind, phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                stages.push(Stage::at(cut, choice));
                let was_dirty = recovery(&state, u64::from(depth) + 1)
                    .and_then(|again| {
                        gives_the_same_again(crashed.result, &again, crashed.durable_length)?;
                        Ok(again.is_ok_and(|recovered| recovered.was_dirty))
                    })
                    .map_err(|violation| Failure::new(crashed.origin, stages.clone(), violation))?;
                if was_dirty && depth < plan.replay_depth {
                    self.crashed_recovery(crashed, &state, stages, plan)?;
                }
                stages.pop();
                Ok(())
            })?;
        }
        Ok(())
    }
}
