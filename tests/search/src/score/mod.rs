//! The mutation score of the searches: how many cases each search strategy needs until it first
//! detects each flaw of the catalogue.
//!
//! A flaw is the model with one demand dropped or changed. A case detects it when a property of the
//! case is violated with the flawed model instead of the correct one, which is what a run against
//! an implementation with that flaw would report. Cases are counted from 1, and each is checked
//! against every flaw that has not been detected yet.
//!
//! Not promised: anything about flaws that are not in the catalogue.

mod mutant_run;
mod page;
mod strategies;

pub use mutant_run::{Input, MutantRun, Progress};
pub use page::{CASES_AT_MOST, Found, Page, page};
pub use strategies::Strategy;
