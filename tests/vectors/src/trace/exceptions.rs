//! The cells of `corpus/TRACE.md` that are empty for a reason.

use super::column::Column;

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
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        clauses: &[
            "UPD-5", "WRT-1", "WRT-2", "WRT-3", "WRT-4", "WRT-5", "WRT-6", "WRT-7", "WRT-8",
            "WRT-9", "WRT-10",
        ],
        columns: &[Column::Vectors, Column::Flaws],
        because: "vectors and flaws are about programs that open an image. What a writer does is \
                  checked by the crash states, and the seeded bugs of our writer are in \
                  [core/src/canary.rs](../core/src/canary.rs).",
    },
    Exception {
        clauses: &[
            "UPD-5", "WRT-1", "WRT-2", "WRT-3", "WRT-4", "WRT-5", "WRT-7", "WRT-8", "WRT-10",
        ],
        columns: &[Column::Model],
        because: "the model's writer is the abstract one of WRT-9: it says which states a crash \
                  may leave, and has no log that it could write in a wrong way.",
    },
    Exception {
        clauses: &["HDR-11"],
        columns: &[Column::Model, Column::Flaws],
        because: "it cannot be checked before replay, and a reader may open such a file or refuse \
                  it. `vhdx-log inspect` reports it, see \
                  [inspect/src/read/regions.rs](../tests/inspect/src/read/regions.rs).",
    },
    Exception {
        clauses: &["DSK-1", "DSK-2"],
        columns: &[Column::Core, Column::Property],
        because: "core reads and writes the log, and has no part in showing the disk. The guest's \
                  disk is read by [image/src/guest](../tests/image/src/guest/mod.rs), and the \
                  judge compares it.",
    },
    Exception {
        clauses: &["SEQ-9"],
        columns: &[Column::Model],
        because: "the model is naive on purpose; its search may cost the square of the number of \
                  entries.",
    },
    Exception {
        clauses: &["RPL-7"],
        columns: &[Column::Model],
        because: "it follows from the order of the operations that the model gives for a replay \
                  (UPD-1, RPL-6), and is checked by crashing between them.",
    },
    Exception {
        clauses: &["FID-2"],
        columns: &[Column::Property],
        because: "it has no property of its own: each property that compares a file compares its \
                  first 64 KiB with the rest.",
    },
    Exception {
        clauses: &["RPL-10"],
        columns: &[Column::Property],
        because: "memory is measured by a test of its own, \
                  [suites/memory.rs](../tests/suites/memory.rs).",
    },
    Exception {
        clauses: &["FID-2"],
        columns: &[Column::Core],
        because: "it holds for an open as a whole, not at one place. The docs of the modules \
                  [open](../core/src/open/mod.rs) and [replay/apply](../core/src/replay/apply.rs) \
                  show why.",
    },
];
