//! A disk on which one request fails, and which works again after that. This is harder on a
//! program that ignores the error than a disk that stays broken.

use std::cell::Cell;
use std::io;

use vhdx_log::storage::Storage;

use super::disk::SimDisk;
use crate::faults::{IoFault, IoFaultKind};
use crate::states::PIECE_BYTES;

/// A [`SimDisk`] with at most one request that fails.
#[derive(Debug)]
pub struct FailingDisk {
    disk: SimDisk,
    fault: Option<IoFault>,
    left: Cell<u32>,
    fired_at: Cell<Option<usize>>,
}

impl FailingDisk {
    pub fn new(disk: SimDisk, fault: Option<IoFault>) -> Self {
        let left = Cell::new(fault.map_or(0, |fault| fault.nth));
        Self {
            disk,
            fault,
            left,
            fired_at: Cell::new(None),
        }
    }

    /// The disk underneath.
    pub fn disk(&self) -> &SimDisk {
        &self.disk
    }

    /// The disk underneath, to change it without the program's knowledge.
    pub fn disk_mut(&mut self) -> &mut SimDisk {
        &mut self.disk
    }

    pub fn into_disk(self) -> SimDisk {
        self.disk
    }

    /// How many requests had been recorded when the fault fired; `None` until it has.
    pub fn fired_at(&self) -> Option<usize> {
        self.fired_at.get()
    }

    /// Whether this request is the one that fails, and how.
    fn fires(&self, kinds: &[IoFaultKind]) -> Option<IoFaultKind> {
        let kind = self.fault?.kind;
        if self.fired_at.get().is_some() || !kinds.contains(&kind) {
            return None;
        }
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                None
            }
            None => {
                self.fired_at.set(Some(self.disk.trace().len()));
                Some(kind)
            }
        }
    }

    fn change(&self) -> io::Result<()> {
        match self.fires(&[IoFaultKind::WriteError, IoFaultKind::NoSpace]) {
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
        let Some(kind) = self.fires(&[IoFaultKind::ReadError, IoFaultKind::ShortRead]) else {
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
        let Some(kind) = self.fires(&[IoFaultKind::ShortWrite]) else {
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
        let Some(kind) = self.fires(&[IoFaultKind::FlushError]) else {
            return self.disk.flush();
        };
        self.disk.fail_flush();
        Err(error(kind))
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.disk.next_data(offset)
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        // A loan cannot fail, so a read that may fail must not be one.
        let reads_may_fail = self.fault.is_some_and(|fault| fault.kind.is_of_reads());
        if reads_may_fail {
            None
        } else {
            self.disk.lend(offset, limit)
        }
    }
}
