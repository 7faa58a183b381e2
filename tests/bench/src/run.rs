//! Runs subjects over the vectors of a corpus, and records what they do.
//!
//! Contract: subjects are run one after another in the order given, each on the chosen vectors in
//! the order of the corpus, several at a time. An image is held only while it is judged, so memory
//! does not grow with the number of vectors. Results are told as they come, and are in the record
//! in the order of the corpus. A run that is stopped has the results that were finished.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use vhdx_log_corpus::{Corpus, Stored, Vector};
use vhdx_log_oracle::stop::Stop;

use crate::candidate::Candidate;
use crate::case::run_one;
use crate::machine::{kernel, rfc3339};
use crate::record::{Machine, Protection, RECORD, Record, ResultRecord, SubjectRecord};
use crate::verdict::Verdict;

/// How a run is done.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How many vectors are run at a time; at least one is.
    pub jobs: usize,
    /// The folder that failures are kept in.
    pub kept_in: Option<PathBuf>,
    /// What is told of the machine's means against outside programs.
    pub protections: Vec<Protection>,
}

/// Is told each result as it comes, from several threads.
pub type OnResult<'a> = &'a (dyn Fn(&SubjectRecord, &ResultRecord) + Sync);

/// Runs every subject on every vector that is chosen, or on those before `stop`.
///
/// # Errors
/// When an image of the corpus is damaged, or a subject's profile names a reading that does not
/// exist.
pub fn run(
    candidates: Vec<Candidate>,
    corpus: &Corpus,
    chosen: impl Fn(&Vector) -> bool,
    settings: &Settings,
    stop: &Stop,
    on_result: OnResult<'_>,
) -> io::Result<Record> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let stored: Vec<&Stored> = corpus.iter().filter(|one| chosen(&one.vector)).collect();
    let (mut subjects, mut is_whole) = (Vec::new(), true);
    for candidate in candidates {
        let began = Instant::now();
        let Some(subject) = &candidate.subject else {
            subjects.push(candidate.about);
            continue;
        };
        let profile = subject.profile();
        let known = profile.check_readings(Corpus::embedded());
        known.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let run_one = |stored: &Stored| {
            run_one(
                subject.as_ref(),
                &candidate,
                stored,
                settings.kept_in.as_deref(),
            )
        };
        let results = each(&stored, settings.jobs, stop, |stored| {
            let result = run_one(stored)?;
            on_result(&candidate.about, &result);
            Ok(result)
        })?;
        is_whole &= results.len() == stored.len();
        let mut about = with_results(candidate.about, corpus, results);
        about.elapsed_ms = milliseconds(began.elapsed());
        subjects.push(about);
    }
    Ok(Record {
        record: RECORD,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        corpus_version: vhdx_log_corpus::VERSION.to_owned(),
        corpus_vectors: corpus.len(),
        complete: is_whole && stored.len() == corpus.len(),
        interrupted: !is_whole,
        started: rfc3339(started),
        elapsed_ms: milliseconds(clock.elapsed()),
        machine: Machine {
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            kernel: kernel(),
            jobs: settings.jobs,
            protections: settings.protections.clone(),
        },
        subjects,
    })
}

/// Does the work for each item, several at a time, and gives the results in the order of the items.
/// What a stop leaves out is left out of the result.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    stop: &Stop,
    work: impl Fn(&T) -> io::Result<R> + Sync,
) -> io::Result<Vec<R>> {
    // Not the pool of the process: how many programs run at a time is what `jobs` says.
    let pool = ThreadPoolBuilder::new().num_threads(jobs.max(1)).build();
    pool.map_err(io::Error::other)?.install(|| {
        // One item is a task: a program that hangs delays no other.
        let items = items.par_iter().with_max_len(1);
        items.filter(|_| !stop.is_due()).map(&work).collect()
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The record of a subject with its results, and the readings that they follow.
fn with_results(
    mut about: SubjectRecord,
    corpus: &Corpus,
    results: Vec<ResultRecord>,
) -> SubjectRecord {
    for result in results.iter().filter(|one| one.verdict == Verdict::Pass) {
        let stored = corpus.get(&result.vector);
        let open = stored.and_then(|stored| stored.vector.open.as_ref());
        if let (Some(clause), Some(reading)) = (open, &result.reading) {
            let of_clause = about.readings.entry(clause.clone()).or_default();
            *of_clause.entry(reading.clone()).or_default() += 1;
        }
    }
    about.results = results;
    about
}
