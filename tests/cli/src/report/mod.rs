//! The results of commands, as text for people and as JSON for programs.

pub mod crash_failure;
pub mod crash_table;
pub mod replayed;

/// The width of the terminal that standard output is; `None` when it is none.
pub fn terminal_width() -> Option<usize> {
    comfy_table::Table::new().width().map(usize::from)
}
