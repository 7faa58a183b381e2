//! Flushes that lie: characterised, not survived.
//!
//! No log survives a device that says "stable" of what it may still lose. What is counted here is
//! what becomes of the file then; what is claimed is only what holds of any file
//! ([`claims::recovery`]): no panic, a refused file left alone, a view that shows what a write-back
//! makes.

use super::claims;
use super::faults::FaultKind;
use super::media::fate;
use super::phases;
use super::run::Run;
use super::scenario::{Failure, Stage, with_lying_flush};
use super::search::{Search, failure};
use super::workload::Workload;
use crate::disk::{Arrived, Choice, Epoch, OperationKind};
use vhdx_log_image::generate::Rng;

impl Search<'_> {
    /// Lets each flush from request `from` on lie, one at a time.
    pub(super) fn promises(
        &mut self,
        workload: &Workload,
        run: &Run,
        from: usize,
    ) -> Result<(), Box<Failure>> {
        let phases = phases::of_requests(&run.trace, &run.start.log(), &run.opens);
        let flushes = run
            .trace
            .iter()
            .enumerate()
            .skip(from)
            .filter(|(_, operation)| operation.kind == OperationKind::Flush);
        for (flush, _) in flushes {
            let trace = with_lying_flush(&run.trace, flush);
            let epochs = Epoch::from(&run.start, &trace, flush);
            let Some(epoch) = epochs.first() else {
                continue;
            };
            let older = epoch
                .pending
                .iter()
                .take_while(|pending| pending.operation < flush)
                .count();
            for (kind, choice) in lies(epoch.pending.len(), older, flush as u64) {
                let cut = epoch.operations.end;
                let allowed = run.lineage.allowed(cut);
                self.tally.expect(1);
                self.tally.count(kind, phases[flush]);
                let state = epoch.crash(&choice);
                if !self.is_new(&state, allowed.fingerprint().wrapping_add(kind as u64)) {
                    continue;
                }
                let recovery = claims::recovery(&state, 1).map_err(|violation| {
                    let stage = Stage {
                        lying_flush: Some(flush),
                        cut,
                        choice,
                        ..Stage::default()
                    };
                    failure(workload, vec![stage], violation)
                })?;
                self.tally
                    .fate(kind, fate(&recovery, &allowed, epoch.stable.length()));
            }
        }
        Ok(())
    }
}

/// What may be lost when a flush lied: everything before it, some of it, or one write that all
/// later ones overtook.
fn lies(pending: usize, older: usize, seed: u64) -> Vec<(FaultKind, Choice)> {
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
