//! A disk of which one request fails, and works again after that: the nastier case for a program
//! that goes on.

use std::cell::Cell;
use std::io;

use serde::{Deserialize, Serialize};
use vhdx_log::storage::Storage;

use super::sector::PIECE_BYTES;
use super::sim::SimDisk;

/// Which request fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IoFault {
    /// How it fails.
    pub kind: IoFaultKind,
    /// Which one of those that can fail this way; the first is 0.
    pub nth: u32,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IoFaultKind {
    /// A read gives an error, and no bytes.
    ReadError,
    /// A read gives the first half of the bytes, and an error.
    ShortRead,
    /// A write, a zeroing or a change of length gives an error and does nothing.
    WriteError,
    /// A write does its first half, and gives an error.
    ShortWrite,
    /// There is no space for a write or a greater length.
    NoSpace,
    /// A flush gives an error, and nothing can be said of what was pending.
    FlushError,
}

impl IoFaultKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::ReadError,
        Self::ShortRead,
        Self::WriteError,
        Self::ShortWrite,
        Self::NoSpace,
        Self::FlushError,
    ];

    /// Whether it concerns reads.
    pub const fn is_of_reads(self) -> bool {
        matches!(self, Self::ReadError | Self::ShortRead)
    }
}

/// A [`SimDisk`] with at most one request that fails.
#[derive(Debug)]
pub struct FailingDisk {
    disk: SimDisk,
    fault: Option<IoFault>,
    left: Cell<u32>,
    struck_at: Cell<Option<usize>>,
}

impl FailingDisk {
    /// A disk with this fault, or none.
    pub fn new(disk: SimDisk, fault: Option<IoFault>) -> Self {
        let left = Cell::new(fault.map_or(0, |fault| fault.nth));
        Self {
            disk,
            fault,
            left,
            struck_at: Cell::new(None),
        }
    }

    /// The disk underneath.
    pub fn disk(&self) -> &SimDisk {
        &self.disk
    }

    /// The disk underneath, to change it behind the program's back.
    pub fn disk_mut(&mut self) -> &mut SimDisk {
        &mut self.disk
    }

    /// The disk underneath, for good.
    pub fn into_disk(self) -> SimDisk {
        self.disk
    }

    /// How many requests had been recorded when the fault struck; `None` as long as it has not.
    pub fn struck_at(&self) -> Option<usize> {
        self.struck_at.get()
    }

    /// Whether this request is the one that fails, and how.
    fn strikes(&self, kinds: &[IoFaultKind]) -> Option<IoFaultKind> {
        let kind = self.fault?.kind;
        if self.struck_at.get().is_some() || !kinds.contains(&kind) {
            return None;
        }
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                None
            }
            None => {
                self.struck_at.set(Some(self.disk.trace().len()));
                Some(kind)
            }
        }
    }

    fn change(&self) -> io::Result<()> {
        match self.strikes(&[IoFaultKind::WriteError, IoFaultKind::NoSpace]) {
            Some(kind) => Err(error(kind)),
            None => Ok(()),
        }
    }
}

fn error(kind: IoFaultKind) -> io::Error {
    match kind {
        IoFaultKind::ShortRead => io::ErrorKind::UnexpectedEof.into(),
        IoFaultKind::ShortWrite => io::ErrorKind::WriteZero.into(),
        IoFaultKind::NoSpace => io::ErrorKind::StorageFull.into(),
        IoFaultKind::ReadError | IoFaultKind::WriteError | IoFaultKind::FlushError => {
            io::Error::other("the device reported an error")
        }
    }
}

impl Storage for FailingDisk {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let Some(kind) = self.strikes(&[IoFaultKind::ReadError, IoFaultKind::ShortRead]) else {
            return self.disk.read_at(offset, buffer);
        };
        if kind == IoFaultKind::ShortRead {
            let half = buffer.len() / 2;
            self.disk.read_at(offset, &mut buffer[..half])?;
        }
        Err(error(kind))
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.change()?;
        let Some(kind) = self.strikes(&[IoFaultKind::ShortWrite]) else {
            return self.disk.write_at(offset, bytes);
        };
        let half = bytes.len() / 2;
        self.disk
            .write_at(offset, &bytes[..half - half % PIECE_BYTES])?;
        Err(error(kind))
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.change()?;
        self.disk.zero(offset, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.change()?;
        self.disk.set_len(length)
    }

    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(kind) = self.strikes(&[IoFaultKind::FlushError]) else {
            return self.disk.flush();
        };
        self.disk.fail_flush();
        Err(error(kind))
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.disk.next_data(offset)
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        // A loan cannot fail, so reads that may fail have to be reads.
        let reads_may_fail = self.fault.is_some_and(|fault| fault.kind.is_of_reads());
        if reads_may_fail {
            None
        } else {
            self.disk.lend(offset, limit)
        }
    }
}
