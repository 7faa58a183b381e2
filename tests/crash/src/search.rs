//! The search through all that can go wrong in one workload.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use vhdx_log::writer::Canary;

use super::choices::{self, Effort};
use super::claims;
use super::faults::Phase;
use super::phases;
use super::run::{Breaks, Run, run};
use super::scenario::{Failure, RecordedReplay, Scenario, Stage, record_replay};
use super::tally::Tally;
use super::workload::Workload;
use super::world::World;
use crate::disk::{DiskImage, Epoch};

/// How much is looked for, and how thoroughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Crashes in the workload.
    pub crashes: Effort,
    /// How deep crashes in recoveries go: 0, 1 or 2.
    pub replay_depth: u32,
    /// Crashes in recoveries.
    pub replays: Effort,
    /// Of how many crash states one is also crashed during its recovery.
    pub replay_one_in: u64,
    /// Requests that fail.
    pub requests: bool,
    /// What the device spoils.
    pub media: bool,
    /// Flushes that lie.
    pub promises: bool,
}

impl Plan {
    /// Everything there is.
    pub const EVERYTHING: Self = Self {
        crashes: Effort::FULL,
        replay_depth: 2,
        replays: Effort::LIGHT,
        replay_one_in: 1,
        requests: true,
        media: true,
        promises: true,
    };

    /// Power loss only, and crashes in one recovery in so many.
    pub const fn crashes_only(crashes: Effort, replay_one_in: u64) -> Self {
        Self {
            crashes,
            replay_depth: 2,
            replays: Effort::SUBSETS,
            replay_one_in,
            requests: false,
            media: false,
            promises: false,
        }
    }
}

/// A search, its memory and its counts.
#[derive(Debug)]
pub struct Search<'a> {
    pub(super) world: &'a World,
    pub(super) canary: Option<Canary>,
    /// What was looked at so far.
    pub tally: Tally,
    seen: HashSet<u64, BuildHasherDefault<AlreadyHashed>>,
}

impl<'a> Search<'a> {
    /// A search that has not looked at anything.
    pub fn new(world: &'a World, canary: Option<Canary>) -> Self {
        Self {
            world,
            canary,
            tally: Tally::default(),
            seen: HashSet::default(),
        }
    }

    /// Runs a workload and makes go wrong what the plan says, from the step with index `first_step`
    /// on. What can go wrong before is that of a shorter workload.
    ///
    /// # Errors
    /// The first property that does not hold.
    pub fn workload(
        &mut self,
        workload: &Workload,
        first_step: usize,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        self.seen.clear();
        let without_crash =
            |violation| Failure::new(Scenario::without_crash(workload, None), violation);
        let run = run(
            self.world,
            workload,
            Breaks {
                io: None,
                canary: self.canary,
            },
        )
        .map_err(without_crash)?;
        let from = if first_step == 0 {
            0
        } else {
            run.steps.get(first_step).copied().unwrap_or(0)
        };
        self.tally.workloads += 1;
        self.power_loss(workload, &run, from, plan)?;
        if plan.requests {
            self.requests(workload, &run)?;
        }
        if plan.media {
            self.media(workload, &run, from)?;
        }
        if plan.promises {
            self.promises(workload, &run, from)?;
        }
        Ok(())
    }

    /// Crashes the recovery of a file, whoever wrote it, and the recovery from that. Gives back
    /// whether there was anything to recover.
    ///
    /// # Errors
    /// The first property that does not hold.
    pub fn file(&mut self, file: &DiskImage, plan: &Plan) -> Result<bool, Box<Failure>> {
        self.seen.clear();
        let nobody = Workload::default();
        let file = file.frozen();
        let stages = || vec![Stage::default()];
        match claims::recovery(&file, 1) {
            Err(violation) => Err(failure(&nobody, stages(), violation)),
            Ok(Ok(recovered)) if recovered.was_dirty => {
                self.replay(
                    &nobody,
                    &file,
                    (&recovered.image, file.length()),
                    &mut stages(),
                    plan,
                )?;
                Ok(true)
            }
            Ok(_) => Ok(false),
        }
    }

    /// Whether a state has not been seen before; two states are the same only if the same is
    /// expected of them.
    pub(super) fn is_new(&mut self, state: &DiskImage, expected: u64) -> bool {
        let hash = state.content_hash();
        self.tally.look(hash);
        let new = self.seen.insert(hash ^ expected.rotate_left(32));
        if new {
            self.tally.judged();
        }
        new
    }

    /// The power goes, anywhere from request `from` on.
    fn power_loss(
        &mut self,
        workload: &Workload,
        run: &Run,
        from: usize,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        let phases = phases::of_requests(&run.trace, &run.start.log(), &run.opens);
        for epoch in Epoch::from(&run.start, &run.trace, from) {
            let cut = epoch.operations.end;
            let allowed = run.lineage.allowed(cut);
            let expected = allowed.fingerprint();
            self.tally.expect(choices::count(&epoch, plan.crashes));
            choices::each(&epoch, plan.crashes, cut as u64, &mut |choice| {
                let (kind, phase) = phases::of_choice(&epoch, choice, &phases);
                self.tally.count(kind, phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                let stages = || {
                    vec![Stage {
                        cut,
                        choice: choice.clone(),
                        ..Stage::default()
                    }]
                };
                let recovery = claims::recovery(&state, 1).and_then(|recovery| {
                    claims::is_an_allowed_state(&recovery, &allowed, epoch.stable.length())?;
                    Ok(recovery)
                });
                match recovery {
                    Err(violation) => Err(failure(workload, stages(), violation)),
                    Ok(Ok(recovered)) if recovered.was_dirty && plan.wants_replay(&state) => self
                        .replay(
                            workload,
                            &state,
                            (&recovered.image, state.length()),
                            &mut stages(),
                            plan,
                        ),
                    Ok(_) => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    /// The power goes again while a crash state is recovered, and once more. Given are the result
    /// that must come out, and the length of the file before the first recovery.
    fn replay(
        &mut self,
        workload: &Workload,
        state: &DiskImage,
        (result, stable_length): (&DiskImage, u64),
        stages: &mut Vec<Stage>,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        let depth = stages.len() as u32;
        let RecordedReplay { start, trace, .. } = record_replay(state, depth.into(), None);
        let phase = if depth == 1 {
            Phase::Replay
        } else {
            Phase::SecondReplay
        };
        let phases = phases::all_of(phase, &trace);
        let expected = !result.visible_hash();
        for epoch in Epoch::all(&start, &trace) {
            let cut = epoch.operations.end;
            self.tally.expect(choices::count(&epoch, plan.replays));
            choices::each(&epoch, plan.replays, cut as u64, &mut |choice| {
                let (kind, phase) = phases::of_choice(&epoch, choice, &phases);
                self.tally.count(kind, phase);
                let state = epoch.crash(choice);
                if !self.is_new(&state, expected) {
                    return Ok(());
                }
                stages.push(Stage {
                    cut,
                    choice: choice.clone(),
                    ..Stage::default()
                });
                let recovery =
                    claims::recovery(&state, u64::from(depth) + 1).and_then(|recovery| {
                        claims::gives_the_same_again(result, &recovery, stable_length)?;
                        Ok(recovery.is_ok_and(|recovered| recovered.was_dirty))
                    });
                let was_dirty = match recovery {
                    Ok(was_dirty) => was_dirty,
                    Err(violation) => return Err(failure(workload, stages.clone(), violation)),
                };
                if was_dirty && depth < plan.replay_depth {
                    self.replay(workload, &state, (result, stable_length), stages, plan)?;
                }
                stages.pop();
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Plan {
    fn wants_replay(&self, state: &DiskImage) -> bool {
        self.replay_depth > 0 && state.content_hash().is_multiple_of(self.replay_one_in)
    }
}

pub(super) fn failure(
    workload: &Workload,
    stages: Vec<Stage>,
    violation: vhdx_log_oracle::property::Violation,
) -> Box<Failure> {
    Failure::new(
        Scenario {
            workload: workload.clone(),
            stages,
            media: None,
        },
        violation,
    )
}

/// States are hashes already.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
