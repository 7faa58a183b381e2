//! One search for all flaws at once.

use std::collections::BTreeMap;

use vhdx_log::storage::SparseMemory;
use vhdx_log_model::{self as model, Flaw, Format, Options, Rules, flaws};

use vhdx_log_image::LogGuid;
use vhdx_log_oracle::property::{self, to_model};

/// What the claims are held against.
#[derive(Clone, Debug)]
pub enum Input {
    /// A whole file.
    File(SparseMemory),
    /// A ring alone.
    Ring(SparseMemory),
}

/// The flaws that are still to be found, and when the others were.
#[derive(Debug)]
pub struct MutantRun {
    cases: u64,
    left: Vec<&'static Flaw>,
    found: BTreeMap<&'static str, u64>,
}

impl Default for MutantRun {
    fn default() -> Self {
        Self {
            cases: 0,
            left: flaws().iter().collect(),
            found: BTreeMap::new(),
        }
    }
}

impl MutantRun {
    /// Shows a case to the flaws that are left.
    pub fn show(&mut self, case: &Input) {
        self.cases += 1;
        let found = match case {
            Input::File(image) => found_by_file(image, &self.left),
            Input::Ring(image) => found_by_ring(image, &self.left),
        };
        self.left.retain(|flaw| !found.contains(&flaw.name));
        self.found
            .extend(found.into_iter().map(|name| (name, self.cases)));
    }

    /// How many cases have been shown.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// Whether there is nothing left to find.
    pub fn is_over(&self) -> bool {
        self.left.is_empty()
    }

    /// By which case each flaw was found; those that are left out were not.
    pub fn found(&self) -> &BTreeMap<&'static str, u64> {
        &self.found
    }
}

/// The flaws that a file shows. Only where a flawed model's verdict is not the right one's are the
/// claims asked.
fn found_by_file(image: &SparseMemory, left: &[&'static Flaw]) -> Vec<&'static str> {
    let of_model = to_model(image);
    let verdicts = |rules: &dyn Rules| {
        let writable = Options {
            access: model::Access::Writable,
            ..Options::default()
        };
        [Options::default(), writable].map(|options| model::read_with(&of_model, &options, rules))
    };
    let right = verdicts(&Format);
    let suspects = left.iter().filter(|flaw| verdicts(flaw.rules) != right);
    suspects
        .filter(|flaw| property::check_against(image, flaw.rules).is_err())
        .map(|flaw| flaw.name)
        .collect()
}

/// The flaws that a ring shows.
fn found_by_ring(image: &SparseMemory, left: &[&'static Flaw]) -> Vec<&'static str> {
    let of_model = to_model(image);
    let ring = model::Ring::of_log(&of_model, 0, of_model.length());
    let generation = LogGuid::A.on_disk();
    let right = model::search(&ring, &generation, &Format);
    let suspects = left
        .iter()
        .filter(|flaw| model::search(&ring, &generation, flaw.rules) != right);
    suspects
        .filter(|flaw| property::ring::check_search_against(image, generation, flaw.rules).is_err())
        .map(|flaw| flaw.name)
        .collect()
}
