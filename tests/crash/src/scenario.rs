//! One thing that goes wrong in one workload: everything it takes to make it go wrong again.

use vhdx_log::writer::Canary;
use vhdx_log::{GuidSource, OpenOptions};

use super::claims::{self, Recovered};
use super::media::{self, MediaFault};
use super::run::{Breaks, Run, run};
use super::workload::Workload;
use super::world::World;
use crate::disk::{
    Choice, DiskImage, Epoch, FailingDisk, IoFault, Operation, OperationKind, SimDisk,
};
use vhdx_log_oracle::property::Violation;

/// A workload, the crash in it, the crashes in the recoveries from that, and what the device spoils
/// in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What the program does.
    pub workload: Workload,
    /// The crash in the workload; then the one in its recovery; then the one in the recovery of
    /// that.
    pub stages: Vec<Stage>,
    /// What is spoilt of the state the last crash left.
    pub media: Option<MediaFault>,
}

/// One crash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// A request that fails before.
    pub io: Option<IoFault>,
    /// A flush that says it is done and is not, by its index in the trace.
    pub lying_flush: Option<usize>,
    /// How many requests have been made: the end of an epoch.
    pub cut: usize,
    /// What of the epoch arrived.
    pub choice: Choice,
}

/// A property that does not hold, and how to see it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What goes wrong.
    pub scenario: Scenario,
    /// What does not hold then.
    pub violation: Violation,
}

impl Failure {
    /// A property that does not hold in a scenario.
    pub fn new(scenario: Scenario, violation: Violation) -> Box<Self> {
        Box::new(Self {
            scenario,
            violation,
        })
    }
}

impl Scenario {
    /// A workload in which a property fails without a crash.
    pub fn without_crash(workload: &Workload, io: Option<IoFault>) -> Self {
        let stages = io.map(|io| Stage {
            io: Some(io),
            ..Stage::default()
        });
        Self {
            workload: workload.clone(),
            stages: stages.into_iter().collect(),
            media: None,
        }
    }

    /// Makes it go wrong, and says what does not hold.
    ///
    /// # Errors
    /// The property that does not hold.
    pub fn play(&self, world: &World, canary: Option<Canary>) -> Result<(), Violation> {
        let first = self.stages.first().cloned().unwrap_or_default();
        let run = run(
            world,
            &self.workload,
            Breaks {
                io: first.io,
                canary,
            },
        )?;
        let Some((crashed, stable_length)) = first.crash(&run.start, &run.trace) else {
            return Ok(());
        };
        let allowed = run.lineage.allowed(first.cut);
        if let Some(fault) = &self.media {
            return media::judge(fault, &crashed, &run, first.cut).map(|_| ());
        }
        let recovery = claims::recovery(&crashed, 1)?;
        if first.lying_flush.is_some() {
            return Ok(());
        }
        claims::is_an_allowed_state(&recovery, &allowed, stable_length)?;
        let Ok(Recovered { image: result, .. }) = recovery else {
            return Ok(());
        };
        let (mut state, length) = (crashed.clone(), crashed.length());
        for (stage, seed) in self.stages.iter().skip(1).zip(1..) {
            let replay = record_replay(&state, seed, stage.io);
            let Some((crashed, _)) = stage.crash(&replay.start, &replay.trace) else {
                return Ok(());
            };
            claims::gives_the_same_again(&result, &claims::recovery(&crashed, seed + 1)?, length)?;
            state = crashed;
        }
        Ok(())
    }

    /// The state that the crash in the workload leaves, and the run; for a picture of its log.
    pub fn crashed(&self, world: &World, canary: Option<Canary>) -> Option<(DiskImage, Run)> {
        let first = self.stages.first().cloned().unwrap_or_default();
        let run = run(
            world,
            &self.workload,
            Breaks {
                io: first.io,
                canary,
            },
        )
        .ok()?;
        let (crashed, _) = first.crash(&run.start, &run.trace)?;
        let crashed = match &self.media {
            Some(fault) => media::damage(fault, &crashed, &run, first.cut)?,
            None => crashed,
        };
        Some((crashed, run))
    }
}

impl Stage {
    /// The state this crash leaves, and the length that was stable before; `None` when the trace
    /// has no such cut.
    fn crash(&self, start: &DiskImage, trace: &[Operation]) -> Option<(DiskImage, u64)> {
        let lied;
        let trace = match self.lying_flush {
            Some(flush) => {
                lied = with_lying_flush(trace, flush);
                &lied
            }
            None => trace,
        };
        let mut epochs = Epoch::from(start, trace, self.cut).into_iter();
        let epoch = epochs.find(|epoch| epoch.operations.end == self.cut)?;
        Some((epoch.crash(&self.choice), epoch.stable.length()))
    }
}

/// A trace in which one flush did nothing.
pub fn with_lying_flush(trace: &[Operation], flush: usize) -> Vec<Operation> {
    let mut trace = trace.to_vec();
    if let Some(operation) = trace.get_mut(flush) {
        operation.kind = OperationKind::FailedFlush;
    }
    trace
}

/// A replay of a file, as the disk saw it.
#[derive(Debug)]
pub struct RecordedReplay {
    /// The file.
    pub start: DiskImage,
    /// The requests.
    pub trace: Vec<Operation>,
    /// Whether the request failed that was to fail.
    pub struck: bool,
}

/// Opens a file for writing, which replays it; fresh GUIDs are made of `seed`.
pub fn record_replay(file: &DiskImage, seed: u64, io: Option<IoFault>) -> RecordedReplay {
    let mut disk = FailingDisk::new(SimDisk::new(file), io);
    // Whether it succeeds is judged where the states it leaves are recovered.
    let _ = OpenOptions::writable()
        .guids(GuidSource::seeded(seed))
        .open(&mut disk);
    let struck = disk.struck_at().is_some();
    let (start, trace) = disk.into_disk().into_parts();
    RecordedReplay {
        start,
        trace,
        struck,
    }
}
