//! The corpus: regeneration changes nothing, core and model pass every vector, every flaw is
//! killed, every clause is covered.

#[cfg(target_os = "linux")]
mod adapters;
mod adequacy;
mod command;
mod expectations;
mod files;
mod judging;
mod spec;
mod trace;

use std::sync::LazyLock;

use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_vectors::Regenerated;

/// All vectors, made from their sources once for all tests.
static MADE: LazyLock<Regenerated> = LazyLock::new(|| {
    let made = Regenerated::make(Corpus::embedded(), &Stop::never()).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!(
            "{} sources are not vectors:\n{}",
            lines.len(),
            lines.join("\n")
        )
    });
    made.expect("nobody stops it")
});
