//! Versions and marks: what a history is made from.

use std::ops::Range;

use crate::disk::DiskImage;

/// The contents after some change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Every byte outside the headers and the log. What is in those does not matter.
    pub image: DiskImage,
    /// The sectors that the change wrote, by number.
    pub touched: Vec<Range<u64>>,
    /// Whether the change was payload, of which a crash may leave any part until it is durable
    /// (WRT-10).
    pub payload: bool,
}

/// An index into the versions of a history. Version 0 is the base image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionId(pub usize);

/// An index into the line: how many changes after its first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub usize);

/// Something that the program did, or learned, between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The number of requests made before.
    pub at: usize,
    pub event: Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A change has begun: from here on a crash may leave this version.
    Begun(VersionId),
    /// Everything begun so far was acknowledged as durable.
    Acknowledged,
    /// The file was opened again, after the program or the power died. The line is cut back.
    Reopened {
        /// The last version of the line that is still possible.
        last: Position,
        /// The contents found, if they match no version of the line: they become the newest one.
        found: Option<VersionId>,
        /// Whether what was found is durable from here on.
        durable: bool,
    },
}
