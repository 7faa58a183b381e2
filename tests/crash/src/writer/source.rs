//! The writer as a [`Source`].

use crate::seeded_bug::SeededBug;
use vhdx_log_oracle::property::Violation;

use super::base_image::BaseImage;
use super::runner::{Run, run};
use super::simpler::simpler;
use crate::faults::FaultPlan;
use crate::origin::Origin;
use crate::recording::Recording;
use crate::source::{NotRecorded, Source};
use crate::workload::Workload;

/// Our writer, carrying out a workload.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    pub base: &'a BaseImage,
    pub workload: Workload,
    pub seeded_bug: Option<SeededBug>,
    /// Whether a run ends with a violation where the log shows or recovers what it must not. An
    /// outside program does not look: its run ends there, with the recording so far.
    pub checks_itself: bool,
}

impl<'a> Writer<'a> {
    /// The writer without a seeded bug.
    pub fn new(base: &'a BaseImage, workload: Workload) -> Self {
        Self::with_bug(base, workload, None)
    }

    pub fn with_bug(
        base: &'a BaseImage,
        workload: Workload,
        seeded_bug: Option<SeededBug>,
    ) -> Self {
        Self {
            base,
            workload,
            seeded_bug,
            checks_itself: true,
        }
    }

    /// The writer as an outside program.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self {
            checks_itself: false,
            ..self
        }
    }

    /// The writer of a recording; `None` when no writer of ours made it.
    pub fn of(base: &'a BaseImage, origin: &Origin, seeded_bug: Option<SeededBug>) -> Option<Self> {
        match origin {
            Origin::Workload(workload) => Some(Self::with_bug(base, workload.clone(), seeded_bug)),
            Origin::TraceFile(_) => None,
        }
    }

    /// As [`record`](Source::record), with where each step begins.
    ///
    /// # Errors
    /// A violation of a property of an open log.
    pub fn run(&self, faults: FaultPlan) -> Result<Run, Violation> {
        let Self {
            seeded_bug,
            checks_itself,
            ..
        } = *self;
        run(self.base, &self.workload, faults, seeded_bug, checks_itself)
    }
}

impl Source for Writer<'_> {
    fn origin(&self) -> Origin {
        Origin::Workload(self.workload.clone())
    }

    fn record(&self, faults: FaultPlan) -> Result<Recording, NotRecorded> {
        let run = self.run(faults).map_err(NotRecorded::Violation)?;
        Ok(run.recording)
    }

    fn simpler(&self) -> Vec<Box<dyn Source + '_>> {
        let sources = simpler(&self.workload).into_iter().map(|workload| {
            let source = Self {
                workload,
                ..self.clone()
            };
            Box::new(source) as Box<dyn Source>
        });
        sources.collect()
    }
}
