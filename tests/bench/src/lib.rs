//! Runs a subject over the corpus, and holds what came of it as data.

mod report;
mod run;

pub use report::{Counts, RunReport, SkipReason, Status, VectorResult};
pub use run::run;
