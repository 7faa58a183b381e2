//! Standard output, standard error and the exit code.

pub(crate) mod exit;
pub(crate) mod interrupt;
pub(crate) mod json;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod threads;

/// The width to print for: `COLUMNS` where that is set, or else that of the terminal that standard
/// output is, if it is one.
pub(crate) fn width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok();
    let columns = told.and_then(|columns| columns.parse().ok());
    columns
        .filter(|&columns| columns > 0)
        .or_else(|| comfy_table::Table::new().width().map(usize::from))
}
