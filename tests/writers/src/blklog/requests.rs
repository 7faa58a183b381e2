//! From the entries of a log to requests, in the terms of the crash tests.

use std::io::Read;

use vhdx_log::storage::Storage;
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::simulator::SimDisk;
use vhdx_log_crash::trace::Request;

use super::entries::{Entries, Entry, Kind};
use super::error::BadLog;

/// The requests of a log on a base image, as an iterator. Beside the contents of the file, memory
/// holds one entry.
pub struct Requests<R> {
    entries: Entries<R>,
    disk: SimDisk,
    ready: std::vec::IntoIter<Request>,
    given: usize,
    /// The marks so far.
    pub marks: Marks,
    pub counts: Counts,
}

/// The marks of a log: how many requests were made before each, and its text.
pub type Marks = Vec<(usize, String)>;

/// What a log holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub entries: u64,
    /// Writes with FUA, each taken for a write and a flush.
    pub fua: u64,
    pub discards: u64,
}

impl Counts {
    /// Adds those of another log.
    pub const fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.fua += other.fua;
        self.discards += other.discards;
    }
}

impl<R: Read> Requests<R> {
    /// The requests of these entries. The file has the length of the base image from the beginning
    /// and becomes longer with a write past its end.
    pub fn new(entries: Entries<R>, base: &DiskImage) -> Self {
        Self {
            entries,
            disk: SimDisk::new(base),
            ready: Vec::new().into_iter(),
            given: 0,
            marks: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// What the disk holds after the requests so far.
    pub fn image(&self) -> &DiskImage {
        self.disk.image()
    }

    /// How many bytes of the log no entry has.
    pub const fn left(&self) -> u64 {
        self.entries.left()
    }

    fn carry_out(&mut self, entry: Entry) -> Result<(), BadLog> {
        self.counts.entries += 1;
        if entry.flush {
            self.disk.flush()?;
        }
        match entry.kind {
            Kind::Write { bytes, .. } if bytes.is_empty() => {}
            Kind::Write { offset, bytes } => self.disk.write_at(offset, &bytes)?,
            Kind::Discard { offset, length } => {
                self.counts.discards += 1;
                let end = (offset + length).min(self.disk.image().length());
                if offset < end {
                    self.disk.zero(offset, end - offset)?;
                }
            }
            Kind::Mark(text) => self.marks.push((self.given, text)),
        }
        if entry.fua {
            self.counts.fua += 1;
            self.disk.flush()?;
        }
        self.ready = self.disk.take_trace().into_iter();
        Ok(())
    }
}

impl<R: Read> Iterator for Requests<R> {
    type Item = Result<Request, BadLog>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(request) = self.ready.next() {
                self.given += 1;
                return Some(Ok(request));
            }
            let carried_out = self.entries.next()?.and_then(|entry| self.carry_out(entry));
            if let Err(error) = carried_out {
                return Some(Err(error));
            }
        }
    }
}
