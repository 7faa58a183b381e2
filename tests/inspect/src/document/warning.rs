//! What is wrong with a file although it can be opened: nothing of this changes the verdict or the
//! exit code.

use serde::Serialize;

/// Something that a person should know about the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    pub kind: WarningKind,
    /// What it is, what it means and what to do, as sentences.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A region lies over the log (HDR-11).
    RegionOverLog,
    /// A payload block or a sector bitmap block lies over the log (HDR-11).
    BlockOverLog,
    /// The log of a clean file ends past the end of the file, or its place is not valid.
    LogPlace,
    /// A region ends past the end of the file.
    RegionBeyondEnd,
    /// A payload block or a sector bitmap block ends past the end of the file.
    BlockBeyondEnd,
    /// Neither region table is valid, so nobody can tell where the disk's data is.
    NoRegionTable,
    /// The metadata cannot be read.
    NoMetadata,
}
