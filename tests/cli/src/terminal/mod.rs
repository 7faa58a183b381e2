//! Standard output, standard error and the exit code.

pub(crate) mod exit;
pub(crate) mod interrupt;
pub(crate) mod json;
pub(crate) mod output;
pub(crate) mod progress;

/// The width of the terminal that standard output is, if it is one.
pub(crate) fn width() -> Option<usize> {
    comfy_table::Table::new().width().map(usize::from)
}
