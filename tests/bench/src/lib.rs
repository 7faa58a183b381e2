#![doc = include_str!("../README.md")]

pub mod record;
mod report;
mod run;
pub mod verdict;

pub use report::{Counts, RunReport, SkipReason, Status, VectorResult};
pub use run::run;
