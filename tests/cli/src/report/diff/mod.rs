//! Two runs compared, for a person and for the summary of a CI job.

pub(crate) mod compare;
mod groups;
pub(crate) mod markdown;
pub(crate) mod text;
