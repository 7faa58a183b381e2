//! One request to the disk.
//!
//! In a trace of version 1 each request is complete before the next begins. A trace of concurrent
//! requests needs a beginning and an end for each; that would be two more fields here, and pending
//! changes that outlive a flush they were not complete before.

use std::ops::Range;

use crate::disk::{DiskImage, Slot};

/// One request that changes the disk, or makes changes durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub kind: RequestKind,
    /// The file's length before and after, where the request changed it.
    pub length: Option<(u64, u64)>,
    /// The sectors it changes, in order. A device may treat each as a command of its own.
    pub sectors: Vec<SectorWrite>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Write bytes at an offset.
    Write,
    /// Zero a range.
    Zero,
    /// Make the file longer or shorter.
    SetLength,
    /// When it has returned, every earlier change is durable.
    Flush,
    /// A flush that returned an error: earlier changes may or may not be durable.
    FailedFlush,
    /// Not a request: the power went and came back. The changes are those between what the program
    /// saw and what was left.
    PowerCut,
}

/// What a request does to one sector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorWrite {
    /// The sector, by number.
    pub number: u64,
    /// Which of its bytes the request writes.
    pub within: Range<usize>,
    /// The whole sector afterwards, as the program sees it.
    pub after: Slot,
}

impl Request {
    /// Whether earlier changes can no longer be lost after it.
    pub fn is_barrier(&self) -> bool {
        matches!(self.kind, RequestKind::Flush | RequestKind::PowerCut)
    }
}

/// Carries out requests on an image, as a disk that never loses anything does.
pub fn replay(image: &mut DiskImage, requests: &[Request]) {
    for request in requests {
        if let Some((_, to)) = request.length {
            image.set_length(to);
        }
        for write in &request.sectors {
            image.set(write.number, write.after.clone());
        }
    }
}

/// Everything a sector has held, oldest first; equal neighbours once.
pub fn versions_of(sector: u64, base: &DiskImage, requests: &[Request]) -> Vec<Slot> {
    let written = requests
        .iter()
        .flat_map(|request| &request.sectors)
        .filter(|write| write.number == sector)
        .map(|write| write.after.clone());
    let mut versions: Vec<Slot> = std::iter::once(base.sector(sector).cloned())
        .chain(written)
        .collect();
    versions.dedup();
    versions
}
