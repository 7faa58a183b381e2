//! The results of commands, as text for people and as JSON for programs.

pub(crate) mod coverage;
pub mod crash_failure;
pub mod crash_table;
pub(crate) mod diff;
pub(crate) mod exhaust;
pub(crate) mod html;
pub(crate) mod hunt;
mod inspected;
mod markdown;
pub(crate) mod quoted;
pub(crate) mod replay;
pub(crate) mod results;
pub(crate) mod run;
pub(crate) mod shrink;
mod table;
pub(crate) mod vector;
pub(crate) mod writers;
