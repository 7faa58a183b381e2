//! The command `vhdx-log` as users and scripts see it: output, changed files, exit codes.

mod agreement;
mod browser;
mod cat;
mod comparisons;
mod copies;
mod failures;
pub(crate) mod images;
mod inspection;
#[cfg(target_os = "linux")]
mod interrupts;
mod json;
#[cfg(target_os = "linux")]
mod locks;
mod messages;
mod parts;
mod records;
mod replay;
mod reports;
mod results;
mod run;
pub(crate) mod running;
pub(crate) mod schema;
mod shrink;
mod structures;
mod terminal;
mod widths;
