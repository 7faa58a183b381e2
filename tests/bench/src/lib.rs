#![doc = include_str!("../README.md")]

mod report;
mod run;

pub use report::{Counts, RunReport, SkipReason, Status, VectorResult};
pub use run::run;
