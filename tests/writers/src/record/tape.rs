//! What was asked of a file, with begin and end, and the one order that a trace has.

use std::collections::BTreeMap;

use vhdx_log::storage::Storage;
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::simulator::SimDisk;
use vhdx_log_crash::trace::Request;

/// The most bytes of data that are kept.
const LIMIT_BYTES: u64 = 1 << 30;

/// A recording that is being made.
#[derive(Debug, Default)]
pub struct Tape {
    clock: u64,
    /// By the moment that places it: of a flush its begin, of anything else its end.
    changes: BTreeMap<u64, Change>,
    bytes: u64,
    is_too_long: bool,
    notes: BTreeMap<String, u64>,
}

/// A change of the file, or a flush.
#[derive(Debug)]
pub enum Change {
    Write { offset: u64, bytes: Vec<u8> },
    Zero { offset: u64, length: u64 },
    Length(u64),
    Flush,
}

impl Tape {
    /// The next moment.
    pub fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// A change has ended.
    pub fn ended(&mut self, change: Change) {
        if let Change::Write { bytes, .. } = &change {
            self.bytes += bytes.len() as u64;
        }
        if self.bytes > LIMIT_BYTES {
            self.is_too_long = true;
            self.changes.clear();
        }
        let now = self.tick();
        if !self.is_too_long {
            self.changes.insert(now, change);
        }
    }

    /// A flush has ended that began at this moment.
    pub fn flushed(&mut self, begin: u64) {
        if !self.is_too_long {
            self.changes.insert(begin, Change::Flush);
        }
    }

    /// The program tried something that is not recorded.
    pub fn note(&mut self, what: &str) {
        *self.notes.entry(what.to_owned()).or_default() += 1;
    }

    pub const fn notes(&self) -> &BTreeMap<String, u64> {
        &self.notes
    }

    /// The requests in their order, on the image that the file held at first; `None` when there
    /// were too many.
    pub fn requests(self, base: &DiskImage) -> Option<Vec<Request>> {
        if self.is_too_long {
            return None;
        }
        let mut disk = SimDisk::new(base);
        for change in self.changes.into_values() {
            // A simulated disk has no errors: the kernel has bounded every offset.
            let _ = match change {
                Change::Write { offset, bytes } => disk.write_at(offset, &bytes),
                Change::Length(length) if length == disk.image().length() => Ok(()),
                Change::Length(length) => disk.set_len(length),
                Change::Flush => disk.flush(),
                Change::Zero { offset, length } => {
                    let end = offset.saturating_add(length).min(disk.image().length());
                    match offset < end {
                        true => disk.zero(offset, end - offset),
                        false => Ok(()),
                    }
                }
            };
        }
        Some(disk.into_parts().1)
    }
}

#[cfg(test)]
mod tests {
    use vhdx_log_crash::trace::RequestKind;

    use super::{Change, Tape};
    use vhdx_log_crash::disk::DiskImage;

    #[test]
    fn only_what_ended_before_a_flush_began_is_stable_by_it() {
        let mut tape = Tape::default();
        let write = |at: u64| Change::Write {
            offset: at,
            bytes: vec![1; 512],
        };
        tape.ended(write(0));
        let flush = tape.tick();
        // This one overlaps the flush.
        tape.ended(write(512));
        tape.flushed(flush);
        let base = DiskImage::new(4096, 0..1);
        let trace = tape.requests(&base).expect("a short one");
        let kinds: Vec<_> = trace.iter().map(|request| request.kind).collect();
        assert_eq!(
            kinds,
            [RequestKind::Write, RequestKind::Flush, RequestKind::Write]
        );
        assert_eq!(trace[2].sectors[0].within, 512..1024);
    }
}
