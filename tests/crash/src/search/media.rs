//! Media faults: each state between two flushes, damaged in each way there is, one at a time.

use vhdx_log_image::generate::Rng;

use super::session::Search;
use crate::checks::judge_media_fault;
use crate::faults::candidates;
use crate::origin::Origin;
use crate::recording::Recording;
use crate::scenario::{Failure, Scenario, Stage};
use crate::states::Epoch;
use crate::trace::RequestKind;

impl Search {
    pub(super) fn media(
        &mut self,
        origin: &Origin,
        recording: &Recording,
        first: usize,
    ) -> Result<(), Box<Failure>> {
        let phases = recording.phases();
        let mut rng = Rng::new(recording.trace.len() as u64);
        for epoch in Epoch::from(&recording.base, &recording.trace, first) {
            if self.is_over() {
                break;
            }
            let everything = epoch.everything();
            let state = epoch.crash(&everything);
            let cut = epoch.requests.end;
            // Before a power cut, or at the end, the disk does not hold all of this.
            let flushed = recording
                .trace
                .get(cut)
                .is_some_and(|request| request.kind == RequestKind::Flush);
            if !flushed || epoch.pending.is_empty() {
                continue;
            }
            let phase = phases[cut];
            let before = recording.until(cut);
            for fault in candidates(&epoch, &state, &recording.base, before, &mut rng) {
                let judged = judge_media_fault(fault, &state, recording, cut);
                let fate = judged.map_err(|violation| {
                    let scenario = Scenario {
                        origin: origin.clone(),
                        stages: vec![Stage::at(cut, &everything)],
                        media: Some(fault),
                    };
                    Box::new(Failure {
                        scenario,
                        violation,
                    })
                })?;
                if let Some(fate) = fate {
                    self.tally.expect(1);
                    self.tally.count(fault.kind(), phase);
                    self.tally.judged();
                    self.tally.fate(fault.kind(), fate);
                }
            }
        }
        Ok(())
    }
}
