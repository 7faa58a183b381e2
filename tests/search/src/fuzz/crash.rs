//! The target `crash`: a workload, a crash in it, crashes in the recovery from that.

use serde::{Deserialize, Serialize};
use vhdx_log::{GuidSource, OpenOptions};

use super::{Case, workload};
use vhdx_log_crash::claims::{self, Recovered};
use vhdx_log_crash::disk::{
    Arrived, Choice, DiskImage, Epoch, IoFault, IoFaultKind, NewSpace, Operation, SimDisk,
};
use vhdx_log_crash::{Breaks, Failure, Run, Scenario, Stage, Workload, World, generate, run};
use vhdx_log_image::compact;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

/// How many workloads the search begins with.
const SEEDS: u64 = 64;
/// The most crashes in recoveries, one in the recovery from the other.
const LIMIT_AGAIN: usize = 2;

/// A workload and what goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Crash {
    workload: Workload,
    /// A request that fails.
    io: Option<IoFault>,
    /// The crash in the workload.
    crash: Cut,
    /// The crash in the recovery from that, and the one in the recovery from that.
    again: Vec<Cut>,
}

/// A crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Cut {
    /// Between which flushes, counted back from the last, round as often as needed.
    epoch: u16,
    /// For each change that is pending, which eighths of it arrived; round as often as needed.
    arrived: Vec<u8>,
    /// What new space holds.
    new_space: NewSpace,
}

/// Calls `use_it` with the image that workloads run on, made once a thread.
pub(super) fn with_world<R>(use_it: impl FnOnce(&World) -> R) -> R {
    thread_local! {
        static WORLD: World = World::new();
    }
    WORLD.with(use_it)
}

/// The program dies at the end, and all it asked for arrives.
pub(super) fn final_stage(run: &Run) -> Option<Stage> {
    let epochs = Epoch::from(&run.start, &run.trace, run.trace.len());
    epochs.last().map(|epoch| Stage {
        cut: epoch.operations.end,
        choice: epoch.everything(),
        ..Stage::default()
    })
}

/// A failure as the violation of a property, with the line that shows it again.
pub(super) fn told(failure: Option<Box<Failure>>) -> Result<(), Violation> {
    failure.map_or(Ok(()), |failure| {
        let Failure {
            scenario,
            violation,
        } = *failure;
        let detail = format!("{}\n  vhdx-log crash --replay {scenario}", violation.detail);
        Err(Violation {
            detail,
            ..violation
        })
    })
}

impl Cut {
    /// The epoch it is in, and the choice of what arrives.
    fn of<'a>(&self, epochs: &'a [Epoch]) -> Option<(&'a Epoch, Choice)> {
        let back = usize::from(self.epoch) % epochs.len().max(1);
        let epoch = epochs.iter().rev().nth(back)?;
        let arrived = |index: usize| match self.arrived.get(index % self.arrived.len().max(1)) {
            Some(&pieces) => Arrived(pieces),
            None => Arrived::ABSENT,
        };
        let choice = Choice {
            arrived: (0..epoch.pending.len()).map(arrived).collect(),
            new_space: self.new_space,
        };
        Some((epoch, choice))
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match rng.below(4) {
            0 => self.epoch = rng.below(12) as u16,
            1 => self.new_space = rng.pick(&[NewSpace::Zeros, NewSpace::Old, NewSpace::Pattern]),
            2 if !self.arrived.is_empty() => {
                let at = rng.index(self.arrived.len());
                self.arrived[at] = pieces(rng);
            }
            _ => self.arrived = (0..rng.within(1, 12)).map(|_| pieces(rng)).collect(),
        }
    }

    fn by(rng: &mut Rng) -> Self {
        let mut cut = Self::default();
        (0..3).for_each(|_| cut.mutate(rng));
        cut
    }
}

fn pieces(rng: &mut Rng) -> u8 {
    match rng.below(4) {
        0 => 0,
        1 | 2 => 0xFF,
        _ => rng.pick(&Arrived::TORN).0,
    }
}

impl Crash {
    /// Carries it out; adds the crashes to `stages` as they come.
    fn play(&self, world: &World, stages: &mut Vec<Stage>) -> Result<(), Violation> {
        let run = run(
            world,
            &self.workload,
            Breaks {
                io: self.io,
                canary: None,
            },
        )?;
        let epochs = Epoch::all(&run.start, &run.trace);
        let Some((epoch, choice)) = self.crash.of(&epochs) else {
            return Ok(());
        };
        let mut state = epoch.crash(&choice);
        stages.push(Stage {
            io: self.io,
            cut: epoch.operations.end,
            choice,
            ..Stage::default()
        });
        let recovery = claims::recovery(&state, 1)?;
        let allowed = run.lineage.allowed(epoch.operations.end);
        claims::is_an_allowed_state(&recovery, &allowed, epoch.stable.length())?;
        let Ok(Recovered { image: result, .. }) = recovery else {
            return Ok(());
        };
        let length = state.length();
        for (cut, seed) in self.again.iter().zip(1..) {
            let (start, trace) = replay(&state, seed);
            let epochs = Epoch::all(&start, &trace);
            let Some((epoch, choice)) = cut.of(&epochs) else {
                return Ok(());
            };
            state = epoch.crash(&choice);
            stages.push(Stage {
                cut: epoch.operations.end,
                choice,
                ..Stage::default()
            });
            claims::gives_the_same_again(&result, &claims::recovery(&state, seed + 1)?, length)?;
        }
        Ok(())
    }
}

/// The requests of a recovery.
fn replay(file: &DiskImage, seed: u64) -> (DiskImage, Vec<Operation>) {
    let mut disk = SimDisk::new(file);
    // Whether it succeeds is judged where the states it leaves are recovered.
    let _ = OpenOptions::writable()
        .guids(GuidSource::seeded(seed))
        .open(&mut disk);
    disk.into_parts()
}

impl Case for Crash {
    const TARGET: &'static str = "crash";

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut case: Self = compact::decode(bytes);
        case.workload = workload::clamp_sizes(case.workload);
        case.again.truncate(LIMIT_AGAIN);
        case
    }

    fn to_bytes(&self) -> Vec<u8> {
        compact::encode(self)
    }

    fn mutate(&mut self, rng: &mut Rng) {
        let again = rng.index(self.again.len());
        match rng.below(8) {
            0..=2 => workload::mutate(&mut self.workload, rng),
            3 if !self.again.is_empty() => self.again[again].mutate(rng),
            4 if self.again.len() < LIMIT_AGAIN => self.again.push(Cut::by(rng)),
            5 if !self.again.is_empty() => drop(self.again.remove(again)),
            6 => {
                let kind = rng.pick(&IoFaultKind::ALL);
                self.io = rng.chance(60).then(|| IoFault {
                    kind,
                    nth: rng.below(24),
                });
            }
            _ => self.crash.mutate(rng),
        }
    }

    fn seeds() -> Vec<(String, Self)> {
        let case = |seed| {
            let mut rng = Rng::new(seed);
            let workload = workload::clamp_sizes(generate::workload(&mut rng));
            let again = (0..rng.below(3)).map(|_| Cut::by(&mut rng)).collect();
            Self {
                workload,
                io: None,
                crash: Cut::by(&mut rng),
                again,
            }
        };
        (0..SEEDS)
            .map(|seed| (format!("generated-{seed:02}"), case(seed)))
            .collect()
    }

    fn failure(&self) -> Option<Box<Failure>> {
        with_world(|world| {
            let mut stages = Vec::new();
            let violation = self.play(world, &mut stages).err()?;
            Some(Failure::new(
                Scenario {
                    workload: self.workload.clone(),
                    stages,
                    media: None,
                },
                violation,
            ))
        })
    }

    fn check(&self) -> Result<(), Violation> {
        told(self.failure())
    }
}
