//! What an open may cost, whatever the file says (SEQ-9, RPL-9).

use std::cell::Cell;
use std::io;

use vhdx_log::header::Headers;
use vhdx_log::storage::{SparseMemory, Storage};

use super::{Violation, ensure};

const READS: &str = "an open reads the log once to search it, what wraps twice, and what it replays once to check and show";

/// What may be read of any file, in bytes: the identifier and two headers.
const LIMIT_WITHOUT_LOG: u64 = 16 << 10;

/// Reads counted by a [`Metered`] storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Calls that read or lent bytes.
    pub calls: u64,
    /// Bytes they read or lent.
    pub bytes: u64,
}

/// A storage that counts what is read of another.
pub struct Metered<'a> {
    image: &'a SparseMemory,
    meter: Cell<Meter>,
}

impl<'a> Metered<'a> {
    /// Nothing read yet.
    pub fn new(image: &'a SparseMemory) -> Self {
        Self {
            image,
            meter: Cell::default(),
        }
    }

    /// What was read so far.
    pub fn meter(&self) -> Meter {
        self.meter.get()
    }

    fn count(&self, bytes: usize) {
        let Meter {
            calls,
            bytes: before,
        } = self.meter.get();
        self.meter.set(Meter {
            calls: calls + 1,
            bytes: before + bytes as u64,
        });
    }
}

impl Storage for Metered<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.count(buffer.len());
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn zero(&mut self, _: u64, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn set_len(&mut self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn len(&self) -> io::Result<u64> {
        self.image.len()
    }
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.image.next_data(offset)
    }
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let lent = self.image.lend(offset, limit)?;
        self.count(lent.len());
        Some(lent)
    }
}

/// What an open has read is within four times the log and two headers, in bytes and in calls of a
/// sector each.
///
/// Four times: the search reads the ring once and at most once more where an entry wraps; the plan
/// and the overlay each read the descriptor sectors of the entries to replay. A storage that lends
/// one sector at a time makes the bound on calls the tightest.
pub(super) fn reads_are_bounded(
    image: &SparseMemory,
    Meter { calls, bytes }: Meter,
) -> Result<(), Violation> {
    if bytes <= LIMIT_WITHOUT_LOG {
        return Ok(());
    }
    let headers = Headers::read(image, image.len().expect("memory")).ok();
    let current = headers.and_then(|headers| headers.current().ok());
    let log_length = current.map_or(0, |current| u64::from(current.header.log_length));
    let limit_bytes = 4 * log_length + LIMIT_WITHOUT_LOG;
    let limit_calls = limit_bytes / 4096 + 4;
    ensure(READS, bytes <= limit_bytes && calls <= limit_calls, || {
        format!("{bytes:#x} bytes in {calls} calls for a log of {log_length:#x} bytes")
    })
}
