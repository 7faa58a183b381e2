//! The corpus: made anew it is the same, core and model pass it, and it is worth something.

mod adequacy;
mod command;
mod files;
mod judging;
mod spec;
mod trace;

use std::sync::LazyLock;

use vhdx_log_corpus::Corpus;
use vhdx_log_vectors::Regenerated;

/// All vectors made from their recipes, once for all tests.
static MADE: LazyLock<Regenerated> = LazyLock::new(|| {
    Regenerated::make(Corpus::embedded()).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("{} rows are no vectors:\n{}", lines.len(), lines.join("\n"))
    })
});
