//! The command `vhdx-log`.
//!
//! `command` has a file for each subcommand: its arguments and what it does. `report` writes
//! results as text and JSON, `terminal` knows standard output and exit codes, `file` opens what
//! a command line names.

mod command;
mod file;
pub mod report;
mod terminal;

pub use command::main;
