//! One crash in one recording: everything needed to reproduce it.

use vhdx_log_oracle::property::Violation;

use crate::checks::{
    Recovered, gives_the_same_again, is_an_allowed_state, is_read_by_the_model_alike,
    judge_media_fault, recovery,
};
use crate::disk::DiskImage;
use crate::faults::{FaultPlan, IoFault, MediaFault, damage, with_lying_flush};
use crate::origin::Origin;
use crate::protocol::{recording_keeps_the_protocol, recovery_keeps_the_protocol};
use crate::recording::Recording;
use crate::simulator::record_recovery;
use crate::source::{NotRecorded, Source};
use crate::states::{Choice, Epoch};
use crate::trace::Request;
use crate::workload::Workload;

/// A recording, the crash in it, the crashes in the recoveries from that, and the media fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub origin: Origin,
    /// The crash in the recording; then the one in its recovery; then the one in the recovery from
    /// that.
    pub stages: Vec<Stage>,
    /// The damage to the state that the crash left.
    pub media: Option<MediaFault>,
}

/// One crash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The I/O error injected before the crash.
    pub io_error: Option<IoFault>,
    /// The flush that reports success and does nothing, by its index in the trace.
    pub lying_flush: Option<usize>,
    /// How many requests have been made: the end of an epoch.
    pub cut: usize,
    /// What of the epoch arrived.
    pub choice: Choice,
}

/// A violation, and how to reproduce it.
#[derive(Clone, Debug)]
pub struct Failure {
    pub scenario: Scenario,
    pub violation: Violation,
}

impl Failure {
    /// A violation in a scenario without a media fault.
    pub fn new(origin: &Origin, stages: Vec<Stage>, violation: Violation) -> Box<Self> {
        let scenario = Scenario {
            origin: origin.clone(),
            stages,
            media: None,
        };
        Box::new(Self {
            scenario,
            violation,
        })
    }

    /// A violation while the recording was made.
    pub fn while_recording(
        origin: &Origin,
        io_error: Option<IoFault>,
        not_recorded: NotRecorded,
    ) -> Box<Self> {
        let stage = io_error.map(|io_error| Stage {
            io_error: Some(io_error),
            ..Stage::default()
        });
        Self::new(
            origin,
            stage.into_iter().collect(),
            not_recorded.into_violation(),
        )
    }
}

impl Scenario {
    /// A recording in which nothing is crashed.
    pub const fn without_crash(origin: Origin) -> Self {
        Self {
            origin,
            stages: Vec::new(),
            media: None,
        }
    }

    /// A workload that our writer carries out, without a crash.
    pub const fn of_workload(workload: Workload) -> Self {
        Self::without_crash(Origin::Workload(workload))
    }

    /// The faults that are injected while the program is recorded.
    pub fn fault_plan(&self) -> FaultPlan {
        FaultPlan {
            io_error: self.stages.first().and_then(|stage| stage.io_error),
        }
    }

    /// Whether its first crash is one of this recording: a crash of another recording says nothing
    /// about this one.
    pub fn occurs_in(&self, recording: &Recording) -> bool {
        let Some(stage) = self.stages.first() else {
            return true;
        };
        let epoch = stage.epoch(&recording.base, &recording.trace);
        epoch.is_some_and(|epoch| epoch.pending.len() == stage.choice.arrived.len())
    }

    /// Reproduces it with the source that its origin names.
    ///
    /// # Errors
    /// The violation that it reproduces.
    pub fn play(&self, source: &dyn Source) -> Result<(), Violation> {
        let recording = source
            .record(self.fault_plan())
            .map_err(NotRecorded::into_violation)?;
        self.play_on(&recording)
    }

    /// Reproduces it on a recording, made with [`fault_plan`](Self::fault_plan).
    ///
    /// # Errors
    /// The violation that it reproduces.
    pub fn play_on(&self, recording: &Recording) -> Result<(), Violation> {
        self.crash_and_recover(recording)?;
        match self.fault_plan().io_error {
            None => recording_keeps_the_protocol(recording, &self.origin),
            // A request that failed half-way is not the program's doing.
            Some(_) => Ok(()),
        }
    }

    fn crash_and_recover(&self, recording: &Recording) -> Result<(), Violation> {
        let first = self.stages.first().cloned().unwrap_or_default();
        let Some((crashed, durable_length)) = first.crash(&recording.base, &recording.trace) else {
            return Ok(());
        };
        if let Some(fault) = self.media {
            return judge_media_fault(fault, &crashed, recording, first.cut).map(|_| ());
        }
        let recovered = recovery(&crashed, 1)?;
        if first.lying_flush.is_some() {
            return Ok(());
        }
        let allowed = recording.history.allowed(first.cut);
        is_an_allowed_state(&recovered, &allowed, durable_length)?;
        is_read_by_the_model_alike(&crashed, &recovered)?;
        let Ok(Recovered { image: result, .. }) = recovered else {
            return Ok(());
        };
        let (mut state, length) = (crashed.clone(), crashed.length());
        for (stage, seed) in self.stages.iter().skip(1).zip(1..) {
            let replay = record_recovery(&state, seed, stage.io_error);
            if stage.io_error.is_none() {
                recovery_keeps_the_protocol(&replay.base, &replay.trace)?;
            }
            let Some((crashed, _)) = stage.crash(&replay.base, &replay.trace) else {
                return Ok(());
            };
            gives_the_same_again(&result, &recovery(&crashed, seed + 1)?, length)?;
            state = crashed;
        }
        let last = record_recovery(&state, self.stages.len() as u64, None);
        recovery_keeps_the_protocol(&last.base, &last.trace)
    }

    /// The state that the crash in a recording leaves, with the damage.
    pub fn crashed(&self, recording: &Recording) -> Option<DiskImage> {
        let first = self.stages.first().cloned().unwrap_or_default();
        let (crashed, _) = first.crash(&recording.base, &recording.trace)?;
        match self.media {
            Some(fault) => {
                let before = recording.until(first.cut);
                damage(fault, &crashed, &recording.base, before)
            }
            None => Some(crashed),
        }
    }
}

impl Stage {
    /// A crash at the end of an epoch.
    pub fn at(cut: usize, choice: &Choice) -> Self {
        Self {
            cut,
            choice: choice.clone(),
            ..Self::default()
        }
    }

    /// The program dies at the end of a trace, and all its requests are carried out.
    pub fn at_end(recording: &Recording) -> Option<Self> {
        let epoch = Epoch::last(&recording.base, &recording.trace)?;
        Some(Self::at(epoch.requests.end, &epoch.everything()))
    }

    /// The state this crash leaves, and the length that was durable before; `None` when no epoch of
    /// the trace ends at the cut.
    fn crash(&self, base: &DiskImage, trace: &[Request]) -> Option<(DiskImage, u64)> {
        let epoch = self.epoch(base, trace)?;
        Some((epoch.crash(&self.choice), epoch.stable.length()))
    }

    /// The epoch of the trace that ends at the cut.
    fn epoch(&self, base: &DiskImage, trace: &[Request]) -> Option<Epoch> {
        let lied;
        let trace = match self.lying_flush {
            Some(flush) => {
                lied = with_lying_flush(trace, flush);
                &lied
            }
            None => trace,
        };
        Epoch::ending_at(base, trace, self.cut)
    }
}
