//! One search, run against all flaws at once.

use std::collections::BTreeMap;
use std::fmt;

use vhdx_log::storage::SparseMemory;
use vhdx_log_image::LogGuid;
use vhdx_log_model::{self as model, Options, Rules, Suspects, flaws};
use vhdx_log_oracle::property::{self, to_model};
use vhdx_log_oracle::stop::Stop;

/// The image of one case.
#[derive(Clone, Debug)]
pub enum Input {
    /// A whole file.
    File(SparseMemory),
    /// A ring without a file around it.
    Ring(SparseMemory),
}

/// Who is told how far a search is, and may end it.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Ends the search early.
    pub stop: &'a Stop,
    /// Called after each case.
    pub checked: &'a (dyn Fn() + Sync),
}

impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

/// The flaws that have not been detected yet, and when the others were.
#[derive(Debug)]
pub struct MutantRun<'a> {
    progress: Option<Progress<'a>>,
    limit: u64,
    cases: u64,
    left: Suspects,
    found: BTreeMap<&'static str, u64>,
}

impl<'a> MutantRun<'a> {
    /// A search of up to `limit` cases, which has not begun.
    pub fn new(limit: u64) -> Self {
        Self {
            progress: None,
            limit,
            cases: 0,
            left: Suspects::new(flaws()),
            found: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with_progress(self, progress: Progress<'a>) -> Self {
        Self {
            progress: Some(progress),
            ..self
        }
    }

    /// Checks a case against the flaws that are left.
    pub fn check(&mut self, case: &Input) {
        self.cases += 1;
        if let Some(progress) = self.progress {
            (progress.checked)();
        }
        let found = match case {
            Input::File(image) => found_by_file(image, &self.left),
            Input::Ring(image) => found_by_ring(image, &self.left),
        };
        if !found.is_empty() {
            self.left.retain(|flaw| !found.contains(&flaw.name));
            self.found
                .extend(found.into_iter().map(|name| (name, self.cases)));
        }
    }

    /// How many cases have been checked.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// Whether every flaw has been detected, or every case checked.
    pub fn is_complete(&self) -> bool {
        self.left.is_empty() || self.cases >= self.limit
    }

    /// Whether no more cases are to be checked.
    pub fn is_over(&self) -> bool {
        self.is_complete() || self.progress.is_some_and(|progress| progress.stop.is_due())
    }

    /// The number of the first case that detected each flaw.
    pub fn found(&self) -> &BTreeMap<&'static str, u64> {
        &self.found
    }
}

/// The flaws that a file detects. Properties are only checked where the flawed model's verdict
/// differs from the correct one, which is faster.
fn found_by_file(image: &SparseMemory, left: &Suspects) -> Vec<&'static str> {
    let of_model = to_model(image);
    let verdicts = |rules: &dyn Rules| {
        let writable = Options {
            access: model::Access::Writable,
            ..Options::default()
        };
        [Options::default(), writable].map(|options| model::read_with(&of_model, &options, rules))
    };
    let (correct, suspects) = left.of(verdicts);
    let differing = suspects
        .into_iter()
        .filter(|flaw| verdicts(flaw.rules) != correct);
    differing
        .filter(|flaw| property::check_against(image, flaw.rules).is_err())
        .map(|flaw| flaw.name)
        .collect()
}

/// The flaws that a ring detects.
fn found_by_ring(image: &SparseMemory, left: &Suspects) -> Vec<&'static str> {
    let of_model = to_model(image);
    let ring = model::Ring::of_log(&of_model, 0, of_model.length());
    let generation = LogGuid::A.on_disk();
    let search = |rules: &dyn Rules| model::search(&ring, &generation, rules);
    let (correct, suspects) = left.of(search);
    let differing = suspects
        .into_iter()
        .filter(|flaw| search(flaw.rules) != correct);
    differing
        .filter(|flaw| property::ring::check_search_against(image, generation, flaw.rules).is_err())
        .map(|flaw| flaw.name)
        .collect()
}
