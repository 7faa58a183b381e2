//! What a program asked of the disk, in order: the record that every crash state is a function of.

use std::ops::Range;

use super::image::Slot;

/// One request that changes the disk, or makes changes stable.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What was asked.
    pub kind: OperationKind,
    /// The file's length before and after, where the request changed it.
    pub length: Option<(u64, u64)>,
    /// The sectors it changes, in order. A request for many sectors is many commands to a device.
    pub sectors: Vec<SectorWrite>,
}

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Bytes at a place.
    Write,
    /// A range becomes zero.
    Zero,
    /// The file becomes longer or shorter.
    SetLength,
    /// Everything before is stable when it returns.
    Flush,
    /// A flush that returned an error: nothing can be said of what came before.
    FailedFlush,
    /// The power went and came back; the changes are those between what the program saw and what
    /// was left.
    PowerCut,
}

/// What a request does to one sector.
#[derive(Clone, Debug)]
pub struct SectorWrite {
    /// The sector, by number.
    pub number: u64,
    /// Which of its bytes the request writes.
    pub within: Range<usize>,
    /// The whole sector afterwards, as the program sees it.
    pub after: Slot,
}

impl Operation {
    /// Whether it ends the time in which earlier changes can still be lost.
    pub fn is_barrier(&self) -> bool {
        matches!(self.kind, OperationKind::Flush | OperationKind::PowerCut)
    }
}
