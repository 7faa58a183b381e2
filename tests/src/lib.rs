//! A conformance harness for the log of VHDX disk images.

pub mod command;
pub mod crash;
pub mod disk;
pub mod efficacy;
pub mod exhaust;
pub mod fuzzing;
pub mod generate;
pub mod image;
pub mod property;
pub mod report;
pub mod shard;
pub mod subject;
pub mod vectors;
