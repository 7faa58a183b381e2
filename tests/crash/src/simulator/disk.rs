//! A disk that records every request that changes it or makes changes durable.

use std::io;

use vhdx_log::storage::Storage;
use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use crate::disk::{DiskImage, end_of, parts, zeroed};
use crate::trace::{Request, RequestKind, SectorWrite};

/// How many sectors of its own the current image has before they are shared: adding one costs time
/// in proportion to them.
const OWN_AT_MOST: usize = 4096;

/// A storage that records a trace on an immutable base image and shows the current contents.
///
/// It never fails and never loses anything by itself: crash states are built from the trace
/// afterwards ([`Epoch`](crate::states::Epoch)), and I/O errors are injected by
/// [`FailingDisk`](super::FailingDisk).
#[derive(Debug)]
pub struct SimDisk {
    base: DiskImage,
    now: DiskImage,
    trace: Vec<Request>,
}

impl SimDisk {
    /// A disk that holds an image, all of it durable.
    pub fn new(image: &DiskImage) -> Self {
        let base = image.frozen();
        Self {
            now: base.clone(),
            base,
            trace: Vec::new(),
        }
    }

    /// What the disk held at first.
    pub fn base(&self) -> &DiskImage {
        &self.base
    }

    /// What it holds now for a program that keeps running.
    pub fn image(&self) -> &DiskImage {
        &self.now
    }

    /// Every request so far.
    pub fn trace(&self) -> &[Request] {
        &self.trace
    }

    /// Records a flush that fails: a request that makes nothing durable.
    pub fn fail_flush(&mut self) {
        self.record(Request {
            kind: RequestKind::FailedFlush,
            length: None,
            sectors: Vec::new(),
        });
    }

    /// Power is lost and restored: the disk holds `left` now, all of it durable.
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
        self.record(Request {
            kind: RequestKind::PowerCut,
            length: Some(length),
            sectors,
        });
    }

    /// The requests since the last call: for a trace that is too long to be kept.
    pub fn take_trace(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.trace)
    }

    /// The base image and the trace.
    pub fn into_parts(self) -> (DiskImage, Vec<Request>) {
        (self.base, self.trace)
    }

    fn record(&mut self, request: Request) {
        self.trace.push(request);
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
        if self.now.own_numbers().size_hint().0 > OWN_AT_MOST {
            self.now = self.now.frozen();
        }
        self.record(Request {
            kind: RequestKind::Write,
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
        self.record(Request {
            kind: RequestKind::Zero,
            length: None,
            sectors,
        });
        Ok(())
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        let length = self.change_length(length);
        self.record(Request {
            kind: RequestKind::SetLength,
            length,
            sectors: Vec::new(),
        });
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        self.now.len()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.record(Request {
            kind: RequestKind::Flush,
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
