//! Runs a subject on the vectors of a corpus, and judges what it does.

use std::io;
use std::time::{Instant, SystemTime};

use rayon::prelude::*;
use vhdx_log_corpus::{Corpus, Needs, Stored, Vector};
use vhdx_log_oracle::judge;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Profile, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

use crate::report::{RunReport, SkipReason, Status, VectorResult};

/// Runs a subject on every vector that is chosen, in parallel, or on those before `stop`.
///
/// # Errors
/// When an image of the corpus is damaged.
pub fn run(
    subject: &dyn Subject,
    corpus: &Corpus,
    chosen: impl Fn(&Vector) -> bool + Sync,
    stop: &Stop,
) -> io::Result<RunReport> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let profile = subject.profile();
    let stored: Vec<&Stored> = corpus
        .iter()
        .filter(|stored| chosen(&stored.vector))
        .collect();
    let results: Vec<VectorResult> = stored
        .par_iter()
        .filter(|_| !stop.is_due())
        .map(|stored| run_one(subject, &profile, stored))
        .collect::<io::Result<_>>()?;
    Ok(RunReport {
        subject: subject.name(),
        subject_version: subject.version(),
        corpus_version: vhdx_log_corpus::VERSION,
        started,
        elapsed: clock.elapsed(),
        interrupted: stop.is_asked() && results.len() < stored.len(),
        results,
    })
}

fn run_one(subject: &dyn Subject, profile: &Profile, stored: &Stored) -> io::Result<VectorResult> {
    let clock = Instant::now();
    let status = match skip_reason(&stored.vector, profile) {
        Some(reason) => Status::Skipped(reason),
        None => {
            let vector = VectorWithImage::load(stored)?;
            let expectations = vector.expectations();
            match judge(&expectations, &subject.open(&expectations.case), profile) {
                Ok(expectation) => Status::Passed {
                    reading: expectation.name.clone(),
                },
                Err(failure) => Status::Failed(failure),
            }
        }
    };
    Ok(VectorResult {
        vector: stored.vector.clone(),
        status,
        elapsed: clock.elapsed(),
    })
}

fn skip_reason(vector: &Vector, profile: &Profile) -> Option<SkipReason> {
    if vector.needs == Needs::File && !profile.shows_file {
        Some(SkipReason::FileNotShown)
    } else if vector.max_file_size.is_some() && !profile.limits_size {
        Some(SkipReason::SizeLimitNotSupported)
    } else {
        None
    }
}
