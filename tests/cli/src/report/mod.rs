//! The results of commands, as text for people and as JSON for programs.

pub mod crash_failure;
pub mod crash_table;
pub mod replay;
