//! The simulated disk: shows what was written, and remembers how it came to be.

use std::io;

use vhdx_log::storage::Storage;

use super::image::{DiskImage, end_of, parts, zeroed};
use super::sector::SECTOR_BYTES;
use super::trace::{Operation, OperationKind, SectorWrite};

const SECTOR: u64 = SECTOR_BYTES as u64;

/// A storage that records a trace over an immutable start, while it presents the contents up to
/// date.
///
/// It never fails and never loses anything by itself: crash states are built from the trace
/// afterwards ([`Epoch`](super::Epoch)), failing requests are made by
/// [`FailingDisk`](super::FailingDisk).
#[derive(Debug)]
pub struct SimDisk {
    start: DiskImage,
    now: DiskImage,
    trace: Vec<Operation>,
}

impl SimDisk {
    /// A disk that holds an image, all of it stable.
    pub fn new(image: &DiskImage) -> Self {
        let start = image.frozen();
        Self {
            now: start.clone(),
            start,
            trace: Vec::new(),
        }
    }

    /// What the disk held at first.
    pub fn start(&self) -> &DiskImage {
        &self.start
    }

    /// What it holds now, in the eyes of a program that keeps running.
    pub fn image(&self) -> &DiskImage {
        &self.now
    }

    /// Everything asked so far.
    pub fn trace(&self) -> &[Operation] {
        &self.trace
    }

    /// Records a flush that fails: it is a request, and makes nothing stable.
    pub fn fail_flush(&mut self) {
        self.record(Operation {
            kind: OperationKind::FailedFlush,
            length: None,
            sectors: Vec::new(),
        });
    }

    /// The power goes and comes back: the disk holds `left` now, all of it stable.
    pub fn cut_power(&mut self, left: &DiskImage) {
        let different = self.now.difference(left);
        let write = |number| SectorWrite {
            number,
            within: 0..SECTOR_BYTES,
            after: left.sector(number).cloned(),
        };
        let sectors = different.into_iter().map(write).collect();
        let length = (self.now.length(), left.length());
        self.now = left.clone();
        self.record(Operation {
            kind: OperationKind::PowerCut,
            length: Some(length),
            sectors,
        });
    }

    /// The start and the trace.
    pub fn into_parts(self) -> (DiskImage, Vec<Operation>) {
        (self.start, self.trace)
    }

    fn record(&mut self, operation: Operation) {
        self.trace.push(operation);
    }

    fn change_length(&mut self, length: u64) -> Option<(u64, u64)> {
        let before = self.now.length();
        self.now.set_length(length);
        (before != length).then_some((before, length))
    }
}

impl Storage for SimDisk {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.now.read_at(offset, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let end = end_of(offset, bytes.len() as u64)?;
        let length = self.change_length(self.now.length().max(end));
        let mut sectors = Vec::with_capacity(bytes.len().div_ceil(SECTOR_BYTES) + 1);
        for part in parts(offset, bytes.len()) {
            let after = part.over(self.now.contents(part.number), bytes);
            self.now.set(part.number, after.clone());
            sectors.push(SectorWrite {
                number: part.number,
                within: part.within,
                after,
            });
        }
        self.record(Operation {
            kind: OperationKind::Write,
            length,
            sectors,
        });
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let end = end_of(offset, length)?;
        if end > self.now.length() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut sectors = Vec::new();
        for number in self.now.present(offset / SECTOR..end.div_ceil(SECTOR)) {
            let after = zeroed(self.now.contents(number), number, offset..end);
            self.now.set(number, after.clone());
            sectors.push(SectorWrite {
                number,
                within: 0..SECTOR_BYTES,
                after,
            });
        }
        self.record(Operation {
            kind: OperationKind::Zero,
            length: None,
            sectors,
        });
        Ok(())
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        let length = self.change_length(length);
        self.record(Operation {
            kind: OperationKind::SetLength,
            length,
            sectors: Vec::new(),
        });
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        self.now.len()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.record(Operation {
            kind: OperationKind::Flush,
            length: None,
            sectors: Vec::new(),
        });
        Ok(())
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.now.next_data(offset)
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        self.now.lend(offset, limit)
    }
}
