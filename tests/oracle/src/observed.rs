//! A storage whose requests are observed: counted, recorded, or forbidden.
//!
//! Contract: [`Observed`] notifies its [`Observer`] of every request, then passes it on unchanged.
//! Questions about the file (its length, where data is, locks) are not requests. An observer cannot
//! make a request fail: a storage that fails is part of `vhdx-log-crash`.

use std::cell::Cell;
use std::io;

use vhdx_log::storage::{HandleFault, Intent, LockOutcome, Storage};

/// What wants to know of requests. Each method does nothing unless it is replaced.
pub trait Observer {
    /// `length` bytes are about to be read.
    fn on_read(&self, offset: u64, length: usize) {
        let _ = (offset, length);
    }

    /// `length` bytes were lent and not copied. By default this counts as a read.
    fn on_lend(&self, offset: u64, length: usize) {
        self.on_read(offset, length);
    }

    fn on_write(&mut self, offset: u64, bytes: &[u8]) {
        let _ = (offset, bytes);
    }

    fn on_zero(&mut self, offset: u64, length: u64) {
        let _ = (offset, length);
    }

    fn on_set_len(&mut self, length: u64) {
        let _ = length;
    }

    fn on_flush(&mut self) {}
}

/// A storage, and what observes it.
#[derive(Clone, Debug)]
pub struct Observed<S, O> {
    pub storage: S,
    pub observer: O,
}

impl<S, O> Observed<S, O> {
    pub const fn new(storage: S, observer: O) -> Self {
        Self { storage, observer }
    }
}

impl<S: Storage, O: Observer> Storage for Observed<S, O> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.observer.on_read(offset, buffer.len());
        self.storage.read_at(offset, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.observer.on_write(offset, bytes);
        self.storage.write_at(offset, bytes)
    }

    fn write_pieces_at(&mut self, offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        let mut at = offset;
        for piece in pieces {
            self.observer.on_write(at, piece);
            at += piece.len() as u64;
        }
        self.storage.write_pieces_at(offset, pieces)
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.observer.on_zero(offset, length);
        self.storage.zero(offset, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.observer.on_set_len(length);
        self.storage.set_len(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.observer.on_flush();
        self.storage.flush()
    }

    fn len(&self) -> io::Result<u64> {
        self.storage.len()
    }

    fn check_handle(&self, intent: Intent) -> Result<(), HandleFault> {
        self.storage.check_handle(intent)
    }

    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        self.storage.try_lock(intent)
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.storage.next_data(offset)
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let lent = self.storage.lend(offset, limit)?;
        self.observer.on_lend(offset, lent.len());
        Some(lent)
    }
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Calls that read or lent bytes.
    pub calls: u64,
    /// Bytes they read or lent.
    pub bytes: u64,
}

/// Counts reads.
#[derive(Clone, Debug, Default)]
pub struct ReadMeter(Cell<Reads>);

impl ReadMeter {
    /// What was read so far.
    pub fn reads(&self) -> Reads {
        self.0.get()
    }
}

impl Observer for ReadMeter {
    fn on_read(&self, _offset: u64, length: usize) {
        let Reads { calls, bytes } = self.0.get();
        self.0.set(Reads {
            calls: calls + 1,
            bytes: bytes + length as u64,
        });
    }
}

/// Counts reads, and panics at anything that changes the storage: for opens that must not.
#[derive(Clone, Copy, Debug)]
pub struct NoWrites<'a> {
    /// The property that a write violates, for the message.
    pub property: &'static str,
    pub meter: &'a ReadMeter,
}

impl Observer for NoWrites<'_> {
    fn on_read(&self, offset: u64, length: usize) {
        self.meter.on_read(offset, length);
    }

    fn on_write(&mut self, offset: u64, _: &[u8]) {
        panic!("{}: a write at {offset:#x}", self.property)
    }

    fn on_zero(&mut self, offset: u64, _: u64) {
        panic!("{}: a zeroing at {offset:#x}", self.property)
    }

    fn on_set_len(&mut self, length: u64) {
        panic!("{}: a change of the length to {length:#x}", self.property)
    }

    fn on_flush(&mut self) {
        panic!("{}: a flush", self.property)
    }
}
