//! The target `crash`: a workload, a crash in it, and crashes in the recovery from that (WRT-9).
//!
//! Where `search` of the crash package checks many crash states of a workload, a case here is one:
//! the engine looks for the workload and the crash. Any bytes are a case; sizes are limited.

use serde::{Deserialize, Serialize};

use vhdx_log_crash::checks::{Recovered, gives_the_same_again, is_an_allowed_state, recovery};
use vhdx_log_crash::faults::{FaultPlan, IoFault, IoFaultKind};
use vhdx_log_crash::simulator::record_recovery;
use vhdx_log_crash::states::{Arrived, Choice, Epoch, NewSpace};
use vhdx_log_crash::writer::{BaseImage, Writer, generate_workload};
use vhdx_log_crash::{Failure, Origin, Stage, Workload};
use vhdx_log_image::compact;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

use super::case::Case;
use super::scenario::{as_violation, with_base_image};
use super::workload;

/// How many workloads the search starts with.
const SEEDS: u64 = 64;
/// The most crashes in recoveries, each in the recovery from the one before.
const LIMIT_AGAIN: usize = 2;

/// A workload and its faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Crash {
    workload: Workload,
    /// The injected I/O error.
    io_error: Option<IoFault>,
    /// The crash in the workload.
    crash: Cut,
    /// The crash in the recovery from that, and so on.
    again: Vec<Cut>,
}

/// A crash, at any epoch of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Cut {
    /// Which epoch, counted back from the last, modulo their number.
    epoch: u16,
    /// For each pending change, which eighths of it arrived; repeated as often as needed.
    arrived: Vec<u8>,
    new_space: NewSpace,
}

impl Cut {
    /// The epoch of the crash, and the choice of what arrived.
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
    /// Runs it, and adds each crash to `stages` as it happens.
    fn play(&self, base: &BaseImage, stages: &mut Vec<Stage>) -> Result<(), Violation> {
        let writer = Writer::new(base, self.workload.clone());
        let recording = writer
            .run(FaultPlan {
                io_error: self.io_error,
            })?
            .recording;
        let epochs: Vec<Epoch> = Epoch::all(&recording.base, &recording.trace).collect();
        let Some((epoch, choice)) = self.crash.of(&epochs) else {
            return Ok(());
        };
        let mut state = epoch.crash(&choice);
        stages.push(Stage {
            io_error: self.io_error,
            ..Stage::at(epoch.requests.end, &choice)
        });
        let recovered = recovery(&state, 1)?;
        let allowed = recording.history.allowed(epoch.requests.end);
        is_an_allowed_state(&recovered, &allowed, epoch.stable.length())?;
        let Ok(Recovered { image: result, .. }) = recovered else {
            return Ok(());
        };
        let length = state.length();
        for (cut, seed) in self.again.iter().zip(1..) {
            let replay = record_recovery(&state, seed, None);
            let epochs: Vec<Epoch> = Epoch::all(&replay.base, &replay.trace).collect();
            let Some((epoch, choice)) = cut.of(&epochs) else {
                return Ok(());
            };
            state = epoch.crash(&choice);
            stages.push(Stage::at(epoch.requests.end, &choice));
            gives_the_same_again(&result, &recovery(&state, seed + 1)?, length)?;
        }
        Ok(())
    }
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
                self.io_error = rng.chance(60).then(|| IoFault {
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
            let workload = workload::clamp_sizes(generate_workload(&mut rng));
            let again = (0..rng.below(3)).map(|_| Cut::by(&mut rng)).collect();
            Self {
                workload,
                io_error: None,
                crash: Cut::by(&mut rng),
                again,
            }
        };
        (0..SEEDS)
            .map(|seed| (format!("generated-{seed:02}"), case(seed)))
            .collect()
    }

    fn failure(&self) -> Option<Box<Failure>> {
        with_base_image(|base| {
            let mut stages = Vec::new();
            let violation = self.play(base, &mut stages).err()?;
            let origin = Origin::Workload(self.workload.clone());
            Some(Failure::new(&origin, stages, violation))
        })
    }

    fn check(&self) -> Result<(), Violation> {
        as_violation(self.failure())
    }
}
