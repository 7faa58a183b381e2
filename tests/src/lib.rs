//! A conformance harness for the log of VHDX disk images.

pub mod image;
pub mod property;
