//! Programs on the bench: a subject run over the corpus, and what came of it.

mod run;

pub use run::{Run, RunResult};
