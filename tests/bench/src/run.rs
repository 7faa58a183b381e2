//! A subject against the corpus.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use vhdx_log_corpus::{Corpus, Stored, Topic, Vector};

use vhdx_log_oracle::subject::{Failure, Subject, judge};
use vhdx_log_oracle::vector::VectorWithImage;

/// What a subject made of a set of vectors.
#[derive(Clone, Debug)]
pub struct Run {
    /// The subject.
    pub subject: String,
    /// One result for each vector, in their order.
    pub results: Vec<RunResult>,
    /// How long all of it took.
    pub elapsed: Duration,
}

/// What a subject made of a vector.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// The vector.
    pub vector: Vector,
    /// The name of the reading it agrees with, or what is different.
    pub verdict: Result<String, Failure>,
}

impl Run {
    /// Runs a subject on every vector that is chosen.
    ///
    /// # Errors
    /// When an image is damaged.
    pub fn of(
        subject: &dyn Subject,
        corpus: &Corpus,
        chosen: impl Fn(&Vector) -> bool + Sync,
    ) -> std::io::Result<Self> {
        let start = Instant::now();
        let profile = subject.profile();
        let one = |stored: &Stored| {
            let made = VectorWithImage::load(stored)?;
            let outcome = subject.open(&made.case());
            let verdict = judge(&made.vector, &made.case(), &outcome, &profile)
                .map(|reading| reading.name.clone());
            Ok(RunResult {
                vector: made.vector,
                verdict,
            })
        };
        let stored: Vec<&Stored> = corpus
            .iter()
            .filter(|stored| chosen(&stored.vector))
            .collect();
        let results = stored
            .into_par_iter()
            .map(one)
            .collect::<std::io::Result<_>>()?;
        Ok(Self {
            subject: subject.name(),
            results,
            elapsed: start.elapsed(),
        })
    }

    /// The vectors that the subject fails, and in what.
    pub fn failures(&self) -> impl Iterator<Item = (&Vector, &Failure)> {
        self.results
            .iter()
            .filter_map(|result| Some((&result.vector, result.verdict.as_ref().err()?)))
    }

    /// For each topic, how many vectors passed, of how many.
    pub fn by_topic(&self) -> BTreeMap<Topic, (usize, usize)> {
        let mut topics = BTreeMap::new();
        for result in &self.results {
            let (passed, all): &mut (usize, usize) = topics.entry(result.vector.topic).or_default();
            *passed += usize::from(result.verdict.is_ok());
            *all += 1;
        }
        topics
    }

    /// For each OPEN clause, the readings that the subject follows, and in how many vectors.
    pub fn readings(&self) -> BTreeMap<&str, BTreeMap<&str, usize>> {
        let mut readings: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for result in &self.results {
            if let (Some(clause), Ok(reading)) = (&result.vector.open, &result.verdict) {
                *readings
                    .entry(clause)
                    .or_default()
                    .entry(reading)
                    .or_default() += 1;
            }
        }
        readings
    }
}
