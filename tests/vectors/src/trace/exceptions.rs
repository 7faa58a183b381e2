//! The cells of `corpus/TRACE.md` that are empty for a reason.

use super::Column;

/// Clauses for which some columns have nothing to show, and why.
pub struct Exception {
    pub clauses: &'static [&'static str],
    pub columns: &'static [Column],
    pub because: &'static str,
}

impl Exception {
    /// Each clause with each column.
    pub fn cells(&self) -> impl Iterator<Item = (&'static str, Column)> {
        let &Self {
            clauses, columns, ..
        } = self;
        clauses
            .iter()
            .flat_map(move |&id| columns.iter().map(move |&column| (id, column)))
    }
}

/// Every exception. A test fails for one that excuses nothing.
pub const EXCEPTIONS: &[Exception] = &[Exception {
    clauses: &[
        "UPD-5", "WRT-1", "WRT-2", "WRT-3", "WRT-4", "WRT-5", "WRT-6", "WRT-7", "WRT-8", "WRT-9",
        "WRT-10",
    ],
    columns: &[Column::Vectors, Column::Flaws],
    because: "vectors and flaws are about programs that open an image. What a writer does is \
                  checked by the crash states, and the seeded bugs of our writer are in \
                  [core/src/writer/canary.rs](../core/src/writer/canary.rs)",
}];
