//! Searching many workloads on all cores, with a result that does not depend on how many there are.

use std::ops::Range;

use crate::seeded_bug::SeededBug;
use rayon::prelude::*;
use vhdx_log_oracle::stop::Stop;

use super::plan::Plan;
use super::session::Search;
use crate::faults::FaultPlan;
use crate::origin::Origin;
use crate::scenario::Failure;
use crate::source::NotRecorded;
use crate::tally::Tally;
use crate::workload::Workload;
use crate::writer::{BaseImage, Run, Writer};

/// A workload, and what is searched for in it.
#[derive(Clone, Debug)]
pub struct Job {
    pub workload: Workload,
    /// The index of the first step in which faults are injected.
    pub first_step: usize,
    pub plan: Plan,
}

/// Searches the workloads with these numbers, or until `stop`. Of the failures, returns the one
/// with the lowest number.
pub fn search_jobs(
    base: &BaseImage,
    seeded_bug: Option<SeededBug>,
    numbers: Range<u64>,
    stop: &Stop,
    job: impl Fn(u64) -> Job + Sync,
) -> (Tally, Option<Box<Failure>>) {
    let numbers: Vec<u64> = numbers.collect();
    // Some workloads take a thousand times as long as others.
    let searched = numbers.into_par_iter().with_max_len(1).map_init(
        || Search::until(stop),
        |search, number| {
            if stop.is_due() {
                return Default::default();
            }
            let outcome = one(search, base, seeded_bug, job(number));
            let failure = outcome.err().map(|failure| (number, failure));
            (std::mem::take(&mut search.tally), failure)
        },
    );
    let (tally, failure) = searched.reduce(Default::default, |(mut sum, one), (tally, other)| {
        sum.add(&tally);
        let failures = one.into_iter().chain(other);
        (sum, failures.min_by_key(|&(number, _)| number))
    });
    (tally, failure.map(|(_, failure)| failure))
}

pub(super) fn one(
    search: &mut Search,
    base: &BaseImage,
    seeded_bug: Option<SeededBug>,
    job: Job,
) -> Result<(), Box<Failure>> {
    let writer = Writer::with_bug(base, job.workload, seeded_bug);
    let Run { recording, steps } = writer.run(FaultPlan::default()).map_err(|violation| {
        let origin = Origin::Workload(writer.workload.clone());
        Failure::while_recording(&origin, None, NotRecorded::Violation(violation))
    })?;
    let first = match job.first_step {
        0 => 0,
        step => steps.get(step).copied().unwrap_or(0),
    };
    search.recording(&writer, &recording, first, &job.plan)
}
