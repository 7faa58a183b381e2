//! The one place that knows what is right: properties, the judge, and the built-in subjects.

pub mod convert;
pub mod property;
pub mod shard;
pub mod subject;
pub mod vector;
