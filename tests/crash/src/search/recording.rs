//! The search through one recording, and through one file.

use super::plan::Plan;
use super::recovery::Crashed;
use super::session::Search;
use crate::checks::recovery;
use crate::disk::DiskImage;
use crate::faults::FaultPlan;
use crate::origin::Origin;
use crate::protocol::recording_keeps_the_protocol;
use crate::recording::Recording;
use crate::scenario::{Failure, Stage};
use crate::source::Source;

impl Search {
    /// Records once and searches the whole recording.
    ///
    /// # Errors
    /// The first violation.
    pub fn source(&mut self, source: &dyn Source, plan: &Plan) -> Result<(), Box<Failure>> {
        let recording = source
            .record(FaultPlan::default())
            .map_err(|error| Failure::while_recording(&source.origin(), None, error))?;
        self.recording(source, &recording, 0, plan)
    }

    /// Searches a recording of a source. Faults are injected from request `first` on; earlier ones
    /// are covered by the shorter recording. I/O errors are skipped when the source cannot inject
    /// them.
    ///
    /// # Errors
    /// The first violation.
    pub fn recording(
        &mut self,
        source: &dyn Source,
        recording: &Recording,
        first: usize,
        plan: &Plan,
    ) -> Result<(), Box<Failure>> {
        self.begin();
        let origin = source.origin();
        self.tally.workloads += 1;
        if plan.protocol {
            recording_keeps_the_protocol(recording, &origin)
                .map_err(|violation| Failure::new(&origin, Vec::new(), violation))?;
        }
        self.power_loss(&origin, recording, first, plan)?;
        if plan.io_errors {
            self.io_errors(source, recording)?;
        }
        if plan.media {
            self.media(&origin, recording, first)?;
        }
        if plan.lying_flushes {
            self.lying_flushes(&origin, recording, first)?;
        }
        Ok(())
    }

    /// Crashes the recovery of a file that any program wrote, and the recovery from that. Returns
    /// whether there was anything to recover.
    ///
    /// # Errors
    /// The first violation.
    pub fn file(&mut self, file: &DiskImage, plan: &Plan) -> Result<bool, Box<Failure>> {
        self.begin();
        let origin = Origin::file();
        let file = file.frozen();
        let mut stages = vec![Stage::default()];
        match recovery(&file, 1) {
            Err(violation) => Err(Failure::new(&origin, stages, violation)),
            Ok(Ok(recovered)) if recovered.was_dirty => {
                let crashed = Crashed {
                    origin: &origin,
                    result: &recovered.image,
                    durable_length: file.length(),
                };
                self.crashed_recovery(crashed, &file, &mut stages, plan)?;
                Ok(true)
            }
            Ok(_) => Ok(false),
        }
    }
}
